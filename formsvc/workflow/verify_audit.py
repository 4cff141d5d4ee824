"""Walk the audit chain: an edit, a deletion, a move and a cut are each found and named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from formsvc.errors import NotFound
from formsvc.settings import Settings
from formsvc.store import audit
from formsvc.store.audit import GENESIS, Head, Link
from formsvc.store.audit_file import read_head
from formsvc.store.session import Store, Tx, open_store

BATCH: Final = 1000
MOST: Final = 100


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing wrong with the chain: a code, and the link or entry it is at."""

    code: str
    seq: int | None = None
    id: str | None = None


@dataclass(frozen=True, kw_only=True)
class AuditVerdict:
    """What walking the chain found. `waiting` entries are not linked yet: seconds old, or no worker runs."""

    linked: int
    waiting: int
    faults: tuple[Fault, ...]

    @property
    def whole(self) -> bool:
        """Say whether nothing is wrong."""
        return not self.faults

    @property
    def words(self) -> str:
        """Return the verdict for a person, a line for each fault."""
        told = f"{self.linked} entries are linked, {self.waiting} wait to be linked."
        if self.whole:
            return f"The audit is whole. {told}"
        lines = [WORDS[one.code] + _place(one) for one in self.faults]
        return "\n".join([f"The audit is NOT whole. {told}", *lines])

    def to_json(self) -> dict[str, Any]:
        """Return the verdict as plain data."""
        return {
            "whole": self.whole,
            "linked": self.linked,
            "waiting": self.waiting,
            "faults": [{"code": one.code, "seq": one.seq, "id": one.id} for one in self.faults],
        }


WORDS: Final = {
    "entry_missing": "An entry was deleted",
    "entry_edited": "An entry was edited",
    "entry_added": "An entry stands outside the chain",
    "link_missing": "Links are missing",
    "link_broken": "A link was edited or moved",
    "entry_forged": "An entry that waits to be linked was edited, or was not written by this installation",
    "head_missing": "The head of the chain is missing",
    "head_wrong": "The head is not the end of the chain: it was cut, or something was added",
    "head_forged": "The head does not bear the mark of this installation",
    "cut_since_kept": "The chain is not the one whose head the instance keeps: it was cut or written anew",
    "cut_since_given": "The chain is not the one whose head was given: it was cut, written anew or put back",
    "cut_since_snapshot": "The chain is not the one that a final revision was frozen with",
}


def verify_audit(settings: Settings, *, against: Head | None = None) -> AuditVerdict:
    """Walk the whole chain of an installation and return what was found.

    `against` is a head that was kept elsewhere: the chain must have passed through it.
    """
    store = open_store(settings)
    try:
        return walk_audit(store, against=against)
    finally:
        store.close()


def audit_head(settings: Settings) -> Head:
    """Return the head of an installation's chain, to be kept elsewhere; raise NotFound without one."""
    store = open_store(settings)
    try:
        with store.read() as tx:
            found = audit.head(tx)
    finally:
        store.close()
    if found is None:
        raise NotFound
    return found


def walk_audit(store: Store, *, against: Head | None = None) -> AuditVerdict:
    """Walk the whole chain of an open store."""
    kept = read_head(store.instance)
    with store.read() as tx:
        heads = _known_heads(tx, kept, against)
        faults: list[Fault] = []
        seq, last = 0, GENESIS
        for link in _links(tx):
            faults += _faults_of(link, seq=seq, last=last)
            faults += _faults_at(heads.pop(link.seq, []), link.hash, seq=link.seq)
            seq, last = link.seq, link.hash
        for left in heads.values():
            faults += [Fault(code=code, id=where) for code, where, _ in left]
        faults += _faults_of_head(tx, seq=seq, last=last)
        faults += [Fault(code="entry_added", id=one) for one in audit.entries_nowhere(tx)]
        faults += [
            Fault(code="entry_missing" if gone else "entry_forged", id=one)
            for one, gone in audit.waiting_faults(tx)
        ]
        return AuditVerdict(linked=seq, waiting=audit.unlinked(tx), faults=tuple(faults[:MOST]))


def _links(tx: Tx) -> Iterator[Link]:
    after = 0
    while found := audit.links(tx, after=after, limit=BATCH):
        yield from found
        after = found[-1].seq


def _known_heads(
    tx: Tx, kept: Head | None, given: Head | None
) -> dict[int, list[tuple[str, str | None, str]]]:
    """Return every head known from elsewhere by its place: (code of what it would mean, where, hash)."""
    known: dict[int, list[tuple[str, str | None, str]]] = {}
    for snapshot_id, seq, hash in audit.snapshot_heads(tx):
        known.setdefault(seq, []).append(("cut_since_snapshot", snapshot_id, hash))
    if kept is not None:
        known.setdefault(kept.seq, []).append(("cut_since_kept", None, kept.hash))
    if given is not None:
        known.setdefault(given.seq, []).append(("cut_since_given", None, given.hash))
    at_the_start = [one for one in known.pop(0, []) if one[2] != GENESIS]
    return known | ({0: at_the_start} if at_the_start else {})


def _faults_at(known: list[tuple[str, str | None, str]], hash: str, *, seq: int) -> list[Fault]:
    return [Fault(code=code, seq=seq, id=where) for code, where, expected in known if expected != hash]


def _faults_of(link: Link, *, seq: int, last: str) -> Iterator[Fault]:
    if link.seq != seq + 1:
        yield Fault(code="link_missing", seq=seq + 1)
    elif link.hash != audit.link_hash(last, link.seq, link.entry_hash):
        yield Fault(code="link_broken", seq=link.seq)
    if link.entry is None:
        yield Fault(code="entry_missing", seq=link.seq, id=link.entry_id)
    elif link.entry.hash != link.entry_hash:
        yield Fault(code="entry_edited", seq=link.seq, id=link.entry_id)


def _faults_of_head(tx: Tx, *, seq: int, last: str) -> Iterator[Fault]:
    head = audit.head(tx)
    if head is None:
        yield Fault(code="head_missing")
        return
    if (head.seq, head.hash) != (seq, last):
        yield Fault(code="head_wrong", seq=head.seq)
    if not audit.is_ours(tx, head):
        yield Fault(code="head_forged", seq=head.seq)


def _place(fault: Fault) -> str:
    where = [f"link {fault.seq}"] if fault.seq is not None else []
    where += [f"id {fault.id}"] if fault.id is not None else []
    return f" ({', '.join(where)})" if where else ""
