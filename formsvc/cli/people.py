"""Commands for whoever runs the service: organisations, places, accounts that nobody else can open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from formsvc.cli.asking import json_option, say, settings
from formsvc.definitions.library import load_library
from formsvc.settings import Settings
from formsvc.workflow.begin_organisation import (
    KINDS,
    PLACES,
    add_place,
    begin_organisation,
    open_account,
    release_account,
)
from formsvc.workflow.manage_instance import make_operator
from formsvc.workflow.open_store import Store, open_store


@click.group()
def people() -> None:
    """Begin an organisation, add its places, open an account."""


@people.command()
@click.option("--organisation", required=True, help="Its name.")
@click.option("--kind", type=click.Choice(KINDS), default="authority", show_default=True)
@click.option("--name", required=True, help="The administrator's full name.")
@click.option("--email", required=True, help="The administrator's email address.")
@json_option
def begin(*, organisation: str, kind: str, name: str, email: str, as_json: bool) -> None:
    """Add an organisation with its first administrator, and print the link that opens the account."""
    with _store() as (chosen, store):
        begun = begin_organisation(store, name=organisation, kind=kind, person=name, email=email)
    told = {"organisation": begun.organisation_id, "link": _address(chosen, begun.token)}
    opened = told["link"] or "The account is open already."
    say(f"Organisation: {begun.organisation_id}\n{opened}", data=told, as_json=as_json)


@people.command()
@click.argument("organisation")
@click.option("--name", required=True, help="The operator's full name.")
@click.option("--email", required=True, help="The operator's email address.")
@json_option
def operator(*, organisation: str, name: str, email: str, as_json: bool) -> None:
    """Let somebody of an ORGANISATION (its id) run the service: add organisations, see its own work."""
    with _store() as (chosen, store):
        token = make_operator(store, organisation_id=organisation, name=name, email=email)
    told = {"link": _address(chosen, token)}
    say(told["link"] or "The account is open already.", data=told, as_json=as_json)


@people.command()
@click.argument("organisation")
@click.option("--kind", type=click.Choice(PLACES), required=True)
@click.option("--name", required=True)
@click.option("--area", default="", help="Of a home or a force: the id of its area.")
@json_option
def place(*, organisation: str, kind: str, name: str, area: str, as_json: bool) -> None:
    """Add a team, a home or a police force to an ORGANISATION (its id)."""
    with _store() as (chosen, store):
        areas = load_library(chosen.form_templates).areas()
        if kind != "team" and area not in areas:
            raise click.BadParameter(f"one of {', '.join(areas)}", param_hint="--area")
        made = add_place(store, organisation_id=organisation, kind=kind, name=name, area_id=area)
    say(made, data={"place": made}, as_json=as_json)


@people.command()
@click.argument("email")
@json_option
def release(*, email: str, as_json: bool) -> None:
    """Let the account of EMAIL in again after five wrong passwords."""
    with _store() as (_, store):
        release_account(store, email=email)
    say("Released.", data={"released": email}, as_json=as_json)


@people.command()
@click.argument("email")
@json_option
def link(*, email: str, as_json: bool) -> None:
    """Print a link that lets EMAIL choose a password, once."""
    with _store() as (chosen, store):
        address = _address(chosen, open_account(store, email=email))
    say(address, data={"link": address}, as_json=as_json)


@contextmanager
def _store() -> Iterator[tuple[Settings, Store]]:
    chosen = settings()
    store = open_store(chosen)
    try:
        yield chosen, store
    finally:
        store.close()


def _address(chosen: Settings, token: str) -> str:
    return f"{chosen.base_url}/password/{token}" if token else ""
