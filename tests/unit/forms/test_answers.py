"""Forms: what was typed goes to the gate as it was typed, comes back as it was typed, with what is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import wtforms
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from formsvc.definitions.model import Stage
from formsvc.errors import AnswerError
from formsvc.fields import TYPES
from formsvc.fields.gather import Codes, Parts, Rows
from formsvc.forms import filled, form_class, show_errors, typed
from formsvc.records.gate import Gate, restored
from tests.anything import ANYTHING
from tests.builders import DATA, a_definition, a_field, errors_of, judged, kitchen_sink

pytestmark = pytest.mark.usefixtures("fixed_clock")

SINK = kitchen_sink()


def sent(form: Any) -> MultiDict[str, str]:
    """Return what a browser sends of a form as it stands: each input by its name."""

    def inputs(fields: Any) -> Iterator[tuple[str, str]]:
        for field in fields:
            if isinstance(field, Codes):
                yield from ((field.name, code) for code in field.data)
            elif isinstance(field, Parts):
                yield from inputs(field.form)
            elif isinstance(field, Rows):
                for entry in field.entries:
                    yield from inputs(entry.form)
            else:
                yield field.name, field.data

    return MultiDict(list(inputs(form)))


def test_form_sends_what_was_typed_to_the_gate() -> None:
    """A posted form becomes plain data of raw text, which the gate reads."""
    form = a_definition(
        a_field("name"),
        a_field("born", "date"),
        a_field("build", "choices"),
        a_field("number", "phone"),
        a_field("advice", "guidance"),
        a_field("friends", "rows", fields=[a_field("name"), a_field("seen", "date")]),
    )
    posted = MultiDict(
        [
            ("name", "  Robin "),
            ("born-day", "31"),
            ("born-month", "2"),
            ("born-year", "2026"),
            ("build-choices", "tall"),
            ("build-choices", "short"),
            ("number-e164", "07700 900142"),
            ("friends-0-id", "a1"),
            ("friends-0-name", "Jo"),
            ("friends-1-name", " "),
            ("friends-7-name", "Sam"),
            ("friends-7-seen-day", "3"),
            ("csrf_token", "x"),
        ]
    )
    bound = form_class(form)(posted)
    raw = typed(bound)
    new = raw["friends"][1]["id"]
    assert raw == {
        "name": "  Robin ",
        "born": {"day": "31", "month": "2", "year": "2026"},
        "build": {"choices": ["tall", "short"]},
        "number": {"e164": "07700 900142", "note": ""},
        "friends": [
            {"id": "a1", "name": "Jo", "seen": {"day": "", "month": "", "year": ""}},
            {"id": new, "name": "Sam", "seen": {"day": "3", "month": "", "year": ""}},
        ],
    }
    assert typed(bound) == raw
    found = judged(form, raw)
    assert errors_of(found) == [("born", "date_unreal"), (f"friends.{new}.seen", "date_incomplete")]
    assert found.answers["build"] == {"choices": ["short", "tall"]}


def test_form_shows_every_value_so_that_it_comes_back() -> None:
    """Answers shown in a form and sent again unchanged are the same answers, for every field type."""
    raw = json.loads((DATA / "kitchen_sink.answers.json").read_text(encoding="utf-8"))["answers"]
    answers = judged(SINK, raw).answers
    shown = form_class(SINK)(data=filled(SINK, answers))
    assert judged(SINK, typed(shown)).answers == answers
    again = judged(SINK, typed(form_class(SINK)(sent(shown))))
    assert again.answers == answers
    assert again.errors == ()


def test_form_shows_what_could_not_be_read_as_it_was_typed() -> None:
    """31/2/2026 comes back into its inputs, and so does everything else that could not be read."""
    form = a_definition(
        a_field("born", "date", not_known=True),
        a_field("moved", "approximate_date"),
        a_field("seen", "date_time"),
        a_field("tall", "measure"),
        a_field("friends", "rows", not_known=True, fields=[a_field("name"), a_field("number", "phone")]),
    )
    raw = {
        "born": {"not_known": "yes", "day": "31", "month": "2", "year": "2026"},
        "moved": {"day": "", "month": "", "season": "harvest", "year": "2026"},
        "seen": {"day": "25", "month": "10", "year": "2026", "time": "1.30am", "fold": ""},
        "tall": "5.4",
        "friends": [{"id": "a1", "name": "Jo", "number": {"e164": "07700", "note": "x"}}],
    }
    found = judged(form, raw, stage=Stage.DRAFT)
    shown = form_class(form)(data=filled(form, restored(found.answers, found.typed)))
    assert typed(shown) == raw
    assert shown["born"]["day"].data == "31"


@pytest.mark.parametrize(
    ("raw", "inputs"),
    [
        ("31/2/2026", {"day": "31", "month": "2", "year": "2026"}),
        ("31 Feb 2026", {"day": "31", "month": "Feb", "year": "2026"}),
        ("some day", {"day": "some day", "month": "", "year": ""}),
        ("2026-11-08", {"day": "8", "month": "11", "year": "2026"}),
        (7, {"day": "7", "month": "", "year": ""}),
        (["x"], {"day": "", "month": "", "year": ""}),
    ],
)
def test_form_shows_a_date_that_came_as_text_in_its_inputs(raw: Any, inputs: dict[str, str]) -> None:
    """A date that another door left as one text is shown in its three inputs."""
    form = a_definition(a_field("born", "date"))
    assert form_class(form)(data=filled(form, {"born": raw}))["born"].data == inputs


def test_form_takes_not_known_beside_every_shape() -> None:
    """The tick "not known" stands for the whole answer; what was typed beside it is not thrown away."""
    form = a_definition(
        a_field("name", not_known=True),
        a_field("born", "date", not_known=True),
        a_field("friends", "rows", not_known=True, fields=[a_field("name", not_known=True)]),
    )
    ticks = MultiDict([("name-not_known", "yes"), ("born-not_known", "yes"), ("friends-not_known", "yes")])
    raw = typed(form_class(form)(ticks))
    assert raw == {
        "name": {"not_known": "yes"},
        "born": {"not_known": "yes"},
        "friends": {"not_known": "yes"},
    }
    found = judged(form, raw)
    assert found.errors == ()
    assert typed(form_class(form)(data=filled(form, found.answers))) == raw
    both = MultiDict(
        [
            *ticks.items(),
            ("name", "Robin"),
            ("born-day", "3"),
            ("friends-0-name", "Jo"),
            ("friends-0-id", "a1"),
        ]
    )
    raw = typed(form_class(form)(both))
    assert raw["name"] == {"not_known": "yes", "typed": "Robin"}
    assert raw["born"] == {"not_known": "yes", "day": "3", "month": "", "year": ""}
    found = judged(form, raw)
    assert [error.code for error in found.errors] == ["not_known_and_answered"] * 3
    assert typed(form_class(form)(data=filled(form, restored(found.answers, found.typed)))) == raw
    row = typed(form_class(form)(MultiDict([("friends-0-id", "a1"), ("friends-0-name-not_known", "yes")])))
    assert judged(form, row).answers == {"friends": [{"id": "a1", "name": {"not_known": True}}]}


def test_form_puts_each_error_beside_its_input() -> None:
    """An error is shown at the field it is about, rows by their ids; the others are handed back."""
    form = a_definition(
        a_field("born", "date", label="Date of birth", required="final"),
        a_field(
            "friends",
            "rows",
            label="Friends",
            fields=[a_field("name", label="Name"), a_field("seen", "date", label="Seen")],
        ),
    )
    rows = [
        {"id": "a1", "name": "Jo", "seen": {"day": "31"}},
        {"id": "a2", "name": "Sam", "seen": {"day": "x"}},
    ]
    shown = form_class(form)(data=filled(form, {"friends": rows}))
    errors = judged(form, typed(shown)).errors
    elsewhere = (
        AnswerError(path="zoo", code="unknown_field"),
        AnswerError(path="", code="answers_shape"),
        AnswerError(path="friends.zz.name", code="required"),
        AnswerError(path="friends.a1", code="required"),
        AnswerError(path="born.day", code="required"),
        AnswerError(path="friends.a1.zoo", code="required"),
    )
    own = AnswerError(path="friends", code="too_few_friends")
    assert show_errors(shown, (*errors, own, *elsewhere), own={"too_few_friends": "Enter more"}) == elsewhere
    assert shown["born"].errors == ["Enter date of birth"]
    assert shown["friends"].errors == ["Enter more"]
    entries = shown["friends"].entries
    assert [entry["seen"].errors for entry in entries] == [
        ["Enter the day, the month and the year of seen"],
        ["Enter the day, the month and the year of seen"],
    ]
    assert [entry["name"].errors for entry in entries] == [[], []]


@pytest.mark.parametrize(
    "id", ["data", "errors", "validate", "meta", "process", "form", "prefix", "formdata", "obj"]
)
def test_form_takes_any_id(id: str) -> None:
    """No id that a definition may use is taken by the form itself, in rows neither."""
    form = a_definition(a_field(id), a_field("rows1", "rows", fields=[a_field(id), a_field("other")]))
    shown = form_class(form)(MultiDict([(id, "x"), (f"rows1-0-{id}", "y"), ("rows1-0-id", "a1")]))
    raw = typed(shown)
    assert raw == {id: "x", "rows1": [{"id": "a1", id: "y", "other": ""}]}
    again = form_class(form)(data=filled(form, raw))
    assert typed(again) == raw


@pytest.mark.parametrize("number", ["²", "٣", "-1", "1e3", "9" * 5000, "x", ""])
def test_form_survives_odd_numbers_of_rows(number: str) -> None:
    """The name of an input that names no row is no row, and breaks nothing."""
    form = a_definition(a_field("friends", "rows", fields=[a_field("name")]))
    assert typed(
        form_class(form)(MultiDict([(f"friends-{number}-name", "Jo"), ("friendship-0-name", "Jo")]))
    ) == {"friends": []}


def test_form_of_a_page_holds_that_page() -> None:
    """A page's form holds the fields of that page and no others; it is a form like any."""
    page = SINK.pages[1]
    made = form_class(page)
    assert issubclass(made, wtforms.Form)
    shown = made(data=filled(page, {"date_of_birth": "2011-11-08"}))
    assert list(typed(shown)) == ["date_of_birth", "moved_in", "last_seen"]
    assert shown["moved_in"].spec.type is TYPES["approximate_date"]
    assert shown["moved_in"].label.text == "Moved in"
    assert "full_name" not in shown
    left = show_errors(shown, [AnswerError(path="full_name", code="required")])
    assert [error.path for error in left] == ["full_name"]


def test_form_prefers_what_was_sent_to_what_was_there() -> None:
    """An input that was emptied is empty, whatever answer there was before."""
    form = a_definition(a_field("name"), a_field("build", "choices"), a_field("born", "date"))
    before = filled(form, {"name": "Robin", "build": {"choices": ["tall"]}, "born": "2011-11-08"})
    raw = typed(form_class(form)(MultiDict([("name", "")]), data=before))
    assert raw == {"name": "", "build": {"choices": []}, "born": {"day": "", "month": "", "year": ""}}


@given(st.dictionaries(st.sampled_from([field.id for field in SINK.fields()]), ANYTHING))
def test_form_shows_whatever_the_gate_kept(raw: dict[str, Any]) -> None:
    """Whatever came in, what the gate kept of it can be shown, sent and judged again, and loses no answer."""
    gate = Gate(SINK)
    found = gate.judge(raw, stage=Stage.DRAFT)
    shown = form_class(SINK)(data=filled(SINK, restored(found.answers, found.typed)))
    again = gate.judge(typed(form_class(SINK)(sent(shown))), stage=Stage.DRAFT)
    for id, value in found.answers.items():
        if not SINK.field(id).children:
            assert again.answers.get(id) == value
