"""Sessions: begun by a sign-in, resumed by a token that only the cookie holds, ended by time or by hand."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from enum import StrEnum
from typing import Final

from formsvc import clock
from formsvc.access.people import Person, may_look_after
from formsvc.errors import NotFound
from formsvc.store import accounts, sessions, users
from formsvc.store.session import Store, Tx
from formsvc.store.sessions import SessionLine, Signed
from formsvc.workflow.actors import Actor, note

IDLE: Final = timedelta(minutes=30)
ABSOLUTE: Final = timedelta(hours=12)
PROVEN_FOR: Final = timedelta(minutes=10)
CODE_FOR: Final = timedelta(minutes=10)
"""How long after the password the code of a second factor may come."""
TOUCH_AFTER: Final = timedelta(seconds=20)
LOCK_GRACE: Final = timedelta(seconds=40)
"""A page says it was used a few seconds late; the server locks no sooner than the page itself."""
KEPT: Final = timedelta(days=30)


class Standing(StrEnum):
    """How a session that holds stands: only an open one reaches anything."""

    open = "open"
    locked = "locked"
    """Nobody used it for a while: its person's password opens it again."""
    code_due = "code_due"
    """The password was right; the code of the second factor is due."""
    factor_due = "factor_due"
    """The organisation asks for a second factor in this role, and none is set up."""
    over = "over"
    """The role it acted in has ended."""


def new_token() -> str:
    """Return 256 random bits for a cookie or a link."""
    return clock.random_bytes(32).hex()


def hashed(token: str) -> str:
    """Return what the store knows a token by."""
    return hashlib.sha256(token.encode()).hexdigest()


def holds(signed: Signed) -> bool:
    """Say whether a session still holds: not ended, not idle for too long, not too old."""
    now = clock.now()
    in_time = signed.code_due_at is None or now - signed.code_due_at < CODE_FOR
    return (
        signed.ended_at is None
        and in_time
        and now - signed.seen_at < IDLE
        and now - signed.created_at < ABSOLUTE
    )


def standing(signed: Signed, *, idle_lock: timedelta) -> Standing:
    """Return how a session that holds stands now."""
    if signed.code_due_at is not None:
        return Standing.code_due
    if signed.membership_id is not None and signed.person is None:
        return Standing.over
    if signed.locked_at is not None or clock.now() - signed.seen_at >= idle_lock + LOCK_GRACE:
        return Standing.locked
    if signed.needs_factor and not signed.has_factor:
        return Standing.factor_due
    return Standing.open


def is_proven(signed: Signed) -> bool:
    """Say whether the password was given within the last ten minutes."""
    return clock.now() - signed.proven_at < PROVEN_FOR


def find_session(store: Store, token: str) -> Signed | None:
    """Return the session of a token, whether it holds or not; None where there is none."""
    with store.read() as tx:
        return sessions.by_token(tx, hashed(token))


def keep_awake(store: Store, signed: Signed, *, now: bool = False) -> None:
    """Note that a session is in use: at once, or at most every twenty seconds."""
    if now or clock.now() - signed.seen_at >= TOUCH_AFTER:
        with store.write() as tx:
            sessions.touch(tx, signed.id)


def sign_out(store: Store, *, actor: Actor, session_id: str, why: str = "signed_out") -> None:
    """End a session by hand: `signed_out`, `switched` to another person, or `shift_over`."""
    with store.write() as tx:
        sessions.end(tx, session_id, why=why)
        act = {"switched": "session.switch", "shift_over": "session.shift_over"}.get(why, "session.sign_out")
        note(tx, actor, act, subject_id=session_id)


def sign_out_elsewhere(store: Store, *, actor: Actor, session_id: str) -> int:
    """End every other session of the actor; return how many there were."""
    with store.write() as tx:
        count = sessions.end_all(tx, user_id=actor.user_id or "", why="signed_out_elsewhere", but=session_id)
        note(tx, actor, "session.sign_out_elsewhere", subject_id=session_id, count=count)
        return count


def own_sessions(store: Store, *, actor: Actor) -> tuple[SessionLine, ...]:
    """Return where the actor is signed in."""
    with store.read() as tx:
        return _living(tx, actor.user_id or "")


def end_own_session(store: Store, *, actor: Actor, session_id: str) -> None:
    """End one of the actor's own sessions; raise NotFound where there is none."""
    with store.write() as tx:
        ended = sessions.end_one(
            tx, user_id=actor.user_id or "", session_id=session_id, why="signed_out_elsewhere"
        )
        if not ended:
            raise NotFound
        note(tx, actor, "session.end", subject_id=session_id)


def sessions_of(store: Store, *, person: Person, user_id: str) -> tuple[str, tuple[SessionLine, ...]]:
    """Return the name of somebody one looks after, and where they are signed in; raise NotFound."""
    with store.read() as tx:
        _mine(tx, person, user_id)
        return users.get(tx, user_id).name, _living(tx, user_id)


def end_sessions_of(
    store: Store, *, person: Person, actor: Actor, user_id: str, session_id: str = ""
) -> tuple[str, int]:
    """End one session, or all, of somebody one looks after; return the name and how many there were."""
    with store.write() as tx:
        _mine(tx, person, user_id)
        if session_id:
            why = "ended_by_manager"
            count = int(sessions.end_one(tx, user_id=user_id, session_id=session_id, why=why))
        else:
            count = sessions.end_all(tx, user_id=user_id, why="ended_by_manager")
        note(tx, actor, "person.end_sessions", subject_id=user_id, count=count, session=session_id or None)
        return users.get(tx, user_id).name, count


def begin(
    tx: Tx, *, user_id: str, membership_id: str | None, agent: str, code_due: bool = False
) -> tuple[str, str]:
    """Begin a session in the caller's transaction; return its id and the token for the cookie."""
    token = new_token()
    sessions.forget_old(tx, before=tx.at - KEPT)
    session_id = sessions.add(
        tx,
        token_hash=hashed(token),
        user_id=user_id,
        membership_id=membership_id,
        agent=agent,
        code_due=code_due,
    )
    return session_id, token


def _living(tx: Tx, user_id: str) -> tuple[SessionLine, ...]:
    return sessions.of_user(tx, user_id=user_id, seen_after=tx.at - IDLE, begun_after=tx.at - ABSOLUTE)


def _mine(tx: Tx, person: Person, user_id: str) -> None:
    if not may_look_after(person, user_id, accounts.held(tx, user_id=user_id)):
        raise NotFound
