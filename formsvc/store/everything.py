"""Everything that is held on a child as plain data, table by table: what an export is made from.

The tables are those that disposal erases (formsvc.store.erasure), so that nothing is held that is
neither exported nor erased. Sealed values are opened; keys, indexes of names and secrets are left out.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import product
from typing import Any, Final

import sqlalchemy as sa

from formsvc.store import erasure, keys
from formsvc.store import tables as t
from formsvc.store.crypto import ContentUnreadable, DataKey
from formsvc.store.session import Tx

LEFT_OUT: Final[Mapping[str, str]] = {
    "child_token": "what she is found by: no words, and of no use without the installation's key",
    "secret.value": "secrets are never exported; that there is one stands there",
    "blob.address": "where a file lies: of no use to anybody else",
    "revision.salt": "with it short answers could be guessed from hashes in other hands",
}
"""What is not in an export, and why."""

UNOPENED: Final = "sealed, and not opened by this export"


def of_child(tx: Tx, child_id: str) -> dict[str, list[dict[str, Any]]]:
    """Return every row that belongs to a child by table, and what stays of her after disposal."""
    key = keys.of_child(tx, child_id)
    found: dict[str, list[dict[str, Any]]] = {}
    own = ((t.child, t.child.c.id == child_id), (t.disposal, t.disposal.c.child_id == child_id))
    others = ((one, erasure.rows_of(one, child_id)) for one in reversed(erasure.belonging()))
    for table, where in (*own, *others):
        if table.name not in LEFT_OUT:
            rows = tx.c.execute(sa.select(table).where(where).order_by(*table.primary_key)).mappings()
            found[table.name] = [_plain(table, row, key=key) for row in rows]
    return found


def staff_of(tx: Tx, ids: set[str]) -> dict[str, str]:
    """Return the role each of some users holds or held last, by user id."""
    of = t.membership.c
    rows = tx.c.execute(
        sa.select(of.user_id, of.role).where(of.user_id.in_(sorted(ids))).order_by(of.from_at, of.id)
    )
    return {row.user_id: row.role for row in rows}


def memberships_of(tx: Tx, ids: set[str]) -> dict[str, str]:
    """Return whose each of some memberships is: membership id -> user id."""
    of = t.membership.c
    rows = tx.c.execute(sa.select(of.id, of.user_id).where(of.id.in_(sorted(ids))))
    return {row.id: row.user_id for row in rows}


def people_columns(table: str) -> frozenset[str]:
    """Return the columns of a table that name a user or a membership."""
    return frozenset(
        key.parent.name
        for key in t.metadata.tables[table].foreign_keys
        if key.column.table in (t.user, t.membership)
    )


def _plain(table: sa.Table, row: sa.RowMapping, *, key: DataKey) -> dict[str, Any]:
    return {
        column.name: _value(table, column, row, key=key)
        for column in table.c
        if f"{table.name}.{column.name}" not in LEFT_OUT
    }


def _value(table: sa.Table, column: sa.Column[Any], row: sa.RowMapping, *, key: DataKey) -> Any:
    value = row[column.name]
    if value == b"":
        return ""  # it was there, and nothing of it is kept any more
    if isinstance(value, bytes):
        return _opened(table, column, row, key=key)
    return value.isoformat() if isinstance(value, datetime) else value


def _opened(table: sa.Table, column: sa.Column[Any], row: sa.RowMapping, *, key: DataKey) -> Any:
    for about in _abouts(table.name, column.name, row):
        try:
            return _readable(key.open(row[column.name], about=about))
        except ContentUnreadable:
            continue
    return UNOPENED


def _abouts(table: str, column: str, row: sa.RowMapping) -> Iterator[tuple[str, ...]]:
    """Yield what a sealed value may be bound to: the names of its table, and the row's own columns."""
    hyphened, part = table.replace("_", "-"), column.partition("_")[0]
    kept = table.removesuffix("_past")  # a section keeps its name when a newer one takes its place
    heads = dict.fromkeys((kept, hyphened, f"{table}-{part}", f"{hyphened}-{part}"))
    tails = (
        ("id",),
        ("id", "=" + column),
        ("id", "revision_id"),
        ("id", "revision_id", "rule_id"),
        ("id", "name"),
        ("revision_id", "page_id", "version"),
        ("placement_id",),
    )
    for head, tail in product(heads, tails):
        if all(one.startswith("=") or one in row for one in tail):
            yield (head, *(one[1:] if one.startswith("=") else str(row[one]) for one in tail))


def _readable(plain: bytes) -> Any:
    try:
        return json.loads(plain)
    except ValueError:
        return base64.b64encode(plain).decode("ascii")
