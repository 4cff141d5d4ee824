"""The closed language of conditions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from formsvc.definitions.conditions import DEEPEST, LONGEST, Condition, parse

ANSWERS: Mapping[str, Any] = {
    "text": "short",
    "number": 7,
    "yes": {"answer": "yes", "detail": "Often"},
    "unsure": {"answer": "not_known"},
    "grade": {"grade": "high", "circumstances": "..."},
    "choice": {"choice": "braids"},
    "choices": {"choices": ["child", "carer"]},
    "secret": {"held": "elsewhere", "where": "The office"},
    "unknown": {"not_known": True},
    "words": ["a", "b"],
    "rows": [{"id": "k3m9", "name": "Ann"}],
    "address": {"lines": ["5 Withy Rise"]},
    "flag": True,
    "nothing": None,
    "blank": "",
    "no_rows": [],
}


@pytest.mark.parametrize(
    ("source", "holds"),
    [
        ("text = short", True),
        ("text = long", False),
        ("text != long", True),
        ("text in (long, short)", True),
        ("number = 7", True),
        ("yes = yes", True),
        ("yes = Often", False),
        ("unsure = not_known", True),
        ("unsure = no", False),
        ("grade in (high, medium)", True),
        ("choice = braids", True),
        ("choices = child", True),
        ("choices = police", False),
        ("choices != police", True),
        ("choices != child", False),
        ("choices in (police, carer)", True),
        ("secret = elsewhere", True),
        ("unknown = not_known", True),
        ("unknown = yes", False),
        ("answered(unknown)", True),
        ("words = b", True),
        ("answered(rows)", True),
        ("rows = k3m9", False),
        ("answered(address)", True),
        ("address = 'Withy Rise'", False),
        ("flag = true", True),
        ("text = 'short'", True),
        ("not text = long", True),
        ("not not text = short", True),
        ("text = long or number = 7", True),
        ("text = long or number = 8", False),
        ("text = long and number = 7 or yes = yes", True),
        ("text = long and (number = 7 or yes = yes)", False),
        ("not text = long and number = 7", True),
        ("not (text = short and number = 7)", False),
    ],
)
def test_condition_holds_as_it_reads(*, source: str, holds: bool) -> None:
    """A condition looks at what a value answers; "and" binds closer than "or", "not" closest."""
    assert parse(source).holds(ANSWERS) is holds


@pytest.mark.parametrize("absent", ["nothing", "blank", "no_rows", "never"])
def test_condition_absent_answer_meets_only_not(absent: str) -> None:
    """Of an answer that is absent only `!=` and `not` hold."""
    assert not parse(f"answered({absent})").holds(ANSWERS)
    assert not parse(f"{absent} = x").holds(ANSWERS)
    assert not parse(f"{absent} in (x, not_known)").holds(ANSWERS)
    assert parse(f"{absent} != x").holds(ANSWERS)
    assert parse(f"not answered({absent})").holds(ANSWERS)
    assert parse(f"not {absent} = x").holds(ANSWERS)


def test_condition_looks_in_the_row_first() -> None:
    """In a row an id is the row's own answer, and the form's where the row asks no such thing."""
    condition = parse("name = Ann and mood = low")
    assert condition.holds({"name": "Bea", "mood": "low"}, {"name": "Ann"})
    assert not condition.holds({"name": "Ann", "mood": "low"}, {"name": "Bea"})


@pytest.mark.parametrize(
    ("source", "canonical"),
    [
        ("  a   =  x ", "a = x"),
        ("((a = x))", "a = x"),
        ("a = 'x'", "a = x"),
        ("a = 'two words'", "a = 'two words'"),
        ("a = 'and'", "a = 'and'"),
        ("a in (x,y , x)", "a in (x, y)"),
        ("(a = x or b = y) or c = z", "a = x or b = y or c = z"),
        ("a = x and (b = y or c = z)", "a = x and (b = y or c = z)"),
        ("a = x or (b = y and c = z)", "a = x or b = y and c = z"),
        ("not (a = x)", "not a = x"),
        ("not (a = x or b = y)", "not (a = x or b = y)"),
        ("answered( a )", "answered(a)"),
    ],
)
def test_condition_source_is_canonical(source: str, canonical: str) -> None:
    """Two ways to write one condition are one condition: equal, with one hash, and it reads again."""
    condition = parse(source)
    assert condition.source == canonical
    assert parse(canonical) == condition
    assert hash(parse(canonical)) == hash(condition)


def test_condition_says_what_it_needs() -> None:
    """A condition names the ids that it looks at, and the words it compares them with, in order."""
    condition = parse("answered(a) and not (b = x or c in (y, z)) or b != w")
    assert condition.needs == {"a", "b", "c"}
    assert list(condition.words()) == [("b", "x"), ("c", "y"), ("c", "z"), ("b", "w")]


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("", "at character 1: the condition ends where the id of a field should be"),
        ("a", 'at character 2: the condition ends where "=", "!=", "in", "before" or "over" should be'),
        ("a == x", 'at character 4: "=" stands where a word should be'),
        ("a = ", "at character 4: the condition ends where a word should be"),
        ("a = x b = y", 'at character 7: "b" stands where "and", "or" or the end should be'),
        ("(a = x", 'at character 7: the condition ends where ")" should be'),
        ("a = x)", 'at character 6: ")" stands where "and", "or" or the end should be'),
        ("a in x", 'at character 6: "x" stands where "(" should be'),
        ("a in ()", 'at character 7: ")" stands where a word should be'),
        ("answered a", 'at character 10: "a" stands where "(" should be'),
        ("answered(A)", 'at character 10: "A" stands where the id of a field should be'),
        ("and = x", 'at character 1: "and" stands where the id of a field should be'),
        ("a = 'x", "at character 5: a quote is not closed"),
        ("a = x; import os", "at character 6: ';' has no meaning here"),
        ("a.b = x", "at character 2: '.' has no meaning here"),
        ("__class__ = x", 'at character 1: "__class__" stands where the id of a field should be'),
        ("not " * 30 + "a = x", f"at character 81: more than {DEEPEST} levels deep"),
        ("(" * 30 + "a = x" + ")" * 30, f"at character 21: more than {DEEPEST} levels deep"),
        ("a = x or " * 60 + "a = x", f"a condition has at most {LONGEST} characters, this one 545"),
    ],
)
def test_condition_error_says_where(source: str, says: str) -> None:
    """What cannot be read is refused with the place and with what should stand there."""
    with pytest.raises(ValueError, match=f"^{re.escape(says)}$"):
        parse(source)


@given(
    st.text(alphabet=st.sampled_from("ab=!'(),. \n\tandortiswe_-1é💥"), max_size=80) | st.text(max_size=80)
)
@example("a = x\x00")
@example("a\u00a0=\u2003x")
def test_condition_parse_raises_only_value_error(source: str) -> None:
    """Whatever is written, it is a condition or a ValueError."""
    with suppress(ValueError):
        condition = parse(source)
        assert parse(condition.source) == condition


IDS = st.sampled_from(["a", "b", "c"])
WORDS = st.sampled_from(["x", "y", "not_known", "and", "two words", "1"])


def _tests() -> st.SearchStrategy[str]:
    quoted = WORDS.map(lambda word: f"'{word}'")
    return st.one_of(
        st.builds("answered({})".format, IDS),
        st.builds("{} {} {}".format, IDS, st.sampled_from(["=", "!="]), quoted),
        st.builds(
            lambda id, words: f"{id} in ({', '.join(words)})", IDS, st.lists(quoted, min_size=1, max_size=3)
        ),
    )


def _sources() -> st.SearchStrategy[str]:
    return st.recursive(
        _tests(),
        lambda inner: st.one_of(
            st.builds("not ({})".format, inner),
            st.builds("({}) {} ({})".format, inner, st.sampled_from(["and", "or"]), inner),
        ),
        max_leaves=6,
    )


@given(_sources(), st.dictionaries(IDS, st.sampled_from(["x", "y", None, {"not_known": True}, ["x", "1"]])))
def test_condition_canonical_source_means_the_same(source: str, answers: dict[str, Any]) -> None:
    """Writing a condition in canonical form changes nothing about when it holds."""
    condition: Condition = parse(source)
    again = parse(condition.source)
    assert again == condition
    assert again.holds(answers) is condition.holds(answers)
    assert parse(f"not ({condition.source})").holds(answers) is not condition.holds(answers)


DATES: Mapping[str, Any] = {
    "plan": "2026-11-01",
    "soon": "2026-12-02",
    "late": "2026-12-03",
    "moment": "2026-11-01T23:59:00Z",
    "unsure": {"not_known": True},
    "month": {"precision": "month", "date": "2026-12"},
    "text": "soon",
}


@pytest.mark.parametrize(
    ("source", "holds"),
    [
        ("plan before soon", True),
        ("soon before plan", False),
        ("plan before plan", False),
        ("plan before moment", False),
        ("soon over 31 days after plan", False),
        ("late over 31 days after plan", True),
        ("late over 0 days after soon", True),
        ("unsure before plan", False),
        ("plan before absent", False),
        ("month over 1 days after plan", False),
        ("text before plan", False),
        ("not late before plan and late over 1 days after plan", True),
    ],
)
def test_dates_are_compared_where_both_are_whole(source: str, holds: bool) -> None:  # noqa: FBT001 -- a table's column
    """A date is before another, or more than so many days after it; what is no date is neither."""
    condition = parse(source)
    assert condition.holds(DATES) is holds
    assert parse(condition.source) == condition


@pytest.mark.parametrize(
    "source",
    [
        "a before",
        "a over b",
        "a over 31 after b",
        "a over 31 days b",
        "a over 12345 days after b",
        "a over -1 days after b",
    ],
)
def test_dates_compared_wrongly_say_where(source: str) -> None:
    """A comparison that is cut or misspelt says at which character."""
    with pytest.raises(ValueError, match="at character"):
        parse(source)
