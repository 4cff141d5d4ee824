"""What in a PDF acts by itself, or can show different readers different content."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Final

from pyhanko.pdf_utils.reader import PdfFileReader

from formsvc.seals.verify.pdf_later import OBJECT, object_places
from formsvc.seals.verify.pdf_reading import Rooted, entry, followed, items, names, pages
from formsvc.seals.verify.verdicts import Verdict, bad, good

_CALM_ACTIONS: Final = frozenset({"/GoTo", "/URI", "/Named"})
_LOUD_NOTES: Final = frozenset({"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"})
_OUR_NOTES: Final = frozenset({"/Widget", "/Link"})
_QUIET_NOTES: Final = frozenset({"/Widget", "/Link", "/Popup"})
_CATALOG: Final = re.compile(rb"/Type\s*/Catalog\b")
_OUR_PAGE: Final = frozenset(
    {"/Type", "/Parent", "/MediaBox", "/Contents", "/StructParents", "/Annots", "/Resources", "/Tabs"}
)
_OUR_BRANCH: Final = frozenset({"/Type", "/Parent", "/Kids", "/Count"})
_OUR_CATALOG: Final = frozenset(
    {
        "/Type", "/Pages", "/MarkInfo", "/StructTreeRoot", "/AF", "/Names", "/AcroForm", "/Lang", "/Metadata",
        "/OutputIntents", "/Outlines", "/PageMode", "/Perms", "/ViewerPreferences",
    }
)  # fmt: skip
_OUR_NAMES: Final = frozenset({"/EmbeddedFiles"})
_OUR_FIELD: Final = frozenset(
    {
        "/Type", "/Subtype", "/FT", "/T", "/TU", "/F", "/Rect", "/P", "/V", "/StructParent", "/Lock",
    }
)  # fmt: skip
_OUR_LINK: Final = frozenset(
    {"/Type", "/Subtype", "/Rect", "/Border", "/A", "/F", "/P", "/StructParent", "/Contents"}
)
_HARMLESS_LINK: Final = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_MOST_ACTIONS: Final = 1_000
_MOST_FIELDS: Final = 10_000


def judge_hidden_in_ours(sealed: Rooted) -> Verdict:
    """Return the verdict on a file of ours, which holds one field, links, and no more."""
    return _judged(_found(sealed, ours=True))


def judge_hidden(data: bytes, reader: PdfFileReader) -> Verdict:
    """Return the verdict on active and hidden content of any file, and on what in it lies in waiting."""
    return _judged(chain(_found(reader, ours=False), _waiting(data, reader)))


def _judged(said: Iterable[str]) -> Verdict:
    found = sorted(set(said))
    return bad("hidden", found=found) if found else good("nothing_hidden")


def _found(reader: Rooted, *, ours: bool) -> Iterator[str]:
    root = reader.root
    yield from _catalog(root)
    if entry(entry(root, "/Names"), "/JavaScript") is not None:
        yield "scripts"
    form = entry(root, "/AcroForm")
    if entry(form, "/XFA") is not None:
        yield "a form of another kind (XFA)"
    yield from _fields(entry(form, "/Fields"), ours=ours)
    for page in pages(reader):
        yield from _triggers(page.entries)
        for note in items(entry(page.entries, "/Annots")):
            yield from _note(note, ours=ours)
        if ours:
            yield from _strange(page.entries, _OUR_PAGE, "the page")
            yield from _resources(page.entries)
    if ours:
        yield from _strange(root, _OUR_CATALOG, "the document")
        yield from _strange(entry(root, "/Names"), _OUR_NAMES, "the list of names")
        yield from _branches(reader)


def _strange(holder: Any, known: frozenset[str], what: str) -> Iterator[str]:
    """Yield what in a dictionary of ours we never write: it may mean something to some program."""
    if isinstance(holder, dict):
        for key in holder.keys() - known:
            yield f"an entry of {what} that is not ours: {str(key).lstrip('/')[:30]}"


def _branches(reader: Rooted) -> Iterator[str]:
    """Yield what the nodes of the page tree hand down to their pages."""
    pending = [entry(reader.root, "/Pages")]
    while pending:  # it was walked before: there are no loops in it
        node = pending.pop()
        if isinstance(node, dict) and "/Kids" in node:
            yield from _strange(node, _OUR_BRANCH, "the pages")
            pending += items(entry(node, "/Kids"))


def _waiting(data: bytes, reader: PdfFileReader) -> Iterator[str]:
    """Yield what a shadow document keeps for later: objects that no table lists, another catalog."""
    places = object_places(reader)
    found = {int(one.start()): int(one["number"]) for one in OBJECT.finditer(data)}
    if found.keys() - places:
        yield "objects that no table lists"
    starts = sorted(found)
    catalogs = {
        found[starts[at - 1]]
        for one in _CATALOG.finditer(data)
        if (at := bisect_right(starts, one.start())) > 0
    }
    if len(catalogs) > 1:
        yield "a second document"


def _catalog(root: dict[str, Any]) -> Iterator[str]:
    yield from _triggers(root)
    opening = entry(root, "/OpenAction")
    if isinstance(opening, dict):
        yield from _actions(opening)
    if "/OCProperties" in root:
        yield "layers"
    if "/Collection" in root:
        yield "a collection of other files"
    if "/Requirements" in root:
        yield "demands on the program that shows it"


def _triggers(holder: Any) -> Iterator[str]:
    triggers = entry(holder, "/AA")
    if isinstance(triggers, dict):
        yield "actions that start by themselves"


def _actions(first: Any) -> Iterator[str]:
    pending, count = [first], 0
    while pending and count < _MOST_ACTIONS:
        action, count = pending.pop(), count + 1
        if not isinstance(action, dict):
            continue
        kind = str(entry(action, "/S", ""))
        if kind not in _CALM_ACTIONS:
            yield "scripts" if kind == "/JavaScript" else "actions that reach outside the file"
        if kind == "/URI" and not _HARMLESS_LINK.match(_text(entry(action, "/URI", ""))):
            yield "links to something other than a web page"
        following = entry(action, "/Next")
        pending += items(following) if isinstance(following, list) else [following]


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _note(note: Any, *, ours: bool) -> Iterator[str]:
    kind = str(entry(note, "/Subtype", ""))
    if kind in _LOUD_NOTES or kind not in (_OUR_NOTES if ours else _QUIET_NOTES):
        yield f"notes of the kind {kind.lstrip('/')[:30]}"
    if kind == "/Widget" and str(entry(note, "/FT", "/Sig")) != "/Sig":
        yield "form fields"
    if ours and kind == "/Widget":
        yield from _strange(note, _OUR_FIELD, "the signature field")
        if any(one != 0 for one in items(entry(note, "/Rect"))):
            yield "a signature field that is drawn"
    if ours and kind == "/Link":
        yield from _strange(note, _OUR_LINK, "a link")
        if any(one != 0 for one in items(entry(note, "/Border", [1]))):
            yield "a link that is drawn"
    yield from _triggers(note)
    yield from _actions(entry(note, "/A"))
    if entry(note, "/OC") is not None:
        yield "layers"


def _fields(fields: Any, *, ours: bool) -> Iterator[str]:
    pending, count = list(items(fields)), 0
    while pending:
        one, count = pending.pop(), count + 1
        if count > _MOST_FIELDS:
            yield "more form fields than can be checked"
            return
        if not isinstance(one, dict):
            continue
        yield from _triggers(one)
        if ours and (
            str(entry(one, "/FT", "")) not in ("/Sig", "") or not isinstance(entry(one, "/V"), dict)
        ):
            yield "form fields"
        pending += items(entry(one, "/Kids"))


def _resources(page: dict[str, Any]) -> Iterator[str]:
    resources = entry(page, "/Resources", {})
    if not isinstance(resources, dict):
        resources = {"/Unknown": None}
    for kind in resources:
        if kind not in ("/Font", "/XObject", "/ProcSet"):
            yield f"page resources of the kind {str(kind).lstrip('/')[:30]}"
    for thing in dict(entry(resources, "/XObject", {})).values():
        drawn = followed(thing)
        if str(entry(drawn, "/Subtype", "")) != "/Image":
            yield "drawings within drawings"
        if "/OC" in drawn or "/Alternates" in drawn:
            yield "layers"
    if "/B" in page or "/PieceInfo" in page:
        yield "page data of other programs"


def embedded_names(root: dict[str, Any]) -> Iterator[tuple[bytes, Any]]:
    """Yield the files inside a PDF: name and file specification (a reference, or the thing itself)."""
    tree = entry(entry(root, "/Names"), "/EmbeddedFiles")
    if tree is not None:
        yield from names(tree)
