"""The data inside a document is judged without a guess."""

from __future__ import annotations

from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from formsvc.seals.verify.view import canonical_json, read_view
from tests.unit.seals.small import a_view

SAFE = 2**53 - 1
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-SAFE, SAFE) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_canonical_json_is_that_of_the_standard(told: Any) -> None:
    """The quick way writes what RFC 8785 says, for every value a view may hold."""
    assert canonical_json(told) == rfc8785.dumps(told)


def test_view_is_read_whole() -> None:
    """A view of ours is good, and what it says is at hand."""
    found = read_view(a_view().json)
    assert found.verdict.code == "data_good"
    assert found.content is not None
    assert found.issued is not None
    assert found.issued.view_hash == a_view().hash


@pytest.mark.parametrize("number", [str(SAFE + 1), str(-SAFE - 1), "1" * 5000, "1.0", "1e3", "NaN", "01"])
def test_numbers_that_are_not_safe_are_refused(number: str) -> None:
    """Only integers that every reader takes alike may stand in a view."""
    data = a_view().json.replace(b'"revision":1', f'"revision":{number}'.encode())
    assert read_view(data).verdict.code == "data_odd"


@pytest.mark.parametrize("text", [b'"\\ud800"', b'"\xff"', b'"\x00"', b'"\\u0041"'])
def test_texts_that_are_not_canonical_are_refused(text: bytes) -> None:
    """Lone surrogates, bytes that are no UTF-8, raw controls and needless escapes are refused."""
    data = a_view().json.replace(b'"Nobody Invented"', text)
    assert read_view(data).verdict.code == "data_odd"
