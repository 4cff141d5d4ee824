"""Yes or no, choices and grades: what is taken, what it becomes, which code says no."""

from __future__ import annotations

from typing import Any

import pytest

from formsvc.fields.base import Place, Refused
from formsvc.fields.blocks import Pairs, Text, Ticks
from tests.builders import CHOICES, a_spec

OTHER = {"choices": dict(CHOICES), "other": True}


def read(type: str, raw: Any, **options: Any) -> Any:
    """Return the value of what was typed, or the codes."""
    spec = a_spec(type, options=options)
    try:
        return spec.type.read(spec, raw)
    except Refused as refused:
        return [code.value for code in refused.codes]


def lacks(type: str, value: Any, **options: Any) -> list[str]:
    """Return what a value still lacks before a form may be final."""
    spec = a_spec(type, options=options)
    return [code.value for code in spec.type.wanting(spec, value)]


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("yes", {"answer": "yes"}),
        ("Yes", {"answer": "yes"}),
        (True, {"answer": "yes"}),
        ("n", {"answer": "no"}),
        (False, {"answer": "no"}),
        ("not known", {"answer": "not_known"}),
        ({"answer": "yes", "detail": " In spring\n"}, {"answer": "yes", "detail": "In spring"}),
        ({"answer": "no", "detail": "left from before"}, {"answer": "no"}),
        ({"answer": "yes", "detail": ""}, {"answer": "yes"}),
        ({"answer": "", "detail": "In spring"}, ["answer_missing"]),
        ("perhaps", ["answer_unknown"]),
        ({"answer": "yes", "details": "x"}, ["unknown_part"]),
        ({"answer": "yes", "detail": "x" * 4001}, ["part_too_long"]),
        (["yes"], ["wrong_shape"]),
    ],
)
def test_yes_no_keeps_the_detail_its_answer_asks_for(raw: Any, value: Any) -> None:
    """An answer is kept with the detail that belongs to it and without what belongs to another."""
    assert read("yes_no", raw) == value


def test_yes_no_may_ask_for_detail_after_any_answer() -> None:
    """A field says after which answers there is detail, and whether it must be there when final."""
    options = {"detail_when": ["no"], "detail_required": True}
    assert read("yes_no", {"answer": "no", "detail": "why"}, **options) == {"answer": "no", "detail": "why"}
    assert lacks("yes_no", {"answer": "no"}, **options) == ["detail_missing"]
    assert lacks("yes_no", {"answer": "yes"}, **options) == []


@pytest.mark.parametrize(
    ("raw", "options", "value"),
    [
        ("tall", {}, {"choice": "tall"}),
        ({"choice": "tall"}, {}, {"choice": "tall"}),
        ("Tall", {}, ["choice_unknown"]),
        ("giant", {}, ["choice_unknown"]),
        ("other", {}, ["choice_unknown"]),
        ("x" * 100, {}, ["choice_unknown"]),
        ({"choice": "other", "other": " Wiry "}, OTHER, {"choice": "other", "other": "Wiry"}),
        ({"choice": "tall", "other": "left from before"}, OTHER, {"choice": "tall"}),
        ({"choice": "", "other": "Wiry"}, OTHER, ["choice_missing"]),
        (["tall"], {}, ["wrong_shape"]),
        ({"choice": ["tall"]}, {}, ["wrong_shape"]),
    ],
)
def test_choice_is_one_of_those_offered(raw: Any, options: dict[str, Any], value: Any) -> None:
    """A choice is kept as its code, with what "other" is where that was chosen."""
    assert read("choice", raw, **options) == value


@pytest.mark.parametrize(
    ("raw", "options", "value"),
    [
        (["tall", "short"], {}, {"choices": ["short", "tall"]}),
        ("tall", {}, {"choices": ["tall"]}),
        ({"choices": ["tall", "", "tall"]}, {}, {"choices": ["tall"]}),
        ({"choices": "tall"}, {}, {"choices": ["tall"]}),
        (["tall", "giant"], {}, ["choice_unknown"]),
        (["short", "tall"], {"max": 1}, ["choices_too_many"]),
        ({"choices": ["other"], "other": "Wiry"}, OTHER, {"choices": ["other"], "other": "Wiry"}),
        ({"choices": [], "other": "Wiry"}, OTHER, ["choice_missing"]),
        ([["tall"]], {}, ["wrong_shape"]),
    ],
)
def test_choices_stand_in_the_order_they_are_offered(raw: Any, options: dict[str, Any], value: Any) -> None:
    """Several choices are kept once each, in the order of the form."""
    assert read("choices", raw, **options) == value


def test_other_and_too_few_are_wanting_only_at_the_end() -> None:
    """A choice that is not finished can be saved, and is asked about before the form is final."""
    assert lacks("choice", {"choice": "other"}, **OTHER) == ["other_missing"]
    assert lacks("choices", {"choices": ["other"]}, **OTHER, min=2) == ["choices_too_few", "other_missing"]
    assert lacks("choice", {"choice": "tall"}, **OTHER) == []


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("high", {"grade": "high"}),
        (
            {"grade": "high", "circumstances": "Two\nnights"},
            {"grade": "high", "circumstances": "Two\nnights"},
        ),
        ({"circumstances": "Two nights"}, ["grade_missing"]),
        ("severe", ["grade_unknown"]),
        (3, ["grade_unknown"]),
    ],
)
def test_grade_is_one_of_the_areas(raw: Any, value: Any) -> None:
    """A grade is kept by its code with its circumstances, never as a number."""
    assert read("grade", raw) == value


def test_grade_may_want_its_circumstances() -> None:
    """Where the field says so, a grade without circumstances cannot be final."""
    assert lacks("grade", {"grade": "high"}, circumstances_required=True) == ["circumstances_missing"]


def test_choosing_is_printed_in_the_words_of_the_form() -> None:
    """What was chosen is printed in words, and of several choices also what was not chosen."""
    place = Place(path="it")
    yes = a_spec("yes_no", options={"detail_label": "Due"})
    value = {"answer": "yes", "detail": "In spring"}
    assert yes.type.blocks(yes, value, place) == (Text("Yes"), Pairs((("Due", "In spring"),)))
    assert yes.type.text(yes, value) == "Yes: In spring"
    several = a_spec("choices", options=OTHER)
    chosen = {"choices": ["tall", "other"], "other": "Wiry"}
    assert several.type.blocks(several, chosen, place) == (
        Ticks((("Short", False), ("Average", False), ("Tall", True), ("Other: Wiry", True))),
    )
    assert several.type.text(several, chosen) == "Tall; Other: Wiry"
    grade = a_spec("grade")
    graded = {"grade": "high", "circumstances": "Two nights"}
    assert grade.type.blocks(grade, graded, place) == (Text("High"), Text("Two nights"))
    assert grade.type.text(grade, graded) == "High: Two nights"


@pytest.mark.parametrize(
    ("type", "codes"),
    [
        ("yes_no", {"yes", "no", "not_known"}),
        ("choice", {"short", "average", "tall"}),
        ("choices", {"short", "average", "tall"}),
        ("grade", {"low", "high"}),
        ("secret", {"not_held", "elsewhere", "here"}),
        ("text", None),
    ],
)
def test_types_name_the_words_a_condition_may_compare(type: str, codes: set[str] | None) -> None:
    """A condition can only name what a field may answer."""
    spec = a_spec(type)
    assert spec.type.codes(spec) == codes
