"""Commands about keeping: export everything held on a child, list what is due and was disposed of."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from formsvc.cli.asking import json_option, say, settings
from formsvc.workflow.export_child import export_to_folder
from formsvc.workflow.open_store import open_store
from formsvc.workflow.retention import list_disposals


@click.command()
@click.argument("child_reference")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="An empty folder."
)
@json_option
def export(*, child_reference: str, out: Path, as_json: bool) -> None:
    """Write everything held on a child (CHILD_REFERENCE, like CH-7Q4K-2M9X) into a folder, unencrypted."""
    chosen = settings()
    with closing(open_store(chosen)) as store:
        names = export_to_folder(store, reference=child_reference, out=out, settings=chosen)
    lines = [
        f"Written: {out}, {len(names)} files. Begin with index.html.",
        "They are not encrypted. Decide with redactions.html what is released, then destroy them.",
    ]
    say("\n".join(lines), data={"folder": str(out), "files": list(names)}, as_json=as_json)


@click.group()
def disposal() -> None:
    """Say what is due for disposal, and what was disposed of."""


@disposal.command(name="list")
@json_option
def disposal_list(*, as_json: bool) -> None:
    """List every organisation's disposals and what is due, by reference."""
    chosen = settings()
    with closing(open_store(chosen)) as store:
        found = list_disposals(store, form_templates=chosen.form_templates)
    words = (
        "\n".join("  ".join(one.values()) for one in found) or "Nothing is due, and nothing was disposed of."
    )
    say(words, data=list(found), as_json=as_json)
