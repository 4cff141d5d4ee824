"""Repeating groups: ids that stay, numbers that are kept to, rows as a table or as cards."""

from __future__ import annotations

from typing import Any

import pytest

from formsvc.definitions.model import Field
from formsvc.fields.base import Place, Refused, item
from formsvc.fields.blocks import Cards, State, Table, leaves, text_of
from tests.builders import a_field, a_spec


def read(raw: Any, **options: Any) -> Any:
    """Return the rows of what was typed, or the codes."""
    spec = a_spec("rows", options=options)
    try:
        return spec.type.read(spec, raw)
    except Refused as refused:
        return [code.value for code in refused.codes]


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ([{"id": "a1", "name": "Jo"}, {"id": "b2"}], [{"id": "a1", "name": "Jo"}, {"id": "b2"}]),
        ([{"id": "a1", "name": "Jo"}, {"name": " ", "seen": {"day": ""}}], [{"id": "a1", "name": "Jo"}]),
        ([{"id": "a1"}, {"id": "a1"}], ["rows_id_twice"]),
        ([{"id": "A1"}], ["rows_id_unreadable"]),
        ([{"id": "a" * 13}], ["rows_id_unreadable"]),
        ([{"id": 7}], ["rows_id_unreadable"]),
        ([{"id": ["a"]}], ["rows_id_unreadable"]),
        (["Jo"], ["rows_shape"]),
        ({"id": "a1"}, ["rows_shape"]),
        ([{"id": f"a{n}"} for n in range(4)], ["rows_too_many"]),
    ],
)
def test_rows_keep_their_ids(raw: Any, value: Any) -> None:
    """A row keeps its id; one in which nothing was typed is no row; one id never stands twice."""
    assert read(raw, max=3) == value


def test_rows_are_given_the_ids_they_lack() -> None:
    """A new row is given an id that no other row has."""
    rows = read([{"name": "Jo"}, {"id": "", "name": "Sam"}, {"id": "a1", "name": "Kit"}])
    ids = [row["id"] for row in rows]
    assert [row["name"] for row in rows] == ["Jo", "Sam", "Kit"]
    assert ids[2] == "a1"
    assert len({*ids}) == 3
    assert all(len(one) == 8 for one in ids[:2])


def test_rows_want_as_many_as_the_field_says() -> None:
    """Fewer rows than the least can be saved and cannot be final."""
    spec = a_spec("rows", options={"min": 2})
    assert [code.value for code in spec.type.wanting(spec, [{"id": "a1"}])] == ["rows_too_few"]
    assert spec.type.wanting(spec, [{"id": "a1"}, {"id": "a2"}]) == ()


def group(**options: Any) -> Field:
    """Return a group with a conditional column."""
    return a_spec(
        "rows",
        options={"one": "friend", "heading": "name", **options},
        fields=[
            a_field("name"),
            a_field("tell", "yes_no"),
            a_field("why", "choices", shown_when="tell = yes"),
            a_field("advice", "guidance"),
        ],
    )


VALUE = [
    {"id": "a1", "name": "Jo", "tell": {"answer": "yes", "detail": "soon"}, "why": {"choices": ["tall"]}},
    {"id": "a2", "tell": {"answer": "no"}},
]
PLACE = Place(path="it", not_asked=frozenset({"it.a2.why"}))


def test_rows_stand_in_a_table_with_a_cell_for_every_column() -> None:
    """Each row of a table has one short cell a column, in order, each with its own path."""
    spec = group(show="table")
    (table,) = spec.type.blocks(spec, VALUE, PLACE)
    assert isinstance(table, Table)
    assert table.columns == ("Name", "Tell", "Why")
    assert len(table.weights) == 3
    assert [row.heading for row in table.rows] == ["Jo", "Friend 2"]
    assert [[(cell.path, text_of(cell), cell.state) for cell in row.items] for row in table.rows] == [
        [
            ("it.a1.name", "Jo", State.GIVEN),
            ("it.a1.tell", "Yes: soon", State.GIVEN),
            ("it.a1.why", "Tall", State.GIVEN),
        ],
        [
            ("it.a2.name", "Not recorded", State.NOT_RECORDED),
            ("it.a2.tell", "No", State.GIVEN),
            ("it.a2.why", "Not asked", State.NOT_RECORDED),
        ],
    ]


def test_rows_stand_in_cards_with_what_was_asked() -> None:
    """A card holds the answers of its row as any answer stands, and nothing that was not asked."""
    spec = group(show="cards")
    (cards,) = spec.type.blocks(spec, VALUE, PLACE)
    assert isinstance(cards, Cards)
    assert [[one.path for one in row.items] for row in cards.rows] == [
        ["it.a1.name", "it.a1.tell", "it.a1.why"],
        ["it.a2.name", "it.a2.tell"],
    ]
    whole = item(spec, VALUE, PLACE)
    assert whole is not None
    assert "No Short\nNo Average\nYes Tall" in [text_of(leaf) for leaf in leaves(whole)]


def test_rows_choose_a_table_only_for_few_narrow_columns() -> None:
    """Where the form does not say, rows with long answers or many of them stand in cards."""
    narrow = group()
    assert isinstance(narrow.type.blocks(narrow, VALUE, PLACE)[0], Table)
    wide = a_spec("rows", fields=[a_field("name"), a_field("story", "long_text")])
    (cards,) = wide.type.blocks(wide, [{"id": "a1"}], PLACE)
    assert isinstance(cards, Cards)
    assert [row.heading for row in cards.rows] == ["Entry 1"]
    many = a_spec("rows", fields=[a_field(f"f{n}") for n in range(6)])
    assert isinstance(many.type.blocks(many, [{"id": "a1"}], PLACE)[0], Cards)


def test_rows_read_as_their_headings() -> None:
    """In a line, a group is the names of its rows."""
    spec = group()
    assert spec.type.text(spec, VALUE) == "Jo; Friend 2"
