"""Commands about the seal key. No command ever prints a secret."""

from __future__ import annotations

from pathlib import Path

import click

from formsvc import clock
from formsvc.cli.asking import json_option, say, settings
from formsvc.errors import WrongState
from formsvc.seals.certificates import Kind, new_key
from formsvc.seals.keys import describe
from formsvc.store.files import write_private
from formsvc.workflow.trust import own_key


@click.group()
def keys() -> None:
    """Make and show the organisation's seal key."""


@keys.command()
@click.option("--organisation", required=True, help="The name that stands in the certificate.")
@click.option("--kind", type=click.Choice(["p256", "rsa"]), default="p256", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The PKCS#12 file to write.")
@json_option
def new(*, organisation: str, kind: Kind, out: Path, as_json: bool) -> None:
    """Make a key with a certificate of its own; the passphrase goes beside it in a file only you can read."""
    beside = out.with_suffix(".passphrase")
    for path in (out, beside):
        if path.exists():
            raise WrongState(f"{path} is there already: a key is never written over")
    passphrase = clock.new_id(40).encode()
    made = new_key(organisation, kind=kind, passphrase=passphrase)
    write_private(beside, passphrase)
    write_private(out, made)
    say(
        f"{out}\n{beside}\nSet FORMSVC_SEAL_KEY and FORMSVC_SEAL_PASSPHRASE_FILE to use it.",
        data={"key": str(out), "passphrase_file": str(beside)},
        as_json=as_json,
    )


@keys.command()
@json_option
def show(*, as_json: bool) -> None:
    """Show whose key seals here, until when, and its fingerprint."""
    chosen = settings()
    facts = describe(own_key(chosen))
    say("\n".join(f"{name}: {value}" for name, value in facts.items()), data=facts, as_json=as_json)
