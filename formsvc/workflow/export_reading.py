"""What is held on a child, put so that people can read it: chapters of lines, each with its marks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from formsvc.access.table import ROLE_WORDS, Role
from formsvc.cases.clocks import RULES, running_clock
from formsvc.cases.marks import Mark, Marks
from formsvc.definitions.model import Effective
from formsvc.fields.base import Place, item
from formsvc.fields.blocks import Picture, leaves, text_of
from formsvc.fields.moments import london_words, stored_utc
from formsvc.store import audit, everything, records, revisions, sections, snapshots
from formsvc.store.audit import Entry
from formsvc.store.revisions import Revision
from formsvc.store.session import Tx
from formsvc.workflow.effective import effective_of
from formsvc.workflow.read_clocks import plan_events

NOT_KNOWN: Final = "The service"
A_PAGE: Final = 1000
READ_ELSEWHERE: Final = frozenset(
    {"child", "record", "revision", "section", "section_past", "snapshot", "blob", "export"}
)
"""Tables that a chapter of its own reads, or that say nothing to people; all of them stand in data.json."""

TITLES: Final[Mapping[str, str]] = {
    "allocation": "Who worked with the child",
    "attachment": "Files in the forms",
    "closing": "The case",
    "dispute": "What the child or a parent said was wrong",
    "disposal": "Disposals that were proposed",
    "document": "Documents that were issued",
    "emergency": "Looks taken in an emergency",
    "external_reference": "What other systems know the child by",
    "fact": "What is known, from where, and who may have it",
    "handed_out": "Copies handed to others",
    "kept_page": "What was typed and could not be saved any more",
    "late_page": "What was saved after a form was handed in",
    "legal_hold": "Legal holds",
    "placement": "Where the child lived",
    "recall": "Documents that were called back",
    "secret": "Secrets that are held (never exported)",
    "sendback": "Why forms were sent back",
    "signoff": "Who signed",
    "upload_task": "What was taken to the case file",
    "withholding": "What was withheld from somebody by name",
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing that is held: where it stands, what it is called, what it says, what to ask first."""

    where: str
    label: str
    text: str = field(repr=False)
    marks: tuple[Mark, ...] = ()
    not_child: str = ""
    """Why it is not in the child's own copy, empty where it is or where there is no such copy."""


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """Lines that belong together, in groups of (title, lines)."""

    id: str
    title: str
    groups: tuple[tuple[str, tuple[Line, ...]], ...]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """All of it: chapters for people, tables for programs, and how staff are called in both."""

    reference: str
    chapters: tuple[Chapter, ...]
    tables: Mapping[str, Any] = field(repr=False)
    audit: tuple[Mapping[str, Any], ...] = field(repr=False)


class Staff:
    """Names people who worked here by their role and a number: the same person always alike."""

    def __init__(self, roles: Mapping[str, str], memberships: Mapping[str, str]) -> None:
        self.roles = roles
        self.memberships = memberships
        self.told: dict[str, str] = {}

    def name(self, id: str | None) -> str:
        """Return what somebody is called; an id nobody knows is the service itself."""
        user_id = self.memberships.get(id or "", id or "")
        if not user_id:
            return NOT_KNOWN
        if user_id not in self.told:
            role = self.roles.get(user_id, "")
            words = ROLE_WORDS[Role(role)] if role in set(Role) else "Somebody"
            self.told[user_id] = f"{words} ({len(self.told) + 1})"
        return self.told[user_id]


