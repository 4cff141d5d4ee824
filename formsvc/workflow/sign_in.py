"""Sign in: one answer for everything that is wrong, in the same time, counted and noted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import structlog

from formsvc.access.table import Role
from formsvc.errors import Forbidden, FormsvcError, NotFound
from formsvc.store import second_factors, sessions, users
from formsvc.store.session import Store, Tx
from formsvc.store.sessions import Signed
from formsvc.store.users import Membership, SignIn
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.one_time import plain, recovery_hash
from formsvc.workflow.passwords import is_right
from formsvc.workflow.reset_password import code_lives, link_for_code
from formsvc.workflow.sessions import begin, hashed, new_token
from formsvc.workflow.totp import matching_step

MOST_FAILURES: Final = 5
LONGEST: Final = 1000
"""Nobody types more; argon2 need not read it."""
WRONG_CODE: Final = "wrong_code"

log = structlog.get_logger()


class SignInRefused(FormsvcError):
    """The name or the password is wrong, or the account is locked or closed: which, is not said."""

    code = "sign_in_refused"
    status = 401


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """A session that was begun. `token` goes into the cookie and nowhere else.

    `link` is the token of a page to choose a password on, where a one-time code was typed: no session
    is begun then.
    """

    session_id: str
    user_id: str
    token: str = field(repr=False)
    has_role: bool
    """Whether a role is chosen: there was only one."""
    code_due: bool = False
    """Whether the second factor's code has to follow."""
    link: str = field(default="", repr=False)


def sign_in(store: Store, *, email: str, password: str, agent: str) -> SignedIn:
    """Judge a name and a password and begin a session; raise SignInRefused.

    The password is judged outside the transaction, whether there is such an account or not. A locked
    account is refused in the same words even with the right password. Where a one-time code lives it
    stands for the password.
    """
    known = _judged_by(store, lambda tx: users.by_email(tx, email[:LONGEST]))
    by_code = known is not None and code_lives(known)
    judged = None if known is None else known.code if by_code else known.password
    right = is_right(plain(password[:LONGEST]) if by_code else password[:LONGEST], kept=judged)
    with store.write() as tx:
        why = refusal(tx, known, judged=judged, right=right, act="session.sign_in")
        if known is not None and not why:
            return _with_code(tx, known) if by_code else _begin(tx, known, agent=agent)
    log.warning("sign-in refused", why=why)
    raise SignInRefused


def give_code(store: Store, *, session: Signed, code: str) -> SignedIn:
    """Judge the second factor's code and let the session open, under a new token; raise SignInRefused.

    Wrong codes count as wrong passwords do, and lock the account.
    """
    token = new_token()
    with store.write() as tx:
        why = judge_code(tx, user_id=session.user_id, code=code, act="session.code")
        if not why:
            usable = _usable(tx, session.user_id)
            only = usable[0] if len(usable) == 1 else None
            sessions.code_given(
                tx,
                session.id,
                membership_id=None if only is None else only.id,
                token_hash=hashed(token),
            )
            note(tx, _acting(session.user_id, only), "session.sign_in", subject_id=session.id, factor=True)
            return SignedIn(
                session_id=session.id, user_id=session.user_id, token=token, has_role=only is not None
            )
        if why == "locked":
            sessions.end_all(tx, user_id=session.user_id, why="locked")
    raise SignInRefused


def prove_again(store: Store, *, session: Signed, password: str, code: str = "") -> None:
    """Judge the password of who is signed in, before something weighty; raise SignInRefused.

    Where a second factor is set up its code is asked for as well. Wrong ones count as at sign-in, and
    lock the account.
    """
    known = _judged_by(store, lambda tx: users.by_id(tx, session.user_id))
    kept = None if known is None else known.password
    right = is_right(password[:LONGEST], kept=kept)
    with store.write() as tx:
        why = refusal(tx, known, judged=kept, right=right, act="session.prove")
        if not why and known is not None and known.has_factor:
            why = judge_code(tx, user_id=session.user_id, code=code, act="session.prove")
        if not why:
            sessions.prove(tx, session.id)
            note(tx, as_user(session.user_id), "session.prove", subject_id=session.id)
            return
        if why == "locked":
            sessions.end_all(tx, user_id=session.user_id, why="locked")
    raise SignInRefused


