"""What a document says, before anyone decides how it looks: one tree for PDF, DOCX and comparison.

`build` reads a view and nothing else. Every printed answer is an `Item` with an address: its path,
or an address that begins with "@" for what is printed beside the answers (`docs/view.md`).
`addressed` maps each address to the text that must be found there; the renderers print exactly
that, and the verifier looks for exactly that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from formsvc.access.views import View
from formsvc.definitions.printed import specs
from formsvc.documents import carried
from formsvc.documents.page_one import page_one
from formsvc.documents.slots import SHEET, TO_THE_CHILD, Slot
from formsvc.errors import Unreadable
from formsvc.fields.base import Place, Spec, Value, item
from formsvc.fields.blocks import Item, Pairs, Picture, Text, leaves, text_of
from formsvc.fields.moments import day_words, london_words

STATUS_WORDS: Mapping[str, str] = {
    "approved": "Approved",
    "not_yet_approved": "Not yet approved",
}


LOGO: Final = "@controller.logo"
"""Where the logo of who answers for a document stands."""
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
DISPUTED_BY: Mapping[str, str] = {"child": "Disputed by the child", "parent": "Disputed by a parent"}
NOTICE_WORDS: Mapping[str, str] = {
    "characters_removed": "Characters that cannot be printed were taken out of some answers.",
}
"""What the last page says of how answers came to read as they do, by the notice's code."""


@dataclass(frozen=True, kw_only=True)
class Section:
    """One page of the form as a section of the document."""

    id: str
    title: str
    intro: str
    items: tuple[Item, ...]


@dataclass(frozen=True, kw_only=True)
class Content:
    """Everything a document says. `facts` are the addressed header facts (`@document.*`, `@audience`)."""

    title: str
    short_title: str
    marking: str
    layout: str
    language: str
    reference: str
    revision: int
    supersedes: int | None
    status: str
    issued: str
    issued_at: str
    demonstration: bool
    controller: str
    area: str
    audience: str
    subject: str
    initials: str
    short_hash: str
    verify_at: str
    facts: tuple[Item, ...]
    sheet: tuple[Slot, ...]
    sections: tuple[Section, ...]
    signoffs: tuple[Item, ...]
    changes_since: int | None
    changes: tuple[Item, ...]
    circulation: tuple[str, ...]
    notices: tuple[str, ...]
    logo: Item | None = None

    @property
    def check_address(self) -> str:
        """The address that the code on the last page opens: verify, with reference and check code."""
        told = {"reference": self.reference, "code": self.short_hash.replace(" ", "")}
        return f"{self.verify_at}?{urlencode(told)}"

    @property
    def to_the_child(self) -> bool:
        """Whether this is a sheet that speaks to the child: nothing on it talks of her."""
        return self.layout == "one_sheet" and any(slot.name in TO_THE_CHILD for slot in self.sheet)

    def slot(self, name: str) -> Slot | None:
        """Return the slot of that name, or None where this form has none."""
        return next((slot for slot in self.sheet if slot.name == name), None)

    def fact(self, address: str) -> Item:
        """Return an addressed header fact."""
        return next(fact for fact in self.facts if fact.path == address)


def build(view: View, *, paper: bool = True) -> Content:
    """Return what the document of a view says; not on `paper`, every answer stands in its section."""
    data = view.data
    document = data["document"]
    fields = {spec.id: spec for page in data["form"]["pages"] for spec in specs(page["fields"])}
    pages = {page["id"]: [fields[one["id"]] for one in page["fields"]] for page in data["form"]["pages"]}
    not_asked = frozenset(data["not_asked"])
    changes = data["changes"]
    sheet = page_one(data, fields, not_asked) if paper else ()
    said = frozenset(one for slot in sheet for one in slot.said)
    notes = _disputed(data, fields) if paper and document["layout"] != SHEET else {}
    apart = tuple(one for path, told in notes.items() if path in said | not_asked for one in told)
    explained = {slot.intro for slot in sheet}
    begun = {slot.label for slot in sheet if slot.said}
    return Content(
        title=document["title"],
        short_title=document["short_title"],
        marking=document["marking"],
        layout=document["layout"],
        language=document["language"],
        reference=document["reference"],
        revision=document["revision"],
        supersedes=document["supersedes"],
        status=document["status"],
        issued=london_words(document["issued_at"]),
        issued_at=document["issued_at"],
        demonstration=document["demonstration"],
        controller=data["controller"]["name"],
        area=data["area"]["name"],
        audience=data["audience"]["name"],
        subject=data["subject"]["name"],
        initials=data["subject"]["initials"],
        short_hash=short_hash(view),
        verify_at=document["verify_at"],
        facts=_facts(data),
        sheet=sheet,
        sections=tuple(
            Section(
                id=page["id"],
                title=f"{page['title']} (continued)" if page["title"] in begun else page["title"],
                intro="" if page.get("intro", "") in explained else page.get("intro", ""),
                items=items,
            )
            for page in data["form"]["pages"]
            if document["layout"] != SHEET
            and (items := _noted(_items(pages[page["id"]], data["answers"], not_asked | said), notes))
        )
        + ((Section(id="disputed", title="Disputed", intro="", items=apart),) if apart else ())
        + _carried(data),
        signoffs=tuple(_signoffs(data["signoffs"])),
        changes_since=changes["since"] if changes else None,
        changes=tuple(_changes(changes["items"])) if changes else (),
        circulation=tuple(data["form"]["circulation"]),
        notices=tuple(dict.fromkeys(NOTICE_WORDS[notice["code"]] for notice in data["notices"])),
        logo=_logo(data["controller"]),
    )


