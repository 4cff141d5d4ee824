"""Prove the policy against the definitions: each form has somebody who may write it, and sign it off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from formsvc.access.policy import FILE, Policy, load_policy
from formsvc.access.terms import Action, Role
from formsvc.definitions.library import Library
from formsvc.definitions.model import Effective
from formsvc.definitions.source import meant
from formsvc.errors import DefinitionInvalid, Problem

PRESENT: Final = frozenset({"child", "parent", "carer"})
"""Who signs beside whoever completes the form, without an account of their own."""
_ROLES: Final = tuple(role.value for role in Role)


def check_policy(form_templates: Path, library: Library) -> list[Problem]:
    """Return every problem of the policy, and of what definitions, themselves sound, say about roles."""
    try:
        policy = load_policy(form_templates)
    except DefinitionInvalid as error:
        return list(error.problems)
    found = [*_named(policy, library), *_unwritten(policy, library)]
    for id in (one for one in library.ids() if one in policy.definitions):
        for area in library.areas_of(id):
            found += _of_roles(library.effective(id, area), policy)
    return list(dict.fromkeys(found))


def _named(policy: Policy, library: Library) -> Iterator[Problem]:
    """Yield the definitions and areas that the policy names and that are not there."""
    for id in policy.definitions:
        if id not in library.ids():
            yield _problem(f"definitions.{id}", "there is no such definition", meant(id, library.ids()))
    for area, narrowings in policy.areas.items():
        if area not in library.areas():
            yield _problem(f"areas.{area}", "there is no such area", meant(area, library.areas()))
        for n, one in enumerate(narrowings):
            for id in sorted(one.definitions - set(library.ids())):
                what = f"there is no definition {id!r}"
                yield _problem(f"areas.{area}.{n}.definitions", what, meant(id, library.ids()))


def _unwritten(policy: Policy, library: Library) -> Iterator[Problem]:
    for id in library.ids():
        if id not in policy.definitions:
            what = "is missing: nobody may write, approve or read it"
            yield _problem(f"definitions.{id}", what, f"Add under definitions:  {entry(id)}")


def entry(id: str) -> str:
    """Return a first entry for a document, one line that is sound as it stands."""
    return f"{id}: {{write: [social_worker], approve: [team_manager], read: [reviewing_officer]}}"


def _of_roles(effective: Effective, policy: Policy) -> Iterator[Problem]:
    """Yield the roles that are none, and those that are to complete or to sign what they may not write."""
    file = f"{effective.id}.yaml"
    writers = sorted(policy.definitions[effective.id][Action.edit_record])
    for role in effective.completed_by:
        if role not in _ROLES:
            yield Problem(
                file=file, key="completed_by", what=f"{role!r} is no role", remedy=meant(role, _ROLES)
            )
        elif role not in writers:
            what = f"{role!r} may not write it"
            remedy = f"Let them under write in {FILE}, or name one of: {', '.join(writers)}"
            yield Problem(file=file, key="completed_by", what=what, remedy=remedy)
    for one in effective.signoffs:
        key = f"signoffs.{one.id}.roles"
        strange = [role for role in one.roles if role not in _ROLES and role not in PRESENT]
        for role in strange:
            remedy = meant(role, (*_ROLES, *PRESENT))
            yield Problem(file=file, key=key, what=f"{role!r} is no role", remedy=remedy)
        if one.required and not strange and not {*writers, *PRESENT} & set(one.roles):
            what = "none of them may write it, so nobody could sign"
            remedy = f"Let one of them under write in {FILE}, or name one of: {', '.join(writers)}"
            yield Problem(file=file, key=key, what=what, remedy=remedy)


def _problem(key: str, what: str, remedy: str) -> Problem:
    return Problem(file=FILE, key=key, what=what, remedy=remedy)
