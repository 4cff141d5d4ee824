"""The place for the seal: a signature field of the first revision, its value still zeros."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from formsvc.documents.pdf.objects import string

BYTE_RANGE = b"/ByteRange [0 0000000000 0000000000 0000000000]"
"""The placeholder of the byte range, of fixed width: the true one is filled up with spaces."""


@dataclass(frozen=True, kw_only=True)
class SealPlace:
    """The room to leave for a seal, and what its dictionary says beside the signature itself.

    `contents_bytes` is the room for the CMS in bytes (twice as many hexadecimal digits); `at` is aware.
    """

    contents_bytes: int
    name: str
    reason: str
    at: datetime

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("the moment of a seal must be aware")


def signature(place: SealPlace) -> bytes:
    """Return the body of the signature dictionary (PAdES, certifying: nothing may change after it).

    It must be the last object of the file: whatever bytes a picture holds, the last placeholder is ours.
    """
    return (
        "<</Type/Sig /Filter/Adobe.PPKLite /SubFilter/ETSI.CAdES.detached"
        f" {BYTE_RANGE.decode()} /Contents <{'00' * place.contents_bytes}>"
        f" /M{string(_date(place.at))} /Name{string(place.name)} /Reason{string(place.reason)}"
        " /Reference[<</Type/SigRef /TransformMethod/DocMDP"
        " /TransformParams<</Type/TransformParams /V/1.2 /P 1>>>>]>>"
    ).encode("ascii")


def field(*, page: str, parent_key: int, value: str) -> bytes:
    """Return the body of the signature field, a widget of no size on the page it belongs to."""
    return (
        "<</Type/Annot /Subtype/Widget /FT/Sig /T(seal) /TU(Seal of the organisation) /F 132"
        f" /Rect[0 0 0 0] /P {page} /StructParent {parent_key} /V {value}>>"
    ).encode("ascii")


def _date(at: datetime) -> str:
    offset = at.strftime("%z")
    return f"D:{at:%Y%m%d%H%M%S}{offset[:3]}'{offset[3:5]}'"
