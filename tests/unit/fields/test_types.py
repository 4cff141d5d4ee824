"""What holds of every field type."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from formsvc.fields import TYPES, field_type
from formsvc.fields.base import OptionsInvalid, Place, Refused, Widget, item
from formsvc.fields.blocks import leaves, text_of
from formsvc.fields.reading import is_blank
from formsvc.records.clean import clean
from tests.builders import a_definition, a_field, a_spec, errors_of, judged

ANSWERED = [name for name, one in TYPES.items() if one.holds_answer]

PARTS = [
    "day", "month", "year", "season", "precision", "date", "time", "fold", "answer", "detail", "choice",
    "choices", "other", "grade", "cm", "typed", "e164", "note", "lines", "town", "postcode", "name", "phone",
    "email", "sha256", "media_type", "taken", "consent", "held", "where", "ref", "id", "not_known",
]  # fmt: skip
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(PARTS), inner, max_size=4),
    max_leaves=8,
)


def test_a_type_is_found_by_its_name() -> None:
    """A type is found by the name that definitions write; there is no other."""
    assert all(field_type(name).name == name for name in TYPES)
    with pytest.raises(KeyError):
        field_type("money")


def test_every_widget_kind_is_used() -> None:
    """The kinds of widget are a closed set, and each is asked for by some type."""
    assert {one.widget for one in TYPES.values()} == set(Widget)


@pytest.mark.parametrize("name", TYPES)
def test_unknown_options_are_refused_by_name(name: str) -> None:
    """An option that a type does not have is refused, with a remedy."""
    options = {**(a_spec(name).raw_options), "colour": "red"}
    with pytest.raises(OptionsInvalid) as caught:
        field_type(name).options(options)
    assert caught.value.key == "colour"
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("name", "options", "key"),
    [
        ("text", {"max_length": 0}, "max_length"),
        ("text", {"max_length": "12"}, "max_length"),
        ("text", {"max_length": True}, "max_length"),
        ("long_text", {"max_length": 100_001}, "max_length"),
        ("whole_number", {"min": 3, "max": 2}, "min"),
        ("whole_number", {"unit": 3}, "unit"),
        ("decimal_number", {"min": 1.5}, "min"),
        ("decimal_number", {"min": "2", "max": "1"}, "min"),
        ("decimal_number", {"places": 0}, "places"),
        ("date", {"earliest": "2026-02-31"}, "earliest"),
        ("date", {"earliest": "20260201"}, "earliest"),
        ("date", {"earliest": "2026-02-02", "latest": "2026-02-01"}, "earliest"),
        ("date_time", {"latest": "tomorrow"}, "latest"),
        ("yes_no", {"detail_when": ["perhaps"]}, "detail_when"),
        ("yes_no", {"detail_when": [["yes"]]}, "detail_when"),
        ("yes_no", {"detail_when": "yes"}, "detail_when"),
        ("yes_no", {"detail_required": "yes"}, "detail_required"),
        ("choice", {}, "choices"),
        ("choice", {"choices": {}}, "choices"),
        ("choice", {"choices": {True: "Yes"}}, "choices"),
        ("choice", {"choices": {"Tall": "Tall"}}, "choices"),
        ("choice", {"choices": {"tall": ""}}, "choices"),
        ("choice", {"choices": {"not_known": "Not known"}}, "choices"),
        ("choice", {"choices": {"other": "Other"}, "other": True}, "choices"),
        ("choice", {"choices": {f"c{n}": "x" for n in range(201)}}, "choices"),
        ("choices", {"choices": {"a": "A"}, "min": 2}, "min"),
        ("choices", {"choices": {"a": "A", "b": "B"}, "min": 2, "max": 1}, "min"),
        ("grade", {"grades": ["low"]}, "grades"),
        ("measure", {"min_cm": 9, "max_cm": 8}, "min_cm"),
        ("phone", {"note": "yes"}, "note"),
        ("file", {"accept": "application/pdf"}, "accept"),
        ("file", {"accept": ["pdf"]}, "accept"),
        ("rows", {"min": 3, "max": 2}, "min"),
        ("rows", {"max": 2001}, "max"),
        ("rows", {"show": "list"}, "show"),
        ("guidance", {}, "text"),
        ("guidance", {"text": " "}, "text"),
    ],
)
def test_options_that_make_no_sense_are_refused(name: str, options: dict[Any, Any], key: str) -> None:
    """An option of the wrong kind, or one that leaves no room for an answer, is refused by name."""
    with pytest.raises(OptionsInvalid) as caught:
        field_type(name).options(options)
    assert caught.value.key == key
    assert caught.value.remedy


def test_options_read_yes_and_no_as_yaml_means_them() -> None:
    """A reader of YAML may hand over booleans for the words yes and no."""
    assert field_type("yes_no").options({"detail_when": [True, "no"]}).detail_when == ("yes", "no")


@pytest.mark.parametrize("name", ANSWERED)
@pytest.mark.usefixtures("fixed_clock")
def test_every_type_gives_an_example_that_passes_and_is_printed(name: str) -> None:
    """The example of a type is a value, passes the gate for a final form and can be read in print."""
    form = a_definition(
        a_field(
            "it", name, **({"fields": [a_field("name"), a_field("seen", "date")]} if name == "rows" else {})
        )
    )
    spec = next(form.fields())
    example = spec.type.example(spec)
    found = judged(form, {"it": example})
    assert errors_of(found) == []
    assert found.answers == {"it": example}
    printed = item(spec, example, Place(path="it"))
    assert printed is not None
    assert all(text_of(leaf) for leaf in leaves(printed))
    assert spec.type.text(spec, example)
    assert json.loads(json.dumps(example)) == example


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("text", {"max_length": 5}),
        ("whole_number", {"min": 100, "max": 101}),
        ("whole_number", {"max": 3}),
        ("decimal_number", {"min": "20", "max": "21.5", "places": 1}),
        ("date", {"earliest": "today"}),
        ("date", {"latest": "1999-12-31"}),
        ("date", {"earliest": "2030-01-01", "latest": "2030-01-01"}),
        ("approximate_date", {"latest": "1999-12-31"}),
        ("date_time", {"earliest": "2030-01-01"}),
        ("choices", {"choices": {"a": "A", "b": "B", "c": "C"}, "min": 3}),
        ("choices", {"choices": {"a": "A", "b": "B"}, "max": 1}),
        ("yes_no", {"detail_when": ["no"], "detail_required": True}),
        ("measure", {"min_cm": 200}),
        ("phone", {"note": False}),
        ("file", {"accept": ["image/png"]}),
        ("person", {"role_required": True, "phone_required": True}),
        ("rows", {"min": 3}),
        ("rows", {"max": 1}),
    ],
)
@pytest.mark.usefixtures("fixed_clock")
def test_examples_keep_to_the_options(name: str, options: dict[str, Any]) -> None:
    """The example of a field keeps to what the field asks."""
    form = a_definition(
        a_field("it", name, options=options, **({"fields": [a_field("name")]} if name == "rows" else {}))
    )
    spec = next(form.fields())
    found = judged(form, {"it": spec.type.example(spec)})
    assert errors_of(found) == []
    assert found.answers == {"it": spec.type.example(spec)}


@pytest.mark.parametrize("name", ANSWERED)
@given(raw=PLAIN)
@example(raw={"day": None, "month": None, "lines": None})
@example(raw={"lines": {}, "choices": 5, "numbers": "x"})
def test_every_type_reads_or_refuses_and_reads_its_own_values_again(name: str, raw: Any) -> None:
    """Whatever plain data comes, a type gives a value or codes; its values it reads to themselves."""
    spec = a_spec(name)
    raw = clean(raw).value
    spec.type.spread(spec, raw)
    if is_blank(raw):
        return
    try:
        value = spec.type.read(spec, raw)
    except Refused:
        return
    assert json.loads(json.dumps(value)) == value
    if not spec.children:
        assert spec.type.read(spec, value) == value
        assert isinstance(spec.type.text(spec, value), str)
        assert spec.type.blocks(spec, value, Place(path="it"))


@pytest.mark.usefixtures("fixed_clock")
def test_guidance_holds_no_answer() -> None:
    """Advice is shown and never answered, printed or gathered."""
    spec = a_spec("guidance")
    assert spec.type.gather(spec) is None
    assert spec.type.blocks(spec, None, Place(path="it")) == ()
    assert spec.type.text(spec, None) == ""
    assert spec.type.example(spec) is None
    assert item(spec, "x", Place(path="it")) is None
    assert errors_of(judged(a_definition(a_field("it", "guidance")), {"it": "x"})) == [
        ("it", "unknown_field")
    ]
