"""The strict verifier: a file goes in, separate frozen verdicts come out, never a traceback."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any, Final

from formsvc.errors import Unreadable
from formsvc.seals.package import Limits
from formsvc.seals.verify.docx import embedded_in_docx, verify_docx
from formsvc.seals.verify.pdf import embedded_in_pdf, verify_pdf
from formsvc.seals.verify.traces import find_traces
from formsvc.seals.verify.trust import Trust, trust_in
from formsvc.seals.verify.validity import Definitions, Named
from formsvc.seals.verify.verdicts import (
    NOT_APPLICABLE,
    SIGNATURE_VERDICTS,
    Issued,
    SignatureVerdicts,
    Status,
    Trace,
    Verdict,
    Verification,
    bad,
    good,
    verify_as_json,
    worst,
)

__all__ = [
    "Definitions",
    "Issued",
    "Limits",
    "Named",
    "SignatureVerdicts",
    "Status",
    "Trace",
    "Trust",
    "Verdict",
    "Verification",
    "extract",
    "trust_in",
    "verify",
    "verify_as_json",
]


NOT_UNDERSTOOD: Final = "something in it is built in a way that is not understood"
"""The reason given when a parser failed in a way that was not foreseen; the tests look for it."""


def verify(
    data: bytes,
    *,
    name: str,
    trust: Trust,
    limits: Limits | None = None,
    definitions: Definitions | None = None,
) -> Verification:
    """Return all there is to say of a file, whatever it is.

    `definitions` finds the effective definition that the data names, by its hash; without it, or where it
    is not found, answers are judged by the form that the file carries.
    """
    limits = limits or Limits()
    kind = kind_of(data)
    told: dict[str, Any]
    try:
        told = _verdicts(data, kind, trust=trust, limits=limits, definitions=definitions)
        readable = good("readable")
    except Unreadable as error:
        told, readable = {}, bad("unreadable", why=error.detail)
    except RecursionError:
        told, readable = {}, bad("unreadable", why="it is nested too deeply")
    except MemoryError:
        told, readable = {}, bad("unreadable", why="it took more memory than is given to one file")
    except Exception:  # noqa: BLE001  whatever a hostile file makes a parser raise, the answer is a verdict
        told, readable = {}, bad("unreadable", why=NOT_UNDERSTOOD)
    found = Verification(
        name=name,
        kind=kind,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        readable=readable,
        **_of_signatures(told.get("signatures", ()), readable) | told,
    )
    if (found.proven and found.data.status is not Status.BAD) or len(data) > limits.file_bytes:
        return found
    return replace(found, traces=find_traces(data, kind=kind, limits=limits))


def extract(data: bytes, *, limits: Limits | None = None) -> bytes:
    """Return the canonical JSON inside a document, exactly; raise Unreadable where there is none."""
    limits = limits or Limits()
    if kind_of(data) == "docx":
        return embedded_in_docx(data, limits=limits)
    if kind_of(data) == "pdf":
        return embedded_in_pdf(data)
    raise Unreadable("it is neither a PDF nor a Word document")


def kind_of(data: bytes) -> str:
    """Return pdf, docx or other, by content and never by name."""
    if data.startswith(b"%PDF-"):
        return "pdf"
    return "docx" if data.startswith(b"PK\x03\x04") else "other"


def _verdicts(
    data: bytes, kind: str, *, trust: Trust, limits: Limits, definitions: Definitions | None
) -> dict[str, Any]:
    if len(data) > limits.file_bytes:
        raise Unreadable(f"the file is larger than {limits.file_bytes // 1_000_000} MB")
    if kind == "docx":
        return verify_docx(data, trust=trust, limits=limits, definitions=definitions)
    if kind == "pdf":
        return verify_pdf(data, trust=trust, definitions=definitions)
    raise Unreadable("it is neither a PDF nor a Word document")


def _of_signatures(signatures: tuple[SignatureVerdicts, ...], readable: Verdict) -> dict[str, Any]:
    """Return the verdicts that a file takes from its signatures: the worst of each kind."""
    if not signatures:
        unsigned = readable.status is Status.GOOD
        return {"integrity": bad("not_signed") if unsigned else NOT_APPLICABLE}
    told: dict[str, Any] = {
        name: worst(getattr(one, name) for one in signatures) for name in SIGNATURE_VERDICTS
    }
    return told | {"identity": signatures[0].identity}
