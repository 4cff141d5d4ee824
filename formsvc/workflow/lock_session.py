"""Lock a screen that nobody uses, and open it again with its person's password."""

from __future__ import annotations

from formsvc.store import sessions, users
from formsvc.store.session import Store
from formsvc.store.sessions import Signed
from formsvc.workflow.actors import note
from formsvc.workflow.passwords import is_right
from formsvc.workflow.sign_in import LONGEST, SignInRefused, as_user, refusal


def lock_session(store: Store, *, session: Signed, why: str) -> None:
    """Lock a session: `idle` where nobody used it, `asked` where its page said so. Locked stays locked."""
    if session.locked_at is not None:
        return
    with store.write() as tx:
        sessions.lock(tx, session.id)
        note(tx, as_user(session.user_id), "session.lock", subject_id=session.id, why=why)


def unlock_session(store: Store, *, session: Signed, password: str) -> None:
    """Open a locked session with its person's password; raise SignInRefused.

    The cookie and the password are two things already, so no code is asked for. Wrong ones count as at
    sign-in; the one that locks the account ends its sessions. It does not stand for signing again.
    """
    with store.read() as tx:
        known = users.by_id(tx, session.user_id)
    right = is_right(password[:LONGEST], kept=known.password)
    with store.write() as tx:
        why = refusal(tx, known, judged=known.password, right=right, act="session.unlock")
        if not why:
            sessions.unlock(tx, session.id)
            note(tx, as_user(session.user_id), "session.unlock", subject_id=session.id)
            return
        if why == "locked":
            sessions.end_all(tx, user_id=session.user_id, why="locked")
    raise SignInRefused
