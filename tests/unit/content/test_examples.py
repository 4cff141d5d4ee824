"""Each form has an example of its own wherever it is used: whole, real-sized, and about nobody."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from formsvc.definitions.library import Library, load_library
from formsvc.settings import load
from formsvc.workflow.preview import example_view
from tests.unit.content.conftest import TEMPLATES

LIBRARY = load_library(TEMPLATES)
WHERE = [(id, area) for id in LIBRARY.ids() for area in LIBRARY.areas_of(id)]

NUMBER = re.compile(r"\+44\d{9,10}|\b0[127]\d{3} ?\d{6}\b")
FICTION = re.compile(r"(\+44|0)(7700 ?900\d{3}|1632 ?960\d{3})")
MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def _example(definition: str, area: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        (TEMPLATES / "examples" / f"{definition}.{area}.json").read_text("utf-8")
    )
    return found


@pytest.mark.parametrize(("definition", "area"), WHERE)
def test_every_form_has_an_example_in_every_area_that_passes_as_final(
    library: Library, definition: str, area: str
) -> None:
    """The example beside the definitions is of this area, and the gate and the sign-offs take it."""
    effective = library.effective(definition, area)
    view = example_view(effective, audience="full", settings=load({})).data
    written = _example(definition, area)
    assert view["area"]["id"] == area
    assert {one["name"] for one in view["signoffs"]} == {one["name"] for one in written["signoffs"]}
    named = effective.search_sheet["name"][0]
    assert view["answers"][named] == written["answers"][named]


@pytest.mark.parametrize(("definition", "area"), WHERE)
def test_examples_are_about_nobody(definition: str, area: str) -> None:
    """Telephone numbers are of the ranges kept for fiction and mail addresses of example.org, in any text."""
    texts = list(_texts(_example(definition, area)))
    numbers = {number for text in texts for number in NUMBER.findall(text)}
    assert {number for number in numbers if not FICTION.fullmatch(number)} == set()
    mails = {mail for text in texts for mail in MAIL.findall(text)}
    assert {mail for mail in mails if not mail.endswith("@example.org")} == set()
    assert numbers or definition not in ("missing_report", "own_copy", "philomena", "trigger_plan")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(inner)
