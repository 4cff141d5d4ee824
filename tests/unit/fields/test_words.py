"""The table of words: every code says what is wrong and how to mend it."""

from __future__ import annotations

import re

import pytest

from formsvc.fields.words import Code, part_of, within, words
from tests.builders import CHOICES, a_spec

SPECS = [
    a_spec("text", label="Date of birth", not_known=True),
    a_spec("yes_no", label="Is it so?"),
    a_spec("whole_number", options={"min": 1, "max": 9, "unit": "years"}),
    a_spec("decimal_number", options={"min": "1", "max": "9.5"}),
    a_spec("date", options={"earliest": "2020-01-01", "latest": "2026-11-22"}),
    a_spec("choices", options={"choices": dict(CHOICES), "min": 1, "max": 2}),
    a_spec("measure", not_known=True),
    a_spec("rows", options={"min": 1, "max": 9, "one": "friend"}),
    a_spec("file", options={"accept": ["image/png"]}),
]
GENERAL = {"label", "Label", "question", "or_not_known", "unit", "one", "number_example"}


@pytest.mark.parametrize("code", Code)
def test_every_code_speaks_without_a_hole(code: Code) -> None:
    """A code becomes one whole sentence for every field whose options it speaks of."""
    wanted = set(re.findall(r"{(\w+)}", code.words)) - GENERAL
    meant = [spec for spec in SPECS if all(getattr(spec.options, option, "") != "" for option in wanted)]
    assert meant
    for spec in [*meant, *([] if wanted else [None])]:
        said = words(code, spec)
        assert said[0].isupper() or said[0] == "“"
        assert not re.search(r"[{}]|  |None", said)
        assert not said.endswith(".")


@pytest.mark.parametrize("code", Code)
def test_codes_are_named_after_themselves(code: Code) -> None:
    """A code is found by its own text, and says which part of an answer it is about."""
    assert code.name == code.value.upper()
    assert part_of(code.value) == code.part
    assert not isinstance(code.value, Code)


@pytest.mark.parametrize(
    ("code", "spec", "said"),
    [
        ("required", a_spec("date", label="Date of birth"), "Enter date of birth"),
        (
            "required",
            a_spec("date", label="Date of birth", not_known=True),
            "Enter date of birth, or say it is not known",
        ),
        ("required", a_spec("text", label="NHS number"), "Enter NHS number"),
        (
            "required_choice",
            a_spec("yes_no", label="Is she pregnant?"),
            "Choose an answer to “Is she pregnant?”",
        ),
        (
            "answer_unknown",
            a_spec("yes_no", label="Is she pregnant?"),
            "Answer yes, no or not known to “Is she pregnant?”",
        ),
        ("text_too_long", a_spec("long_text", label="Story"), "Story must be 10,000 characters or fewer"),
        (
            "number_too_high",
            a_spec("whole_number", label="Age", options={"max": 120, "unit": "years"}),
            "Age must be 120 years or less",
        ),
        ("number_too_low", a_spec("whole_number", label="Age", options={"min": 0}), "Age must be 0 or more"),
        (
            "date_too_late",
            a_spec("date", label="Born", options={"latest": "2026-11-22"}),
            "Born must be 22 November 2026 or earlier",
        ),
        (
            "choices_too_many",
            a_spec("choices", label="Build", options={"max": 2, "choices": dict(CHOICES)}),
            "Choose no more than 2 for build",
        ),
        (
            "required_rows",
            a_spec("rows", label="Friends", options={"one": "friend"}),
            "Add at least one friend",
        ),
        (
            "file_kind",
            a_spec("file", label="Map", options={"accept": ["image/png", "image/jpeg"]}),
            "Map must be a file of one of these kinds: image/png, image/jpeg",
        ),
        (
            "photo_taken_missing",
            a_spec("photo", label="Photo"),
            "Enter the date the photo was taken, or say it is not known",
        ),
        ("unheard_of", a_spec("text", label="Name"), "Name cannot be read as it was sent: enter it again"),
    ],
)
def test_words_say_what_is_wrong_and_how_to_mend_it(code: str, spec: object, said: str) -> None:
    """An error is said in the words of the field it is about."""
    assert words(code, spec) == said  # type: ignore[arg-type]


def test_a_definition_brings_words_for_its_own_codes() -> None:
    """The code of a cross-check is said in the definition's words."""
    assert words("harm_needs_number", None, own={"harm_needs_number": "Enter a number"}) == "Enter a number"


@pytest.mark.parametrize(
    ("label", "inside"),
    [
        ("Date of birth", "date of birth"),
        ("NHS number", "NHS number"),
        ("I live at", "I live at"),
        ("X", "x"),
        ("", ""),
    ],
)
def test_a_label_stands_inside_a_sentence(label: str, inside: str) -> None:
    """A label inside a sentence begins small, unless its first word is one of capitals."""
    assert within(label) == inside
