"""One row of the tables of attacks: what is done, who described it, and what must be said of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

OOXML_2023 = "Rohlmann et al., Every Signature is Broken, USENIX Security 2023"
WRAPPING_2005 = "McIntosh and Austel, XML Signature Element Wrapping, SWS 2005"
WRAPPING_2012 = "Somorovsky et al., On Breaking SAML, USENIX Security 2012"
TRANSFORMS_2007 = "Hill, Attacking XML Security, Black Hat 2007"
OVERLAP_2019 = "Fifield, A better zip bomb, WOOT 2019"


@dataclass(frozen=True, kw_only=True)
class Attack:
    """A file made by an attacker. `expect` names the verdicts that must come, by question and code."""

    name: str
    does: str
    make: Callable[[], bytes]
    expect: dict[str, str]
    published: str = ""


def read(why: str = "unreadable") -> dict[str, str]:
    """Expect that nothing in the file is believed."""
    return {"readable": why}
