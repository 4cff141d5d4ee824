"""The draft, page by page: what was given, what could not be read, and the version a save must name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from formsvc.store import keys
from formsvc.store import tables as t
from formsvc.store.session import Tx

KEPT: Final = 30
"""How many past versions of a section are kept, to show what changed and to undo."""


@dataclass(frozen=True, kw_only=True)
class Section:
    """One page of a draft. `typed` holds, by path, what could not be read, as it was typed."""

    page_id: str
    version: int
    answers: Mapping[str, Any] = field(repr=False)
    typed: Mapping[str, Any] = field(repr=False)
    saved_at: datetime
    saved_by: str | None
    saved_by_name: str = ""


def all_of(tx: Tx, *, revision_id: str, child_id: str) -> dict[str, Section]:
    """Return the sections of a revision that were ever saved, by page."""
    of = t.section.c
    rows = tx.c.execute(
        sa.select(t.section, t.user.c.name.label("saved_by_name"))
        .outerjoin(t.user, t.user.c.id == of.saved_by)
        .where(of.revision_id == revision_id)
        .order_by(of.page_id)
    )
    return {row.page_id: _section(tx, row, child_id=child_id) for row in rows}


def past(tx: Tx, *, revision_id: str, child_id: str, page_id: str, version: int) -> Section | None:
    """Return an earlier version of a section, if it is still kept."""
    of = t.section_past.c
    row = tx.c.execute(
        sa.select(t.section_past, sa.literal("").label("saved_by_name")).where(
            of.revision_id == revision_id, of.page_id == page_id, of.version == version
        )
    ).one_or_none()
    return None if row is None else _section(tx, row, child_id=child_id)


def save(
    tx: Tx,
    *,
    revision_id: str,
    child_id: str,
    page_id: str,
    version: int,
    answers: Mapping[str, Any],
    typed: Mapping[str, Any],
    by: str | None,
) -> None:
    """Write a section as `version`; the one before is kept. The revision's row is locked by the caller."""
    of, older = t.section.c, t.section_past.c
    here = sa.and_(of.revision_id == revision_id, of.page_id == page_id)
    tx.c.execute(
        sa.insert(t.section_past).from_select(
            ["revision_id", "page_id", "version", "content", "saved_at", "saved_by"],
            sa.select(of.revision_id, of.page_id, of.version, of.content, of.saved_at, of.saved_by).where(
                here
            ),
        )
    )
    tx.c.execute(sa.delete(t.section).where(here))
    tx.c.execute(
        sa.insert(t.section).values(
            revision_id=revision_id,
            page_id=page_id,
            version=version,
            content=keys.of_child(tx, child_id).seal_json(
                {"answers": dict(answers), "typed": dict(typed)}, about=_about(revision_id, page_id, version)
            ),
            saved_at=tx.at,
            saved_by=by,
        )
    )
    tx.c.execute(
        sa.delete(t.section_past).where(
            older.revision_id == revision_id, older.page_id == page_id, older.version < version - KEPT
        )
    )


def forget(tx: Tx, *, revision_id: str) -> None:
    """Remove the sections of a revision that is final: its snapshot holds what counts."""
    tx.c.execute(sa.delete(t.section).where(t.section.c.revision_id == revision_id))
    tx.c.execute(sa.delete(t.section_past).where(t.section_past.c.revision_id == revision_id))


def _section(tx: Tx, row: sa.Row[Any], *, child_id: str) -> Section:
    content = keys.of_child(tx, child_id).open_json(
        row.content, about=_about(row.revision_id, row.page_id, row.version)
    )
    return Section(
        page_id=row.page_id,
        version=row.version,
        answers=content["answers"],
        typed=content["typed"],
        saved_at=row.saved_at,
        saved_by=row.saved_by,
        saved_by_name=row.saved_by_name or "",
    )


def _about(revision_id: str, page_id: str, version: int) -> tuple[str, ...]:
    return ("section", revision_id, page_id, str(version))