def judge_code(tx: Tx, *, user_id: str, code: str, act: str) -> str:
    """Judge a code of the second factor, or a recovery code; count a wrong one; return why not, or nothing.

    A code is taken once, and none that is older than the last one taken. A recovery code is used up.
    """
    now = users.by_id(tx, user_id, lock=True)
    factor = second_factors.of_user(tx, user_id, lock=True)
    right = False
    if factor is not None and factor.confirmed_at is not None and now.locked_at is None:
        step = matching_step(factor.secret, plain(code), at=tx.at)
        right = (step is not None and second_factors.take(tx, user_id=user_id, step=step)) or (
            second_factors.use_recovery(tx, user_id=user_id, code_hash=recovery_hash(code))
        )
    return refusal(tx, now, judged=None, right=right, act=act, wrong=WRONG_CODE)


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


def refusal(
    tx: Tx, known: SignIn | None, *, judged: str | None, right: bool, act: str, wrong: str = "wrong"
) -> str:
    """Count a wrong password or code and note a refusal; return why, or nothing.

    `judged` is the hash that was judged: one that was changed meanwhile is right no more. Where a second
    factor is set up the right password forgets no wrong code: only the code does.
    """
    if known is None:
        note(tx, as_user(None), act, outcome="refused", why="unknown")
        return "unknown"
    now = users.by_id(tx, known.user.id, lock=True)
    is_code = wrong == WRONG_CODE
    unchanged = is_code or (judged is not None and judged in (now.password, now.code))
    why = _why_not(now, right=right and unchanged, wrong=wrong)
    if why:
        fresh = why == wrong and users.count_failure(tx, user_id=now.user.id, most=MOST_FAILURES)
        note(tx, as_user(now.user.id), act, outcome="refused", why=why, locked=fresh)
        return "locked" if fresh else why
    if is_code or not now.has_factor:
        users.count_success(tx, user_id=now.user.id)
    return ""


def as_user(user_id: str | None) -> Actor:
    """Return who acts before a role is chosen."""
    return Actor(user_id=user_id, organisation_id=None, role="")


def _why_not(now: SignIn, *, right: bool, wrong: str) -> str:
    if now.closed:
        return "closed"
    if now.locked_at is not None:
        return "locked"
    return "" if right else wrong


def _begin(tx: Tx, known: SignIn, *, agent: str) -> SignedIn:
    usable = _usable(tx, known.user.id)
    only = usable[0] if len(usable) == 1 and not known.has_factor else None
    session_id, token = begin(
        tx,
        user_id=known.user.id,
        membership_id=None if only is None else only.id,
        agent=agent,
        code_due=known.has_factor,
    )
    act = "session.password" if known.has_factor else "session.sign_in"
    note(tx, _acting(known.user.id, only), act, subject_id=session_id)
    return SignedIn(
        session_id=session_id,
        user_id=known.user.id,
        token=token,
        has_role=only is not None,
        code_due=known.has_factor,
    )


def _with_code(tx: Tx, known: SignIn) -> SignedIn:
    link = link_for_code(tx, known)
    note(tx, as_user(known.user.id), "session.one_time_code", subject_id=known.user.id)
    return SignedIn(session_id="", user_id=known.user.id, token="", has_role=False, link=link)


def _acting(user_id: str, chosen: Membership | None) -> Actor:
    if chosen is None:
        return as_user(user_id)
    return Actor(user_id=user_id, organisation_id=chosen.organisation_id, role=chosen.role)


def _usable(tx: Tx, user_id: str) -> tuple[Membership, ...]:
    return tuple(one for one in users.memberships(tx, user_id=user_id) if one.role in set(Role))


def _judged_by(store: Store, find: Callable[[Tx], SignIn]) -> SignIn | None:
    with store.read() as tx:
        try:
            return find(tx)
        except NotFound:
            return None
