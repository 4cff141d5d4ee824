"""One tagged PDF: ReportLab's catalog and page with the entries it does not know, written in one pass."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from datetime import datetime

from reportlab.pdfbase import pdfdoc

from formsvc.documents.carried import Carried
from formsvc.documents.pdf.archive import write_files, write_metadata, write_output_intent
from formsvc.documents.pdf.embed import Inks
from formsvc.documents.pdf.objects import Book, string
from formsvc.documents.pdf.page import Area, Page
from formsvc.documents.pdf.place import SealPlace, field, signature
from formsvc.documents.pdf.tags import Tree

WIDTH, HEIGHT = 595.28, 841.89
_EFFORT = 3  # zlib: half the time of its default for a tenth more bytes


class _Catalog(pdfdoc.PDFCatalog):  # type: ignore[misc]  # ReportLab has no types
    """The catalog, with what tagged archival files need."""

    __NoDefault__ = (*pdfdoc.PDFCatalog.__NoDefault__, "OutputIntents", "AF", "Perms")


class _Page(pdfdoc.PDFPage):  # type: ignore[misc]
    """A page, with its key in the parent tree and the order of its fields."""

    __NoDefault__ = (*pdfdoc.PDFPage.__NoDefault__, "StructParents", "Tabs")
    Override_default_compilation = 1


@dataclass(frozen=True, kw_only=True)
class About:
    """What a file says of itself. Without `data`, no file is put inside."""

    title: str
    creator: str
    language: str
    identifier: str
    at: datetime
    data: bytes
    files: tuple[tuple[Carried, bytes], ...] = ()


class TaggedFile:
    """A tagged PDF in the making: pages, their structure, bookmarks, and what is beside them."""

    def __init__(self, about: About, inks: Inks) -> None:
        self.about = about
        self.inks = inks
        self.book = Book()
        self.tree = Tree(about.language)
        self.pages: list[Page] = []
        self._bookmarks: list[tuple[str, int, float]] = []

    def page(self) -> Page:
        """Begin a page."""
        page = Page(self.tree)
        self.pages.append(page)
        return page

    def bookmark(self, title: str, page: Page, top: float) -> None:
        """Add a bookmark to a place on a page."""
        self._bookmarks.append((title, page.index, top))

    def save(self, seal: SealPlace | None) -> bytes:
        """Return the bytes of the file, with room for a seal when there is a place."""
        book, about = self.book, self.about
        places = [_Page() for _ in self.pages]
        references = [f"{book.number(place)} 0 R" for place in places]
        fonts = self.inks.write(book)
        annotations = [[self._link(area, page, references) for area in page.links] for page in self.pages]
        widget, key = None, 0
        if seal is not None:
            widget = book.reserve()
            element = self.tree.root.child("Form")
            element.kids.append(f"<</Type/OBJR /Obj {widget.ref} /Pg {references[-1]}>>")
            key = len(places) + self.tree.annotate(element)
            annotations[-1].append(widget.ref)
            book.document.Catalog.AcroForm = f"<</Fields[{widget.ref}] /SigFlags 3>>"
        for page, place, notes in zip(self.pages, places, annotations, strict=True):
            self._place(page, place, notes, fonts)
        self._catalog(references)
        if seal is not None and widget is not None:
            value = book.reserve(signature(seal))
            widget.body = field(page=references[-1], parent_key=key, value=value.ref)
            book.document.Catalog.Perms = f"<</DocMDP {value.ref}>>"
        book.document._ID = _identity(about)
        written: bytes = book.document.format()
        return written

    def _link(self, area: Area, page: Page, references: list[str]) -> str:
        """Add the annotation that makes an area lead somewhere, below its Link; return its reference."""
        if area.address.startswith("#"):
            _, index, top = next(one for one in self._bookmarks if one[0] == area.address[1:])
            leads = f"/A<</S/GoTo /D[{references[index]}/XYZ 0 {top:.1f} null]>>"
        else:
            leads = f"/A<</S/URI /URI{string(area.address)}>>"
        key = len(references) + self.tree.annotate(area.element)
        made = self.book.add(
            f"<</Type/Annot /Subtype/Link /F 4 /Rect[{' '.join(f'{one:.2f}' for one in area.box)}]"
            f" /Border[0 0 0] /StructParent {key} /Contents{string(area.said)} {leads}"
            f" /P {references[page.index]}>>"
        )
        area.element.kids.append(f"<</Type/OBJR /Obj {made} /Pg {references[page.index]}>>")
        return made

    def _place(self, page: Page, place: _Page, notes: list[str], fonts: str) -> None:
        page.close()
        content = zlib.compress("\n".join(page.code).encode("ascii"), _EFFORT)
        place.Contents = self.book.deflated("", content)
        place.MediaBox = f"[0 0 {WIDTH} {HEIGHT}]"
        pictures = "".join(f"/{name} {reference}" for name, reference in page.pictures.items())
        place.Resources = f"<</Font{fonts}" + (f"/XObject<<{pictures}>>" if pictures else "") + ">>"
        place.StructParents = page.index
        place.Tabs = "/S"
        if notes:
            place.Annots = f"[{' '.join(notes)}]"
        place.Parent = f"{self.book.number(self.book.document.Pages)} 0 R"
        self.book.document.Pages.addPage(place)

    def _catalog(self, references: list[str]) -> None:
        book, about = self.book, self.about
        catalog = book.document.Catalog
        catalog.__class__ = _Catalog
        catalog.Lang = string(about.language)
        catalog.MarkInfo = "<</Marked true>>"
        catalog.ViewerPreferences = "<</DisplayDocTitle true>>"
        catalog.StructTreeRoot = self.tree.write(book, references)
        catalog.Metadata = write_metadata(
            book,
            title=about.title,
            creator=about.creator,
            language=about.language,
            identifier=about.identifier,
            at=about.at,
        )
        catalog.OutputIntents = write_output_intent(book)
        if about.data:
            files, names = write_files(book, about.data, about.files, at=about.at)
            catalog.AF = f"[{' '.join(files)}]"
            catalog.Names = f"<</EmbeddedFiles{names}>>"
        catalog.Outlines = self._outlines(references)
        catalog.PageMode = "/UseOutlines"
        day = string(f"D:{about.at:%Y%m%d%H%M%S}Z")
        book.document.info = book.reserve(
            f"<</Title{string(about.title)} /Author{string(about.creator)} /Creator(formsvc)"
            f" /Producer(formsvc \\(ReportLab\\)) /CreationDate{day} /ModDate{day}>>".encode("latin-1")
        )
        book.number(catalog)

    def _outlines(self, references: list[str]) -> str | None:
        if not self._bookmarks:
            return None
        book = self.book
        root = book.reserve()
        entries = [book.reserve() for _ in self._bookmarks]
        for at, (title, index, top) in enumerate(self._bookmarks):
            before = f"/Prev {entries[at - 1].ref}" if at else ""
            after = f"/Next {entries[at + 1].ref}" if at + 1 < len(entries) else ""
            entries[at].body = (
                f"<</Title{string(title)} /Parent {root.ref} {before}{after}"
                f" /Dest[{references[index]}/XYZ 0 {top:.1f} null]>>"
            ).encode("latin-1")
        root.body = (
            f"<</Type/Outlines /First {entries[0].ref} /Last {entries[-1].ref} /Count {len(entries)}>>"
        ).encode("ascii")
        return root.ref


def _identity(about: About) -> bytes:
    """Return the file's identity for the trailer: the hash of its data, so equal views give equal bytes."""
    digest = hashlib.sha256(about.data or about.identifier.encode("utf-8")).hexdigest()[:32].encode("ascii")
    return b"[<" + digest + b"><" + digest + b">]"
