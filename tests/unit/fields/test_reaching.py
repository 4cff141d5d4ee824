"""Lengths, telephone numbers, addresses and people: what is taken and what it becomes."""

from __future__ import annotations

from typing import Any

import pytest

from formsvc.fields.base import Place, Refused
from formsvc.fields.blocks import Pairs, Text
from tests.builders import a_spec


def read(type: str, raw: Any, **options: Any) -> Any:
    """Return the value of what was typed, or the codes."""
    spec = a_spec(type, options=options)
    try:
        return spec.type.read(spec, raw)
    except Refused as refused:
        return [code.value for code in refused.codes]


@pytest.mark.parametrize(
    ("typed", "cm"),
    [
        ("163 cm", 163),
        ("163cm", 163),
        ("163", 163),
        ("162.6 cm", 163),
        ("1.63 m", 163),
        ("1.63m", 163),
        ("1 m 63", 163),
        ("1m63cm", 163),
        ("2 metres", 200),
        ("5 ft 4 in", 163),
        ("5 ft 4", 163),
        ("5ft4", 163),
        ("5 foot 4 inches", 163),
        ("5 feet", 152),
        ("5'4\"", 163),
        ("5’ 4”", 163),
        ("5' 4½\"", 164),
        ("5 ft ½ in", 154),
        ("64 in", 163),
        ('64"', 163),
    ],
)
def test_measure_is_kept_in_centimetres_with_what_was_typed(typed: str, cm: int) -> None:
    """A height is read in every usual unit, and what was said is kept beside the centimetres."""
    assert read("measure", typed) == {"typed": typed, "cm": cm}


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ({"cm": 163}, {"cm": 163}),
        ({"cm": 163, "typed": "5 ft 4 in"}, {"typed": "5 ft 4 in", "cm": 163}),
        ({"cm": 170, "typed": "5 ft 4 in"}, ["measure_disagrees"]),
        ("5.4", ["measure_no_unit"]),
        ("1.63", ["measure_no_unit"]),
        ("16", ["measure_no_unit"]),
        ("tall", ["measure_unreadable"]),
        ("5 ft 14 in", ["measure_unreadable"]),
        ("1.6 m 3 cm", ["measure_unreadable"]),
        ("20 cm", ["measure_too_small"]),
        ("4 m", ["measure_too_large"]),
        ({"cm": "163.5"}, ["number_not_whole"]),
        ("1" * 50, ["measure_unreadable"]),
    ],
)
def test_measure_asks_for_the_unit_rather_than_guess(raw: Any, value: Any) -> None:
    """What could mean two lengths is asked about."""
    assert read("measure", raw) == value


def test_measure_is_printed_in_both_units() -> None:
    """A height is printed in centimetres and in feet and inches; the inches given come back."""
    spec = a_spec("measure")
    for feet in (3, 4, 5, 6):
        for inches in range(12):
            value = spec.type.read(spec, f"{feet} ft {inches} in")
            assert spec.type.text(spec, value) == f"{value['cm']} cm ({feet} ft {inches} in)"


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("07700 900142", {"e164": "+447700900142"}),
        ("07700900142", {"e164": "+447700900142"}),
        ("(01632) 960 100", {"e164": "+441632960100"}),
        ("+44 (0)1632 960100", {"e164": "+441632960100"}),
        ("0044 1632 960100", {"e164": "+441632960100"}),
        ("+33 1 23 45 67 89", {"e164": "+33123456789"}),
        ("0800 1111", {"e164": "+448001111"}),
        ("116 000", {"e164": "+44116000"}),
        ("07700 900142 (nan's, after 5)", {"e164": "+447700900142", "note": "nan's, after 5"}),
        ("ask for Dara: 07700 900142", {"e164": "+447700900142", "note": "ask for Dara"}),
        ("01632 960100 ext 12", {"e164": "+441632960100", "note": "extension 12"}),
        ({"e164": "07700 900142", "note": "work"}, {"e164": "+447700900142", "note": "work"}),
        (
            {"e164": "07700 900142 nights", "note": "work"},
            {"e164": "+447700900142", "note": "nights; work"},
        ),
        ("07700 900142 or 07700 900143", ["phone_two"]),
        ("101", ["phone_unreadable"]),
        ("07700 9001", ["phone_unreadable"]),
        ("0800 FLOWERS", ["phone_unreadable"]),
        ("no phone", ["phone_unreadable"]),
        ({"note": "work"}, ["phone_unreadable"]),
        ("0" * 300, ["phone_unreadable"]),
        ({"e164": "07700 900142", "note": "x" * 201}, ["part_too_long"]),
        (["07700 900142"], ["wrong_shape"]),
    ],
)
def test_phone_is_kept_as_e164_with_its_note(raw: Any, value: Any) -> None:
    """A number is read as people write it, of this country where none is said; nothing beside it is lost."""
    assert read("phone", raw) == value


def test_phone_without_note_takes_the_number_alone() -> None:
    """Where a field takes no note, what stands beside the number is not dropped unseen."""
    assert read("phone", "07700 900142 after 5", note=False) == ["phone_note_not_offered"]


