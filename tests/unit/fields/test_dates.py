"""Dates, approximate dates and moments, as people type them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formsvc.fields.base import Refused
from formsvc.fields.moments import LONDON, stored_utc
from tests.builders import a_spec

pytestmark = pytest.mark.usefixtures("fixed_clock")


def read(type: str, raw: Any, **options: Any) -> Any:
    """Return the value of what was typed, or the codes."""
    spec = a_spec(type, options=options)
    try:
        return spec.type.read(spec, raw)
    except Refused as refused:
        return [code.value for code in refused.codes]


@pytest.mark.parametrize(
    "raw",
    [
        "2026-11-08",
        "8/11/2026",
        "08/11/2026",
        "8.11.2026",
        "8 - 11 - 2026",
        "8 11 2026",
        "8 November 2026",
        "8th nov 2026",
        "8 Nov. 2026",
        "the 8th of November 2026",
        "Sunday 8 November 2026",
        "Sun, 8 November 2026",
        "November 8, 2026",
        "  8   November   2026 ",
        {"day": "8", "month": "11", "year": "2026"},
        {"day": 8, "month": "Nov", "year": 2026},
        {"day": "08", "month": "november", "year": " 2026 "},
    ],
)
def test_date_is_read_as_people_write_it(raw: Any) -> None:
    """Every usual way to write a day gives the same value, day before month."""
    assert read("date", raw) == "2026-11-08"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("31/2/2026", "date_unreal"),
        ("29 February 2026", "date_unreal"),
        ("8/13/2026", "date_unreal"),
        ("0/1/2026", "date_unreal"),
        ("8/11/26", "date_year_short"),
        ({"day": "8", "month": "11", "year": "26"}, "date_year_short"),
        ("8/11/1026", "date_year_unlikely"),
        ({"day": "8", "month": "11", "year": "20266"}, "date_year_unlikely"),
        ("Monday 8 November 2026", "date_weekday"),
        ("Someday 8 November 2026", "date_unreadable"),
        ("8 Novemberish 2026", "date_unreadable"),
        ("yesterday", "date_unreadable"),
        ("8 November", "date_unreadable"),
        ({"day": "8", "month": "", "year": "2026"}, "date_incomplete"),
        ({"day": "x", "month": "11", "year": "2026"}, "date_unreadable"),
        ({"day": "9" * 19, "month": "11", "year": "2026"}, "date_unreal"),
        ({"day": "8", "month": "11", "year": "2026", "hour": "3"}, "unknown_part"),
        (["8", "11", "2026"], "wrong_shape"),
        (20261108, "date_unreadable"),
        ("8" * 100, "date_unreadable"),
    ],
)
def test_date_says_what_is_wrong(raw: Any, code: str) -> None:
    """A day that cannot be read says which way."""
    assert read("date", raw) == [code]


@pytest.mark.parametrize(
    ("raw", "options", "value"),
    [
        ("22/11/2026", {"latest": "today"}, "2026-11-22"),
        ("23/11/2026", {"latest": "today"}, ["date_in_future"]),
        ("22/11/2026", {"earliest": "today"}, "2026-11-22"),
        ("21/11/2026", {"earliest": "today"}, ["date_in_past"]),
        ("1/1/2020", {"earliest": "2020-01-02"}, ["date_too_early"]),
        ("3/1/2020", {"latest": "2020-01-02"}, ["date_too_late"]),
    ],
)
def test_date_keeps_to_its_limits(raw: str, options: dict[str, Any], value: Any) -> None:
    """A field may set the earliest and the latest day, today included; today is London's."""
    assert read("date", raw, **options) == value


