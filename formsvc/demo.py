"""Invented data to look round with: an authority, homes, a force, children of four areas, one plan.

Nobody in it is real. Every id is fixed, so that loading it twice changes nothing; `workflow.load_demo`
puts it into the store. Telephone numbers come from the ranges kept for fiction.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

PASSWORD: Final = "lantern-otter-toast-38"  # noqa: S105  (it opens invented data, and `formsvc demo` prints it)

AUTHORITY: Final = "demoauthority2222222"
PROVIDER: Final = "demoprovider22222222"
CONSTABULARY: Final = "demopolice2222222222"
TEAM: Final = "demoteam222222222222"
TEAM_AWAY: Final = "demoteamaway22222222"
HOME: Final = "demohome222222222222"
HOME_NEL: Final = "demohomenel222222222"
HOME_HAR: Final = "demohomehar222222222"
FORCE: Final = "demoforce22222222222"
AREA: Final = "LAN"


@dataclass(frozen=True, kw_only=True)
class DemoOrganisation:
    """An organisation. `kind` is authority, provider or police."""

    id: str
    name: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class DemoPlace:
    """A team, home or force of an organisation; `area_id` is empty for a team."""

    id: str
    kind: str
    name: str
    organisation_id: str
    area_id: str = ""


@dataclass(frozen=True, kw_only=True)
class DemoUser:
    """A person who works here, in one role. `place_id` is a team, home or force, or empty."""

    id: str
    membership_id: str
    name: str
    email: str
    role: str
    title: str
    organisation_id: str
    place_id: str = ""


@dataclass(frozen=True, kw_only=True)
class DemoChild:
    """A child, where she lives and who works with her. `details` are kind, address and carer."""

    id: str
    reference: str
    name: str
    known_as: str
    date_of_birth: str
    placement_id: str
    home_id: str | None
    details: Mapping[str, Any]
    worker_id: str
    controller_id: str = AUTHORITY
    team_id: str = TEAM
    area_id: str = AREA


@dataclass(frozen=True, kw_only=True)
class DemoSignoff:
    """A sign-off of the plan: who recorded it, and what it says. `at` is stored UTC text."""

    id: str
    user_id: str
    role: str
    name: str
    capacity: str
    outcome: str
    words: str
    at: str


@dataclass(frozen=True, kw_only=True)
class DemoRecord:
    """A filled form that is ready to be final: `photo` are the JPEG bytes of its field `photo`, if any."""

    id: str
    reference: str
    child_id: str
    definition_id: str
    author_id: str
    answers: Mapping[str, Any] = field(repr=False)
    signoffs: tuple[DemoSignoff, ...]
    photo: bytes | None = field(repr=False)
    controller_id: str = AUTHORITY
    area_id: str = AREA


@dataclass(frozen=True, kw_only=True)
class Demo:
    """All of it, in the order in which it can be added."""

    organisations: tuple[DemoOrganisation, ...]
    places: tuple[DemoPlace, ...]
    users: tuple[DemoUser, ...]
    children: tuple[DemoChild, ...]
    records: tuple[DemoRecord, ...]


ORGANISATIONS: Final = (
    DemoOrganisation(id=AUTHORITY, name="Calderholme County Council", kind="authority"),
    DemoOrganisation(id=PROVIDER, name="Threshold Care (invented)", kind="provider"),
    DemoOrganisation(id=CONSTABULARY, name="Calder and Mere Constabulary (invented)", kind="police"),
)

PLACES: Final = (
    DemoPlace(id=TEAM, kind="team", name="Children in our care, east", organisation_id=AUTHORITY),
    DemoPlace(id=TEAM_AWAY, kind="team", name="Children placed away", organisation_id=AUTHORITY),
    DemoPlace(id=HOME_NEL, kind="home", name="Samphire House", organisation_id=PROVIDER, area_id="NEL"),
    DemoPlace(id=HOME_HAR, kind="home", name="Alder Court", organisation_id=PROVIDER, area_id="HAR"),
    DemoPlace(id=HOME, kind="home", name="Rowan Bank", organisation_id=PROVIDER, area_id=AREA),
    DemoPlace(id=FORCE, kind="force", name="Eastern division", organisation_id=CONSTABULARY, area_id=AREA),
)


def _user(key: str, name: str, role: str, title: str, *, organisation: str, place: str = "") -> DemoUser:
    first, *_, last = name.lower().split()
    return DemoUser(
        id=f"demouser{key}".ljust(20, "2"),
        membership_id=f"demomember{key}".ljust(20, "2"),
        name=name,
        email=f"{first}.{last}@example.org",
        role=role,
        title=title,
        organisation_id=organisation,
        place_id=place,
    )


WORKER: Final = _user(
    "sw", "Theodora Blakiston-Nwosu", "social_worker", "Social worker", organisation=AUTHORITY, place=TEAM
)
TEAM_MANAGER: Final = _user(
    "tm", "Rosalind Peverell-Shah", "team_manager", "Team manager", organisation=AUTHORITY, place=TEAM
)
USERS: Final = (
    WORKER,
    TEAM_MANAGER,
    _user("rev", "Ambrose Tilquhillie", "reviewing_officer", "Reviewing officer", organisation=AUTHORITY),
    _user("int", "Saoirse Dunmallet", "return_interviewer", "Return interviewer", organisation=AUTHORITY),
    _user("hos", "Leontyne Abercorn-Vale", "service_manager", "Head of service", organisation=AUTHORITY),
    _user("edt", "Kazimir Oldroyd", "out_of_hours", "Emergency duty worker", organisation=AUTHORITY),
    _user(
        "mco",
        "Henrike Balogun",
        "missing_coordinator",
        "Missing children co-ordinator",
        organisation=AUTHORITY,
    ),
    _user("adm", "Winifred Okafor-Lund", "administrator", "Administrator", organisation=AUTHORITY),
    _user("opr", "Benedikta Solheim-Adeyemi", "operator", "Service operator", organisation=AUTHORITY),
    _user(
        "rm",
        "Oyelaran Castlemaine",
        "residential_manager",
        "Registered manager",
        organisation=PROVIDER,
        place=HOME,
    ),
    _user("ns", "Anselma Reikjaden", "home_staff", "Night senior", organisation=PROVIDER, place=HOME),
    _user(
        "co",
        "Ffion Garsdale",
        "police_coordinator",
        "Missing person co-ordinator",
        organisation=CONSTABULARY,
        place=FORCE,
    ),
)

WORKER_AWAY: Final = _user(
    "swb", "Persis Achterberg", "social_worker", "Social worker", organisation=AUTHORITY, place=TEAM_AWAY
)
MANAGER_NEL: Final = _user(
    "rmnel",
    "Ignatius Thorngumbald",
    "residential_manager",
    "Registered manager",
    organisation=PROVIDER,
    place=HOME_NEL,
)
NIGHT_NEL: Final = _user(
    "nsnel", "Rhiannon Szabolcs", "home_staff", "Night senior", organisation=PROVIDER, place=HOME_NEL
)
MANAGER_HAR: Final = _user(
    "rmhar",
    "Clementine Odusanya",
    "residential_manager",
    "Registered manager",
    organisation=PROVIDER,
    place=HOME_HAR,
)
FURTHER_USERS: Final = (
    WORKER_AWAY,
    _user("tmb", "Barnaby Eluwole", "team_manager", "Team manager", organisation=AUTHORITY, place=TEAM_AWAY),
    MANAGER_NEL,
    NIGHT_NEL,
    MANAGER_HAR,
)
"""Who works with the children of the other areas."""

CHILDREN: Final = (
    DemoChild(
        id="demochildszymon22222",
        reference="CH-DEM2-SZY2",
        name="Szymon Đức Lâm-Więckowski",
        known_as="Szymek",
        date_of_birth="2012-02-03",
        placement_id="demoplacedszymon2222",
        home_id=HOME,
        details={
            "kind": "children's home",
            "address": {
                "lines": ["Rowan Bank", "14 Ferrier's Walk"],
                "town": "Marlowthwaite",
                "postcode": "LA97 3QT",
            },
            "carer": "Oyelaran Castlemaine",
        },
        worker_id=WORKER.id,
    ),
    DemoChild(
        id="demochildkit22222222",
        reference="CH-DEM2-KYT2",
        name="Kit O'Shaughnessy-Vale",
        known_as="Kit",
        date_of_birth="2011-06-19",
        placement_id="demoplacedkit2222222",
        home_id=HOME,
        details={
            "kind": "children's home",
            "address": {
                "lines": ["Rowan Bank", "14 Ferrier's Walk"],
                "town": "Marlowthwaite",
                "postcode": "LA97 3QT",
            },
            "carer": "Oyelaran Castlemaine",
        },
        worker_id=WORKER.id,
    ),
    DemoChild(
        id="demochildblaithin222",
        reference="CH-DEM2-BAA2",
        name="Bláithín Msimang-Ó Ceallacháin",
        known_as="Blá",
        date_of_birth="2014-09-30",
        placement_id="demoplacedblaithin22",
        home_id=None,
        details={
            "kind": "foster home",
            "address": {"lines": ["3 Sike Lane"], "town": "Kettlefold", "postcode": "LA97 8UW"},
            "carer": "Dilys Prothero-Ames",
        },
        worker_id=WORKER.id,
    ),
)


NEL_CHILD: Final = DemoChild(
    id="demochildnel22222222",
    reference="CH-DEM2-NEA2",
    name="Oluwaseun Fairweather-Grabowska",
    known_as="Seun",
    date_of_birth="2011-11-04",
    placement_id="demoplacednel2222222",
    home_id=HOME_NEL,
    details={
        "kind": "children's home",
        "address": {
            "lines": ["Samphire House", "2 Staithe Row"],
            "town": "Netherfleet",
            "postcode": "DN97 4RB",
        },
        "carer": "Ignatius Thorngumbald",
    },
    worker_id=WORKER_AWAY.id,
    team_id=TEAM_AWAY,
    area_id="NEL",
)
HAR_CHILD: Final = DemoChild(
    id="demochildhar22222222",
    reference="CH-DEM2-HAR2",
    name="Anoushka Pemberley-Vũ",
    known_as="Noosh",
    date_of_birth="2010-08-21",
    placement_id="demoplacedhar2222222",
    home_id=HOME_HAR,
    details={
        "kind": "children's home",
        "address": {"lines": ["Alder Court", "71 Mossock Road"], "town": "London", "postcode": "N97 6PD"},
        "carer": "Clementine Odusanya",
    },
    worker_id=WORKER_AWAY.id,
    team_id=TEAM_AWAY,
    area_id="HAR",
)
BED_CHILD: Final = DemoChild(
    id="demochildbed22222222",
    reference="CH-DEM2-BED2",
    name="Tobiah Lisowski-Hargrave",
    known_as="Toby",
    date_of_birth="2013-01-15",
    placement_id="demoplacedbed2222222",
    home_id=None,
    details={
        "kind": "foster home",
        "address": {"lines": ["9 Larkspur Close"], "town": "Flittonbury", "postcode": "MK97 2HS"},
        "carer": "Gwendolen Akintola",
    },
    worker_id=WORKER_AWAY.id,
    team_id=TEAM_AWAY,
    area_id="BED",
)
FURTHER_CHILDREN: Final = (NEL_CHILD, HAR_CHILD, BED_CHILD)
"""Children placed in other areas, each with the documents of its protocol."""


@dataclass(frozen=True, kw_only=True)
class _Example:
    """A record of the demonstration that is an example beside the definitions."""

    id: str
    reference: str
    child: DemoChild
    definition: str
    author: DemoUser


def _who(role: str) -> DemoUser:
    return next(one for one in USERS if one.role == role)


_PLAN: Final = _Example(
    id="demorecordplan222222",
    reference="TP-DEM2-PAGE",
    child=CHILDREN[0],
    definition="trigger_plan",
    author=WORKER,
)
_FURTHER: Final = (
    _Example(
        id="demorecordkeepsafe22",
        reference="KS-DEM2-PAGE",
        child=BED_CHILD,
        definition="keep_safe_plan",
        author=WORKER_AWAY,
    ),
    _Example(
        id="demorecordassess2222",
        reference="EA-DEM2-PAGE",
        child=BED_CHILD,
        definition="esp_assessment",
        author=_who("out_of_hours"),
    ),
    _Example(
        id="demorecordphnel22222",
        reference="PH-DEM2-NEA2",
        child=NEL_CHILD,
        definition="philomena",
        author=NIGHT_NEL,
    ),
    _Example(
        id="demorecordphhar22222",
        reference="PH-DEM2-HAR2",
        child=HAR_CHILD,
        definition="philomena",
        author=MANAGER_HAR,
    ),
    _Example(
        id="demorecordreport2222",
        reference="MR-DEM2-PAGE",
        child=NEL_CHILD,
        definition="missing_report",
        author=NIGHT_NEL,
    ),
    _Example(
        id="demorecordowncopy222",
        reference="CC-DEM2-PAGE",
        child=NEL_CHILD,
        definition="own_copy",
        author=WORKER_AWAY,
    ),
    _Example(
        id="demorecordtalk222222",
        reference="RI-DEM2-PAGE",
        child=CHILDREN[0],
        definition="return_interview",
        author=_who("return_interviewer"),
    ),
    _Example(
        id="demorecordminutes222",
        reference="SM-DEM2-PAGE",
        child=CHILDREN[0],
        definition="strategy_minutes",
        author=TEAM_MANAGER,
    ),
)
"""One of every other kind of document, about the child of its area."""


def demo_data(form_templates: Path = Path("form_templates"), *, further: bool = False) -> Demo:
    """Return the invented data; its records are the examples that stand beside the definitions.

    With `further` there is a record of every kind of document, without it the Trigger Plan alone.
    """
    wanted = (_PLAN, *_FURTHER) if further else (_PLAN,)
    return Demo(
        organisations=ORGANISATIONS,
        places=PLACES,
        users=(*USERS, *FURTHER_USERS),
        children=(*CHILDREN, *FURTHER_CHILDREN),
        records=tuple(_record(one, form_templates / "examples") for one in wanted),
    )


def _record(one: _Example, examples: Path) -> DemoRecord:
    path = examples / f"{one.definition}.{one.child.area_id}.json"
    example = json.loads(path.read_text("utf-8"))
    people = {user.name: user for user in (*USERS, *FURTHER_USERS)}
    spoken = {"child": "child", "parent": "parent", "carer": "carer", "parent_or_carer": "carer"}

    def signed(said: Mapping[str, Any]) -> DemoSignoff:
        user = people.get(said["name"])
        return DemoSignoff(
            id=said["id"],
            user_id=(user or one.author).id,
            role=user.role if user else spoken.get(said["id"], one.author.role),
            name=said["name"],
            capacity=said.get("capacity", ""),
            outcome=said["outcome"],
            words=said.get("words", ""),
            at=said["at"],
        )

    return DemoRecord(
        id=one.id,
        reference=one.reference,
        child_id=one.child.id,
        definition_id=one.definition,
        author_id=one.author.id,
        answers=example["answers"],
        signoffs=tuple(signed(said) for said in example["signoffs"]),
        photo=(examples / "photo.jpg").read_bytes() if "photo" in example["answers"] else None,
        area_id=one.child.area_id,
    )
