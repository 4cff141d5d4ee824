"""The command line: people and tests use it. Words to people, `--json` to programs, errors to stderr.

Exit codes: 0 done; 1 it could not be done, or a file is not genuine; 2 what was handed in is wrong.
"""

from __future__ import annotations

import click

from formsvc import __version__
from formsvc.cli.access import access
from formsvc.cli.asking import ErrorsInWords
from formsvc.cli.blank import blank
from formsvc.cli.definitions import definitions, schema, trace
from formsvc.cli.documents import extract, issue, preview, verify
from formsvc.cli.export import disposal, export
from formsvc.cli.keys import keys
from formsvc.cli.people import people
from formsvc.cli.service import audit, demo, serve, work
from formsvc.cli.stamping import stamp
from formsvc.cli.trust import trust


@click.group(cls=ErrorsInWords, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="formsvc")
def main() -> None:
    """Complete, seal, check and share the documents of the missing-children protocols."""


for command in (
    issue,
    verify,
    extract,
    preview,
    definitions,
    schema,
    trace,
    demo,
    serve,
    work,
    keys,
    people,
    audit,
):
    main.add_command(command)
main.add_command(access)
main.add_command(blank)
main.add_command(trust)
main.add_command(stamp)
main.add_command(export)
main.add_command(disposal)
