"""The command that prints blank forms, for when systems are down."""

from __future__ import annotations

from pathlib import Path

import click

from formsvc.cli.asking import json_option, say
from formsvc.cli.documents import FILE, write_files
from formsvc.definitions.library import load_library
from formsvc.settings import load
from formsvc.workflow.blank_form import blank_form, file_name


@click.command()
@click.argument("definition", required=False)
@click.option("--area", help="The area whose protocol applies; the definition's home area by default.")
@click.option("--all", "every", is_flag=True, help="Every form of the area, for the emergency box.")
@click.option("--out", type=FILE, default=Path(), show_default=True, help="The folder to write into.")
@json_option
def blank(*, definition: str | None, area: str | None, every: bool, out: Path, as_json: bool) -> None:
    """Print DEFINITION as a blank form to be filled in by hand. Needs no database."""
    if every == (definition is not None):
        raise click.UsageError("Name one form, or write --all for every form of an area")
    if every and area is None:
        raise click.UsageError("Say which area: --all --area LAN")
    settings = load()
    library = load_library(settings.form_templates)
    if every and area is not None:
        library.area(area)
    wanted = [definition] if definition else list(library.of_area(str(area)))
    chosen = [library.effective(id, area) for id in wanted]
    made = {file_name(one): blank_form(one, settings=settings) for one in chosen}
    written = [str(file) for file in write_files(made, out)]
    say("\n".join(written), data={"written": written}, as_json=as_json)
