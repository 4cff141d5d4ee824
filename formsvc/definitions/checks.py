"""Check what a form says about itself: conditions look backwards, everything named exists, nothing leaks.

A view says which questions were not asked. A field that is shown when another holds something would
therefore tell its readers about that other: so a condition may only look at what all of them may read.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from formsvc.definitions.conditions import Condition
from formsvc.definitions.model import Area, CrossCheck, Field, Page, audiences_of
from formsvc.definitions.reading import Entry, Report
from formsvc.definitions.source import meant
from formsvc.fields.base import Widget

SLOTS = (
    "photo", "name", "known_as", "date_of_birth", "gender", "ethnicity", "height", "build", "hair", "eyes",
    "marks", "clothing", "phones", "language", "triggers", "runs_to", "risks", "do_not_approach",
    "medication", "ring_now", "home", "lead", "danger", "meeting", "decision", "grade", "reasons", "actions",
    "next_review", "alerts", "present", "factors", "episode", "outcome", "account", "family", "harm", "needs",
    "last_seen", "circumstances", "reported", "transport", "said", "will_happen", "ring", "disagree",
)  # fmt: skip
ONE_FIELD_SLOTS = frozenset({"photo", "name"})
"""Slots that take fields only: a picture and a name are not read out of a group."""
PICTURE = "photo"
"""The slot that is drawn, not printed."""
MOST_ROWS = 20

Fields = Mapping[str, Field]


def check(content: Mapping[str, Any], *, area: Area, report: Report) -> None:
    """Report whatever is named and does not exist, stands later than what looks at it, or would leak.

    `content` holds the attributes of Effective by name, but for area, document and hash.
    """
    _Checker(content, area=area, report=report).check()


class _Checker:
    def __init__(self, content: Mapping[str, Any], *, area: Area, report: Report) -> None:
        self.content = content
        self.area = area
        self.report = report
        self.pages: tuple[Page, ...] = content["pages"]
        self.fields: Fields = {one.id: one for page in self.pages for one in page.fields}

    def check(self) -> None:
        before: dict[str, Field] = {}
        for page in self.pages:
            self.look_back(page.fields, key=f"pages.{page.id}", before=before, form={}, readers=None)
        for field, key in _groups(self.pages):
            self.heading(field, key=key)
        for one in self.content["cross_checks"]:
            self.cross_check(one)
        for slot, entries in self.content["search_sheet"].items():
            self.slot(slot, entries)

    def look_back(
        self,
        fields: tuple[Field, ...],
        *,
        key: str,
        before: dict[str, Field],
        form: Fields,
        readers: frozenset[str] | None,
    ) -> None:
        """Check the conditions of fields in order.

        `before` grows; `form` holds what stands around a row, and `readers` who may receive the group.
        """
        later = {one.id for one in fields} if readers is not None else set(self.fields)
        for one in fields:
            at = f"{key}.fields.{one.id}"
            mine = self.audiences(one) if readers is None else self.audiences(one) & readers
            if one.shown_when:
                shown = f"{at}.shown_when"
                self.looks(one.shown_when, before, key=shown, form=form, later=later)
                self.keeps_quiet(one.shown_when, _both(before, form), key=shown, readers=mine)
            if one.required and one.required.when:
                self.looks(one.required.when, before, key=f"{at}.required.when", form=form, later=later)
            if one.children:
                around = (
                    dict(before) if readers is None else form
                )  # a row of a row sees the form, not the row
                self.look_back(one.children, key=at, before={}, form=around, readers=mine)
            before[one.id] = one

    def looks(
        self,
        condition: Condition,
        near: Fields,
        *,
        key: str,
        form: Fields | None = None,
        later: Collection[str] = (),
    ) -> None:
        """Check that a condition looks at known fields and compares words that they can answer.

        `near` are the fields of the row, or of the form outside rows; `form` those around a row; `later`
        the ids of the same row or form, wherever they stand.
        """
        known = _both(near, form)
        for id in sorted(condition.needs):
            if form and id in form and (id in near or id in later):
                what = f"{id!r} stands both in the row and in the form"
                self.report.add(key, what, "Give one of the two another id")
            elif id not in known and id in later:
                what = f"{id!r} does not stand earlier"
                self.report.add(key, what, "A condition only looks back: move one of them")
            elif id not in known:
                self.report.add(key, f"there is no field {id!r} to look at", meant(id, known))
            elif not known[id].type.holds_answer:
                self.report.add(key, f"{id!r} holds no answer", "Look at a field that does")
        for id in condition.dates():
            if id in known and known[id].type.widget not in (Widget.DATE, Widget.DATETIME):
                self.report.add(key, f"{id!r} is not a date", "Compare two fields that hold whole dates")
        for id, word in condition.words():
            if id in known and (codes := _codes(known[id])) is not None and word not in codes:
                self.report.add(key, f"{id!r} cannot answer {word!r}", meant(word, codes))

    def keeps_quiet(self, condition: Condition, known: Fields, *, key: str, readers: frozenset[str]) -> None:
        """Check that whoever learns that a condition held may read all that it looks at."""
        for id in sorted(condition.needs):
            may = self.audiences(known[id]) if id in known else frozenset()
            told = readers - may
            if told and may:
                what = f"would tell {', '.join(sorted(told))} about {id!r}, which they may not read"
                self.report.add(key, what, "Give the two the same class and part, or leave the condition out")

    def heading(self, field: Field, *, key: str) -> None:
        """Check that the field a row is called by is one of the row's."""
        heading = field.raw_options.get("heading")
        children = [child.id for child in field.children]
        if heading is not None and heading not in children:
            what = f"there is no field {heading!r} in a row"
            self.report.add(f"{key}.options.heading", what, meant(str(heading), children))

    def cross_check(self, one: CrossCheck) -> None:
        key = f"cross_checks.{one.id}"
        group, dotted, _ = one.fields[0].partition(".*.") if one.fields else ("", "", "")
        row = {child.id: child for child in self.fields[group].children} if group in self.fields else {}
        row = row if dotted else {}
        for name in one.fields:
            holder, inside, child = name.partition(".*.")
            known = row if inside else self.fields
            if (holder, inside) != (group, dotted) and dotted:
                self.report.add(f"{key}.fields", "name rows of more than one group", "Keep to one group")
            elif (child or holder) not in known:
                what = f"there is no field {name!r}"
                self.report.add(f"{key}.fields", what, meant(child or holder, known))
        near, form = (row, self.fields) if row else (self.fields, None)
        self.looks(one.when, near, key=f"{key}.when", form=form)

    def slot(self, slot: str, entries: Iterable[Any]) -> None:
        key = f"search_sheet.{slot}"
        if slot not in SLOTS:
            self.report.add(key, "is not a slot of the search sheet", meant(slot, SLOTS))
        for index, entry in enumerate(entries):
            if isinstance(entry, Mapping):
                if slot in ONE_FIELD_SLOTS:
                    self.report.add(key, "takes fields, not rows", "Name a field")
                self.rows(entry, key=f"{key}.{index}")
            elif not isinstance(entry, str) or entry not in self.fields:
                self.report.add(key, f"there is no field {entry!r}", meant(str(entry), self.fields))
            elif not self.fields[entry].type.holds_answer:
                self.report.add(key, f"{entry!r} holds no answer", "Name a field that does")
            elif slot == PICTURE and self.fields[entry].type.widget is not Widget.PHOTO:
                self.report.add(key, f"{entry!r} is no photo", "Name a field of the type photo")

    def rows(self, data: Mapping[str, Any], *, key: str) -> None:
        """Check an entry that shows some rows of a group: `{rows, show, where?, most?}`."""
        entry = Entry(data, key=key, report=self.report, known=("rows", "where", "show", "most"))
        group = self.fields.get(entry.text("rows"))
        if group is None or not group.children:
            groups = [one.id for one in self.fields.values() if one.children]
            what = f"there is no group {data.get('rows')!r}"
            entry.wrong("rows", what, meant(str(data.get("rows")), groups))
            return
        row = {child.id: child for child in group.children}
        readers: frozenset[str] = frozenset()
        for id in entry.texts("show"):
            if id not in row:
                entry.wrong("show", f"there is no field {id!r} in a row of {group.id}", meant(id, row))
            else:
                readers |= self.audiences(row[id]) & self.audiences(group)
        entry.number("most", least=1, most=MOST_ROWS, default=MOST_ROWS)
        where = entry.condition("where")
        if where:
            self.looks(where, row, key=entry.at("where"), form=self.fields)
            self.keeps_quiet(where, _both(row, self.fields), key=entry.at("where"), readers=readers)

    def audiences(self, field: Field) -> frozenset[str]:
        return audiences_of(field, area=self.area, parts=self.content["parts"])


def _both(near: Fields, form: Fields | None) -> Fields:
    """Return the fields of both, the nearer first, without copying what may be thousands."""
    return ChainMap(near, form or {})  # type: ignore[arg-type]  # nobody writes to it


def _codes(field: Field) -> frozenset[str] | None:
    codes = None if field.options is None else field.type.codes(field)
    return codes | {"not_known"} if codes is not None and field.not_known else codes


def _groups(pages: Iterable[Page]) -> Iterator[tuple[Field, str]]:
    waiting = [(one, f"pages.{page.id}.fields.{one.id}") for page in pages for one in page.fields]
    while waiting:
        field, key = waiting.pop(0)
        waiting.extend((child, f"{key}.fields.{child.id}") for child in field.children)
        if field.children:
            yield field, key
