"""A repeating group: rows with ids of their own that never change."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from formsvc import clock
from formsvc.fields import gather, reading, rooms, schemas
from formsvc.fields import options as given
from formsvc.fields.base import (
    FieldType,
    OptionsInvalid,
    Place,
    Refused,
    Spec,
    Value,
    Widget,
    answer_schema,
    is_not_known,
    item,
)
from formsvc.fields.blocks import Block, Cards, Item, Picture, Row, State, Table, Text
from formsvc.fields.rooms import Room
from formsvc.fields.schemas import Schema
from formsvc.fields.words import Code

ROW_ID = re.compile(r"[a-z0-9]{1,12}")
CEILING = 2_000
"""The most rows any group may allow."""

_NARROW = 5
"""The most columns a table has where the form does not say how its rows are shown."""


@dataclass(frozen=True, kw_only=True)
class RowsOptions:
    """How many rows, what one is called, which field heads it, and how they are printed."""

    min: int = 0
    max: int = 100
    one: str = "entry"
    heading: str = ""
    show: str = ""


class RowsType(FieldType):
    """`[{"id": "k3m9", ...}]`. The rule judges ids and numbers; the gate goes into each row."""

    name = "rows"
    widget = Widget.ROWS
    wide: ClassVar[bool] = True
    weight: ClassVar[int] = 5
    missing: ClassVar[Code] = Code.REQUIRED_ROWS

    def options(self, raw: Mapping[str, Any]) -> RowsOptions:
        given.only(raw, ("min", "max", "one", "heading", "show"))
        low, _ = given.least_and_most({"min": raw.get("min", 0)}, ceiling=CEILING)
        high = given.size(raw, "max", default=max(100, low), least=1, most=CEILING)
        if low > high:
            raise OptionsInvalid("min", f"{low} is more than max, {high}", "Write a smaller number")
        show = given.text(raw, "show")
        if show not in ("", "table", "cards"):
            raise OptionsInvalid("show", f"{show!r} is not a way to show rows", "Write table or cards")
        return RowsOptions(
            min=low,
            max=high,
            one=given.text(raw, "one", default="entry") or "entry",
            heading=given.text(raw, "heading"),
            show=show,
        )

    def read(self, spec: Spec, raw: Any) -> Value:
        """Return the rows that hold something, each with its id; what stands in them is as it was sent."""
        rows = [row for row in raw if not reading.is_blank(row)] if isinstance(raw, list | tuple) else [raw]
        if not isinstance(raw, list | tuple) or any(not isinstance(row, Mapping) for row in rows):
            raise Refused(Code.ROWS_SHAPE)
        if len(rows) > spec.options.max:
            raise Refused(Code.ROWS_TOO_MANY)
        rows = [row if not reading.is_blank(row.get("id")) else {**row, "id": ""} for row in rows]
        given_ids = [row["id"] for row in rows if row["id"] != ""]
        if any(not isinstance(one, str) or not ROW_ID.fullmatch(one) for one in given_ids):
            raise Refused(Code.ROWS_ID_UNREADABLE)
        if any(count > 1 for count in Counter(given_ids).values()):
            raise Refused(Code.ROWS_ID_TWICE)
        return [{**row, "id": row["id"] or clock.new_id(8)} for row in rows]

    def wanting(self, spec: Spec, value: Value) -> tuple[Code, ...]:
        return (Code.ROWS_TOO_FEW,) if len(value) < spec.options.min else ()

    def gather(self, spec: Spec) -> Any:
        return gather.rows(spec)

    def keepable(self, spec: Spec, raw: Any) -> Any:
        """Return rows without what may be a secret: where a row asks for one, only what has a place in it."""
        if not any(child.type.secretive for child in spec.children):
            return raw
        if isinstance(raw, list):
            return [self._keepable_row(spec, row) for row in raw if isinstance(row, dict)]
        if isinstance(raw, dict) and isinstance(raw.get("typed"), list):
            return {"not_known": bool(raw.get("not_known")), "typed": self.keepable(spec, raw["typed"])}
        return None

    def blocks(self, spec: Spec, value: Value, place: Place) -> tuple[Block, ...]:
        shown = tuple(child for child in spec.children if child.type.holds_answer)
        rows = [self._row(spec, shown, row, number, place) for number, row in enumerate(value, 1)]
        if not self._as_table(spec, shown):
            return (Cards(tuple(rows)),)
        return (
            Table(
                columns=tuple(child.label for child in shown),
                weights=tuple(child.type.weight for child in shown),
                rows=tuple(
                    Row(id=row.id, heading=row.heading, items=self._cells(shown, row, place, answers))
                    for row, answers in zip(rows, value, strict=True)
                ),
            ),
        )

    def room(self, spec: Spec) -> tuple[Room, ...]:
        options: RowsOptions = spec.options
        table = self._as_table(spec, tuple(child for child in spec.children if child.type.holds_answer))
        count = max(5 if table else 2, options.min)
        return (rooms.Entries(one=options.one, count=min(count, options.max), table=table),)

    def text(self, spec: Spec, value: Value) -> str:
        return "; ".join(self._heading(spec, row, number) for number, row in enumerate(value, 1))

    def schema(self, spec: Spec) -> Schema:
        asked = [child for child in spec.children if child.type.holds_answer]
        row = {"id": schemas.like(f"^{ROW_ID.pattern}$"), **{one.id: answer_schema(one) for one in asked}}
        return {
            "type": "array",
            "items": schemas.parts(row, needed=["id"]),
            "maxItems": spec.options.max,
        }

    def example(self, spec: Spec) -> Value:
        count = min(max(spec.options.min, 2), spec.options.max)
        return [
            {
                "id": f"r{number}",
                **{child.id: child.type.example(child) for child in spec.children if child.type.holds_answer},
            }
            for number in range(1, count + 1)
        ]

    def _keepable_row(self, spec: Spec, row: Mapping[str, Any]) -> dict[str, Any]:
        kept = {
            child.id: child.type.keepable(child, row[child.id]) for child in spec.children if child.id in row
        }
        return {"id": row["id"], **kept} if isinstance(row.get("id"), str) else kept

    def _as_table(self, spec: Spec, shown: tuple[Spec, ...]) -> bool:
        if spec.options.show:
            return bool(spec.options.show == "table")
        return len(shown) <= _NARROW and not any(child.type.wide for child in shown)

    def _row(
        self, spec: Spec, shown: tuple[Spec, ...], row: Mapping[str, Value], number: int, place: Place
    ) -> Row:
        items = (item(child, row.get(child.id), place.inside(row["id"], child.id)) for child in shown)
        return Row(
            id=row["id"],
            heading=self._heading(spec, row, number),
            items=tuple(one for one in items if one is not None),
        )

    def _cells(
        self, shown: tuple[Spec, ...], row: Row, place: Place, answers: Mapping[str, Value]
    ) -> tuple[Item, ...]:
        """Return a cell for every column: short texts, and "Not asked" where a column was not asked here."""
        found = {one.path: one for one in row.items}
        cells = []
        for child in shown:
            path = place.inside(row.id, child.id).path
            one = found.get(path)
            if one is None:
                unasked = (Text("Not asked"),)
                one = Item(path=path, label=child.label, blocks=unasked, state=State.NOT_RECORDED)
            elif one.state is State.GIVEN and not any(
                isinstance(block, Picture | Table | Cards) for block in one.blocks
            ):
                text = child.type.text(child, answers[child.id])
                one = Item(path=path, label=child.label, blocks=(Text(text),))
            cells.append(one)
        return tuple(cells)

    def _heading(self, spec: Spec, row: Mapping[str, Value], number: int) -> str:
        head = next((child for child in spec.children if child.id == spec.options.heading), None)
        value = row.get(head.id) if head else None
        if head is not None and value is not None and not is_not_known(value):
            said = " ".join(head.type.text(head, value).split())
            if said:
                return said
        one = spec.options.one
        return f"{one[:1].upper()}{one[1:]} {number}"
