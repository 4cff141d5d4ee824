"""What in a PDF acts by itself, or can show different readers different content."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from formsvc.seals.verify.pdf_reading import Rooted, entry, followed, items, names, pages
from formsvc.seals.verify.verdicts import Verdict, bad, good

_CALM_ACTIONS: Final = frozenset({"/GoTo", "/URI", "/Named"})
_LOUD_NOTES: Final = frozenset({"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"})
_OUR_NOTES: Final = frozenset({"/Widget", "/Link"})
_HARMLESS_LINK: Final = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_MOST_ACTIONS: Final = 1_000
_MOST_FIELDS: Final = 10_000


def judge_hidden(reader: Rooted, *, ours: bool) -> Verdict:
    """Return the verdict on active and hidden content; `ours` allows less: our one field, and links."""
    found = sorted(set(_found(reader, ours=ours)))
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
            yield from _resources(page.entries)


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
    if kind in _LOUD_NOTES or (ours and kind not in _OUR_NOTES):
        yield f"notes of the kind {kind.lstrip('/')[:30]}"
    if ours and kind == "/Widget" and str(entry(note, "/FT", "")) != "/Sig":
        yield "form fields"
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
        if ours and str(entry(one, "/FT", "")) not in ("/Sig", ""):
            yield "form fields"
        pending += items(entry(one, "/Kids"))


def _resources(page: dict[str, Any]) -> Iterator[str]:
    resources = entry(page, "/Resources", {})
    if not isinstance(resources, dict):
        resources = {"/Unknown": None}
    for kind in resources:
        if kind not in ("/Font", "/XObject", "/ProcSet", "/ColorSpace"):
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
