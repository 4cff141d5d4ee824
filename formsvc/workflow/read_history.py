"""Who looked and who did what: about a child, page by page; in an organisation, without any child."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from formsvc.access.people import Person
from formsvc.store import accounts, audit, names, organisations, records, relations
from formsvc.store.audit import Entry, Wanted
from formsvc.store.session import Store, Tx
from formsvc.workflow.actors import Actor, note

A_PAGE: Final = 50
ELSEWHERE: Final = "Somebody of another organisation"
MOST: Final = 200_000
"""Entries that one export holds at most: narrow it down by the day for more."""
LOOSE: Final = (
    "session.sign_in",
    "session.code",
    "session.one_time_code",
    "session.prove",
    "password.choose",
    "password.change",
)
"""Acts that are noted before somebody has chosen a role."""
COLUMNS: Final = ("id", "at", "act", "outcome", "actor", "role", "child", "record", "subject", "why")


@dataclass(frozen=True, kw_only=True)
class Did:
    """One entry with the names that belong to it. `name` is empty for the service itself."""

    entry: Entry
    name: str
    organisation: str
    reference: str = ""


@dataclass(frozen=True, kw_only=True)
class History:
    """One page. `next` is where the one after it begins, None where this is the last."""

    lines: tuple[Did, ...]
    next: tuple[datetime, str] | None
    people: Mapping[str, str] = field(repr=False)


def child_history(
    store: Store,
    *,
    person: Person,
    child_id: str,
    acts: Sequence[str] = (),
    actor_id: str = "",
    refused: bool = False,
    before: tuple[datetime, str] | None = None,
) -> History:
    """Return a page of what was done and seen about a child; without records withheld from the person.

    Whoever tried in vain and belongs to another organisation is not named.
    """
    with store.read() as tx:
        withheld = relations.all_withheld(tx, person)
        wanted = Wanted(
            acts=tuple(acts),
            actors=(actor_id,) if actor_id else None,
            refused=refused,
            without_records=frozenset(one for one, parts in withheld.items() if "" in parts),
        )
        found = audit.of_child(tx, child_id, wanted=wanted, before=before, limit=A_PAGE + 1)
        people = names.of_users(
            tx, audit.actors_of_child(tx, child_id, organisation_id=person.organisation_id)
        )
        references = {one.id: one.reference for one in records.listing(tx, child_id=child_id, limit=500)}
        return _page(tx, found, people=people, references=references, own=person.organisation_id)


def organisation_history(
    store: Store,
    *,
    actor: Actor,
    organisation_id: str,
    acts: Sequence[str] = (),
    who: str = "",
    refused: bool = False,
    day: tuple[datetime, datetime] | None = None,
    before: tuple[datetime, str] | None = None,
) -> History:
    """Return a page of what an organisation's people did; that it was looked at is noted, once a visit."""
    with store.write() as tx:
        wanted = _wanted(tx, organisation_id, acts=acts, who=who, refused=refused, day=day)
        found = audit.of_organisation(
            tx, organisation_id, wanted=wanted, loose=LOOSE, before=before, limit=A_PAGE + 1
        )
        page = _page(tx, found, people={}, references={}, own=organisation_id)
        if before is None:
            note(tx, actor, "audit.see", refused=refused, narrowed=bool(acts or who or day))
        return page


def export_history(
    store: Store,
    *,
    actor: Actor,
    organisation_id: str,
    acts: Sequence[str] = (),
    who: str = "",
    refused: bool = False,
    day: tuple[datetime, datetime] | None = None,
) -> Iterator[str]:
    """Note that the audit is exported, then yield it as lines of CSV: ids, codes and moments alone."""
    with store.write() as tx:
        wanted = _wanted(tx, organisation_id, acts=acts, who=who, refused=refused, day=day)
        note(tx, actor, "audit.export", refused=refused, narrowed=bool(acts or who or day))
    return _export(store, organisation_id, wanted)


def _export(store: Store, organisation_id: str, wanted: Wanted) -> Iterator[str]:
    yield ",".join(COLUMNS) + "\r\n"
    before, told = None, 0
    while told < MOST:
        with store.read() as tx:
            found = audit.of_organisation(
                tx, organisation_id, wanted=wanted, loose=LOOSE, before=before, limit=1000
            )
        if not found:
            return
        out = io.StringIO()
        csv.writer(out).writerows(_row(one) for one in found)
        yield out.getvalue()
        told += len(found)
        before = (found[-1].at, found[-1].id)


def _row(one: Entry) -> tuple[str, ...]:
    return (
        one.id,
        one.at.isoformat(),
        one.act,
        one.outcome,
        one.actor_id or "",
        str(one.data.get("role", "")),
        one.child_id or "",
        one.record_id or "",
        one.subject_id or "",
        str(one.data.get("why", "")),
    )


def _wanted(
    tx: Tx,
    organisation_id: str,
    *,
    acts: Sequence[str],
    who: str,
    refused: bool,
    day: tuple[datetime, datetime] | None,
) -> Wanted:
    actors = accounts.ids_like(tx, organisation_id=organisation_id, text=who) if who else None
    return Wanted(acts=tuple(acts), actors=actors, refused=refused, day=day)


def _page(
    tx: Tx,
    found: Sequence[Entry],
    *,
    people: Mapping[str, str],
    references: Mapping[str, str],
    own: str,
) -> History:
    shown = found[:A_PAGE]
    known = {**names.of_users(tx, [one.actor_id for one in shown]), **people}
    where = {one.id: one.name for one in organisations.listing(tx)}

    def is_alien(one: Entry) -> bool:
        return one.outcome == "refused" and one.organisation_id not in (None, own)

    def name(one: Entry) -> str:
        if is_alien(one):
            return ELSEWHERE
        return known.get(one.actor_id or "", "Somebody whose account is gone" if one.actor_id else "")

    return History(
        lines=tuple(
            Did(
                entry=one,
                name=name(one),
                organisation="" if is_alien(one) else where.get(one.organisation_id or "", ""),
                reference=references.get(one.record_id or "", ""),
            )
            for one in shown
        ),
        next=(shown[-1].at, shown[-1].id) if len(found) > A_PAGE else None,
        people=dict(sorted(people.items(), key=lambda one: one[1])),
    )
