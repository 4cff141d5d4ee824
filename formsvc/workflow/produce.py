"""From a view to sealed bytes: render, seal, open again and verify before anyone may keep it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from formsvc.access.sheets import SHEET
from formsvc.access.views import View
from formsvc.documents import docx, pdf
from formsvc.documents.docx.templates import chosen
from formsvc.errors import SealFailed
from formsvc.seals.keys import SealKey
from formsvc.seals.opc import seal_docx
from formsvc.seals.pades import contents_bytes, seal_pdf
from formsvc.seals.stamping import Authority
from formsvc.seals.verify import verify
from formsvc.settings import Settings
from formsvc.workflow.trust import trust_of

KINDS = ("pdf", "docx", SHEET)


@dataclass(frozen=True, kw_only=True)
class Produced:
    """A sealed document: its bytes, and the SHA-256 of its first seal's signature value, which names it."""

    data: bytes = field(repr=False)
    identity: str


def produce(
    view: View,
    *,
    kind: str,
    key: SealKey,
    at: datetime,
    settings: Settings,
    authority: Authority | None = None,
) -> Produced:
    """Return the sealed document of a view, with room for a time stamp of `authority` where there is one.

    Raise SealFailed when it does not verify strictly.
    """
    if kind in ("pdf", SHEET):
        place = pdf.SealPlace(
            contents_bytes=contents_bytes(key, reserve=authority.room() if authority else 0),
            name=key.subject,
            reason=_reason(view),
            at=at,
        )
        sealed = seal_pdf(pdf.render(view, fonts=settings.fonts, seal=place), key, at=at)
    elif kind == "docx":
        sealed = seal_docx(unsealed_docx(view, settings=settings), key, at=at)
    else:
        raise ValueError(f"kind must be one of {KINDS}")
    verdict = verify(sealed, name=f"document.{extension(kind)}", trust=trust_of(settings, key))
    if not verdict.genuine or verdict.identity is None:
        wrong = {name: told["code"] for name, told in verdict.to_json().items() if _is_wrong(told)}
        raise SealFailed(f"the {kind} did not verify after sealing: {wrong}")
    return Produced(data=sealed, identity=verdict.identity)


def extension(kind: str) -> str:
    """Return how the name of a document of a kind ends: a grab sheet is a PDF."""
    return "pdf" if kind == SHEET else kind


def unsealed_docx(view: View, *, settings: Settings) -> bytes:
    """Return the unsealed Word document of a view, from the template of its definition."""
    template = chosen(
        settings.docx_templates,
        definition=view.data["definition"]["id"],
        layout=view.data["document"]["layout"],
        area=view.data["area"]["id"],
    )
    return docx.render(view, template=template)


def _reason(view: View) -> str:
    document = view.data["document"]
    return f"{document['short_title']} {document['reference']} revision {document['revision']}"


def _is_wrong(told: object) -> bool:
    return isinstance(told, dict) and told.get("status") in ("bad", "unknown")
