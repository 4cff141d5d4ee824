"""Whatever a definition, an area or an overlay is turned into, it is refused with problems or it works."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from formsvc.definitions.areas import read_area
from formsvc.definitions.compile import compile_definition, compile_document
from formsvc.definitions.overlays import apply
from formsvc.definitions.reading import Report
from formsvc.definitions.source import read
from formsvc.errors import DefinitionInvalid
from tests.unit.definitions.library import SOUND, sound

NOTE: dict[str, Any] = read(SOUND / "note.yaml", name="note.yaml")
AREA: dict[str, Any] = read(SOUND / "areas" / "OTH.yaml", name="areas/OTH.yaml")
JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.sampled_from(
        ["", " ", "x", "name", "people", "name = x", "people.*.name", "rows", "main", "\ud800", "💥"]
    )
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["id", "name", "rows", "show", "fields", "at", "when", "x"]), inner, max_size=2
        )
    ),
    max_leaves=4,
)


def _places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every node below the top."""
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inside:
        yield (*path, key)
        yield from _places(value, (*path, key))


def _damaged(data: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return the data with up to three nodes replaced by something else or taken away."""

    def put(changes: list[tuple[tuple[Any, ...], Any, bool]]) -> dict[str, Any]:
        damaged = deepcopy(data)
        for path, junk, away in changes:
            with suppress(KeyError, IndexError, TypeError):
                holder: Any = damaged
                for step in path[:-1]:
                    holder = holder[step]
                if away:
                    del holder[path[-1]]
                else:
                    holder[path[-1]] = junk
        return damaged

    place = st.sampled_from(list(_places(data)))
    return st.lists(st.tuples(place, JUNK, st.booleans()), min_size=1, max_size=3).map(put)


@given(_damaged(NOTE))
def test_damaged_definition_is_refused_or_works(damaged: dict[str, Any]) -> None:
    """A definition compiles, and then comes back from its document, or names its problems."""
    with suppress(DefinitionInvalid):
        effective = compile_definition(damaged, area=sound().area("TST"))
        assert compile_document(effective.document) == effective


@given(_damaged(AREA))
def test_damaged_area_and_overlay_are_refused_or_work(damaged: dict[str, Any]) -> None:
    """An area with its overlay is read and applied, or names its problems."""
    report = Report("area")
    area, overlays = read_area(damaged, report=report)
    if report.problems:
        return
    data = apply(NOTE, overlays.get("note", []), key="overlays.note", report=report)
    if not report.problems:
        with suppress(DefinitionInvalid):
            effective = compile_definition(data, area=area)
            assert compile_document(effective.document) == effective


@given(_damaged(dict(sound().effective("note", "OTH").document)))
def test_damaged_document_is_refused_or_works(damaged: dict[str, Any]) -> None:
    """A stored document that was damaged is refused or makes a definition; nothing else is raised."""
    with suppress(DefinitionInvalid):
        compile_document(damaged)
