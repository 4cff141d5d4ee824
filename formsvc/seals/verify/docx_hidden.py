"""What in a Word document acts by itself, or can show different readers different content."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from formsvc.seals import parts
from formsvc.seals.verify.package_coverage import OpenPackage
from formsvc.seals.verify.verdicts import Verdict, bad, good

_WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SIMPLE_FIELD: Final = f"{{{_WORD}}}fldSimple"
_HARMLESS_LINK: Final = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_ACTIVE_TYPES: Final = ("vbaproject", "activex", "oleobject", "macroenabled", "ms-office.control")
_ACTIVE_ARROWS: Final = (
    "/aFChunk",
    "/oleObject",
    "/package",
    "/control",
    "/attachedTemplate",
    "/subDocument",
)
_HIDDEN: Final = {
    f"{{{_WORD}}}{name}": said
    for names, said in (
        (("vanish", "webHidden", "specVanish"), "hidden text"),
        (("ins", "del", "moveFrom", "moveTo"), "tracked changes"),
        (("altChunk", "object", "control", "subDoc"), "content of another kind"),
    )
    for name in names
}
_FIELDS: Final = frozenset({"PAGE", "NUMPAGES", "SECTIONPAGES", "HYPERLINK", "TOC", "PAGEREF", "REF"})


def judge_hidden(opened: OpenPackage) -> Verdict:
    """Return the verdict on active and hidden content."""
    found = sorted(set(_found(opened)))
    return bad("hidden", found=found) if found else good("nothing_hidden")


def _found(opened: OpenPackage) -> Iterator[str]:
    for name in opened.contents:
        kind = (opened.types.of(name) or "").lower()
        if any(one in kind for one in _ACTIVE_TYPES) or name.lower().endswith((".bin", ".exe")):
            yield "programs or embedded objects"
    for _, arrow in opened.arrows:
        if arrow.external and not (arrow.type.endswith("/hyperlink") and _HARMLESS_LINK.match(arrow.target)):
            yield "content from outside the file"
        if arrow.type.endswith(_ACTIVE_ARROWS):
            yield "programs or embedded objects"
    for name, content in opened.contents.items():
        if name.startswith("word/") and name.endswith(".xml"):
            yield from _found_in(content, name)


def _found_in(content: bytes, name: str) -> Iterator[str]:
    for one in parts.parse_xml(content, name=name).iter(*_HIDDEN, f"{{{_WORD}}}instrText", _SIMPLE_FIELD):
        tag = str(one.tag)
        if tag in _HIDDEN:
            if str(one.get(f"{{{_WORD}}}val", "1")) not in ("0", "false", "off"):
                yield _HIDDEN[tag]
            continue
        instruction = str(one.get(f"{{{_WORD}}}instr", "")) if tag == _SIMPLE_FIELD else one.text or ""
        words = instruction.split()
        if words and words[0].upper() not in _FIELDS:
            yield "fields that fetch or compute content"
