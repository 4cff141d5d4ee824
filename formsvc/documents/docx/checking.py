"""Check a Word template against the definition it prints: what restyling broke, each named with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from lxml import etree

from formsvc.definitions.model import Effective
from formsvc.documents.docx import package
from formsvc.documents.docx.context import NAMES, SLOTS
from formsvc.documents.docx.dangers import STYLES, Fault, dangers, w
from formsvc.documents.docx.restyled import losses
from formsvc.documents.docx.templates import Compiled, load
from formsvc.errors import Problem, RenderFailed, Unreadable

_OWED: Final = {
    "sections": "the answers that it does not place by name",
    "signoffs": "the sign-offs",
    "changes": "what changed since the last revision",
    "circulation": "where the document may go",
    "notices": "what every copy says",
    "fact": "reference, revision, moment of issue, status and audience",
    "document": "title, marking and how to check it",
}
_SAYABLE: Final[Mapping[str, frozenset[str]]] = {
    "document": frozenset(
        {
            *("title", "short_title", "marking", "layout", "reference", "revision", "issued", "controller"),
            *("area", "audience", "short_hash", "verify_at", "changes_since", "demonstration"),
            *("not_yet_approved", "code"),
        }
    ),
    "fact": frozenset({"reference", "revision", "issued_at", "status", "audience"}),
    "subject": frozenset({"name", "initials"}),
}
"""What a template may take from these names."""
_MUST_SAY: Final[Mapping[str, frozenset[str]]] = {
    "document": frozenset(
        {"title", "marking", "not_yet_approved", "demonstration", "changes_since", "verify_at", "short_hash"}
    ),
    "fact": _SAYABLE["fact"],
}
"""What a template must take from them: the rules of every document, whatever it looks like."""
_RUNNING: Final = ("PAGE", "NUMPAGES")

_EVERYWHERE: Final = frozenset(
    {
        *(
            "arial",
            "arial black",
            "calibri",
            "calibri light",
            "cambria",
            "candara",
            "comic sans ms",
            "consolas",
        ),
        *("constantia", "corbel", "courier new", "georgia", "segoe ui", "segoe ui emoji", "symbol", "tahoma"),
        *("times new roman", "trebuchet ms", "verdana", "wingdings", "aptos", "aptos display"),
    }
)
"""Fonts that whoever has Word has."""


def check(path: Path, effective: Effective) -> list[Problem]:
    """Return what is wrong with a template for a definition; nothing found means every answer is printed."""
    faults = _faults(path)
    found = [_problem(path, one) for one in faults]
    try:
        compiled = load(path)
    except RenderFailed as error:
        if not any(one.refused for one in faults):
            remedy = "Open it in Word, and mend or remove the placeholder"
            found.append(Problem(file=_file(path), key="template", what=error.detail, remedy=remedy))
        return found
    wrong = [*_wrong(compiled, effective), *_unsaid(compiled)]
    return found + [
        Problem(file=_file(path), key=key, what=what, remedy=remedy) for key, what, remedy in wrong
    ]


def advice(path: Path) -> list[Problem]:
    """Return what a template may keep and had better not: fonts that few readers have."""
    try:
        parts = package.read(path.read_bytes())
        return [_problem(path, one) for one in _fonts(parts)]
    except (OSError, Unreadable, KeyError):
        return []  # `check` says what is wrong with the file


def _faults(path: Path) -> tuple[Fault, ...]:
    """Return what is wrong with the file in itself, each once."""
    try:
        return _faults_of(path.read_bytes())
    except (OSError, Unreadable, KeyError):
        return ()  # `load` says why it cannot be read


@lru_cache(maxsize=16)
def _faults_of(template: bytes) -> tuple[Fault, ...]:
    parts = package.read(template)
    return tuple(dict.fromkeys((*dangers(parts), *losses(parts), *_page_numbers(parts))))


def _problem(path: Path, fault: Fault) -> Problem:
    return Problem(file=_file(path), key=fault.place, what=fault.what, remedy=fault.remedy)


def _file(path: Path) -> str:
    """Return the name of a template, with its area's folder when it is an area's own."""
    return f"{path.parent.name}/{path.name}" if path.parent.name.isupper() else path.name


def _wrong(compiled: Compiled, effective: Effective) -> Iterator[tuple[str, str, str]]:
    for name in sorted(compiled.names - NAMES):
        yield name, "is not a name that a template knows", f"Use one of {', '.join(sorted(NAMES))}"
    for name in sorted(compiled.placed - {one.id for one in effective.fields()}):
        yield name, "is no field of the definition", "Place a field that it has, or remove it"
    for name in sorted(compiled.slots - SLOTS):
        yield name, "is no slot of the sheet for the search", f"Use one of {', '.join(sorted(SLOTS))}"
    if "slots" not in compiled.names:
        for name in sorted(set(effective.search_sheet) - compiled.slots):
            yield (
                name,
                "is filled by the definition and never printed",
                f"Place sheet.{name}, or loop over slots",
            )
    for name, what in _OWED.items():
        if name not in compiled.names:
            yield name, f"is never printed: {what}", f"Loop over {name}, or place what it holds"


def _unsaid(compiled: Compiled) -> Iterator[tuple[str, str, str]]:
    for name, may in _SAYABLE.items():
        for one in sorted(compiled.said[name] - may):
            yield (
                f"{name}.{one}",
                "is not a name that a template knows",
                f"Use one of {', '.join(sorted(may))}",
            )
    for name, must in _MUST_SAY.items():
        for one in sorted(must - compiled.said[name] if name in compiled.names else ()):
            yield f"{name}.{one}", "is never printed", "Put it back where it stood"


def _page_numbers(parts: Mapping[str, bytes]) -> Iterator[Fault]:
    """Yield that no header and no footer says which page of how many it is."""
    running = [
        package.parse(parts[name]) for name in parts if name.startswith(("word/header", "word/footer"))
    ]
    codes = " ".join(
        str(one.text or one.get(w("instr")) or "")
        for root in running
        for one in root.iter(w("instrText"), w("fldSimple"))
    ).split()
    lost = [one for one in _RUNNING if one not in codes]
    if lost:
        yield Fault(
            place="header and footer",
            what=f"they do not say {' and '.join(lost)}",
            remedy="Insert > Page Number > Page X of Y",
        )


def _fonts(parts: Mapping[str, bytes]) -> Iterator[Fault]:
    """Yield the fonts that are named, that Word does not bring, and that the font table replaces by none."""
    replaced = set()
    if "word/fontTable.xml" in parts:
        for font in package.parse(parts["word/fontTable.xml"]).iter(w("font")):
            if font.find(w("altName")) is not None:
                replaced.add(str(font.get(w("name"))).lower())
    texts = [name for name in parts if name.startswith("word/") and name.endswith(".xml")]
    named: dict[str, str] = {}
    for name in texts:
        for one in package.parse(parts[name]).iter(w("rFonts")):
            for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
                named.setdefault(str(one.get(w(kind), "")), _font_place(one, name))
    for typeface, place in named.items():
        if typeface and typeface.lower() not in _EVERYWHERE | replaced:
            yield Fault(
                place=place,
                what=f"the font {typeface} does not come with Word: most readers will see another",
                remedy="Use one that everybody has, or expect line ends to fall elsewhere",
            )


def _font_place(fonts: etree._Element, part: str) -> str:
    style = next(fonts.iterancestors(w("style")), None)
    name = None if style is None else style.find(w("name"))
    if name is not None:
        return f"style {name.get(w('val'))}"
    return "styles" if part == STYLES else part.removeprefix("word/").removesuffix(".xml")
