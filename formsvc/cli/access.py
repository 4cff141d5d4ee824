"""Commands about access: why somebody may or may not, and the whole table."""

from __future__ import annotations

from contextlib import closing

import click

from formsvc.access.policy import load_policy
from formsvc.access.rules import RULES
from formsvc.access.terms import Action
from formsvc.cli.asking import json_option, say, settings
from formsvc.workflow.explain_access import Explained, explain_access
from formsvc.workflow.open_store import open_store


@click.group()
def access() -> None:
    """Say who may do what, and why."""


@access.command()
@click.argument("user")
@click.argument("action", type=click.Choice([one.value for one in Action]))
@click.argument("record", default="")
@json_option
def explain(*, user: str, action: str, record: str, as_json: bool) -> None:
    """Say whether USER (an email address) may do ACTION with RECORD (a reference, or that of a child)."""
    chosen = settings()
    policy = load_policy(chosen.form_templates)
    with closing(open_store(chosen)) as store:
        found = explain_access(store, policy=policy, email=user, action=Action(action), about=record)
    words = "\n\n".join(map(_words, found)) or "They hold no role now, so nothing is allowed."
    say(words, data=[_data(one) for one in found], as_json=as_json)


@access.command()
@json_option
def rules(*, as_json: bool) -> None:
    """Print every rule with the clauses it answers."""
    data = [
        {
            "id": one.id,
            "roles": sorted(one.roles),
            "relations": sorted(one.relations),
            "actions": sorted(one.actions),
            "clauses": list(one.clauses),
            "words": one.words,
        }
        for one in RULES
    ]
    words = "\n".join(f"{one.id}: {one.words} {' '.join(one.clauses)}".rstrip() for one in RULES)
    say(words, data=data, as_json=as_json)


def _words(one: Explained) -> str:
    decision = one.decision
    place = one.person.place_name or one.person.organisation_name
    told = [
        f"{one.person.role_words}, {place}: {'yes' if decision.allowed else 'no'}",
        f"  rule       {decision.rule}: {decision.words}",
        f"  relations  {', '.join(sorted(one.relations)) or 'none'}",
    ]
    return "\n".join([*told, *([f"  clauses    {', '.join(decision.clauses)}"] if decision.clauses else [])])


def _data(one: Explained) -> dict[str, object]:
    return {
        "role": one.person.role.value,
        "organisation": one.person.organisation_name,
        "place": one.person.place_name,
        "relations": sorted(one.relations),
        "allowed": one.decision.allowed,
        "rule": one.decision.rule,
        "words": one.decision.words,
        "clauses": list(one.decision.clauses),
    }
