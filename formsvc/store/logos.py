"""The logo of an organisation: a small picture that we made anew, in the clear, for its people's pages."""

from __future__ import annotations

from dataclasses import dataclass, field

import sqlalchemy as sa

from formsvc.errors import NotFound, Unreadable
from formsvc.records.logos import PrintedLogo, for_print
from formsvc.store import tables as t
from formsvc.store.session import Tx


@dataclass(frozen=True, kw_only=True)
class LogoSize:
    """A logo without its bytes: the SHA-256 that its address bears, and its size in pixels."""

    sha256: str
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class Logo(LogoSize):
    """A logo: a PNG."""

    png: bytes = field(repr=False)


def keep(tx: Tx, logo: Logo, *, organisation_id: str) -> None:
    """Let an organisation have a logo, in the place of the one it had."""
    remove(tx, organisation_id=organisation_id)
    tx.c.execute(
        sa.insert(t.logo).values(
            organisation_id=organisation_id,
            sha256=logo.sha256,
            png=logo.png,
            width=logo.width,
            height=logo.height,
            created_at=tx.at,
        )
    )


def remove(tx: Tx, *, organisation_id: str) -> bool:
    """Take an organisation's logo away; say whether there was one."""
    found = tx.c.execute(sa.delete(t.logo).where(t.logo.c.organisation_id == organisation_id))
    return found.rowcount > 0


def size_of(tx: Tx, *, organisation_id: str) -> LogoSize | None:
    """Return an organisation's logo without its bytes; None where there is none."""
    of = t.logo.c
    row = tx.c.execute(
        sa.select(of.sha256, of.width, of.height).where(of.organisation_id == organisation_id)
    ).one_or_none()
    return None if row is None else LogoSize(sha256=row.sha256, width=row.width, height=row.height)


def get(tx: Tx, *, organisation_id: str) -> Logo:
    """Return an organisation's logo; raise NotFound."""
    of = t.logo.c
    row = tx.c.execute(
        sa.select(of.sha256, of.png, of.width, of.height).where(of.organisation_id == organisation_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return Logo(sha256=row.sha256, png=row.png, width=row.width, height=row.height)


def printed(tx: Tx, *, organisation_id: str) -> PrintedLogo | None:
    """Return an organisation's logo as its documents show it; None where there is none that can be drawn.

    No document waits for a logo.
    """
    if size_of(tx, organisation_id=organisation_id) is None:
        return None
    try:
        return for_print(get(tx, organisation_id=organisation_id).png)
    except Unreadable:
        return None
