"""What the pages of signing off take in: whose turn it is; what a signature, a voice or a reason lacks."""

from __future__ import annotations

import json
from typing import Any, Final

from flask import request

from formsvc.errors import StaleVersion
from formsvc.web import said
from formsvc.web.guarding import has_factor, person, reauthenticated
from formsvc.workflow.read_record import SigningState, Standing
from formsvc.workflow.send_back import Reason
from formsvc.workflow.sign_off import VOICES

LONGEST_NAME: Final = 120
LONGEST_WORDS: Final = 2000
MOST_REASONS: Final = 20
_ASK_AGAIN: Final = "Enter your password. It was missing or wrong, so nothing was signed"
_ASK_BOTH: Final = "Enter your password and the code. One was missing or wrong, so nothing was signed"


def own_rule(state: SigningState) -> Standing | None:
    """Return the rule that is for this person to say, if there is one.

    It is what they signed already; else the first that waits for somebody of their role. So a manager of a
    home completes a form, or approves what somebody else of the home completed, and never both.
    """
    theirs = [one for one in state.rules if person().role.value in one.rule.roles]
    signed = [one for one in theirs if is_agreed(one) and one.said and one.said.user_id == person().user_id]
    return next(iter((*signed, *(one for one in theirs if not is_agreed(one)), *theirs)), None)


def is_agreed(one: Standing) -> bool:
    """Say whether a rule was met."""
    return one.said is not None and one.said.outcome == "agreed"


def author_signed(state: SigningState) -> bool:
    """Say whether the author signed."""
    return any(
        is_agreed(one)
        for one in state.rules
        if not one.is_approval and not any(role in VOICES for role in one.rule.roles)
    )


def unasked(state: SigningState) -> list[Standing]:
    """Return the rules of those who do not sign in here, and of whom nothing is recorded."""
    return [one for one in state.rules if one.said is None and any(role in VOICES for role in one.rule.roles)]


def versions_in(text: str) -> dict[str, int]:
    """Return the versions of pages that a form carries; raise StaleVersion for anything else."""
    try:
        found = json.loads(text)
    except ValueError as error:
        raise StaleVersion from error
    if not isinstance(found, dict) or not all(isinstance(one, int) for one in found.values()):
        raise StaleVersion
    return {str(name): number for name, number in found.items()}


def signature_errors(form: Any) -> dict[str, str]:
    """Return what a signature lacks, by field."""
    errors = {}
    name = form.get("name", "").strip()
    if not name:
        errors["name"] = "Enter your full name: it is your signature"
    elif len(name) > LONGEST_NAME:
        errors["name"] = f"Use {LONGEST_NAME} characters or fewer"
    if not reauthenticated(form):
        errors["password"] = _ASK_BOTH if has_factor() else _ASK_AGAIN
    return errors


def voice_errors(form: Any, voices: list[str]) -> dict[str, str]:
    """Return what is missing of what somebody said, by field."""
    errors = {}
    outcome = form.get("outcome", "")
    if outcome not in said.OUTCOMES:
        errors["outcome"] = "Say whether they agreed, did not agree, or were not asked"
    if outcome == "not_sought" and not form.get("why", "").strip():
        errors["why"] = "Say why they were not asked"
    if outcome in ("agreed", "declined") and not form.get("name", "").strip():
        errors["name"] = "Type the name of the person who said it"
    if len(voices) > 1 and form.get("role") not in voices:
        errors["role"] = "Say whose agreement this is"
    for field in ("name", "capacity"):
        if len(form.get(field, "")) > LONGEST_NAME:
            errors[field] = f"Use {LONGEST_NAME} characters or fewer"
    for field in ("words", "why"):
        if len(form.get(field, "")) > LONGEST_WORDS:
            errors[field] = f"Use {LONGEST_WORDS} characters or fewer"
    return errors


def rows_typed() -> list[tuple[str, str]]:
    """Return the reasons as they were typed, where and why; one empty one to begin with."""
    form = request.form
    rows = list(zip(form.getlist("where"), form.getlist("why"), strict=False))
    rows = rows[:MOST_REASONS] or [(request.args.get("where", ""), "")]
    return [(where, why.strip()) for where, why in rows]


def reasons_in(state: SigningState, rows: list[tuple[str, str]]) -> list[Reason]:
    """Return the reasons for sending back that were given."""
    pages = {f"page:{page.id}": page.id for page in state.effective.pages}
    paths = {f"field:{one.id}": one.id for one in state.effective.fields()}
    return [
        Reason(
            words=why,
            pages=(pages[where],) if where in pages else (),
            paths=(paths[where],) if where in paths else (),
        )
        for where, why in rows
        if why
    ]
