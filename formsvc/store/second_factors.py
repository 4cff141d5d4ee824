"""Second factors: the secret of each, sealed under the content key, and the hashes of recovery codes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from formsvc.errors import NotFound
from formsvc.store import tables as t
from formsvc.store.session import Tx


@dataclass(frozen=True, kw_only=True)
class Factor:
    """The second factor of somebody: `last_step` is that of the last code that was taken."""

    user_id: str
    secret: bytes = field(repr=False)
    last_step: int
    confirmed_at: datetime | None


def of_user(tx: Tx, user_id: str, *, lock: bool = False) -> Factor | None:
    """Return the second factor of a user, confirmed or not; None without one."""
    query = sa.select(t.second_factor).where(t.second_factor.c.user_id == user_id)
    row = tx.c.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        return None
    secret = tx.keyring.open(row.secret, content_key_id=row.content_key_id, about=_about(user_id))
    return Factor(user_id=user_id, secret=secret, last_step=row.last_step, confirmed_at=row.confirmed_at)


def begin(tx: Tx, *, user_id: str, secret: bytes) -> None:
    """Keep a new secret that does not count yet, in place of whatever was there."""
    remove(tx, user_id=user_id)
    tx.c.execute(
        sa.insert(t.second_factor).values(
            user_id=user_id,
            content_key_id=tx.keyring.current.id,
            secret=tx.keyring.current.seal(secret, about=_about(user_id)),
            last_step=0,
            created_at=tx.at,
        )
    )


def confirm(tx: Tx, *, user_id: str, step: int, recovery: Iterable[str]) -> None:
    """Let a factor count from now on, with these hashes of recovery codes and no others."""
    of = t.second_factor.c
    tx.c.execute(
        sa.update(t.second_factor).where(of.user_id == user_id).values(confirmed_at=tx.at, last_step=step)
    )
    replace_recovery(tx, user_id=user_id, recovery=recovery)


def replace_recovery(tx: Tx, *, user_id: str, recovery: Iterable[str]) -> None:
    """Keep these hashes of recovery codes and forget those of before."""
    tx.c.execute(sa.delete(t.recovery_code).where(t.recovery_code.c.user_id == user_id))
    tx.c.execute(sa.insert(t.recovery_code), [{"user_id": user_id, "code_hash": one} for one in recovery])


def take(tx: Tx, *, user_id: str, step: int) -> bool:
    """Remember the step of a code that is taken; say whether it is later than the last one taken."""
    of = t.second_factor.c
    return bool(
        tx.c.execute(
            sa.update(t.second_factor)
            .where(of.user_id == user_id, of.last_step < step)
            .values(last_step=step)
        ).rowcount
    )


def use_recovery(tx: Tx, *, user_id: str, code_hash: str) -> bool:
    """Use up a recovery code; say whether there was one like it to use."""
    of = t.recovery_code.c
    return bool(
        tx.c.execute(
            sa.update(t.recovery_code)
            .where(of.user_id == user_id, of.code_hash == code_hash, of.used_at.is_(None))
            .values(used_at=tx.at)
        ).rowcount
    )


def recovery_left(tx: Tx, user_id: str) -> int:
    """Return how many recovery codes are not used."""
    of = t.recovery_code.c
    return int(
        tx.c.execute(
            sa.select(sa.func.count()).where(of.user_id == user_id, of.used_at.is_(None))
        ).scalar_one()
    )


def remove(tx: Tx, *, user_id: str) -> bool:
    """Remove a second factor with its recovery codes; say whether there was one that counted."""
    of = t.second_factor.c
    counted = tx.c.execute(
        sa.delete(t.second_factor).where(of.user_id == user_id).returning(of.confirmed_at)
    ).all()
    tx.c.execute(sa.delete(t.recovery_code).where(t.recovery_code.c.user_id == user_id))
    return any(row.confirmed_at is not None for row in counted)


def required_roles(tx: Tx, organisation_id: str) -> tuple[str, ...]:
    """Return the roles in which an organisation asks for a second factor; raise NotFound."""
    of = t.organisation.c
    row = tx.c.execute(sa.select(of.totp_roles).where(of.id == organisation_id)).one_or_none()
    if row is None:
        raise NotFound
    return tuple(row.totp_roles or ())


def require_roles(tx: Tx, *, organisation_id: str, roles: Iterable[str]) -> None:
    """Let an organisation ask for a second factor in these roles and no others; raise NotFound."""
    wanted = list(roles)
    of = t.organisation.c
    query = sa.update(t.organisation).where(of.id == organisation_id).values(totp_roles=wanted or None)
    if tx.c.execute(query).rowcount != 1:
        raise NotFound


def rewrap(tx: Tx, *, limit: int) -> int:
    """Seal under the content key in use what an older one sealed; return how many were."""
    of = t.second_factor.c
    old = tx.c.execute(
        sa.select(of.user_id, of.secret, of.content_key_id)
        .where(of.content_key_id != tx.keyring.current.id)
        .order_by(of.user_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for row in old:
        about = _about(row.user_id)
        plain = tx.keyring.open(row.secret, content_key_id=row.content_key_id, about=about)
        tx.c.execute(
            sa.update(t.second_factor)
            .where(of.user_id == row.user_id)
            .values(secret=tx.keyring.current.seal(plain, about=about), content_key_id=tx.keyring.current.id)
        )
    return len(old)


def _about(user_id: str) -> tuple[str, ...]:
    return ("second_factor", user_id)