def read_everything(tx: Tx, child_id: str, *, marks: Marks) -> Reading:
    """Read everything that is held on a child; raise ContentDestroyed after disposal."""
    tables = everything.of_child(tx, child_id)
    for row in tables["snapshot"]:
        if isinstance(row["envelope"], dict):
            row["envelope"].pop("salt", None)
    entries = tuple(_entries(tx, child_id))
    staff = _staff(tx, tables, entries)
    named = {name: [_named(name, row, staff) for row in rows] for name, rows in tables.items()}
    reference = str(tables["child"][0]["reference"])
    told = tuple(_entry(one, staff) for one in entries)
    chapters = (
        _identity(named["child"][0]),
        *_forms(tx, named, marks=marks),
        *(_table(name, rows, marks) for name, rows in named.items() if name not in READ_ELSEWHERE and rows),
        _looked(told),
    )
    return Reading(
        reference=reference,
        chapters=tuple(one for one in chapters if one.groups),
        tables=named,
        audit=told,
    )


def redactions(reading: Reading) -> tuple[Line, ...]:
    """Return every line that bears a mark, or that the child's own copy leaves out, in order."""
    return tuple(
        one
        for chapter in reading.chapters
        for _, lines in chapter.groups
        for one in lines
        if one.marks or one.not_child
    )


