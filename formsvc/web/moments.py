"""A day and a time typed into two questions of ours, as one moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from formsvc import clock
from formsvc.fields import dates
from formsvc.fields.base import Refused
from formsvc.fields.date_time import moment_of, time_of
from formsvc.fields.moments import LONDON


def typed_now() -> dict[str, str]:
    """Return the present moment as the questions show it."""
    local = clock.now().astimezone(LONDON)
    return {
        "at_day": str(local.day),
        "at_month": str(local.month),
        "at_year": str(local.year),
        "at_time": f"{local:%H:%M}",
    }


def read_moment(typed: Mapping[str, str]) -> datetime | None:
    """Return the moment that was typed, None where it cannot be read or lies in the future."""
    try:
        day = dates.read({part: typed.get(f"at_{part}", "") for part in ("day", "month", "year")})
        found = moment_of(day, time_of(typed.get("at_time", "")), "first")
    except Refused:
        return None
    return found if found <= clock.now() else None
