"""A document as short labelled blocks of plain text, to paste into a police or case system.

What finds a child comes first, in the order of page one, then every section as it stands in the form. A block
is one paste: its title, and a line for each answer. Nothing is in it that the view does not say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from formsvc.access.views import View
from formsvc.documents.content import Content, build
from formsvc.fields.blocks import Cards, Item, Pairs, Row, State, Table, Ticks, plain, text_of

_UNSAID = {State.NOT_KNOWN: "Not known", State.NOT_RECORDED: "Not recorded"}
_INDENT = "  "


@dataclass(frozen=True, kw_only=True)
class Pasted:
    """One block: its title and its text, lines apart by a newline, without any markup."""

    title: str
    text: str


Known = tuple[tuple[str, str], ...]
"""What other systems know the child by, as the reader of a view may have it: (label, reference)."""


def pasted(view: View, *, known: Known = ()) -> tuple[Pasted, ...]:
    """Return the blocks of what a view says, in reading order; none of them is empty."""
    content = build(view)
    made = (
        Pasted(title="About this document", text=_about(view, content, known)),
        *(
            Pasted(title="At a glance", text=text)
            for text in [_lines((slot.label, slot.items) for slot in content.sheet)]
        ),
        *(
            Pasted(title=section.title, text=_lines((one.label, (one,)) for one in section.items))
            for section in content.sections
        ),
        Pasted(title="Sign-offs", text=_lines((one.label, (one,)) for one in content.signoffs)),
    )
    return tuple(one for one in made if one.text)


def as_text(view: View, *, known: Known = ()) -> str:
    """Return all the blocks as one text file: titles in capitals, an empty line between blocks."""
    return "\n".join(f"{one.title.upper()}\n{one.text}\n" for one in pasted(view, known=known))


def _about(view: View, content: Content, known: Known) -> str:
    facts = {fact.path: text_of(fact) for fact in content.facts}
    told = [
        ("Document", content.title),
        ("Marking", content.marking),
        *known,
        ("Reference", facts["@document.reference"]),
        ("Revision", facts["@document.revision"]),
        ("Status", facts["@document.status"]),
        ("Issued", facts["@document.issued_at"]),
        ("By", content.controller),
        ("This copy", facts["@audience"]),
    ]
    if view.data["document"]["demonstration"]:
        told.append(("Demonstration", "The people in it are invented"))
    return "\n".join(f"{label}: {text}" for label, text in told)


def _lines(labelled: Iterable[tuple[str, Iterable[Item]]]) -> str:
    return "\n".join(line for label, items in labelled for line in _answer(label, tuple(items)))


def _answer(label: str, items: tuple[Item, ...]) -> Iterator[str]:
    """Yield a label with its answers; several, or one of several lines, stand under it."""
    rows = [row for one in items for row in _rows(one)]
    if rows:
        yield _called(label)
        for row in rows:
            yield f"- {_row(row)}"
        return
    said = [line for one in items for line in _said(one) if line]
    if len(said) == 1:
        yield f"{_called(label)} {said[0]}"
    elif said:
        yield _called(label)
        yield from (_INDENT + line for line in said)


def _called(label: str) -> str:
    return label if label.endswith("?") else f"{label}:"


def _said(item: Item) -> Iterator[str]:
    """Yield an answer's lines; of what was offered to tick only what was ticked."""
    if item.state is not State.GIVEN:
        yield _UNSAID[item.state]
        return
    for block in item.blocks:
        match block:
            case Pairs(pairs):
                yield from (f"{label}: {_flat(text)}" if label else _flat(text) for label, text in pairs)
            case Ticks(ticks):
                yield "; ".join(label for label, chosen in ticks if chosen) or "None of what is offered"
            case _:
                yield from map(_flat, plain(block).split("\n"))


def _flat(text: str) -> str:
    return " ".join(text.split())


def _rows(item: Item) -> tuple[Row, ...]:
    return tuple(row for block in item.blocks if isinstance(block, Table | Cards) for row in block.rows)


def _row(row: Row) -> str:
    """Return one row on one line: what it is called, then whatever else was said of it."""
    parts = (
        (one.label, "; ".join(line for line in _said(one) if line))
        for one in row.items
        if one.state is State.GIVEN
    )
    told = [f"{_called(label)} {text}" for label, text in parts if text and text != row.heading]
    return ". ".join([row.heading, *told])
