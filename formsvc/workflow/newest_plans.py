"""The newest plans somebody may have, with what changed since they last looked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from formsvc.access.people import Person
from formsvc.access.policy import Policy
from formsvc.store import plans, relations
from formsvc.store.plans import Copy, PlanLine
from formsvc.store.session import Store
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.compare import compare_in
from formsvc.workflow.reading import is_kept_back, news_for, reads

VISIT: Final = "documents.visit"
SITTING: Final = timedelta(minutes=30)
"""Looks that follow each other within this time are one visit."""
_AGAIN: Final = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class News:
    """One plan, its files for this audience, and what is new since the last visit.

    `new` is plan, revision, withdrawn or empty; `changes` as `records.differences.Change.data`.
    """

    line: PlanLine
    copies: tuple[Copy, ...]
    new: str
    since_number: int | None
    changes: tuple[Mapping[str, str], ...] = field(repr=False)


def visit(store: Store, *, actor: Actor) -> datetime | None:
    """Note that somebody looks at the plans now; return when their visit before this one ended."""
    with store.write() as tx:
        looks = plans.looked_at(tx, user_id=actor.user_id or "", act=VISIT)
        if not looks or tx.at - looks[0] >= _AGAIN:
            note(tx, actor, VISIT)
        last = tx.at
        for look in looks:
            if last - look >= SITTING:
                return look
            last = look
        return None


def newest_plans(
    store: Store,
    *,
    policy: Policy,
    person: Person,
    since: datetime | None,
    before: tuple[datetime, str] | None = None,
    limit: int = 25,
) -> tuple[News, ...]:
    """Return the newest plans of the children a person may have documents of, the latest first."""
    with store.read() as tx:
        may = reads(tx, policy, person)
        copies = relations.shown(tx, person, forms=may.copies)
        lines = news_for(person, plans.newest(tx, person, shown=copies, before=before, limit=limit))
        files = plans.copies(
            tx,
            [one.revision_id for one in lines if one.state == "final" and not is_kept_back(tx, may, one)],
            audience_id=may.audience,
            user_id=person.user_id,
        )
        fresh = [one for one in lines if since is not None and one.changed_at > since]
        known = plans.numbers_at(tx, [one.record_id for one in fresh], at=since) if since and fresh else {}
        found = []
        for line in lines:
            number = known.get(line.record_id)
            is_fresh = line in fresh and number != line.number
            new = ""
            changed: tuple[Mapping[str, str], ...] = ()
            if line.state == "withdrawn":
                new = "withdrawn" if line in fresh else ""
            elif is_fresh and number is None:
                new = "plan"
            elif is_fresh and number is not None:
                new = "revision"
                reading = may.of(line.record_id)
                compared = compare_in(
                    tx, record_id=line.record_id, older=number, newer=line.number, reading=reading
                )
                changed = tuple(one for _, inside in compared.sections for one in inside)
            found.append(
                News(
                    line=line,
                    copies=files.get(line.revision_id, ()),
                    new=new,
                    since_number=number if new == "revision" else None,
                    changes=changed,
                )
            )
        return tuple(found)
