"""Blank forms: every field type says what room a pen needs, of the kinds that are drawn."""

from __future__ import annotations

from typing import get_args

import pytest

from formsvc.fields import TYPES
from formsvc.fields.base import FieldType, Spec
from formsvc.fields.rooms import Room
from tests.builders import kitchen_sink


def test_every_type_says_what_room_it_needs() -> None:
    """Each type has a `room` of its own: what a new type looks like on paper is never left to chance."""
    assert {name for name, one in TYPES.items() if "room" not in vars(type(one))} == set()


def test_a_type_that_does_not_say_stops_the_form() -> None:
    """There is no room by default that a new type could take by mistake."""
    type_ = FieldType()
    type_.name = "unheard_of"  # type: ignore[misc]  # a class variable, of this instance alone
    with pytest.raises(NotImplementedError, match="unheard_of"):
        type_.room(Spec(id="a", type=type_, label="A"))


def test_every_kind_of_room_is_in_the_kitchen_sink() -> None:
    """No kind of room is idle, so that each is drawn and judged wherever the kitchen sink is."""
    shown = {type(room) for _, field in kitchen_sink().walk() for room in field.type.room(field)}
    assert shown == set(get_args(Room))


def test_every_answer_has_room() -> None:
    """A field that holds an answer has at least one room, and advice has nothing but words."""
    for path, field in kitchen_sink().walk():
        kinds = {type(room).__name__ for room in field.type.room(field)}
        assert (kinds - {"Note"} != set()) == field.type.holds_answer, path
