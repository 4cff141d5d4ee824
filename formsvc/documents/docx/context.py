"""What a Word template may place: plain text, lists and dictionaries, made from the content of a document.

An answer is `{path, label, alias, state, text, lines}`. Its `lines` are what stands inside one
content control, in order: `{kind, text, ...}`, with `kind` one of `LINES`. A section's `runs` are how
its answers stand: neighbours that read as label and value share one `pairs` run; a long answer, a
table and a list of cards each are a run of their own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from formsvc.documents.content import Content, Section
from formsvc.documents.slots import SLOT_LABELS, Slot
from formsvc.errors import RenderFailed
from formsvc.fields.blocks import Cards, Item, Pairs, Picture, Row, State, Table, Text, Ticks, text_of

Plain: TypeAlias = Any
"""Text, true or false, whole numbers, lists and dictionaries of them."""

LINES: Final = ("text", "quiet", "pair", "asked", "chosen", "not_chosen", "picture")

SHORT_LABEL: Final = 22
"""Characters of a label that can stand before its text; a longer one stands above it."""
SHORT_TEXT: Final = 30
"""Characters of a line of an answer of a card that leave room for another beside it."""
SHORT_LINES: Final = 4
LONG_IN_CARD: Final = 700
"""Characters from which an answer of a card stands in the full width."""

CODE_ALT: Final = "QR code: opens the page where this document can be checked"

SHEET_LINE: Final = 46
"""Characters that stand on a line of half the width of the sheet, about."""
SHEET_LINES: Final = 50
"""Lines of the sheet that fit on a page in its usual size, half of them side by side."""

ALIAS_MOST: Final = 64  # Word refuses a longer title of a content control

_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\u202a-\u202e\ufffe\uffff]")
_BREAKS = re.compile("\r\n|[\r\x85\u2028\u2029]")


class Nothing(dict[str, Plain]):
    """What stands for a thing that this view does not hold: false, empty, and no text, however far in."""

    def __missing__(self, name: str) -> Nothing:
        return Nothing()

    def __str__(self) -> str:
        return ""


class Places(dict[str, Plain]):
    """Things that a template places by name, some of which this view may not hold."""

    def __missing__(self, name: str) -> Nothing:
        return Nothing()


def context(
    content: Content, *, placed: Collection[str] = (), slots: Collection[str] = (), code: str = ""
) -> dict[str, Plain]:
    """Return all that a template may name; `sections` leaves out the fields in `placed`, `slots` the slots.

    `code` is the SHA-256 of the picture of the code that checks the document. Raises RenderFailed for a
    character that no document can carry, naming it.
    """
    items = {item.path: item for section in content.sections for item in section.items}
    return {
        "document": _document(content) | {"code": {"sha256": code, "alt": CODE_ALT}},
        "fact": {fact.path.rpartition(".")[2].lstrip("@"): _answer(fact) for fact in content.facts},
        "subject": {"name": _clean(content.subject), "initials": _clean(content.initials)},
        "sheet": Places({slot.name: _slot(slot) for slot in content.sheet}),
        "slots": [_slot(slot) for slot in content.sheet if slot.name not in slots],
        "field": Places(
            {path: _answer(item) | {"runs": _runs([item])} for path, item in items.items() if path in placed}
        ),
        "sections": [_section(section, placed) for section in _unplaced(content.sections, placed)],
        "signoffs": [_answer(item) for item in content.signoffs],
        "changes": [_answer(item) for item in content.changes],
        "circulation": [_clean(one) for one in content.circulation],
        "notices": list(content.notices),
    }


NAMES: Final = frozenset(
    {
        *("document", "fact", "subject", "sheet", "slots", "field", "sections"),
        *("signoffs", "changes", "circulation", "notices"),
    }
)
"""Every name of the context; a template that says another is refused."""

SLOTS: Final = frozenset(SLOT_LABELS)


def sheet_is_full(content: Content) -> bool:
    """Say whether the sheet for the search holds more than fits on one page in its usual size."""
    texts = [text_of(item) for slot in content.sheet for item in slot.items]
    return sum(-(-len(line) // SHEET_LINE) for text in texts for line in text.split("\n")) > SHEET_LINES


def _document(content: Content) -> dict[str, Plain]:
    texts = {
        "title": content.title,
        "short_title": content.short_title,
        "marking": content.marking,
        "layout": content.layout,
        "reference": content.reference,
        "revision": str(content.revision),
        "issued": content.issued,
        "controller": content.controller,
        "area": content.area,
        "audience": content.audience,
        "short_hash": content.short_hash,
        "verify_at": content.verify_at,
        "changes_since": "" if content.changes_since is None else str(content.changes_since),
    }
    return {name: _clean(text) for name, text in texts.items()} | {
        "demonstration": content.demonstration,
        "not_yet_approved": content.status == "not_yet_approved",
    }


def _slot(slot: Slot) -> dict[str, Plain]:
    runs = _runs(slot.items)
    return {
        "name": slot.name,
        "label": _clean(slot.label),
        "intro": _clean(slot.intro),
        "answers": [_answer(item) for item in slot.items],
        "several": len(slot.items) > 1,
        "asked": bool(slot.said) and len(slot.items) > 1,
        "table": any(run["kind"] in ("table", "cards") for run in runs),
        "runs": runs,
        "short": [_short(run) for run in runs],
        "more": str(slot.more) if slot.more else "",
        "more_in": _clean(slot.more_in),
    }


def _unplaced(sections: Iterable[Section], placed: Collection[str]) -> Iterator[Section]:
    return (one for one in sections if any(item.path not in placed for item in one.items))


def _section(section: Section, placed: Collection[str]) -> dict[str, Plain]:
    return {
        "id": section.id,
        "title": _clean(section.title),
        "intro": _clean(section.intro),
        "runs": _runs(item for item in section.items if item.path not in placed),
    }


def _runs(items: Iterable[Item], *, long_from: int = 0) -> list[Plain]:
    """Return how answers stand; a wide one of `long_from` characters or more stands in full width."""
    runs: list[Plain] = []
    for item in items:
        own = next((block for block in item.blocks if isinstance(block, Table | Cards) and block.rows), None)
        if isinstance(own, Table):
            runs.append(_table(item, own))
        elif isinstance(own, Cards):
            cards = [_card(row) for row in own.rows]
            runs.append({"kind": "cards", "label": _clean(item.label), "cards": cards})
        elif item.wide and item.state is State.GIVEN and len(text_of(item)) >= long_from:
            runs.append({"kind": "long", "label": _clean(item.label), "answer": _answer(item)})
        elif runs and runs[-1]["kind"] == "pairs":
            runs[-1]["answers"].append(_answer(item))
        else:
            apart = bool(runs) and runs[-1]["kind"] in ("table", "cards")
            runs.append({"kind": "pairs", "answers": [_answer(item)], "apart": apart})
    return runs


def _table(item: Item, table: Table) -> dict[str, Plain]:
    return {
        "kind": "table",
        "label": _clean(item.label),
        "weights": " ".join(str(weight) for weight in table.weights),
        "columns": [_clean(column) for column in table.columns],
        "rows": [
            {"heading": _clean(row.heading), "cells": list(_cells(table.columns, row))} for row in table.rows
        ],
    }


def _cells(columns: tuple[str, ...], row: Row) -> Iterator[dict[str, Plain]]:
    """Yield the answer of each column, empty where the row was not asked for it."""
    if len(row.items) == len(columns):
        yield from map(_answer, row.items)
        return
    by_label = {item.label: item for item in row.items}
    for column in columns:
        yield _answer(by_label[column]) if column in by_label else {}


def _card(row: Row) -> dict[str, Plain]:
    """Return a card: where its first answer is what it is called, that answer is the heading."""
    first = row.items[0] if row.items else None
    titled = first is not None and first.state is State.GIVEN and text_of(first) == row.heading
    runs = _runs(row.items[1:] if titled else row.items, long_from=LONG_IN_CARD)
    runs = [_short(run) for run in runs]
    return {
        "heading": _clean(row.heading),
        "title": _answer(first) if first is not None and titled else {},
        "runs": runs,
    }


def _short(run: Mapping[str, Plain]) -> dict[str, Plain]:
    """Return a run of answers beside their labels as rows of one or two; any other as it is."""
    if run["kind"] != "pairs":
        return dict(run)
    return {**run, "kind": "short", "rows": _two_up(run["answers"])}


def _two_up(answers: list[dict[str, Plain]]) -> list[dict[str, Plain]]:
    """Return rows of one answer, or of two neighbours that are both short."""
    rows: list[dict[str, Plain]] = []
    waiting = False
    for answer in answers:
        lines = answer["text"].split("\n")
        short = len(lines) <= SHORT_LINES and max(map(len, lines)) <= SHORT_TEXT
        if short and waiting:
            rows[-1]["right"] = answer
        else:
            rows.append({"left": answer, "right": {}})
        waiting = short and not rows[-1]["right"]
    return rows


def _answer(item: Item) -> dict[str, Plain]:
    label = _clean(item.label)
    return {
        "path": item.path,
        "label": label,
        "alias": " ".join(label.split())[:ALIAS_MOST],
        "state": str(item.state),
        "text": _clean(text_of(item)),
        "lines": list(_lines(item)),
    }


def _lines(item: Item) -> Iterator[Mapping[str, str]]:
    kind = "text" if item.state is State.GIVEN else "quiet"
    for block in item.blocks:
        match block:
            case Text(text):
                lines = [line for line in _clean(text).split("\n") if line.strip()]
                for line in lines or [""]:
                    yield {"kind": kind, "text": line}
            case Pairs(pairs):
                for label, text in pairs:
                    kind_of_pair = "pair" if len(label) <= SHORT_LABEL else "asked"
                    yield {
                        "kind": kind_of_pair if label else "text",
                        "label": _clean(label),
                        "text": _clean(text),
                    }
            case Ticks(ticks):
                for label, chosen in ticks:
                    yield {"kind": "chosen" if chosen else "not_chosen", "text": _clean(label)}
            case Picture():
                yield {"kind": "picture", "sha256": block.sha256, "alt": " ".join(_clean(block.alt).split())}
            case _:
                pass


def _clean(text: str) -> str:
    cleaned = _BREAKS.sub("\n", text)
    found = _FORBIDDEN.search(cleaned)
    if found:
        raise RenderFailed(f"a text holds the character U+{ord(found.group()):04X}, which cannot be printed")
    return cleaned
