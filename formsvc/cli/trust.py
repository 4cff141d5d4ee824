"""Commands about who is trusted here."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from cryptography import x509

from formsvc.cli.asking import json_option, say, settings
from formsvc.errors import Unreadable
from formsvc.seals.keys import fingerprint
from formsvc.workflow import change_trust
from formsvc.workflow.refresh_revocation import refresh_revocation

WHAT = {
    "own": "our own",
    "earlier": "our own, earlier",
    "seal": "for seals",
    "clock": "for time stamps",
}
CODES = {
    "kept": "kept",
    "unreachable": "could not be reached",
    "refused": "was not followed, or answered too much or too slowly",
    "not_accepted": "answered nothing that its authority signed and that still holds",
}


@click.group()
def trust() -> None:
    """Say whose seals and time stamps are trusted here."""


@trust.command(name="list")
@json_option
def list_(*, as_json: bool) -> None:
    """List what is trusted here, and what no longer."""
    found = change_trust.list_trust(settings())
    lines = [
        f"{WHAT[one.what]:<18} {_name(one.certificate)}\n"
        f"{'':<18} until {one.certificate.not_valid_after_utc:%d %B %Y}, {fingerprint(one.certificate)}"
        + _doubt(one.distrusted_since)
        for one in found
    ]
    say("\n".join(lines) or "Nobody is trusted here.", data=[one.to_json() for one in found], as_json=as_json)


@trust.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--clock", "clock_only", is_flag=True, help="Trust it for time stamps, and for nothing else.")
@click.option("--fingerprint", "expected", help="The SHA-256 its owner told you; asked for if left out.")
@json_option
def add(*, file: Path, clock_only: bool, expected: str | None, as_json: bool) -> None:
    """Trust the certificate in FILE. Compare its fingerprint with its owner's first, over the telephone."""
    found = change_trust.read_certificates(file)
    if len(found) != 1:
        raise Unreadable(f"{file}: it holds {len(found)} certificates; add the one to trust by itself")
    (certificate,) = found
    name = fingerprint(certificate)
    if expected is None:
        click.echo(f"{_name(certificate)}\nSHA-256: {_in_groups(name)}", err=True)
        click.echo("Compare it with what its owner reads to you over a channel you trust already.", err=True)
        if not click.confirm("Is it the same?", err=True):
            sys.exit(1)
    elif expected.replace(":", "").replace(" ", "").lower() != name:
        click.echo("The fingerprint is another: nothing was changed.", err=True)
        sys.exit(1)
    kept = change_trust.add_trust(settings(), certificate, clock_only=clock_only)
    what = "Its time stamps are trusted" if clock_only else "Its seals are trusted"
    say(f"{what} here from now on: {kept}", data={"file": str(kept), "fingerprint": name}, as_json=as_json)


@trust.command()
@json_option
def refresh(*, as_json: bool) -> None:
    """Ask which of the certificates known here were revoked, and keep the answers."""
    told = refresh_revocation(settings())
    lines = [f"{one.address}: {CODES[one.code]}" for one in told.answers]
    data = {"answers": [{"address": one.address, "kind": one.kind, "code": one.code} for one in told.answers]}
    say("\n".join([*lines, told.words]), data={**data, "left": told.left}, as_json=as_json)
    sys.exit(0 if all(one.code == "kept" for one in told.answers) and not told.left else 1)


@trust.command()
@click.argument("certificate")
@click.option("--from", "since", help="Since when, as 2026-11-22T18:05 (UTC); now by default.")
@click.option("--why", required=True, help="Why, in a few words that whoever checks a document may read.")
@json_option
def distrust(*, certificate: str, since: str | None, why: str, as_json: bool) -> None:
    """Trust CERTIFICATE (a file, or its SHA-256 fingerprint) no longer."""
    names = change_trust.distrust(settings(), named=certificate, since=_moment(since), why=why)
    say("\n".join(f"No longer trusted here: {one}" for one in names), data=list(names), as_json=as_json)


def _doubt(since: datetime | None) -> str:
    return f"\n{'':<18} NO LONGER TRUSTED since {since:%Y-%m-%d %H:%M %Z}" if since else ""


def _moment(told: str | None) -> datetime | None:
    if told is None:
        return None
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        raise click.BadParameter("write the moment as 2026-11-22T18:05", param_hint="--from") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _name(certificate: x509.Certificate) -> str:
    told = " ".join(certificate.subject.rfc4514_string().split())
    return "".join(one if one.isprintable() else "?" for one in told)


def _in_groups(name: str) -> str:
    return ":".join(name[at : at + 2] for at in range(0, len(name), 2)).upper()
