"""docs/data-map.md is what the definitions, areas, rules and schedule say today."""

from __future__ import annotations

import json

from click.testing import CliRunner

from formsvc.access.data_map import data_map, to_markdown
from formsvc.access.policy import load_policy
from formsvc.access.table import ROLE_WORDS, Role
from formsvc.cases.retention import load_schedule
from formsvc.cli import main
from formsvc.definitions.library import load_library
from formsvc.settings import PROJECT

FORMS = PROJECT / "form_templates"


def test_committed_map_is_what_the_definitions_say() -> None:
    """Whoever changes a form, an area or a rule writes the map anew with the same change."""
    made = to_markdown(data_map(load_library(FORMS), load_policy(FORMS)), load_schedule(FORMS))
    kept = (PROJECT / "docs" / "data-map.md").read_text("utf-8")
    assert kept == made, "formsvc definitions map --markdown > docs/data-map.md"


def test_map_leaves_no_question_out() -> None:
    """Every form of every area is there, and each of its questions is in one class."""
    library = load_library(FORMS)
    found = {(one.definition, one.area): one for one in data_map(library, load_policy(FORMS))}
    assert set(found) == {(id, area) for id in library.ids() for area in library.areas_of(id)}
    for (id, area), one in found.items():
        asked = [
            field
            for _, field in library.effective(id, area).walk()
            if field.type.holds_answer and not field.children
        ]
        assert sum(holding.questions for holding in one.holdings) == len(asked)
        assert all(holding.sensitivity and holding.parts and holding.kept for holding in one.holdings)


def test_nobody_without_a_copy_reads_anything() -> None:
    """Administrators and whoever runs the service stand nowhere in the map."""
    told = {
        role
        for one in data_map(load_library(FORMS), load_policy(FORMS))
        for role in (*one.whole, *(read for holding in one.holdings for read in holding.reads))
    }
    assert not told & {ROLE_WORDS[Role.administrator], ROLE_WORDS[Role.operator]}
    assert ROLE_WORDS[Role.social_worker] in told


def test_command_says_the_map_of_one_area() -> None:
    """The command gives it for people and as data, and says which areas there are not."""
    words = CliRunner().invoke(main, ["definitions", "map", "--area", "LAN"])
    assert words.exit_code == 0
    assert "(LAN)" in words.output
    data = json.loads(CliRunner().invoke(main, ["definitions", "map", "--area", "LAN", "--json"]).output)
    assert {one["area"] for one in data["forms"]} == {"LAN"}
    assert data["retention"]
    assert CliRunner().invoke(main, ["definitions", "map", "--area", "XYZ"]).exit_code != 0
