"""The snapshot: the frozen envelope of a revision, canonical, hashed, never changed.

`commitment` is what a sign-off binds to. It is salted with the snapshot's own secret salt, so that it
can stand in a copy that leaves answers out: nobody can guess a short answer from it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import rfc8785

from formsvc.definitions.model import Effective
from formsvc.records.logos import PrintedLogo

FORMAT = "formsvc.snapshot/1"


@dataclass(frozen=True, kw_only=True)
class Signoff:
    """A person approving or agreeing. `at` is stored UTC text; `outcome` agreed, declined or not_sought."""

    id: str
    title: str
    name: str
    capacity: str = ""
    statement: str = ""
    outcome: str = "agreed"
    words: str = ""
    at: str


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file carried in a record: the path of its field, and what it is. `size` in bytes.

    `signed` is what was found of its signatures when it came (`formsvc.records.signed`), None for a photo.
    """

    path: str
    name: str
    media_type: str
    sha256: str
    size: int
    signed: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Dispute:
    """An answer that somebody says is wrong: whose answer stays as it is carries their words with it.

    `said_by` is child or parent, `answer` what was said to it, empty while nobody has looked at it.
    """

    path: str
    said_by: str
    who: str
    words: str
    said_on: str
    answer: str = ""


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """One frozen revision as plain data (`docs/view.md`)."""

    data: Mapping[str, Any]

    @cached_property
    def json(self) -> bytes:
        """The canonical JSON (RFC 8785) of the envelope."""
        return rfc8785.dumps(dict(self.data))

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical JSON, as hex. It never leaves in a copy made for an audience."""
        return hashlib.sha256(self.json).hexdigest()

    def derived_salt(self, purpose: str) -> str:
        """Return 256 bits for one purpose: unforeseeable without this snapshot, equal each time."""
        return hmac.new(bytes.fromhex(self.data["salt"]), purpose.encode(), hashlib.sha256).hexdigest()


def digest(value: object) -> str:
    """Return the SHA-256 of a value's canonical JSON, as hex."""
    return hashlib.sha256(rfc8785.dumps(value)).hexdigest()  # type: ignore[arg-type]  # any JSON value


def commitment(
    *, salt: str, definition_hash: str, answers: Mapping[str, Any], attachments: Sequence[Attachment]
) -> str:
    """Return the salted hash that every sign-off of a frozen revision binds to."""
    return digest(
        {
            "salt": salt,
            "definition": definition_hash,
            "answers": dict(answers),
            "attachments": [one.sha256 for one in attachments],
        }
    )


def make_snapshot(
    effective: Effective,
    *,
    record: str,
    reference: str,
    revision: int,
    supersedes: int | None,
    controller: tuple[str, str],
    answers: Mapping[str, Any],
    not_asked: frozenset[str],
    notices: Sequence[tuple[str, str]],
    signoffs: Sequence[Signoff],
    attachments: Sequence[Attachment],
    salt: str,
    at: str,
    audit_head: str | None = None,
    disputes: Sequence[Dispute] = (),
    logo: PrintedLogo | None = None,
) -> Snapshot:
    """Freeze a revision. It is approved when every sign-off that must be given was given.

    `controller` is (id, name); `logo` theirs, frozen with its bytes; `salt` 64 hex; `at` stored UTC text.
    """
    binds = commitment(salt=salt, definition_hash=effective.hash, answers=answers, attachments=attachments)
    agreed = {one.id for one in signoffs if one.outcome == "agreed"}
    approved = all(rule.id in agreed for rule in effective.signoffs if rule.required)
    return Snapshot(
        data={
            "format": FORMAT,
            "record": record,
            "reference": reference,
            "revision": revision,
            "supersedes": supersedes,
            "status": "approved" if approved else "not_yet_approved",
            "definition": {"id": effective.id, "version": effective.version, "hash": effective.hash},
            "area": {
                "id": effective.area.id,
                "name": effective.area.name,
                "hash": digest(effective.document["area"]),
            },
            "controller": {"id": controller[0], "name": controller[1], **_logo(logo, controller[1])},
            "answers": dict(answers),
            "not_asked": sorted(not_asked),
            "notices": [{"path": path, "code": code} for path, code in notices],
            "signoffs": [
                {
                    "id": one.id,
                    "title": one.title,
                    "name": one.name,
                    "capacity": one.capacity,
                    "statement": one.statement,
                    "outcome": one.outcome,
                    "words": one.words,
                    "at": one.at,
                    "binds": binds,
                }
                for one in signoffs
            ],
            "attachments": [
                {
                    "path": one.path,
                    "name": one.name,
                    "media_type": one.media_type,
                    "sha256": one.sha256,
                    "size": one.size,
                    **({} if one.signed is None else {"signed": dict(one.signed)}),
                }
                for one in attachments
            ],
            **({"disputes": [asdict(one) for one in disputes]} if disputes else {}),
            "audit_head": audit_head,
            "salt": salt,
            "at": at,
        }
    )


def _logo(logo: PrintedLogo | None, name: str) -> dict[str, Any]:
    if logo is None:
        return {}
    told = {"sha256": logo.sha256, "media_type": "image/jpeg", "alt": f"Logo of {name}"}
    return {"logo": {**told, "data": base64.b64encode(logo.jpeg).decode()}}
