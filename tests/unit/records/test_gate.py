"""The gate: what becomes an answer, what stays as typed, what is asked, what is required."""

from __future__ import annotations

import json
from typing import Any

import pytest

from formsvc.definitions.model import Stage
from formsvc.errors import AnswersInvalid
from formsvc.records.gate import REMOVED, Gate, error_words, restored
from tests.builders import DATA, a_definition, a_field, an_area, errors_of, judged, kitchen_sink

pytestmark = pytest.mark.usefixtures("fixed_clock")

DRAFT = Stage.DRAFT


def friends(*fields: dict[str, Any], **keys: Any) -> dict[str, Any]:
    """Return a repeating group."""
    return a_field(
        "friends", "rows", fields=list(fields) or [a_field("name"), a_field("born", "date")], **keys
    )


def test_gate_reads_what_people_typed() -> None:
    """The kitchen sink's answers, typed by hand, become values; values pass again unchanged."""
    form = kitchen_sink()
    typed = json.loads((DATA / "kitchen_sink.answers.json").read_text(encoding="utf-8"))["answers"]
    found = judged(form, typed)
    assert errors_of(found) == []
    assert found.typed == {}
    assert found.not_asked == {"associates.a1.harm", "associates.a3.harm"}
    again = judged(form, found.answers)
    assert again.answers == found.answers
    assert again.errors == ()
    assert again.notices == ()


def test_gate_keeps_what_it_cannot_read_as_it_was_typed() -> None:
    """A date that does not exist is not an answer, is not lost, and stops nothing else."""
    form = a_definition(a_field("born", "date"), a_field("name"), friends())
    typed = {
        "born": "31/2/2026",
        "name": "Robin",
        "friends": [{"id": "a1", "born": {"day": "31", "month": "2"}}],
    }
    found = judged(form, typed, stage=DRAFT)
    assert found.answers == {"name": "Robin", "friends": [{"id": "a1"}]}
    assert found.typed == {"born": "31/2/2026", "friends.a1.born": {"day": "31", "month": "2"}}
    assert errors_of(found) == [("born", "date_unreal"), ("friends.a1.born", "date_incomplete")]
    assert restored(found.answers, found.typed) == typed


@pytest.mark.parametrize(
    "raw", [None, "", "  \n ", "\u200b", [], {}, {"day": "", "month": " ", "year": None}, [[], {}]]
)
def test_gate_takes_an_empty_answer_for_none(raw: Any) -> None:
    """What holds nothing is no answer, whatever its shape."""
    found = judged(a_definition(a_field("it", "date"), a_field("text")), {"it": raw, "text": raw})
    assert (found.answers, found.typed, found.errors) == ({}, {}, ())


@pytest.mark.parametrize("raw", [None, "a", 7, True, [], ["a"], [{"name": "Robin"}]])
def test_gate_wants_one_object(raw: Any) -> None:
    """Anything but an object is refused as a whole."""
    assert errors_of(judged(a_definition(a_field("name")), raw)) == [("", "answers_shape")]


def test_gate_raises_when_it_is_asked_to() -> None:
    """A caller that cannot go on with errors raises them all."""
    form = a_definition(a_field("name", required="final"), a_field("born", "date", required="final"))
    with pytest.raises(AnswersInvalid) as caught:
        judged(form, {}).raise_if_invalid()
    assert [(error.path, error.code) for error in caught.value.errors] == [
        ("name", "required"),
        ("born", "required"),
    ]
    judged(form, {"name": "Robin", "born": "1/2/2011"}).raise_if_invalid()