@pytest.mark.parametrize(
    ("raw", "precision", "date"),
    [
        ("8 November 2026", "day", "2026-11-08"),
        ("November 2026", "month", "2026-11"),
        ("Nov 2026", "month", "2026-11"),
        ("11/2026", "month", "2026-11"),
        ("2026-11", "month", "2026-11"),
        ("2026", "year", "2026"),
        (2026, "year", "2026"),
        ("about 2026", "year", "2026"),
        ("in November 2026", "month", "2026-11"),
        ("summer 2026", "season", "2026-summer"),
        ("2026-summer", "season", "2026-summer"),
        ({"day": "", "month": "", "season": "Winter", "year": "2026"}, "season", "2026-winter"),
        ({"month": "2", "year": "2026"}, "month", "2026-02"),
        ({"day": "3", "month": "2", "year": "2026"}, "day", "2026-02-03"),
        ({"precision": "year", "date": "2026"}, "year", "2026"),
    ],
)
def test_approximate_date_is_as_exact_as_it_was_said(raw: Any, precision: str, date: str) -> None:
    """An approximate date keeps the precision it was given in."""
    assert read("approximate_date", raw) == {"precision": precision, "date": date}


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("a while ago", "approximate_unreadable"),
        ("31/2/2026", "date_unreal"),
        ("13/2026", "date_unreal"),
        ("26", "approximate_unreadable"),
        ("Nov 26", "date_year_short"),
        ({"day": "3", "year": "2026"}, "date_incomplete"),
        ({"month": "3"}, "approximate_year_missing"),
        ({"season": "summer", "month": "3", "year": "2026"}, "approximate_twice"),
        ({"season": "harvest", "year": "2026"}, "approximate_unreadable"),
        ({"precision": "day", "date": "2026-02-31"}, "date_unreal"),
        ({"precision": "month", "date": "2026"}, "approximate_unreadable"),
        ({"precision": "week", "date": "2026"}, "approximate_unreadable"),
        ({"precision": "year", "date": "٢٠٢٦"}, "approximate_unreadable"),
    ],
)
def test_approximate_date_says_what_is_wrong(raw: Any, code: str) -> None:
    """An approximate date that cannot be read says which way."""
    assert read("approximate_date", raw) == [code]


@pytest.mark.parametrize(
    ("raw", "allowed"),
    [
        ("2026", True),
        ("November 2026", True),
        ("December 2026", False),
        ("autumn 2026", True),
        ("2027", False),
    ],
)
def test_approximate_date_is_refused_only_when_all_of_it_lies_outside(raw: str, allowed: bool) -> None:  # noqa: FBT001
    """A span that reaches into what is allowed is allowed."""
    assert (read("approximate_date", raw, latest="today") != ["date_in_future"]) is allowed


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"precision": "day", "date": "2026-11-08"}, "8 November 2026"),
        ({"precision": "month", "date": "2026-11"}, "November 2026"),
        ({"precision": "season", "date": "2026-summer"}, "Summer 2026"),
        ({"precision": "year", "date": "2026"}, "2026"),
    ],
)
def test_approximate_date_reads_as_people_say_it(value: dict[str, str], words: str) -> None:
    """An approximate date is printed no more exactly than it is known."""
    spec = a_spec("approximate_date")
    assert spec.type.text(spec, value) == words


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("2026-11-22T18:05:00Z", "2026-11-22T18:05:00Z"),
        ("2026-11-22T18:05:42.5+00:00", "2026-11-22T18:05:00Z"),
        ("2026-07-01T18:05+01:00", "2026-07-01T17:05:00Z"),
        ("2026-07-01T18:05", "2026-07-01T17:05:00Z"),
        ("2026-07-01 18:05", "2026-07-01T17:05:00Z"),
        ("1 July 2026, 18:05", "2026-07-01T17:05:00Z"),
        ("1/7/2026 6.05pm", "2026-07-01T17:05:00Z"),
        ("1 July 2026 at 6pm", "2026-07-01T17:00:00Z"),
        ("1 July 2026 1805", "2026-07-01T17:05:00Z"),
        ("1 July 2026 12.30 am", "2026-06-30T23:30:00Z"),
        ({"day": "22", "month": "11", "year": "2026", "time": "18:05"}, "2026-11-22T18:05:00Z"),
        ({"date": "22 November 2026", "time": "18:05"}, "2026-11-22T18:05:00Z"),
        (
            {"date": {"day": 22, "month": 11, "year": 2026}, "time": "18:05", "fold": ""},
            "2026-11-22T18:05:00Z",
        ),
        # The last Sunday of March: 01:00 to 01:59 does not exist.
        ("29 March 2026 00:59", "2026-03-29T00:59:00Z"),
        ("29 March 2026 01:00", ["time_skipped"]),
        ("29 March 2026 01:59", ["time_skipped"]),
        ("29 March 2026 02:00", "2026-03-29T01:00:00Z"),
        # The last Sunday of October: 01:00 to 01:59 exists twice.
        ("25 October 2026 00:59", "2026-10-24T23:59:00Z"),
        ("25 October 2026 01:30", ["time_twice"]),
        ({"date": "25 October 2026", "time": "01:30", "fold": "first"}, "2026-10-25T00:30:00Z"),
        ({"date": "25 October 2026", "time": "01:30", "fold": "second"}, "2026-10-25T01:30:00Z"),
        ({"date": "25 October 2026 01:30", "fold": "second"}, "2026-10-25T01:30:00Z"),
        ({"date": "25 October 2026", "time": "01:30", "fold": "third"}, ["time_twice"]),
        ({"date": "24 October 2026", "time": "01:30", "fold": "second"}, "2026-10-24T00:30:00Z"),
        ({"date": "29 March 2026", "time": "01:30", "fold": "second"}, ["time_skipped"]),
        ("25 October 2026 02:00", "2026-10-25T02:00:00Z"),
        ("22 November 2026", ["time_missing"]),
        ({"day": "22", "month": "11", "year": "2026"}, ["time_missing"]),
        ({"day": "31", "month": "2", "year": "2026", "time": "18:05"}, ["date_unreal"]),
        ({"time": "18:05"}, ["date_incomplete"]),
        ("22 November 2026 25:00", ["time_unreadable"]),
        ({"date": "22 November 2026", "time": "late"}, ["time_unreadable"]),
        ({"date": "22 November 2026", "time": "18"}, ["time_unreadable"]),
        ({"date": "22 November 2026", "time": "13pm"}, ["time_unreadable"]),
        ("2026-02-31T18:05:00Z", ["date_unreal"]),
        ("0001-01-01T00:00:00+23:59", ["date_unreal"]),
        ("1026-01-01T00:00:00Z", ["date_year_unlikely"]),
        ("soon", ["date_unreadable"]),
    ],
)
def test_date_time_is_typed_in_london_and_kept_in_utc(raw: Any, value: Any) -> None:
    """A moment is right on every day of the year; a time that is not one moment is asked about."""
    assert read("date_time", raw) == value


