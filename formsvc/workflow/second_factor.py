"""A second factor for those who can: set up with an app, confirmed by a code, removed with both proofs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from formsvc.access.people import Person, may_look_after
from formsvc.access.terms import Role
from formsvc.errors import FormsvcError, NotFound, WrongState
from formsvc.store import accounts, second_factors, sessions, users
from formsvc.store.session import Store
from formsvc.store.sessions import Signed
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.one_time import new_recovery_codes, plain, recovery_hash
from formsvc.workflow.passwords import is_right
from formsvc.workflow.sign_in import LONGEST, SignInRefused, as_user, judge_code, refusal
from formsvc.workflow.totp import address_of, matching_step, new_secret, typed_key


class CodeWrong(FormsvcError):
    """The code is not that of the secret just now: nothing was set up."""

    code = "code_wrong"
    status = 422


@dataclass(frozen=True, kw_only=True)
class Enrolment:
    """What an app has to know: `address` for the QR code, `key` to be typed."""

    address: str = field(repr=False)
    key: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class FactorState:
    """How the second factor of somebody stands. `enrolment` is there while it waits for its first code."""

    is_set: bool
    recovery_left: int
    enrolment: Enrolment | None


def factor_state(store: Store, *, session: Signed, issuer: str) -> FactorState:
    """Return how the second factor of who is signed in stands; the secret only before it counts."""
    with store.read() as tx:
        found = second_factors.of_user(tx, session.user_id)
        if found is None:
            return FactorState(is_set=False, recovery_left=0, enrolment=None)
        if found.confirmed_at is not None:
            left = second_factors.recovery_left(tx, session.user_id)
            return FactorState(is_set=True, recovery_left=left, enrolment=None)
        name = users.get(tx, session.user_id).email
        return FactorState(
            is_set=False,
            recovery_left=0,
            enrolment=Enrolment(
                address=address_of(found.secret, name=name, issuer=issuer), key=typed_key(found.secret)
            ),
        )


def begin_factor(store: Store, *, session: Signed) -> None:
    """Make a new secret for who is signed in, to be confirmed by a code; raise WrongState after that."""
    with store.write() as tx:
        found = second_factors.of_user(tx, session.user_id, lock=True)
        if found is not None and found.confirmed_at is not None:
            raise WrongState
        second_factors.begin(tx, user_id=session.user_id, secret=new_secret())
        note(tx, as_user(session.user_id), "factor.begin", subject_id=session.user_id)


def confirm_factor(store: Store, *, session: Signed, code: str) -> tuple[str, ...]:
    """Let the second factor count and return its recovery codes: told once; raise CodeWrong, WrongState.

    Every other session of the account ends: none of them gave a code.
    """
    recovery = new_recovery_codes()
    with store.write() as tx:
        found = second_factors.of_user(tx, session.user_id, lock=True)
        if found is None or found.confirmed_at is not None:
            raise WrongState
        step = matching_step(found.secret, plain(code), at=tx.at)
        if step is None:
            raise CodeWrong
        second_factors.confirm(
            tx, user_id=session.user_id, step=step, recovery=[recovery_hash(one) for one in recovery]
        )
        sessions.end_all(tx, user_id=session.user_id, why="factor_set_up", but=session.id)
        note(tx, as_user(session.user_id), "factor.set_up", subject_id=session.user_id)
        return recovery


def renew_recovery(store: Store, *, session: Signed, password: str, code: str) -> tuple[str, ...]:
    """Return new recovery codes, told once, for password and code; raise SignInRefused."""
    recovery = new_recovery_codes()
    with store.read() as tx:
        known = users.by_id(tx, session.user_id)
    right = is_right(password[:LONGEST], kept=known.password)
    with store.write() as tx:
        why = refusal(tx, known, judged=known.password, right=right, act="factor.renew")
        why = why or judge_code(tx, user_id=session.user_id, code=code, act="factor.renew")
        if not why:
            second_factors.replace_recovery(
                tx, user_id=session.user_id, recovery=[recovery_hash(one) for one in recovery]
            )
            note(tx, as_user(session.user_id), "factor.renew", subject_id=session.user_id)
            return recovery
        if why == "locked":
            sessions.end_all(tx, user_id=session.user_id, why="locked")
    raise SignInRefused


def remove_factor(store: Store, *, session: Signed, password: str, code: str) -> None:
    """Remove one's own second factor, for password and code; raise SignInRefused."""
    with store.read() as tx:
        known = users.by_id(tx, session.user_id)
    right = is_right(password[:LONGEST], kept=known.password)
    with store.write() as tx:
        why = refusal(tx, known, judged=known.password, right=right, act="factor.remove")
        why = why or judge_code(tx, user_id=session.user_id, code=code, act="factor.remove")
        if not why:
            second_factors.remove(tx, user_id=session.user_id)
            note(tx, as_user(session.user_id), "factor.remove", subject_id=session.user_id)
            return
        if why == "locked":
            sessions.end_all(tx, user_id=session.user_id, why="locked")
    raise SignInRefused


def remove_factor_of(store: Store, *, person: Person, actor: Actor, user_id: str) -> str:
    """Remove the second factor of somebody one looks after, who lost it; return the name.

    Their sessions end. Raises NotFound for another's people, WrongState where there is none.
    """
    with store.write() as tx:
        if not may_look_after(person, user_id, accounts.held(tx, user_id=user_id)):
            raise NotFound
        if not second_factors.remove(tx, user_id=user_id):
            raise WrongState
        sessions.end_all(tx, user_id=user_id, why="factor_removed")
        note(tx, actor, "person.remove_factor", subject_id=user_id)
        return users.get(tx, user_id).name


def required_roles(store: Store, *, organisation_id: str) -> frozenset[Role]:
    """Return the roles in which an organisation lets nobody work without a second factor."""
    with store.read() as tx:
        return frozenset(
            Role(one) for one in second_factors.required_roles(tx, organisation_id) if one in set(Role)
        )


def require_for_roles(store: Store, *, actor: Actor, organisation_id: str, roles: Collection[Role]) -> None:
    """Let an organisation ask for a second factor in these roles and no others, from the next request on."""
    with store.write() as tx:
        asked = sorted(role.value for role in roles)
        second_factors.require_roles(tx, organisation_id=organisation_id, roles=asked)
        note(tx, actor, "organisation.second_factor", subject_id=organisation_id, roles=asked)
