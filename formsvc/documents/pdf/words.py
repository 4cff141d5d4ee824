"""Plain words: one face, left to right, one glyph a character, kerned. And what a set line is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from operator import add

from formsvc.documents.pdf.embed import Ink
from formsvc.documents.pdf.fonts import EMOJI, Weight
from formsvc.documents.pdf.links import Link

BREAKS = re.compile(
    r"(?<= )(?!(?<=[0-9]{3} )[0-9]{3})(?!(?<=[A-Z0-9] )[0-9][A-Z]{2}\b)(?=[^ ])"
    r"|(?<=\w[/\u2013\u2014])(?=[^\W\d_])"
)
"""Where a line may end in plain text: after spaces, and after a slash or dash before a letter.

A telephone number ("07700 900142") and a postcode ("BB96 4QT") stay on one line. So does what a hyphen
joins: most readers take a hyphen at a line's end for one that was put there to part a word, and copy the
name Achebe-Thorne without it.
"""

SOFT = re.compile(r"[ /._@?&=:,\u2013\u2014-]")
"""Where a word wider than its line may be cut and still be read on."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Style:
    """How text is set: points, weight, and how dark (0 is black). A style is known by identity."""

    size: float
    leading: float
    weight: Weight = Weight.REGULAR
    gray: float = 0.0


@dataclass(slots=True, frozen=True)
class Run:
    """Part of a line that is a link, or stands beside one; places are points from the line's left end.

    What draws it begins with the pen at `pen`; what can be followed stands from `left` to `right`.
    """

    segments: tuple[tuple[str | None, str], ...]
    pen: float
    link: Link | None = None
    left: float = 0.0
    right: float = 0.0


@dataclass(slots=True)
class Line:
    """One line: its width in points and what draws it, as (font resource or None, operators).

    `before` is the width of spaces that stand left of the text where a paragraph runs right to left.
    `runs` are the same drawing in parts where something in the line can be followed.
    """

    width: float
    segments: tuple[tuple[str | None, str], ...]
    right_to_left: bool = False
    before: float = 0.0
    runs: tuple[Run, ...] = ()


@dataclass(slots=True)
class Word:
    """A word with its trailing spaces; `ink` is its width without them. Thousandths of an em."""

    ink: float
    width: float
    body: str


def plain_word(ink: Ink, token: str) -> Word:
    """Return a run of plain characters of one face, kerned."""
    face = ink.face
    width = sum(map(face.widths.__getitem__, token))
    codes = token.translate(ink.typed)
    if face.family < EMOJI:
        kerns = list(map(face.kerning.__getitem__, map(add, token, token[1:])))
        if any(kerns):
            width += sum(kerns)
            parts = [codes[:4]]
            for at, kern in enumerate(kerns, 1):
                if kern:
                    parts.append(f">{-kern:g}<")
                parts.append(codes[at * 4 : at * 4 + 4])
            codes = "".join(parts)
    spaces = len(token) - len(token.rstrip(" "))
    return Word(width - spaces * face.widths[" "] if spaces else width, width, f"<{codes}>")


def plain_line(ink: Ink, bodies: Iterable[str], width: float) -> Line:
    body = "".join(bodies).replace("><", "")
    return Line(width, ((ink.resource, f"[{body}]TJ"),))


def cut_word(ink: Ink, token: str, limit: float) -> tuple[str, str]:
    """Cut a word wider than `limit`: where it may be read on if there is such a place, else anywhere."""
    widths, kerning = ink.face.widths, ink.face.kerning
    at = 0.0
    most = len(token)
    for index, character in enumerate(token):
        at += widths[character] + (kerning[token[index - 1 : index + 1]] if index else 0)
        if at > limit:
            most = max(index, 1)
            break
    for place in reversed([found.end() for found in SOFT.finditer(token, 0, most)]):
        if most // 2 < place < most:
            most = place
            break
    return token[:most], token[most:]
