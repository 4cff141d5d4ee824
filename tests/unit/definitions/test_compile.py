"""Plain data becomes a frozen effective definition, and a stored document gives the same one back."""

from __future__ import annotations

import dataclasses
import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from formsvc.definitions.compile import compile_definition, compile_document
from formsvc.definitions.model import Effective, Stage
from formsvc.definitions.source import read
from formsvc.errors import DefinitionInvalid
from tests.unit.definitions.library import SOUND, a_copy, sound


def note(**changes: Any) -> Effective:
    """Return the small definition with other values at the top."""
    data = {**read(SOUND / "note.yaml", name="note.yaml"), **changes}
    return compile_definition(data, area=sound().area("TST"))


def test_compile_keeps_everything_a_file_says() -> None:
    """Each key of a field stands in the frozen field, what is not said has its default."""
    effective = sound().base("note")
    name = effective.field("name")
    assert (name.id, name.type.name, name.label, name.hint) == ("name", "text", "Name", "In full")
    assert (name.help, name.sensitivity, name.part) == ("As on the birth certificate.", "identity", "main")
    assert (name.fact, name.trace, name.clause) == ("child.full_name", ("F-TST-01",), "TST 3.1")
    assert name.required is not None
    assert (name.required.at, name.required.when) == (Stage.DRAFT, None)
    assert (name.own, name.not_known, name.shown_when, name.children) == ("", False, None, ())
    why = effective.field("why_low")
    assert why.shown_when is not None
    assert why.shown_when.source == "mood = low"
    assert why.required is not None
    assert why.required.when is not None
    assert why.required.when.source == "answered(name)"
    assert effective.field("height").not_known
    assert effective.field("seen").part == "office"


def test_compile_rows_inherit_class_and_part() -> None:
    """A field in a row has the group's class and part unless it names its own."""
    effective = sound().base("note")
    assert effective.field("people.*.name").sensitivity == "risk"
    assert effective.field("people.k3m9.how_so").sensitivity == "office"
    assert [path for path, _ in effective.walk() if path.startswith("people")] == [
        "people",
        "people.*.name_said",
        "people.*.name",
        "people.*.pulls",
        "people.*.how_so",
    ]


def test_compile_field_says_who_may_receive_it() -> None:
    """A field is for those its class is for who may also receive its part."""
    effective = sound().base("note")
    assert effective.audiences(effective.field("name")) == {"full", "police", "home"}
    assert effective.audiences(effective.field("mood")) == {"full", "police"}
    assert effective.audiences(effective.field("seen")) == {"full"}


def test_compile_sheet_is_in_one_shape() -> None:
    """A slot is a list of field ids and of rows to show; the condition stays text."""
    assert sound().base("note").search_sheet == {
        "name": ("name",),
        "height": ("height",),
        "runs_to": ({"rows": "people", "where": "pulls = yes", "show": ["name"], "most": 3},),
    }


@pytest.mark.parametrize("area", [None, "OTH"])
def test_document_gives_the_same_definition_back(area: str | None) -> None:
    """The stored document alone, even as canonical JSON, makes an equal definition with an equal hash."""
    effective = sound().effective("note", area)
    stored = json.loads(rfc8785.dumps(dict(effective.document)))
    again = compile_document(stored)
    assert again == effective
    assert again.hash == effective.hash
    assert again.document == effective.document
    assert list(again.field("mood").raw_options["choices"]) == list(
        effective.field("mood").raw_options["choices"]
    )


def test_document_is_the_hash() -> None:
    """The hash is that of the canonical JSON of the document, and the document says what it is."""
    effective = sound().effective("note")
    assert effective.document["format"] == "formsvc.definition/1"
    assert set(effective.document) == {"format", "definition", "area"}
    assert "overlays" not in effective.document["area"]
    assert len(effective.hash) == 64
    assert compile_document(effective.document).hash == effective.hash


@pytest.mark.parametrize("key", ["title", "version", "pages", "search_sheet", "cross_checks", "signoffs"])
def test_hash_follows_the_content(key: str) -> None:
    """Whatever changes in the definition changes its hash."""
    data = deepcopy(read(SOUND / "note.yaml", name="note.yaml"))
    changed = {
        "title": "Another title",
        "version": 3,
        "pages": [{**data["pages"][0], "intro": "Otherwise."}, *data["pages"][1:]],
        "search_sheet": {**data["search_sheet"], "marks": ["name"]},
        "cross_checks": data["cross_checks"][:1],
        "signoffs": [],
    }
    assert note(**{key: changed[key]}).hash != note().hash


def test_hash_follows_the_order_of_choices() -> None:
    """The order in which choices are offered is part of the form."""
    data = deepcopy(read(SOUND / "note.yaml", name="note.yaml"))
    mood = next(field for field in data["pages"][0]["fields"] if field["id"] == "mood")
    mood["options"]["choices"] = dict(reversed(list(mood["options"]["choices"].items())))
    assert note(pages=data["pages"]).hash != note().hash


def test_hash_does_not_follow_how_a_file_is_written() -> None:
    """Brackets and spaces of a condition, and the order of keys, change nothing."""
    data = deepcopy(read(SOUND / "note.yaml", name="note.yaml"))
    field = next(field for field in data["pages"][0]["fields"] if field["id"] == "why_low")
    field["shown_when"] = "( mood  =  'low' )"
    pages = [dict(reversed(list(page.items()))) for page in data["pages"]]
    assert note(pages=pages).hash == note().hash
    assert note(pages=pages) == note()


def test_effective_is_frozen() -> None:
    """Nothing of a compiled definition can be set."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        sound().effective("note").title = "Another"  # type: ignore[misc]


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"format": "formsvc.definition/2", "definition": {}, "area": {}},
        {"format": "formsvc.definition/1"},
        {"format": "formsvc.definition/1", "definition": {}, "area": {}},
        {"format": "formsvc.definition/1", "definition": [], "area": []},
    ],
)
def test_document_of_another_format_is_refused(document: dict[str, Any]) -> None:
    """What is no stored definition is refused, not guessed at."""
    with pytest.raises(DefinitionInvalid):
        compile_document(document)


def test_document_with_a_damaged_definition_is_refused() -> None:
    """A stored document that was changed into nonsense names what is wrong with it."""
    stored = json.loads(rfc8785.dumps(dict(sound().effective("note").document)))
    stored["definition"]["pages"][0]["fields"][1]["type"] = "txt"
    stored["definition"]["pages"][0]["fields"][1]["options"] = 7
    with pytest.raises(DefinitionInvalid, match="Did you mean text"):
        compile_document(stored)


def test_library_compiles_once(tmp_path: Path) -> None:
    """What is asked for twice is made once, whatever happens to the files meanwhile."""
    folder = a_copy(tmp_path)
    library = sound()
    assert library.effective("note") is library.effective("note", "TST")
    assert library.effective("note", "OTH") is library.effective("note", "OTH")
    (folder / "note.yaml").unlink()
    assert library.ids() == ("note",)