@pytest.mark.parametrize(
    ("raw", "offered", "value", "codes"),
    [
        ({"not_known": True}, True, {"not_known": True}, []),
        ({"not_known": "yes", "day": "", "month": ""}, True, {"not_known": True}, []),
        ({"not_known": "on"}, True, {"not_known": True}, []),
        ({"not_known": 1}, True, {"not_known": True}, []),
        ({"not_known": True}, False, None, ["not_known_not_offered"]),
        ({"not_known": True, "day": "3"}, True, None, ["not_known_and_answered"]),
        ({"not_known": True, "day": "3"}, False, None, ["not_known_and_answered"]),
        ({"not_known": False}, True, None, []),
        ({"not_known": ""}, True, None, []),
        ({"not_known": "", "day": "3", "month": "4", "year": "2026"}, True, "2026-04-03", []),
        ({"not_known": "maybe"}, True, None, ["wrong_shape"]),
        ({"not_known": [True]}, True, None, ["wrong_shape"]),
    ],
)
def test_gate_takes_not_known_where_it_is_offered(
    raw: Any, *, offered: bool, value: Any, codes: list[str]
) -> None:
    """The answer "not known" stands by itself, where the field offers it, and never beside another."""
    found = judged(a_definition(a_field("it", "date", not_known=offered)), {"it": raw})
    assert found.answers.get("it") == value
    assert [error.code for error in found.errors] == codes
    assert ("it" in found.typed) is bool(codes)


def test_gate_takes_not_known_of_a_group() -> None:
    """A group may be answered "not known"; rows beside that are kept as typed."""
    form = a_definition(friends(not_known=True))
    assert judged(form, {"friends": {"not_known": "yes"}}).answers == {"friends": {"not_known": True}}
    both = {"not_known": "yes", "typed": [{"id": "a1", "name": "Jo"}]}
    found = judged(form, {"friends": both})
    assert errors_of(found) == [("friends", "not_known_and_answered")]
    assert found.typed == {"friends": both}


def test_gate_refuses_what_the_form_does_not_ask() -> None:
    """A key that is no field of the form is named, as far as it can be named."""
    form = a_definition(a_field("name"), friends(), a_field("advice", "guidance"))
    typed = {
        "nmae": "x",
        "advice": "x",
        7: "x",
        "long" * 10: "x",
        "\u202e": "x",
        "friends": [{"id": "a1", "name": "Jo", "colour": "red"}],
    }
    assert errors_of(judged(form, typed)) == [
        ("friends.a1.colour", "unknown_field"),
        ("nmae", "unknown_field"),
        ("advice", "unknown_field"),
        ("", "unknown_field"),
    ]
    assert len(judged(form, {f"k{n}": "x" for n in range(100_000)}).errors) == 20


def test_gate_asks_what_a_condition_shows() -> None:
    """A question whose condition does not hold is not asked, and an answer to it is dropped."""
    form = a_definition(
        a_field("pregnant", "yes_no"), a_field("due", "date", shown_when="pregnant = yes", required="final")
    )
    hidden = judged(form, {"pregnant": "no", "due": "nonsense"})
    assert (hidden.answers, hidden.typed, hidden.errors) == ({"pregnant": {"answer": "no"}}, {}, ())
    assert hidden.not_asked == {"due"}
    shown = judged(form, {"pregnant": "yes"})
    assert errors_of(shown) == [("due", "required")]
    assert shown.not_asked == frozenset()


def test_gate_asks_what_a_condition_shows_in_each_row() -> None:
    """A condition in a row looks at its row first, and then at the form."""
    form = a_definition(
        a_field("all_known", "yes_no"),
        friends(
            a_field("name"),
            a_field("near", "yes_no"),
            a_field("street", shown_when="near = yes and all_known = yes", required="final"),
        ),
    )
    rows = [
        {"id": "a1", "near": "yes"},
        {"id": "a2", "near": "no", "street": "x"},
        {"id": "a3", "street": "x"},
    ]
    found = judged(form, {"all_known": "yes", "friends": rows})
    assert errors_of(found) == [("friends.a1.street", "required")]
    assert found.not_asked == {"friends.a2.street", "friends.a3.street"}
    found = judged(form, {"all_known": "no", "friends": rows})
    assert found.not_asked == {"friends.a1.street", "friends.a2.street", "friends.a3.street"}


