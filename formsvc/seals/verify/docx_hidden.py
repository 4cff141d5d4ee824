"""What in a Word document acts by itself, or can show different readers different content."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from formsvc.seals import parts
from formsvc.seals.verify.docx_seen import style_properties, unseen
from formsvc.seals.verify.package_coverage import OpenPackage
from formsvc.seals.verify.verdicts import Verdict, bad, good

_WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SIMPLE_FIELD: Final = f"{{{_WORD}}}fldSimple"
_HARMLESS_LINK: Final = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_ACTIVE_TYPES: Final = (
    "vbaproject", "activex", "oleobject", "macroenabled", "ms-office.control", "svg", "html", "rtf",
)  # fmt: skip
_ACTIVE_ARROWS: Final = (
    "/aFChunk", "/oleObject", "/package", "/control", "/attachedTemplate", "/subDocument", "/frame",
    "/mailMergeSource", "/extensibility", "/webextension", "/webextensiontaskpanes", "/vbaProject",
)  # fmt: skip
_COMPATIBILITY: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DRAWING: Final = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_MATH: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"


def _tags(told: dict[str, str]) -> dict[str, str]:
    """Return tag -> what it is called, from what it is called -> names."""
    return {
        name if name.startswith("{") else f"{{{_WORD}}}{name}": said
        for said, names in told.items()
        for name in names.split()
    }


_HIDDEN: Final = _tags(
    {
        "hidden text": "vanish webHidden specVanish",
        "tracked changes": "ins del moveFrom moveTo",
        "content of another kind": "altChunk object control subDoc",
    }
)
_NOT_OURS: Final = _tags(
    {
        "hidden text": "hidden",
        "tracked changes": "rPrChange pPrChange sectPrChange tblPrChange tblPrExChange tcPrChange trPrChange "
        "tblGridChange numberingChange cellIns cellDel cellMerge",
        "content of another kind": "pict txbxContent ruby sym contentPart bdo dir docPartBody embedRegular "
        f"embedBold embedItalic embedBoldItalic {_COMPATIBILITY}AlternateContent {_DRAWING}anchor "
        f"{_MATH}oMath {_MATH}oMathPara",
        "notes beside the text": "comment commentReference footnoteReference endnoteReference",
        "content that is filled in on opening": "dataBinding showingPlcHdr mailMerge updateFields",
    }
)
"""What a document of ours never holds, and others may."""
_PROCESSED: Final = etree.XPath(
    "boolean(//@mc:ProcessContent)", namespaces={"mc": _COMPATIBILITY.strip("{}")}
)
_NOTES: Final = (f"{{{_WORD}}}footnote", f"{{{_WORD}}}endnote")
_FLOW: Final = tuple(f"{{{_WORD}}}{name}" for name in ("p", "r", "tbl", "t"))
_FIELDS: Final = frozenset({"PAGE", "NUMPAGES", "SECTIONPAGES", "HYPERLINK", "TOC", "PAGEREF", "REF"})


def judge_hidden(opened: OpenPackage, *, ours: bool = False) -> Verdict:
    """Return the verdict on active and hidden content; `ours` asks for what our own documents never hold."""
    found = sorted(set(_found(opened, ours=ours)))
    return bad("hidden", found=found) if found else good("nothing_hidden")


def _found(opened: OpenPackage, *, ours: bool) -> Iterator[str]:
    for name in opened.contents:
        kind = (opened.types.of(name) or "").lower()
        if any(one in kind for one in _ACTIVE_TYPES) or name.lower().endswith((".bin", ".exe")):
            yield "programs or embedded objects"
    for _, arrow in opened.arrows:
        if arrow.external and not (arrow.type.endswith("/hyperlink") and _HARMLESS_LINK.match(arrow.target)):
            yield "content from outside the file"
        if arrow.type.endswith(_ACTIVE_ARROWS):
            yield "programs or embedded objects"
    roots = {name: parts.parse_xml(opened.contents[name], name=name) for name in _word_parts(opened)}
    sheet = next((root for root in roots.values() if root.tag == f"{{{_WORD}}}styles"), None)
    styles = style_properties(sheet) if ours else {}
    for root in roots.values():
        yield from _found_in(root)
        if ours:
            yield from _not_ours_in(root)
            yield from unseen(root, styles=styles)


def _word_parts(opened: OpenPackage) -> Iterator[str]:
    for name in opened.contents:
        kind = opened.types.of(name) or ""
        if (name.startswith("word/") and name.endswith(".xml")) or re.search(
            "wordprocessingml.*[+/]xml$", kind
        ):
            yield name


def _found_in(root: etree._Element) -> Iterator[str]:
    for one in root.iter(*_HIDDEN, f"{{{_WORD}}}instrText", _SIMPLE_FIELD):
        tag = str(one.tag)
        if tag in _HIDDEN:
            if _is_on(one):
                yield _HIDDEN[tag]
            continue
        instruction = str(one.get(f"{{{_WORD}}}instr", "")) if tag == _SIMPLE_FIELD else one.text or ""
        words = instruction.split()
        if words and (words[0].upper() not in _FIELDS or not _is_harmless(words)):
            yield "fields that fetch or compute content"


def _is_harmless(words: list[str]) -> bool:
    """Say whether a field that links, links to a place in the document or an ordinary address."""
    target = words[1].strip('"') if len(words) > 1 else ""
    return words[0].upper() != "HYPERLINK" or target == r"\l" or bool(_HARMLESS_LINK.match(target))


def _not_ours_in(root: etree._Element) -> Iterator[str]:
    for one in root.iter(*_NOT_OURS):
        if _is_on(one):
            yield _NOT_OURS[str(one.tag)]
    for note in root.iter(*_NOTES):
        if note.get(f"{{{_WORD}}}type") is None:
            yield "notes beside the text"
    if _PROCESSED(root):
        yield "content of another kind"
    for one in root.iter(*_FLOW):
        parent = one.getparent()
        if parent is not None and not str(parent.tag).startswith(f"{{{_WORD}}}"):
            yield "content of another kind"


def _is_on(element: etree._Element) -> bool:
    return str(element.get(f"{{{_WORD}}}val", "1")) not in ("0", "false", "off")
