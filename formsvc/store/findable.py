"""What a child is found by: the beginnings of the words of a name, and a date of birth."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final

SHORTEST: Final = 2
LONGEST: Final = 10
"""How many letters of a word the index knows, at least and at most."""

_PLAIN: Final = str.maketrans(
    {
        "đ": "d", "ð": "d", "ł": "l", "ø": "o", "ħ": "h", "æ": "ae", "œ": "oe", "þ": "th",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
    }
)  # fmt: skip
"""Letters that no normalisation takes the stroke from; people type them without."""

_APOSTROPHES: Final = str.maketrans(
    dict.fromkeys("'\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}`")
)


def typed_words(text: str) -> tuple[str, ...]:
    """Return the words of what somebody typed into a search."""
    return tuple(dict.fromkeys(_words(text.translate(_APOSTROPHES))))


def what_is_found(names: str, *, date_of_birth: str) -> Iterator[str]:
    """Yield everything a child is found by, some of it more than once."""
    for word in _words_of(names):
        for length in range(SHORTEST, min(len(word), LONGEST) + 1):
            yield word[:length]
        yield beginning(word)  # a name of one letter, or one character of Chinese, is found whole
    if date_of_birth:
        yield date_of_birth


def beginning(word: str) -> str:
    """Return as much of a word as the index knows."""
    return word[:LONGEST]


def is_said(words: tuple[str, ...], *, names: str, date_of_birth: str) -> bool:
    """Say whether every word begins one of a name, or is the date: the index knows only beginnings."""
    known = tuple(_words_of(names))
    return all(word == date_of_birth or any(one.startswith(word) for one in known) for word in words)


def name_words(names: str) -> frozenset[str]:
    """Return the whole words of names, in every way they may be typed."""
    return frozenset(_words_of(names))


def _words_of(names: str) -> Iterator[str]:
    """Yield the words of names: O'Shea as "oshea", and as "o" and "shea"."""
    yield from _words(names)
    yield from _words(names.translate(_APOSTROPHES))


def _words(text: str) -> Iterator[str]:
    """Yield the words of a text without accents and case, a date kept whole."""
    plain = "".join(
        one
        for one in unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN))
        if not unicodedata.combining(one)
    )
    for piece in plain.split():
        if piece.count("-") == 2 and piece.replace("-", "").isdigit():
            yield piece
        else:
            yield from "".join(one if one.isalnum() else " " for one in piece).split()