def test_gate_drops_nothing_that_hangs_on_an_answer_it_could_not_read() -> None:
    """A slip in one answer does not cost the answers that hang on it: they wait as typed, unjudged."""
    form = a_definition(
        a_field("born", "date"),
        a_field("school", shown_when="answered(born)", required="final"),
        a_field("teacher", "date", shown_when="answered(school)"),
        friends(shown_when="answered(born)"),
        a_field("job", required={"at": "final", "when": "not answered(born)"}),
    )
    typed = {
        "born": "31/2/2011",
        "school": "x\u202ey",
        "teacher": "nonsense",
        "friends": [{"id": "a1", "name": "Jo"}],
    }
    found = judged(form, typed)
    assert found.answers == {}
    assert found.not_asked == frozenset()
    assert errors_of(found) == [("born", "date_unreal")]
    assert found.typed == {**typed, "school": "xy"}
    mended = judged(form, {**restored(found.answers, found.typed), "born": "3/2/2011"})
    assert mended.answers == {"born": "2011-02-03", "school": "xy", "friends": [{"id": "a1", "name": "Jo"}]}
    assert errors_of(mended) == [("teacher", "date_unreadable")]


def test_gate_asks_for_what_each_stage_requires() -> None:
    """A draft needs little, a final form more; a stage asks for what the earlier one asks."""
    form = a_definition(
        a_field("name", required="draft"),
        a_field("born", "date", required="final"),
        a_field("home", "choice", required="final"),
        a_field("photo", "photo", required="final"),
        friends(a_field("name", required="final"), required="final"),
        a_field("sister", required={"at": "final", "when": "answered(name)"}),
    )
    assert errors_of(judged(form, {}, stage=DRAFT)) == [("name", "required")]
    assert errors_of(judged(form, {})) == [
        ("name", "required"),
        ("born", "required"),
        ("home", "required_choice"),
        ("photo", "required_file"),
        ("friends", "required_rows"),
    ]
    assert errors_of(judged(form, {"name": "Robin", "friends": [{"id": "a1"}]}))[-2:] == [
        ("friends.a1.name", "required"),
        ("sister", "required"),
    ]


def test_gate_does_not_ask_again_for_what_it_could_not_read() -> None:
    """One answer has one error: what is wrong with it, not that it is missing too."""
    form = a_definition(
        a_field("born", "date", required="final"), friends(required="final", options={"max": 1})
    )
    found = judged(form, {"born": "x", "friends": [{"name": "a"}, {"name": "b"}]})
    assert errors_of(found) == [("born", "date_unreadable"), ("friends", "rows_too_many")]
    assert found.typed == {"born": "x", "friends": [{"name": "a"}, {"name": "b"}]}


def test_gate_wants_the_whole_of_an_answer_only_when_the_form_is_final() -> None:
    """A half-finished answer is kept in a draft, and asked about before the form is final."""
    form = a_definition(
        a_field("risk", "grade", options={"circumstances_required": True}),
        friends(options={"min": 2}),
        a_field("by", "person"),
    )
    typed = {"risk": "high", "friends": [{"id": "a1", "name": "Jo"}], "by": {"role": "Aunt"}}
    assert judged(form, typed, stage=DRAFT).errors == ()
    assert errors_of(judged(form, typed)) == [
        ("risk", "circumstances_missing"),
        ("friends", "rows_too_few"),
        ("by", "person_name_missing"),
    ]
    assert errors_of(judged(form, {}, stage=Stage.FINAL)) == [("friends", "rows_too_few")]


def test_gate_leaves_rows_their_order_and_gives_new_ones_ids() -> None:
    """Rows keep order and ids; a new row is given an id, by which its errors are found."""
    form = a_definition(friends())
    found = judged(
        form, {"friends": [{"name": "Jo"}, {"id": "a1", "name": "Sam"}, {"born": "31/2/2011"}, {"name": ""}]}
    )
    rows = found.answers["friends"]
    assert [row.get("name") for row in rows] == ["Jo", "Sam", None]
    assert rows[1]["id"] == "a1"
    assert errors_of(found) == [(f"friends.{rows[2]['id']}.born", "date_unreal")]
    assert judged(form, restored(found.answers, found.typed)).answers == found.answers


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("Jo", "rows_shape"),
        ({"id": "a1", "name": "Jo"}, "rows_shape"),
        (["Jo"], "rows_shape"),
        ([{"id": "a1", "name": "Jo"}, {"id": "a1", "name": "Sam"}], "rows_id_twice"),
        ([{"id": "../x", "name": "Jo"}], "rows_id_unreadable"),
    ],
)
def test_gate_refuses_rows_that_are_none(raw: Any, code: str) -> None:
    """A group that is not rows of objects with ids of their own stays as typed, whole."""
    found = judged(a_definition(friends()), {"friends": raw})
    assert errors_of(found) == [("friends", code)]
    assert found.typed == {"friends": raw}


