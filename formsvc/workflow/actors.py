"""Who acts, as the audit names them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from formsvc.store import audit
from formsvc.store.session import Tx


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A person acting in one role, or the service itself (no user)."""

    user_id: str | None
    organisation_id: str | None
    role: str


SERVICE: Final = Actor(user_id=None, organisation_id=None, role="service")
"""Work that nobody asked for by hand: issuing, linking, sweeping."""


def note(
    tx: Tx,
    actor: Actor,
    act: str,
    *,
    child_id: str | None = None,
    record_id: str | None = None,
    subject_id: str | None = None,
    outcome: str = "done",
    **data: Any,
) -> None:
    """Write an audit entry in the transaction of its act. `data` holds ids, codes, numbers, hashes."""
    audit.add(
        tx,
        act=act,
        outcome=outcome,
        actor_id=actor.user_id,
        organisation_id=actor.organisation_id,
        child_id=child_id,
        record_id=record_id,
        subject_id=subject_id,
        data={"role": actor.role, **data},
    )
