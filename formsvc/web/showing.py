"""What every template may use: who is signed in, what they may do, moments in words, the forms' token."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from flask import Flask
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from formsvc import clock
from formsvc.access.people import Person
from formsvc.fields.moments import LONDON, day_words, london_words, stored_utc
from formsvc.web.guarding import (
    has_factor,
    mark_of,
    may,
    session_standing,
    settings,
    signed_in,
    store,
    visitor,
)
from formsvc.workflow.manage_organisation import logo_of
from formsvc.workflow.sessions import Standing
from formsvc.workflow.watch_key import KeyNotice, key_notice


def register_showing(app: Flask, *, organisation: str) -> None:
    """Give an application's templates their words."""
    app.jinja_env.filters.update(
        ago=ago, clock_words=clock_words, date_words=date_words, moment_words=moment_words
    )

    @app.context_processor
    def everywhere() -> dict[str, Any]:
        who = visitor()
        return {
            "organisation": organisation if who is None else who.organisation_name,
            "visitor": who,
            "is_signed_in": signed_in() is not None,
            "is_locked": session_standing() is Standing.locked,
            "seat": mark_of(signed_in()),
            "idle_seconds": settings().idle_lock * 60,
            "asks_code": has_factor(),
            "may": may,
            "key_notice": _key_notice(who),
            "logo": None if who is None else logo_of(store(), person=who),
            "csrf": csrf,
        }


def _key_notice(who: Person | None) -> KeyNotice | None:
    if who is None or not may("manage_people"):
        return None
    return key_notice(settings(), organisation_id=who.organisation_id)


def csrf() -> Markup:
    """Return the hidden field that every form carries."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def moment_words(moment: datetime) -> str:
    """Return a moment in London: "22 November 2026, 18:05"."""
    return london_words(stored_utc(moment))


def date_words(stored: str) -> str:
    """Return a stored date (2011-03-17) as people say it; empty stays empty."""
    return day_words(date.fromisoformat(stored)) if stored else ""


def clock_words(moment: datetime) -> str:
    """Return the time of a moment in London: "00:41"."""
    return f"{moment.astimezone(LONDON):%H:%M}"


def ago(moment: datetime) -> str:
    """Return how long ago a moment was: "just now", "20 minutes ago", "yesterday", "3 weeks ago"."""
    passed = clock.now() - moment
    days = (clock.now().astimezone(LONDON).date() - moment.astimezone(LONDON).date()).days
    if passed < timedelta(minutes=1):
        return "just now"
    if passed < timedelta(hours=1):
        return _many(passed.seconds // 60, "minute")
    if days == 0 or passed < timedelta(hours=6):
        return _many(passed.seconds // 3600, "hour")
    if days == 1:
        return "yesterday"
    if days < 14:
        return _many(days, "day")
    if days < 60:
        return _many(days // 7, "week")
    return _many(days // 30, "month") if days < 730 else _many(days // 365, "year")


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'} ago"
