"""The audit: entries commit with their act; a linker chains them seconds later; a head guards the end.

An entry holds ids, codes, numbers and hashes, never content. The chain is SHA-256 over canonical
JSON, so anybody with the rows can check it; the head bears an HMAC that the database alone cannot
make, and stands a second time in a file of the instance.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import rfc8785
import sqlalchemy as sa

from formsvc import clock
from formsvc.errors import FormsvcError
from formsvc.store import canonical
from formsvc.store import tables as t
from formsvc.store.session import Tx

DOWNLOAD: Final = "document.download"
PRINT: Final = "document.print"
"""Taken as a file, or in a print of a home: either way somebody has a copy."""
"""The act of taking a copy of a document."""
GENESIS: Final = hashlib.sha256(b"formsvc audit 1").hexdigest()


class AuditBroken(FormsvcError):
    """Nothing can be chained: the chain does not end as its head says, or as the head that is kept says."""

    code = "audit_broken"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Who did what to which, when, and whether it was done or refused."""

    id: str
    at: datetime
    act: str
    outcome: str
    actor_id: str | None
    organisation_id: str | None
    child_id: str | None
    record_id: str | None
    subject_id: str | None
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def hash(self) -> str:
        """SHA-256 over the canonical JSON of the entry, as hex."""
        return _digest(
            [
                self.id,
                self.at.isoformat(),
                self.act,
                self.outcome,
                self.actor_id,
                self.organisation_id,
                self.child_id,
                self.record_id,
                self.subject_id,
                dict(self.data),
            ]
        )


@dataclass(frozen=True, kw_only=True)
class Link:
    """One link of the chain, with the entry it names, None when that is gone."""

    seq: int
    entry_id: str
    entry_hash: str
    hash: str
    entry: Entry | None


@dataclass(frozen=True, kw_only=True)
class Head:
    """The end of the chain. `mark` proves that this installation wrote it."""

    seq: int
    hash: str
    mark: str
    at: datetime


