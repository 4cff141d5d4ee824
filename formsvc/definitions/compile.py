"""Make a frozen effective definition of plain data, or say everything that is wrong with it.

The plain data is a definition's file, with its overlay applied, or the document that a record keeps.
Both go the same way, so that a stored document gives back exactly the form it was made from.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from typing import Any

import rfc8785

from formsvc.definitions.areas import AREA_ID, AREA_ID_WORDS, area_document, read_area
from formsvc.definitions.checks import check
from formsvc.definitions.model import Area, CrossCheck, Effective, Page, Part, SignoffRule, Stage
from formsvc.definitions.questions import Questions, traced
from formsvc.definitions.reading import CODE, CODE_WORDS, Entry, Report
from formsvc.definitions.source import meant
from formsvc.definitions.written import definition_document, with_options
from formsvc.errors import DefinitionInvalid, Problem

FORMAT = "formsvc.definition/1"
LAYOUTS = ("plan", "interview", "minutes", "assessment", "one_sheet")
KEYS = (
    "id", "version", "title", "short_title", "home_area", "marking", "layout", "reference_prefix", "purpose",
    "clauses", "areas", "standing", "copies", "completed_by", "signoffs", "parts", "circulation", "trace",
    "retired", "search_sheet", "pages", "cross_checks",
)  # fmt: skip
STAGES = tuple(stage.value for stage in Stage)

_PREFIX = re.compile(r"[A-Z]{2,4}")


def compile_definition(
    data: Any, *, area: Area, file: str = "definition", requirements: Collection[str] | None = None
) -> Effective:
    """Return the effective definition of plain data in an area, overlay applied.

    `requirements` are the ids a `trace` may name; None asks nothing of them. Raises DefinitionInvalid
    with every problem found, under the name `file`.
    """
    report = Report(file)
    content = _Compiler(data, area=area, report=report, requirements=requirements).content()
    check(content, area=area, report=report)
    if report.problems:
        raise DefinitionInvalid(report.problems)
    document: dict[str, Any] = {
        "format": FORMAT,
        "definition": definition_document(content),
        "area": area_document(area),
    }
    try:
        canonical = rfc8785.dumps(document)
    except rfc8785.CanonicalizationError as error:
        report.add("pages", f"hold something that cannot be written down ({error})", "Look at the options")
        raise DefinitionInvalid(report.problems) from error
    return Effective(**content, area=area, document=document, hash=hashlib.sha256(canonical).hexdigest())


def compile_document(document: Mapping[str, Any]) -> Effective:
    """Return the effective definition that a stored document was made from, equal to it.

    Raises DefinitionInvalid when it is no such document.
    """
    if document.get("format") != FORMAT or not {"definition", "area"} <= set(document):
        what = f"the format is {document.get('format')!r}"
        problem = Problem(file="document", key="format", what=what, remedy=f"Only {FORMAT} can be read")
        raise DefinitionInvalid([problem])
    report = Report("document")
    area, _ = read_area(document["area"], report=report)
    if report.problems:
        raise DefinitionInvalid(report.problems)
    return compile_definition(with_options(document["definition"]), area=area, file="document")


class _Compiler:
    """Reads one definition. What is wrong goes into the report, and reading goes on."""

    def __init__(
        self, data: Any, *, area: Area, report: Report, requirements: Collection[str] | None
    ) -> None:
        self.area = area
        self.report = report
        self.requirements = requirements
        self.entry = Entry(data, key="", report=report, known=KEYS)

    def content(self) -> dict[str, Any]:
        """Return what Effective is made of, but for area, document and hash."""
        entry = self.entry
        parts, retired = self._parts(), entry.words("retired", optional=True)
        return {
            "id": entry.id(),
            "version": entry.number("version", least=1, most=9999),
            "title": entry.text("title", longest=120),
            "short_title": entry.text("short_title", longest=40),
            "home_area": entry.id("home_area", pattern=AREA_ID, remedy=AREA_ID_WORDS),
            "marking": entry.text("marking", longest=60),
            "layout": entry.one_of("layout", LAYOUTS),
            "reference_prefix": entry.id(
                "reference_prefix", pattern=_PREFIX, remedy="Use two to four capital letters"
            ),
            "purpose": entry.text("purpose"),
            "completed_by": entry.texts("completed_by", ids=True),
            "parts": parts,
            "pages": self._pages(parts, retired),
            "cross_checks": self._cross_checks(),
            "signoffs": self._signoffs(),
            "search_sheet": self._search_sheet(),
            "circulation": entry.texts("circulation", optional=True),
            "clauses": entry.texts("clauses", optional=True),
            "areas": self._areas(),
            "standing": entry.flag("standing"),
            "copies": self._copies(),
            "trace": self._trace(),
            "retired": retired,
        }

    def _areas(self) -> tuple[str, ...]:
        named = self.entry.texts("areas", optional=True)
        for one in named:
            if not AREA_ID.fullmatch(one):
                self.entry.wrong("areas", f"{one!r} cannot be used", AREA_ID_WORDS)
        home = self.entry.data.get("home_area")
        if named and home not in named:
            self.entry.wrong("areas", f"leave out the home area {home!r}", "Add it")
        return named

    def _copies(self) -> tuple[str, ...]:
        named = self.entry.texts("copies", optional=True)
        for one in named:
            if one not in self.area.audiences:
                what = f"{one!r} is not an audience of area {self.area.id}"
                self.entry.wrong("copies", what, meant(one, self.area.audiences))
        return named

    def _parts(self) -> dict[str, Part]:
        found: dict[str, Part] = {}
        for id, data in self.entry.mapping("parts").items():
            one = Entry(data, key=f"parts.{id}", report=self.report, known=("title", "audiences", "named"))
            audiences = one.texts("audiences")
            for audience in audiences:
                if audience not in self.area.audiences:
                    what = f"{audience!r} is not an audience of area {self.area.id}"
                    one.wrong("audiences", what, meant(audience, self.area.audiences))
            found[id] = Part(
                id=id, title=one.text("title"), audiences=frozenset(audiences), named=one.flag("named")
            )
        return found

    def _pages(self, parts: Mapping[str, Part], retired: Mapping[str, str]) -> tuple[Page, ...]:
        questions = Questions(
            parts=parts,
            readers=self.area.readers,
            retired=retired,
            requirements=self.requirements,
            report=self.report,
        )
        found: list[Page] = []
        seen: dict[str, str] = {}
        for entry in self._each("pages", known=("id", "title", "intro", "fields"), earlier="page"):
            page = Page(
                id=entry.id(),
                title=entry.text("title", longest=120),
                intro=entry.text("intro", optional=True),
                fields=questions.read(entry, seen=seen),
            )
            found.append(page)
        return tuple(found)

    def _cross_checks(self) -> tuple[CrossCheck, ...]:
        found: list[CrossCheck] = []
        known = ("id", "when", "code", "words", "fields", "at", "trace")
        for one in self._each("cross_checks", known=known, earlier="check", optional=True):
            if not one.has("when"):
                one.wrong("when", "is missing", "Say when the answers are wrong")
            when, stage = one.condition("when"), one.one_of("at", STAGES, default=Stage.FINAL)
            code, words = one.id("code", pattern=CODE, remedy=CODE_WORDS), one.text("words", longest=300)
            if any(code == other.code and words != other.words for other in found):
                one.wrong("code", f"{code!r} has other words elsewhere", "Use one code for one message")
            id, fields = one.id(), one.texts("fields")
            trace = traced(one, requirements=self.requirements)
            if when and stage in STAGES:
                at = Stage(stage)
                found.append(
                    CrossCheck(id=id, when=when, code=code, words=words, fields=fields, at=at, trace=trace)
                )
        return tuple(found)

    def _signoffs(self) -> tuple[SignoffRule, ...]:
        known = ("id", "title", "roles", "statement", "required", "trace")
        return tuple(
            SignoffRule(
                id=one.id(),
                title=one.text("title", longest=120),
                roles=one.texts("roles", ids=True),
                statement=one.text("statement"),
                required=one.flag("required"),
                trace=traced(one, requirements=self.requirements),
            )
            for one in self._each("signoffs", known=known, earlier="sign-off", optional=True)
        )

    def _search_sheet(self) -> dict[str, tuple[Any, ...]]:
        found: dict[str, tuple[Any, ...]] = {}
        for slot, entries in self.entry.mapping("search_sheet", optional=True).items():
            if isinstance(entries, list) and entries:
                found[slot] = tuple(entries)
            else:
                self.entry.wrong(f"search_sheet.{slot}", "must be a list", "Name its fields in order")
        return found

    def _trace(self) -> dict[str, str]:
        found = self.entry.words("trace", optional=True)
        for id in found:
            if self.requirements is not None and id not in self.requirements:
                self.entry.wrong(f"trace.{id}", "is not a requirement", meant(id, self.requirements))
        return found

    def _each(
        self, name: str, *, known: tuple[str, ...], earlier: str, optional: bool = False
    ) -> list[Entry]:
        """Return the entries of a list whose members have ids, each id once."""
        found: list[Entry] = []
        seen: set[Any] = set()
        for index, data in enumerate(self.entry.list(name, optional=optional)):
            named = data.get("id") if isinstance(data, Mapping) else None
            one = Entry(data, key=f"{name}.{named or index}", report=self.report, known=known)
            if isinstance(named, str) and named in seen:
                one.wrong("id", f"{named!r} is the id of an earlier {earlier}", "Give it another id")
            seen.add(named if isinstance(named, str) else index)
            found.append(one)
        return found
