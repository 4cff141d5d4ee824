"""Pan-Lancashire's words, readers and readings say what its protocol says, and where they are our own."""

from __future__ import annotations

import re

import pytest

from formsvc.definitions.library import Library
from formsvc.definitions.model import Area

CONTRADICTIONS = {
    "X-01", "X-02", "X-03", "X-12", "X-13", "X-16", "X-17", "X-21", "X-23", "X-26", "X-27", "X-28", "X-29",
    "X-35", "X-38", "X-39",
}  # fmt: skip
EVERYBODY = {"full", "police", "home", "health", "education", "reviewing_officer", "child", "parent"}


@pytest.fixture(scope="module")
def area(library: Library) -> Area:
    """Pan-Lancashire."""
    return library.area("LAN")


def test_area_grades_are_high_and_medium_alone(area: Area) -> None:
    """A child is High or Medium: no lower grade and no "absent" can be chosen, and each cites its source."""
    assert [grade["code"] for grade in area.grades] == ["high", "medium"]
    assert all(grade["source"] == "LAN 2" for grade in area.grades)


def test_area_reads_every_contradiction_that_touches_it(area: Area) -> None:
    """Each contradiction of the sources about this area has a reading, and no other area's has one here."""
    assert set(area.readings) == CONTRADICTIONS


def test_area_keeps_no_passwords(area: Area) -> None:
    """Secrets are off: a password may be said to be elsewhere and is never taken in."""
    assert area.secrets is False
    assert area.readers["secret"] == {"full"}


def test_area_names_every_audience_with_one_sentence(area: Area) -> None:
    """Each audience has a sentence of its own, the same whatever was left out."""
    assert set(area.audiences) == EVERYBODY
    assert len({one.sentence for one in area.audiences.values()}) == len(EVERYBODY)
    assert not any(
        re.search(r"\b(left out|removed|shortened|redacted)\b", one.sentence)
        for one in area.audiences.values()
    )


def test_area_keeps_addresses_from_parents_and_intelligence_from_child_and_parent(area: Area) -> None:
    """A parent learns no address, and neither child nor parent what was learnt about other people."""
    assert "parent" not in area.readers["contact"]
    for name in ("risk", "third_party", "place", "police_notice"):
        assert area.readers[name].isdisjoint({"child", "parent"})


def test_area_gives_the_child_her_own_words(area: Area) -> None:
    """The child's copy carries her words, her plan, and what is held about her health and looks."""
    assert {name for name, readers in area.readers.items() if "child" in readers} == {
        "identity", "description", "contact", "health", "plan", "voice",
    }  # fmt: skip


def test_area_contacts_are_roles_to_be_checked(area: Area) -> None:
    """Every contact is a role with its source, marked to be checked before it is used."""
    assert all(re.fullmatch(r"LAN \S+; source contact, verify", one["source"]) for one in area.contacts)
    mailboxes = [one for one in area.contacts if one["role"].startswith("Missing Person Co-ordinator")]
    assert len(mailboxes) == 3
    assert all(one["hours"] == "Not for anything urgent" for one in mailboxes)
