"""Commands about definitions and requirements."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from formsvc.access.data_map import Mapped, data_map, to_json, to_markdown
from formsvc.access.policy import load_policy
from formsvc.access.policy_check import check_policy, entry
from formsvc.cases.retention import load_schedule
from formsvc.cli.asking import json_option, say
from formsvc.definitions.begun import begun
from formsvc.definitions.check import check as check_all
from formsvc.definitions.compile import LAYOUTS
from formsvc.definitions.library import load_library
from formsvc.definitions.model import Effective, Field
from formsvc.definitions.schema import view_schema
from formsvc.definitions.trace import trace as trace_all
from formsvc.documents.docx.checking import advice
from formsvc.documents.docx.checking import check as check_template
from formsvc.documents.docx.templates import serving, strangers
from formsvc.errors import DefinitionInvalid, Problem
from formsvc.settings import Settings, load
from formsvc.workflow.preview import example_answers, try_template


@click.group()
def definitions() -> None:
    """List, check and show the definitions."""


@definitions.command(name="list")
@json_option
def list_(*, as_json: bool) -> None:
    """List every definition with its version, title and areas."""
    library = load_library(load().form_templates)
    found = [
        {"id": one.id, "version": one.version, "title": one.title, "home_area": one.home_area}
        for one in map(library.effective, library.ids())
    ]
    words = "\n".join(
        f"{one['id']:<24} v{one['version']}  {one['home_area']}  {one['title']}" for one in found
    )
    say(words, data=found, as_json=as_json)


@definitions.command()
@click.argument("id")
@click.option("--title", required=True, help="What the document is called, at most 40 characters.")
@click.option("--prefix", required=True, help="What its references begin with: two to four capital letters.")
@click.option("--layout", default="plan", show_default=True, help=f"One of {', '.join(LAYOUTS)}.")
@click.option("--area", required=True, help="Its home area; further areas are added in the file.")
@json_option
def new(*, id: str, title: str, prefix: str, layout: str, area: str, as_json: bool) -> None:
    """Begin a document: write the file ID.yaml, sound from its first line, and say what comes next."""
    folder = load().form_templates
    library = load_library(folder)
    library.area(area)
    prefixes = {library.base(one).reference_prefix: one for one in library.ids()}
    if prefix in prefixes:
        raise click.UsageError(f"{prefix} is the prefix of {prefixes[prefix]} already. Choose another")
    try:
        text = begun(id=id, title=title, prefix=prefix, layout=layout, area=area, taken=library.ids())
    except DefinitionInvalid as error:
        raise click.UsageError("\n".join(str(one) for one in error.problems)) from error
    path = folder / f"{id}.yaml"
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
    load_library(folder).effective(id, area)
    steps = [
        f"Write its questions in {path}; docs/write-a-form.md says how.",
        f"Say in {folder / 'access' / 'policy.yaml'}, under definitions:, who may use it:  {entry(id)}",
        "formsvc definitions check",
        f"formsvc preview {id} --area {area}",
    ]
    words = "\n".join([f"Begun: {path}", *(f"  {at}. {step}" for at, step in enumerate(steps, 1))])
    say(words, data={"file": str(path), "next": steps}, as_json=as_json)


@definitions.command()
@json_option
def check(*, as_json: bool) -> None:
    """Prove definitions, areas, overlays, policy and Word templates; say what is wrong, and what mends it."""
    chosen = load()
    problems = check_all(chosen.form_templates)
    if not problems:
        problems = check_policy(chosen.form_templates, load_library(chosen.form_templates))
    notes: list[Problem] = []
    if not problems:
        problems, notes = _of_templates(chosen)
    words = [str(one) for one in problems] or ["Every definition, area and template is sound."]
    words += [f"note: {one}" for one in notes]
    data = {"problems": [_told(one) for one in problems], "notes": [_told(one) for one in notes]}
    say("\n".join(words), data=data, as_json=as_json)
    sys.exit(1 if problems else 0)


def _told(one: Problem) -> dict[str, str]:
    return {"file": one.file, "key": one.key, "what": one.what, "remedy": one.remedy}


def _of_templates(chosen: Settings) -> tuple[list[Problem], list[Problem]]:
    """Return what is wrong with the Word templates, each thing once, and what is only advised."""
    library = load_library(chosen.form_templates)
    served = [
        (template, library.effective(id, area))
        for id in library.ids()
        for area in library.areas_of(id)
        for template in _serving(library.effective(id, area), chosen)
    ]
    problems = [problem for template, effective in served for problem in check_template(template, effective)]
    if not problems:
        problems = [
            problem
            for template, effective in served
            for problem in try_template(effective, template=template, settings=chosen)
        ]
    layouts = {library.base(id).layout for id in library.ids()}
    names = {*library.ids(), *layouts}
    problems += strangers(chosen.docx_templates, names=names, areas=set(library.areas()))
    notes = [one for template in dict.fromkeys(path for path, _ in served) for one in advice(template)]
    return list(dict.fromkeys(problems)), list(dict.fromkeys(notes))


def _serving(effective: Effective, chosen: Settings) -> list[Path]:
    return serving(
        chosen.docx_templates, definition=effective.id, layout=effective.layout, area=effective.area.id
    )


@definitions.command()
@click.argument("definition")
@click.option("--area")
def example(*, definition: str, area: str | None) -> None:
    """Print a file of answers for DEFINITION, about an invented child, that `issue` accepts."""
    chosen = load()
    effective = load_library(chosen.form_templates).effective(definition, area)
    say("", data=example_answers(effective, settings=chosen), as_json=True)


@definitions.command()
@click.argument("definition")
@click.option("--area")
@json_option
def show(*, definition: str, area: str | None, as_json: bool) -> None:
    """Show DEFINITION as an area has it: every field, its type, what it answers to, and who may read it."""
    effective = load_library(load().form_templates).effective(definition, area)
    lines = [
        f"{effective.title} (version {effective.version}, {effective.area.name})",
        f"hash {effective.hash}",
    ]
    for page in effective.pages:
        lines += ["", page.title]
        for one in page.fields:
            lines += _shown(one)
    say("\n".join(lines), data={"hash": effective.hash, **effective.document}, as_json=as_json)


def _shown(one: Field, *, deep: int = 1) -> Iterator[str]:
    """Yield a field's line, a line of what governs it, and the same of what stands in its rows."""
    margin = "  " * deep
    name = f"{margin}{one.id}"
    yield f"{name:<28} {one.type.name:<16} {one.label}  {' '.join(one.trace)}".rstrip()
    governed = [one.sensitivity, f"part {one.part}" if one.part != "main" else "", one.fact]
    if one.required:
        when = f" when {one.required.when.source}" if one.required.when else ""
        governed.append(f"needed at {one.required.at.value}{when}")
    if one.shown_when:
        governed.append(f"asked when {one.shown_when.source}")
    if said := [word for word in governed if word]:
        yield f"{'':<28} {'; '.join(said)}"
    for child in one.children:
        yield from _shown(child, deep=deep + 1)


