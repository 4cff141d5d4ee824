"""Small real scenes for store and workflow: an organisation, three people, a child, a form about her."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from formsvc.definitions.model import Effective
from formsvc.store import children, organisations, placements, users
from formsvc.store.children import Identity
from formsvc.store.session import Store
from formsvc.workflow.actors import Actor
from formsvc.workflow.finalise import finalise
from formsvc.workflow.finality import Final
from formsvc.workflow.freeze import Awaiting, freeze
from formsvc.workflow.issue import IssueWork, Made
from formsvc.workflow.save_section import Saved, save_section
from formsvc.workflow.sign_off import sign_off
from formsvc.workflow.start_record import Started, start_record
from tests.builders import a_definition, a_field, an_area

NAME = "Bláithín Đurić-Łowe"
AREA = an_area(review_due="2027-02-28")


def a_plan(**keys: Any) -> Effective:
    """Return a form of two pages with a fact, a condition, a photo, rows and three sign-offs."""
    pages = [
        {
            "id": "who",
            "title": "Who",
            "fields": [
                a_field("full_name", required="final", fact="child.full_name"),
                a_field("born", "date"),
                a_field("photo", "photo"),
            ],
        },
        {
            "id": "risk",
            "title": "Risk",
            "fields": [
                a_field("at_risk", "yes_no", options={"detail_required": False}),
                a_field("how", "long_text", shown_when="at_risk = yes", required="final"),
                a_field("friends", "rows", fields=[a_field("name"), a_field("since", "date")]),
            ],
        },
    ]
    signoffs = [
        _rule("author", ["social_worker"], required=True),
        _rule("manager", ["team_manager"], required=True),
        _rule("child", ["child"], required=False),
    ]
    return a_definition(area=AREA, **{"pages": pages, "signoffs": signoffs, **keys})


def _rule(id: str, roles: list[str], *, required: bool) -> dict[str, Any]:
    return {
        "id": id,
        "title": id.capitalize(),
        "roles": roles,
        "statement": "I say so.",
        "required": required,
    }


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Who is there, and the form they fill in."""

    store: Store
    organisation_id: str
    child_id: str
    worker: Actor
    manager: Actor
    plan: Effective

    def start(self) -> Started:
        """Begin a record."""
        return start_record(self.store, actor=self.worker, child_id=self.child_id, effective=self.plan)

    def save(self, revision_id: str, page_id: str, version: int, **typed: Any) -> Saved:
        """Save a page."""
        return save_section(
            self.store,
            actor=self.worker,
            revision_id=revision_id,
            page_id=page_id,
            version=version,
            typed=typed,
        )

    def fill(self, revision_id: str) -> None:
        """Fill both pages in so that they may be final."""
        self.save(revision_id, "who", 0, full_name=NAME, born="30 September 2014")
        self.save(revision_id, "risk", 0, at_risk={"answer": "no"})

    def hand_in(self, revision_id: str) -> Awaiting:
        """Freeze a draft."""
        return freeze(self.store, actor=self.worker, revision_id=revision_id)

    def sign(self, awaiting: Awaiting, *, manager: bool = True) -> None:
        """Sign a frozen revision off, by its author and by the manager."""
        signers = [("author", self.worker)] + ([("manager", self.manager)] if manager else [])
        for rule_id, actor in signers:
            sign_off(
                self.store,
                actor=actor,
                revision_id=awaiting.revision_id,
                rule_id=rule_id,
                binds=awaiting.binds,
                name=f"Person of {rule_id}",
            )

    def make_final(self, revision_id: str) -> Final:
        """Hand a filled draft in, sign it off and make it final."""
        self.sign(self.hand_in(revision_id))
        return finalise(self.store, actor=self.worker, revision_id=revision_id)


def a_scene(store: Store, *, plan: Effective | None = None) -> Scene:
    """Put people and a child into a store."""
    with store.write() as tx:
        organisation_id = organisations.add(tx, name="Calderholme County Council", kind="authority")
        actors = []
        for name, role in (("Theodora Blakiston", "social_worker"), ("Rosalind Peverell", "team_manager")):
            user_id = users.add(tx, email=f"{role}@example.org", name=name)
            users.add_membership(tx, user_id=user_id, organisation_id=organisation_id, role=role)
            actors.append(Actor(user_id=user_id, organisation_id=organisation_id, role=role))
        child_id = a_child(store, tx=tx, organisation_id=organisation_id, name=NAME, worker=actors[0])
    return Scene(
        store=store,
        organisation_id=organisation_id,
        child_id=child_id,
        worker=actors[0],
        manager=actors[1],
        plan=plan or a_plan(),
    )


def a_child(store: Store, *, tx: Any, organisation_id: str, name: str, worker: Actor) -> str:
    """Add a child on a worker's caseload, placed at no home."""
    child_id = children.add(
        tx,
        controller_id=organisation_id,
        identity=Identity(name=name, date_of_birth="2014-09-30"),
        created_by=worker.user_id,
    )
    placements.move(
        tx,
        child_id=child_id,
        controller_id=organisation_id,
        area_id="TST",
        details={"kind": "foster home", "carer": "Dilys Prothero-Ames"},
    )
    placements.allocate(tx, child_id=child_id, user_id=worker.user_id or "")
    return child_id


def make_quickly(work: IssueWork, files: Mapping[str, bytes]) -> Made:
    """Make a real file of the work in no time: every byte of it is told by what it is made from."""
    data = b"|".join(
        [
            work.kind.encode(),
            work.audience.encode(),
            work.snapshot.json,
            *(files[one] for one in sorted(files)),
        ]
    )
    return Made(
        data=data,
        seal_id=hashlib.sha256(b"seal" + data).hexdigest(),
        view_hash=hashlib.sha256(b"view" + work.audience.encode() + work.snapshot.json).hexdigest(),
    )
