"""Put what one person typed together with what another saved meanwhile: nothing lost, nothing overwritten.

What only one of the two changed stands. What both changed, differently, is a clash: a person chooses.
The unit is one question; inside a repeating group it is one row.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from formsvc.access.readable import holds
from formsvc.definitions.model import Effective, Field, Page, Stage
from formsvc.fields.base import Place, is_not_known, item
from formsvc.fields.blocks import Cards, State, Table, leaves, text_of
from formsvc.records.gate import Gate, Judged


@dataclass(frozen=True, kw_only=True)
class Edits:
    """What was typed on a page: answers by field id, and at most one row as (group, row id, its answers)."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    row: tuple[str, str, Mapping[str, Any]] | None = None

    def onto(self, held: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a page holds with these edits; a row that is not there is added last."""
        made = {**held, **self.fields}
        if self.row is not None:
            group, row_id, typed = self.row
            rows = rows_of(made.get(group))
            there = any(one.get("id") == row_id for one in rows)
            kept = next((one for one in rows if one.get("id") == row_id), {})
            new = {**kept, "id": row_id, **typed}
            made[group] = [new if one.get("id") == row_id else one for one in rows] if there else [*rows, new]
        return made

    def with_answers(self, chosen: Mapping[str, Any]) -> Edits:
        """Return these edits with some answers in the place of what was typed."""
        return replace(self, fields={**self.fields, **chosen})

    def within(self, page: Page) -> Edits:
        """Return the edits of questions that a page asks: what is not on it cannot be written through it."""
        groups = {one.id: {child.id for child in one.children} for one in page.fields if one.children}
        row = self.row
        if row is not None:
            group, row_id, typed = row
            asked = groups.get(group)
            row = (
                None
                if asked is None
                else (group, row_id, {key: one for key, one in typed.items() if key in asked})
            )
        ids = {one.id for one in page.fields}
        return Edits(fields={key: one for key, one in self.fields.items() if key in ids}, row=row)

    def only(self, units: Collection[str]) -> Edits:
        """Return the edits of some units."""
        row = self.row if self.row and f"{self.row[0]}.{self.row[1]}" in units else None
        return Edits(fields={key: one for key, one in self.fields.items() if key in units}, row=row)


@dataclass(frozen=True, kw_only=True)
class Clash:
    """A question, or a row, that two people answered differently: both answers in words."""

    unit: str
    label: str
    theirs: str
    mine: str


@dataclass(frozen=True, kw_only=True)
class Merged:
    """The page as it can be saved, what must be chosen first, and the labels of what the other changed."""

    held: dict[str, Any]
    clashes: tuple[Clash, ...]
    theirs: tuple[str, ...]


def rows_of(raw: Any) -> list[Mapping[str, Any]]:
    """Return the rows of what a group holds, whatever it holds."""
    if isinstance(raw, Mapping):
        raw = raw.get("typed")
    return [one for one in raw if isinstance(one, Mapping)] if isinstance(raw, list) else []


def merge(
    effective: Effective,
    page: Page,
    *,
    others: Mapping[str, Any],
    base: Mapping[str, Any] | None,
    now: Mapping[str, Any],
    edits: Edits,
) -> Merged:
    """Put edits made on `base` onto `now`. Where `base` is no longer kept, every difference is a clash."""
    gate = Gate(effective)

    def judged(held: Mapping[str, Any]) -> Judged:
        return gate.judge({**others, **held}, stage=Stage.DRAFT)

    stands, mine = judged(now), judged(edits.onto(base if base is not None else now))
    before = judged(base) if base is not None else None
    clashes, keep, changed = [], [], []
    for unit, one in _units(page, edits, stands, before):
        then, theirs, own = (_part(found, unit, one) if found else None for found in (before, stands, mine))
        by_them = before is None or theirs != then
        if by_them and theirs != own and before is not None:
            changed.append(_label(one, stands, unit) or _label(one, mine, unit))
        if unit not in _own_units(edits) or (before is not None and own == then) or own == theirs:
            continue
        if by_them:
            clashes.append(
                Clash(
                    unit=unit,
                    label=_label(one, stands, unit) or _label(one, mine, unit),
                    theirs=_words(one, stands, unit),
                    mine=_words(one, mine, unit),
                )
            )
        else:
            keep.append(unit)
    return Merged(
        held=edits.only(keep).onto(now), clashes=tuple(clashes), theirs=tuple(dict.fromkeys(changed))
    )


def _own_units(edits: Edits) -> set[str]:
    return {*edits.fields, *([f"{edits.row[0]}.{edits.row[1]}"] if edits.row else [])}


def _units(page: Page, edits: Edits, stands: Judged, before: Judged | None) -> list[tuple[str, Field]]:
    found: list[tuple[str, Field]] = []
    for one in page.fields:
        ids = {
            str(row["id"]): None
            for judged in (stands, before)
            if judged is not None and one.children
            for row in rows_of(judged.answers.get(one.id))
        }
        if edits.row and edits.row[0] == one.id:
            ids[edits.row[1]] = None
        found.extend((f"{one.id}.{row_id}", one) for row_id in ids)
        if not one.children or one.id in edits.fields:
            found.append((one.id, one))
    return found


def _part(judged: Judged, unit: str, of: Field) -> tuple[Any, dict[str, Any]]:
    """Return what a judging holds of a unit: its value, and what of it could not be read.

    Of a row only the questions that `of` asks: another's, which this editor does not have, never clash.
    """
    group, _, row_id = unit.partition(".")
    value = judged.answers.get(group)
    if row_id:
        value = next((row for row in rows_of(value) if row["id"] == row_id), None)
        if value is not None:
            asked = {"id", *(child.id for child in of.children)}
            value = {key: one for key, one in value.items() if key in asked}
    typed = {
        path: raw
        for path, raw in judged.typed.items()
        if (path == unit or path.startswith(f"{unit}.")) and holds({of.id: of}, path)
    }
    return value, typed


def _label(one: Field, judged: Judged, unit: str) -> str:
    row_id = unit.partition(".")[2]
    if not row_id:
        return one.label
    shown = item(one, judged.answers.get(one.id), Place(path=one.id))
    for block in shown.blocks if shown else ():
        for row in block.rows if isinstance(block, Table | Cards) else ():
            if row.id == row_id:
                return f"{one.label}: {row.heading}"
    return ""


def _words(one: Field, judged: Judged, unit: str) -> str:
    value, typed = _part(judged, unit, one)
    row_id = unit.partition(".")[2]
    if value is None and not typed:
        return "Removed" if row_id else "Nothing entered"
    said = ""
    if value is not None and row_id:
        shown = item(one, [value], Place(path=one.id))
        said = "\n".join(
            f"{leaf.label}: {text_of(leaf)}"
            for block in (shown.blocks if shown else ())
            if isinstance(block, Table | Cards)
            for row in block.rows
            for inner in row.items
            for leaf in leaves(inner)
            if leaf.state is not State.NOT_RECORDED
        )
    elif value is not None:
        said = "Not known" if is_not_known(value) else one.type.text(one, value)
    return "\n".join(filter(None, (said, *(raw_words(raw) for raw in typed.values()))))


def raw_words(raw: Any) -> str:
    """Return what was typed and could not be read as one line of its pieces."""
    if isinstance(raw, Mapping):
        return " ".join(filter(None, (raw_words(one) for key, one in raw.items() if key != "id")))
    if isinstance(raw, list):
        return ", ".join(filter(None, map(raw_words, raw)))
    return str(raw) if isinstance(raw, str | int) and not isinstance(raw, bool) else ""
