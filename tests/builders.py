"""Plain functions that make small, real things for tests: areas, definitions, fields."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from formsvc.definitions.areas import read_area
from formsvc.definitions.compile import compile_definition
from formsvc.definitions.model import Area, Effective, Field, Stage
from formsvc.definitions.reading import Report
from formsvc.definitions.source import read
from formsvc.records.gate import Gate, Judged

DATA = Path(__file__).parent / "data"

CHOICES: Mapping[str, str] = {"short": "Short", "average": "Average", "tall": "Tall"}
NEEDED_OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "choice": {"choices": dict(CHOICES)},
    "choices": {"choices": dict(CHOICES)},
    "grade": {"grades": {"low": "Low", "high": "High"}},
    "guidance": {"text": "Read this first."},
}
"""The options without which a type makes no sense."""


def an_area(*, secrets: bool = False, **keys: Any) -> Area:
    """Return an area in which `full` and `police` may read everything."""
    data = {
        "id": "TST",
        "name": "Testshire",
        "protocol": "An invented protocol",
        "based_on": "Nothing",
        "terms": {"looked_after": "looked after"},
        "audiences": {
            "full": {"name": "Full", "sentence": "Made for whoever keeps the record."},
            "police": {"name": "Police", "sentence": "Made for the police."},
        },
        "readers": {"identity": ["full", "police"], "risk": ["full", "police"], "office": ["full"]},
        "secrets": secrets,
        **keys,
    }
    report = Report("area")
    area, _ = read_area(data, report=report)
    assert report.problems == [], report.problems
    return area


def a_field(id: str, type: str = "text", **keys: Any) -> dict[str, Any]:
    """Return a field as a definition's file writes it, with the options its type cannot do without."""
    field: dict[str, Any] = {
        "id": id,
        "type": type,
        "label": keys.pop("label", id.replace("_", " ").capitalize()),
    }
    field |= {"own": "asked in a test", "class": "identity"} if type != "guidance" else {}
    options = {**NEEDED_OPTIONS.get(type, {}), **keys.pop("options", {})}
    return {**field, **({"options": options} if options else {}), **keys}


def a_definition(*fields: Mapping[str, Any], area: Area | None = None, **keys: Any) -> Effective:
    """Return an effective definition with these fields on one page; `pages` may be given whole instead."""
    data = {
        "id": "invented_form",
        "version": 1,
        "title": "Invented form",
        "short_title": "Invented",
        "home_area": "TST",
        "marking": "OFFICIAL",
        "layout": "plan",
        "reference_prefix": "IF",
        "purpose": "To be tested.",
        "completed_by": ["social_worker"],
        "parts": {"main": {"title": "Form", "audiences": ["full", "police"]}},
        "pages": [{"id": "only", "title": "Only page", "fields": list(fields)}],
        **keys,
    }
    return compile_definition(data, area=area or an_area())


def a_spec(type: str, **keys: Any) -> Field:
    """Return one compiled field of a type, called `it`."""
    if type == "rows":
        keys.setdefault("fields", [a_field("name"), a_field("seen", "date")])
    return next(a_definition(a_field("it", type, **keys)).fields())


def judged(effective: Effective, answers: object, *, stage: Stage = Stage.FINAL) -> Judged:
    """Return what the gate finds in answers."""
    return Gate(effective).judge(answers, stage=stage)


def errors_of(found: Judged) -> list[tuple[str, str]]:
    """Return the errors as (path, code), in order."""
    return [(error.path, error.code) for error in found.errors]


def kitchen_sink(*, secrets: bool = True) -> Effective:
    """Return the definition that holds every field type."""
    return compile_definition(
        read(DATA / "kitchen_sink.yaml", name="kitchen_sink.yaml"), area=an_area(secrets=secrets)
    )
