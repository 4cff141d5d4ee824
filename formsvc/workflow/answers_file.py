"""The file of answers that the command line takes: strict JSON, two keys, nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NoReturn

from formsvc.errors import AnswerError, AnswersInvalid, Unreadable
from formsvc.fields.moments import stored_utc
from formsvc.records.snapshots import Signoff

LIMIT: Final = 5 * 1024 * 1024
OUTCOMES: Final = ("agreed", "declined", "not_sought")
SIGNOFF_KEYS: Final = {"id", "name", "capacity", "statement", "outcome", "words", "at"}


@dataclass(frozen=True, kw_only=True)
class AnswersFile:
    """What was handed in, not yet judged."""

    answers: dict[str, Any]
    signoffs: tuple[Mapping[str, Any], ...]


def read(path: Path) -> AnswersFile:
    """Read an answers file; raise Unreadable that names the file and says where it is wrong."""
    if not path.is_file():
        raise Unreadable(f"{path}: there is no such file")
    if path.stat().st_size > LIMIT:
        raise Unreadable(f"{path}: larger than 5 MB")
    try:
        found = json.loads(
            path.read_text("utf-8"), object_pairs_hook=_no_doubles, parse_constant=_no_constant
        )
    except UnicodeDecodeError as error:
        raise Unreadable(f"{path}: not UTF-8 text (byte {error.start})") from error
    except json.JSONDecodeError as error:
        raise Unreadable(
            f"{path}: not JSON: line {error.lineno}, column {error.colno}: {error.msg}"
        ) from error
    except RecursionError as error:
        raise Unreadable(f"{path}: nested too deeply") from error
    except ValueError as error:
        raise Unreadable(f"{path}: {error}") from error
    if not isinstance(found, dict) or not isinstance(found.get("answers"), dict):
        raise Unreadable(f'{path}: must be an object with "answers", an object')
    unknown = sorted(set(found) - {"answers", "signoffs"})
    if unknown:
        raise Unreadable(f'{path}: unknown key "{unknown[0]}"; the keys are "answers" and "signoffs"')
    signoffs = found.get("signoffs", [])
    if not isinstance(signoffs, list) or not all(isinstance(one, dict) for one in signoffs):
        raise Unreadable(f'{path}: "signoffs" must be a list of objects')
    return AnswersFile(answers=found["answers"], signoffs=tuple(signoffs))


def judge_signoffs(
    handed_in: Sequence[Mapping[str, Any]], *, rules: Mapping[str, tuple[str, str]], at: str
) -> tuple[Signoff, ...]:
    """Return the sign-offs handed in; raise AnswersInvalid at `signoffs.<n>.<key>`.

    `rules` maps a sign-off's id to its title and statement; `at` is used where none was given.
    """
    errors: list[AnswerError] = []
    made: list[Signoff] = []
    for n, one in enumerate(handed_in, 1):
        wrong = list(_wrong_with(one, rules))
        errors += [AnswerError(path=f"signoffs.{n}.{key}", code=code) for key, code in wrong]
        if not wrong:
            title, statement = rules[one["id"]]
            made.append(
                Signoff(
                    id=one["id"],
                    title=title,
                    name=one["name"].strip(),
                    capacity=one.get("capacity", ""),
                    statement=one.get("statement") or statement,
                    outcome=one.get("outcome", "agreed"),
                    words=one.get("words", ""),
                    at=_moment(one["at"]) or at if one.get("at") else at,
                )
            )
    if errors:
        raise AnswersInvalid(errors)
    return tuple(made)


def _wrong_with(one: Mapping[str, Any], rules: Mapping[str, tuple[str, str]]) -> list[tuple[str, str]]:
    wrong = [(key, "signoff_key_unknown") for key in sorted(set(one) - SIGNOFF_KEYS)]
    wrong += [
        (key, "signoff_not_text") for key in sorted(SIGNOFF_KEYS & set(one)) if not isinstance(one[key], str)
    ]
    if wrong:
        return wrong
    if one.get("id") not in rules:
        wrong.append(("id", "signoff_unknown"))
    if not one.get("name", "").strip():
        wrong.append(("name", "signoff_name_missing"))
    if one.get("outcome", "agreed") not in OUTCOMES:
        wrong.append(("outcome", "signoff_outcome_unknown"))
    if one.get("at") and _moment(one["at"]) is None:
        wrong.append(("at", "signoff_at_unreadable"))
    wrong += [(key, "signoff_too_long") for key in sorted(set(one)) if len(one[key]) > 2000]
    return wrong


def _moment(typed: str) -> str | None:
    try:
        found = datetime.fromisoformat(typed)
    except ValueError:
        return None
    return stored_utc(found) if found.tzinfo else None


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in names if names.count(name) > 1)
        raise ValueError(f'the key "{double}" stands twice')
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
