"""Join finished files into one: pages as they are, a bookmark for each, one structure tree of all.

What is taken over is named here, piece by piece: pages, what they draw, the elements that describe it,
links. A seal, a form field, an attached file or a script of a source is not. Sources are files of ours.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
)

from formsvc.errors import RenderFailed

_SAID: Final = ("/S", "/Alt", "/ActualText", "/Lang", "/A")
"""What an element says of itself; its address is left out, for two files may have the same."""
_LINKS: Final = ("/Type", "/Subtype", "/F", "/Rect", "/Border", "/Contents")
_NOT_OF_A_PAGE: Final = ("/Parent", "/Annots", "/StructParents", "/AA", "/B")
_TOLD: Final = ("/Lang", "/MarkInfo", "/ViewerPreferences", "/Metadata", "/OutputIntents")
_NUMBER: Final = "/Number"


@dataclass(frozen=True, kw_only=True)
class Part:
    """A file to join, and what its bookmark says."""

    title: str
    data: bytes = field(repr=False)


def pages_of(data: bytes) -> int:
    """Return how many pages a file has; raise RenderFailed where it is no tagged file."""
    return len(_read(data).pages)


def join(front: bytes, *, title: str, pages: int, parts: Sequence[Part]) -> bytes:
    """Return the first `pages` of a front, then every page of each part, as one tagged file.

    The front holds one page more for each that follows: what stands there is drawn over it, as an artifact.
    The file says of itself what the front does. Raise RenderFailed for a part that is no tagged file.
    """
    told = _read(front)
    joined = _Joined()
    joined.add(told, title=title, pages=told.pages[:pages])
    for one in parts:
        begins = joined.count
        part = _read(one.data)
        joined.add(part, title=one.title, pages=part.pages)
        for at in range(begins, joined.count):
            joined.draw_over(at, told.pages[at])
    return joined.saved(told)


def _read(data: bytes) -> PdfReader:
    try:
        reader = PdfReader(io.BytesIO(data), strict=True)
        if len(reader.pages) and "/StructTreeRoot" in reader.root_object:
            return reader
    except (PyPdfError, ValueError, KeyError) as error:
        raise RenderFailed("a document of the bundle cannot be read") from error
    raise RenderFailed("a document of the bundle is not tagged")


class _Joined:
    """The file in the making. `parents` are what each key of the parent tree leads to."""

    def __init__(self) -> None:
        self.writer = PdfWriter()
        self.writer.pdf_header = "%PDF-1.7"
        self.document = self.keep(_of(S=NameObject("/Document")))
        self.kids = ArrayObject()
        self.parents: list[PdfObject] = []
        self._before = self.keep(_stream(b"q"))
        self._after = self.keep(_stream(f"Q q {_NUMBER} Do Q".encode("ascii")))

    @property
    def count(self) -> int:
        """How many pages there are."""
        return len(self.writer.pages)

    def keep(self, made: PdfObject) -> IndirectObject:
        """Give an object a number of its own."""
        return self.writer._add_object(made)  # pypdf has no other door

    def add(self, source: PdfReader, *, title: str, pages: Sequence[PageObject]) -> None:
        """Take over pages of a source, the elements that describe them, and the links on them."""
        begins = self.count
        copied = [self.writer.add_page(one, excluded_keys=_NOT_OF_A_PAGE) for one in pages]
        places = {_number(old): _ref(new) for old, new in zip(pages, copied, strict=True)}
        branch = _Branch(self, source, places=places)
        self.kids.append(branch.root)
        for old, page in zip(pages, copied, strict=True):
            page[NameObject("/StructParents")] = self._key(branch.parent(old["/StructParents"]))
        for old, page in zip(pages, copied, strict=True):
            links = ArrayObject(self._link(one, page, branch) for one in _links(old))
            if links:
                page[NameObject("/Annots")] = links
        branch.fill()
        self.writer.add_outline_item(title=title, page_number=begins)

    def draw_over(self, at: int, drawn: PageObject) -> None:
        """Draw over a page what stands on another, which holds artifacts alone."""
        form = _stream(_object(drawn["/Contents"]).get_data())
        form.update(_of(Type=NameObject("/XObject"), Subtype=NameObject("/Form")))
        for name, told in (("/BBox", "/MediaBox"), ("/Resources", "/Resources")):
            form[NameObject(name)] = drawn.raw_get(told).clone(self.writer)
        page = self.writer.pages[at]
        resources = _object(page["/Resources"])
        pictures = _object(resources.setdefault(NameObject("/XObject"), DictionaryObject()))
        pictures[NameObject(_NUMBER)] = self.keep(form)
        page[NameObject("/Contents")] = ArrayObject([self._before, page.raw_get("/Contents"), self._after])

    def saved(self, told: PdfReader) -> bytes:
        """Return the file, which says of itself what `told` does."""
        writer, root = self.writer, self.writer.root_object
        for name in _TOLD:
            root[NameObject(name)] = told.root_object.raw_get(name).clone(writer)
        numbers = ArrayObject(one for key, to in enumerate(self.parents) for one in (NumberObject(key), to))
        tree = self.keep(
            _of(
                Type=NameObject("/StructTreeRoot"),
                K=self.document,
                ParentTree=self.keep(_of(Nums=numbers)),
                ParentTreeNextKey=NumberObject(len(self.parents)),
            )
        )
        _object(self.document).update(_of(P=tree, K=self.kids, Lang=told.root_object["/Lang"]))
        root.update(_of(StructTreeRoot=tree, PageMode=NameObject("/UseOutlines")))
        writer.add_metadata(dict(told.metadata or {}))
        writer.generate_file_identifiers()
        made = io.BytesIO()
        writer.write(made)
        return made.getvalue()

    def _link(self, old: DictionaryObject, page: PageObject, branch: _Branch) -> IndirectObject:
        """Take over a link to an address, or to a place on a page that is taken over."""
        made = _of(P=_ref(page), StructParent=self._key(branch.parent(old["/StructParent"])))
        made.update({NameObject(name): old[name].clone(self.writer) for name in _LINKS if name in old})
        action = _object(old["/A"])
        if action["/S"] == "/URI":
            made[NameObject("/A")] = _of(S=NameObject("/URI"), URI=action["/URI"])
        else:
            target, *rest = action["/D"]
            made[NameObject("/Dest")] = ArrayObject([branch.places[_target(target)], *rest])
        kept = self.keep(made)
        branch.annotations[_number(old)] = kept
        return kept

    def _key(self, parent: PdfObject) -> NumberObject:
        self.parents.append(parent)
        return NumberObject(len(self.parents) - 1)


class _Branch:
    """The structure tree of one source, taken over below the document."""

    def __init__(self, joined: _Joined, source: PdfReader, *, places: dict[int, IndirectObject]) -> None:
        self.joined = joined
        self.places = places
        self.annotations: dict[int, IndirectObject] = {}
        tree = _object(source.root_object["/StructTreeRoot"])
        numbers = _object(tree["/ParentTree"])["/Nums"]
        self._parents = dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))
        top = tree.raw_get("/K")
        self._old = list(_walk(top))
        self._made = {one.idnum: joined.keep(DictionaryObject()) for one in self._old}
        self.root = self._made[top.idnum]

    def parent(self, key: Any) -> PdfObject:
        """Return what a key of the source leads to: an element, or those of a page's marked content."""
        found = self._parents[int(key)]
        if isinstance(found, IndirectObject) and found.idnum in self._made:
            return self._made[found.idnum]
        return ArrayObject(self._made[one.idnum] for one in _object(found))

    def fill(self) -> None:
        """Say of each element what the source says; the first stands for the whole, as a part."""
        for old in self._old:
            told, made = _object(old), _object(self._made[old.idnum])
            made.update(
                {NameObject(name): told[name].clone(self.joined.writer) for name in _SAID if name in told}
            )
            if "/Pg" in told:
                made[NameObject("/Pg")] = self.places[told.raw_get("/Pg").idnum]
            made[NameObject("/P")] = self._made.get(told.raw_get("/P").idnum, self.joined.document)
            made[NameObject("/K")] = ArrayObject(
                one for one in map(self._kid, _kids(told)) if one is not None
            )
        _object(self.root)[NameObject("/S")] = NameObject("/Part")

    def _kid(self, kid: PdfObject) -> PdfObject | None:
        """Return marked content, an element or a link as it is here; None for what is not taken over."""
        if isinstance(kid, NumberObject):
            return NumberObject(kid)
        if isinstance(kid, IndirectObject):
            return self._made.get(kid.idnum)
        told = _object(kid)
        page = self.places[told.raw_get("/Pg").idnum]
        if told["/Type"] == "/MCR":
            return _of(Type=NameObject("/MCR"), Pg=page, MCID=NumberObject(told["/MCID"]))
        link = self.annotations.get(told.raw_get("/Obj").idnum)
        return None if link is None else _of(Type=NameObject("/OBJR"), Obj=link, Pg=page)


