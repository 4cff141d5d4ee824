"""Is a page still the approved one? Strict for our own pages, by outlines for what an office drew.

A strict comparison blurs both pictures a little, so that the edge of a letter may fall a hair's breadth
elsewhere, and counts the points that differ plainly: a changed word is more than it lets pass. An
outline is where on the page there is ink, in cells of 16 points: another version of an office moves a
line, and must not lose a block.
"""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter

_BLUR = 1.0
_PLAIN = 40
"""From how many of 255 greys on two points differ plainly."""
STRICT = 0.00003
"""The share of points that may differ plainly on one page: some 14 of 474,000."""

_CELL = 16
_INKED = 0.02
"""From which share of black on a cell holds ink."""
_MUCH = 45
"""By how many of 255 greys a part of a page is darker or lighter than print makes it."""
OUTLINE = 0.05
"""The share of inked cells that may differ, those next to an inked one apart."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """How far two pictures differ, whether that is too much, and a picture of where (dark: differs)."""

    share: float
    same: bool
    difference: Image.Image


def strictly(approved: Image.Image, page: Image.Image) -> Verdict:
    """Compare a page of ours with the approved one."""
    if approved.size != page.size:
        return _wholly(page)
    blurred = [one.filter(ImageFilter.GaussianBlur(_BLUR)) for one in (approved, page)]
    difference = ImageChops.difference(*blurred)
    share = sum(difference.histogram()[_PLAIN:]) / (page.width * page.height)
    return Verdict(share=share, same=share <= STRICT, difference=ImageChops.invert(difference))


def by_outline(approved: Image.Image, page: Image.Image) -> Verdict:
    """Compare where there is ink on a page with where there was."""
    if approved.size != page.size:
        return _wholly(page)
    ours, theirs = _cells(approved), _cells(page)
    lost = ImageChops.subtract(ours, _wider(theirs))
    new = ImageChops.subtract(theirs, _wider(ours))
    either = ImageChops.lighter(ImageChops.lighter(lost, new), _darker_or_lighter(approved, page))
    share = either.histogram()[255] / max(ImageChops.lighter(ours, theirs).histogram()[255], 1)
    shown = ImageChops.invert(either).resize(page.size, Image.Resampling.NEAREST)
    return Verdict(share=share, same=share <= OUTLINE, difference=ImageChops.darker(shown, page))


def _darker_or_lighter(approved: Image.Image, page: Image.Image) -> Image.Image:
    """Return the cells round which a page is much darker or lighter: a photo and a frame both hold ink."""
    around = [_small(one).filter(ImageFilter.BoxBlur(1)) for one in (approved, page)]
    return ImageChops.difference(*around).point([255 if value > _MUCH else 0 for value in range(256)])


def _small(picture: Image.Image) -> Image.Image:
    return picture.resize((picture.width // _CELL, picture.height // _CELL), Image.Resampling.BOX)


def _cells(picture: Image.Image) -> Image.Image:
    """Return a small picture: white where a cell holds ink."""
    return _small(picture).point([255 if value < 255 * (1 - _INKED) else 0 for value in range(256)])


def _wider(cells: Image.Image) -> Image.Image:
    return cells.filter(ImageFilter.MaxFilter(3))


def _wholly(page: Image.Image) -> Verdict:
    return Verdict(share=1.0, same=False, difference=Image.new("L", page.size, 0))
