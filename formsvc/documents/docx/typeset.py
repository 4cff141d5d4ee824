"""Set what a template printed: scripts and directions, line breaks, column widths, pictures, identifiers.

A template places plain text. This pass over the finished tree does what no template should have to
know: it splits text by script so that Word takes the right font, language and direction, turns
line ends and tabs into Word's own, sets column widths, puts pictures into their frames and numbers
everything that must be unique. Most text is Latin without line ends and is not touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import cache
from itertools import count
from typing import Final

from lxml import etree

from formsvc.documents.docx.pictures import Frame, fit
from formsvc.documents.docx.reading import W
from formsvc.documents.docx.scripts import Piece, base_direction, is_plain, pieces
from formsvc.errors import RenderFailed

WP: Final = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
A: Final = "http://schemas.openxmlformats.org/drawingml/2006/main"
PIC: Final = "http://schemas.openxmlformats.org/drawingml/2006/picture"
R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
XML_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"

PICTURE: Final = "picture:"
"""What a picture's relationship says before `typeset` knows its part: this, then its SHA-256."""

COLUMNS: Final = "columns "
"""How the alternative text of a table begins whose columns have relative widths; its words follow a ";"."""

WHOLE_ROW_MOST: Final = 900
"""A row with more text than this may split over pages; a shorter one stays whole."""


@cache
def _w(name: str) -> str:
    return f"{{{W}}}{name}"


_T, _R, _RPR, _P, _PPR = _w("t"), _w("r"), _w("rPr"), _w("p"), _w("pPr")
_SPLIT = re.compile("[\t\n]|[^\t\n]+")
AFTER_TABLE: Final = "AfterTable"
"""The style of the empty paragraph that keeps two tables from growing into one."""

_HOLD_PLACE: Final = (_w("drawing"), _w("sectPr"))
"""What makes a paragraph without text worth keeping."""

_ENDS_CELL: Final = frozenset({_P, _w("sdt")})


def typeset(
    root: etree._Element,
    *,
    pictures: Mapping[str, Frame],
    emoji_font: str,
    styles: Mapping[str, str],
    first_id: int = 1,
) -> int:
    """Set a rendered part in place and return the next free identifier.

    `pictures` maps SHA-256 to what is known of a picture; `styles` are paragraph styles to exchange.
    Raises RenderFailed for a picture that is absent.
    """
    for style in root.iter(_w("pStyle")) if styles else ():
        style.set(_w("val"), styles.get(str(style.get(_w("val"))), str(style.get(_w("val")))))
    for text in list(root.iter(_T)):
        said = text.text or ""
        if not is_plain(said):
            _set_text(text, said, emoji_font)
    for table in list(root.iter(_w("tbl"))):
        _set_table(table)
    for style in list(root.iter(_w("pStyle"))):
        if style.get(_w("val")) == AFTER_TABLE:
            _close_gap(next(style.iterancestors(_P)))
    for control in list(root.iter(_w("sdt"))):
        _move_inside_paragraph(control)
    for mark in list(root.iter(_w("cantSplit"))):
        _let_long_row_split(mark)
    for blip in root.iter(f"{{{A}}}blip"):
        _set_picture(blip, pictures)
    return _number(root, first_id)


def _set_text(text: etree._Element, said: str, emoji_font: str) -> None:
    run = text.getparent()
    if run is None or run.tag != _R:
        raise RenderFailed("the template prints text outside a run")
    paragraph = next(run.iterancestors(_P))
    if base_direction("".join(str(one.text or "") for one in paragraph.iter(_T))) == "rtl":
        _right_to_left(paragraph)
    parent = run.getparent()
    if parent is None:
        raise RenderFailed("the template prints a run outside a paragraph")
    at = parent.index(run)
    made = list(_split_run(run, text, said, emoji_font))
    parent[at : at + 1] = made


