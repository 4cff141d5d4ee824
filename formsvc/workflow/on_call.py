"""Who is on call: named for a dated span, and then able to let in again whoever is locked out at night."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from formsvc.access.people import Person
from formsvc.access.terms import Role
from formsvc.errors import Forbidden, FormsvcError, NotFound
from formsvc.store import accounts, on_call, users
from formsvc.store.on_call import LockedOut, OnCall
from formsvc.store.session import Store
from formsvc.workflow.actors import Actor, note

LONGEST_SPAN: Final = timedelta(days=31)
ON_CALL_ROLES: Final = frozenset(
    {Role.residential_manager, Role.team_manager, Role.service_manager, Role.out_of_hours}
)
"""Who may be named: managers, and the duty desk."""


class SpanWrong(FormsvcError):
    """A span of being on call ends after it begins and after now, and lasts 31 days at most."""

    code = "span_wrong"
    status = 422


@dataclass(frozen=True, kw_only=True)
class Nameable:
    """A manager who may be named as on call."""

    membership_id: str
    name: str
    role: str
    place_name: str


@dataclass(frozen=True, kw_only=True)
class OnCallPage:
    """Who is on call, whether that is who asks, and whom they may let in again then."""

    spans: tuple[OnCall, ...]
    is_on_call: bool
    locked_out: tuple[LockedOut, ...]
    nameable: tuple[Nameable, ...]


def on_call_page(store: Store, *, person: Person, names_others: bool) -> OnCallPage:
    """Return who is on call in a person's organisation; the locked out for who is on call alone."""
    with store.read() as tx:
        is_mine = on_call.is_on_call(
            tx, organisation_id=person.organisation_id, membership_id=person.membership_id
        )
        lines = accounts.listing(tx, organisation_id=person.organisation_id, limit=1000)
        return OnCallPage(
            spans=on_call.listing(tx, organisation_id=person.organisation_id),
            is_on_call=is_mine,
            locked_out=on_call.locked_out(tx, organisation_id=person.organisation_id, but=person.user_id)
            if is_mine
            else (),
            nameable=tuple(
                Nameable(
                    membership_id=one.membership_id,
                    name=one.name,
                    role=one.role,
                    place_name=one.place_name,
                )
                for one in lines
                if names_others and one.role in ON_CALL_ROLES and one.user_id != person.user_id
            ),
        )


def name_on_call(
    store: Store, *, person: Person, actor: Actor, membership_id: str, from_at: datetime, until_at: datetime
) -> str:
    """Name a manager of one's organisation as on call; return the name. Raises Forbidden, SpanWrong.

    Nobody names themselves: whoever looks after people does not widen their own reach.
    """
    with store.write() as tx:
        lines = accounts.listing(tx, organisation_id=person.organisation_id, limit=1000)
        line = next((one for one in lines if one.membership_id == membership_id), None)
        if line is None or line.role not in ON_CALL_ROLES or line.user_id == person.user_id:
            raise Forbidden
        if not (from_at < until_at and tx.at < until_at and until_at - from_at <= LONGEST_SPAN):
            raise SpanWrong
        made = on_call.add(
            tx,
            organisation_id=person.organisation_id,
            membership_id=membership_id,
            named_by=actor.user_id,
            from_at=from_at,
            until_at=until_at,
        )
        note(
            tx,
            actor,
            "on_call.name",
            subject_id=line.user_id,
            span=made,
            **{"from": from_at.isoformat(), "until": until_at.isoformat()},
        )
        return line.name


def end_on_call(store: Store, *, person: Person, actor: Actor, on_call_id: str) -> None:
    """End a span of one's organisation now; raise NotFound."""
    with store.write() as tx:
        if not on_call.end(tx, organisation_id=person.organisation_id, on_call_id=on_call_id):
            raise NotFound
        note(tx, actor, "on_call.end", subject_id=on_call_id)


def release_on_call(store: Store, *, person: Person, actor: Actor, user_id: str) -> str:
    """Let somebody of one's organisation in again who is locked out; return the name.

    Only while on call, and never oneself. It gives nothing but five more tries. Raises NotFound else.
    """
    with store.write() as tx:
        if not on_call.is_on_call(
            tx, organisation_id=person.organisation_id, membership_id=person.membership_id
        ):
            raise NotFound("not_on_call")
        found = on_call.locked_out(tx, organisation_id=person.organisation_id, but=person.user_id, limit=1000)
        line = next((one for one in found if one.user_id == user_id), None)
        if line is None:
            raise NotFound("not_theirs")
        users.release(tx, user_id=user_id)
        note(tx, actor, "person.release", subject_id=user_id, by="on_call")
        return line.name