def test_gate_keeps_secrets_only_where_the_area_allows_it() -> None:
    """A reference to a secret passes only in an area that keeps secrets; no draft keeps the secret."""
    here = {"held": "here", "ref": "k3m9x2abq7rt"}
    fields = [a_field("code", "secret")]
    allowed = judged(a_definition(*fields, area=an_area(secrets=True)), {"code": here})
    assert (allowed.answers, allowed.errors) == ({"code": here}, ())
    refused = judged(a_definition(*fields), {"code": here})
    assert errors_of(refused) == [("code", "secret_not_here")]
    assert refused.typed == {"code": {"held": "here"}}
    typed = judged(a_definition(*fields), {"code": {"held": "here", "value": "4711"}})
    assert "4711" not in repr(typed)
    hanging = a_definition(a_field("born", "date"), a_field("code", "secret", shown_when="answered(born)"))
    assert "4711" not in repr(
        judged(hanging, {"born": "31/2/2011", "code": {"held": "here", "value": "4711"}})
    )


@pytest.mark.parametrize(
    "raw",
    [
        [{"id": "a1", "code": {"value": "4711"}}, {"id": "a1", "name": "Jo"}],
        [{"id": "../", "code": "4711", "other": "4711"}],
        [{"id": "a1", "code": {"held": "here", "where": "4711"}}] * 2,
        ["4711"],
        {"code": "4711"},
        "4711",
        {"not_known": "yes", "typed": [{"id": "a1", "code": {"ref": "4711"}}]},
    ],
)
def test_gate_keeps_no_secret_of_rows_that_it_could_not_read(raw: Any) -> None:
    """A group refused, or set aside, whole keeps nothing that may be the secret of a row."""
    group = friends(a_field("name"), a_field("code", "secret"), not_known=True)
    found = judged(a_definition(group), {"friends": raw})
    assert found.errors
    assert "4711" not in repr(found)
    hanging = a_definition(a_field("born", "date"), {**group, "shown_when": "answered(born)"})
    assert "4711" not in repr(judged(hanging, {"born": "31/2/2011", "friends": raw}))


def test_gate_keeps_the_rest_of_such_rows() -> None:
    """What cannot be a secret is not lost with it."""
    form = a_definition(friends(a_field("name"), a_field("code", "secret")))
    rows = [{"id": "a1", "name": "Jo", "code": {"held": "here", "value": "4711"}}] * 2
    assert judged(form, {"friends": rows}).typed == {
        "friends": [{"id": "a1", "name": "Jo", "code": {"held": "here"}}] * 2
    }


def test_gate_checks_across_fields() -> None:
    """A rule over several fields gives its code to each of them that is asked."""
    form = a_definition(
        a_field("born", "date"),
        a_field("died", "date"),
        a_field("why", "yes_no"),
        a_field("how", shown_when="why = yes"),
        cross_checks=[
            {
                "id": "one",
                "when": "answered(died) and not answered(born)",
                "code": "died_unborn",
                "words": "Enter both",
                "fields": ["born", "how"],
            },
            {
                "id": "two",
                "when": "answered(died)",
                "code": "too_soon",
                "words": "Not yet",
                "fields": ["died"],
                "at": "draft",
            },
        ],
    )
    assert errors_of(judged(form, {"died": "1/2/2011"})) == [("born", "died_unborn"), ("died", "too_soon")]
    assert errors_of(judged(form, {"died": "1/2/2011"}, stage=DRAFT)) == [("died", "too_soon")]
    assert errors_of(judged(form, {"died": "1/2/2011", "born": "31/2/2011"})) == [
        ("born", "date_unreal"),
        ("died", "too_soon"),
    ]
    found = judged(form, {"died": "1/2/2011"})
    assert [error_words(form, error) for error in found.errors] == ["Enter both", "Not yet"]


