"""The levels of a seal (ETSI EN 319 142-1, EN 319 132-1), lowest first: a document never goes down them."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """How long a seal can be proven: B-B while its certificate holds, B-T from a moment others vouch for.

    B-LT and B-LTA carry the evidence for later; they have their place in the order and are not made yet.
    """

    B_B = "B-B"
    B_T = "B-T"
    B_LT = "B-LT"
    B_LTA = "B-LTA"

    @property
    def below(self) -> tuple[Level, ...]:
        """The levels under this one, lowest first."""
        order = tuple(Level)
        return order[: order.index(self)]


def level_of(told: str) -> Level:
    """Return the level that the verifier's name of a form means; the lowest for a form that is no level."""
    return _FORMS.get(told, Level.B_B)


_FORMS = {
    "PAdES B-T": Level.B_T,
    "PAdES B-LT": Level.B_LT,
    "PAdES B-LTA": Level.B_LTA,
    "XAdES-T": Level.B_T,
    "XAdES-C": Level.B_T,
    "XAdES-X": Level.B_T,
    "XAdES-X-L": Level.B_LT,
}
