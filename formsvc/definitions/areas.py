"""Read an area: its words, its audiences and what they may read, its grades, readings and contacts.

The same plain data is the area's file and the area's portion of a stored effective definition, which
has no overlays any more: they have been applied.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from formsvc.definitions.area_rules import read_rules, rules_document
from formsvc.definitions.model import Area, Audience
from formsvc.definitions.reading import CODE, CODE_WORDS, ID, ID_WORDS, Entry, Report
from formsvc.definitions.source import meant

AREA_ID = re.compile(r"[A-Z]{3}")
AREA_ID_WORDS = "Use three capital letters"
KEYS = (
    "id", "name", "protocol", "based_on", "review_due", "terms", "audiences", "readers", "grades",
    "systems", "contacts", "secrets", "readings", "rules", "helplines", "stay_safe",
)  # fmt: skip
FULL = "full"
"""The audience of whoever keeps the record: every area names it, and it may read every class."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_READING = re.compile(r"X-\d{2}")


def read_area(data: Any, *, report: Report) -> tuple[Area, Mapping[str, list[Any]]]:
    """Return an area and its overlays by definition id; problems go into the report."""
    entry = Entry(data, key="", report=report, known=(*KEYS, "overlays"))
    overlays = entry.mapping("overlays", optional=True)
    for id, operations in overlays.items():
        if not isinstance(operations, list):
            entry.wrong(f"overlays.{id}", "must be a list of operations", "Begin each with a dash")
    return _area(entry), {id: ops for id, ops in overlays.items() if isinstance(ops, list)}


def area_document(area: Area) -> dict[str, Any]:
    """Return an area as plain data, for the stored effective definition."""
    return {
        "id": area.id,
        "name": area.name,
        "protocol": area.protocol,
        "based_on": area.based_on,
        **({"review_due": area.review_due} if area.review_due else {}),
        "terms": dict(area.terms),
        "audiences": {
            one.id: {"name": one.name, "sentence": one.sentence} for one in area.audiences.values()
        },
        "readers": {name: sorted(audiences) for name, audiences in area.readers.items()},
        "grades": [dict(grade) for grade in area.grades],
        "systems": dict(area.systems),
        "contacts": [dict(contact) for contact in area.contacts],
        "secrets": area.secrets,
        "readings": dict(area.readings),
        **({"rules": rules_document(area.rules)} if area.rules else {}),
        **({"helplines": [dict(one) for one in area.helplines]} if area.helplines else {}),
        **({"stay_safe": list(area.stay_safe)} if area.stay_safe else {}),
    }


def _area(entry: Entry) -> Area:
    audiences = _audiences(entry)
    review_due = entry.text("review_due", optional=True)
    if review_due and not _DATE.fullmatch(review_due):
        entry.wrong("review_due", f"{review_due!r} is not a date", "Write it as 2024-02-28, in quotes")
    readings = entry.words("readings", optional=True)
    for id in readings:
        if not _READING.fullmatch(id):
            entry.wrong(f"readings.{id}", "is not a contradiction of the sources", "Name it as X-28")
    return Area(
        id=entry.id(pattern=AREA_ID, remedy=AREA_ID_WORDS),
        name=entry.text("name"),
        protocol=entry.text("protocol"),
        based_on=entry.text("based_on"),
        review_due=review_due,
        terms=entry.words("terms"),
        audiences=audiences,
        readers=_readers(entry, audiences),
        grades=_rows(
            entry, "grades", needed=("code", "words"), more=("scale", "definition", "source", "note")
        ),
        readings=readings,
        contacts=_rows(entry, "contacts", needed=("role", "channel"), more=("hours", "source", "note")),
        systems=entry.words("systems", optional=True),
        secrets=entry.flag("secrets"),
        rules=read_rules(entry),
        helplines=_rows(entry, "helplines", needed=("name", "reach"), more=("hours", "source", "note")),
        stay_safe=entry.texts("stay_safe", optional=True),
    )


def _audiences(entry: Entry) -> dict[str, Audience]:
    found: dict[str, Audience] = {}
    for id, data in entry.mapping("audiences").items():
        key = entry.at("audiences", id)
        if not ID.fullmatch(id):
            entry.report.add(key, f"{id!r} cannot be used", ID_WORDS)
        one = Entry(data, key=key, report=entry.report, known=("name", "sentence"))
        found[id] = Audience(id=id, name=one.text("name"), sentence=one.text("sentence"))
    if found and FULL not in found:
        entry.wrong("audiences", f"has no {FULL}", f"Add {FULL}: the audience of whoever keeps the record")
    return found


def _readers(entry: Entry, audiences: Mapping[str, Audience]) -> dict[str, frozenset[str]]:
    table = entry.mapping("readers")
    readers = Entry(table, key=entry.at("readers"), report=entry.report, known=table)
    found: dict[str, frozenset[str]] = {}
    for name in table:
        if not ID.fullmatch(name):
            readers.wrong(name, f"{name!r} cannot be used", ID_WORDS)
        named = readers.texts(name)
        for one in named:
            if audiences and one not in audiences:
                readers.wrong(name, f"{one!r} is not an audience of this area", meant(one, audiences))
        if named and FULL not in named:
            readers.wrong(name, f"is not for {FULL}", f"Add {FULL}: whoever keeps the record reads it all")
        found[name] = frozenset(named)
    return found


def _rows(
    entry: Entry, name: str, *, needed: tuple[str, ...], more: tuple[str, ...]
) -> tuple[dict[str, str], ...]:
    found: list[dict[str, str]] = []
    for index, data in enumerate(entry.list(name, optional=True)):
        one = Entry(data, key=entry.at(name, str(index)), report=entry.report, known=(*needed, *more))
        row = {key: one.text(key) for key in needed}
        row |= {key: text for key in more if (text := one.text(key, optional=True))}
        if "code" in row and row["code"] and not CODE.fullmatch(row["code"]):
            one.wrong("code", f"{row['code']!r} cannot be used", CODE_WORDS)
        found.append(row)
    codes = [row["code"] for row in found if "code" in row]
    for code in {code for code in codes if codes.count(code) > 1}:
        entry.wrong(name, f"the code {code!r} stands there twice", "Keep one of them")
    return tuple(found)
