"""What a Word template may never hold: what runs, fetches, hides, locks, or shows two readers two things.

A restyled template comes from somebody's desktop. Whatever is found here is named with its place; what
would travel into a document makes the template unusable.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from formsvc.documents.docx import package
from formsvc.documents.docx.reading import W

MAIN: Final = "word/document.xml"
SETTINGS: Final = "word/settings.xml"
STYLES: Final = "word/styles.xml"

PLACES: Final = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
"""The parts that hold text."""

_MACRO = re.compile("macro|vba|activex|oleobject", re.IGNORECASE)
_RUNS: Final = {
    "vbaProject": "a macro",
    "wordVbaData": "a macro",
    "attachedToolbars": "a toolbar with macros",
    "control": "an ActiveX control",
    "activeXControlBinary": "an ActiveX control",
    "oleObject": "an OLE object",
    "package": "an embedded file",
    "aFChunk": "an embedded file",
    "subDocument": "a subdocument",
    "mailMergeSource": "a data source",
    "font": "an embedded font",
}
"""The kinds of relationship that bring in what runs, or what is no plain text."""

_OBJECTS: Final = {
    "object": "an OLE object",
    "control": "an ActiveX control",
    "altChunk": "an embedded file",
    "subDoc": "a subdocument",
    "contentPart": "ink",
}
_TRACKED: Final = (
    *("ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge", "rPrChange", "pPrChange"),
    *("tblPrChange", "trPrChange", "tcPrChange", "sectPrChange", "numberingChange", "tblGridChange"),
)
_HIDES: Final = ("vanish", "webHidden", "specVanish")
_FIELDS: Final = frozenset(
    {
        *("PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "STYLEREF", "REF", "PAGEREF", "HYPERLINK", "TOC"),
        *("SEQ", "TITLE"),
    }
)
"""The fields that a template may hold: they print what the document says. No other fetches, runs or asks."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing wrong in a template: where, what, what mends it; `refused`: nothing is printed with it."""

    place: str
    what: str
    remedy: str
    refused: bool = False


def w(name: str) -> str:
    """Return a name of WordprocessingML in full."""
    return f"{{{W}}}{name}"


def called(part: str) -> str:
    """Return what a person calls a part."""
    name = part.rpartition("/")[2].removesuffix(".xml")
    return {"document": "text"}.get(name.rstrip("0123456789"), name.rstrip("0123456789"))


def near(element: etree._Element, *, most: int = 60) -> str:
    """Return the words by which a person finds an element: its own, or those of its paragraph or table."""
    for one in (element, *element.iterancestors()):
        said = "".join(text.text or "" for text in one.iter(w("t"), w("delText"))).strip()
        if said:
            return repr(said[:most])
        if one.tag in (w("tbl"), w("body")):
            break
    return "where nothing is written"


def dangers(parts: Mapping[str, bytes]) -> Iterator[Fault]:
    """Yield what a template holds that it never may; raise Unreadable for a part that is no strict XML."""
    yield from _running(parts)
    for name in parts:
        if name.endswith(".rels"):
            yield from _relations(parts, name)
    for name in filter(PLACES.fullmatch, parts):
        root = package.parse(parts[name])
        yield from _objects(root, called(name))
        yield from _changes(root, called(name))
        yield from _fields(root, called(name))
    if SETTINGS in parts:
        yield from _settings(package.parse(parts[SETTINGS]))


def _running(parts: Mapping[str, bytes]) -> Iterator[Fault]:
    if package.CONTENT_TYPES not in parts:
        return
    overrides, defaults = package.content_types(parts[package.CONTENT_TYPES])
    kinds = [kind for kind in (*overrides.values(), *defaults.values()) if _MACRO.search(kind)]
    if kinds or any(name.endswith("vbaProject.bin") for name in parts):
        yield Fault(
            place="file",
            what="it is one with macros or controls",
            remedy="Save it as Word Document (*.docx), without macros",
            refused=True,
        )
    main = overrides.get(MAIN, "")
    if main.endswith("template.main+xml"):
        yield Fault(
            place="file",
            what="it is a Word template (*.dotx), which Word would open as a new document",
            remedy="Save it as Word Document (*.docx)",
            refused=True,
        )


