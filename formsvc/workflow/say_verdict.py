"""Say of a checked file what somebody with ten seconds must know: can it be relied on, why, what to do.

One verdict leads: the first that is bad, in the order of how much it decides, then the first that could
not be settled. The others stand in the table below it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from formsvc.seals.verify import Status, Verdict, Verification
from formsvc.seals.verify.verdicts import SIGNATURE_VERDICTS
from formsvc.workflow.standings import NOT_PROVABLE

LEADING: Final = (
    "integrity", "coverage", "signer", "time", "algorithms", "hidden", "data", "print", "valid", "level",
)  # fmt: skip
"""The verdicts in the order of how much each decides."""


class Tone(StrEnum):
    """GOOD: rely on it. CAUTION: not without a second step. BAD: do not."""

    GOOD = "good"
    CAUTION = "caution"
    BAD = "bad"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The answer in three steps; `code` is stable, for programs and tests."""

    code: str
    tone: Tone
    headline: str
    why: str
    advice: str

    @property
    def sentence(self) -> str:
        """The whole answer in one breath."""
        return f"{self.headline.rstrip('.')}. {self.why} {self.advice}"

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "code": self.code,
            "tone": str(self.tone),
            "headline": self.headline,
            "why": self.why,
            "advice": self.advice,
        }


RING: Final = (
    "Ask the organisation it says it is from for the file as it was issued; ring a number you already have."
)
_NOT_ALONE: Final = "Do not act on this copy alone."

_GENUINE: Final[Mapping[str, tuple[Tone, str, str, str]]] = {
    "newest": (
        Tone.GOOD, "You can rely on this document",
        "It is genuine and the newest. Sealed by {who}; not changed since.",
        "You can act on it.",
    ),
    "newest_unapproved": (
        Tone.CAUTION, "Genuine and the newest, but not yet approved",
        "Sealed by {who}; not changed since. It went out before a manager approved it; page one says so.",
        "You can act on it. Look again later for the approved one.",
    ),
    "superseded": (
        Tone.CAUTION, "Genuine, but not the newest",
        "Sealed by {who}; not changed since. It has been superseded by a newer revision.",
        "Ask the organisation that issued it for the newest. Until then, treat what this one says with care.",
    ),
    "withdrawn": (
        Tone.BAD, "Do not use this document",
        "It is genuine, but it was withdrawn by the organisation that issued it.",
        "Ask them what takes its place.",
    ),
    "recalled": (
        Tone.BAD, "Do not use this document",
        "It is genuine, but it was recalled by the organisation that issued it.",
        "Ask them what takes its place.",
    ),
    "not_issued_here": (
        Tone.GOOD, "This document is genuine",
        "Sealed by {who}, which is trusted here; not changed since.",
        "Ask them whether it is the newest: that is known only where it was issued.",
    ),
    "demonstration": (
        Tone.CAUTION, "A demonstration: do not act on it",
        "It is genuine, and was made for trying out, with a key that is trusted nowhere else.",
        "Use it to see how this works, and for nothing else.",
    ),
}  # fmt: skip
"""A genuine document by its standing: tone, headline, why, advice."""

_BY_SAVING: Final = frozenset(
    {"changed", "container_changed", "byte_range_odd", "types_changed", "added_after"}
)
_ENDED: Final = frozenset({"superseded", "withdrawn", "recalled"})


def say_verdict(found: Verification, standing: Verdict) -> Answer:
    """Return the answer for a file with its standing."""
    if found.genuine:
        return _genuine(found, standing)
    if found.readable.status is not Status.GOOD:
        return _not_proven(
            "unreadable", Tone.BAD, "This file could not be read", found.readable.words, standing
        )
    for status in (Status.BAD, Status.UNKNOWN):
        for name in LEADING:
            one: Verdict = getattr(found, name)
            if one.status is status and not (status is Status.UNKNOWN and name in ("time", "valid")):
                return _led_by(name, one, found, standing)
    return Answer(
        code="signed_elsewhere",
        tone=Tone.CAUTION,
        headline="Signed and not changed since, but none of our documents",
        why=f"{found.signer.words} It carries no data of ours, so only its signature could be checked.",
        advice="Judge it by whom it is from.",
    )


def _genuine(found: Verification, standing: Verdict) -> Answer:
    key = standing.code
    if standing.code == "newest" and standing.detail.get("status") == "not_yet_approved":
        key = "newest_unapproved"
    tone, headline, why, advice = _GENUINE[key]
    who = str(found.signer.detail.get("who", "a signer trusted here"))
    why = why.replace("{who}", who)
    if found.signer.detail.get("demonstration"):
        ended = f" {standing.words}" if key in _ENDED else ""
        tone, headline, made, advice = _GENUINE["demonstration"]
        return Answer(code="demonstration", tone=tone, headline=headline, why=made + ended, advice=advice)
    return Answer(code=f"genuine_{key}", tone=tone, headline=headline, why=why, advice=advice)


def _led_by(name: str, one: Verdict, found: Verification, standing: Verdict) -> Answer:
    """Return the answer about a file that is not proven genuine, by the verdict that decides."""
    traced = "said" in standing.detail
    if one.code == "not_signed" and traced:
        return _not_proven("not_provable", Tone.CAUTION, NOT_PROVABLE.rstrip("."), "", standing)
    why = one.words
    if one.code in _BY_SAVING and _is_known(standing):
        why += " Saving it with another program is enough for that."
    if name in SIGNATURE_VERDICTS and len(found.signatures) > 1:
        why = f"It carries {len(found.signatures)} signatures; what decides is said of one of them. {why}"
    if one.status is Status.BAD:
        return _not_proven(f"bad_{one.code}", Tone.BAD, "Do not rely on this file", why, standing)
    if name == "signer" and found.proven:
        return Answer(
            code="unknown_signer",
            tone=Tone.CAUTION,
            headline="Not changed since it was signed, but the signer is not known here",
            why=why,
            advice="Make sure who that is before you act on it: ring a number you already have. A "
            "certificate can bear any name.",
        )
    headline = "Not everything in this file could be checked"
    return _not_proven(f"unsettled_{one.code}", Tone.CAUTION, headline, why, standing)


def _not_proven(code: str, tone: Tone, headline: str, why: str, standing: Verdict) -> Answer:
    said = str(standing.detail.get("said", ""))
    return Answer(
        code=code,
        tone=tone,
        headline=headline,
        why=" ".join(filter(None, (why, said))),
        advice=_NOT_ALONE if _is_known(standing) else f"{_NOT_ALONE} {RING}",
    )


def _is_known(standing: Verdict) -> bool:
    """Say whether a reference in the file was issued here."""
    return any("revision" in one for one in standing.detail.get("traces", ()))
