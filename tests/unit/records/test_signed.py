"""What is said of the signatures in a file: codes that survive, sentences that a tired reader understands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formsvc.errors import Unreadable
from formsvc.records.signed import Answer, Signature, Signed, State, read_signed, sentences, signer_name

AT = "2026-11-22T18:05:00Z"
ONE = Signature(by="Invented Council", trusted=Answer.YES, intact=Answer.YES, whole=Answer.YES, at=AT)
SIGNED = Signed(state=State.SIGNED, checked_at=AT, signatures=(ONE,))


@pytest.mark.parametrize(
    "signed",
    [SIGNED, Signed(state=State.PICTURE, checked_at=AT), Signed(state=State.UNSIGNED, checked_at=AT)],
)
def test_what_is_written_is_read_again(signed: Signed) -> None:
    """Nothing is lost on the way into a record and out of a document."""
    assert read_signed(signed.to_data()) == signed


@pytest.mark.parametrize(
    "change",
    [
        {"state": "notarised"},
        {"state": "picture"},
        {"checked_at": "yesterday"},
        {"signatures": []},
        {"signatures": [{"by": "A"}]},
        {"more": 1},
    ],
)
def test_what_we_never_write_is_refused(change: dict[str, Any]) -> None:
    """It may come out of a file that anybody made."""
    with pytest.raises(Unreadable):
        read_signed({**SIGNED.to_data(), **change})


def test_name_that_could_mislead_is_refused_in_data() -> None:
    """A signer's name is one short line without tricks of direction."""
    data = SIGNED.to_data()
    data["signatures"][0]["by"] = "Council\u202e detsurt"
    with pytest.raises(Unreadable):
        read_signed(data)


@given(st.text(max_size=300))
def test_any_name_becomes_one_short_line(told: str) -> None:
    """Whatever a certificate says, what is printed is a line that stays as it is when cleaned again."""
    made = signer_name(told)
    assert 0 < len(made) <= 120
    assert "\n" not in made
    assert signer_name(made) == made


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "That signer is trusted here. Not changed since. The whole file is covered."),
        (
            {"trusted": Answer.NOT_KNOWN},
            "That signer is not known here, so the name is only what the file says.",
        ),
        ({"trusted": Answer.NO}, "must not be relied on"),
        ({"intact": Answer.NO}, "Changed since it was signed."),
        ({"whole": Answer.NO}, "Part of the file is not covered."),
        ({"whole": Answer.NOT_KNOWN}, "its properties are not"),
        ({"trial": True}, "it proves nothing"),
    ],
)
def test_each_finding_has_its_sentence(change: dict[str, Any], words: str) -> None:
    """Who signed, whether they are trusted here, whether it was changed, whether all of it is covered."""
    (said,) = sentences(replace(SIGNED, signatures=(replace(ONE, **change),)))
    assert said.startswith("Signed electronically by Invented Council, 22 November 2026, 18:05")
    assert words in said


def test_changed_file_is_not_said_to_be_covered() -> None:
    """What was changed is not praised for anything else."""
    (said,) = sentences(replace(SIGNED, signatures=(replace(ONE, intact=Answer.NO),)))
    assert "covered" not in said