@definitions.command(name="map")
@click.option("--area", help="One area alone.")
@click.option("--markdown", is_flag=True, help="As the page docs/data-map.md.")
@json_option
def map_(*, area: str | None, markdown: bool, as_json: bool) -> None:
    """Say of each form what it holds, who receives and reads it, and how it is kept."""
    chosen = load()
    library = load_library(chosen.form_templates)
    if area is not None:
        library.area(area)
    found = data_map(library, load_policy(chosen.form_templates), area=area)
    schedule = load_schedule(chosen.form_templates)
    page = to_markdown(found, schedule) if markdown else "\n".join(_lines(found))
    say(page.rstrip("\n"), data=to_json(found, schedule), as_json=as_json)


def _lines(found: tuple[Mapped, ...]) -> Iterator[str]:
    for one in found:
        yield f"{one.title}, {one.area_name} ({one.area}): lawful basis: {one.basis}"
        for holding in one.holdings:
            readers = ", ".join(holding.receives) or "nobody"
            yield f"  {holding.sensitivity:<14} {holding.questions:>3} questions  for {readers}"


@click.command()
@click.argument("definition")
@click.option("--area", help="The area whose protocol applies; the definition's home area by default.")
def schema(*, definition: str, area: str | None) -> None:
    """Print the JSON Schema of the data that documents of DEFINITION carry."""
    effective = load_library(load().form_templates).effective(definition, area)
    say("", data=view_schema(effective), as_json=True)


@click.command()
@json_option
@click.option("--open", "only_open", is_flag=True, help="Only what nothing answers yet, or what waits.")
def trace(*, as_json: bool, only_open: bool) -> None:
    """Say for each of the protocols' requirements what answers it: met, decided, waiting by name, open."""
    found = trace_all(load_library(Path(load().form_templates)))
    lines = [
        f"{one.id:<10} {one.status:<8} {'; '.join(one.by) or one.reason}".rstrip()
        for one in found.entries
        if not only_open or one.status in ("open", "waiting")
    ]
    counts = "  ".join(f"{status} {count}" for status, count in found.counts.items())
    say("\n".join([*lines, "", counts]), data=found.to_json(), as_json=as_json)