def _split_run(
    run: etree._Element, text: etree._Element, said: str, emoji_font: str
) -> Iterator[etree._Element]:
    """Yield the runs that take the place of `run`: what stood beside the text, and the text in pieces."""
    shape = run.find(_RPR)
    children = [child for child in run if child is not shape]
    at = children.index(text)
    for others in (children[:at], None, children[at + 1 :]):
        if others is None:
            for bit in _SPLIT.findall(said):
                if bit in "\t\n":
                    yield _run(shape, etree.Element(_w("tab" if bit == "\t" else "br")))
                    continue
                for piece in pieces(bit):
                    yield _piece_run(shape, piece, emoji_font)
        elif others:
            yield _run(shape, *others)


def _run(shape: etree._Element | None, *children: etree._Element) -> etree._Element:
    run = etree.Element(_R)
    if shape is not None:
        run.append(deepcopy(shape))
    run.extend(children)
    return run


def _piece_run(shape: etree._Element | None, piece: Piece, emoji_font: str) -> etree._Element:
    text = etree.Element(_T)
    text.text = piece.text
    text.set(XML_SPACE, "preserve")
    run = _run(shape, text)
    if piece.kind == "latin":
        return run
    properties = run.find(_RPR)
    if properties is None:
        properties = etree.Element(_RPR)
        run.insert(0, properties)
    if piece.kind == "emoji":
        _add(properties, "rFonts", dict.fromkeys(("ascii", "hAnsi", "eastAsia", "cs"), emoji_font))
    elif piece.kind == "east":
        _add(properties, "rFonts", {"hint": "eastAsia"})
        _add(properties, "lang", {"eastAsia": piece.lang})
    else:
        _add(properties, "rtl", {})
        _add(properties, "lang", {"bidi": piece.lang})
    return run


_RUN_PROPERTIES: Final = """
rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid
vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs
em lang eastAsianLayout specVanish oMath
"""
_ORDER: Final = tuple(_RUN_PROPERTIES.split())
"""The order that the schema asks of what stands in w:rPr (ISO 29500-1, 17.3.2.28)."""

_PARAGRAPH_PROPERTIES: Final = """
adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection
textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange
"""
_AFTER_BIDI: Final = frozenset(_PARAGRAPH_PROPERTIES.split())
"""What stands after w:bidi in w:pPr (ISO 29500-1, 17.3.1.26)."""


def _add(properties: etree._Element, name: str, values: Mapping[str, str]) -> None:
    one = properties.find(_w(name))
    if one is None:
        one = etree.Element(_w(name))
        rank = _ORDER.index(name)
        later = (
            at for at, child in enumerate(properties) if _ORDER.index(etree.QName(child).localname) > rank
        )
        properties.insert(next(later, len(properties)), one)
    for key, value in values.items():
        one.set(_w(key), value)


def _right_to_left(paragraph: etree._Element) -> None:
    properties = paragraph.find(_PPR)
    if properties is None:
        properties = etree.Element(_PPR)
        paragraph.insert(0, properties)
    if properties.find(_w("bidi")) is None:
        later = (at for at, child in enumerate(properties) if etree.QName(child).localname in _AFTER_BIDI)
        properties.insert(next(later, len(properties)), etree.Element(_w("bidi")))


def _move_inside_paragraph(control: etree._Element) -> None:
    """Put a control around the text of its paragraph when it holds just one.

    Every reader knows such a control; around a whole paragraph LibreOffice loses the form of its text.
    """
    parent, content = control.getparent(), control.find(_w("sdtContent"))
    if parent is None or parent.tag == _P or content is None or len(content) != 1 or content[0].tag != _P:
        return
    paragraph = content[0]
    inside = [child for child in paragraph if child.tag != _PPR]
    parent.replace(control, paragraph)
    content.extend(inside)
    paragraph.append(control)


def _set_table(table: etree._Element) -> None:
    """Set a table's columns; take away one without rows and end every cell in a paragraph, as Word asks."""
    rows = table.findall(_w("tr"))
    parent = table.getparent()
    if not rows and parent is not None:
        parent.remove(table)
        return
    for row in rows:
        for cell in row.findall(_w("tc")):
            if len(cell) == 0 or cell[-1].tag not in _ENDS_CELL:
                cell.append(etree.Element(_P))
    _set_columns(table)


