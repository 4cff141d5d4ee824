"""Organisations in the store, on both databases: places and their use, closing, logos, standings."""

from __future__ import annotations

import pytest

from formsvc.errors import NotFound
from formsvc.store import logos, organisations, users
from formsvc.store.logos import Logo
from formsvc.store.session import Store
from tests.integration.scenes import a_scene


def test_place_is_counted_and_closed_with_its_roles(store: Store) -> None:
    """People once, children who are there now; closed, it and the roles in it are gone, and others stay."""
    scene = a_scene(store)
    with store.write() as tx:
        before = organisations.uses(tx, organisation_id=scene.organisation_id)
        team_id = organisations.add_team(tx, organisation_id=scene.organisation_id, name="Night desk")
        user_id = users.add(tx, email="night@example.org", name="Zebedee Ormerod-Sall")
        organisation_id = scene.organisation_id
        for role in ("social_worker", "team_manager"):
            users.add_membership(
                tx, user_id=user_id, organisation_id=organisation_id, role=role, team_id=team_id
            )
        stays = users.add_membership(
            tx, user_id=user_id, organisation_id=organisation_id, role="out_of_hours"
        )
    with store.write() as tx:
        use = next(
            one
            for one in organisations.uses(tx, organisation_id=scene.organisation_id)
            if one.place.id == team_id
        )
        assert (use.people, use.children) == (1, 0)
        place = organisations.place(tx, team_id, organisation_id=scene.organisation_id, lock=True)
        assert organisations.close_place(tx, place) == 2
    with store.write() as tx:
        assert [one.id for one in users.memberships(tx, user_id=user_id)] == [stays]
        assert organisations.uses(tx, organisation_id=scene.organisation_id) == before
        with pytest.raises(NotFound):
            organisations.place(tx, team_id, organisation_id=scene.organisation_id, lock=True)


def test_homes_that_are_offered(store: Store) -> None:
    """One's own and the providers', open ones alone; another authority's are not."""
    with store.write() as tx:
        made = {
            kind: organisations.add(tx, name=name, kind=kind.split()[0])
            for kind, name in (("authority", "A"), ("authority 2", "B"), ("provider", "C"))
        }
        homes = {
            kind: organisations.add_home(tx, organisation_id=id, name=kind, area_id="LAN")
            for kind, id in made.items()
        }
    with store.read() as tx:
        offered = {one.id for one in organisations.homes_for(tx, organisation_id=made["authority"])}
    assert offered == {homes["authority"], homes["provider"]}


def test_standing_tells_when_an_administrator_is_in(store: Store) -> None:
    """Without a password there is none yet; a name is taken in whatever letters."""
    with store.write() as tx:
        id = organisations.add(tx, name="Fellmere", kind="authority")
        user_id = users.add(tx, email="first@example.org", name="Isambard Quaye-Frost")
        users.add_membership(tx, user_id=user_id, organisation_id=id, role="administrator")
        assert [one.is_run for one in organisations.standings(tx)] == [False]
        users.set_password(tx, user_id=user_id, password="a hash")
        assert [one.is_run for one in organisations.standings(tx)] == [True]
        assert organisations.is_named(tx, "FELLMERE")
        assert not organisations.is_named(tx, "Fellmere", but=id)


def test_logo_is_replaced_and_taken_away(store: Store) -> None:
    """There is one at most; without one there is none to get."""
    with store.write() as tx:
        id = organisations.add(tx, name="Fellmere", kind="authority")
        for at in (b"one", b"two"):
            logos.keep(tx, Logo(sha256=at.hex(), png=at, width=48, height=24), organisation_id=id)
        assert logos.get(tx, organisation_id=id).png == b"two"
        size = logos.size_of(tx, organisation_id=id)
        assert size is not None
        assert (size.sha256, size.width) == (b"two".hex(), 48)
        assert logos.remove(tx, organisation_id=id)
        assert not logos.remove(tx, organisation_id=id)
        with pytest.raises(NotFound):
            logos.get(tx, organisation_id=id)
