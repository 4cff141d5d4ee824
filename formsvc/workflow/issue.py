"""Issue one document of a snapshot: read what it is made from, make it, keep it. Each step by itself.

The bytes are stored before the row that names them commits, and the row is written once for each
snapshot, audience and kind. So a worker may be killed anywhere, and two may do the same job: there is
one document, and its bytes are there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from formsvc.definitions.model import Effective
from formsvc.errors import SealFailed
from formsvc.records.snapshots import Snapshot
from formsvc.store import attachments, documents, jobs, keys, recalls, revisions, snapshots
from formsvc.store.blobs import Stored
from formsvc.store.crypto import DataKey
from formsvc.store.jobs import Job
from formsvc.store.revisions import Revision
from formsvc.store.session import Store, Tx
from formsvc.workflow.actors import SERVICE, note
from formsvc.workflow.claim import STAMP
from formsvc.workflow.effective import effective_of


@dataclass(frozen=True, kw_only=True)
class IssueWork:
    """All that one document is made from. `needless` says why it is not to be made, or is empty."""

    job: Job
    snapshot_id: str
    revision_id: str
    record_id: str
    child_id: str
    snapshot: Snapshot = field(repr=False)
    effective: Effective = field(repr=False)
    previous: tuple[Snapshot, Effective] | None = field(repr=False)
    audience: str
    kind: str
    files: Mapping[str, Stored]
    key: DataKey
    needless: str = ""


@dataclass(frozen=True, kw_only=True)
class Made:
    """A sealed document: its bytes, the SHA-256 of its first seal's signature value, its view's hash.

    `stamp_later` asks for a time stamp as work of its own: no document waits for the authority.
    """

    data: bytes = field(repr=False)
    seal_id: str
    view_hash: str
    stamp_later: bool = False


Make = Callable[[IssueWork, Mapping[str, bytes]], Made]
"""Makes a document from its work and the bytes of its attachments by SHA-256."""


def read_work(store: Store, job: Job) -> IssueWork:
    """Read what an issue job is made from."""
    with store.read() as tx:
        snapshot_id, audience, kind = (job.payload[name] for name in ("snapshot", "audience", "kind"))
        kept = snapshots.get(tx, snapshot_id)
        before = snapshots.before(tx, kept)
        held = attachments.of_record(tx, kept.record_id)
        is_issued = documents.exists(tx, snapshot_id=snapshot_id, audience_id=audience, kind=kind)
        named = {one["sha256"] for one in kept.snapshot.data["attachments"]}
        return IssueWork(
            job=job,
            snapshot_id=snapshot_id,
            revision_id=kept.revision_id,
            record_id=kept.record_id,
            child_id=kept.child_id,
            snapshot=kept.snapshot,
            effective=effective_of(tx, kept.definition_hash),
            previous=None if before is None else (before.snapshot, effective_of(tx, before.definition_hash)),
            audience=audience,
            kind=kind,
            files={sha256: file.stored for sha256, file in held.items() if sha256 in named},
            key=keys.of_child(tx, kept.child_id),
            needless="issued" if is_issued else "withdrawn" if kept.state == "withdrawn" else "",
        )


def make_work(store: Store, work: IssueWork, *, make: Make) -> Made:
    """Read the attachments and make the document: slow, and outside any transaction."""
    return make(work, {sha256: store.blobs.get(file, key=work.key) for sha256, file in work.files.items()})


def keep_made(store: Store, work: IssueWork, made: Made) -> str | None:
    """Keep a document and finish its job; return its id, None where another worker took the job over."""
    stored = store.blobs.put(made.data, key=work.key)
    with store.write() as tx:
        revision = revisions.get(tx, work.revision_id, lock=True)
        if not jobs.is_held(tx, work.job):
            return None
        document_id = documents.add(
            tx,
            snapshot_id=work.snapshot_id,
            record_id=work.record_id,
            blob_id=attachments.keep_blob(tx, stored, child_id=work.child_id),
            audience_id=work.audience,
            kind=work.kind,
            seal_id=made.seal_id,
            sha256=stored.sha256,
            view_hash=made.view_hash,
            state=_state(tx, revision),
        )
        here = {"snapshot_id": work.snapshot_id, "audience_id": work.audience, "kind": work.kind}
        if document_id is None and not documents.exists(tx, **here):
            raise SealFailed("another document bears this seal")
        jobs.finish(tx, work.job, outcome="issued")
        if document_id is not None and made.stamp_later:
            jobs.enqueue(
                tx,
                kind=STAMP,
                key=documents.stamp_key(document_id),
                payload={"document": document_id, **work.job.payload},
                organisation_id=work.job.organisation_id,
                subject_id=document_id,
            )
        if document_id is not None:
            note(
                tx,
                SERVICE,
                "document.issue",
                child_id=work.child_id,
                record_id=work.record_id,
                subject_id=document_id,
                snapshot=work.snapshot_id,
                audience=work.audience,
                kind=work.kind,
                seal=made.seal_id,
                sha256=stored.sha256,
                view=made.view_hash,
            )
        return document_id


def _state(tx: Tx, revision: Revision) -> str:
    """Return what a document of a revision is that is ready now: late, perhaps, for what became of it."""
    recall = recalls.of_revision(tx, revision.id)
    if recall is not None and recall.scope != recalls.COPY:
        return "withdrawn"
    return "current" if revision.state == "final" else revision.state


def skip(store: Store, work: IssueWork) -> None:
    """Finish a job whose document is there already, or must not be made any more."""
    with store.write() as tx:
        jobs.finish(tx, work.job, outcome=work.needless)
