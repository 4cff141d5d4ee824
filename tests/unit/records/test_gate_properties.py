"""The gate, whatever comes in: it raises nothing, loses nothing, and lets through what it let through."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from formsvc.definitions.model import Stage
from formsvc.definitions.schema import answers_schema
from formsvc.fields.words import Code
from formsvc.records.gate import Gate, Judged, error_words, restored
from tests.anything import ANY_TEXT, ANYTHING
from tests.builders import DATA, a_definition, a_field, kitchen_sink

SINK = kitchen_sink()
TYPED = json.loads((DATA / "kitchen_sink.answers.json").read_text(encoding="utf-8"))["answers"]
OWN_CODES = {check.code for check in SINK.cross_checks}


def steps(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to every part of plain data."""
    found = [at] if at else []
    if isinstance(value, dict | list):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            found += steps(one, (*at, key))
    return found


PLACES = steps(TYPED)
SCHEMA = Draft202012Validator(answers_schema(SINK))


@st.composite
def meddled(draw: st.DrawFn) -> Any:
    """Return the kitchen sink's answers with some parts replaced by anything, added to or taken away."""
    answers = copy.deepcopy(TYPED)
    for _ in range(draw(st.integers(1, 4))):
        *way, last = draw(st.sampled_from(PLACES))
        holder = answers
        try:
            for step in way:
                holder = holder[step]
            if draw(st.booleans()):
                holder[last] = draw(ANYTHING)
            elif isinstance(holder, dict):
                holder[draw(ANY_TEXT)] = draw(ANYTHING)
                del holder[last]
        except (KeyError, IndexError, TypeError):
            continue  # an earlier replacement took that place away
    return answers


def check(found_in: Any, stage: Stage) -> None:
    """Judge, and check everything that holds of every judging."""
    gate = Gate(SINK)
    found = gate.judge(found_in, stage=stage)
    assert {error.code for error in found.errors} <= {code.value for code in Code} | OWN_CODES
    assert all(error_words(SINK, error) for error in found.errors)
    json.dumps([found.typed, found.answers], ensure_ascii=False, allow_nan=False).encode()
    rfc8785.dumps(found.answers)
    rfc8785.dumps(found.typed)
    SCHEMA.validate(found.answers)
    again = gate.judge(found.answers, stage=stage)
    assert again.answers == found.answers
    assert (again.typed, again.notices) == ({}, ())
    if not found.typed and isinstance(found_in, dict) and not lost(found):
        assert set(again.errors) <= set(found.errors)
    whole = gate.judge(restored(found.answers, found.typed), stage=stage)
    if not lost(found):
        assert whole.answers == found.answers
        assert whole.typed == found.typed
        assert wrong_with(whole) == wrong_with(found)


def wrong_with(found: Judged) -> set[str]:
    """Return the paths of answers that could not be read."""
    return {error.path for error in found.errors if error.path in found.typed}


def lost(found: Judged) -> bool:
    """Say whether something was sent of which not all can be kept: what JSON has no words for, a secret."""
    codes = {
        Code.WRONG_SHAPE,
        Code.TOO_MUCH,
        Code.NUMBER_TOO_LARGE,
        Code.UNKNOWN_PART,
        Code.ROWS_SHAPE,
        Code.ROWS_ID_UNREADABLE,
        Code.SECRET_HELD_UNKNOWN,
    }
    return any(error.code in codes for error in found.errors)


@pytest.mark.usefixtures("fixed_clock")
class TestWhateverComesIn:
    """The gate raises nothing but AnswersInvalid, and judging its own answers changes nothing."""

    @given(ANYTHING, st.sampled_from(Stage))
    def test_anything(self, raw: Any, stage: Stage) -> None:
        """Anything at all may come in as the answers."""
        check(raw, stage)

    @given(
        st.dictionaries(st.sampled_from([field.id for field in SINK.fields()]), ANYTHING),
        st.sampled_from(Stage),
    )
    def test_anything_in_each_field(self, raw: Any, stage: Stage) -> None:
        """Anything at all may come in as an answer."""
        check(raw, stage)

    @given(meddled(), st.sampled_from(Stage))
    def test_anything_inside_good_answers(self, raw: Any, stage: Stage) -> None:
        """Anything at all may come in as a part of an answer."""
        check(raw, stage)


@given(ANY_TEXT)
def test_any_text_survives(text: str) -> None:
    """Whatever a person types into a text comes out of the gate as text that JSON carries unchanged."""
    form = a_definition(a_field("story", "long_text"))
    found = Gate(form).judge({"story": text}, stage=Stage.FINAL)
    assert found.errors == ()
    assert json.loads(rfc8785.dumps(found.answers)) == found.answers
    assert json.loads(json.dumps(found.answers)) == found.answers


def test_what_holds_itself_is_refused() -> None:
    """Data that holds itself, or is nested without end, costs no more than any other."""
    knot: dict[str, Any] = {}
    knot["story"] = knot["associates"] = knot
    rows: list[Any] = []
    rows.append({"name": rows, "id": "a1"})
    deep: Any = "x"
    for _ in range(100_000):
        deep = [deep]
    found = Gate(SINK).judge(
        {"story": knot, "associates": rows, "places": knot, "full_name": deep}, stage=Stage.DRAFT
    )
    assert {error.path for error in found.errors} >= {"story", "associates.a1.name", "places", "full_name"}
    while isinstance(deep, list):  # taken apart from outside, so that freeing it does not recurse
        deep = deep.pop()


def a_large_form(rows: int) -> tuple[Gate, dict[str, Any]]:
    """Return a gate and answers of `rows` rows, 25 answers each."""
    fields = [a_field(f"f{n}", ("text", "date", "yes_no", "phone", "whole_number")[n % 5]) for n in range(25)]
    row = {f"f{n}": ("some text", "8/11/2026", "yes", "07700 900142", "12")[n % 5] for n in range(25)}
    form = a_definition(a_field("many", "rows", fields=fields, options={"max": 2000}))
    return Gate(form), {"many": [{"id": f"r{n}", **row} for n in range(rows)]}


def test_large_form_is_judged_whole() -> None:
    """12,500 answers are judged, and every row comes back."""
    gate, answers = a_large_form(500)
    found = gate.judge(answers, stage=Stage.FINAL)
    assert found.errors == ()
    assert len(found.answers["many"]) == 500
