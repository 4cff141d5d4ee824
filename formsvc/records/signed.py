"""What is known of the signatures in a file that was handed in, as codes, and as sentences for its readers.

It was found out once, when the file came, and says when: trust changes, and a document keeps what was said.
Names come out of certificates that anybody can make: they are cleaned, short, and called what they are.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

from formsvc.errors import Unreadable
from formsvc.fields.moments import london_words, parse_utc
from formsvc.records.clean import clean_text

MOST_NAMED: Final = 20
_NAME: Final = 120
_LAST_LETTER: Final = "\u06ff"  # the last of the scripts that every copy can print


class State(StrEnum):
    """What a file is, as far as signatures go."""

    SIGNED = "signed"
    UNSIGNED = "unsigned"
    PICTURE = "picture"


class Answer(StrEnum):
    """How a question about a signature was answered."""

    YES = "yes"
    NO = "no"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, kw_only=True)
class Signature:
    """One electronic signature: by whom, trusted here, unchanged since, the whole file covered, when."""

    by: str
    trusted: Answer
    intact: Answer
    whole: Answer
    at: str = ""
    trial: bool = False


@dataclass(frozen=True, kw_only=True)
class Signed:
    """What was found in a file when it was handed in; `checked_at` is stored UTC text."""

    state: State
    checked_at: str
    signatures: tuple[Signature, ...] = ()

    def to_data(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self) | {"signatures": [asdict(one) for one in self.signatures]}


def read_signed(data: Any) -> Signed:
    """Return what `to_data` wrote; raise Unreadable for anything else: it may come from any file."""
    try:
        signatures = tuple(
            Signature(
                by=_short(one["by"]),
                trusted=Answer(one["trusted"]),
                intact=Answer(one["intact"]),
                whole=Answer(one["whole"]),
                at=_moment(one["at"]),
                trial=one["trial"] is True,
            )
            for one in data["signatures"]
        )
        found = Signed(
            state=State(data["state"]), checked_at=_moment(data["checked_at"]), signatures=signatures
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unreadable("what is said of a file's signatures is not as we write it") from error
    if found.to_data() != data or bool(signatures) is not (found.state is State.SIGNED):
        raise Unreadable("what is said of a file's signatures is not as we write it")
    return found


def signer_name(told: str) -> str:
    """Return a name from a certificate as it may be printed: one short line of letters that we can draw."""
    cleaned, _ = clean_text(unicodedata.normalize("NFC", told))
    line = " ".join(cleaned.split())
    drawn = "".join(one if one.isprintable() and one <= _LAST_LETTER else "?" for one in line)
    return drawn[:_NAME].strip() or "somebody who gives no name"


def sentences(signed: Signed) -> tuple[str, ...]:
    """Return what a reader is told of a file's signatures: a few sentences for each, or that none is."""
    if signed.state is State.PICTURE:
        return (f"None: it is a picture. {_SEEN}",)
    if signed.state is State.UNSIGNED:
        return (f"None that is electronic. {_SEEN}",)
    return tuple(" ".join(_of(one)) for one in signed.signatures)


_SEEN: Final = "A signature that can be seen in it was not checked."
_TRUSTED: Final[Mapping[Answer, str]] = {
    Answer.YES: "That signer is trusted here.",
    Answer.NO: "That signature must not be relied on: its certificate does not hold.",
    Answer.NOT_KNOWN: "That signer is not known here, so the name is only what the file says.",
}
_INTACT: Final[Mapping[Answer, str]] = {
    Answer.YES: "Not changed since.",
    Answer.NO: "Changed since it was signed.",
    Answer.NOT_KNOWN: "Whether it was changed since could not be checked.",
}
_WHOLE: Final[Mapping[Answer, str]] = {
    Answer.YES: "The whole file is covered.",
    Answer.NO: "Part of the file is not covered.",
    Answer.NOT_KNOWN: "Its text is covered; its properties are not.",
}


def _of(one: Signature) -> Iterator[str]:
    when = f", {london_words(one.at)} by the signer's own clock" if one.at else ""
    yield f"Signed electronically by {one.by}{when}."
    yield "It is a key for trying out: it proves nothing." if one.trial else _TRUSTED[one.trusted]
    yield _INTACT[one.intact]
    if one.intact is Answer.YES:
        yield _WHOLE[one.whole]


def _short(value: Any) -> str:
    if not isinstance(value, str) or signer_name(value) != value:
        raise ValueError("a signer's name is one short line")
    return value


def _moment(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("a moment is text")
    if value:
        parse_utc(value)
    return value
