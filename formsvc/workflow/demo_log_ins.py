"""The demonstration's log-ins, for the sign-in page: only where sealing is a demonstration too."""

from __future__ import annotations

from dataclasses import dataclass, field

from formsvc.demo import CONSTABULARY, ORGANISATIONS, PASSWORD, PLACES, USERS
from formsvc.errors import NotFound
from formsvc.settings import Settings
from formsvc.store import organisations
from formsvc.store.session import Store
from formsvc.workflow.trust import seals_for_show


@dataclass(frozen=True, kw_only=True)
class DemoLogIn:
    """An invented person to sign in as."""

    name: str
    email: str
    title: str
    where: str


@dataclass(frozen=True, kw_only=True)
class DemoLogIns:
    """All of them, and the password that opens every one."""

    people: tuple[DemoLogIn, ...]
    password: str = field(repr=False)


def demo_log_ins(store: Store, *, settings: Settings) -> DemoLogIns | None:
    """Return the log-ins of the demo; None where it is not loaded, or where the seal key is a real one."""
    if not seals_for_show(settings):
        return None
    with store.read() as tx:
        try:
            organisations.get(tx, CONSTABULARY)
        except NotFound:
            return None
    named = {one.id: one.name for one in (*ORGANISATIONS, *PLACES)}
    return DemoLogIns(
        people=tuple(
            DemoLogIn(
                name=one.name,
                email=one.email,
                title=one.title,
                where=named.get(one.place_id) or named[one.organisation_id],
            )
            for one in USERS
        ),
        password=PASSWORD,
    )
