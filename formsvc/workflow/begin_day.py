"""What waits for a person when they come in: worked out for their role, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from formsvc.access.people import Person
from formsvc.access.policy import Policy
from formsvc.access.table import Action, Role, ever, reach
from formsvc.store import accounts, children, jobs, relations, waiting
from formsvc.store.children import ChildLine
from formsvc.store.relations import within
from formsvc.store.session import Store
from formsvc.store.waiting import PlanLine, RevisionLine
from formsvc.workflow.reading import children_for, lines_for, reads


@dataclass(frozen=True, kw_only=True)
class Day:
    """What a home page shows. Whatever a role has no part in is empty."""

    drafts: tuple[RevisionLine, ...] = ()
    to_approve: tuple[RevisionLine, ...] = ()
    to_approve_after: tuple[RevisionLine, ...] = ()
    awaiting: tuple[RevisionLine, ...] = ()
    plans: tuple[PlanLine, ...] = ()
    children: tuple[ChildLine, ...] = ()
    issued: Mapping[str, datetime] = field(default_factory=dict)
    """When the newest plan for this person was issued, by child."""
    failed_jobs: int = 0
    waiting_jobs: int = 0
    locked: tuple[str, ...] = ()


def begin_day(store: Store, *, policy: Policy, person: Person) -> Day:
    """Return what waits for a person."""
    role = person.role
    with store.read() as tx:
        found: dict[str, object] = {}
        may = reads(tx, policy, person)
        whole = relations.shown(tx, person, forms=may.whole)
        if ever(role, Action.see_drafts):
            found["drafts"] = waiting.drafts(tx, person, reach(role, Action.edit_record), shown=whole)
        if ever(role, Action.approve):
            led = reach(role, Action.approve)
            theirs = relations.shown(tx, person, forms=may.approves)
            found["to_approve"] = waiting.of_children(
                tx, person, led, states=("awaiting_signoff",), shown=theirs
            )
            found["to_approve_after"] = waiting.not_yet_approved(tx, person, led, shown=theirs)
        elif ever(role, Action.see_drafts):
            own = reach(role, Action.sign_off)
            found["awaiting"] = waiting.of_children(
                tx, person, own, states=("awaiting_signoff",), shown=whole
            )
        if ever(role, Action.see_child):
            seen = reach(role, Action.see_child)
            copies = relations.shown(tx, person, forms=may.copies)
            plans = waiting.newest_plans(tx, person, seen, audience=may.audience, shown=copies)
            found["plans"] = lines_for(tx, may, person, plans)
            shown = children_for(person, children.listing(tx, where=within(tx, person, seen), limit=12))
            found["children"] = shown
            found["issued"] = waiting.issued_of(
                tx, [one.id for one in shown], audience=may.audience, shown=copies
            )
        if ever(role, Action.see_jobs):
            runs_all = role is Role.operator
            own_jobs = jobs.listing(
                tx,
                organisation_id=None if runs_all else person.organisation_id,
                of_service=runs_all,
                states=("failed", "waiting"),
            )
            found["failed_jobs"] = sum(one.state == "failed" for one in own_jobs)
            found["waiting_jobs"] = sum(one.state == "waiting" for one in own_jobs)
        if ever(role, Action.manage_people):
            place = None if role is Role.administrator else (person.team_id or person.home_id or "-")
            lines = accounts.listing(tx, organisation_id=person.organisation_id, place_id=place)
            found["locked"] = tuple(dict.fromkeys(one.name for one in lines if one.locked_at))
        return Day(**found)  # type: ignore[arg-type]  # the names are the fields
