"""What in a text can be followed: mail addresses, web addresses, telephone numbers.

A link leads to what is printed and nowhere else, so that nobody is sent to a place they did not read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_HINT = re.compile(r"@|://|[0-9]{3}")
_FOLLOWED = re.compile(
    r"""(?P<web>https?://[A-Za-z0-9._~:/?\#@!$&'*+,;=%-]*[A-Za-z0-9/_=&\#-])
    |(?P<mail>[A-Za-z0-9][A-Za-z0-9._+'-]*@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,24})\b
    |(?<![\w+./-])(?P<call>\+[0-9][0-9\ ]{6,17}[0-9]|0[0-9]{2,4}\ ?[0-9]{3,4}\ ?[0-9]{3,4})
     (?![\w/]|[-.,][0-9])""",
    re.VERBOSE | re.ASCII,
)
_FEWEST, _MOST = 10, 15


@dataclass(frozen=True, slots=True)
class Link:
    """A part of a paragraph that leads to `address`; `said` is what it tells who cannot see it."""

    start: int
    end: int
    address: str
    said: str


def links_in(text: str) -> tuple[Link, ...]:
    """Return what in one paragraph can be followed, in order."""
    if _HINT.search(text) is None:
        return ()
    return tuple(link for found in _FOLLOWED.finditer(text) if (link := _link(found)) is not None)


def _link(found: re.Match[str]) -> Link | None:
    shown = found[0]
    match found.lastgroup:
        case "mail":
            return Link(found.start(), found.end(), f"mailto:{shown}", f"Write to {shown}")
        case "call":
            digits = "".join(one for one in shown if one.isdigit())
            if not _FEWEST <= len(digits) <= (_MOST if shown.startswith("+") else _FEWEST + 1):
                return None
            plus = "+" if shown.startswith("+") else ""
            return Link(found.start(), found.end(), f"tel:{plus}{digits}", f"Ring {shown}")
        case _:
            return Link(found.start(), found.end(), shown, f"Open {shown}")
