"""An area's overlay changes a definition by a closed list of operations."""

from __future__ import annotations

from typing import Any

import pytest

from formsvc.definitions.compile import compile_definition
from formsvc.definitions.model import Effective, Required, Stage
from formsvc.definitions.overlays import OPERATIONS, apply, difference
from formsvc.definitions.reading import Report
from formsvc.definitions.source import read
from formsvc.errors import DefinitionInvalid
from tests.unit.definitions.library import SOUND, sound

NOTE: dict[str, Any] = read(SOUND / "note.yaml", name="note.yaml")


def overlaid(*operations: dict[str, Any]) -> Effective:
    """Return the small definition with operations applied, which must all be sound."""
    report = Report("areas/TST.yaml")
    data = apply(NOTE, operations, key="overlays.note", report=report)
    assert report.problems == []
    return compile_definition(data, area=sound().area("TST"))


def told(*operations: dict[str, Any]) -> tuple[str, ...]:
    """Return what the administrator reads about the operations."""
    return difference(sound().base("note"), overlaid(*operations))


def test_overlay_operations_are_a_closed_list() -> None:
    """These six and no others."""
    assert set(OPERATIONS) == {"add_after", "relabel", "change_options", "require", "retire", "restate"}


def test_overlay_changes_nothing_in_the_definition_itself() -> None:
    """The base is the same before and after."""
    before = repr(NOTE)
    overlaid({"retire": "height", "why": "Not needed"})
    assert repr(NOTE) == before


def test_overlay_add_after_puts_a_field_behind_another() -> None:
    """The new field stands right behind the named one, and is told in words."""
    field = {
        "id": "nick",
        "type": "text",
        "label": "Nickname",
        "class": "identity",
        "own": "Friends know it.",
    }
    operation = {"add_after": "name", "field": field}
    assert [one.id for one in overlaid(operation).fields()][:4] == ["how", "name", "nick", "height"]
    assert told(operation) == ("Asks “Nickname” (nick), after “Name”.",)


def test_overlay_add_after_reaches_into_rows() -> None:
    """A path with a star names a field of a group; the new one inherits the group's class."""
    operation = {
        "add_after": "people.*.name",
        "field": {"id": "age", "type": "whole_number", "label": "Age", "own": "Why not."},
    }
    assert overlaid(operation).field("people.*.age").sensitivity == "risk"
    assert told(operation) == ("Asks “Age” (people.*.age), after “Name”.",)


def test_overlay_relabel_changes_words_only() -> None:
    """Another label or hint for the same question; its id, type and options stay."""
    operation = {"relabel": "name", "label": "Full name", "hint": "All of it"}
    effective = overlaid(operation)
    assert (effective.field("name").label, effective.field("name").hint) == ("Full name", "All of it")
    assert effective.field("name").options == sound().base("note").field("name").options
    assert told(operation) == (
        "Says “Full name” instead of “Name”.",
        "The hint of “Full name” is “All of it”.",
    )


def test_overlay_change_options_replaces_them_whole() -> None:
    """Nothing is merged: the options are those of the overlay."""
    assert overlaid({"change_options": "name", "options": {}}).field("name").raw_options == {}
    assert told({"change_options": "name", "options": {}}) == (
        "“Name”: max_length is not set (it was “80”).",
    )
    assert told(
        {"change_options": "mood", "options": {"choices": {"calm": "Calm", "low": "Sad", "x": "X"}}}
    ) == (
        "“Mood” offers “Sad” instead of “Low”.",
        "“Mood” also offers “X”.",
    )
    assert told({"change_options": "mood", "options": {"choices": {"calm": "Calm", "low": "Low"}}}) == (
        "“Mood” offers the same in another order.",
    )


def test_overlay_require_sets_the_stage() -> None:
    """A field may be required from another stage, or only when a condition holds."""
    effective = overlaid({"require": "seen", "required": "final"})
    assert effective.field("seen").required == Required(at=Stage.FINAL)
    assert told({"require": "seen", "required": {"at": "final", "when": "mood = low"}}) == (
        "“Last seen” is required at final when mood = low (it was not required).",
    )


def test_overlay_retire_takes_a_field_away_for_good() -> None:
    """A retired field is not asked, leaves the sheet, and keeps its reason; its id is not used again."""
    operation = {"retire": "height", "why": "The police ask for it"}
    effective = overlaid(operation)
    assert "height" not in [one.id for one in effective.fields()]
    assert "height" not in effective.search_sheet
    assert effective.retired["height"] == "The police ask for it"
    assert told(operation) == ("No longer asks “Height” (height): The police ask for it",)


def test_overlay_retire_takes_a_child_off_the_sheet() -> None:
    """A retired field of a row is no longer shown on the sheet, and a slot left empty goes."""
    effective = overlaid(
        {"change_options": "people", "options": {"one": "person"}},
        {"retire": "people.*.name", "why": "Nobody says it"},
    )
    assert "runs_to" not in effective.search_sheet


def test_overlay_operations_go_in_order() -> None:
    """A later operation sees what an earlier one did."""
    field = {"id": "nick", "type": "text", "label": "Nick", "class": "identity", "own": "Friends know it."}
    effective = overlaid({"add_after": "name", "field": field}, {"relabel": "nick", "label": "Nickname"})
    assert effective.field("nick").label == "Nickname"


def test_overlay_cannot_use_an_id_again() -> None:
    """An id that an overlay retired is not free for another field."""
    report = Report("areas/TST.yaml")
    field = {"id": "height", "type": "text", "label": "Height", "class": "identity", "own": "Why not."}
    operations = [{"retire": "height", "why": "Not needed"}, {"add_after": "name", "field": field}]
    apply(NOTE, operations, key="overlays.note", report=report)
    assert [one.key for one in report.problems] == ["overlays.note.1.field"]


def test_overlay_that_leaves_something_hanging_is_refused() -> None:
    """A field that a condition needs cannot simply go."""
    report = Report("areas/TST.yaml")
    data = apply(NOTE, [{"retire": "mood", "why": "Rude"}], key="overlays.note", report=report)
    assert report.problems == []
    with pytest.raises(DefinitionInvalid, match="there is no field 'mood'"):
        compile_definition(data, area=sound().area("TST"))


def test_overlay_restate_changes_what_the_whole_form_says() -> None:
    """An area gives a document its own title, and the administrator is told."""
    operation = {"restate": "title", "to": "A note of ours"}
    assert overlaid(operation).title == "A note of ours"
    assert told(operation) == ("States its own title.",)


@pytest.mark.parametrize(
    ("operation", "key"),
    [
        ({"restate": "id", "to": "another"}, "overlays.note.0.restate"),
        ({"restate": "title"}, "overlays.note.0.to"),
    ],
)
def test_overlay_restate_refuses_what_is_not_said(operation: dict[str, Any], key: str) -> None:
    """Only what a form says of itself can be restated, and only with something to say."""
    report = Report("areas/TST.yaml")
    apply(NOTE, [operation], key="overlays.note", report=report)
    assert [one.key for one in report.problems] == [key]


def test_overlay_retiring_every_question_of_a_page_retires_the_page() -> None:
    """A page with nothing to ask is not there."""
    page = NOTE["pages"][-1]
    retired = [{"retire": one["id"], "why": "Not here"} for one in page["fields"]]
    report = Report("areas/TST.yaml")
    data = apply(NOTE, retired, key="overlays.note", report=report)
    assert [one["id"] for one in data["pages"]] == [one["id"] for one in NOTE["pages"][:-1]]