def _walk(top: IndirectObject) -> Iterator[IndirectObject]:
    """Yield an element and all below it; a field's, and so a seal's, is not taken over."""
    pending = [top]
    while pending:
        one = pending.pop()
        if _object(one)["/S"] == "/Form":
            continue
        yield one
        pending += [kid for kid in reversed(_kids(_object(one))) if isinstance(kid, IndirectObject)]


def _kids(element: DictionaryObject) -> list[PdfObject]:
    if "/K" not in element:
        return []
    kids = element.raw_get("/K")
    return list(kids) if isinstance(kids, ArrayObject) else [kids]


def _links(page: PageObject) -> Iterator[DictionaryObject]:
    for one in page.get("/Annots", ()):
        note = _object(one)
        if note["/Subtype"] == "/Link":
            yield note


def _target(target: PdfObject) -> int:
    if not isinstance(target, IndirectObject):
        raise RenderFailed("a link of a document leads nowhere")
    return int(target.idnum)


def _number(one: DictionaryObject) -> int:
    return int(_ref(one).idnum)


def _ref(one: DictionaryObject) -> IndirectObject:
    if one.indirect_reference is None:
        raise RenderFailed("a document of the bundle is built in another way")
    return one.indirect_reference


def _object(one: Any) -> Any:
    return one.get_object()


def _of(**entries: PdfObject) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{name}"): value for name, value in entries.items()})


def _stream(data: bytes) -> DecodedStreamObject:
    made = DecodedStreamObject()
    made.set_data(data)
    return made
