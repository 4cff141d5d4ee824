"""Prove every file of a folder of definitions, and the Word templates beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from formsvc.definitions.checks import SLOTS
from formsvc.definitions.library import AREAS, Library, load_library
from formsvc.definitions.source import meant
from formsvc.errors import DefinitionInvalid, FormsvcError, Problem


def check(
    folder: Path,
    templates_folder: Path | None = None,
    *,
    placeholders: Callable[[Path], set[str]] | None = None,
) -> list[Problem]:
    """Return every problem of the areas, of every definition in each of its areas, and of the templates.

    A definition's areas are its home area and those with an overlay for it. `placeholders` returns the
    ids of fields and the slots that a Word template places by name; a template is named after its
    definition, or after a layout for all definitions of that layout without one of their own.
    """
    library = load_library(folder)
    found = list(_problems(library))
    if templates_folder is not None and placeholders is not None:
        for id in library.ids():
            found.extend(_template(library, id, templates_folder, placeholders))
    return list(dict.fromkeys(found))


def areas_of(library: Library, definition_id: str) -> tuple[str, ...]:
    """Return the areas that have a definition: its home area first, then those with an overlay for it.

    Raises DefinitionInvalid when the definition or an area cannot be used.
    """
    home = library.base(definition_id).home_area
    others = (area for area in library.areas() if definition_id in library.overlays(area))
    return tuple(dict.fromkeys((home, *others)))


def _problems(library: Library) -> Iterator[Problem]:
    sound: list[str] = []
    try:
        library.requirements()
    except DefinitionInvalid as error:
        yield from error.problems
        return
    for area in library.areas():
        try:
            for id in library.overlays(area):
                if id not in library.ids():
                    what, remedy = "there is no such definition", meant(id, library.ids())
                    yield Problem(file=f"{AREAS}/{area}.yaml", key=f"overlays.{id}", what=what, remedy=remedy)
            sound.append(area)
        except DefinitionInvalid as error:
            yield from error.problems
    for id in library.ids():
        try:
            home = library.base(id).home_area
        except DefinitionInvalid as error:
            yield from error.problems
            continue
        for area in dict.fromkeys((home, *(one for one in sound if id in library.overlays(one)))):
            try:
                library.effective(id, area)
            except DefinitionInvalid as error:
                yield from error.problems


def _template(
    library: Library, id: str, folder: Path, placeholders: Callable[[Path], set[str]]
) -> Iterator[Problem]:
    """Yield what is wrong with the Word template that prints a definition, itself sound at home."""
    try:
        base = library.base(id)
    except DefinitionInvalid:
        return  # said already, under the definition's own name
    path = next((one for name in (id, base.layout) if (one := folder / f"{name}.docx").exists()), None)
    if path is None:
        remedy = f"Add a Word template of this name, or {base.layout}.docx for its layout"
        yield Problem(file=f"{id}.docx", key="file", what="is missing", remedy=remedy)
        return
    try:
        known = {field.id for field in base.fields()} | set(SLOTS)
        for name in sorted(placeholders(path) - known):
            what = f"names neither a field of {id} nor a slot of the sheet"
            yield Problem(file=path.name, key=name, what=what, remedy=meant(name, known))
    except FormsvcError as error:
        yield Problem(file=path.name, key="file", what=error.detail, remedy="Open it in Word and mend it")