def _close_gap(paragraph: etree._Element) -> None:
    """Take away an empty paragraph that keeps no two tables apart: who hears a document hears it too."""
    parent, before, after = paragraph.getparent(), paragraph.getprevious(), paragraph.getnext()
    holds = any(one.text for one in paragraph.iter(_T)) or any(True for _ in paragraph.iter(*_HOLD_PLACE))
    if parent is None or parent.tag == _w("tc") or holds:
        return
    if before is None or after is None or not before.tag == after.tag == _w("tbl"):
        parent.remove(paragraph)


def _set_columns(table: etree._Element) -> None:
    """Give the columns of a table their relative widths, which its alternative text carries."""
    note = table.find(f"{_w('tblPr')}/{_w('tblDescription')}")
    said = str(note.get(_w("val"), "")) if note is not None else ""
    if note is None or not said.startswith(COLUMNS):
        return
    given, _, words = said[len(COLUMNS) :].partition(";")
    if words.strip():
        note.set(_w("val"), words.strip())
    else:
        note.getparent().remove(note)  # type: ignore[union-attr]  # found below tblPr, so it has a parent
    weights = [int(weight) for weight in given.split()]
    grid = table.find(_w("tblGrid"))
    if grid is None or not weights:
        raise RenderFailed("a table of the template has no columns")
    whole = sum(int(str(one.get(_w("w"), "0"))) for one in grid)
    widths = [str(whole * weight // sum(weights)) for weight in weights]
    for one in list(grid):
        grid.remove(one)
    for width in widths:
        etree.SubElement(grid, _w("gridCol")).set(_w("w"), width)
    for row in table.findall(_w("tr")):
        for cell, width in zip(row.findall(_w("tc")), widths, strict=False):
            measure = cell.find(f"{_w('tcPr')}/{_w('tcW')}")
            if measure is not None:
                measure.set(_w("w"), width)


def _let_long_row_split(mark: etree._Element) -> None:
    row = next(mark.iterancestors(_w("tr")))
    if sum(len(text.text or "") for text in row.iter(_T)) > WHOLE_ROW_MOST:
        mark.getparent().remove(mark)  # type: ignore[union-attr]  # it stands in the row's properties


def _set_picture(blip: etree._Element, pictures: Mapping[str, Frame]) -> None:
    """Put a picture into its frame: whole, in proportion, in the middle of what the template gave it."""
    said = str(blip.get(f"{{{R}}}embed", ""))
    if not said.startswith(PICTURE):
        return
    frame = pictures.get(said[len(PICTURE) :])
    if frame is None:
        raise RenderFailed("a picture of the view has no bytes")
    blip.set(f"{{{R}}}embed", frame.relationship)
    drawing = next(one for one in blip.iterancestors() if one.tag in (f"{{{WP}}}inline", f"{{{WP}}}anchor"))
    extents = [drawing.find(f"{{{WP}}}extent"), *drawing.iter(f"{{{A}}}ext")]
    sized = [one for one in extents if one is not None and one.get("cx")]
    cx, cy = fit(frame, int(str(sized[0].get("cx"))), int(str(sized[0].get("cy"))))
    for one in sized:
        one.set("cx", str(cx))
        one.set("cy", str(cy))


def _number(root: etree._Element, first: int) -> int:
    """Give content controls and drawings numbers of their own and return the next free one."""
    numbers = count(first)
    for control in root.iter(_w("sdtPr")):
        one = control.find(_w("id"))
        if one is None:
            one = etree.SubElement(control, _w("id"))
        one.set(_w("val"), str(next(numbers)))
    for drawing in root.iter(f"{{{WP}}}docPr", f"{{{PIC}}}cNvPr"):
        drawing.set("id", str(next(numbers)))
    return next(numbers)
