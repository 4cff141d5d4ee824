"""What is copied is what was typed, in every script, to readers of other houses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

import pypdfium2
import pytest

from formsvc.documents.content import addressed
from tests.conformance.conftest import Made
from tests.validators.running import run

LEFT_TO_RIGHT = ("ordinary", "polish", "vietnamese", "long-words", "everything", "table-of-60-rows")
RIGHT_TO_LEFT = ("arabic", "urdu", "mixed", "the-hard-example")
_STEERING = re.compile("[\\s\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_VOWELS = re.compile("[\u064b-\u0652\u0670]")
_ARABIC = re.compile("[\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff]+")


@pytest.mark.parametrize("name", LEFT_TO_RIGHT)
def test_every_answer_can_be_copied(hard: Mapping[str, Made], name: str) -> None:
    """Poppler and PDFium (Chrome, Edge) find each line of each answer whole on its page, hyphens and all."""
    made = hard[name]
    for copied in (_by_poppler(made.file), _by_pdfium(made.file)):
        assert [line for line in _lines(made) if not _ARABIC.search(line) and line not in copied] == []


@pytest.mark.parametrize("name", RIGHT_TO_LEFT)
def test_every_answer_is_copied_as_typed_in_the_order_of_the_file(
    hard: Mapping[str, Made], name: str
) -> None:
    """In the order in which the file says things, right-to-left answers are copied from first to last letter.

    Poppler takes vowel signs apart from their letter when they are one glyph, so they are left out here.
    """
    copied = _VOWELS.sub("", _by_poppler(hard[name].file))
    assert [line for line in _lines(hard[name]) if _VOWELS.sub("", line) not in copied] == []


@pytest.mark.parametrize("name", RIGHT_TO_LEFT)
def test_right_to_left_words_are_found(hard: Mapping[str, Made], name: str) -> None:
    """PDFium, which goes by places, has every Arabic or Urdu word in the order of its letters.

    So a name that is typed into a viewer's search is found. The order of the words of a line is PDFium's own.
    """
    copied = _VOWELS.sub("", _by_pdfium(hard[name].file))
    words = {
        word
        for text in addressed(hard[name].content).values()
        for word in _ARABIC.findall(_VOWELS.sub("", text))
    }
    assert len(words) > 3
    assert {word for word in words if word not in copied} == set()


def _lines(made: Made) -> Iterator[str]:
    """Yield every line of the answers. What the sheet repeats of them may be cut by the end of page one."""
    for path, text in addressed(made.content).items():
        if path.startswith("@sheet."):
            continue
        yield from (squeezed for line in text.split("\n") if (squeezed := _squeezed(line)))


def _squeezed(text: str) -> str:
    return _STEERING.sub("", unicodedata.normalize("NFC", text))


def _by_poppler(file: Path) -> str:
    return _squeezed(run(["pdftotext", "-raw", file, "-"]).stdout)


def _by_pdfium(file: Path) -> str:
    document = pypdfium2.PdfDocument(file)
    try:
        return _squeezed("".join(page.get_textpage().get_text_range() for page in document))
    finally:
        document.close()
