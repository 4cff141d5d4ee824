"""Text by script and direction."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formsvc.documents.docx.scripts import Piece, base_direction, is_plain, pieces
from tests.unit.documents.docx.contents import HARD_TEXTS


@given(st.text(max_size=200))
def test_pieces_lose_no_character(text: str) -> None:
    """Put together again, the pieces are the text; a space inside a telephone number may hold tighter."""
    assert "".join(piece.text for piece in pieces(text)).replace("\u00a0", " ") == text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    "name", ["markup", "template", "polish", "vietnamese", "yoruba", "greek_cyrillic", "quotes"]
)
def test_text_from_left_to_right_is_plain(name: str) -> None:
    """Latin, Greek and Cyrillic text with its marks and quotes is left as it stands."""
    assert is_plain(HARD_TEXTS[name])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Ring ليلى now", [("Ring ", "latin"), ("ليلى", "rtl"), (" now", "latin")]),
        ("ليلى (Leila) هنا", [("ليلى (", "rtl"), ("Leila", "latin"), (") هنا", "rtl")]),
        ("عمرها 15 سنة", [("عمرها 15 سنة", "rtl")]),
        ("Flat 5, ليلى", [("Flat 5, ", "latin"), ("ليلى", "rtl")]),
        ("住在27號", [("住在", "east"), ("27", "latin"), ("號", "east")]),
        ("a fish 🐟 means", [("a fish ", "latin"), ("🐟", "emoji"), (" means", "latin")]),
        ("👩🏽\u200d🚒", [("👩🏽\u200d🚒", "emoji")]),
        ("🏴\U000e0067\U000e0062\U000e007f", [("🏴\U000e0067\U000e0062\U000e007f", "emoji")]),
    ],
)
def test_pieces_follow_the_bidirectional_algorithm(text: str, wanted: list[tuple[str, str]]) -> None:
    """Digits go with what stands before them, neutrals with equal neighbours, else with the whole line."""
    assert [(piece.text, piece.kind) for piece in pieces(text)] == wanted


@pytest.mark.parametrize("number", ["07700 900142", "+44 7700 900142", "01632 960 100"])
def test_a_telephone_number_stays_in_order_among_arabic(number: str) -> None:
    """Among right-to-left text the groups of a number do not change places; elsewhere nothing is touched."""
    among = "".join(piece.text for piece in pieces(f"هاتف {number} متاح"))
    assert number.replace(" ", "\u00a0") in among
    assert "".join(piece.text for piece in pieces(f"號 {number}")) == f"號 {number}"


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("اسمها ليلى", "ar-SA"),
        ("وہ اپنی خالہ کے گھر", "ur-PK"),
        ("گفتگو", "fa-IR"),
        ("שלום", "he-IL"),
        ("陳美玲", "zh-CN"),
        ("さくら", "ja-JP"),
        ("서울", "ko-KR"),
    ],
)
def test_the_language_of_a_script_is_told(text: str, lang: str) -> None:
    """Word reads a text aloud and breaks its lines by its language."""
    (piece,) = pieces(text)
    assert piece == Piece(text, "rtl" if lang in ("ar-SA", "ur-PK", "fa-IR", "he-IL") else "east", lang)


def test_the_first_strong_character_gives_the_direction() -> None:
    """A line that begins in Arabic runs from right to left, whatever number or quote stands before it."""
    assert base_direction('12 "ليلى" and Leila') == "rtl"
    assert base_direction("Leila ليلى") == "latin"
    assert base_direction("12 + 3") == "latin"
