"""Read the print of a Word document back by address, for the comparison with its data.

The addresses are the tags of the content controls. Nothing that a reader does not see is taken for
print, and what would make two readers see two things (hidden text, tracked changes, alternate
content, fields, equations) is refused inside a control.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from lxml import etree

from formsvc.documents.docx import package
from formsvc.errors import Unreadable

W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TAG_MOST: Final = 64

_MAIN = "word/document.xml"
_SDT = f"{{{W}}}sdt"
_VAL = f"{{{W}}}val"
_TEXT = f"{{{W}}}t"
_BREAKS = frozenset({f"{{{W}}}br", f"{{{W}}}cr"})
_TAB = f"{{{W}}}tab"
_RUN = f"{{{W}}}r"
_ENDS = frozenset({f"{{{W}}}p", f"{{{W}}}tc", f"{{{W}}}tr"})
_TRANSPARENT = frozenset({f"{{{W}}}{name}" for name in ("r", "p", "tc", "tr", "tbl", "sdtContent")})
_SILENT = frozenset(
    {f"{{{W}}}{name}" for name in ("pPr", "rPr", "tcPr", "trPr", "tblPr", "tblGrid", "drawing", "sdtPr")}
    | {f"{{{W}}}{name}" for name in ("proofErr", "bookmarkStart", "bookmarkEnd")}
)
_HIDING = tuple(f"{{{W}}}{name}" for name in ("vanish", "webHidden", "specVanish"))
_STYLES = f"{package.OFFICE}/styles"


def read_print(document: bytes | Mapping[str, bytes]) -> dict[str, str]:
    """Return address -> printed text of a document, or of its parts, in reading order.

    A control without text is left out. Raises Unreadable for a document that cannot be read
    strictly, an address that stands twice, controls inside controls, and hidden or doubtful content.
    """
    parts = document if isinstance(document, Mapping) else package.read(document)
    if _MAIN not in parts:
        raise Unreadable("the package holds no Word document")
    running = {f"{package.OFFICE}/header", f"{package.OFFICE}/footer"}
    if any(hides(package.parse(parts[name])) for name in _related(parts, {_STYLES})):
        raise Unreadable("a style of the document hides text")
    return printed(package.parse(parts[name]) for name in (_MAIN, *_related(parts, running)))


def printed(roots: Iterable[etree._Element]) -> dict[str, str]:
    """Return address -> printed text of the parsed parts that a reader sees, as `read_print` does."""
    found: dict[str, str] = {}
    for root in roots:
        for path, text in _controls(root):
            if path in found:
                raise Unreadable("a content control stands twice")
            found[path] = text
    return {path: text for path, text in found.items() if text}


def same_text(printed: str | None, said: str | None) -> bool:
    """Say whether print and data are the same words, however the lines were broken."""
    return (printed or "").split() == (said or "").split()


def _related(parts: Mapping[str, bytes], types: set[str]) -> Iterator[str]:
    """Yield the names of the parts that the document refers to by these types of relationship."""
    for one in package.relationships(parts, _MAIN):
        if one.type in types and not one.external and one.target in parts:
            yield one.target


def _controls(root: etree._Element) -> Iterator[tuple[str, str]]:
    for control in root.iter(_SDT):
        tag = control.find(f"{{{W}}}sdtPr/{{{W}}}tag")
        if tag is None:
            continue
        path = str(tag.get(_VAL, ""))
        if not path or len(path) > TAG_MOST:
            raise Unreadable("a content control has a tag that is empty or too long")
        content = control.find(f"{{{W}}}sdtContent")
        yield path, "" if content is None else "".join(_texts(content)).strip()


def _texts(element: etree._Element) -> Iterator[str]:
    """Yield the text under an element as a reader meets it; paragraphs, cells and breaks end a line."""
    for child in element:
        name = child.tag
        if name == _TEXT:
            yield child.text or ""
        elif name == _TAB:
            yield "\t"
        elif name in _BREAKS:
            yield "\n"
        elif name in _TRANSPARENT:
            if name == _RUN and _hidden(child):
                raise Unreadable("a content control holds hidden text")
            yield from _texts(child)
            if name in _ENDS:
                yield "\n"
        elif name not in _SILENT:
            raise Unreadable("a content control holds something other than plain print")


def hides(styles: etree._Element) -> bool:
    """Say whether any style of a document hides text."""
    return next(styles.iter(*_HIDING), None) is not None


def _hidden(run: etree._Element) -> bool:
    properties = run.find(f"{{{W}}}rPr")
    return properties is not None and any(properties.find(name) is not None for name in _HIDING)
