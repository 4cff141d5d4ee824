"""References of other systems: what is refused, what is kept, and how each is read out and found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formsvc.access.naming import READERS, kinds_for
from formsvc.cases.references import (
    KINDS,
    folded,
    found_by,
    is_nhs_number,
    is_upn,
    read_reference,
    shown,
)
from formsvc.store.findable import what_is_found

DIGITS = "0123456789"


def judged(kind: str, value: str, system: str = "Calderholme, Mosaic") -> tuple[str, str]:
    """Return the code of what is wrong with a value, and the value as it is kept."""
    found = read_reference({"kind": kind, "value": value, "system": system})
    return found.errors.get("value", ""), found.values.get("value", "")


def an_nhs_number(nine: str) -> str:
    """Return an NHS number that begins with nine digits; empty where none does."""
    return next((nine + one for one in DIGITS if is_nhs_number(nine + one)), "")


@pytest.mark.parametrize("typed", ["943 476 5919", "943-476-5919", "9434765919", " 943  476 5919 "])
def test_nhs_number_is_kept_as_ten_digits(typed: str) -> None:
    """However it is grouped it is one number, read out in three groups."""
    assert judged("nhs_number", typed, "") == ("", "9434765919")
    assert shown("nhs_number", "9434765919") == "943 476 5919"


@pytest.mark.parametrize(
    "typed", ["943 476 5918", "943476591", "94347659190", "0000000000", "94347659I9", "٩434765919"]
)
def test_nhs_number_that_cannot_be_is_refused(typed: str) -> None:
    """A wrong check digit, a digit too few or too many, ten alike, and letters are refused."""
    assert judged("nhs_number", typed)[0] == "nhs_number"


@given(nine=st.text(DIGITS, min_size=9, max_size=9), place=st.integers(0, 9), other=st.sampled_from(DIGITS))
def test_no_single_wrong_digit_passes(nine: str, place: int, other: str) -> None:
    """The check digit finds every digit that was typed wrongly."""
    number = an_nhs_number(nine)
    wrong = number[:place] + other + number[place + 1 :]
    assert not number or wrong == number or not is_nhs_number(wrong)


@pytest.mark.parametrize("typed", ["a 8 2 3 4 5 6 7 8 9 0 1 2", "R000000000009A", "I123456789012", "12"])
def test_upn_that_cannot_be_is_refused(typed: str) -> None:
    """A letter that does not fit, or is never used, and a number too long or too short, are refused."""
    assert judged("upn", typed)[0] == "upn"


@given(eleven=st.text(DIGITS, min_size=11, max_size=11), last=st.sampled_from(DIGITS + "ABXZ"))
def test_one_letter_fits_each_upn(eleven: str, last: str) -> None:
    """Of the 23 letters one belongs to a number, for temporary ones too; I, O and S are never it."""
    fits = [one for one in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if is_upn(one + eleven + last)]
    assert len(fits) == 1
    assert fits[0] not in "IOS"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "missing"),
        ("12", "too_short"),
        ("1" * 41, "too_long"),
        ("Wilhelmina", "no_digit"),
        ("1234<b>", "unreadable"),
        ("12\u202e34", "unreadable"),
        ("=1+2", "unreadable"),
        ("MOS/2211-88", ""),
        ("05/123456X", ""),
        ("１２３４", ""),
    ],
)
def test_plain_reference_is_read_strictly(value: str, code: str) -> None:
    """Letters and digits with a few marks between, and at least one digit: a name is no reference."""
    assert judged("case_system", value)[0] == code


def test_whose_system_is_asked_where_it_matters() -> None:
    """A case-system or police id says whose it is; an NHS number and a UPN need not, and keep nothing."""
    for kind, told in KINDS.items():
        found = read_reference({"kind": kind, "value": "123", "system": ""})
        assert ("system" in found.errors) == told.has_system
    kept = read_reference({"kind": "nhs_number", "value": "9434765919", "system": "something"})
    assert kept.values["system"] == ""
    assert read_reference({"kind": "passport"}).errors == {"kind": "missing"}


def test_kinds_have_readers_and_no_child_or_parent_is_one() -> None:
    """Each kind is for somebody, and for neither the child's nor a parent's copy."""
    assert set(READERS) == set(KINDS)
    assert all("full" in one for one in READERS.values())
    for audience in ("child", "parent", ""):
        assert kinds_for(audience) == ()


@given(name=st.text(max_size=40), value=st.text(max_size=20))
def test_no_name_is_found_as_a_reference(name: str, value: str) -> None:
    """What a name is found by is never what a reference is found by."""
    told = {found_by(kind, value) for kind in KINDS}
    assert not told & set(what_is_found(name, date_of_birth=""))


def test_spellings_of_one_reference_are_found_alike() -> None:
    """Spaces, strokes and case make no difference; what has no letter or digit is nothing."""
    assert folded("mos/22 11-88") == folded("MOS 221188") == "MOS221188"
    assert folded(" - ") == ""
