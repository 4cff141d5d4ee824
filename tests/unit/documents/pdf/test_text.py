"""The text engine: lines that fit, break where they may, and run the way they should."""

from __future__ import annotations

import re
import unicodedata

import bidi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formsvc.documents.pdf.direction import levels, runs_right_to_left, visual_order
from formsvc.documents.pdf.embed import Inks
from formsvc.documents.pdf.fonts import Weight, library
from formsvc.documents.pdf.text import Setter
from formsvc.documents.pdf.words import Line, Style

BODY = Style(size=10, leading=14)
STRONG = Style(size=10, leading=14, weight=Weight.SEMIBOLD)
_SHOWN = re.compile(r"<([0-9A-F]+)>")


@pytest.fixture
def setter() -> Setter:
    """Return the text engine of a new document."""
    return Setter(Inks(library()))


def typed(setter: Setter, lines: list[Line]) -> list[str]:
    """Return what each line stands for, by the codes of its fonts."""
    inks = {ink.resource: ink for ink in setter.inks._inks.values()}
    found = []
    for line in lines:
        text = ""
        for resource, operators in line.segments:
            if resource is None:
                continue
            ink = inks[resource]
            codes = "".join(_SHOWN.findall(operators))
            numbers = [int(codes[at : at + 4], 16) for at in range(0, len(codes), 4)]
            text += "".join(
                ink.face.characters[number] if ink.whole else ink.texts[number] for number in numbers
            )
        found.append(text)
    return found


TEXTS = st.text(
    st.one_of(
        st.characters(min_codepoint=0x20, max_codepoint=0x24F, exclude_categories=["Cc"]),
        st.sampled_from(
            "  -/ .,()12 محمدعلیہےٹگلاَُ ëễư e\u0301o\u0302 陳美玲、。（） 🐟❤\ufe0f👩\u200d👧🏽 Київ ẹṣọ"
        ),
    ),
    max_size=120,
)


@given(text=TEXTS, width=st.floats(min_value=20, max_value=500), style=st.sampled_from([BODY, STRONG]))
def test_the_lines_hold_what_was_typed(text: str, width: float, style: Style) -> None:
    """Joining the lines of a paragraph gives the paragraph back, character by character."""
    setter = Setter(Inks(library()))
    lines = setter.lines(text, style, width)
    if setter.missing:
        assert set(setter.missing) <= set(text)
    else:
        assert "".join(typed(setter, lines)) == text


@given(text=TEXTS, width=st.floats(min_value=40, max_value=500))
def test_no_line_is_wider_than_its_room(text: str, width: float) -> None:
    """Whatever is typed, nothing stands beyond the column, trailing spaces apart."""
    setter = Setter(Inks(library()))
    assert all(line.width <= width + 0.1 for line in setter.lines(text, BODY, width))


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("one two three", 50, ["one two ", "three"]),
        ("double  spaces", 60, ["double  ", "spaces"]),
        ("mother-in-law", 40, ["mother-", "in-law"]),
        ("and/or perhaps", 30, ["and/or ", "perha", "ps"]),
        ("ring 07700 900142", 72, ["ring ", "07700 900142"]),
        ("in BB96 4QT", 52, ["in ", "BB96 4QT"]),
        ("23/09/2026 10-12", 62, ["23/09/2026 ", "10-12"]),
        ("-5 -x", 200, ["-5 -x"]),
        ("no\u00a0break here", 60, ["no\u00a0break ", "here"]),
        ("陳美玲、住在", 32, ["陳美", "玲、住", "在"]),
        ("a" * 20, 60, ["a" * 11, "a" * 9]),
    ],
)
def test_lines_break_where_they_may(setter: Setter, text: str, width: float, expected: list[str]) -> None:
    """After spaces, hyphens and slashes; between ideographs, not before a comma; numbers stay whole."""
    assert typed(setter, setter.lines(text, BODY, width)) == expected


def test_a_long_word_breaks_where_it_can_be_read_on(setter: Setter) -> None:
    """An address on the web is cut after a point, slash or hyphen where one stands late in the line."""
    lines = typed(setter, setter.lines("https://forms.example.org/verify?reference=TP-7Q4K-2M9X", BODY, 130))
    assert all(line[-1] in "/.?=-:" for line in lines[:-1])


def test_pairs_of_letters_are_kerned(setter: Setter) -> None:
    """The word "To" is narrower than its letters apart."""
    for style in (BODY, STRONG):
        assert setter.width("To", style) < setter.width("T", style) + setter.width("o", style) - 0.3