def test_date_time_is_not_in_the_future_where_today_is_the_latest() -> None:
    """Later today has not happened yet."""
    assert read("date_time", "22 November 2026 18:05", latest="today") == "2026-11-22T18:05:00Z"
    assert read("date_time", "22 November 2026 18:06", latest="today") == ["date_in_future"]
    assert read("date_time", "22 November 2026 18:06") == "2026-11-22T18:06:00Z"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2026-11-22T18:05:00Z", "22 November 2026, 18:05"),
        ("2026-07-01T17:05:00Z", "1 July 2026, 18:05"),
        ("2026-10-25T00:30:00Z", "25 October 2026, 01:30 (before the clocks went back)"),
        ("2026-10-25T01:30:00Z", "25 October 2026, 01:30 (after the clocks went back)"),
    ],
)
def test_date_time_is_printed_in_london_time(value: str, words: str) -> None:
    """A moment is printed as London's clocks showed it, and never as two moments at once."""
    spec = a_spec("date_time")
    assert spec.type.text(spec, value) == words


@given(st.integers(min_value=0, max_value=200 * 365 * 24 * 60))
def test_date_time_comes_back_from_its_inputs(minutes: int) -> None:
    """Every minute of two centuries comes back from the inputs that show it."""
    value = stored_utc(datetime(1950, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))
    spec = a_spec("date_time")
    assert spec.type.read(spec, spec.type.spread(spec, value)) == value


def test_date_time_comes_back_from_its_inputs_on_the_nights_the_clocks_change() -> None:
    """Each quarter of an hour around both changes of every year from 1995 comes back."""
    spec = a_spec("date_time")
    for year in range(1995, 2035):
        for month in (3, 10):
            start = datetime(year, month, 24, 23, tzinfo=UTC)
            for quarter in range(8 * 24 * 4):
                moment = start + timedelta(minutes=15 * quarter)
                if moment.astimezone(LONDON).hour in (0, 1, 2):
                    value = stored_utc(moment)
                    assert spec.type.read(spec, spec.type.spread(spec, value)) == value
