"""The cleaner: what is taken out of typed text, and what people need and keep."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formsvc.records.clean import clean, clean_text

SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("one\r\ntwo\rthree\u2028four\u2029five\x85six", "one\ntwo\nthree\nfour\nfive\nsix"),
        ("a\tb", "a b"),
        ("e\u0301", "é"),
        ("Nguyê\u0303n", "Nguyễn"),
        ("👩\u200d👧 👍🏽 ❤\ufe0f", "👩\u200d👧 👍🏽 ❤\ufe0f"),
        (f"{SCOTLAND}!", f"{SCOTLAND}!"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\u200fאב\u200e", "\u200fאב\u200e"),
    ],
)
def test_clean_keeps_what_people_write(text: str, kept: str) -> None:
    """Newlines and accents get one form; emoji, joiners and marks of direction stay; no notice is due."""
    assert clean_text(text) == (kept, False)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\x00b\x07c\x0cd\x1be\x7ff\x9bg", "abcdefg"),
        ("a\ud800b\udfff", "ab"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("\u2066a\u2069\u202ab\u202c", "ab"),
        ("a\ufffe\uffffb\ufdd0\U0001fffe\U0010ffff", "ab"),
        ("\ufeffa\ufff9b\ufffa", "ab"),
        ("a\U000e0041\U000e007fb", "ab"),
        ("\U0001f3f4\U000e0067b", "\U0001f3f4b"),
        (f"{SCOTLAND}\U000e0067", SCOTLAND),
        ("e\x00\u0301", "é"),
        ("a" + "\u0323" * 31 + "b", "ạ" + "\u0323" * 29 + "b"),
        ("a" + "\u0344" * 20 + "b", "ä" + "\u0301\u0308" * 15 + "b"),
    ],
)
def test_clean_takes_out_what_cannot_be_printed_or_lies(text: str, kept: str) -> None:
    """Controls, surrogates, overrides of direction, noncharacters and stray tags go, with a notice."""
    assert clean_text(text) == (kept, True)


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=60))
def test_clean_text_is_clean(text: str) -> None:
    """Any text becomes one that JSON and UTF-8 carry, and cleaning it again changes nothing."""
    kept, _ = clean_text(text)
    assert clean_text(kept) == (kept, False)
    assert json.loads(json.dumps(kept, ensure_ascii=False).encode()) == kept


@pytest.mark.parametrize(
    ("raw", "value", "wrong"),
    [
        ({"a": [1, True, None, "x\x00"]}, {"a": [1, True, None, "x"]}, None),
        (("a", "b"), ["a", "b"], None),
        (12.5, "12.5", None),
        (2**53, "9007199254740992", None),
        ([10**5000], [None], "number_too_large"),
        (float("nan"), "nan", "wrong_shape"),
        (float("inf"), "inf", "wrong_shape"),
        (b"bytes", None, "wrong_shape"),
        ({1: "a", "b": "c"}, {"b": "c"}, "wrong_shape"),
        ([[[[[[1]]]]]], [[[[[[1]]]]]], None),
        ([[[[[[[1]]]]]]], [[[[[[None]]]]]], "too_much"),
        (["x"] * 2001, None, "too_much"),
    ],
)
def test_clean_makes_plain_json_of_anything(raw: Any, value: Any, wrong: str | None) -> None:
    """What is not plain JSON is refused, and what can be kept of it is kept."""
    found = clean(raw)
    assert (found.value, found.wrong) == (value, wrong)


def test_clean_survives_what_holds_itself() -> None:
    """A list that holds itself many times over costs no more than any other."""
    knot: list[Any] = []
    knot.extend([knot] * 50)
    assert clean(knot).wrong == "too_much"
    bomb: Any = "x"
    for _ in range(6):
        bomb = [bomb] * 500
    assert clean(bomb).wrong == "too_much"


def test_clean_costs_no_more_for_a_heap_of_marks() -> None:
    """Marks without end on one letter, whose ordering would cost their square, are cleaned at once."""
    kept, removed = clean_text("a" + "\u0301\u0327" * 500_000)
    assert removed
    assert len(kept) < 40


def test_clean_says_when_something_was_taken_out_deep_inside() -> None:
    """The notice is due wherever in an answer the characters stood."""
    assert clean({"lines": ["a", "b\u202e"]}).removed
    assert not clean({"lines": ["a", "b"]}).removed
