"""What a child is found by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formsvc.store.findable import is_said, typed_words, what_is_found

KIT = "Kit O'Shaughnessy-Vale Ðan"
BORN = "2011-06-19"


@pytest.mark.parametrize(
    "text",
    [
        "kit",
        "KI",
        "oshau",
        "O'Shaughnessy",
        "O’Shaughnessy-Vale",
        "shaugh",
        "vale kit",
        "dan",
        "2011-06-19 va",
    ],
)
def test_a_name_is_found_however_it_is_typed(text: str) -> None:
    """With or without its apostrophe, accents and capitals, from the beginning of any of its words."""
    words = typed_words(text)
    assert words
    assert is_said(words, names=KIT, date_of_birth=BORN)
    assert {word[:10] for word in words} <= set(what_is_found(KIT, date_of_birth=BORN))


@pytest.mark.parametrize("text", ["aughnessy", "kitt", "2011-06-1", "2011-06-20", "vale smith"])
def test_a_name_is_not_found_by_what_it_does_not_begin_with(text: str) -> None:
    """The middle of a word, a letter too many, another date: none of them is said."""
    assert not is_said(typed_words(text), names=KIT, date_of_birth=BORN)


names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)


@given(name=names)
def test_every_name_finds_itself(name: str) -> None:
    """Whatever a child is called, typing it whole finds her, if there is a letter or digit in it."""
    words = typed_words(name)
    assert is_said(words, names=name, date_of_birth="")
    assert {word[:10] for word in words} <= set(what_is_found(name, date_of_birth=""))
