"""Check what a form says about itself: conditions look backwards, and everything named exists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from formsvc.definitions.conditions import Condition
from formsvc.definitions.model import CrossCheck, Field
from formsvc.definitions.reading import Entry, Report
from formsvc.definitions.source import meant

SLOTS = (
    "photo", "name", "known_as", "date_of_birth", "gender", "ethnicity", "height", "build", "hair", "eyes",
    "marks", "clothing", "phones", "language", "triggers", "runs_to", "risks", "do_not_approach",
    "medication", "ring_now", "home", "lead", "danger",
)  # fmt: skip
ONE_FIELD_SLOTS = frozenset({"photo", "name"})
"""Slots that take fields only: a picture and a name are not read out of a group."""
MOST_ROWS = 20

Fields = Mapping[str, Field]


def check(content: Mapping[str, Any], report: Report) -> None:
    """Report whatever is named and does not exist, or stands later than what looks at it.

    `content` holds the attributes of Effective by name, but for area, document and hash.
    """
    pages = content["pages"]
    fields = {one.id: one for page in pages for one in page.fields}
    before: dict[str, Field] = {}
    for page in pages:
        _look_back(page.fields, key=f"pages.{page.id}", before=before, form={}, report=report)
    for field, key in _groups(pages):
        _heading(field, key=key, report=report)
    for one in content["cross_checks"]:
        _cross_check(one, fields=fields, report=report)
    for slot, entries in content["search_sheet"].items():
        _slot(slot, entries, fields=fields, report=report)


def _look_back(
    inside: Iterable[Field], *, key: str, before: dict[str, Field], form: Fields, report: Report
) -> None:
    """Check the conditions of fields in order; `before` grows, `form` holds what stands around a row."""
    fields = tuple(inside)
    later = {one.id for one in fields}
    for one in fields:
        at = f"{key}.fields.{one.id}"
        when = one.required.when if one.required else None
        for name, condition in (("shown_when", one.shown_when), ("required.when", when)):
            if condition:
                _looks(condition, before, key=f"{at}.{name}", report=report, form=form, later=later)
        if one.children:
            _look_back(one.children, key=at, before={}, form={**form, **before}, report=report)
        before[one.id] = one


def _looks(
    condition: Condition,
    near: Fields,
    *,
    key: str,
    report: Report,
    form: Fields | None = None,
    later: Iterable[str] = (),
) -> None:
    """Check that a condition looks at known fields and compares words that they can answer.

    `near` are the fields of the row, or of the form outside rows; `form` those around a row; `later`
    the ids of the same row or form, wherever they stand.
    """
    known = {**(form or {}), **near}
    for id in sorted(condition.needs):
        if form and id in form and (id in near or id in set(later)):
            what = f"{id!r} stands both in the row and in the form"
            report.add(key, what, "Give one of the two another id")
        elif id not in known and id in set(later):
            report.add(key, f"{id!r} does not stand earlier", "A condition only looks back: move one of them")
        elif id not in known:
            report.add(key, f"there is no field {id!r} before this one", meant(id, known))
        elif not known[id].type.holds_answer:
            report.add(key, f"{id!r} holds no answer", "Look at a field that does")
    for id, word in condition.words():
        if id in known and (codes := _codes(known[id])) is not None and word not in codes:
            report.add(key, f"{id!r} cannot answer {word!r}", meant(word, codes))


def _codes(field: Field) -> frozenset[str] | None:
    codes = None if field.options is None else field.type.codes(field)
    return codes | {"not_known"} if codes is not None and field.not_known else codes


def _groups(pages: Iterable[Any]) -> Iterator[tuple[Field, str]]:
    waiting = [(one, f"pages.{page.id}.fields.{one.id}") for page in pages for one in page.fields]
    while waiting:
        field, key = waiting.pop(0)
        waiting.extend((child, f"{key}.fields.{child.id}") for child in field.children)
        if field.children:
            yield field, key


def _heading(field: Field, *, key: str, report: Report) -> None:
    """Check that the field a row is called by is one of the row's."""
    heading = field.raw_options.get("heading")
    children = [child.id for child in field.children]
    if heading is not None and heading not in children:
        what = f"there is no field {heading!r} in a row"
        report.add(f"{key}.options.heading", what, meant(str(heading), children))


def _cross_check(one: CrossCheck, *, fields: Fields, report: Report) -> None:
    key = f"cross_checks.{one.id}"
    group, dotted, _ = one.fields[0].partition(".*.") if one.fields else ("", "", "")
    row = {child.id: child for child in fields[group].children} if dotted and group in fields else {}
    for name in one.fields:
        holder, inside, child = name.partition(".*.")
        known = row if inside else fields
        if (holder, inside) != (group, dotted) and dotted:
            report.add(f"{key}.fields", "name rows of more than one group", "Keep to one group")
        elif (child or holder) not in known or (inside and holder not in fields):
            report.add(f"{key}.fields", f"there is no field {name!r}", meant(child or holder, known))
    near, form = (row, fields) if row else (fields, None)
    _looks(one.when, near, key=f"{key}.when", report=report, form=form)


def _slot(slot: str, entries: Iterable[Any], *, fields: Fields, report: Report) -> None:
    key = f"search_sheet.{slot}"
    if slot not in SLOTS:
        report.add(key, "is not a slot of the search sheet", meant(slot, SLOTS))
    for index, entry in enumerate(entries):
        if isinstance(entry, Mapping):
            if slot in ONE_FIELD_SLOTS:
                report.add(key, "takes fields, not rows", "Name a field")
            _rows(entry, key=f"{key}.{index}", fields=fields, report=report)
        elif not isinstance(entry, str) or entry not in fields:
            report.add(key, f"there is no field {entry!r}", meant(str(entry), fields))
        elif not fields[entry].type.holds_answer:
            report.add(key, f"{entry!r} holds no answer", "Name a field that does")


def _rows(data: Mapping[str, Any], *, key: str, fields: Fields, report: Report) -> None:
    """Check an entry that shows some rows of a group: `{rows, show, where?, most?}`."""
    entry = Entry(data, key=key, report=report, known=("rows", "where", "show", "most"))
    group = fields.get(entry.text("rows"))
    if group is None or not group.children:
        groups = [one.id for one in fields.values() if one.children]
        entry.wrong("rows", f"there is no group {data.get('rows')!r}", meant(str(data.get("rows")), groups))
        return
    row = {child.id: child for child in group.children}
    for id in entry.texts("show"):
        if id not in row:
            entry.wrong("show", f"there is no field {id!r} in a row of {group.id}", meant(id, row))
    entry.number("most", least=1, most=MOST_ROWS, default=MOST_ROWS)
    where = entry.condition("where")
    if where:
        _looks(where, row, key=entry.at("where"), report=report, form=fields)