def test_gate_checks_across_the_fields_of_each_row() -> None:
    """A rule over the fields of a row is looked at in every row."""
    form = a_definition(
        a_field("strict", "yes_no"),
        friends(a_field("name"), a_field("harms", "yes_no"), a_field("number", "phone")),
        cross_checks=[
            {
                "id": "one",
                "when": "strict = yes and harms = yes and not answered(number)",
                "code": "needs_number",
                "words": "Enter a number",
                "fields": ["friends.*.number"],
            }
        ],
    )
    rows = [
        {"id": "a1", "harms": "yes"},
        {"id": "a2", "harms": "yes", "number": "01632 960100"},
        {"id": "a3", "harms": "no"},
        {"id": "a4", "harms": "yes", "number": "what?"},
    ]
    assert errors_of(judged(form, {"strict": "yes", "friends": rows})) == [
        ("friends.a1.number", "needs_number"),
        ("friends.a4.number", "phone_unreadable"),
    ]
    assert errors_of(judged(form, {"strict": "yes"})) == []


def test_gate_leaves_a_check_that_looks_at_what_it_could_not_read() -> None:
    """A rule over rows waits for an answer after the rows that could not be read."""
    form = a_definition(
        friends(a_field("name"), a_field("number", "phone")),
        a_field("rung", "date"),
        cross_checks=[
            {
                "id": "one",
                "when": "not answered(rung) and not answered(number)",
                "code": "needs_number",
                "words": "Enter a number",
                "fields": ["friends.*.number"],
            }
        ],
    )
    rows = [{"id": "a1", "name": "Jo"}]
    assert errors_of(judged(form, {"friends": rows})) == [("friends.a1.number", "needs_number")]
    assert errors_of(judged(form, {"friends": rows, "rung": "31/2/2026"})) == [("rung", "date_unreal")]


def test_gate_says_when_characters_were_taken_out() -> None:
    """An answer from which characters were removed passes, with a notice at its path."""
    form = a_definition(a_field("name"), friends(), a_field("home", "address"))
    found = judged(
        form,
        {
            "name": "Ro\u202ebin",
            "friends": [{"id": "a1", "name": "J\x00o"}],
            "home": {"lines": ["14\x07", "b"]},
        },
    )
    assert found.answers["name"] == "Robin"
    assert found.notices == (("name", REMOVED), ("friends.a1.name", REMOVED), ("home", REMOVED))
    assert found.errors == ()


def test_gate_orders_errors_as_the_form_is_read() -> None:
    """Errors stand in the order of the form, whatever the order of what was sent."""
    form = a_definition(a_field("one", "date"), friends(), a_field("two", "date"))
    rows = [{"born": "x", "id": "a2", "name": ["x"]}, {"id": "a1", "born": "x"}]
    assert [
        error.path for error in judged(form, {"two": "x", "three": "x", "friends": rows, "one": "x"}).errors
    ] == [
        "one",
        "friends.a2.name",
        "friends.a2.born",
        "friends.a1.born",
        "two",
        "three",
    ]


def test_gate_builds_its_rules_once_for_a_definition() -> None:
    """Two gates of one effective definition share their rules; another definition has its own."""
    one, same = a_definition(a_field("name")), a_definition(a_field("name"))
    other = a_definition(a_field("name", label="Other"))
    assert Gate(one).plan is Gate(same).plan
    assert Gate(one).plan is not Gate(other).plan


def test_gate_does_not_change_what_it_is_given() -> None:
    """What was typed is the caller's, and stays as it was."""
    typed = {"friends": [{"name": "Jo\x00"}], "born": {"day": "3"}}
    before = json.loads(json.dumps(typed))
    judged(a_definition(friends(), a_field("born", "date")), typed)
    assert typed == before


def test_error_words_speak_of_the_field() -> None:
    """An error is said with the label of its field; one that belongs to no field still says something."""
    form = a_definition(
        a_field("born", "date", label="Date of birth"), friends(a_field("seen", "date", label="Last seen"))
    )
    found = judged(form, {"born": "x", "friends": [{"id": "a1", "seen": "x"}], "zoo": "x"})
    assert [error_words(form, error) for error in found.errors] == [
        "Date of birth must be a date, like 8 November 2026",
        "Last seen must be a date, like 8 November 2026",
        "This form does not ask for this: leave it out",
    ]
    assert error_words(form, judged(form, []).errors[0]).startswith("The answers cannot be read")
