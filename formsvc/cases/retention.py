"""How long what is held on a child is kept: a closed set of statuses, a rule for each, and the day it ends.

Pure: the defaults are data (`form_templates/retention/schedule.yaml`), what an organisation changed is
laid over them, and the day follows from a rule and three dates.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import yaml

from formsvc.errors import DefinitionInvalid, Problem

UNITS: Final = ("years", "months")
STARTS: Final[Mapping[str, str]] = {
    "birth": "the child's birth",
    "closing": "the day the case was closed",
    "last_change": "the last change to the record",
}
MOST: Final = {"years": 120, "months": 1440}
STATUSES: Final = ("looked_after", "died", "in_need", "transferred", "provider", "mistake")
"""Why a case is closed."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How long a case of a status is kept. Without a `number` nothing is set, and it is kept."""

    status: str
    words: str
    number: int | None
    unit: str
    starts: str
    source: str = ""

    @property
    def said(self) -> str:
        """The rule as people say it."""
        if self.number is None:
            return "Not set: kept until the organisation says how long"
        unit = self.unit if self.number != 1 else self.unit.removesuffix("s")
        return f"{self.number} {unit} from {STARTS[self.starts]}"


def kept_until(rule: Rule, *, born: str, closed_on: str, changed_on: str) -> date | None:
    """Return the first day on which it may be disposed of; None where no day follows.

    The dates are as 2026-11-22; `born` is empty where it is not known. A month without such a day ends
    on the first of the next, so that nothing is kept a day too short.
    """
    start = {"birth": born, "closing": closed_on, "last_change": changed_on}[rule.starts]
    if rule.number is None or not start:
        return None
    day = date.fromisoformat(start)
    months = rule.number * (12 if rule.unit == "years" else 1)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if day.day <= calendar.monthrange(year, month + 1)[1]:
        return date(year, month + 1, day.day)
    year, month = divmod(year * 12 + month + 1, 12)
    return date(year, month + 1, 1)


def load_schedule(form_templates: Path) -> dict[str, Rule]:
    """Read the schedule that holds where an organisation set nothing; raise DefinitionInvalid."""
    file = form_templates / "retention" / "schedule.yaml"
    told = yaml.safe_load(file.read_text("utf-8"))
    entries = told.get("statuses") if isinstance(told, dict) else None
    if not isinstance(entries, dict) or set(entries) != set(STATUSES):
        raise _invalid(file, "statuses", f"must hold exactly {', '.join(STATUSES)}")
    return {status: _rule(file, status, entries[status]) for status in STATUSES}


def _rule(file: Path, status: str, told: Any) -> Rule:
    keys = {"words", "number", "unit", "starts", "source"}
    if not isinstance(told, dict) or not set(told) <= keys or not (keys - {"number"}) <= set(told):
        raise _invalid(file, status, f"must hold {', '.join(sorted(keys))}")
    number = told.get("number")
    is_number = isinstance(number, int) and not isinstance(number, bool)
    if told["unit"] not in UNITS or told["starts"] not in STARTS:
        raise _invalid(file, status, f"unit is one of {UNITS}, starts one of {tuple(STARTS)}")
    if number is not None and (not is_number or not 0 < number <= MOST[told["unit"]]):
        raise _invalid(file, status, "number is a whole number above 0")
    return Rule(
        status=status,
        words=str(told["words"]),
        number=number,
        unit=told["unit"],
        starts=told["starts"],
        source=str(told["source"]).strip(),
    )


def _invalid(file: Path, key: str, what: str) -> DefinitionInvalid:
    return DefinitionInvalid([Problem(file=file.name, key=key, what=what, remedy="Mend the schedule.")])