def test_a_word_is_set_in_one_latin_face(setter: Setter) -> None:
    """One letter that the first face lacks takes its word along, and a short text whole."""
    (line,) = setter.lines("Oluwadárà Adéyẹmí", BODY, 400)
    assert len({resource for resource, _ in line.segments}) == 1
    long = "plain words " * 12 + "Adéyẹmí"
    used = {resource for line in setter.lines(long, BODY, 400) for resource, _ in line.segments}
    assert len(used) == 2


def test_the_chinese_face_is_opened_only_when_needed() -> None:
    """Its ten megabytes are not touched by a document without a character of its own."""
    fresh = library.__wrapped__(None)
    setter = Setter(Inks(fresh))
    setter.lines("Zażółć ليلى 🐟 Київ", BODY, 400)
    assert not any("SansSC" in face.name for face in fresh._faces.values())
    setter.lines("陳", BODY, 400)
    assert any("SansSC" in face.name for face in fresh._faces.values())


@pytest.mark.parametrize(
    ("text", "backwards"),
    [
        ("محمد علی", True),
        ("محمد (Dara)", True),
        ("محمد (Daragh)", False),
        ("محمد علی خان (Dara)", True),
        ("Dara محمد علی خان نور", False),
        ("123 محمد", True),
        ("Dara", False),
        ("", False),
    ],
)
def test_a_paragraph_runs_as_its_first_letter_and_most_of_it_do(text: str, *, backwards: bool) -> None:
    """Right to left when it begins so and no fewer letters run so than the other way."""
    assert runs_right_to_left(text) is backwards


def shown(text: str) -> str:
    """Return a line as it is seen from left to right, by our levels."""
    return "".join(visual_order(text, levels(text)))


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("ابج 07700 900142 دهو", "وهد 07700 900142 جبا"),
        ("ابج +44 (0)7700 900142", "+44 (0)7700 900142 جبا"),
        ("ابج 12, 13", "13 ,12 جبا"),
        ("call ابج now", "call جبا now"),
        ("ابج def", "def جبا"),
    ],
)
def test_numbers_keep_their_order_among_right_to_left_words(text: str, seen: str) -> None:
    """A telephone number in groups reads from left to right, as it is dialled."""
    assert shown(text) == seen


@given(st.text(st.sampled_from("abc אבג ابج 12 ,.()-"), max_size=30))
def test_visual_order_agrees_with_the_library(text: str) -> None:
    """Without grouped numbers, our order of a line is the one that python-bidi displays, mirroring apart."""
    if re.search(r"[0-9][ -][0-9]", text) or text != text.strip():
        return
    expected = bidi.get_display(text, base_dir="R" if runs_right_to_left(text) else "L")
    either = {ord(")"): "("}
    assert shown(text).translate(either) == str(expected).translate(either)


def test_marks_of_right_to_left_text_stand_as_typed_and_are_drawn_backwards(setter: Setter) -> None:
    """The first letter typed is drawn first and furthest right."""
    (line,) = setter.lines("سلام", BODY, 200)
    assert line.right_to_left
    operators = next(operators for resource, operators in line.segments if resource)
    first = float(operators.strip("[ ").split("<")[0])
    assert first < -line.width * 100 / 2


def test_languages_are_told_by_script(setter: Setter) -> None:
    """Urdu, Arabic, Chinese and Vietnamese words carry their language for a voice that reads them."""
    told = {}
    for text in ("وہ ہے", "السلام", "陳美玲", "Nguyễn Thị Hương", "Dara", "Adéyẹmí"):
        segments = [operators for line in setter.lines(text, BODY, 300) for _, operators in line.segments]
        told[text] = sorted({found for one in segments for found in re.findall(r"/Lang\((\w+)\)", one)})
    assert list(told.values()) == [["ur"], ["ar"], ["zh"], ["vi"], [], []]


def test_decomposed_marks_are_drawn_as_one_with_their_letter(setter: Setter) -> None:
    """A letter and its marks have one code, which stands for what was typed, not for its composed form."""
    text = unicodedata.normalize("NFD", "Nguyễn")
    assert typed(setter, setter.lines(text, BODY, 300)) == [text]
    inks = list(setter.inks._inks.values())
    assert "e\u0302\u0303" in [text for ink in inks for text in ink.texts]
