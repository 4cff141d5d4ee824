"""The structure tree: what each mark on a page is, in reading order, and at which address it stands.

An element with an `id` is an addressed item: the marked content below it is exactly its printed
text, paragraph by paragraph (`docs/pdf.md`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from formsvc.documents.pdf.objects import Book, Made, literal, string


@dataclass(slots=True, eq=False)
class Element:
    """One element. `kids` are elements, marked content as (page, MCID), or annotations by reference."""

    kind: str
    parent: Element | None = None
    id: str = ""
    alt: str = ""
    attributes: str = ""
    language: str = ""
    kids: list[Element | tuple[int, int] | str] = field(default_factory=list)
    made: Made | None = None

    def child(self, kind: str, *, id: str = "", alt: str = "", attributes: str = "") -> Element:
        """Add an element below this one and return it."""
        made = Element(kind, self, id=id, alt=alt, attributes=attributes)
        self.kids.append(made)
        return made


COLUMN_HEAD = "<</O/Table/Scope/Column>>"
ROW_HEAD = "<</O/Table/Scope/Row>>"
BULLETS = "<</O/List/ListNumbering/Disc>>"
PLAIN_LIST = "<</O/List/ListNumbering/None>>"


class Tree:
    """The structure tree of one document, written when its pages are known."""

    def __init__(self, language: str) -> None:
        self.root = Element("Document", language=language)
        self.marked: list[list[Element]] = []
        self.annotated: list[Element] = []

    def add(self, element: Element) -> None:
        """Put an element that was made apart below the document."""
        element.parent = self.root
        self.root.kids.append(element)

    def page(self) -> int:
        """Begin a page; return its index, which is its key in the parent tree too."""
        self.marked.append([])
        return len(self.marked) - 1

    def mark(self, page: int, element: Element) -> int:
        """Give the next marked content of a page to an element; return its MCID."""
        marked = self.marked[page]
        marked.append(element)
        element.kids.append((page, len(marked) - 1))
        return len(marked) - 1

    def unmark(self, page: int, element: Element) -> None:
        """Take back the last marked content of a page, which an element was given for nothing."""
        self.marked[page].pop()
        element.kids.pop()

    def annotate(self, element: Element) -> int:
        """Give an annotation to an element; return its place among the annotations (from 0)."""
        self.annotated.append(element)
        return len(self.annotated) - 1

    def write(self, book: Book, pages: list[str]) -> str:
        """Write every element; return the reference to the root of the tree. `pages` are references."""
        root = book.reserve()
        elements = list(_walk(self.root))
        for element in elements:
            element.made = book.reserve()
        for element in elements:
            if element.made is not None:
                element.made.body = _body(element, root, pages)
        numbers = [
            f"{key}[{' '.join(map(_ref, marked))}]" for key, marked in enumerate(self.marked) if marked
        ]
        numbers += [f"{len(pages) + at} {_ref(one)}" for at, one in enumerate(self.annotated)]
        parents = book.add(f"<</Nums[{' '.join(numbers)}]>>")
        names = sorted((one.id.encode("utf-8"), _ref(one)) for one in elements if one.id)
        ids = book.add(f"<<{_names(names)}>>")
        root.body = (
            f"<</Type/StructTreeRoot /K {_ref(self.root)} /ParentTree {parents}"
            f" /ParentTreeNextKey {len(pages) + len(self.annotated)} /IDTree {ids}>>"
        ).encode("ascii")
        release(self.root)
        return root.ref


def release(root: Element) -> None:
    """Let go of a tree that is written or not wanted: elements and their kids hold each other alive."""
    for element in list(_walk(root)):
        element.parent = None
        element.kids = []


def _names(names: list[tuple[bytes, str]]) -> str:
    return "/Names[" + " ".join(f"{literal(key)} {ref}" for key, ref in names) + "]"


def _walk(element: Element) -> Iterator[Element]:
    pending = [element]
    while pending:
        one = pending.pop()
        yield one
        pending += [kid for kid in reversed(one.kids) if isinstance(kid, Element)]


def _ref(element: Element) -> str:
    return element.made.ref if element.made else "null"


def _body(element: Element, root: Made, pages: list[str]) -> bytes:
    page = -1
    kids: list[str] = []
    for kid in element.kids:
        if type(kid) is Element:
            kids.append(_ref(kid))
        elif type(kid) is str:
            kids.append(kid)
        elif type(kid) is tuple:
            if page < 0:
                page = kid[0]
            kids.append(str(kid[1]) if kid[0] == page else f"<</Type/MCR/Pg {pages[kid[0]]}/MCID {kid[1]}>>")
    body = f"<</S/{element.kind}/P {_ref(element.parent) if element.parent else root.ref}"
    if page >= 0:
        body += f"/Pg {pages[page]}"
    if kids:
        body += f"/K {kids[0]}" if len(kids) == 1 else f"/K[{' '.join(kids)}]"
    return f"{body}{_said(element)}>>".encode("latin-1")


def _said(element: Element) -> str:
    """Return the entries of an element beside its place in the tree."""
    entries = f"/ID{literal(element.id.encode('utf-8'))}" if element.id else ""
    if element.alt:
        entries += f"/Alt{string(element.alt)}"
    if element.attributes:
        entries += f"/A{element.attributes}"
    if element.language:
        entries += f"/Lang{string(element.language)}"
    return entries