@pytest.mark.parametrize(
    ("e164", "words"),
    [
        ("+447700900142", "07700 900142"),
        ("+441632960100", "01632 960100"),
        ("+33123456789", "+33 1 23 45 67 89"),
    ],
)
def test_phone_is_shown_as_it_is_dialled_here(e164: str, words: str) -> None:
    """A number of this country is shown nationally, another with its country."""
    spec = a_spec("phone")
    assert spec.type.text(spec, {"e164": e164}) == words
    assert spec.type.text(spec, {"e164": e164, "note": "after 5"}) == f"{words} (after 5)"


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("dara@example.org", "dara@example.org"),
        (" Dara.O'Neil+x@Example.ORG ", "Dara.O'Neil+x@example.org"),
        ("mailto:dara@example.org", "dara@example.org"),
        ("dara@münchen.example", "dara@münchen.example"),
        ("dara", ["email_unreadable"]),
        ("dara@example", ["email_unreadable"]),
        ("dara@@example.org", ["email_unreadable"]),
        ("da ra@example.org", ["email_unreadable"]),
        ("dara@example.org, robin@example.org", ["email_unreadable"]),
        ("dara@-example.org", ["email_unreadable"]),
        ("dara@example..org", ["email_unreadable"]),
        (".dara@example.org", ["email_unreadable"]),
        ("dara@192.0.2.1", ["email_unreadable"]),
        ("<dara@example.org>", ["email_unreadable"]),
        ("x" * 250 + "@example.org", ["email_unreadable"]),
    ],
)
def test_email_is_one_address(raw: Any, value: Any) -> None:
    """One address is taken, without needless checks; its domain is kept in lower case."""
    assert read("email", raw) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (
            {
                "line1": "14 Example Street",
                "line2": "",
                "line3": "",
                "town": "Invented Town",
                "postcode": "bb964qt",
            },
            {"lines": ["14 Example Street"], "town": "Invented Town", "postcode": "BB96 4QT"},
        ),
        (
            "14 Example Street\nFlat 2\nInvented Town\nbb96  4qt",
            {"lines": ["14 Example Street", "Flat 2"], "town": "Invented Town", "postcode": "BB96 4QT"},
        ),
        (
            "2 Example Row, Othertown, LA99 1AA",
            {"lines": ["2 Example Row"], "town": "Othertown", "postcode": "LA99 1AA"},
        ),
        (
            "2 Example Row, Othertown LA99 1AA",
            {"lines": ["2 Example Row"], "town": "Othertown", "postcode": "LA99 1AA"},
        ),
        ("Under the bridge", {"lines": ["Under the bridge"]}),
        ({"lines": ["a", " ", "b"]}, {"lines": ["a", "b"]}),
        ({"lines": "a\nb"}, {"lines": ["a", "b"]}),
        ({"postcode": "LA991AA"}, {"postcode": "LA99 1AA"}),
        ({"lines": ["a"], "postcode": "LA99"}, ["postcode_unreadable"]),
        ({"lines": ["a"], "postcode": "75001 Paris"}, ["postcode_unreadable"]),
        ({"lines": list("abcdefg")}, ["address_too_long"]),
        ("a, " * 300, ["address_too_long"]),
        ({"lines": ["x" * 101]}, ["part_too_long"]),
        ({"lines": [["a"]]}, ["wrong_shape"]),
        ({"lines": {"a": "b"}}, ["wrong_shape"]),
        ({"street": "a"}, ["unknown_part"]),
        (7, ["wrong_shape"]),
    ],
)
def test_address_has_lines_town_and_postcode(raw: Any, value: Any) -> None:
    """An address is taken in parts or as one text; a postcode in any spacing."""
    assert read("address", raw) == value


def test_address_wants_a_line_at_the_end() -> None:
    """A postcode alone can be saved, but is not yet an address."""
    spec = a_spec("address")
    assert [code.value for code in spec.type.wanting(spec, {"postcode": "LA99 1AA"})] == [
        "address_line_missing"
    ]
    value = {"lines": ["a"], "town": "b", "postcode": "LA99 1AA"}
    assert spec.type.wanting(spec, value) == ()
    assert spec.type.blocks(spec, value, Place(path="it")) == (Text("a\nb\nLA99 1AA"),)
    assert spec.type.text(spec, value) == "a, b, LA99 1AA"


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("Dara Okafor", {"name": "Dara Okafor"}),
        (
            {
                "name": "Dara Okafor",
                "role": "Aunt",
                "phone": "01632 960100",
                "email": "Dara@Example.org",
                "hours": "days",
            },
            {
                "name": "Dara Okafor",
                "role": "Aunt",
                "phone": "+441632960100",
                "email": "Dara@example.org",
                "hours": "days",
            },
        ),
        ({"phone": "+441632960100"}, {"phone": "+441632960100"}),
        (
            {"name": "Dara", "phone": "later", "email": "dara"},
            ["person_phone_unreadable", "person_email_unreadable"],
        ),
        ({"name": "Dara", "phone": "01632 960100 after 5"}, ["person_phone_unreadable"]),
        ({"name": "x" * 201}, ["part_too_long"]),
        ({"name": "Dara", "age": "40"}, ["unknown_part"]),
        (["Dara"], ["wrong_shape"]),
    ],
)
def test_person_has_a_name_and_ways_to_reach_them(raw: Any, value: Any) -> None:
    """Each part of a person is judged by itself, and all that is wrong is said at once."""
    assert read("person", raw) == value


def test_person_wants_what_the_field_requires() -> None:
    """Name always, role and telephone where the field says so."""
    spec = a_spec("person", options={"role_required": True, "phone_required": True})
    assert [code.value for code in spec.type.wanting(spec, {"hours": "days"})] == [
        "person_name_missing",
        "person_role_missing",
        "person_phone_missing",
    ]


def test_person_is_printed_as_short_facts() -> None:
    """A person is printed with the parts that are known, the number as it is dialled here."""
    spec = a_spec("person")
    value = {"name": "Dara Okafor", "phone": "+441632960100"}
    assert spec.type.blocks(spec, value, Place(path="it")) == (
        Pairs((("", "Dara Okafor"), ("Telephone", "01632 960100"))),
    )
    assert spec.type.text(spec, value) == "Dara Okafor, 01632 960100"
