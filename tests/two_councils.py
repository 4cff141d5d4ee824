"""A second council beside the demonstration's, on one instance: same-named team and children, own people.

The private home and the force are the demonstration's; one child of each council lives in the home.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Final

from formsvc.definitions.library import load_library
from formsvc.demo import (
    AUTHORITY,
    CHILDREN,
    HOME,
    ORGANISATIONS,
    PLACES,
    TEAM,
    USERS,
    Demo,
    DemoChild,
    DemoOrganisation,
    DemoRecord,
    DemoUser,
    demo_data,
)
from formsvc.records.attachments import accept_photo
from formsvc.settings import Settings
from formsvc.store.session import Store
from formsvc.workflow.load_demo import add_people, add_record, key_for

SECOND: Final = "nextauthority2222222"
SECOND_TEAM: Final = "nextteam222222222222"
SECOND_NAME: Final = "Marrowdale Borough Council"
PLANTED: Final = "quillfeatherstone"
"""A word that stands in the second council's plan, and nowhere else."""
NAMES: Final = {
    "social_worker": "Ottoline Vance-Mbeki",
    "team_manager": "Barnaby Kessel-Oyelowo",
    "reviewing_officer": "Philippa Strand-Iyer",
    "return_interviewer": "Cormac Ashgrove-Lind",
    "service_manager": "Drusilla Penhallow-Roy",
    "out_of_hours": "Ignatius Wraxall-Sow",
    "missing_coordinator": "Marigold Tennant-Fofana",
    "administrator": "Lysander Crabtree-Amin",
}
KNOWN_AS: Final = ("Simo", "Kitsune", "Blathnaid")


def _people() -> tuple[DemoUser, ...]:
    return tuple(
        replace(
            one,
            id=one.id.replace("demouser", "nextuser"),
            membership_id=one.membership_id.replace("demomember", "nextmember"),
            name=NAMES[one.role],
            email=f"{one.role.replace('_', '.')}@marrowdale.example.org",
            organisation_id=SECOND,
            place_id=SECOND_TEAM if one.place_id == TEAM else "",
        )
        for one in USERS
        if one.organisation_id == AUTHORITY and one.role in NAMES
    )


SECOND_USERS: Final = _people()


def _child(one: DemoChild, *, known_as: str, home_id: str | None) -> DemoChild:
    place = {"kind": "foster home", "address": {"lines": ["9 Tarn Rigg"], "town": "Marrowdale"}}
    here = next(each for each in CHILDREN if each.home_id == HOME)
    return replace(
        one,
        id=one.id.replace("demochild", "nextchild"),
        reference=one.reference.replace("DEM2", "NEX2"),
        known_as=known_as,
        placement_id=one.placement_id.replace("demoplaced", "nextplaced"),
        home_id=home_id,
        details=here.details if home_id else place,
        worker_id=SECOND_USERS[0].id,
        controller_id=SECOND,
        team_id=SECOND_TEAM,
    )


SECOND_CHILDREN: Final = tuple(
    _child(one, known_as=known_as, home_id=HOME if at == 1 else None)
    for at, (one, known_as) in enumerate(zip(CHILDREN, KNOWN_AS, strict=True))
)
"""Namesakes of the first council's children; the second of them lives in the home."""


def _record(one: DemoRecord) -> DemoRecord:
    text = json.dumps(one.answers)
    for first, second in (
        (USERS[0].name, SECOND_USERS[0].name),
        (USERS[1].name, SECOND_USERS[1].name),
        (CHILDREN[0].known_as, KNOWN_AS[1]),
        (ORGANISATIONS[0].name, SECOND_NAME),
    ):
        text = text.replace(first, second)
    told: dict[str, Any] = json.loads(text)
    told["needs"] = f"A quiet word. {PLANTED}"
    people = {"social_worker": SECOND_USERS[0], "team_manager": SECOND_USERS[1]}
    return replace(
        one,
        id=one.id.replace("demorecord", "nextrecord"),
        reference="TP-NEX2-PAGE",
        child_id=SECOND_CHILDREN[1].id,
        author_id=SECOND_USERS[0].id,
        answers=told,
        signoffs=tuple(
            replace(
                said,
                user_id=SECOND_USERS[1].id if said.id == "manager" else SECOND_USERS[0].id,
                name=people[said.role].name if said.role in people else said.name,
            )
            for said in one.signoffs
        ),
        controller_id=SECOND,
    )


def second_council(settings: Settings) -> Demo:
    """Return what the second council brings."""
    place = next(one for one in PLACES if one.id == TEAM)
    return Demo(
        organisations=(DemoOrganisation(id=SECOND, name=SECOND_NAME, kind="authority"),),
        places=(replace(place, id=SECOND_TEAM, organisation_id=SECOND),),
        users=SECOND_USERS,
        children=SECOND_CHILDREN,
        records=tuple(_record(one) for one in demo_data(settings.form_templates).records),
    )


def add_second_council(settings: Settings, store: Store) -> None:
    """Put it into an installation that has the demonstration; its documents are enqueued, not made."""
    second = second_council(settings)
    add_people(store, second, password="no such hash")
    library = load_library(settings.form_templates)
    for one in second.records:
        key = key_for(store, one)
        assert key is not None
        assert one.photo is not None
        photo = accept_photo(one.photo)
        add_record(
            store,
            one,
            effective=library.effective(one.definition_id, one.area_id),
            photo=photo,
            stored=store.blobs.put(photo.data, key=key),
        )
