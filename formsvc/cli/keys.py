"""Commands about the seal key. No command ever prints a secret."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from formsvc import clock
from formsvc.cli.asking import json_option, say, settings
from formsvc.errors import WrongState
from formsvc.seals.certificates import Kind, new_key
from formsvc.seals.keys import EXPIRY_WARNING_DAYS, describe
from formsvc.store.files import write_private
from formsvc.workflow.open_store import open_store
from formsvc.workflow.own_seal import make_own_key
from formsvc.workflow.rotate_key import rotate_key
from formsvc.workflow.trust import own_key
from formsvc.workflow.watch_key import key_notice, open_to_others


@click.group()
def keys() -> None:
    """Make, show, check and rotate the organisation's seal key."""


for_option = click.option(
    "--for", "whose", metavar="ID", default="", help="The organisation whose own key is meant."
)


@keys.command()
@click.option("--organisation", help="The name that stands in the certificate.")
@click.option("--kind", type=click.Choice(["p256", "rsa"]), default="p256", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="The PKCS#12 file to write.")
@for_option
@json_option
def new(*, organisation: str | None, kind: Kind, out: Path | None, whose: str, as_json: bool) -> None:
    """Make a key with a certificate of its own; the passphrase goes beside it in a file only you can read.

    With --for it is put where that organisation seals with it from now on, under its name.
    """
    if whose:
        if organisation or out:
            raise click.UsageError(
                "--for names the organisation and the file: leave --organisation and --out"
            )
        _new_for(whose, kind=kind, as_json=as_json)
        return
    if not organisation or not out:
        raise click.UsageError("Give --organisation and --out, or --for")
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


def _new_for(whose: str, *, kind: Kind, as_json: bool) -> None:
    chosen = settings()
    store = open_store(chosen)
    try:
        place = make_own_key(store, settings=chosen, organisation_id=whose, kind=kind)
    finally:
        store.close()
    facts = describe(own_key(chosen, organisation_id=whose))
    say(
        f"{place.key}\n{place.passphrase}\nIt seals for that organisation from now on. Hand others its "
        f"certificate: formsvc keys show --for {whose}",
        data={
            "key": str(place.key),
            "passphrase_file": str(place.passphrase),
            "fingerprint": facts["fingerprint"],
        },
        as_json=as_json,
    )


@keys.command()
@for_option
@json_option
def show(*, whose: str, as_json: bool) -> None:
    """Show whose key seals here, until when, and its fingerprint."""
    chosen = settings()
    facts = describe(own_key(chosen, organisation_id=whose))
    lines = [f"{name}: {value}" for name, value in facts.items()]
    if notice := key_notice(chosen, organisation_id=whose):
        lines.insert(0, f"WARNING: {notice.words}")
    say("\n".join(lines), data=facts, as_json=as_json)


@keys.command()
@click.option(
    "--days",
    type=click.IntRange(0, 3650),
    default=EXPIRY_WARNING_DAYS,
    show_default=True,
    help="Complain when fewer days are left.",
)
@for_option
@json_option
def check(*, days: int, whose: str, as_json: bool) -> None:
    """Say whether the key can be read, holds and goes on holding; fail otherwise, for a timer to notice."""
    chosen = settings()
    key = own_key(chosen, organisation_id=whose)
    notice = key_notice(chosen, days=days, organisation_id=whose)
    words = [notice.words if notice else f"The key holds until {key.not_after:%d %B %Y}."]
    if is_open := open_to_others(chosen, organisation_id=whose):
        words.append("Other users of this machine may read the key or its passphrase: chmod 600.")
    data = {
        "stands": notice.stands if notice else "holds",
        "not_after": f"{key.not_after:%Y-%m-%dT%H:%M:%SZ}",
        "days_left": (key.not_after - clock.now()).days,
        "fingerprint": key.fingerprint,
        "open_to_others": is_open,
    }
    say("\n".join(words), data=data, as_json=as_json)
    sys.exit(1 if notice or is_open else 0)


@keys.command()
@click.option("--to", type=click.Path(path_type=Path), required=True, help="The file with the new key.")
@click.option(
    "--passphrase-file", type=click.Path(path_type=Path), help="The file with the passphrase of the new key."
)
@for_option
@json_option
def rotate(*, to: Path, passphrase_file: Path | None, whose: str, as_json: bool) -> None:
    """Seal with the key in another file from now on. What the old one sealed stays genuine here."""
    done = rotate_key(settings(), to=to, passphrase_file=passphrase_file, organisation_id=whose)
    facts = describe(done.new)
    others = ["Those who trust the old key trust the new one: its authority is the same."]
    if not done.same_root:
        others = [
            "Those who trust the old key do not know the new one. Hand them this certificate, and have them",
            f"compare its fingerprint over the telephone: {facts['root_fingerprint']}",
            facts["certificate_to_trust"].strip(),
        ]
    words = [
        f"Sealing from now on: {done.new.subject}, until {done.new.not_after:%d %B %Y}.",
        f"Until now: {done.old.subject}. Its documents stay genuine here; its certificate is kept.",
        *others,
        "Restart the workers: a running one seals with the old key until then.",
        *(f"The old key lies in {one}. Nothing needs it: delete it." for one in done.aside[:1]),
        *(f"So does its passphrase: {one}" for one in done.aside[1:]),
    ]
    data = {
        "old": done.old.fingerprint,
        "new": done.new.fingerprint,
        "same_root": done.same_root,
        "root_fingerprint": facts["root_fingerprint"],
        "certificate_to_trust": facts["certificate_to_trust"],
        "aside": [str(one) for one in done.aside],
    }
    say("\n".join(words), data=data, as_json=as_json)