def said(value: Any) -> str:
    """Return a plain value as text: objects as "name: value", lists line by line."""
    if isinstance(value, Mapping):
        return "\n".join(f"{name.replace('_', ' ')}: {said(one)}" for name, one in value.items() if one)
    if isinstance(value, list | tuple):
        return "\n".join(said(one) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _identity(child: Mapping[str, Any]) -> Chapter:
    lines = [
        Line(where="child", label=name.replace("_", " ").capitalize(), text=said(value))
        for name, value in {**child["identity"], "reference": child["reference"]}.items()
    ]
    return Chapter(id="child", title="Who the child is", groups=(("", tuple(lines)),))


def _forms(tx: Tx, tables: Mapping[str, list[dict[str, Any]]], *, marks: Marks) -> Iterator[Chapter]:
    for row in tables["record"]:
        record = records.get(tx, row["id"])
        groups: list[tuple[str, tuple[Line, ...]]] = []
        title = record.definition_id
        history = revisions.history(tx, record.id)
        for one in history:
            effective = effective_of(tx, one.definition_hash)
            title = effective.title
            heading = f"Revision {one.number}, {one.state.replace('_', ' ')}, begun {_when(one.created_at)}"
            where = f"{record.reference} revision {one.number}"
            lines = tuple(_answers(tx, one, effective, where=where, marks=marks))
            groups.append((heading, lines))
        if history:
            groups.append(("Clocks", tuple(_clocks(history, record.reference))))
        yield Chapter(
            id=record.id,
            title=f"{title}, {record.reference}",
            groups=tuple(group for group in groups if group[1]),
        )


def _answers(tx: Tx, revision: Revision, effective: Effective, *, where: str, marks: Marks) -> Iterator[Line]:
    own = {"revision_id": revision.id, "child_id": revision.child_id}
    typed: dict[str, Any] = {}
    not_asked: Iterable[str] = ()
    if revision.state == "draft":
        answers: dict[str, Any] = {}
        for section in sections.all_of(tx, **own).values():
            answers |= section.answers
            typed |= section.typed
    elif revision.state == "awaiting_signoff":
        frozen = revisions.frozen(tx, revision)
        answers, not_asked = dict(frozen.answers), frozen.not_asked
    else:
        data = snapshots.of_revision(tx, revision.id).snapshot.data
        answers, not_asked = dict(data["answers"]), data["not_asked"]
    asked = frozenset(not_asked)
    for one in effective.fields():
        if one.id not in answers:
            continue
        found = item(one, answers[one.id], Place(path=one.id, not_asked=asked))
        for leaf in leaves(found) if found is not None else ():
            if leaf.path not in typed:
                text = text_of(leaf) or _pictures(leaf.blocks)
                yield _line(effective, leaf.path, leaf.label, text, where=where, marks=marks)
    for path, raw in typed.items():
        yield _line(effective, path, f"{path}, as typed", said(raw), where=where, marks=marks)


def _line(effective: Effective, path: str, label: str, text: str, *, where: str, marks: Marks) -> Line:
    made = Line(where=f"{where}, {path}", label=label, text=text)
    try:
        asked = effective.field(path)
    except KeyError:
        return made
    not_child = ""
    if "child" in effective.area.audiences and "child" not in effective.audiences(asked):
        not_child = (
            f"Not in the child's own copy: class {asked.sensitivity or 'none'}, part {asked.part}, "
            f"area {effective.area.id}"
        )
    found = marks.of_question(sensitivity=asked.sensitivity, type_name=asked.type.name)
    return replace(made, marks=found, not_child=not_child)


def _pictures(blocks: Sequence[object]) -> str:
    return "\n".join(f"A picture: {one.alt} ({one.sha256})" for one in blocks if isinstance(one, Picture))


def _clocks(history: Sequence[Revision], reference: str) -> Iterator[Line]:
    told = tuple(plan_events(history))
    for one in told:
        words = one.kind.value.replace("_", " ")
        yield Line(where=reference, label=words.capitalize(), text=_when(one.happened_at))
    for rule in RULES:
        clock = running_clock(told, rule)
        if clock is not None:
            yield Line(where=reference, label=f"Clock {rule.id}", text=f"due {_when(clock.due_at)}")


def _table(name: str, rows: list[dict[str, Any]], marks: Marks) -> Chapter:
    mark = marks.of_table(name)
    return Chapter(
        id=name,
        title=TITLES.get(name, name.replace("_", " ").capitalize()),
        groups=tuple(
            (
                f"{number}",
                tuple(
                    Line(
                        where=f"{name} {number}",
                        label=column.removesuffix("_id").removesuffix("_at").replace("_", " ").capitalize(),
                        text=_cell(column, value),
                        marks=mark,
                    )
                    for column, value in row.items()
                    if value not in (None, "") and column not in ("id", "child_id")
                ),
            )
            for number, row in enumerate(rows, start=1)
        ),
    )


def _cell(column: str, value: Any) -> str:
    if column.endswith("_at") or column == "at":
        return _when(datetime.fromisoformat(str(value)))
    return said(value)


def _looked(entries: Sequence[Mapping[str, Any]]) -> Chapter:
    lines = tuple(
        Line(
            where="audit",
            label=f"{_when(datetime.fromisoformat(one['at']))}, {one['who']}",
            text=one["act"] + ("" if one["outcome"] == "done" else f" ({one['outcome']})"),
        )
        for one in entries
    )
    return Chapter(id="audit", title="Who looked and who did what", groups=(("", lines),) if lines else ())


def _entries(tx: Tx, child_id: str) -> Iterator[Entry]:
    before = None
    while found := audit.of_child(tx, child_id, before=before, limit=A_PAGE):
        yield from found
        before = (found[-1].at, found[-1].id)


def _entry(one: Entry, staff: Staff) -> dict[str, Any]:
    return {
        "at": one.at.isoformat(),
        "act": one.act,
        "outcome": one.outcome,
        "who": staff.name(one.actor_id),
        "record": one.record_id,
        "subject": one.subject_id,
    }


def _staff(tx: Tx, tables: Mapping[str, list[dict[str, Any]]], entries: Iterable[Entry]) -> Staff:
    ids = {
        str(row[column])
        for name, rows in tables.items()
        for column in everything.people_columns(name)
        for row in rows
        if row.get(column)
    }
    memberships = everything.memberships_of(tx, ids)
    everybody = {*ids, *memberships.values(), *(one.actor_id for one in entries if one.actor_id)}
    return Staff(everything.staff_of(tx, everybody), memberships)


def _named(name: str, row: Mapping[str, Any], staff: Staff) -> dict[str, Any]:
    people = everything.people_columns(name)
    return {key: staff.name(value) if key in people and value else value for key, value in row.items()}


def _when(moment: datetime) -> str:
    return london_words(stored_utc(moment))
