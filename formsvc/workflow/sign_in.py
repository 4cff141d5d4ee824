"""Sign in: one answer for everything that is wrong, in the same time, counted and noted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import structlog

from formsvc.access.table import Role
from formsvc.errors import Forbidden, FormsvcError, NotFound
from formsvc.store import sessions, users
from formsvc.store.session import Store, Tx
from formsvc.store.sessions import Signed
from formsvc.store.users import Membership, SignIn
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.passwords import is_right
from formsvc.workflow.sessions import begin, hashed, new_token

MOST_FAILURES: Final = 5
LONGEST: Final = 1000
"""Nobody types more; argon2 need not read it."""

log = structlog.get_logger()


class SignInRefused(FormsvcError):
    """The name or the password is wrong, or the account is locked or closed: which, is not said."""

    code = "sign_in_refused"
    status = 401


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """A session that was begun. `token` goes into the cookie and nowhere else."""

    session_id: str
    token: str = field(repr=False)
    has_role: bool
    """Whether a role is chosen: there was only one."""


def sign_in(store: Store, *, email: str, password: str, agent: str) -> SignedIn:
    """Judge a name and a password and begin a session; raise SignInRefused.

    The password is judged outside the transaction, whether there is such an account or not. A locked
    account is refused in the same words even with the right password.
    """
    known = _judged_by(store, lambda tx: users.by_email(tx, email[:LONGEST]))
    right = is_right(password[:LONGEST], kept=None if known is None else known.password)
    with store.write() as tx:
        why = _refusal(tx, known, right=right, act="session.sign_in")
        if known is not None and not why:
            return _begin(tx, known, agent=agent)
    log.warning("sign-in refused", why=why)
    raise SignInRefused


def prove_again(store: Store, *, session: Signed, password: str) -> None:
    """Judge the password of who is signed in, before something weighty; raise SignInRefused.

    Wrong ones count as at sign-in, and lock the account.
    """
    known = _judged_by(store, lambda tx: users.by_id(tx, session.user_id))
    right = is_right(password[:LONGEST], kept=None if known is None else known.password)
    with store.write() as tx:
        why = _refusal(tx, known, right=right, act="session.prove")
        if not why:
            sessions.prove(tx, session.id)
            note(tx, _as_user(session.user_id), "session.prove", subject_id=session.id)
            return
        if why == "locked":
            sessions.end_all(tx, user_id=session.user_id, why="locked")
    raise SignInRefused


def roles_of(store: Store, *, user_id: str) -> tuple[Membership, ...]:
    """Return the memberships a user may act in now, oldest first."""
    with store.read() as tx:
        return _usable(tx, user_id)


def choose_role(store: Store, *, session: Signed, membership_id: str) -> str:
    """Act in a role from now on; return the new token of the session. Raises Forbidden for another's."""
    token = new_token()
    with store.write() as tx:
        chosen = next((one for one in _usable(tx, session.user_id) if one.id == membership_id), None)
        if chosen is None:
            raise Forbidden
        sessions.choose(tx, session.id, membership_id=chosen.id, token_hash=hashed(token))
        actor = Actor(user_id=session.user_id, organisation_id=chosen.organisation_id, role=chosen.role)
        note(tx, actor, "session.choose_role", subject_id=session.id, membership=chosen.id)
    return token


def _refusal(tx: Tx, known: SignIn | None, *, right: bool, act: str) -> str:
    """Count a wrong password and note a refusal; return why, or nothing."""
    if known is None:
        note(tx, _as_user(None), act, outcome="refused", why="unknown")
        return "unknown"
    now = users.by_id(tx, known.user.id, lock=True)
    why = _why_not(now, right=right and now.password == known.password)
    if why:
        fresh = why == "wrong" and users.count_failure(tx, user_id=now.user.id, most=MOST_FAILURES)
        note(tx, _as_user(now.user.id), act, outcome="refused", why=why, locked=fresh)
        return "locked" if fresh else why
    users.count_success(tx, user_id=now.user.id)
    return ""


def _why_not(now: SignIn, *, right: bool) -> str:
    if now.closed:
        return "closed"
    if now.locked_at is not None:
        return "locked"
    return "" if right else "wrong"


def _begin(tx: Tx, known: SignIn, *, agent: str) -> SignedIn:
    usable = _usable(tx, known.user.id)
    only = usable[0] if len(usable) == 1 else None
    session_id, token = begin(
        tx, user_id=known.user.id, membership_id=None if only is None else only.id, agent=agent
    )
    actor = Actor(
        user_id=known.user.id,
        organisation_id=None if only is None else only.organisation_id,
        role="" if only is None else only.role,
    )
    note(tx, actor, "session.sign_in", subject_id=session_id)
    return SignedIn(session_id=session_id, token=token, has_role=only is not None)


def _usable(tx: Tx, user_id: str) -> tuple[Membership, ...]:
    return tuple(one for one in users.memberships(tx, user_id=user_id) if one.role in set(Role))


def _judged_by(store: Store, find: Callable[[Tx], SignIn]) -> SignIn | None:
    with store.read() as tx:
        try:
            return find(tx)
        except NotFound:
            return None


def _as_user(user_id: str | None) -> Actor:
    return Actor(user_id=user_id, organisation_id=None, role="")
