"""What carries from one revision's form to the next one's, and what does not."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from formsvc.definitions.carry import carry
from formsvc.definitions.compile import compile_definition
from formsvc.definitions.model import Effective
from formsvc.definitions.source import read
from tests.unit.definitions.library import SOUND, sound

NOTE: dict[str, Any] = read(SOUND / "note.yaml", name="note.yaml")
ANSWERS: dict[str, Any] = {
    "name": "Ana Wójcik",
    "height": {"not_known": True},
    "mood": {"choice": "low"},
    "why_low": "Her phone was taken.",
    "seen": "The bus station",
    "people": [
        {"id": "k3m9", "name": "Bea", "pulls": {"answer": "yes", "detail": "Often"}},
        {"id": "x2", "name_said": "Kay"},
    ],
}


def changed(id: str, *, group: str = "", **keys: Any) -> Effective:
    """Return the small definition with keys of one field changed; None takes a key away."""
    data = deepcopy(NOTE)
    fields = [field for page in data["pages"] for field in page["fields"]]
    if group:
        fields = next(field for field in fields if field["id"] == group)["fields"]
    field = next(field for field in fields if field["id"] == id)
    field.update({key.rstrip("_"): value for key, value in keys.items()})
    for key in [key for key, value in field.items() if value is None]:
        del field[key]
    return compile_definition(data, area=sound().area("TST"))


def test_carry_keeps_every_answer_of_the_same_form() -> None:
    """From a form to itself everything carries, row ids included, and nobody new may read it."""
    effective = sound().base("note")
    carried = carry(effective, effective, ANSWERS)
    assert carried.answers == ANSWERS
    assert carried.not_carried == ()
    assert carried.wider == ()


def test_carry_says_why_a_retired_answer_stays_behind() -> None:
    """An answer that the next form no longer asks for is listed, with the reason of the retirement."""
    carried = carry(sound().base("note"), sound().effective("note", "OTH"), ANSWERS)
    assert "height" not in carried.answers
    assert carried.not_carried == (("height", "It is no longer asked: The police ask for it themselves."),)


def test_carry_leaves_an_answer_of_another_type() -> None:
    """The same id with another type is another question."""
    carried = carry(sound().base("note"), changed("seen", type="long_text"), ANSWERS)
    assert carried.not_carried == (("seen", "It is now asked as another kind of answer"),)


def test_carry_leaves_an_answer_its_options_no_longer_take() -> None:
    """An answer that the field's new options refuse stays behind, with the code that says why."""
    carried = carry(sound().base("note"), changed("name", options={"max_length": 5}), ANSWERS)
    assert carried.not_carried == (("name", "The form no longer accepts this answer (text_too_long)"),)


def test_carry_leaves_a_not_known_that_is_no_longer_offered() -> None:
    """An answer “not known” carries only where it may still be said."""
    carried = carry(sound().base("note"), changed("height", not_known=None), ANSWERS)
    assert carried.not_carried == (("height", "It can no longer be answered “not known”"),)


def test_carry_goes_into_rows() -> None:
    """In a row only the answer that does not fit stays behind, named by its row."""
    carried = carry(sound().base("note"), changed("name_said", group="people", type="long_text"), ANSWERS)
    assert carried.not_carried == (("people.x2.name_said", "It is now asked as another kind of answer"),)
    assert carried.answers["people"] == [ANSWERS["people"][0], {"id": "x2"}]


def test_carry_tells_who_may_read_more_than_before() -> None:
    """An answer that more audiences may read carries, and is listed for somebody to look at."""
    carried = carry(sound().base("note"), changed("seen", part=None, class_="identity"), ANSWERS)
    assert carried.answers == ANSWERS
    assert carried.wider == (("seen", ("home", "police")),)


def test_carry_takes_nothing_the_old_form_did_not_ask() -> None:
    """A stray key is not carried into a form that would then show it."""
    carried = carry(sound().base("note"), sound().base("note"), {"name": "Ana", "stray": "x", "seen": None})
    assert carried.answers == {"name": "Ana"}
    assert carried.not_carried == ()
