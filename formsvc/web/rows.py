"""Repeating groups on the page: the list of rows, and what its buttons do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from formsvc.definitions.model import Effective, Field
from formsvc.errors import AnswerError
from formsvc.fields.base import Place, is_not_known, item
from formsvc.fields.blocks import Cards, Row, Table, leaves, text_of
from formsvc.fields.blocks import State as Said
from formsvc.records.gate import Judged, error_words
from formsvc.web.forms import Wrong
from formsvc.web.saving import Arrange
from formsvc.workflow.merge_edits import raw_words, rows_of


@dataclass(frozen=True, kw_only=True)
class RowLine:
    """One row in the list: what it is called, the rest of it in short, what is wrong with it."""

    id: str
    heading: str
    rest: tuple[tuple[str, str], ...]
    errors: tuple[Wrong, ...]
    is_first: bool
    is_last: bool


@dataclass(frozen=True, kw_only=True)
class RowList:
    """The rows of a group as its page lists them."""

    group: Field
    rows: tuple[RowLine, ...]
    is_full: bool
    not_known: bool
    may_remove: bool
    """Whether rows may be removed: not where others answer questions of theirs in the same row."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a button asks: `do` of `group`, with a row and, to bring one back, the version it was in."""

    do: str
    group: str = ""
    row_id: str = ""
    version: int = 0


def order_of(do: str) -> Order:
    """Read the value of the button that was pressed; one that cannot be read is "continue"."""
    name, *rest = do.split(":")
    given = dict(zip(("group", "row_id"), rest, strict=False))
    if name in ("add", "open", "up", "down", "remove") and given.get("group"):
        return Order(do=name, group=given["group"], row_id=given.get("row_id", ""))
    if name == "restore" and len(rest) == 3 and rest[2].isascii() and rest[2].isdigit() and len(rest[2]) < 9:
        return Order(do=name, group=rest[0], row_id=rest[1], version=int(rest[2]))
    return Order(do=name if name in ("autosave", "save", "drop", "use") else "continue")


def arranged(order: Order, *, past: Sequence[Mapping[str, Any]] = ()) -> Arrange:
    """Return what moves, removes or brings back a row; `past` are the rows of the version before."""

    def arrange(held: dict[str, Any]) -> dict[str, Any]:
        if order.do not in ("up", "down", "remove", "restore"):
            return held
        rows = rows_of(held.get(order.group))
        at = next((place for place, row in enumerate(rows) if row.get("id") == order.row_id), None)
        if order.do == "restore":
            was = next((place for place, row in enumerate(past) if row.get("id") == order.row_id), None)
            if at is None and was is not None:
                rows.insert(min(was, len(rows)), past[was])
        elif at is not None:
            row = rows.pop(at)
            if order.do != "remove":
                rows.insert(max(0, at + (1 if order.do == "down" else -1)), row)
        return {**held, order.group: rows}

    return arrange


def row_list(
    effective: Effective,
    group: Field,
    *,
    judged: Judged,
    raw: Any,
    errors: Sequence[AnswerError],
    address: str,
    suffix: str = "",
    may_remove: bool = True,
) -> RowList:
    """Return the rows of a group as its page lists them; `address` is a row's page with {row} in it.

    What a row holds comes from the gate, so that one whose answers could not be read stands there too.
    """
    value = judged.answers.get(group.id)
    rows = printed_rows(group, value)
    wrong: dict[str, list[Wrong]] = {}
    headings = {row.id: row.heading for row in rows}
    for error in errors:
        steps = error.path.split(".")
        if len(steps) >= 3 and steps[0] == group.id:
            href = f"{address.format(row=steps[1])}{suffix}#q-{steps[2]}"
            said = f"{headings.get(steps[1], group.label)}: {error_words(effective, error)}"
            wrong.setdefault(steps[1], []).append(Wrong(words=said, href=href))
    lines = tuple(
        RowLine(
            id=row.id,
            heading=row.heading,
            rest=_rest(group, row, judged),
            errors=tuple(wrong.get(row.id, ())),
            is_first=number == 0,
            is_last=number == len(rows) - 1,
        )
        for number, row in enumerate(rows)
    )
    return RowList(
        group=group,
        rows=lines,
        is_full=len(lines) >= group.options.max,
        not_known=is_not_known(value) or (isinstance(raw, Mapping) and bool(raw.get("not_known"))),
        may_remove=may_remove,
    )


def printed_rows(group: Field, value: Any) -> tuple[Row, ...]:
    """Return the rows of a value as they are printed."""
    shown = item(group, value, Place(path=group.id)) if isinstance(value, list) else None
    return tuple(
        row
        for block in (shown.blocks if shown else ())
        if isinstance(block, Table | Cards)
        for row in block.rows
    )


def _rest(group: Field, row: Row, judged: Judged) -> tuple[tuple[str, str], ...]:
    """Return up to three more short answers of a row; what could not be read stands as typed."""
    head = f"{group.id}.{row.id}.{group.options.heading}"
    said = [
        (leaf.label, text_of(leaf))
        for one in row.items
        if one.path != head
        for leaf in leaves(one)
        if leaf.state is Said.GIVEN and text_of(leaf) and text_of(leaf) != "Not asked"
    ]
    unread = [
        (_label(group, path), raw_words(raw))
        for path, raw in judged.typed.items()
        if path.startswith(f"{group.id}.{row.id}.")
    ]
    short = [(label, text if len(text) <= 80 else f"{text[:77]}...") for label, text in (*unread, *said)]
    return tuple(one for one in short if one[1])[:3]


def _label(group: Field, path: str) -> str:
    return next((one.label for one in group.children if one.id == path.split(".")[2]), "")
