"""The command that puts time stamps into files, and what commands say of a time stamp."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from formsvc.cli.asking import json_option, say, settings
from formsvc.errors import FormsvcError, SettingsInvalid
from formsvc.fields.moments import london_words, stored_utc
from formsvc.workflow.stamp_document import authority_of
from formsvc.workflow.stamp_files import stamp_file


def stamp_words(state: str, *, at: datetime | None = None, why: str = "") -> str:
    """Return what to say behind the name of a file about its time stamp, empty where none was asked for."""
    if at is not None:
        return f" (time stamped {london_words(stored_utc(at)).replace(', ', ' at ')})"
    told = {
        "pending": f"time stamp pending: {why}; `formsvc stamp` puts it in later",
        "failed": f"no time stamp: {why}",
    }.get(state, "")
    return f" ({told})" if told else ""


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@json_option
def stamp(*, files: tuple[Path, ...], as_json: bool) -> None:
    """Put a time stamp into each of FILES, in place: documents issued while the authority was down."""
    chosen = settings()
    authority = authority_of(chosen)
    if authority is None:
        raise SettingsInvalid(
            [("FORMSVC_TIMESTAMP_URL", "names no time-stamping authority, so there is nobody to ask")]
        )
    told: list[dict[str, str | None]] = []
    words: list[str] = []
    for file in files:
        try:
            raised = stamp_file(file, authority=authority, settings=chosen)
        except FormsvcError as error:
            told.append({"file": str(file), "error": error.code, "why": error.detail})
            words.append(f"{file}: not stamped: {error.detail}")
            continue
        at = stored_utc(raised.at)
        told.append({"file": str(file), "level": raised.level.value, "stamped_at": at, "error": None})
        words.append(f"{file}{stamp_words('stamped', at=raised.at)}")
    say("\n".join(words), data={"files": told}, as_json=as_json)
    sys.exit(1 if any(one["error"] for one in told) else 0)
