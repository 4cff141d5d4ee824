"""How old an answer may be: by its fact, else by its class, else for everything; a mistake is named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from formsvc.definitions.ages import FILE, Ages, load_ages
from formsvc.errors import DefinitionInvalid
from tests.builders import a_definition, a_field

NOW = datetime(2026, 11, 22, 23, 40, tzinfo=UTC)


def written(folder: Path, text: str) -> Path:
    """Write the file of a folder of definitions."""
    path = folder / FILE
    path.parent.mkdir(parents=True)
    path.write_text(text, "utf-8")
    return folder


def test_fact_wins_over_its_class_and_a_class_over_the_rest(tmp_path: Path) -> None:
    """The nearest limit that is written counts; the day itself is not too old."""
    ages = load_ages(written(tmp_path, "otherwise: 90\nclasses: {risk: 20}\nfacts: {child.hair: 5}\n"))
    form = a_definition(
        a_field("hair", fact="child.hair", **{"class": "risk"}),
        a_field("danger", fact="child.danger", **{"class": "risk"}),
        a_field("name", fact="child.name"),
    )
    assert [ages.limit(one).days for one in form.fields()] == [5, 20, 90]
    hair = form.field("hair")
    assert not ages.is_stale(hair, said_at=NOW - timedelta(days=5), now=NOW)
    assert ages.is_stale(hair, said_at=NOW - timedelta(days=5, seconds=1), now=NOW)


def test_without_the_file_everything_holds_as_long(tmp_path: Path) -> None:
    """A folder of definitions needs none."""
    assert load_ages(tmp_path) == Ages()


@pytest.mark.parametrize(
    "text", ("otherwise: 0\n", "otherwise: 90\nclasses: {risk: often}\n", "otherwise: 90\nfact: {}\n", "[]\n")
)
def test_what_is_wrong_with_the_file_is_named(tmp_path: Path, text: str) -> None:
    """No number of days, an unknown key, no mapping."""
    with pytest.raises(DefinitionInvalid) as found:
        load_ages(written(tmp_path, text))
    assert all(one.file == FILE for one in found.value.problems)
