"""Every document as a Word file, and what the tests ask of its parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from lxml import etree

from formsvc import clock
from formsvc.access.views import View
from formsvc.documents.content import Content, build
from formsvc.documents.docx import package
from formsvc.documents.docx.reading import W
from formsvc.seals.opc import seal_docx
from formsvc.settings import Settings
from formsvc.workflow.issue_answers import issue
from formsvc.workflow.produce import unsealed_docx
from tests.conformance.documents import UNSEALED
from tests.unit.seals.small import AT, demonstration_key, key

MAIN = "word/document.xml"


def w(name: str) -> str:
    """Return a name of WordprocessingML."""
    return f"{{{W}}}{name}"


@dataclass(frozen=True)
class Word:
    """One sealed Word file: what it says, and where it lies."""

    view: View
    file: Path

    @cached_property
    def content(self) -> Content:
        """What the document says."""
        return build(self.view)

    @cached_property
    def parts(self) -> dict[str, bytes]:
        """Part name -> bytes."""
        return package.read(self.file.read_bytes())

    @cached_property
    def main(self) -> etree._Element:
        """The document part."""
        return package.parse(self.parts[MAIN])

    @cached_property
    def styles(self) -> etree._Element:
        """The styles part."""
        return package.parse(self.parts["word/styles.xml"])

    @cached_property
    def running(self) -> list[etree._Element]:
        """The document, its headers and its footers: all that holds text."""
        names = [name for name in self.parts if name.startswith(("word/header", "word/footer"))]
        return [self.main, *(package.parse(self.parts[name]) for name in names)]

    @cached_property
    def style_names(self) -> dict[str, str]:
        """Style identifier -> the name that Word shows."""
        return {str(one.get(w("styleId"))): value(one, "name") for one in self.styles.findall(w("style"))}

    def paragraphs(self) -> Iterator[tuple[str, etree._Element]]:
        """Yield (name of its style, paragraph) of the document in order."""
        for one in self.main.iter(w("p")):
            yield self.style_names.get(value(one, "pPr/pStyle") or "Normal", ""), one


def value(element: etree._Element, path: str) -> str:
    """Return w:val of what stands at a path of local names, or nothing."""
    found = element.find("/".join(map(w, path.split("/"))))
    return "" if found is None else str(found.get(w("val"), ""))


def text(element: etree._Element) -> str:
    """Return the text of an element."""
    return "".join(one.text or "" for one in element.iter(w("t")))


def made(views: Iterable[tuple[str, View]], folder: Path, *, settings: Settings) -> Mapping[str, Word]:
    """Write views as sealed Word files of a folder."""
    found = {}
    with clock.held(AT):
        for name, view in views:
            seal = demonstration_key() if view.data["document"]["demonstration"] else key()
            file = folder / f"{name}.docx"
            file.write_bytes(
                seal_docx(unsealed_docx(view, settings=settings), seal, at=AT)
                if name in UNSEALED
                else issue(view, kinds=("docx",), key=seal, settings=settings)[0].data
            )
            found[name] = Word(view=view, file=file)
    return found
