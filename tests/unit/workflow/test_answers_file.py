"""The file of answers is strict JSON, and says where it is wrong."""

import json
from pathlib import Path

import pytest

from formsvc.errors import AnswersInvalid, Unreadable
from formsvc.workflow.answers_file import judge_signoffs, read

RULES = {"author": ("Completed by", "I completed this plan.")}
AT = "2026-11-22T18:05:00Z"


def test_answers_file_reads_both_keys(tmp_path: Path) -> None:
    """Answers and sign-offs come back as they were written."""
    file = tmp_path / "a.json"
    file.write_text(json.dumps({"answers": {"a": "ą"}, "signoffs": [{"id": "author"}]}))
    found = read(file)
    assert found.answers == {"a": "ą"}
    assert found.signoffs == ({"id": "author"},)


@pytest.mark.parametrize(
    ("text", "why"),
    (
        ("", "line 1"),
        ("[1]", "object"),
        ('{"answers": []}', "object"),
        ('{"answers": {}, "extra": 1}', "extra"),
        ('{"answers": {"a": 1, "a": 2}}', "twice"),
        ('{"answers": {"a": NaN}}', "NaN"),
        ('{"answers": {}, "signoffs": {}}', "list"),
        ('{"answers": {}, "signoffs": [1]}', "list"),
        ('{"answers": ' + "[" * 100_000, "deep"),
    ),
    ids=["empty", "list", "answers list", "unknown", "double", "nan", "signoffs", "signoff", "deep"],
)
def test_answers_file_says_where_it_is_wrong(tmp_path: Path, text: str, why: str) -> None:
    """Each mistake names the file and the place, and nothing else is raised."""
    file = tmp_path / "wrong.json"
    file.write_text(text)
    with pytest.raises(Unreadable, match=why) as caught:
        read(file)
    assert "wrong.json" in caught.value.detail


def test_answers_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    """Bytes that are no UTF-8 are refused with their place."""
    file = tmp_path / "latin.json"
    file.write_bytes(b'{"answers": {"a": "\xe9"}}')
    with pytest.raises(Unreadable, match="UTF-8"):
        read(file)


def test_signoff_takes_the_statement_of_its_rule() -> None:
    """Where none was written, a person signs what the definition says they sign."""
    (made,) = judge_signoffs([{"id": "author", "name": " Ada Invented "}], rules=RULES, at=AT)
    assert (made.name, made.statement, made.title, made.at) == (
        "Ada Invented",
        "I completed this plan.",
        "Completed by",
        AT,
    )


def test_signoff_moment_is_kept_in_utc() -> None:
    """A moment with a zone is turned to UTC."""
    (made,) = judge_signoffs(
        [{"id": "author", "name": "Ada", "at": "2026-07-01T10:00:00+01:00"}], rules=RULES, at=AT
    )
    assert made.at == "2026-07-01T09:00:00Z"


@pytest.mark.parametrize(
    ("signoff", "path", "code"),
    (
        ({"id": "nobody", "name": "A"}, "signoffs.1.id", "signoff_unknown"),
        ({"id": "author"}, "signoffs.1.name", "signoff_name_missing"),
        (
            {"id": "author", "name": "A", "outcome": "perhaps"},
            "signoffs.1.outcome",
            "signoff_outcome_unknown",
        ),
        (
            {"id": "author", "name": "A", "at": "2026-07-01T10:00:00"},
            "signoffs.1.at",
            "signoff_at_unreadable",
        ),
        ({"id": "author", "name": "A", "colour": "red"}, "signoffs.1.colour", "signoff_key_unknown"),
        ({"id": "author", "name": 5}, "signoffs.1.name", "signoff_not_text"),
        ({"id": "author", "name": "A", "words": "x" * 2001}, "signoffs.1.words", "signoff_too_long"),
    ),
)
def test_signoff_that_is_wrong_names_its_place(signoff: dict[str, object], path: str, code: str) -> None:
    """Each mistake in a sign-off has a path and a code."""
    with pytest.raises(AnswersInvalid) as caught:
        judge_signoffs([signoff], rules=RULES, at=AT)
    assert [(one.path, one.code) for one in caught.value.errors] == [(path, code)]
