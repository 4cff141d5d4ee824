"""Raise an issued document with a time stamp: read it, ask the authority, check it again, put it in place.

A document is never worse for it: what is put in its place bears the same seal, passes every check that it
passed before, and stands a level higher. Until then, and whatever goes wrong, it stays as it was issued.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from formsvc.errors import SettingsInvalid, StampUnfit
from formsvc.seals.keys import SealKey
from formsvc.seals.levels import Level, level_of
from formsvc.seals.opc import docx_to_stamp, raise_docx
from formsvc.seals.pades import pdf_to_stamp, raise_pdf
from formsvc.seals.stamping import Authority
from formsvc.seals.verify import Status, Trust, Verification, kind_of, verify
from formsvc.seals.verify.verdicts import DOCUMENT_VERDICTS
from formsvc.settings import Settings
from formsvc.store import attachments, documents, jobs
from formsvc.store.documents import Document, Place
from formsvc.store.jobs import Job
from formsvc.store.session import Store
from formsvc.workflow.actors import SERVICE, note
from formsvc.workflow.trust import own_key, trust_of

_NEVER_WORSE: Final = tuple(name for name in DOCUMENT_VERDICTS if name not in ("time", "level"))


@dataclass(frozen=True, kw_only=True)
class Raised:
    """A document with its time stamp: its bytes, its level, and the moment the authority vouches for."""

    data: bytes = field(repr=False)
    before: bytes = field(repr=False)
    level: Level
    at: datetime
    identity: str


Stamp = Callable[[bytes], Raised]
"""Asks for a time stamp of a document's bytes and returns it raised."""


def authority_of(settings: Settings) -> Authority | None:
    """Return the time-stamping authority of the settings, None where none is set; raise SettingsInvalid."""
    if not settings.timestamp_url:
        return None
    file = settings.timestamp_password_file
    try:
        password = file.read_text("utf-8").strip() if file.is_file() else ""
    except (OSError, UnicodeDecodeError):
        raise SettingsInvalid([("FORMSVC_TIMESTAMP_PASSWORD_FILE", "cannot be read")]) from None
    return Authority(settings.timestamp_url, password=password)


def document_stamper(settings: Settings, authority: Authority) -> Stamp:
    """Return what raises documents with stamps of an authority, checked as this installation checks files."""
    key = own_key(settings)

    def stamp(sealed: bytes) -> Raised:
        return raise_level(sealed, authority=authority, key=key, settings=settings)

    return stamp


def raise_level(sealed: bytes, *, authority: Authority, key: SealKey, settings: Settings) -> Raised:
    """Return a sealed document with a time stamp in it, checked again.

    Raise StampUnavailable where the authority gives none, StampUnfit where the document cannot take one.
    """
    kind = kind_of(sealed)
    if kind not in ("pdf", "docx"):
        raise StampUnfit("it is neither a PDF nor a Word document")
    to_stamp, put = (pdf_to_stamp, raise_pdf) if kind == "pdf" else (docx_to_stamp, raise_docx)
    value = to_stamp(sealed)
    trust = trust_of(settings, key)
    before = verify(sealed, name=f"document.{kind}", trust=trust)
    if Status.BAD in (before.readable.status, before.integrity.status, before.coverage.status):
        raise StampUnfit("the document is not as it was sealed")
    made = authority.stamp(value)
    raised = put(sealed, made.token)
    level = _checked(raised, before=before, trust=trust)
    return Raised(data=raised, before=sealed, level=level, at=made.at, identity=str(before.identity))


def _checked(raised: bytes, *, before: Verification, trust: Trust) -> Level:
    """Return the level of a raised document; raise StampUnfit where a verdict is worse than before."""
    after = verify(raised, name=before.name, trust=trust)
    worse = [
        name
        for name in _NEVER_WORSE
        if getattr(after, name).status not in (Status.GOOD, getattr(before, name).status)
    ]
    if worse or after.identity != before.identity or after.time.status is Status.BAD:
        raise StampUnfit(f"the raised document did not pass its check: {', '.join(worse) or 'time'}")
    old, new = (level_of(str(one.level.detail.get("level"))) for one in (before, after))
    if old not in new.below:
        raise StampUnfit("the level did not rise")
    return new


@dataclass(frozen=True, kw_only=True)
class Stamping:
    """All that a document is raised from. `needless` says why it is not to be, or is empty."""

    job: Job
    document: Document
    place: Place
    needless: str = ""


def read_stamping(store: Store, job: Job) -> Stamping:
    """Read what a stamp job raises; raise ContentDestroyed after disposal."""
    with store.read() as tx:
        document = documents.get(tx, str(job.payload["document"]))
        return Stamping(
            job=job,
            document=document,
            place=documents.place(tx, document),
            needless="" if document.level is Level.B_B else "stamped",
        )


def keep_raised(store: Store, work: Stamping, raised: Raised) -> bool:
    """Put a raised document in the place of the old one and finish its job, in one transaction.

    Return False where another worker took the job over. Raise StampUnfit where the level would not rise.
    """
    if raised.identity != work.document.seal_id:
        raise StampUnfit("the raised document bears another seal")
    stored = store.blobs.put(raised.data, key=work.place.key)
    store.blobs.put(raised.before, key=work.place.key)  # young again: who reads it now reads to the end
    with store.write() as tx:
        if not jobs.is_held(tx, work.job):
            return False
        document = work.document
        rose = documents.raise_level(
            tx,
            document,
            level=raised.level,
            stamped_at=raised.at,
            blob_id=attachments.keep_blob(tx, stored, child_id=document.child_id),
            sha256=stored.sha256,
        )
        if not rose:
            raise StampUnfit("the level would not rise, or the document was changed in the meantime")
        attachments.let_go(tx, child_id=document.child_id, sha256=document.sha256)
        jobs.finish(tx, work.job, outcome="stamped")
        note(
            tx,
            SERVICE,
            "document.stamp",
            child_id=document.child_id,
            record_id=document.record_id,
            subject_id=document.id,
            level=raised.level.value,
            before=document.sha256,
            sha256=stored.sha256,
        )
        return True


def skip(store: Store, work: Stamping) -> None:
    """Finish a job whose document has its time stamp."""
    with store.write() as tx:
        jobs.finish(tx, work.job, outcome=work.needless)
