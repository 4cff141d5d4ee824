"""The retention schedule of an organisation, closing and reopening a case, until when it is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Final

from formsvc.access.people import Person
from formsvc.access.table import Action, reach
from formsvc.cases.retention import Rule, kept_until, load_schedule
from formsvc.errors import NotFound, WrongState
from formsvc.fields.dates import today
from formsvc.settings import Settings
from formsvc.store import children, disposals, erasure, holds, jobs, organisations, retention
from formsvc.store.children import Identity
from formsvc.store.disposals import Disposal
from formsvc.store.holds import Hold
from formsvc.store.jobs import Job
from formsvc.store.relations import within
from formsvc.store.retention import ClosedCase, Closing, OwnRule
from formsvc.store.session import Store, Tx
from formsvc.workflow.actors import Actor, note

RETENTION: Final = "retention"
Defaults = Mapping[str, Rule]


@dataclass(frozen=True, kw_only=True)
class Scheduled:
    """A rule as it holds for an organisation, and who set it when; `own` is None where it is the default."""

    rule: Rule
    default: Rule
    own: OwnRule | None


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """How what is held on a child is kept. `until` is None where nothing follows or the case is open."""

    closing: Closing | None
    rule: Rule | None
    until: date | None
    holds: tuple[Hold, ...]
    disposal: Disposal | None
    is_due: bool

    @property
    def held(self) -> tuple[Hold, ...]:
        """The holds that stand."""
        return tuple(one for one in self.holds if one.until_at is None)


@dataclass(frozen=True, kw_only=True)
class DueLine:
    """A case that is due. `identity` is None for those who do not work with the child."""

    child_id: str
    reference: str
    identity: Identity | None = field(repr=False)
    rule: Rule
    until: date
    is_held: bool
    since: datetime | None
    disposal: Disposal | None


def schedule(store: Store, *, organisation_id: str, defaults: Defaults) -> tuple[Scheduled, ...]:
    """Return an organisation's schedule in the order of the statuses."""
    with store.read() as tx:
        own = retention.own_rules(tx, organisation_id)
    return tuple(
        Scheduled(rule=_laid_over(rule, own.get(status)), default=rule, own=own.get(status))
        for status, rule in defaults.items()
    )


def newly_due(
    store: Store, *, organisation_id: str, defaults: Defaults, changed: Iterable[Rule]
) -> tuple[str, ...]:
    """Return the references of cases that a changed schedule would bring due and that are not due now."""
    asked = {one.status: one for one in changed}
    with store.read() as tx:
        now = rules_of(tx, organisation_id, defaults)
        cases = retention.closed_cases(tx, organisation_id=organisation_id)
    then = {**now, **asked}
    return tuple(one.reference for one in cases if _is_due(one, then) and not _is_due(one, now))


def set_schedule(
    store: Store, *, actor: Actor, organisation_id: str, defaults: Defaults, changed: Iterable[Rule]
) -> int:
    """Change an organisation's schedule and find anew what is due; return how many rules changed."""
    with store.write() as tx:
        now = rules_of(tx, organisation_id, defaults)
        count = 0
        for rule in changed:
            before = now[rule.status]
            if (rule.number, rule.unit, rule.starts) == (before.number, before.unit, before.starts):
                continue
            count += 1
            retention.set_rule(
                tx,
                organisation_id=organisation_id,
                status=rule.status,
                number=rule.number,
                unit=rule.unit,
                starts=rule.starts,
                by=actor.user_id,
            )
            was, now_is = ([one.number, one.unit, one.starts] for one in (before, rule))
            note(
                tx,
                actor,
                "retention.set",
                subject_id=organisation_id,
                status=rule.status,
                was=was,
                now=now_is,
            )
        if count:
            _find(tx, organisation_id, defaults)
        return count


def keeping(store: Store, *, child_id: str, controller_id: str, defaults: Defaults) -> Keeping:
    """Return how what is held on a child is kept; raise NotFound after disposal."""
    with store.read() as tx:
        return keeping_in(tx, child_id=child_id, controller_id=controller_id, defaults=defaults)


def keeping_in(tx: Tx, *, child_id: str, controller_id: str, defaults: Defaults) -> Keeping:
    """Return the same inside a transaction."""
    closing = retention.closing_of(tx, child_id)
    rules = rules_of(tx, controller_id, defaults)
    cases = retention.closed_cases(tx, organisation_id=controller_id, child_ids=[child_id])
    rule = None if closing is None else rules.get(closing.status)
    until = _until(cases[0], rules) if cases else None
    return Keeping(
        closing=closing,
        rule=rule,
        until=until,
        holds=holds.of_child(tx, child_id),
        disposal=disposals.active_of(tx, child_id),
        is_due=bool(cases) and _is_due(cases[0], rules),
    )


def close_case(store: Store, *, actor: Actor, child_id: str, status: str, on_day: date) -> None:
    """Close a child's case; raise WrongState where it is closed already."""
    with store.write() as tx:
        erasure.lock(tx, child_id)
        if children.get(tx, child_id).identity is None:
            raise NotFound
        if not retention.close(
            tx, child_id=child_id, status=status, on_day=on_day.isoformat(), by=actor.user_id
        ):
            raise WrongState("the case is closed already")
        note(tx, actor, "child.close", child_id=child_id, status=status, day=on_day.isoformat())