def _relations(parts: Mapping[str, bytes], name: str) -> Iterator[Fault]:
    source = name.replace("_rels/", "").removesuffix(".rels")
    place = called(source) or "file"
    for one in package.relationships(parts, source):
        kind = one.type.rpartition("/")[2]
        if one.external and kind != "hyperlink":
            remedy = (
                "Developer > Document Template: attach Normal.dotm and unlink"
                if kind == "attachedTemplate"
                else "Insert the thing itself rather than a link to it"
            )
            what = f"it refers to a {kind} outside itself ({one.id}: {one.target[:80]})"
            yield Fault(place=place, what=what, remedy=remedy, refused=True)
        elif kind in _RUNS:
            remedy = "Delete it in Word; fonts: File > Options > Save, untick Embed fonts"
            yield Fault(place=place, what=f"it holds {_RUNS[kind]} ({one.id})", remedy=remedy, refused=True)


def _objects(root: etree._Element, place: str) -> Iterator[Fault]:
    for name, kind in _OBJECTS.items():
        for one in root.iter(w(name)):
            yield Fault(
                place=f"{place}, near {near(one)}",
                what=f"it holds {kind}",
                remedy="Delete it, or paste it as a picture",
                refused=True,
            )
    for one in root.iter(*map(w, _HIDES)):
        if one.get(w("val")) not in ("0", "false", "off"):
            yield Fault(
                place=f"{place}, near {near(one)}",
                what="it hides text",
                remedy="Select it and untick Home > Font > Hidden",
                refused=True,
            )
    for one in root.iter(w("txbxContent")):
        if "{" in "".join(text.text or "" for text in one.iter(w("t"))):
            yield Fault(
                place=f"{place}, near {near(one)}",
                what="a text box holds a placeholder, and Word keeps a text box twice",
                remedy="Move the placeholder out of it, or use a table of one cell",
                refused=True,
            )


def _changes(root: etree._Element, place: str) -> Iterator[Fault]:
    for one in root.iter(*map(w, _TRACKED)):
        kind = etree.QName(one).localname
        yield Fault(
            place=f"{place}, near {near(one)}",
            what=f"a tracked change is left in ({kind}, by {str(one.get(w('author')) or 'nobody')[:40]})",
            remedy="Review > Accept > Accept All Changes and Stop Tracking",
            refused=True,
        )
    for one in root.iter(w("commentReference")):
        yield Fault(
            place=f"{place}, near {near(one)}",
            what="a comment is left in",
            remedy="Review > Delete > Delete All Comments in Document",
            refused=True,
        )


def _fields(root: etree._Element, place: str) -> Iterator[Fault]:
    codes = [(one, str(one.get(w("instr"), ""))) for one in root.iter(w("fldSimple"))]
    begins = (one for one in root.iter(w("fldChar")) if one.get(w("fldCharType")) == "begin")
    codes += [(begin, _code(begin)) for begin in begins]
    for one, code in codes:
        kind = (code.split() or [""])[0].upper()
        if kind not in _FIELDS:
            yield Fault(
                place=f"{place}, near {near(one)}",
                what=f"the field {kind or '(empty)'} is not one that a template may hold",
                remedy=f"Delete it. It may hold {', '.join(sorted(_FIELDS))}",
                refused=True,
            )


def _code(begin: etree._Element) -> str:
    """Return the code of the field that begins here, up to where its result begins or it ends."""
    said: list[str] = []
    found = False
    for one in next(begin.iterancestors(w("p")), begin).iter(w("fldChar"), w("instrText")):
        if one is begin:
            found = True
        elif found and one.tag == w("fldChar"):
            break
        elif found:
            said.append(one.text or "")
    return "".join(said)


def _settings(settings: etree._Element) -> Iterator[Fault]:
    for name in ("documentProtection", "writeProtection"):
        one = settings.find(w(name))
        if one is not None and one.get(w("enforcement")) not in ("0", "false", "off"):
            yield Fault(
                place="settings",
                what=f"the template is protected ({name})",
                remedy="Review > Restrict Editing > Stop Protection",
                refused=True,
            )
    if settings.find(w("trackRevisions")) is not None:
        yield Fault(
            place="settings",
            what="changes are still tracked",
            remedy="Review > Track Changes: switch it off",
        )
    if settings.find(w("mailMerge")) is not None:
        yield Fault(
            place="settings",
            what="it is the main document of a mail merge",
            remedy="Mailings > Start Mail Merge > Normal Word Document",
            refused=True,
        )
