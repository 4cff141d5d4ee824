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
from formsvc.workflow.find_print import Printed
from formsvc.workflow.standings import NOT_PROVABLE

DECIDING: Final = (
    "integrity", "coverage", "signer", "time", "algorithms", "hidden", "data", "print", "attachments",
    "valid", "level",
)  # fmt: skip
"""The verdicts that may be bad, in the order of how much each decides."""

OPEN: Final = ("integrity", "signer", "coverage", "algorithms", "hidden", "data", "print")
"""The verdicts that, when they could not be settled, keep a file from being proven, in the same order."""


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
    "disposed": (
        Tone.CAUTION, "This document is genuine, and old",
        "Sealed by {who}; not changed since. It was issued here, and the record is no longer kept.",
        "Nobody here can say any more what it was about. Keep or destroy your copy as your own rules say.",
    ),
    "demonstration": (
        Tone.CAUTION, "A demonstration: do not act on it",
        "It is genuine, and was made for trying out, with a key that is trusted nowhere else.",
        "Use it to see how this works, and for nothing else.",
    ),
}  # fmt: skip
"""A genuine document by its standing: tone, headline, why, advice."""

_PAPER: Final[Mapping[str, tuple[Tone, str, str]]] = {
    "newest": (
        Tone.GOOD, "Such a document was issued, and it is the newest",
        "You can act on it if nothing on the paper surprises you. If anything does, ask for the file.",
    ),
    "superseded": (
        Tone.CAUTION, "Such a document was issued, but it is not the newest",
        "Ask the organisation that issued it for the newest revision.",
    ),
    "withdrawn": (
        Tone.BAD, "Such a document was issued and withdrawn: do not use it",
        "Ask the organisation that issued it what takes its place.",
    ),
    "recalled": (
        Tone.BAD, "Such a document was issued and recalled: do not use it",
        "Ask the organisation that issued it what takes its place.",
    ),
    "disposed": (
        Tone.CAUTION, "Such a document was issued here, and its record is no longer kept",
        "Nobody here can say any more what it was about. Keep or destroy your copy as your own rules say.",
    ),
}  # fmt: skip
"""A document that bears what is printed, by its standing: tone, headline, advice."""

_BY_SAVING: Final = frozenset(
    {"changed", "container_changed", "byte_range_odd", "types_changed", "added_after"}
)
_ENDED: Final = frozenset({"superseded", "withdrawn", "recalled", "disposed"})


def say_verdict(found: Verification, standing: Verdict) -> Answer:
    """Return the answer for a file with its standing."""
    if found.genuine:
        return _genuine(found, standing)
    if found.readable.status is not Status.GOOD:
        why = str(found.readable.detail.get("why", ""))
        why = f"{why[:1].upper()}{why[1:]}."
        return _not_proven("unreadable", Tone.BAD, "This file could not be read", why, standing)
    for status, names in ((Status.BAD, DECIDING), (Status.UNKNOWN, OPEN)):
        for name in names:
            one: Verdict = getattr(found, name)
            if one.status is status:
                return _led_by(name, one, found, standing)
    return Answer(
        code="signed_elsewhere",
        tone=Tone.CAUTION,
        headline="Signed and not changed since, but none of our documents",
        why=f"{found.signer.words} It carries no data of ours, so only its signature could be checked.",
        advice="Judge it by whom it is from.",
    )


def say_printed(found: Printed | None, *, reference: str, code: str) -> Answer:
    """Return the answer about what is printed; it is the same whichever half of it is wrong."""
    if found is None:
        return Answer(
            code="print_unknown",
            tone=Tone.BAD,
            headline="No such document was issued here",
            why=f"Nothing was issued here with reference {reference} and check code {code}.",
            advice="Look again at what is printed: the check code has only the figures 0 to 9 and the "
            "letters a to f. If it stays so, do not act on this paper alone.",
        )
    tone, headline, advice = _PAPER[found.standing.code]
    why = found.standing.words
    if not found.approved:
        why += " It went out not yet approved by a manager."
    return Answer(code=f"print_{found.standing.code}", tone=tone, headline=headline, why=why, advice=advice)


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
    if name == "signer" and found.integrity.status is Status.GOOD:
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