def addressed(content: Content) -> dict[str, str]:
    """Return address -> the text that must be found there, for every item with text of its own."""
    found: dict[str, str] = {}
    for one in all_items(content):
        for leaf in leaves(one):
            text = text_of(leaf)
            if text:
                found[leaf.path] = text
    return found


def all_items(content: Content) -> Iterator[Item]:
    """Yield every addressed item of a document in reading order."""
    if content.logo is not None:
        yield content.logo
    yield from content.facts
    for slot in content.sheet:
        yield from slot.items
    for section in content.sections:
        yield from section.items
    yield from content.signoffs
    yield from content.changes


def short_hash(view: View) -> str:
    """Return the printed short form of a view's hash: 16 hex characters in groups of four."""
    return " ".join(view.hash[at : at + 4] for at in range(0, 16, 4))


def _items(
    fields: Sequence[Spec], answers: Mapping[str, Value], not_asked: frozenset[str]
) -> tuple[Item, ...]:
    made = (item(spec, answers.get(spec.id), Place(path=spec.id, not_asked=not_asked)) for spec in fields)
    return tuple(one for one in made if one is not None)


def _carried(data: Mapping[str, Any]) -> tuple[Section, ...]:
    """Return the section that names the files inside the document, where there are any."""
    items = carried.printed(data)
    section = Section(id=carried.SECTION, title=carried.TITLE, intro=carried.INTRO, items=items)
    return (section,) if items else ()


def _noted(items: tuple[Item, ...], notes: Mapping[str, Sequence[Item]]) -> tuple[Item, ...]:
    """Return answers, each followed by the notes of who disputes it."""
    return tuple(one for item in items for one in (item, *notes.get(item.path, ())))


def _disputed(data: Mapping[str, Any], fields: Mapping[str, Spec]) -> dict[str, list[Item]]:
    """Return id of a question -> the notes of who disputes its answer, in order."""
    notes: dict[str, list[Item]] = {}
    for n, one in enumerate(data.get("disputes", ()), 1):
        id = one["path"].partition(".")[0]
        who = ", ".join(part for part in (DISPUTED_BY[one["said_by"]], one["who"]) if part)
        day = day_words(date.fromisoformat(one["said_on"]))
        lines = [f"{who}, {day}: {one['words']}", *([f"Answered: {one['answer']}"] if one["answer"] else [])]
        label = f"Disputed: {fields[id].label}"
        note = Item(path=f"@dispute.{n}", label=label, blocks=(Text("\n".join(lines)),), wide=True)
        notes.setdefault(id, []).append(note)
    return notes


def _logo(controller: Mapping[str, Any]) -> Item | None:
    """Return the logo of who answers for the document; raise Unreadable for what is no logo of ours."""
    told = controller.get("logo")
    if told is None:
        return None
    if told["media_type"] != "image/jpeg" or not _SHA256.fullmatch(told["sha256"]) or not told["alt"].strip():
        raise Unreadable("the logo of the view is none of ours")
    shown = Picture(sha256=told["sha256"], media_type=told["media_type"], alt=told["alt"])
    return Item(path=LOGO, label="Logo", blocks=(shown,))


def _facts(data: Mapping[str, Any]) -> tuple[Item, ...]:
    document = data["document"]
    told = (
        ("@document.reference", "Reference", document["reference"]),
        ("@document.revision", "Revision", str(document["revision"])),
        ("@document.issued_at", "Issued", london_words(document["issued_at"])),
        ("@document.status", "Status", STATUS_WORDS[document["status"]]),
        ("@audience", "This copy", data["audience"]["sentence"]),
    )
    return tuple(Item(path=path, label=label, blocks=(Text(text),)) for path, label, text in told)


def _signoffs(signoffs: Sequence[Mapping[str, Any]]) -> Iterator[Item]:
    outcomes = {"agreed": "Agreed", "declined": "Did not agree", "not_sought": "Not sought"}
    for n, one in enumerate(signoffs, 1):
        who = ", ".join(part for part in (one["name"], one["capacity"]) if part)
        lines = [f"{outcomes[one['outcome']]}: {who}, {london_words(one['at'])}", one["statement"]]
        if one.get("words"):
            lines.append(f"In their own words: {one['words']}")
        lines.append(f"Signed content {one['binds'][:16]}")
        yield Item(
            path=f"@signoff.{n}",
            label=one["title"],
            blocks=(Text("\n".join(filter(None, lines))),),
            wide=False,
        )


def _changes(changes: Sequence[Mapping[str, Any]]) -> Iterator[Item]:
    for n, one in enumerate(changes, 1):
        pairs = {
            "added": (("Added", one["after"]),),
            "removed": (("Removed", one["before"]),),
            "changed": (("Was", one["before"]), ("Now", one["after"])),
        }[one["kind"]]
        yield Item(path=f"@change.{n}", label=one["label"], blocks=(Pairs(pairs),))
