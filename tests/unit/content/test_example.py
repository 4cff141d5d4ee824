"""The example shows what a plan can be: rich, invented, and cut down rightly for whoever receives it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from PIL import Image

from formsvc.access.views import View
from formsvc.definitions.checks import SLOTS
from formsvc.definitions.model import Effective
from tests.unit.content.conftest import FILES, PHOTO, Answers, Judge

Views = Callable[[str], View]

FICTION = re.compile(r"\+44(7700900\d{3}|1632960\d{3})")
MAIL = re.compile(r"[\w.+-]+@[\w.-]+\.\w+")


def test_example_fills_every_slot_of_the_search_sheet(view_of: Views) -> None:
    """Page one of the police copy has something to show in every slot it can have."""
    sheet = view_of("police").data["form"]["search_sheet"]
    answers = view_of("police").data["answers"]
    assert tuple(sheet) == tuple(slot for slot in SLOTS if slot in sheet)
    assert set(sheet) == set(SLOTS[: SLOTS.index("meeting")])
    for slot, entries in sheet.items():
        for entry in entries:
            assert entry["row_ids"] if isinstance(entry, dict) else answers.get(entry), slot


def test_sheet_shows_whom_not_to_approach_and_what_cannot_wait(view_of: Views) -> None:
    """Police-only places and people, and medicines that cannot wait, stand on page one, all of them."""
    sheet = view_of("police").data["form"]["search_sheet"]
    chosen = {slot: [entry["row_ids"] for entry in sheet[slot]] for slot in ("do_not_approach", "medication")}
    assert chosen == {
        "do_not_approach": [["wharf", "steps", "garage"], ["sunder", "ant"], ["marek"]],
        "medication": [["lev", "mid"]],
    }


def test_police_copy_leaves_out_secrets_and_the_office(plan: Effective, view_of: Views) -> None:
    """No field of class secret or office, and none of the office part, is in the police copy."""
    view = view_of("police")
    kept = {one["id"] for page in view.data["form"]["pages"] for one in page["fields"]}
    office = {one.id for one in plan.fields() if one.part == "office" or one.sensitivity == "office"}
    assert office == {"out_of_area", "area_notice", "copied_into", "sent_to", "uploaded_at"}
    assert kept == {one.id for one in plan.fields()} - office
    for words in (b"password", b"sealed envelope", b"safe in", b"Fellside Academy"):
        assert words not in view.json


@pytest.mark.parametrize(
    ("audience", "holds", "lacks"),
    [
        ("full", ["sealed envelope 3", "Fellside Academy", "Tannery Wharf"], []),
        ("home", ["Tannery Wharf", "2026-10-06", "LA97 5HD"], ["sealed envelope 3", "Fellside Academy"]),
        (
            "health",
            ["Levetiracetam", "Tannery Wharf: two officers"],
            ["LA97 5HD", "LA98 2PF", "NINETY NINE"],
        ),
        ("education", ["machete", "Szymek"], ["Levetiracetam", "LA97 5HD", "LA98 2PF", "NINETY NINE"]),
        ("reviewing_officer", ["2026-10-06", "NINETY NINE"], ["sealed envelope 3", "Fellside Academy"]),
        (
            "child",
            ["NINETY NINE", "Levetiracetam", "+447700900541"],
            ["SUNDERLIN", "machete", "LA98 2PF"],
        ),
        ("parent", ["Missing from Home service"], ["SUNDERLIN", "LA97 3QT", "Levetiracetam", "NINETY NINE"]),
    ],
)
def test_copy_holds_what_its_reader_needs(
    audience: str, holds: list[str], lacks: list[str], *, view_of: Views
) -> None:
    """Each audience's copy carries its classes of answer, and of the others not a word."""
    text = view_of(audience).json.decode()
    assert [words for words in holds if words not in text] == []
    assert [words for words in lacks if words in text] == []


def test_next_review_is_within_a_month(filled: Answers) -> None:
    """The plans that we show are reviewed within 31 days, as their protocol asks."""
    for answers in filled.values():
        between = date.fromisoformat(answers["next_review"]) - date.fromisoformat(answers["plan_date"])
        assert 0 < between.days <= 31


@pytest.mark.parametrize("name", FILES)
def test_numbers_and_mail_are_of_nobody(name: str, filled: Answers, judge: Judge) -> None:
    """Every telephone number is from the ranges kept for fiction, every mail address from example.org."""
    texts = list(_texts(judge(filled[name]).answers))
    numbers = {text for text in texts if re.fullmatch(r"\+44\d+", text)}
    assert numbers
    assert {number for number in numbers if not FICTION.fullmatch(number)} == set()
    assert {
        mail for text in texts for mail in MAIL.findall(text) if not mail.endswith("example.org")
    } == set()


@pytest.mark.parametrize("name", FILES)
def test_signoffs_are_those_of_the_form(name: str, plan: Effective) -> None:
    """Sign-offs in the files name the form's own, the author's among them."""
    signoffs = json.loads(FILES[name].read_text("utf-8"))["signoffs"]
    assert {one["id"] for one in signoffs} <= {rule.id for rule in plan.signoffs}
    assert "author" in {one["id"] for one in signoffs if one["outcome"] == "agreed"}


def test_photo_is_a_small_upright_jpeg() -> None:
    """The drawn portrait is 900 by 1200, carries no metadata and stays under 150 KB."""
    with Image.open(PHOTO) as picture:
        assert (picture.format, picture.size) == ("JPEG", (900, 1200))
        assert not picture.getexif()
    assert PHOTO.stat().st_size < 150_000


def test_hard_example_is_hard(filled: Answers) -> None:
    """The hard example has the scripts, the marks and the sizes that a document must bear."""
    text = " ".join(_texts(filled["hard"]))
    bits = ("عائشة", "وہ کہتی", "歐陽", "Hồng", "Świętopełka", "🐟", "&", "<script>", "{{ 7*7 }}", "\u202e")
    assert [bit for bit in bits if bit not in text] == []
    assert max(len(word) for word in text.split()) >= 300


def _texts(value: Any) -> Iterator[str]:
    match value:
        case dict():
            for inner in value.values():
                yield from _texts(inner)
        case list():
            for inner in value:
                yield from _texts(inner)
        case str():
            yield value
