"""Look into a made document, and make templates that are not as they should be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from formsvc.documents.docx import package
from formsvc.documents.docx.reading import W

MAIN = "word/document.xml"


def w(name: str) -> str:
    """Return a name of WordprocessingML in full."""
    return f"{{{W}}}{name}"


def main(document: bytes) -> etree._Element:
    """Return the parsed main part of a document."""
    return package.parse(package.read(document)[MAIN])


def control(root: etree._Element, path: str) -> etree._Element:
    """Return the content control of a path; there must be just one."""
    (found,) = [one for one in root.iter(w("sdt")) if tag_of(one) == path]
    return found


def tag_of(one: etree._Element) -> str:
    """Return the tag of a content control."""
    tag = one.find(f"{w('sdtPr')}/{w('tag')}")
    return "" if tag is None else str(tag.get(w("val")))


def text_of(element: etree._Element) -> str:
    """Return the text below an element, with nothing between its pieces."""
    return "".join(one.text or "" for one in element.iter(w("t")))


def paragraphs(root: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield (style, text) of each paragraph that has text; tabs and breaks are told as such."""
    names = {w("t"): None, w("tab"): "\t", w("br"): "\n"}
    for paragraph in root.iter(w("p")):
        style = paragraph.find(f"{w('pPr')}/{w('pStyle')}")
        runs = (one for run in paragraph.iter(w("r")) for one in run if one.tag in names)
        text = "".join(names[str(one.tag)] or one.text or "" for one in runs)
        if text:
            yield "" if style is None else str(style.get(w("val"))), text


def changed(template: Path, folder: Path, *changes: tuple[str, str], part: str = MAIN) -> Path:
    """Return a copy of a template in which each text of a part gave way to another."""
    parts = package.read(template.read_bytes())
    text = parts[part].decode()
    for old, new in changes:
        assert old in text, f"the template does not say {old}"
        text = text.replace(old, new)
    copy = folder / "changed.docx"
    copy.write_bytes(package.write(parts | {part: text.encode()}))
    return copy
