"""Text and numbers: what is taken, what it becomes, which code says no."""

from __future__ import annotations

from typing import Any

import pytest

from formsvc.fields.base import Refused
from tests.builders import a_spec


def read(type: str, raw: Any, **options: Any) -> Any:
    """Return the value of what was typed, or the codes."""
    spec = a_spec(type, options=options)
    try:
        return spec.type.read(spec, raw)
    except Refused as refused:
        return [code.value for code in refused.codes]


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("Robin Vale", "Robin Vale"),
        ("  Robin \n  Vale\u00a0", "Robin Vale"),
        (7, "7"),
        ("x" * 20, "x" * 20),
        ("x" * 21, ["text_too_long"]),
        (True, ["wrong_shape"]),
        ({"a": "b"}, ["wrong_shape"]),
        (["Robin"], ["wrong_shape"]),
    ],
)
def test_text_is_one_line(raw: Any, value: Any) -> None:
    """A line of text loses needless space and nothing else; what is too long is refused, never cut."""
    assert read("text", raw, max_length=20) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("\n one  two \n\n three \n", "one  two\n\n three"),
        ("x" * 10, "x" * 10),
        ("x" * 11, ["text_too_long"]),
        (["one"], ["wrong_shape"]),
    ],
)
def test_long_text_keeps_its_lines(raw: Any, value: Any) -> None:
    """Long text keeps its lines and the space inside them."""
    assert read("long_text", raw, max_length=20 if value == "one  two\n\n three" else 10) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (12, 12),
        (" 12 ", 12),
        ("+12", 12),
        ("-3", -3),
        ("\N{MINUS SIGN}3", -3),
        ("1,204", 1204),
        ("1 204", 1204),
        ("12.0", 12),
        ("١٢", 12),
        ("12.5", ["number_not_whole"]),
        ("1,2", ["number_unreadable"]),
        ("twelve", ["number_unreadable"]),
        ("1e3", ["number_unreadable"]),
        ("²", ["number_unreadable"]),
        (2**53 - 1, ["number_too_high"]),
        (2**53, ["number_too_large"]),
        ("9" * 61, ["number_too_large"]),
        ("-11", ["number_too_low"]),
        ("2001", ["number_too_high"]),
        (False, ["wrong_shape"]),
    ],
)
def test_whole_number_is_a_safe_integer(raw: Any, value: Any) -> None:
    """A whole number is read as people write it; one that readers of JSON may disagree about is refused."""
    assert read("whole_number", raw, min=-10, max=2000) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("12.5", "12.50"),
        (12, "12.00"),
        (".5", "0.50"),
        ("5.", "5.00"),
        ("-0", "0.00"),
        ("1,204.10", "1204.10"),
        ("12.500", "12.50"),
        ("12.505", ["number_too_exact"]),
        ("1e3", ["number_unreadable"]),
        ("NaN", ["number_unreadable"]),
        ("Infinity", ["number_unreadable"]),
        ("12,50", ["number_unreadable"]),
        ("9" * 20, ["number_too_large"]),
        ("-0.01", ["number_too_low"]),
        ("2000.01", ["number_too_high"]),
    ],
)
def test_decimal_number_is_text(raw: Any, value: Any) -> None:
    """A decimal is kept as text with all its places, and never rounded."""
    assert read("decimal_number", raw, min=0, max="2000.00", places=2) == value


def test_numbers_are_read_out_with_their_unit() -> None:
    """A number is printed with the unit of its field."""
    whole, decimal = (
        a_spec("whole_number", options={"unit": "kg"}),
        a_spec("decimal_number", options={"unit": "£"}),
    )
    assert whole.type.text(whole, 61) == "61 kg"
    assert decimal.type.text(decimal, "2.50") == "2.50 £"
