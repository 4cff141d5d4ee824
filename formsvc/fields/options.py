"""How the options of a field are read: nothing unknown, nothing of the wrong kind, a remedy for each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from formsvc.fields.base import OptionsInvalid

Choices = tuple[tuple[str, str], ...]
"""Codes with their words, in the order they are offered."""

_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


def only(raw: Mapping[str, Any], known: Iterable[str]) -> None:
    """Refuse an option that is not one of `known`, by name."""
    allowed = tuple(known)
    for key in raw:
        if key not in allowed:
            offered = f"The options are {', '.join(allowed)}" if allowed else "Remove it"
            raise OptionsInvalid(str(key), "there is no option of this name", offered)


def whole(raw: Mapping[str, Any], key: str, *, default: int | None, least: int, most: int) -> int | None:
    """Return a whole number between `least` and `most`, or the default."""
    value = raw.get(key, default)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise OptionsInvalid(key, f"{value!r} cannot stand here", f"Write a whole number, {least} to {most}")
    return value


def size(raw: Mapping[str, Any], key: str, *, default: int, least: int, most: int) -> int:
    """Return a whole number that always has a value."""
    value = whole(raw, key, default=default, least=least, most=most)
    return default if value is None else value


def flag(raw: Mapping[str, Any], key: str, *, default: bool = False) -> bool:
    """Return true or false."""
    value = raw.get(key, default)
    if not isinstance(value, bool):
        raise OptionsInvalid(key, f"{value!r} is neither true nor false", "Write true or false")
    return value


def text(raw: Mapping[str, Any], key: str, *, default: str = "", required: bool = False) -> str:
    """Return a piece of text, without space around it."""
    value = raw.get(key, default)
    if not isinstance(value, str):
        raise OptionsInvalid(key, f"{value!r} is not text", "Write it in quotes")
    if required and not value.strip():
        raise OptionsInvalid(key, "it is empty", "Write the text to be shown")
    return value.strip()


def choices(raw: Mapping[str, Any], key: str, *, reserved: tuple[str, ...] = ()) -> Choices:
    """Return the codes and words of what is offered, in order."""
    value = raw.get(key)
    if not isinstance(value, Mapping) or not value:
        raise OptionsInvalid(key, "nothing is offered", "Write codes and words, like  tall: Taller than most")
    if len(value) > 200:
        raise OptionsInvalid(key, f"{len(value)} are offered", "Offer 200 at most")
    for code, words in value.items():
        if not isinstance(code, str) or not _CODE.fullmatch(code):
            remedy = (
                "Write lower-case letters, digits, _ and -, in quotes where YAML reads yes, no or a number"
            )
            raise OptionsInvalid(key, f"{code!r} is not a code", remedy)
        if code in reserved:
            raise OptionsInvalid(key, f"{code!r} has a meaning of its own", "Choose another code")
        if not isinstance(words, str) or not words.strip():
            raise OptionsInvalid(key, f"{code!r} has no words", "Write the words in quotes")
    return tuple((str(code), str(words).strip()) for code, words in value.items())


def least_and_most(raw: Mapping[str, Any], *, ceiling: int) -> tuple[int, int]:
    """Return `min` and `max`, which must leave room for an answer."""
    low = size(raw, "min", default=0, least=0, most=ceiling)
    high = size(raw, "max", default=ceiling, least=1, most=ceiling)
    if low > high:
        raise OptionsInvalid("min", f"{low} is more than max, {high}", "Write a smaller number")
    return low, high
