"""Export everything held on a child: asked for with a reason, made by the worker, fetched once, then gone.

What waits lies encrypted under the child's key: the pages that were made, and the names of files that
are kept anyway. The archive is put together while it is fetched and lies nowhere in the clear.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

from formsvc.access.people import Person
from formsvc.cases.marks import Marks, load_marks
from formsvc.errors import Forbidden, NotFound, Unreadable, WrongState
from formsvc.settings import Settings
from formsvc.store import attachments, children, documents, exports, jobs, keys, records, withholdings
from formsvc.store.blobs import Stored
from formsvc.store.crypto import DataKey
from formsvc.store.exports import Export
from formsvc.store.jobs import Job
from formsvc.store.session import Store, Tx
from formsvc.workflow.actors import SERVICE, Actor, note
from formsvc.workflow.export_pages import pages
from formsvc.workflow.export_reading import Reading, read_everything

EXPORT: Final = "export"
EXPORT_END: Final = "export_end"
LASTS: Final = timedelta(hours=24)
_STILL: Final = (1980, 1, 1, 0, 0, 0)
_ENDINGS: Final = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "application/pdf": "pdf",
    "text/plain": "txt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
}


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """All that an export is made from."""

    reading: Reading
    files: tuple[tuple[str, str, Stored], ...]
    """(name, what it is, where it lies)"""
    key: DataKey = field(repr=False)

    def made(self) -> dict[str, bytes]:
        """Return the pages and data files by name."""
        return pages(self.reading, files={name: words for name, words, _ in self.files})


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """An export that was handed out: what was made for it, and the files that belong to it."""

    reference: str
    made: dict[str, bytes] = field(repr=False)
    files: tuple[tuple[str, Stored], ...]
    key: DataKey = field(repr=False)


def ask_export(store: Store, *, person: Person, actor: Actor, child_id: str, why: str) -> str:
    """Ask for an export; return its id.

    Raises Forbidden for somebody from whom anything about the child is withheld by name, WrongState
    where one waits already.
    """
    with store.write() as tx:
        _refuse_withheld(tx, person, child_id=child_id)
        if any(one.state in ("waiting", "ready") for one in exports.of_child(tx, child_id)):
            raise WrongState("an export waits already")
        until_at = tx.at + LASTS
        made = exports.ask(tx, child_id=child_id, why=why, by=actor.user_id, until_at=until_at)
        for kind, due_at in ((EXPORT, tx.at), (EXPORT_END, until_at)):
            jobs.enqueue(
                tx,
                kind=kind,
                key=f"{kind}:{made}",
                payload={"export": made},
                organisation_id=actor.organisation_id,
                subject_id=made,
                due_at=due_at,
            )
        note(tx, actor, "child.export", child_id=child_id, subject_id=made)
        return made


def exports_of(store: Store, *, child_id: str) -> tuple[Export, ...]:
    """Return the exports that were asked for about a child, newest first."""
    with store.read() as tx:
        return exports.of_child(tx, child_id)


def make_export(store: Store, job: Job, *, settings: Settings) -> None:
    """Make an export and finish its job."""
    export_id = str(job.payload["export"])
    with store.read() as tx:
        child_id = exports.get(tx, export_id).child_id
        gathered = gather(tx, child_id, marks=load_marks(settings.form_templates))
    stored = store.blobs.put(_packed(gathered), key=gathered.key)
    _keep(store, job, export_id=export_id, child_id=child_id, stored=stored)


def gather(tx: Tx, child_id: str, *, marks: Marks) -> Gathered:
    """Read all that an export is made from; raise ContentDestroyed after disposal."""
    reading = read_everything(tx, child_id, marks=marks)
    files = [
        (
            f"documents/{one.reference}_r{one.revision_number}_{one.audience_id}.{one.kind}",
            f"issued {one.issued_at:%Y-%m-%d} for {one.audience_id.replace('_', ' ')}, {one.state}",
            documents.place(tx, one).stored,
        )
        for record in reading.tables["record"]
        for one in documents.of_record(tx, record["id"])
    ]
    for record in reading.tables["record"]:
        reference = records.get(tx, record["id"]).reference
        for sha256, kept in attachments.of_record(tx, record["id"]).items():
            ending = _ENDINGS.get(kept.media_type, "bin")
            files.append((f"files/{reference}_{sha256[:16]}.{ending}", "a file of the form", kept.stored))
    return Gathered(reading=reading, files=tuple(files), key=keys.of_child(tx, child_id))


def fetch_export(store: Store, *, person: Person, actor: Actor, child_id: str, export_id: str) -> Fetched:
    """Hand an export out, once; raise NotFound where it is not there, Forbidden as for asking."""
    with store.read() as tx:
        _refuse_withheld(tx, person, child_id=child_id)
        if exports.get(tx, export_id).child_id != child_id:
            raise NotFound
        stored, key = exports.stored(tx, export_id), keys.of_child(tx, child_id)
        reference = children.get(tx, child_id).reference
    packed = store.blobs.get(stored, key=key)
    with store.write() as tx:
        if exports.end(tx, export_id=export_id, state="fetched") is None:
            raise NotFound
        jobs.forget(tx, key=f"{EXPORT_END}:{export_id}")
        note(tx, actor, "child.export_fetch", child_id=child_id, subject_id=export_id)
    store.blobs.shred(stored.address)
    made, files = _unpacked(packed)
    return Fetched(reference=reference, made=made, files=files, key=key)


def end_export(store: Store, job: Job) -> None:
    """Delete an export that nobody fetched in time, and finish the job."""
    address = _expired(store, job)
    if address:
        store.blobs.shred(address)


def archive(store: Store, fetched: Fetched) -> Iterator[bytes]:
    """Yield an export as a zip file, piece by piece."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in fetched.made.items():
            made.writestr(zipfile.ZipInfo(f"{fetched.reference}/{name}", _STILL), data)
            yield pipe.taken()
        for name, stored in fetched.files:
            with made.open(zipfile.ZipInfo(f"{fetched.reference}/{name}", _STILL), "w") as member:
                for chunk in store.blobs.chunks(stored, key=fetched.key):
                    member.write(chunk)
                    yield pipe.taken()
    yield pipe.taken()


