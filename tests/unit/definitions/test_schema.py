"""The JSON Schema of a form says what the data of its documents may be, and that data meets it."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from PIL import Image

from formsvc.access.sheets import SHEET, WHOLE
from formsvc.cli import main
from formsvc.definitions.library import load_library
from formsvc.definitions.schema import DIALECT, answers_schema, view_schema
from formsvc.fields import TYPES
from formsvc.records.logos import for_print
from formsvc.records.snapshots import Dispute
from formsvc.settings import PROJECT, load
from formsvc.workflow.preview import example_view
from tests.builders import DATA, NEEDED_OPTIONS, a_spec, an_area, judged, kitchen_sink
from tests.unit.documents.layouts import form, view

LIBRARY = load_library(PROJECT / "form_templates")
EVERYWHERE = [(id, area) for id in LIBRARY.ids() for area in LIBRARY.areas_of(id)]
DISPUTED = an_area(readers={"identity": ["full"], "voice": ["full"], "third_party": ["full"]})
ANSWERING = sorted(name for name, one in TYPES.items() if one.holds_answer and name != "rows")


def wrong(schema: dict[str, Any], data: Any) -> list[str]:
    """Return what a schema, itself sound, says of some data."""
    Draft202012Validator.check_schema(schema)
    return [f"{one.json_path}: {one.message}" for one in Draft202012Validator(schema).iter_errors(data)]


@pytest.mark.parametrize(("definition", "area"), EVERYWHERE)
def test_what_a_document_carries_meets_the_schema_of_its_form(definition: str, area: str) -> None:
    """The data of a document of every form in every area is as the printed schema says."""
    effective = LIBRARY.effective(definition, area)
    view = example_view(effective, audience="full", settings=load({}))
    assert wrong(view_schema(effective), json.loads(view.json)) == []


def test_disputes_and_the_logo_meet_the_schema() -> None:
    """What a view says only where it is so, disputes and a logo, is named, and nothing else passes for it."""
    schema = view_schema(form("minutes", area=DISPUTED))
    dispute = Dispute(path="words", said_by="child", who="", words="Not so.", said_on="2026-11-20")
    picture = io.BytesIO()
    Image.new("RGB", (96, 48), "teal").save(picture, "PNG")
    told = json.loads(
        view("minutes", area=DISPUTED, disputes=[dispute], logo=for_print(picture.getvalue())).json
    )
    assert told["disputes"]
    assert told["controller"]["logo"]
    assert wrong(schema, told) == []
    assert wrong(schema, {**told, "disputes": [{"path": "words"}]})
    assert wrong(schema, {**told, "controller": {**told["controller"], "logo": {"sha256": "0" * 64}}})


@pytest.mark.parametrize("extent", [WHOLE, SHEET])
def test_every_key_of_a_view_is_named(extent: str) -> None:
    """No view says anything that the schema of its form does not name."""
    dispute = Dispute(path="words", said_by="child", who="", words="Not so.", said_on="2026-11-20")
    shown = view("plan", area=DISPUTED, disputes=[dispute], extent=extent)
    schema = view_schema(form("plan", area=DISPUTED))
    assert shown.data.keys() <= schema["properties"].keys()
    for part in ("document", "controller", "definition", "area", "audience", "subject"):
        assert shown.data[part].keys() <= schema["properties"][part]["properties"].keys()
    assert wrong(schema, json.loads(shown.json)) == []


def test_the_answers_of_every_type_meet_their_schema() -> None:
    """A form that holds every type, each at the top and in a row, is as its schema says."""
    typed = json.loads((DATA / "kitchen_sink.answers.json").read_text("utf-8"))["answers"]
    assert wrong(answers_schema(kitchen_sink()), judged(kitchen_sink(), typed).answers) == []


@pytest.mark.parametrize("name", ANSWERING)
def test_the_schema_of_a_type_refuses_what_is_no_value_of_it(name: str) -> None:
    """An example of a type meets its schema; another shape, an unknown part and emptiness do not."""
    spec = a_spec(name, options=dict(NEEDED_OPTIONS.get(name, {})))
    schema = spec.type.schema(spec)
    example = spec.type.example(spec)
    assert wrong(schema, example) == []
    unreal: list[Any] = [None, True, [], "", {"unknown": "part"}]
    if isinstance(example, dict):
        unreal.append({**example, "unknown": "part"})
    assert [one for one in unreal if not wrong(schema, one)] == []


def test_not_known_is_an_answer_only_where_it_is_offered() -> None:
    """The schema of a question that offers "not known" takes it, that of another does not."""
    for offered in (True, False):
        fields = {one.id: one for one in kitchen_sink().fields() if one.not_known is offered}
        (one, *_) = (field for field in fields.values() if field.type.name != "guidance")
        found = wrong(answers_schema(kitchen_sink()), {one.id: {"not_known": True}})
        assert (found == []) is offered, one.id


def test_command_prints_the_schema_of_a_form_as_an_area_has_it() -> None:
    """`formsvc schema` prints JSON in the named dialect, of the area's own form."""
    done = CliRunner().invoke(main, ["schema", "trigger_plan", "--area", "LAN"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told == view_schema(LIBRARY.effective("trigger_plan", "LAN"))
    assert told["$schema"] == DIALECT


def test_command_says_that_an_area_has_no_such_form() -> None:
    """An unknown form is a wrong argument, named, with what is near it."""
    done = CliRunner().invoke(main, ["schema", "triger_plan"])
    assert done.exit_code == 2
    assert "Did you mean trigger_plan?" in done.stderr
