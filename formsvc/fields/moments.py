"""How moments are written for people in England: UTC inside, London outside."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def day_words(day: date) -> str:
    """Return a date as people say it: "22 November 2026"."""
    return f"{day.day} {day:%B} {day.year}"


def parse_utc(stored: str) -> datetime:
    """Return the moment a stored text "2026-11-22T18:05:00Z" stands for, aware, in UTC."""
    return datetime.fromisoformat(stored).astimezone(UTC)


def stored_utc(moment: datetime) -> str:
    """Return an aware moment as stored: "2026-11-22T18:05:00Z", whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def london_day(stored: str) -> date:
    """Return the day it was in London at a stored moment."""
    return parse_utc(stored).astimezone(LONDON).date()


def london_words(stored: str) -> str:
    """Return a stored moment in London time: "22 November 2026, 18:05"."""
    local = parse_utc(stored).astimezone(LONDON)
    return f"{day_words(local.date())}, {local:%H:%M}"
