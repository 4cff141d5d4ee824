"""Commands about documents: issue, verify, extract, preview."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

import click

from formsvc.access.views import View
from formsvc.cli.asking import json_option, say, settings
from formsvc.cli.stamping import stamp_words
from formsvc.definitions.library import load_library
from formsvc.definitions.model import Effective
from formsvc.errors import AnswersInvalid, Unreadable
from formsvc.fields.moments import stored_utc
from formsvc.records.gate import error_words
from formsvc.store.session import open_store
from formsvc.workflow.answers_file import read
from formsvc.workflow.issue_answers import issue as issue_answers
from formsvc.workflow.issue_answers import read_view
from formsvc.workflow.preview import photos_in
from formsvc.workflow.preview import preview as preview_definition
from formsvc.workflow.trust import own_key
from formsvc.workflow.verify_file import extract_view, verify_file

FILE = click.Path(path_type=Path)
KINDS = {"pdf": ("pdf",), "docx": ("docx",), "both": ("pdf", "docx")}


def _attachments(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, Path]:
    pairs = [one.partition("=") for one in given]
    wrong = [field or file for field, equals, file in pairs if not (field and equals and file)]
    if wrong:
        raise click.BadParameter(f"{wrong[0]}: write FIELD=FILE")
    return {field: Path(file) for field, _, file in pairs}


@click.command()
@click.argument("definition")
@click.option("--answers", "answers_file", type=FILE, required=True, help="The file of answers (JSON).")
@click.option("--area", help="The area whose protocol applies; the definition's home area by default.")
@click.option("--photo", type=FILE, help="The photo for the sheet for the search.")
@click.option(
    "--attach", multiple=True, callback=_attachments, metavar="FIELD=FILE", help="A file for a field."
)
@click.option("--audience", default="full", show_default=True, help="Who the copy is made for.")
@click.option("--kind", type=click.Choice(list(KINDS)), default="both", show_default=True)
@click.option("--out", type=FILE, required=True, help="The folder to write into.")
@json_option
def issue(
    *,
    definition: str,
    answers_file: Path,
    area: str | None,
    photo: Path | None,
    attach: dict[str, Path],
    audience: str,
    kind: str,
    out: Path,
    as_json: bool,
) -> None:
    """Issue DEFINITION from a file of answers as sealed PDF and DOCX. Keeps no child and no record."""
    chosen = settings()
    effective = load_library(chosen.form_templates).effective(definition, area)
    key = own_key(chosen)
    try:
        view = read_view(
            read(answers_file),
            effective=effective,
            audience=audience,
            photo=photo,
            attach=attach,
            demonstration=key.demonstration,
            settings=chosen,
        )
    except AnswersInvalid as error:
        told = [
            {"path": one.path, "code": one.code, "words": error_words(effective, one)} for one in error.errors
        ]
        lines = "\n".join(f"{one['path']}: {one['code']}: {one['words']}" for one in told)
        say(lines, data={"issued": [], "errors": told}, as_json=True) if as_json else click.echo(
            lines, err=True
        )
        sys.exit(2)
    _photos_are_there(effective, view)
    issued = issue_answers(view, kinds=KINDS[kind], key=key, settings=chosen)
    written = write_files({one.name: one.data for one in issued}, out)
    facts = [
        {
            "file": str(file),
            "kind": one.kind,
            "audience": one.audience,
            "bytes": len(one.data),
            "reference": view.data["document"]["reference"],
            "view_hash": view.hash,
            "status": view.data["document"]["status"],
            "demonstration": key.demonstration,
            "level": one.level.value,
            "time_stamp": one.stamp,
            "stamped_at": stored_utc(one.stamped_at) if one.stamped_at else None,
        }
        for one, file in zip(issued, written, strict=True)
    ]
    words = [
        f"{file}{stamp_words(one.stamp, at=one.stamped_at, why=one.why)}"
        for one, file in zip(issued, written, strict=True)
    ]
    if view.data["notices"]:
        words += [
            f"Note: {one['path']}: characters that cannot be printed were removed"
            for one in view.data["notices"]
        ]
    if key.demonstration:
        words.append("Sealed with the demonstration key of this instance: not for real use.")
    say("\n".join(words), data={"issued": facts, "notices": view.data["notices"]}, as_json=as_json)


def _photos_are_there(effective: Effective, view: View) -> None:
    """Raise Unreadable where an answer names a photo that nobody handed in."""
    for path, photo in photos_in(effective, view.data["answers"]):
        if photo["sha256"] not in view.files:
            first = path in effective.search_sheet.get("photo", ())
            remedy = "--photo FILE" if first else f"--attach {path}=FILE"
            raise Unreadable(f"{path}: the answers name a photo that was not handed in. Add {remedy}")


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--require-current", is_flag=True, help="Fail unless issued here and the newest revision.")
@json_option
def verify(*, files: tuple[Path, ...], require_current: bool, as_json: bool) -> None:
    """Say what can be said about FILES: intact, whole, sealed by whom, data equal to print."""
    chosen = settings()
    with closing(open_store(chosen)) as store:
        results = [
            verify_file(file, store=store, settings=chosen, require_current=require_current) for file in files
        ]
    words = "\n\n".join(result.report() for result in results)
    data = [result.to_json() for result in results]
    say(words, data=data[0] if len(data) == 1 else data, as_json=as_json)
    sys.exit(0 if all(result.accepted for result in results) else 1)


@click.command()
@click.argument("file", type=FILE)
def extract(file: Path) -> None:
    """Write the JSON embedded in FILE to standard output, exactly as it is."""
    sys.stdout.buffer.write(extract_view(file, settings=settings()))


@click.command()
@click.argument("definition")
@click.option("--area")
@click.option("--audience", default="full", show_default=True)
@click.option("--out", type=FILE, default=Path(), show_default=True, help="The folder to write into.")
@json_option
def preview(*, definition: str, area: str | None, audience: str, out: Path, as_json: bool) -> None:
    """Draw DEFINITION from dummy answers, unsealed, as PDF and DOCX. Needs no database."""
    chosen = settings()
    effective = load_library(chosen.form_templates).effective(definition, area)
    made = preview_definition(effective, audience=audience, settings=chosen)
    written = [str(file) for file in write_files(made, out)]
    say("\n".join(written), data={"written": written}, as_json=as_json)


def write_files(files: dict[str, bytes], out: Path) -> list[Path]:
    """Write files into a folder, each whole or not at all; raise Unreadable."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            temporary = out / f".{name}.part"
            temporary.write_bytes(data)
            temporary.replace(out / name)
    except OSError as error:
        raise Unreadable(f"{out}: cannot be written to: {error.strerror}") from error
    return [out / name for name in files]
