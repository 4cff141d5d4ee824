"""Conditions in words, as a blank form prints them."""

from __future__ import annotations

import pytest

from formsvc.definitions.conditions import parse
from formsvc.definitions.said import Words, said

WORDS = Words(name=str.upper, answer=lambda _, code: f"“{code.capitalize()}”")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("answered(photo)", "PHOTO is answered"),
        ("not answered(photo)", "PHOTO is not answered"),
        ("a = yes", "A is “Yes”"),
        ("a != yes", "A is not “Yes”"),
        ("not a = yes", "A is not “Yes”"),
        ("not a != yes", "A is “Yes”"),
        ("a in (no, unsure)", "A is “No” or “Unsure”"),
        ("a before b", "A is before B"),
        ("not a before b", "A is not before B"),
        ("a over 31 days after b", "A is more than 31 days after B"),
        ("not (not a = yes)", "A is “Yes”"),
        ("a = yes and b = no", "A is “Yes”, and B is “No”"),
        ("a = yes or b = no and c = no", "A is “Yes”, or both B is “No” and C is “No”"),
        ("(a = yes or b = no) and c = no", "either A is “Yes” or B is “No”, and C is “No”"),
        (
            "a = no or b = no and c = no and d = no",
            "A is “No”, or all of B is “No” and C is “No” and D is “No”",
        ),
        ("not (a = yes or b = no)", "both A is not “Yes” and B is not “No”"),
        ("not (a = yes and b = no)", "either A is not “Yes” or B is not “No”"),
    ],
)
def test_condition_is_said_as_a_person_would(source: str, words: str) -> None:
    """Every test and every way of joining tests has words, and a denial is said where it stands."""
    assert said(parse(source), WORDS) == words
