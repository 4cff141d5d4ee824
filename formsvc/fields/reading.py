"""How raw answers are read: the few shapes that every type meets. All of it was cleaned by the gate."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from formsvc.fields.base import Refused
from formsvc.fields.words import Code

SAFE = 2**53 - 1
"""The largest whole number that every reader of JSON agrees about (RFC 8785)."""

_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})


def is_seen(text: str) -> bool:
    """Say whether any character of a text can be seen."""
    return any(unicodedata.category(character) not in _UNSEEN for character in text)


def is_blank(raw: Any, *, budget: int = 2_000) -> bool:
    """Say whether nothing was entered: nothing at all, unseen text, or lists and objects of that."""
    waiting = [raw]
    while waiting:
        budget -= 1
        one = waiting.pop()
        match one:
            case None:
                continue
            case str() if not is_seen(one):
                continue
            case list() | tuple() | Mapping() if budget - len(one) - len(waiting) >= 0:
                waiting.extend(one.values() if isinstance(one, Mapping) else one)
            case _:
                return False
    return True


def line(raw: Any, *, most: int, too_long: Code = Code.PART_TOO_LONG) -> str:
    """Return one line of text, each run of space made one; a whole number is text too."""
    text = " ".join(_text(raw).split())
    if len(text) > most:
        raise Refused(too_long)
    return text


def lines(raw: Any, *, most: int, too_long: Code = Code.PART_TOO_LONG) -> str:
    """Return text of several lines, without space at the end of a line or of the whole."""
    text = "\n".join(one.rstrip() for one in _text(raw).split("\n")).strip()
    if len(text) > most:
        raise Refused(too_long)
    return text


def whole(raw: Any) -> int:
    """Return a whole number, thousands separated or not."""
    text = re.sub(r"(?<=\d)[, ](?=\d{3}(?!\d))", "", line(raw, most=60, too_long=Code.NUMBER_TOO_LARGE))
    if re.fullmatch(r"[+-]?\d+\.0+", text):
        text = text.partition(".")[0]
    if not re.fullmatch(r"[+-]?\d+", text.replace("\N{MINUS SIGN}", "-")):
        raise Refused(
            Code.NUMBER_NOT_WHOLE if re.fullmatch(r"[+-]?\d*\.\d+", text) else Code.NUMBER_UNREADABLE
        )
    number = int(text.replace("\N{MINUS SIGN}", "-"))
    if abs(number) > SAFE:
        raise Refused(Code.NUMBER_TOO_LARGE)
    return number


def parts(raw: Any, known: tuple[str, ...], *, alone: str = "") -> dict[str, Any]:
    """Return the parts of an answer that hold something; `alone` names the part that may come by itself."""
    if alone and isinstance(raw, str | int | bool):
        return {alone: raw}
    if not isinstance(raw, Mapping):
        raise Refused(Code.WRONG_SHAPE)
    if any(key not in known for key in raw):
        raise Refused(Code.UNKNOWN_PART)
    return {key: raw[key] for key in known if not is_blank(raw.get(key))}


def word(raw: Any) -> str:
    """Return a short word as it is compared: lower case, spaces as underscores."""
    return line(raw, most=60, too_long=Code.WRONG_SHAPE).lower().replace(" ", "_")


def shown(raw: Any) -> str:
    """Return anything that was typed as the text of one input."""
    return str(raw) if isinstance(raw, str | int) and not isinstance(raw, bool) else ""


def _text(raw: Any) -> str:
    if isinstance(raw, str):
        return raw
    if isinstance(raw, int) and not isinstance(raw, bool):
        return str(raw)
    raise Refused(Code.WRONG_SHAPE)
