"""THE GATE: what was typed becomes answers, or stays as it was typed with a code beside it.

One gate serves browser, command line and API. It works out again, each time, what is asked and what
is required; it raises nothing but AnswersInvalid, whatever comes in; and what it lets through it lets
through again unchanged. It knows no field types: each brings its own rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from formsvc.definitions.model import Effective, Stage
from formsvc.errors import AnswerError
from formsvc.fields.base import Value
from formsvc.fields.words import words
from formsvc.records.judging import REMOVED, Judged, Judging, plan_of

__all__ = ["REMOVED", "Gate", "Judged", "error_words", "restored"]


class Gate:
    """The gate of one effective definition; its rules are built once for each hash and kept."""

    def __init__(self, effective: Effective) -> None:
        self.effective = effective
        self.plan = plan_of(effective)

    def judge(self, typed: object, *, stage: Stage) -> Judged:
        """Judge all the answers of a form at a stage; what is wrong is in the errors, nothing is raised."""
        return Judging(self.effective, stage).whole(self.plan, typed)


def restored(answers: Mapping[str, Value], typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers of a draft with what could not be read put back in its place, to be judged again."""
    whole: dict[str, Any] = dict(answers)
    inner: dict[str, list[tuple[str, str, Any]]] = {}
    for path, raw in typed.items():
        group, _, rest = path.partition(".")
        if not rest:
            whole[group] = raw
        else:
            row_id, _, below = rest.partition(".")
            inner.setdefault(group, []).append((row_id, below, raw))
    for group, found in inner.items():
        there = whole.get(group)
        rows = {row["id"]: row for row in there} if isinstance(there, list) else {}
        by_row: dict[str, dict[str, Any]] = {}
        for row_id, below, raw in found:
            by_row.setdefault(row_id, {})[below] = raw
        for row_id, below_typed in by_row.items():
            rows[row_id] = restored(rows.get(row_id, {"id": row_id}), below_typed)
        whole[group] = list(rows.values())
    return whole


def error_words(effective: Effective, error: AnswerError) -> str:
    """Return what an error says to a person, in the words of the form it is about."""
    own = {check.code: check.words for check in effective.cross_checks}
    try:
        spec = effective.field(error.path) if error.path else None
    except KeyError:
        spec = None
    return words(error.code, spec, own=own)
