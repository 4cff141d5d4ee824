"""The definitions and areas of one folder, each compiled once and kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from formsvc.definitions.areas import read_area
from formsvc.definitions.compile import compile_definition
from formsvc.definitions.model import Area, Effective
from formsvc.definitions.overlays import apply
from formsvc.definitions.reading import Report
from formsvc.definitions.requirements import Requirements, load_requirements
from formsvc.definitions.source import meant, read
from formsvc.definitions.spoken import spoken
from formsvc.errors import DefinitionInvalid, DefinitionNotFound, Problem

AREAS = "areas"


def load_library(folder: Path) -> Library:
    """Return the library of a folder: `*.yaml` are definitions, `areas/*.yaml` areas.

    Nothing is read before it is asked for, so that one broken file stops nobody else.
    """
    return Library(folder)


class Library:
    """Definitions and areas by id. What is asked for twice is made once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._definitions = {path.stem: path for path in sorted(folder.glob("*.yaml"))}
        self._areas = {path.stem: path for path in sorted((folder / AREAS).glob("*.yaml"))}
        self._plain: dict[str, Mapping[str, Any]] = {}
        self._read_areas: dict[str, tuple[Area, Mapping[str, list[Any]]]] = {}
        self._effective: dict[tuple[str, str], Effective] = {}
        self._bases: dict[str, Effective] = {}
        self._requirements: Requirements | None = None

    def ids(self) -> tuple[str, ...]:
        """Return the ids of the definitions in order."""
        return tuple(self._definitions)

    def areas(self) -> tuple[str, ...]:
        """Return the ids of the areas in order."""
        return tuple(self._areas)

    def area(self, id: str) -> Area:
        """Return an area; raise DefinitionNotFound or DefinitionInvalid."""
        return self._area(id)[0]

    def overlays(self, area: str) -> Mapping[str, list[Any]]:
        """Return an area's overlays by definition id; raise DefinitionNotFound or DefinitionInvalid."""
        return self._area(area)[1]

    def requirements(self) -> Requirements:
        """Return the requirements of the folder; raise DefinitionInvalid."""
        if self._requirements is None:
            self._requirements = load_requirements(self.folder)
        return self._requirements

    def base(self, definition_id: str) -> Effective:
        """Return a definition in its home area without any overlay.

        Raises DefinitionNotFound, or DefinitionInvalid with every problem found.
        """
        if definition_id not in self._bases:
            file = f"{definition_id}.yaml"
            data = self._read(definition_id)
            home = str(data.get("home_area"))
            if home not in self._areas:
                what = f"there is no area {home!r}"
                raise DefinitionInvalid(
                    [Problem(file=file, key="home_area", what=what, remedy=meant(home, self._areas))]
                )
            self._bases[definition_id] = self._compiled(data, area=self.area(home), file=file)
        return self._bases[definition_id]

    def areas_of(self, definition_id: str) -> tuple[str, ...]:
        """Return the areas that have a definition: its home area first, then the others in order.

        Raises DefinitionNotFound, or DefinitionInvalid when the definition cannot be used at home.
        """
        base = self.base(definition_id)
        return tuple(dict.fromkeys((base.home_area, *(base.areas or self._areas))))

    def of_area(self, area: str) -> tuple[str, ...]:
        """Return the ids of the usable definitions that an area has, in order."""

        def has(id: str) -> bool:
            try:
                return area in self.areas_of(id)
            except DefinitionInvalid:
                return False  # `definitions check` says what is wrong with it; it stops no other

        return tuple(id for id in self._definitions if has(id))

    def effective(self, definition_id: str, area: str | None = None) -> Effective:
        """Return a definition as an area has it, overlay applied; without an area, its home area's.

        Raises DefinitionNotFound, also where the area does not have it, or DefinitionInvalid with every
        problem found.
        """
        base = self.base(definition_id)
        wanted = area or base.home_area
        if base.areas and wanted not in base.areas and wanted in self._areas:
            having = ", ".join(base.areas)
            raise DefinitionNotFound(f"area {wanted} has no {definition_id}. It is in {having}")
        if (definition_id, wanted) not in self._effective:
            operations = self.overlays(wanted).get(definition_id, [])
            made = base
            if operations or wanted != base.home_area:
                made = self._overlaid(definition_id, area=wanted, operations=operations)
            self._effective[definition_id, wanted] = made
        return self._effective[definition_id, wanted]

    def _overlaid(self, definition_id: str, *, area: str, operations: list[Any]) -> Effective:
        file, key = f"{AREAS}/{area}.yaml", f"overlays.{definition_id}"
        report = Report(file)
        data = apply(self._read(definition_id), operations, key=key, report=report)
        if report.problems:
            raise DefinitionInvalid(report.problems)
        try:
            return self._compiled(data, area=self.area(area), file=file)
        except DefinitionInvalid as error:  # the definition alone is sound: what is wrong came with the area
            raise DefinitionInvalid(
                replace(one, key=f"{key}: {one.key}") for one in error.problems
            ) from error

    def _compiled(self, data: Mapping[str, Any], *, area: Area, file: str) -> Effective:
        report = Report(file)
        said = spoken(data, area=area, report=report)
        if report.problems:
            raise DefinitionInvalid(report.problems)
        return compile_definition(said, area=area, file=file, requirements=self.requirements().all or None)

    def _read(self, definition_id: str) -> Mapping[str, Any]:
        if definition_id not in self._definitions:
            raise DefinitionNotFound(
                f"no definition {definition_id}. {meant(definition_id, self._definitions)}"
            )
        if definition_id not in self._plain:
            self._plain[definition_id] = _named(
                self._definitions[definition_id], file=f"{definition_id}.yaml"
            )
        return self._plain[definition_id]

    def _area(self, id: str) -> tuple[Area, Mapping[str, list[Any]]]:
        if id not in self._areas:
            raise DefinitionNotFound(f"no area {id}. {meant(id, self._areas)}")
        if id not in self._read_areas:
            file = f"{AREAS}/{id}.yaml"
            report = Report(file)
            made = read_area(_named(self._areas[id], file=file), report=report)
            if report.problems:
                raise DefinitionInvalid(report.problems)
            self._read_areas[id] = made
        return self._read_areas[id]


def _named(path: Path, *, file: str) -> Mapping[str, Any]:
    """Return the mapping in a file whose `id` is the file's name; raise DefinitionInvalid."""
    data = read(path, name=file)
    if not isinstance(data, Mapping):
        problem = Problem(file=file, key="file", what="must be keys and values", remedy="Begin with id: ...")
        raise DefinitionInvalid([problem])
    if data.get("id") != path.stem:
        what = f"{data.get('id')!r} is not the name of the file"
        raise DefinitionInvalid([Problem(file=file, key="id", what=what, remedy=f"Make it {path.stem}")])
    return data