def add(
    tx: Tx,
    *,
    act: str,
    outcome: str = "done",
    actor_id: str | None,
    organisation_id: str | None,
    child_id: str | None = None,
    record_id: str | None = None,
    subject_id: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Write an entry in the transaction of its act; it is linked later."""
    made = Entry(
        id=clock.new_id(),
        at=tx.at.astimezone(UTC),
        act=act,
        outcome=outcome,
        actor_id=actor_id,
        organisation_id=organisation_id,
        child_id=child_id,
        record_id=record_id,
        subject_id=subject_id,
        data=canonical.loads(canonical.dumps(dict(data or {}))),
    )
    tx.c.execute(sa.insert(t.audit_entry).values(asdict(made)))
    tx.c.execute(
        sa.insert(t.audit_unlinked).values(entry_id=made.id, at=made.at, mark=entry_mark(tx, made.hash))
    )


def link_hash(before: str, seq: int, entry_hash: str) -> str:
    """Return the hash of a link: over the one before it, its number and its entry."""
    return _digest([before, seq, entry_hash])


def link(tx: Tx, *, limit: int, kept: Callable[[], Head | None] = lambda: None) -> int:
    """Chain entries that are not linked, oldest first; return how many. One linker works at a time.

    Nothing is chained to a head that is not ours, is not the end of the chain, or is behind the one that
    `kept` returns: that would put our mark on what somebody cut. Raises AuditBroken then. An entry that
    does not bear our mark was put there, or edited, by somebody else: it stays unlinked, for all to see.
    """
    head = _locked_head(tx)
    _check_end(tx, head, kept())
    waiting = t.audit_unlinked.c
    found = (
        tx.c.execute(
            sa.select(t.audit_entry, waiting.mark)
            .join(t.audit_unlinked, waiting.entry_id == t.audit_entry.c.id)
            .order_by(waiting.at, waiting.entry_id)
            .limit(limit)
        )
        .mappings()
        .all()
    )
    rows = [entry for entry, mark in (_marked(row) for row in found) if bears_mark(tx, entry, mark)]
    if not rows:
        return 0
    seq, last, links = head.seq, head.hash, []
    for entry in rows:
        seq, last = seq + 1, link_hash(last, seq + 1, entry.hash)
        links.append({"seq": seq, "entry_id": entry.id, "entry_hash": entry.hash, "hash": last})
    tx.c.execute(sa.insert(t.audit_link), links)
    tx.c.execute(sa.delete(t.audit_unlinked).where(waiting.entry_id.in_([entry.id for entry in rows])))
    tx.c.execute(sa.update(t.audit_head).values(seq=seq, hash=last, mark=head_mark(tx, seq, last), at=tx.at))
    return len(rows)


def begin(tx: Tx) -> None:
    """Write the head of an empty chain, once."""
    if head(tx) is None:
        tx.c.execute(
            sa.insert(t.audit_head).values(
                id=1, seq=0, hash=GENESIS, mark=head_mark(tx, 0, GENESIS), at=tx.at
            )
        )


def head(tx: Tx) -> Head | None:
    """Return the head of the chain, None before it was begun."""
    of = t.audit_head.c
    row = tx.c.execute(sa.select(of.seq, of.hash, of.mark, of.at)).mappings().one_or_none()
    return None if row is None else Head(**row)


def head_mark(tx: Tx, seq: int, last: str) -> str:
    """Return the mark that only the content key in use can put on a head."""
    return tx.keyring.current.mark(rfc8785.dumps([seq, last]))


def entry_mark(tx: Tx, entry_hash: str) -> str:
    """Return the mark that only the content key in use can put on an entry that waits to be linked."""
    return tx.keyring.current.mark(_waiting_words(entry_hash))


def bears_mark(tx: Tx, entry: Entry, mark: str | None) -> bool:
    """Say whether an entry that waits is as it was written, and by us."""
    said = _waiting_words(entry.hash)
    ring = (tx.keyring.current, *tx.keyring.older.values())
    return mark is not None and any(hmac.compare_digest(key.mark(said), mark) for key in ring)


def mark_waiting(tx: Tx) -> int:
    """Put our mark on entries that wait and were written before entries bore one; return how many."""
    of = t.audit_unlinked.c
    rows = tx.c.execute(sa.select(t.audit_entry).join(t.audit_unlinked).where(of.mark.is_(None))).mappings()
    entries = [Entry(**row) for row in rows]
    for one in entries:
        marked = entry_mark(tx, one.hash)
        tx.c.execute(sa.update(t.audit_unlinked).where(of.entry_id == one.id).values(mark=marked))
    return len(entries)


def mark_anew(tx: Tx) -> None:
    """Put the mark of the content key in use on a head that bears an older one's; on no other."""
    found = _locked_head(tx)
    if is_ours(tx, found):
        tx.c.execute(sa.update(t.audit_head).values(mark=head_mark(tx, found.seq, found.hash)))


def is_ours(tx: Tx, found: Head) -> bool:
    """Say whether a head bears our mark, under the content key in use or an older one."""
    said = rfc8785.dumps([found.seq, found.hash])
    ring = (tx.keyring.current, *tx.keyring.older.values())
    return any(key.mark(said) == found.mark for key in ring)


def links(tx: Tx, *, after: int, limit: int) -> tuple[Link, ...]:
    """Return links in order with their entries."""
    of = t.audit_link.c
    rows = tx.c.execute(
        sa.select(
            of.seq,
            of.entry_id,
            of.entry_hash,
            of.hash,
            *(one.label(f"e_{one.name}") for one in t.audit_entry.c),
        )
        .outerjoin(t.audit_entry, t.audit_entry.c.id == of.entry_id)
        .where(of.seq > after)
        .order_by(of.seq)
        .limit(limit)
    )
    return tuple(_link(row) for row in rows)


def entries_nowhere(tx: Tx) -> tuple[str, ...]:
    """Return the ids of entries that are neither linked nor waiting to be: somebody put them there."""
    of = t.audit_entry.c
    rows = tx.c.execute(
        sa.select(of.id)
        .outerjoin(t.audit_link, t.audit_link.c.entry_id == of.id)
        .outerjoin(t.audit_unlinked, t.audit_unlinked.c.entry_id == of.id)
        .where(t.audit_link.c.seq.is_(None), t.audit_unlinked.c.entry_id.is_(None))
        .order_by(of.id)
        .limit(20)
    )
    return tuple(rows.scalars())


def waiting_faults(tx: Tx, *, limit: int = 1000) -> tuple[tuple[str, bool], ...]:
    """Return (id, whether it is gone) of entries that wait and are gone, or do not bear our mark."""
    waiting = t.audit_unlinked.c
    columns = (one.label(f"e_{one.name}") for one in t.audit_entry.c)
    rows = tx.c.execute(
        sa.select(waiting.entry_id, waiting.mark, *columns)
        .outerjoin(t.audit_entry, t.audit_entry.c.id == waiting.entry_id)
        .order_by(waiting.at, waiting.entry_id)
        .limit(limit)
    )
    found = ((row.entry_id, row.mark, _entry(row)) for row in rows)
    return tuple(
        (id, entry is None) for id, mark, entry in found if entry is None or not bears_mark(tx, entry, mark)
    )


def unlinked(tx: Tx) -> int:
    """Return how many entries wait to be linked."""
    return int(tx.c.execute(sa.select(sa.func.count()).select_from(t.audit_unlinked)).scalar_one())


def snapshot_heads(tx: Tx) -> Iterator[tuple[str, int, str]]:
    """Yield (id, seq, hash) of every head that a snapshot carries away, or that a disposal kept of one."""
    of, gone = t.snapshot.c, t.disposal.c
    every = sa.union_all(
        sa.select(of.id, of.audit_seq, of.audit_head).where(of.audit_seq.is_not(None)),
        sa.select(gone.id, gone.audit_seq, gone.audit_hash).where(gone.audit_seq.is_not(None)),
    ).subquery()
    for row in tx.c.execute(sa.select(every).order_by(every.c.audit_seq)):
        yield row.id, row.audit_seq, row.audit_head


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which entries are wanted; what is empty wants all. `day` is a moment to begin and one to end before."""

    acts: tuple[str, ...] = ()
    actors: tuple[str, ...] | None = None
    refused: bool = False
    day: tuple[datetime, datetime] | None = None
    without_records: frozenset[str] = frozenset()

    def where(self) -> sa.ColumnElement[bool]:
        """Return the condition, but for the acts."""
        of = t.audit_entry.c
        found: list[sa.ColumnElement[bool]] = [sa.true()]
        if self.actors is not None:
            found.append(of.actor_id.in_(self.actors))
        if self.refused:
            found.append(of.outcome == sa.literal_column("'refused'"))  # as the index has it
        if self.day is not None:
            found += [of.at >= self.day[0], of.at < self.day[1]]
        if self.without_records:
            found.append(sa.or_(of.record_id.is_(None), of.record_id.not_in(sorted(self.without_records))))
        return sa.and_(*found)


EVERYTHING: Final = Wanted()


def of_child(
    tx: Tx,
    child_id: str,
    *,
    wanted: Wanted = EVERYTHING,
    before: tuple[datetime, str] | None = None,
    limit: int = 50,
) -> tuple[Entry, ...]:
    """Return what was done about a child, reads included, newest first: who looked."""
    of = t.audit_entry.c
    here = sa.and_(of.child_id == child_id, wanted.where())
    if wanted.acts:
        here = sa.and_(here, of.act.in_(wanted.acts))
    return _entries(tx, here, before=before, limit=limit)


def actors_of_child(tx: Tx, child_id: str, *, organisation_id: str, limit: int = 200) -> tuple[str, ...]:
    """Return who did or saw anything about a child; who tried in vain only of one's own organisation."""
    of = t.audit_entry.c
    theirs = sa.or_(of.outcome == "done", of.organisation_id == organisation_id)
    here = sa.and_(of.child_id == child_id, of.actor_id.is_not(None), theirs)
    return tuple(tx.c.execute(sa.select(of.actor_id).where(here).distinct().limit(limit)).scalars())


def of_organisation(
    tx: Tx,
    organisation_id: str,
    *,
    wanted: Wanted = EVERYTHING,
    loose: tuple[str, ...] = (),
    before: tuple[datetime, str] | None = None,
    limit: int = 50,
) -> tuple[Entry, ...]:
    """Return what an organisation's people did, newest first.

    `loose` are acts that are noted before it is known for which organisation somebody acts, as signing in
    is: theirs of its people are among them. However many entries there are, each of the queries reads
    along one index from where the page begins, and no further than the page is long.
    """
    of = t.audit_entry.c
    ours, nobodys = of.organisation_id == organisation_id, of.organisation_id.is_(None)
    members = sa.select(t.membership.c.user_id).where(t.membership.c.organisation_id == organisation_id)
    parts = [sa.and_(ours, of.act == act) for act in wanted.acts] or [ours]
    parts += [
        sa.and_(nobodys, of.act == act, of.actor_id.in_(members))
        for act in loose
        if not wanted.acts or act in wanted.acts
    ]
    found = [
        one
        for part in parts
        for one in _entries(tx, sa.and_(part, wanted.where()), before=before, limit=limit)
    ]
    return tuple(sorted(found, key=lambda one: (one.at, one.id), reverse=True)[:limit])


def downloads(tx: Tx, child_id: str, document_ids: Collection[str]) -> tuple[Entry, ...]:
    """Return every taking of some documents of a child, in order."""
    of = t.audit_entry.c
    rows = tx.c.execute(
        sa.select(t.audit_entry)
        .where(
            of.child_id == child_id,
            of.act.in_((DOWNLOAD, PRINT)),
            of.outcome == "done",
            of.subject_id.in_(sorted(document_ids)),
        )
        .order_by(of.at, of.id)
    ).mappings()
    return tuple(Entry(**row) for row in rows)


def lookers(tx: Tx, *, child_id: str, record_id: str, since: datetime) -> tuple[tuple[str, datetime], ...]:
    """Return (user id, when last) of everybody who saw a record on a screen since a moment, latest first."""
    of = t.audit_entry.c
    last = sa.func.max(of.at, type_=of.at.type)
    rows = tx.c.execute(
        sa.select(of.actor_id, last.label("last"))
        .where(
            of.child_id == child_id,
            of.record_id == record_id,
            of.outcome == "done",
            of.at >= since,
            of.actor_id.is_not(None),
        )
        .group_by(of.actor_id)
        .order_by(last.desc(), of.actor_id)
        .limit(200)
    )
    return tuple((row.actor_id, row.last) for row in rows)


def _entries(
    tx: Tx, where: sa.ColumnElement[bool], *, before: tuple[datetime, str] | None, limit: int
) -> tuple[Entry, ...]:
    of = t.audit_entry.c
    query = sa.select(t.audit_entry).where(where)
    if before is not None:
        query = query.where(sa.or_(of.at < before[0], sa.and_(of.at == before[0], of.id < before[1])))
    rows = tx.c.execute(query.order_by(of.at.desc(), of.id.desc()).limit(limit)).mappings()
    return tuple(Entry(**row) for row in rows)


def _locked_head(tx: Tx) -> Head:
    of = t.audit_head.c
    row = tx.c.execute(sa.select(of.seq, of.hash, of.mark, of.at).with_for_update()).mappings().one()
    return Head(**row)


def _link(row: sa.Row[Any]) -> Link:
    return Link(
        seq=row.seq, entry_id=row.entry_id, entry_hash=row.entry_hash, hash=row.hash, entry=_entry(row)
    )


def _entry(row: sa.Row[Any]) -> Entry | None:
    if row.e_id is None:
        return None
    return Entry(**{one.name: getattr(row, f"e_{one.name}") for one in t.audit_entry.c})


def _marked(row: sa.RowMapping) -> tuple[Entry, str | None]:
    return Entry(**{one.name: row[one.name] for one in t.audit_entry.c}), row["mark"]


def _check_end(tx: Tx, head: Head, kept: Head | None) -> None:
    """Raise AuditBroken where the chain does not end as its head, and the head that is kept, say."""
    of = t.audit_link.c
    last = tx.c.execute(sa.select(of.seq, of.hash).order_by(of.seq.desc()).limit(1)).one_or_none()
    if (head.seq, head.hash) != ((0, GENESIS) if last is None else (last.seq, last.hash)):
        raise AuditBroken
    if not is_ours(tx, head) or (kept is not None and kept.hash != _hash_at(tx, kept.seq)):
        raise AuditBroken


def _hash_at(tx: Tx, seq: int) -> str | None:
    of = t.audit_link.c
    return GENESIS if seq == 0 else tx.c.execute(sa.select(of.hash).where(of.seq == seq)).scalar_one_or_none()


def _waiting_words(entry_hash: str) -> bytes:
    return rfc8785.dumps(["entry", entry_hash])


def _digest(value: object) -> str:
    return hashlib.sha256(rfc8785.dumps(value)).hexdigest()  # type: ignore[arg-type]  # any JSON value
