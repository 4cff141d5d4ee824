"""The closed language of conditions: parsed, never evaluated as code.

    condition := clause (("and" | "or") clause)*      "and" binds closer than "or"
    clause    := "not" clause | "(" condition ")" | test
    test      := "answered" "(" id ")" | id "=" word | id "!=" word | id "in" "(" word ("," word)* ")"
    word      := bare word of letters, digits, "_" and "-", or text in single quotes

An id names a field that stands earlier in the same form, or earlier in the same row. For a value
that is an object the test looks at what it answers (`answer`, `grade`, `choice`); for a list, at
whether the word is among its items.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Condition:
    """A parsed condition; `source` is its text, `needs` the ids it looks at."""

    source: str
    needs: frozenset[str]

    def holds(self, answers: Mapping[str, Any], row: Mapping[str, Any] | None = None) -> bool:
        """Say whether the condition holds, looking in the row first."""
        raise NotImplementedError


def parse(source: str) -> Condition:
    """Parse a condition; raise ValueError that says where it went wrong."""
    raise NotImplementedError
