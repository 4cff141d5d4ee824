"""The verifier's answer: separate frozen verdicts, each of which may be good while another is bad."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from formsvc.seals.verify.words import words


class Status(StrEnum):
    """How a question was answered. UNKNOWN is no suspicion: it could not be settled here."""

    GOOD = "good"
    BAD = "bad"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One answer: a stable code, a sentence for a police officer, details for an engineer."""

    status: Status
    code: str
    words: str
    detail: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the verdict as plain data."""
        return {
            "status": str(self.status),
            "code": self.code,
            "words": self.words,
            "detail": {key: list(one) if isinstance(one, tuple) else one for key, one in self.detail.items()},
        }


def verdict(status: Status, code: str, **detail: Any) -> Verdict:
    """Return a verdict with the words of its code."""
    return Verdict(status=status, code=code, words=words(code, detail), detail=detail)


def good(code: str, **detail: Any) -> Verdict:
    """Return a good verdict."""
    return verdict(Status.GOOD, code, **detail)


def bad(code: str, **detail: Any) -> Verdict:
    """Return a bad verdict."""
    return verdict(Status.BAD, code, **detail)


def unknown(code: str, **detail: Any) -> Verdict:
    """Return a verdict that could not be settled."""
    return verdict(Status.UNKNOWN, code, **detail)


NOT_APPLICABLE: Final = verdict(Status.NOT_APPLICABLE, "not_applicable")

_WORST_FIRST: Final = (Status.BAD, Status.UNKNOWN, Status.GOOD, Status.NOT_APPLICABLE)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the first verdict of the worst status; NOT_APPLICABLE where there is none."""
    return min(verdicts, key=lambda one: _WORST_FIRST.index(one.status), default=NOT_APPLICABLE)


@dataclass(frozen=True, kw_only=True)
class SignatureVerdicts:
    """What is said of one signature; `identity` is the SHA-256 of its signature value."""

    label: str
    identity: str
    integrity: Verdict
    coverage: Verdict
    algorithms: Verdict
    signer: Verdict
    time: Verdict
    level: Verdict

    def to_json(self) -> dict[str, Any]:
        """Return the verdicts on one signature as plain data."""
        told: dict[str, Any] = {"label": self.label, "identity": self.identity}
        return told | {name: getattr(self, name).to_json() for name in SIGNATURE_VERDICTS}


SIGNATURE_VERDICTS: Final = ("integrity", "coverage", "algorithms", "signer", "time", "level")
DOCUMENT_VERDICTS: Final = (
    "readable",
    *SIGNATURE_VERDICTS,
    "hidden",
    "data",
    "valid",
    "print",
    "attachments",
)
_NEEDED: Final = ("readable", "integrity", "coverage", "algorithms", "signer", "hidden", "data", "print")


@dataclass(frozen=True, kw_only=True)
class Issued:
    """Which document the data inside the file says it is; says nothing of the child."""

    record: str
    reference: str
    revision: int
    issued_at: str
    audience: str
    demonstration: bool
    view_hash: str

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True, kw_only=True)
class Trace:
    """A reference that stands in a file which does not prove itself; `where` is data, print or properties.

    `short_hash` is the check code of 16 hex characters beside it, empty where there is none.
    """

    reference: str
    short_hash: str
    where: str

    def to_json(self) -> dict[str, str]:
        """Return it as plain data."""
        return {"reference": self.reference, "short_hash": self.short_hash, "where": self.where}


@dataclass(frozen=True, kw_only=True)
class Verification:
    """Everything the verifier says of one file.

    A verdict of several signatures is the worst of theirs. `kind` is pdf, docx or other; `identity`
    is the first signature's, by which a document is known. `traces` are looked for where a file does
    not prove what it is; they prove nothing.
    """

    name: str
    kind: str
    sha256: str
    size: int
    readable: Verdict
    integrity: Verdict = NOT_APPLICABLE
    coverage: Verdict = NOT_APPLICABLE
    algorithms: Verdict = NOT_APPLICABLE
    signer: Verdict = NOT_APPLICABLE
    time: Verdict = NOT_APPLICABLE
    level: Verdict = NOT_APPLICABLE
    hidden: Verdict = NOT_APPLICABLE
    data: Verdict = NOT_APPLICABLE
    valid: Verdict = NOT_APPLICABLE
    print: Verdict = NOT_APPLICABLE
    attachments: Verdict = NOT_APPLICABLE
    identity: str | None = None
    issued: Issued | None = None
    signatures: tuple[SignatureVerdicts, ...] = ()
    traces: tuple[Trace, ...] = ()

    @property
    def proven(self) -> bool:
        """Whether it is surely the file that somebody sealed, whoever that was: intact and covered whole."""
        return Status.GOOD is self.integrity.status is self.coverage.status

    @property
    def genuine(self) -> bool:
        """Whether it is intact, covered whole, sealed by a trusted signer, and its print is its data.

        Time, validity and attachments need only not be bad: nobody may have stamped it, there may be no
        files, and the definition of another place's form need not be known here. None of it makes what that
        place sealed less its own.
        """
        needed = all(getattr(self, name).status is Status.GOOD for name in _NEEDED)
        others = (self.time.status, self.valid.status, self.attachments.status)
        return needed and Status.BAD not in others

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain data, one key a verdict; the keys are stable."""
        return {
            "format": "formsvc.verification/1",
            "name": self.name,
            "kind": self.kind,
            "sha256": self.sha256,
            "size": self.size,
            "genuine": self.genuine,
            **{name: getattr(self, name).to_json() for name in DOCUMENT_VERDICTS},
            "identity": self.identity,
            "issued": self.issued.to_json() if self.issued else None,
            "signatures": [one.to_json() for one in self.signatures],
            "traces": [one.to_json() for one in self.traces],
        }


def verify_as_json(verification: Verification) -> str:
    """Return a verification as JSON text with a stable order of keys."""
    return json.dumps(verification.to_json(), ensure_ascii=False, indent=2)
