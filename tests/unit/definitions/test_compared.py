"""What an area made of a form is told in two columns: as a whole, question by question, and what is gone."""

from __future__ import annotations

from typing import Any

from formsvc.definitions.compared import Change, compared
from tests.unit.definitions.library import sound
from tests.unit.definitions.test_overlays import overlaid, told


def changes(*operations: dict[str, Any]) -> tuple[Change, ...]:
    """Return what differs once the operations are applied."""
    return compared(sound().base("note"), overlaid(*operations))


def test_compared_puts_what_the_form_says_of_itself_first() -> None:
    """A restated circulation stands before the questions, line by line on both sides."""
    found = changes(
        {"relabel": "name", "label": "Full name"},
        {"restate": "circulation", "to": ["The police", "The home"]},
    )
    assert found == (
        Change(
            path="circulation",
            question="circulation",
            kind="restated",
            before=("The police",),
            after=("The police", "The home"),
        ),
        Change(path="name", question="Full name", kind="relabelled", before=("Name",), after=("Full name",)),
    )


def test_compared_tells_signoffs_parts_and_checks_in_words() -> None:
    """Who signs with what words, whom a part is for, and what a check says: no objects, no codes."""
    signoff = {
        "id": "author",
        "title": "Written by",
        "roles": ["social_worker"],
        "statement": "So it was.",
        "required": False,
    }
    main = {"title": "Note", "audiences": ["full", "police"], "named": True}
    office = {"title": "For the file", "audiences": ["full"]}
    found = changes(
        {"restate": "signoffs", "to": [signoff]},
        {"restate": "parts", "to": {"main": main, "office": office}},
        {"restate": "cross_checks", "to": []},
    )
    by = {one.path: one for one in found}
    assert by["signoffs"].before == ("Written by: I wrote this.",)
    assert by["signoffs"].after == ("Written by (may be left out): So it was.",)
    assert by["parts"].before == ("Note: full, home, police", "For the file: full")
    assert by["parts"].after == ("Note: full, police, by name", "For the file: full")
    assert by["cross_checks"].before
    assert by["cross_checks"].after == ()


def test_compared_tells_other_guidance() -> None:
    """A relabelled question may have guidance of its own, and both texts stand there."""
    operation = {"relabel": "name", "help": "As the child says it."}
    assert changes(operation) == (
        Change(
            path="name",
            question="Name",
            kind="help",
            before=("As on the birth certificate.",),
            after=("As the child says it.",),
        ),
    )
    assert told(operation) == ("The guidance beside “Name” is its own.",)


def test_compared_says_which_page_is_gone() -> None:
    """A page with nothing left to ask is gone, after its questions and why; a group is told once."""
    base = sound().base("note")
    page = base.pages[-1]
    operations = [{"retire": one.id, "why": "Not asked here."} for one in reversed(page.fields)]
    found = changes({"restate": "cross_checks", "to": []}, *operations)
    assert found[-1] == Change(path=page.id, question=page.title, kind="page_gone", before=(page.title,))
    assert {one.why for one in found if one.kind == "retired"} == {"Not asked here."}
    assert [one.path for one in found if one.kind == "retired"] == [one.id for one in page.fields]
    assert compared(base, base) == ()
