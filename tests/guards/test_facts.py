"""One fact name means one thing: one type, and options that take each other's values, in every form."""

from __future__ import annotations

from collections.abc import Iterator

import marshmallow
import pytest

from formsvc.definitions.ages import load_ages
from formsvc.definitions.library import Library, load_library
from formsvc.definitions.model import Effective, Field
from formsvc.settings import PROJECT
from formsvc.workflow.confidential_place import PLACE_FACTS, kept_close

FOLDER = PROJECT / "form_templates"


@pytest.fixture(scope="module")
def library() -> Library:
    """Return the definitions of the project."""
    return load_library(FOLDER)


def forms(library: Library) -> Iterator[Effective]:
    """Yield every form as every area that has it asks it."""
    for area in library.areas():
        for definition_id in library.of_area(area):
            yield library.effective(definition_id, area)


def asked(library: Library) -> dict[str, list[tuple[Effective, Field]]]:
    """Return who asks for each fact, and how."""
    found: dict[str, list[tuple[Effective, Field]]] = {}
    for form in forms(library):
        for one in form.fields():
            if one.fact:
                found.setdefault(one.fact, []).append((form, one))
    return found


def test_fact_has_one_type_wherever_it_is_asked(library: Library) -> None:
    """What one form learnt is the same kind of answer in the next."""
    apart = {
        fact: sorted({one.type.name for _, one in found})
        for fact, found in asked(library).items()
        if len({one.type.name for _, one in found}) > 1
    }
    assert apart == {}


def test_fact_fits_wherever_it_is_asked(library: Library) -> None:
    """An answer that one form takes, every other takes too: choices, lengths, the parts of its rows.

    A document of one side has less room: what is too long for it is offered there, and not filled in.
    """
    wrong = []
    for fact, found in asked(library).items():
        for where, source in found:
            for other, target in found:
                is_short = other.layout == "one_sheet"
                if source is not target and (why := _unfit(source, target, is_short=is_short)):
                    wrong.append(f"{fact}: {where.id} {where.area.id} -> {other.id} {other.area.id}: {why}")
    assert wrong == []


def test_limits_of_age_name_facts_and_classes_that_there_are(library: Library) -> None:
    """No limit is written for a fact that no form asks for, or a class that no area has."""
    ages = load_ages(FOLDER)
    classes = {name for area in library.areas() for name in library.area(area).readers}
    assert set(ages.facts) - set(asked(library)) == set()
    assert set(ages.classes) - classes == set()
    assert min(ages.otherwise, *ages.classes.values(), *ages.facts.values()) >= 1


def test_where_a_child_lives_can_be_closed_in_every_form(library: Library) -> None:
    """Each form compiles with the place kept close, for nobody but the readers of a confidential place."""
    closed = 0
    for form in forms(library):
        close = kept_close(form)
        may = form.area.readers["confidential_place"]
        for one in close.fields():
            if one.fact in PLACE_FACTS:
                closed += 1
                assert close.audiences(one) <= may, (form.id, form.area.id)
                assert one.required is None
        assert [one.id for one in close.fields()] == [one.id for one in form.fields()]
    assert closed >= 10


def _unfit(source: Field, target: Field, *, is_short: bool) -> str:
    """Return why an answer of one question is refused by the other, tried with the most its options allow."""
    if source.children:
        inside = {child.id: child for child in target.children}
        both = [(child, inside[child.id]) for child in source.children if child.id in inside]
        return "; ".join(filter(None, (_unfit(one, other, is_short=is_short) for one, other in both)))
    if source.type.name != target.type.name:
        return f"{source.id} is {source.type.name} here and {target.type.name} there"
    for value in _answers(source, longest=not is_short):
        try:
            target.type.rule(target).deserialize(value)
        except marshmallow.ValidationError as error:
            return f"{source.id}: {error.messages}"
    return ""


def _answers(field: Field, *, longest: bool) -> Iterator[object]:
    """Yield an example, every choice, and the longest text that a question takes."""
    if not field.type.holds_answer or field.type.secretive:
        return
    yield field.type.example(field)
    choices = getattr(field.options, "choices", None)
    if isinstance(choices, dict):
        for code in choices:
            yield {"choices": [code]} if field.type.name == "choices" else {"choice": code}
    most = getattr(field.options, "max_length", None)
    if longest and isinstance(most, int) and field.type.name in ("text", "long_text"):
        yield "x" * most