def export_to_folder(store: Store, *, reference: str, out: Path, settings: Settings) -> tuple[str, ...]:
    """Write an export into an empty folder for whoever runs the service; return the names of the files.

    Raises NotFound for a reference nobody has, Unreadable where the folder holds something.
    """
    if out.exists() and any(out.iterdir()):
        raise Unreadable("the folder is not empty")
    with store.read() as tx:
        child_id = children.by_reference(tx, reference)
        gathered = gather(tx, child_id, marks=load_marks(settings.form_templates))
    with store.write() as tx:
        note(tx, SERVICE, "child.export", child_id=child_id, by="command_line")
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    out.chmod(0o700)
    names = []
    for name, data in gathered.made().items():
        names.append(_write(out / name, iter((data,))))
    for name, _, stored in gathered.files:
        names.append(_write(out / name, store.blobs.chunks(stored, key=gathered.key)))
    return tuple(names)


def _refuse_withheld(tx: Tx, person: Person, *, child_id: str) -> None:
    held = withholdings.of_child(tx, child_id)
    if any(one.user_id == person.user_id and one.until_at is None for one in held):
        raise Forbidden(
            "withheld",
            rule="withheld",
            words="Something about this child is withheld from you by name, so somebody else exports it.",
        )


def _keep(store: Store, job: Job, *, export_id: str, child_id: str, stored: Stored) -> None:
    with store.write() as tx:
        if jobs.is_held(tx, job):
            exports.ready(tx, export_id=export_id, child_id=child_id, stored=stored)
            jobs.finish(tx, job, outcome="exported")


def _expired(store: Store, job: Job) -> str | None:
    with store.write() as tx:
        if not jobs.is_held(tx, job):
            return None
        export_id = str(job.payload["export"])
        address = exports.end(tx, export_id=export_id, state="expired")
        jobs.forget(tx, key=f"{EXPORT}:{export_id}")
        jobs.finish(tx, job, outcome="expired")
        return address


def _packed(gathered: Gathered) -> bytes:
    """Return what waits of an export: what was made for it, and where its files lie."""
    pipe = io.BytesIO()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in gathered.made().items():
            made.writestr(zipfile.ZipInfo(name, _STILL), data)
        listed = [[name, asdict(stored)] for name, _, stored in gathered.files]
        made.writestr(zipfile.ZipInfo("files.list", _STILL), json.dumps(listed))
    return pipe.getvalue()


def _unpacked(packed: bytes) -> tuple[dict[str, bytes], tuple[tuple[str, Stored], ...]]:
    with zipfile.ZipFile(io.BytesIO(packed)) as made:
        held = {name: made.read(name) for name in made.namelist()}
    listed = json.loads(held.pop("files.list"))
    return held, tuple((name, Stored(**stored)) for name, stored in listed)


def _write(place: Path, chunks: Iterator[bytes]) -> str:
    place.parent.mkdir(exist_ok=True, mode=0o700)
    place.touch(mode=0o600)
    with place.open("wb") as file:
        for chunk in chunks:
            file.write(chunk)
    return place.name


class _Pipe(io.RawIOBase):
    """What a zip file is written into, and taken out of again: it cannot be sought in."""

    def __init__(self) -> None:
        self.held = bytearray()

    def writable(self) -> bool:
        """Say that it can be written into."""
        return True

    def write(self, data: object) -> int:
        """Hold some bytes."""
        given = bytes(data)  # type: ignore[call-overload]  # whatever holds bytes
        self.held += given
        return len(given)

    def taken(self) -> bytes:
        """Return what was held, and hold it no more."""
        given, self.held = bytes(self.held), bytearray()
        return given
