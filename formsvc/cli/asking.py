"""What every command shares: settings, the set-up of an empty instance, answers in words or JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from formsvc.errors import AnswersInvalid, DefinitionInvalid, FormsvcError, SettingsInvalid
from formsvc.settings import Settings, load
from formsvc.workflow.set_up import set_up

F = TypeVar("F", bound=Callable[..., Any])


def json_option(command: F) -> F:
    """Give a command `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")(command)


def settings() -> Settings:
    """Return the settings, with the instance folder set up when it is empty."""
    found = load()
    set_up(found)
    return found


def say(words: str, *, data: object, as_json: bool) -> None:
    """Answer: in words to a person, as JSON to a program."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) if as_json else words)


class ErrorsInWords(click.Group):
    """The one handler of this surface: a typed error becomes lines on stderr and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; no traceback of a typed error reaches a person."""
        try:
            return super().invoke(ctx)
        except FormsvcError as error:
            for line in lines_of(error):
                click.echo(line, err=True)
            sys.exit(2 if 400 <= error.status < 500 or isinstance(error, SettingsInvalid) else 1)


def lines_of(error: FormsvcError) -> list[str]:
    """Return what to say of an error, one line for each thing that is wrong."""
    match error:
        case AnswersInvalid():
            return [f"{one.path}: {one.code}" for one in error.errors]
        case DefinitionInvalid():
            return [str(problem) for problem in error.problems]
        case SettingsInvalid():
            return [f"{name}: {why}" for name, why in error.problems]
        case _:
            return [f"{error.code}: {error.detail}" if error.detail != error.code else error.code]
