"""What other systems know a child by: kinds of reference, what was typed judged, and how each is said.

NHS numbers are judged by their check digit (NHS Data Dictionary, modulus 11), unique pupil numbers by their
check letter (Department for Education, UPN guide, modulus 23).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from formsvc.cases.intake import Judged


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of reference: what a page calls it, and whether it says whose system it is."""

    title: str
    has_system: bool = True


KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "case_system": Kind(title="Case-system id"),
        "nhs_number": Kind(title="NHS number", has_system=False),
        "police_person": Kind(title="Police person id"),
        "police_record": Kind(title="Police record number"),
        "upn": Kind(title="Unique pupil number (UPN)", has_system=False),
    }
)
"""Kind -> what it is called, in the order they are offered."""

ENDINGS: Final = ("mistaken", "not_used")
"""Why a reference is ended, but for its correction."""

MOST: Final = 40
LEAST: Final = 3
_SYSTEM: Final = 80
_LETTERS: Final = "ABCDEFGHJKLMNPQRTUVWXYZ"
_PLAIN: Final = re.compile(r"[A-Z0-9](?:[A-Z0-9 ./_-]*[A-Z0-9])?", re.IGNORECASE | re.ASCII)
_UPN: Final = re.compile(rf"[{_LETTERS}][0-9]{{11}}[0-9{_LETTERS}]", re.ASCII)
_NHS: Final = re.compile(r"[0-9]{10}", re.ASCII)


def read_reference(typed: Mapping[str, str]) -> Judged:
    """Judge `kind`, `value` and `system`: plain values as they are kept, or a code for each."""
    kind = typed.get("kind", "")
    if kind not in KINDS:
        return Judged(values={}, errors={"kind": "missing"})
    value, wrong = _judged(kind, _line(typed.get("value", "")))
    errors = {"value": wrong} if wrong else {}
    system = _line(typed.get("system", "")) if KINDS[kind].has_system else ""
    if KINDS[kind].has_system and not system:
        errors["system"] = "missing"
    elif len(system) > _SYSTEM:
        errors["system"] = "too_long"
    elif not system.isprintable():
        errors["system"] = "unreadable"
    return Judged(values={"kind": kind, "value": value, "system": system}, errors=errors)


def shown(kind: str, value: str) -> str:
    """Return a reference as people read it out: an NHS number as 999 000 0018."""
    return f"{value[:3]} {value[3:6]} {value[6:]}" if kind == "nhs_number" else value


def folded(value: str) -> str:
    """Return what two spellings of one reference share: letters and digits alone; empty without any."""
    plain = unicodedata.normalize("NFKC", value).upper()
    return "".join(one for one in plain if one.isascii() and one.isalnum())


def found_by(kind: str, value: str) -> str:
    """Return the text of the blind index for a reference; no word of a name can be equal to it."""
    return f"{kind}:{folded(value)}"


def is_nhs_number(digits: str) -> bool:
    """Say whether ten digits bear the check digit of an NHS number; ten alike are nobody's."""
    if not _NHS.fullmatch(digits) or len(set(digits)) == 1:
        return False
    total = sum(int(one) * weight for one, weight in zip(digits[:9], range(10, 1, -1), strict=True))
    return (11 - total % 11) % 11 == int(digits[9])


def is_upn(text: str) -> bool:
    """Say whether a text is a unique pupil number, temporary ones included, with its check letter."""
    if not _UPN.fullmatch(text):
        return False
    worth = [int(one) if one.isdigit() else _LETTERS.index(one) for one in text[1:]]
    return _LETTERS[sum(one * weight for weight, one in enumerate(worth, start=2)) % 23] == text[0]


def _judged(kind: str, text: str) -> tuple[str, str]:
    """Return a reference as it is kept, and the code of what is wrong with it or ""."""
    if not text:
        return "", "missing"
    match kind:
        case "nhs_number":
            value = text.replace(" ", "").replace("-", "")
            return value, "" if is_nhs_number(value) else "nhs_number"
        case "upn":
            value = text.replace(" ", "").upper()
            return value, "" if is_upn(value) else "upn"
        case _:
            return text, _plainly_wrong(text)


def _plainly_wrong(text: str) -> str:
    if len(text) > MOST:
        return "too_long"
    if not _PLAIN.fullmatch(text):
        return "unreadable"
    if not any(one.isdigit() for one in text):
        return "no_digit"  # a name typed into the wrong box is no reference
    return "too_short" if len(folded(text)) < LEAST else ""


def _line(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())
