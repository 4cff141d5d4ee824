"""Prove every file of a folder of definitions, and the Word templates beside it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
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

    `placeholders` returns the ids of fields and the slots that a Word template places by name; a template is
    named after its definition, or after a layout for all definitions of that layout without one of their own.
    """
    library = load_library(folder)
    found = list(_problems(library))
    if templates_folder is not None and placeholders is not None:
        for id in library.ids():
            found.extend(_template(library, id, templates_folder, placeholders))
    return list(dict.fromkeys(found))


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
    prefixes: dict[str, str] = {}
    for id in library.ids():
        try:
            having = library.areas_of(id)
        except DefinitionInvalid as error:
            yield from error.problems
            continue
        if (other := prefixes.setdefault(prefix := library.base(id).reference_prefix, id)) != id:
            what = f"{prefix!r} is the prefix of {other} already"
            yield Problem(file=f"{id}.yaml", key="reference_prefix", what=what, remedy="Choose another")
        yield from _elsewhere(library, id, having=having, sound=sound)
        for area in (one for one in having if one in sound):
            try:
                library.effective(id, area)
            except DefinitionInvalid as error:
                yield from error.problems


def _elsewhere(library: Library, id: str, *, having: Collection[str], sound: list[str]) -> Iterator[Problem]:
    """Yield the areas a definition names that are not there, and overlays of areas that do not have it."""
    for area in having:
        if area not in library.areas():
            what, remedy = f"there is no area {area!r}", meant(area, library.areas())
            yield Problem(file=f"{id}.yaml", key="areas", what=what, remedy=remedy)
    for area in sound:
        if area not in having and id in library.overlays(area):
            what = f"changes a definition that {area} does not have"
            remedy = f"Add {area} to its areas or remove the overlay"
            yield Problem(file=f"{AREAS}/{area}.yaml", key=f"overlays.{id}", what=what, remedy=remedy)


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
