"""Fields as a view carries them."""

from __future__ import annotations

import json
from typing import Any

import pytest
import rfc8785

from formsvc.definitions.printed import printed_fields, read_options, specs, written_options
from formsvc.errors import Unreadable
from formsvc.fields.base import Spec
from tests.unit.definitions.library import sound


def as_printed(field: Spec) -> tuple[Any, ...]:
    """Return what print needs of a field."""
    children = tuple(map(as_printed, field.children))
    return (field.id, field.type, field.label, field.options, field.raw_options, field.not_known, children)


@pytest.mark.parametrize("area", ["TST", "OTH"])
def test_printed_fields_come_back(area: str) -> None:
    """Through canonical JSON and back, print has what it had: types, labels, options in their order."""
    fields = tuple(sound().effective("note", area).fields())
    through = specs(json.loads(rfc8785.dumps(printed_fields(fields))))
    assert [as_printed(one) for one in through] == [as_printed(one) for one in fields]
    assert printed_fields(through) == printed_fields(fields)


def test_printed_fields_say_what_print_needs_and_no_more() -> None:
    """No hint, help, requirement, class, part, fact or condition leaves with a view."""
    keys = {key for field in printed_fields(sound().base("note").fields()) for key in field}
    assert keys == {"id", "type", "label", "options", "not_known", "fields"}
    (name,) = (one for one in printed_fields(sound().base("note").fields()) if one["id"] == "name")
    assert name == {"id": "name", "type": "text", "label": "Name", "options": {"max_length": 80}}


def test_options_keep_their_order_through_canonical_json() -> None:
    """Choices are written as a list, because canonical JSON sorts the keys of an object."""
    raw: dict[str, Any] = {"choices": {"tall": "Tall", "average": "Average", "short": "Short"}, "min": 1}
    written = json.loads(rfc8785.dumps(written_options(raw)))
    assert written["choices"][0] == {"code": "tall", "words": "Tall"}
    assert list(read_options(written)["choices"].items()) == list(raw["choices"].items())
    assert read_options(written) == raw


TEXT: dict[str, Any] = {"id": "name", "type": "text", "label": "Name"}


@pytest.mark.parametrize(
    "fields",
    [
        None,
        "text",
        {"id": "name"},
        [None],
        ["name"],
        [{}],
        [{"id": "name", "type": "text"}],
        [{**TEXT, "type": "txt"}],
        [{**TEXT, "type": ["text"]}],
        [{**TEXT, "id": "Name one"}],
        [{**TEXT, "id": 7}],
        [{**TEXT, "label": None}],
        [{**TEXT, "options": 7}],
        [{**TEXT, "options": {"max_length": []}}],
        [{**TEXT, "options": {"none": 1}}],
        [{**TEXT, "fields": [TEXT]}],
        [{**TEXT, "type": "rows"}],
        [{**TEXT, "type": "rows", "fields": 7}],
        [{**TEXT, "type": "choice", "options": {"choices": [{"code": [], "words": "x"}]}}],
    ],
)
def test_specs_refuse_what_no_view_of_ours_holds(fields: Any) -> None:
    """A view out of somebody else's file is refused in words, never with a traceback."""
    with pytest.raises(Unreadable):
        specs(fields)