def reopen_case(store: Store, *, actor: Actor, child_id: str, why: str) -> None:
    """Open a child's case again and stop a disposal that stands; `why` is a code. Raises WrongState."""
    with store.write() as tx:
        erasure.lock(tx, child_id)
        if not retention.reopen(tx, child_id=child_id):
            raise WrongState("the case is open")
        stopped = disposals.cancel(tx, child_id=child_id, by=actor.user_id, why="reopened")
        if stopped is not None:
            jobs.forget(tx, key=dispose_key(stopped))
        note(tx, actor, "child.reopen", child_id=child_id, subject_id=stopped, why=why)


def due_lines(store: Store, *, person: Person, defaults: Defaults) -> tuple[DueLine, ...]:
    """Return what is due in a person's organisation, with names for children within their reach.

    Who proposes sees those within reach alone; an administrator sees all, by reference.
    """
    organisation_id = person.organisation_id
    reached = reach(person.role, Action.propose_disposal)
    with store.read() as tx:
        found = retention.found_due(tx, organisation_id=organisation_id)
        rules = rules_of(tx, organisation_id, defaults)
        cases = retention.closed_cases(tx, organisation_id=organisation_id, child_ids=found)
        mine = {
            line.id: line.identity
            for line in children.listing(
                tx, where=within(tx, person, reached), among=[one.child_id for one in cases], limit=len(cases)
            )
        }
        lines = [
            _due_line(tx, one, rules, identity=mine.get(one.child_id), since=found[one.child_id])
            for one in cases
            if not reached or one.child_id in mine
        ]
    return tuple(line for line in lines if line is not None)


def list_disposals(store: Store, *, form_templates: Path) -> tuple[dict[str, str], ...]:
    """Return what is due and every disposal, by organisation and reference: for whoever runs the service."""
    defaults = load_schedule(form_templates)
    found = []
    with store.read() as tx:
        for one in organisations.listing(tx):
            rules = rules_of(tx, one.id, defaults)
            due = [
                case for case in retention.closed_cases(tx, organisation_id=one.id) if _is_due(case, rules)
            ]
            states = [(case.reference, "due") for case in due]
            states += [(told.reference, told.state) for told in disposals.of_organisation(tx, one.id)]
            found += [
                {"organisation": one.name, "reference": reference, "state": state}
                for reference, state in states
            ]
    return tuple(found)


def find_due(store: Store, job: Job, *, settings: Settings) -> None:
    """Find what is due in every organisation and finish the job."""
    defaults = load_schedule(settings.form_templates)
    with store.write() as tx:
        counts = [_find(tx, one.id, defaults) for one in organisations.listing(tx)]
        jobs.finish(tx, job, outcome=f"due {sum(counts)}")


def enqueue_find_due(store: Store) -> None:
    """Enqueue today's look at what is due, once, where any case is closed."""
    with store.write() as tx:
        if retention.any_closed(tx):
            jobs.enqueue(tx, kind=RETENTION, key=f"{RETENTION}:{tx.at:%Y-%m-%d}", payload={})


def rules_of(tx: Tx, organisation_id: str, defaults: Defaults) -> dict[str, Rule]:
    """Return the rules that hold for an organisation, by status."""
    own = retention.own_rules(tx, organisation_id)
    return {status: _laid_over(rule, own.get(status)) for status, rule in defaults.items()}


def dispose_key(disposal_id: str) -> str:
    """Return the key of the job that does a disposal."""
    return f"dispose:{disposal_id}"


def _find(tx: Tx, organisation_id: str, defaults: Defaults) -> int:
    rules = rules_of(tx, organisation_id, defaults)
    cases = retention.closed_cases(tx, organisation_id=organisation_id)
    due = [one.child_id for one in cases if _has_passed(_until(one, rules))]
    retention.write_due(tx, organisation_id=organisation_id, child_ids=due)
    return len(due)


def _laid_over(rule: Rule, own: OwnRule | None) -> Rule:
    return rule if own is None else replace(rule, number=own.number, unit=own.unit, starts=own.starts)


def _until(case: ClosedCase, rules: Mapping[str, Rule]) -> date | None:
    rule = rules.get(case.status)
    if rule is None:
        return None
    return kept_until(rule, born=case.born, closed_on=case.closed_on, changed_on=case.changed_on)


def _has_passed(until: date | None) -> bool:
    return until is not None and until <= today()


def _is_due(case: ClosedCase, rules: Mapping[str, Rule]) -> bool:
    return not case.is_held and _has_passed(_until(case, rules))


def _due_line(
    tx: Tx, case: ClosedCase, rules: Mapping[str, Rule], *, identity: Identity | None, since: datetime
) -> DueLine | None:
    until = _until(case, rules)
    if until is None or not _has_passed(until):
        return None
    return DueLine(
        child_id=case.child_id,
        reference=case.reference,
        identity=identity,
        rule=rules[case.status],
        until=until,
        is_held=case.is_held,
        since=since,
        disposal=disposals.active_of(tx, case.child_id),
    )
