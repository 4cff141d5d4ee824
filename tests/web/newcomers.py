"""People of other homes, teams and forces, who know the demonstration's password."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from argon2 import PasswordHasher

from formsvc import clock
from formsvc.access.people import PLACE_OF
from formsvc.access.table import Role
from formsvc.demo import AREA, PASSWORD
from formsvc.store import organisations, users
from tests.web.conftest import Installation, StrictClient, sign_in_as

_KINDS: Final = {"home": "provider", "force": "police"}
LIGHT: Final = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
"""The password as argon2 keeps it where nothing is at stake: judged in a moment."""


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """Somebody new with a window of their own; `place_id` is their team, home or force."""

    user_id: str
    membership_id: str
    organisation_id: str
    place_id: str | None
    client: StrictClient


def newcomer(
    demo: Installation, role: Role, *, organisation_id: str = "", place_id: str = "", area: str = AREA
) -> Newcomer:
    """Return somebody of a role in an organisation and a place of their own, or in those that are named."""
    kind = PLACE_OF.get(role)
    with demo.store.write() as tx:
        mark = clock.new_id(6)
        organisation_id = organisation_id or organisations.add(
            tx, name=f"Another organisation {mark}", kind=_KINDS.get(kind or "", "authority")
        )
        if not place_id:
            name = f"Another place {mark}"
            match kind:
                case "team":
                    place_id = organisations.add_team(tx, organisation_id=organisation_id, name=name)
                case "home":
                    place_id = organisations.add_home(
                        tx, organisation_id=organisation_id, name=name, area_id=area
                    )
                case "force":
                    place_id = organisations.add_force(
                        tx, organisation_id=organisation_id, name=name, area_id=area
                    )
        user_id = users.add(
            tx, email=f"new.{mark}@example.org", name=f"Perpetua Okoro-{mark}", password=LIGHT
        )
        membership_id = users.add_membership(
            tx,
            user_id=user_id,
            organisation_id=organisation_id,
            role=role.value,
            team_id=place_id if kind == "team" else None,
            home_id=place_id if kind == "home" else None,
            force_id=place_id if kind == "force" else None,
        )
    return Newcomer(
        user_id=user_id,
        membership_id=membership_id,
        organisation_id=organisation_id,
        place_id=place_id or None,
        client=sign_in_as(demo, user_id=user_id, membership_id=membership_id),
    )
