"""Whether a question takes an answer as it is, and whether two forms say the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import marshmallow

from formsvc.definitions.model import Field


def takes(asked: Field, value: Any) -> bool:
    """Say whether a question takes a value as it is."""
    try:
        return bool(asked.type.rule(asked).deserialize(value) == value)
    except marshmallow.ValidationError:
        return False


def is_same(asked: Field, held: Any, value: Any, words: str) -> bool:
    """Say whether an answer says what another form does; of rows, in the answers that both forms ask for."""
    if asked.children:
        return _rows_agree(held, value, {child.id for child in asked.children})
    return bool(held == value) or _said(asked, held) == " ".join(words.split()).casefold()


def is_same_place(held: Any, value: Any) -> bool:
    """Say whether two addresses are one place written down in two ways."""
    codes = [
        "".join(str(one.get("postcode", "")).split()).casefold()
        for one in (held, value)
        if isinstance(one, dict)
    ]
    return len(codes) == 2 and bool(codes[0]) and codes[0] == codes[1]


def _said(asked: Field, value: Any) -> str:
    return " ".join(asked.type.text(asked, value).split()).casefold()


def _rows_agree(held: Any, value: Any, asked: set[str]) -> bool:
    if not isinstance(held, list) or not isinstance(value, list) or len(held) != len(value):
        return False
    shared = {key for row in value for key in row} & asked
    return _plain_rows(held, shared) == _plain_rows(value, shared)


def _plain_rows(rows: Sequence[Mapping[str, Any]], shared: set[str]) -> list[list[tuple[str, str]]]:
    def plain(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        return ((key, repr(row[key])) for key in sorted(shared) if row.get(key) is not None)

    return sorted(list(plain(row)) for row in rows)
