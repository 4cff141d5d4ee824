"""What a template may place."""

from __future__ import annotations

import json
from typing import Any

import pytest

from formsvc.documents.content import Section
from formsvc.documents.docx.context import NAMES, Nothing, context, sheet_is_full
from formsvc.errors import RenderFailed
from formsvc.fields.blocks import Cards, Item, Pairs, Row, Table, Text, Ticks
from tests.unit.documents.docx.contents import PROJECT, content, hard_content, said, silent, slot, table


def _runs(*items: Item) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = context(
        content(sections=(Section(id="s", title="S", intro="", items=items),))
    )["sections"][0]["runs"]
    return found


def test_the_context_is_plain() -> None:
    """A template is handed text, truths, lists and dictionaries: nothing with behaviour of its own."""
    made = context(content())
    assert json.loads(json.dumps(made)) == made
    assert set(made) == NAMES


def test_every_name_is_in_the_documentation() -> None:
    """Whoever restyles a template finds each name that a template knows."""
    told = (PROJECT / "docs" / "document-templates.md").read_text()
    assert [name for name in NAMES if f"`{name}`" not in told] == []
    assert [name for name in context(content())["document"] if name not in told] == []


def test_neighbours_share_a_run_and_long_answers_stand_alone() -> None:
    """Label and value share a table until a long answer, a table or cards come between."""
    rows = table("t", "T", ("A", "B"), (1, 1), ("1", "2"))
    found = _runs(
        said("a", "A", "1"), silent("b", "B"), said("c", "C", "x", wide=True), said("d", "D", "2"), rows
    )
    assert [run["kind"] for run in found] == ["pairs", "long", "pairs", "table"]
    assert [answer["path"] for answer in found[0]["answers"]] == ["a", "b"]


def test_a_wide_question_that_nobody_answered_stays_narrow() -> None:
    """Two words need no full width."""
    nobody = Item(
        path="a", label="A", blocks=silent("a", "A").blocks, state=silent("a", "A").state, wide=True
    )
    assert [run["kind"] for run in _runs(nobody)] == ["pairs"]


def test_a_group_without_rows_reads_as_an_answer() -> None:
    """A group that holds no rows says so like any other question."""
    assert [run["kind"] for run in _runs(silent("people", "People"))] == ["pairs"]


def test_cells_stand_under_their_own_column() -> None:
    """A row that was not asked for every column leaves those cells empty."""
    asked = Row(id="r1", heading="x", items=(said("g.r1.a", "A", "1"), said("g.r1.c", "C", "3")))
    (run,) = _runs(
        Item(path="g", label="G", blocks=(Table(columns=("A", "B", "C"), weights=(1, 1, 1), rows=(asked,)),))
    )
    assert [cell.get("text") for cell in run["rows"][0]["cells"]] == ["1", None, "3"]


def test_what_a_card_is_called_is_not_said_twice() -> None:
    """When the first answer of a card is its heading, the heading is that answer."""
    card = Row(
        id="r1", heading="Ann", items=(said("g.r1.name", "Name", "Ann"), said("g.r1.age", "Age", "12"))
    )
    other = Row(id="r2", heading="Person 2", items=(silent("g.r2.name", "Name"),))
    (run,) = _runs(Item(path="g", label="G", blocks=(Cards((card, other)),)))
    assert [one["title"].get("path") for one in run["cards"]] == ["g.r1.name", None]
    assert [row["left"]["path"] for row in run["cards"][0]["runs"][0]["rows"]] == ["g.r1.age"]


def test_short_answers_of_a_card_stand_two_to_a_row() -> None:
    """Neighbours that are both short share a row; a longer one has its own."""
    items = (
        said("g.r.a", "A", "1"),
        said("g.r.b", "B", "2"),
        said("g.r.c", "C", "x" * 80),
        said("g.r.d", "D", "4"),
    )
    (run,) = _runs(Item(path="g", label="G", blocks=(Cards((Row(id="r", heading="H", items=items),)),)))
    rows = run["cards"][0]["runs"][0]["rows"]
    assert [(row["left"]["path"][-1], row["right"].get("path", "-")[-1]) for row in rows] == [
        ("a", "b"),
        ("c", "-"),
        ("d", "-"),
    ]


def test_lines_say_how_each_block_reads() -> None:
    """Text, facts, ticks and silence are told apart; an empty line is not a line."""
    item = Item(
        path="a",
        label="A",
        blocks=(
            Text("one\n\n two"),
            Pairs((("", "Ann"), ("Role", "aunt"), ("What makes you think that?", "She said so"))),
            Ticks((("Asthma", True), ("Diabetes", False))),
        ),
    )
    (run,) = _runs(item)
    assert [(line["kind"], line["text"]) for line in run["answers"][0]["lines"]] == [
        ("text", "one"),
        ("text", " two"),
        ("text", "Ann"),
        ("pair", "aunt"),
        ("asked", "She said so"),
        ("chosen", "Asthma"),
        ("not_chosen", "Diabetes"),
    ]
    assert _runs(silent("b", "B"))[0]["answers"][0]["lines"] == [{"kind": "quiet", "text": "Not recorded"}]


def test_what_is_placed_by_name_leaves_the_loops() -> None:
    """A field or slot placed by name is not printed a second time; a section left empty is gone."""
    made = context(content(), placed={"action", "review", "full_name"}, slots={"name", "photo"})
    assert "plan" not in [section["id"] for section in made["sections"]]
    assert made["field"]["full_name"]["text"] == "Wioletta Nkemelu-Hartnoll"
    assert not {"name", "photo"} & {one["name"] for one in made["slots"]}


def test_what_the_view_does_not_hold_is_nothing() -> None:
    """A template may ask for a field that this copy leaves out: it is false, empty and prints nothing."""
    nothing = context(content())["field"]["never_heard_of"]
    assert isinstance(nothing, Nothing)
    assert not nothing
    assert list(nothing["answers"]) == []
    assert str(nothing["label"]) == ""


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x0c", "\x1b", "\x9f", "\ud800", "\u202e", "\ufffe"])
def test_a_character_that_cannot_be_printed_is_named(character: str) -> None:
    """Nothing is dropped in silence: the code point is named and no document is made."""
    with pytest.raises(RenderFailed, match=f"U\\+{ord(character):04X}"):
        context(content(subject=f"a{character}b"))


def test_the_sheet_is_full_when_it_holds_more_than_a_page() -> None:
    """An ordinary sheet stands in its usual size, a crowded one in the tight styles."""
    assert not sheet_is_full(content(sheet=(slot("name", "Name", "Ann"),)))
    assert sheet_is_full(hard_content())
