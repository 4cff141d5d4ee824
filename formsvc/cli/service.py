"""Commands that keep the service going: demo, serve, work, audit."""

from __future__ import annotations

import subprocess
import sys
from typing import BinaryIO, Final

import click

from formsvc.cli.asking import json_option, say, settings
from formsvc.store.audit_file import head_json, parse_head
from formsvc.workflow.load_demo import load_demo
from formsvc.workflow.run_worker import run_worker
from formsvc.workflow.verify_audit import audit_head, verify_audit
from formsvc.workflow.watch_key import watch_key

MOST: Final = 10_000
"""Bytes that are read of a kept head."""


@click.command()
@json_option
def demo(*, as_json: bool) -> None:
    """Load invented demo data and issue its documents; run again, it changes nothing."""
    chosen = settings()
    told = load_demo(chosen, further=True)
    run_worker(chosen, until_idle=True)
    lines = [
        "Invented demo data is loaded. Nobody in it is real.",
        f"Address: {chosen.base_url}/",
        f"Check a document: {chosen.base_url}/verify",
        "",
        f"Sign in as any of these with the password {told['password']}",
        *(f"  {one['title']:<32} {one['email']}" for one in told["users"]),
    ]
    say("\n".join(lines), data=told, as_json=as_json)


@click.command()
@click.option("--worker", is_flag=True, help="Run a worker beside it.")
def serve(*, worker: bool) -> None:
    """Serve the pages."""
    from formsvc.app import run
    from formsvc.web.logged import configure_log

    configure_log()
    chosen = settings()
    watch_key(chosen)
    beside = subprocess.Popen([sys.executable, "-m", "formsvc", "work"]) if worker else None
    try:
        click.echo(f"Serving {chosen.base_url}/  (Ctrl-C stops it)", err=True)
        run(chosen)
    finally:
        if beside is not None:
            beside.terminate()
            beside.wait()


@click.command()
@click.option("--until-idle", is_flag=True, help="Stop when nothing is due.")
def work(*, until_idle: bool) -> None:
    """Do the background work: issue documents, chain the audit, watch the clocks."""
    from formsvc.web.logged import configure_log

    configure_log()
    chosen = settings()
    watch_key(chosen)
    run_worker(chosen, until_idle=until_idle)


@click.group()
def audit() -> None:
    """Check the audit log."""


@audit.command(name="verify")
@click.option("--against", type=click.File("rb"), help="A head that `audit head` printed; - reads it.")
@json_option
def audit_verify(*, against: BinaryIO | None, as_json: bool) -> None:
    """Walk the audit chain; say whether an entry was edited, deleted, moved or cut off."""
    given = None
    if against is not None:
        given = parse_head(against.read(MOST))
        if given is None:
            raise click.UsageError("That is no head of an audit. Write one with: formsvc audit head")
    found = verify_audit(settings(), against=given)
    say(found.words, data=found.to_json(), as_json=as_json)
    sys.exit(0 if found.whole else 1)


@audit.command(name="head")
def audit_head_command() -> None:
    """Print the head of the audit chain: keep it elsewhere, where nobody who keeps this can reach it."""
    click.echo(head_json(audit_head(settings())))
