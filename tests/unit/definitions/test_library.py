"""A folder of definitions and areas, its requirements and what answers them."""

from __future__ import annotations

from pathlib import Path

import pytest

from formsvc.definitions.check import check
from formsvc.definitions.library import load_library
from formsvc.definitions.requirements import load_requirements
from formsvc.definitions.trace import Status, trace
from formsvc.errors import DefinitionInvalid, DefinitionNotFound, RenderFailed
from tests.unit.definitions.library import a_copy, sound


def test_library_lists_what_is_there() -> None:
    """Ids of definitions and areas, in order."""
    assert sound().ids() == ("note",)
    assert sound().areas() == ("OTH", "TST")


def test_library_without_an_area_means_home() -> None:
    """A definition without an area is the home area's, overlay applied; the base has none."""
    library = sound()
    assert library.effective("note").area.id == "TST"
    assert library.effective("note") == library.effective("note", "TST")
    assert library.effective("note").field("name").label == "Name of the child"
    assert library.base("note").field("name").label == "Name"


def test_library_gives_an_area_without_overlay_the_base(tmp_path: Path) -> None:
    """In an area that says nothing about it the form is the same, under that area's readers."""
    folder = a_copy(tmp_path)
    area = (folder / "areas" / "OTH.yaml").read_text()
    (folder / "areas" / "ELS.yaml").write_text(area.split("overlays:")[0].replace("OTH", "ELS"))
    library = load_library(folder)
    assert library.effective("note", "ELS").pages == library.base("note").pages
    assert library.effective("note", "ELS").hash != library.base("note").hash


@pytest.mark.parametrize(("definition", "area"), [("nota", None), ("note", "TSX"), ("../note", None)])
def test_library_names_what_it_does_not_have(definition: str, area: str | None) -> None:
    """An unknown definition or area is not found, with the nearest that is."""
    with pytest.raises(DefinitionNotFound, match="Did you mean"):
        sound().effective(definition, area)


def test_library_with_one_broken_file_still_gives_the_others(tmp_path: Path) -> None:
    """A broken definition raises its problems when it is asked for; nothing else is stopped by it."""
    folder = a_copy(tmp_path)
    (folder / "broken.yaml").write_text("id: broken\n")
    library = load_library(folder)
    assert library.effective("note").id == "note"
    with pytest.raises(DefinitionInvalid, match="no area"):
        library.effective("broken")


def test_areas_of_a_definition_are_home_first_and_all_where_none_is_named() -> None:
    """The home area comes first."""
    assert sound().areas_of("note") == ("TST", "OTH")


def test_check_looks_at_word_templates(tmp_path: Path) -> None:
    """A template, its own or its layout's, places what exists; a missing or unusable one is a problem."""
    folder = a_copy(tmp_path)
    templates = tmp_path / "templates"
    templates.mkdir()
    assert [one.what for one in check(folder, templates, placeholders=lambda _: set())] == ["is missing"]
    (templates / "one_sheet.docx").write_bytes(b"")
    assert check(folder, templates, placeholders=lambda _: {"photo"}) == []
    (templates / "note.docx").write_bytes(b"")
    assert check(folder, templates, placeholders=lambda _: {"name", "photo"}) == []
    (problem,) = check(folder, templates, placeholders=lambda _: {"nam"})
    assert (problem.file, problem.key, problem.remedy) == ("note.docx", "nam", "Did you mean name?")

    def unusable(_: Path) -> set[str]:
        raise RenderFailed("note.docx cannot be used")

    assert [one.what for one in check(folder, templates, placeholders=unusable)] == [
        "note.docx cannot be used"
    ]


def test_trace_says_what_answers_each_requirement() -> None:
    """Met by a field, a sign-off, a check, a definition or a rule; decided; or open."""
    found = {one.id: one for one in trace(sound()).entries}
    assert list(found) == ["F-TST-01", "F-TST-02", "F-TST-03", "F-TST-04", "F-TST-05", "T-01", "T-02"]
    assert found["F-TST-01"].by == ("note.name",)
    assert found["F-TST-02"].by == ("note.people.*.name", "note.people.*.age")
    assert found["F-TST-03"].by == ("note.@signoff.author", "note.@check.low_alone")
    assert (found["F-TST-04"].by, found["F-TST-04"].reason) == (("note",), "The circulation is printed.")
    assert found["F-TST-05"].status is Status.DECIDED
    assert found["F-TST-05"].reason == "No passwords are kept (docs/decisions/README.md)"
    assert (found["T-01"].status, found["T-01"].by) == (Status.MET, ("formsvc.clock.now",))
    assert (found["T-02"].status, found["T-02"].by) == (Status.OPEN, ())


