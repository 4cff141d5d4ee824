"""Sessions: begun by a sign-in, resumed by a token that only the cookie holds, ended by time or by hand."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Final

from formsvc import clock
from formsvc.store import sessions
from formsvc.store.session import Store, Tx
from formsvc.store.sessions import SessionLine, Signed
from formsvc.workflow.actors import Actor, note

IDLE: Final = timedelta(minutes=30)
ABSOLUTE: Final = timedelta(hours=12)
PROVEN_FOR: Final = timedelta(minutes=10)
TOUCH_AFTER: Final = timedelta(minutes=1)
KEPT: Final = timedelta(days=30)


def new_token() -> str:
    """Return 256 random bits for a cookie or a link."""
    return clock.random_bytes(32).hex()


def hashed(token: str) -> str:
    """Return what the store knows a token by."""
    return hashlib.sha256(token.encode()).hexdigest()


def holds(signed: Signed) -> bool:
    """Say whether a session still holds: not ended, not idle for too long, not too old."""
    now = clock.now()
    return signed.ended_at is None and now - signed.seen_at < IDLE and now - signed.created_at < ABSOLUTE


def is_proven(signed: Signed) -> bool:
    """Say whether the password was given within the last ten minutes."""
    return clock.now() - signed.proven_at < PROVEN_FOR


def find_session(store: Store, token: str) -> Signed | None:
    """Return the session of a token, whether it holds or not; None where there is none."""
    with store.read() as tx:
        return sessions.by_token(tx, hashed(token))


def keep_awake(store: Store, signed: Signed) -> None:
    """Note that a session is in use, at most once a minute."""
    if clock.now() - signed.seen_at >= TOUCH_AFTER:
        with store.write() as tx:
            sessions.touch(tx, signed.id)


def sign_out(store: Store, *, actor: Actor, session_id: str) -> None:
    """End a session by hand."""
    with store.write() as tx:
        sessions.end(tx, session_id, why="signed_out")
        note(tx, actor, "session.sign_out", subject_id=session_id)


def sign_out_elsewhere(store: Store, *, actor: Actor, session_id: str) -> int:
    """End every other session of the actor; return how many there were."""
    with store.write() as tx:
        count = sessions.end_all(tx, user_id=actor.user_id or "", why="signed_out_elsewhere", but=session_id)
        note(tx, actor, "session.sign_out_elsewhere", subject_id=session_id, count=count)
        return count


def own_sessions(store: Store, *, actor: Actor) -> tuple[SessionLine, ...]:
    """Return where the actor is signed in."""
    with store.read() as tx:
        return sessions.of_user(
            tx,
            user_id=actor.user_id or "",
            seen_after=tx.at - IDLE,
            begun_after=tx.at - ABSOLUTE,
        )


def begin(tx: Tx, *, user_id: str, membership_id: str | None, agent: str) -> tuple[str, str]:
    """Begin a session in the caller's transaction; return its id and the token for the cookie."""
    token = new_token()
    sessions.forget_old(tx, before=tx.at - KEPT)
    session_id = sessions.add(
        tx, token_hash=hashed(token), user_id=user_id, membership_id=membership_id, agent=agent
    )
    return session_id, token
