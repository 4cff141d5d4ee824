"""What carries from one revision's form to the next one's, and what does not."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from formsvc.definitions.carry import ONE_OCCASION, carry
from formsvc.definitions.compile import compile_definition, compile_document
from formsvc.definitions.model import Effective
from formsvc.definitions.source import read
from formsvc.errors import DefinitionInvalid
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


def test_carry_leaves_what_belongs_to_one_occasion() -> None:
    """An answer that the form never carries stays behind with the reason, inside rows as well."""
    once = changed("seen", carry="never")
    carried = carry(once, once, ANSWERS)
    assert "seen" not in carried.answers
    assert carried.not_carried == (("seen", ONE_OCCASION),)
    in_rows = changed("pulls", group="people", carry="never")
    carried = carry(in_rows, in_rows, ANSWERS)
    assert carried.answers["people"] == [{"id": "k3m9", "name": "Bea"}, {"id": "x2", "name_said": "Kay"}]
    assert carried.not_carried == (("people.k3m9.pulls", ONE_OCCASION),)


def test_carry_follows_the_form_of_today() -> None:
    """Whether an answer belongs to one occasion is for the newer form to say."""
    before, today = changed("seen", carry="never"), sound().base("note")
    assert carry(before, today, ANSWERS).answers["seen"] == "The bus station"
    assert "seen" not in carry(today, before, ANSWERS).answers


def test_carry_is_written_down_with_the_form() -> None:
    """A form made again from its stored document still begins without what belongs to one occasion."""
    once = changed("seen", carry="never")
    assert not compile_document(once.document).field("seen").carries
    assert compile_document(once.document).hash == once.hash
    assert once.hash != sound().base("note").hash


@pytest.mark.parametrize(("keys", "key"), [({"carry": "always"}, "carry"), ({"carry": "never"}, "carry")])
def test_carry_is_never_or_nothing_and_no_fact(keys: dict[str, str], key: str) -> None:
    """Only `never` can be said, and not of a fact, which is known beyond the occasion."""
    fact = {} if keys["carry"] == "always" else {"fact": "child.seen"}
    with pytest.raises(DefinitionInvalid) as refused:
        changed("seen", **keys, **fact)
    assert [problem.key.rpartition(".")[2] for problem in refused.value.problems] == [key]