def test_trace_counts_by_family() -> None:
    """The whole and each family are counted, and go out as plain data."""
    found = trace(sound())
    assert found.counts == {"met": 5, "decided": 1, "waiting": 0, "open": 1}
    assert found.families == {
        "F-TST": {"met": 4, "decided": 1, "waiting": 0, "open": 0},
        "T": {"met": 1, "decided": 0, "waiting": 0, "open": 1},
    }
    data = found.to_json()
    assert data["counts"] == dict(found.counts)
    assert data["requirements"][0] == {
        "id": "F-TST-01",
        "family": "F-TST",
        "source": "TST 3.1",
        "strength": "M",
        "title": "Name",
        "status": "met",
        "by": ["note.name"],
        "reason": "",
    }


def test_trace_puts_a_decision_before_what_meets_it(tmp_path: Path) -> None:
    """What is decided otherwise is not called met, though a field names it; the field is still said."""
    folder = a_copy(tmp_path)
    (folder / "requirements" / "decided.yaml").write_text("F-TST-01: {reason: Only in part}\n")
    (first, *_) = trace(load_library(folder)).entries
    assert (first.status, first.by, first.reason) == (Status.DECIDED, ("note.name",), "Only in part")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("decided.yaml", "F-TST-9: {reason: Why}\n", "Did you mean F-TST-0"),
        ("decided.yaml", "F-TST-01: {why: Why}\n", "reason"),
        ("decided.yaml", "- F-TST-01\n", "must map requirement ids"),
        ("rules.yaml", "T-01: {rule: formsvc.clock.now}\n", "T-01.test: is missing"),
        ("requirements.json", "{", "cannot be read"),
        ("requirements.json", '{"F-TST-01": {"strength": "X", "title": "Name"}}', "'X' is not known"),
    ],
)
def test_requirements_with_mistakes_are_refused(name: str, content: str, says: str, tmp_path: Path) -> None:
    """The three files are held to their form too, and `check` says so."""
    folder = a_copy(tmp_path)
    (folder / "requirements" / name).write_text(content)
    with pytest.raises(DefinitionInvalid, match=says):
        load_requirements(folder)
    assert check(folder)[0].file == f"requirements/{name}"


def test_decided_file_may_be_empty(tmp_path: Path) -> None:
    """A file with comments only decides nothing."""
    folder = a_copy(tmp_path)
    (folder / "requirements" / "decided.yaml").write_text("# nothing yet\n")
    assert load_requirements(folder).decided == {}


def test_an_area_without_a_definition_cannot_have_it(tmp_path: Path) -> None:
    """A definition that names its areas is refused to others and is not among what they have."""
    folder = a_copy(tmp_path)
    note = (folder / "note.yaml").read_text()
    (folder / "note.yaml").write_text(note + "\nareas: [TST]\n")
    other = (folder / "areas" / "OTH.yaml").read_text()
    (folder / "areas" / "OTH.yaml").write_text(other.partition("overlays:")[0] + "overlays: {}\n")
    library = load_library(folder)
    assert library.areas_of("note") == ("TST",)
    assert (library.of_area("TST"), library.of_area("OTH")) == (("note",), ())
    with pytest.raises(DefinitionNotFound, match="OTH has no note"):
        library.effective("note", "OTH")
    assert check(folder) == []


def test_check_names_areas_that_are_not_there_and_overlays_of_others(tmp_path: Path) -> None:
    """An unknown area of a definition is named, and so is an overlay where the definition is not used."""
    folder = a_copy(tmp_path)
    note = (folder / "note.yaml").read_text()
    (folder / "note.yaml").write_text(note + "\nareas: [TST, NOW]\n")
    assert {(one.file, one.key) for one in check(folder)} == {
        ("note.yaml", "areas"),
        ("areas/OTH.yaml", "overlays.note"),
    }
