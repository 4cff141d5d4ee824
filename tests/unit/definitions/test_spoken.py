"""A definition speaks its area's language."""

from __future__ import annotations

from dataclasses import replace

from formsvc.definitions.reading import Report
from formsvc.definitions.spoken import spoken
from tests.unit.definitions.library import sound

AREA = replace(sound().area("TST"), name="Testland", terms={"return_interview": "catch-up", "mash": "MASH"})


def test_terms_are_the_areas_words_anywhere_in_a_text() -> None:
    """A term is replaced in every text at any depth, with a capital first letter where it is asked for."""
    report = Report("form.yaml")
    data = {
        "title": "{Return_interview} in {area_name}",
        "pages": [{"id": "one", "hint": "Ask {mash}"}],
        "n": 3,
    }
    assert spoken(data, area=AREA, report=report) == {
        "title": "Catch-up in Testland",
        "pages": [{"id": "one", "hint": "Ask MASH"}],
        "n": 3,
    }
    assert report.problems == []


def test_a_term_the_area_lacks_is_a_problem_of_its_place() -> None:
    """An unknown term is reported where it stands, with the nearest known one."""
    report = Report("form.yaml")
    spoken({"pages": [{"id": "one", "label": "{return_intervew}"}]}, area=AREA, report=report)
    (problem,) = report.problems
    assert (problem.key, problem.remedy) == ("pages.one.label", "Did you mean return_interview?")


def test_braces_that_name_nothing_stay() -> None:
    """Braces around anything but a word are text like other text."""
    assert spoken("{} {1} { a }", area=AREA, report=Report("form.yaml")) == "{} {1} { a }"
