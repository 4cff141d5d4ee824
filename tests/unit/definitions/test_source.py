"""YAML as plain data."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formsvc.definitions import source
from formsvc.errors import DefinitionInvalid


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("off", "off"),
        ("No", "No"),
        ("true", True),
        ("false", False),
        ("True", "True"),
        ("'true'", "true"),
        ("null", None),
        ("", None),
        ("''", ""),
        ("7", 7),
        ("-7", -7),
        ("0", 0),
        ("07700", "07700"),
        ("0x1F", "0x1F"),
        ("12.50", "12.50"),
        ("1e3", "1e3"),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        ("2024-02-28", "2024-02-28"),
        ("1234567890123456", "1234567890123456"),
        ("'7'", "7"),
        ("<<", "<<"),
        ("[a, no, 1]", ["a", "no", 1]),
        ("{no: 1, 2: yes}", {"no": 1, "2": "yes"}),
    ],
)
def test_source_reads_what_was_typed(typed: str, value: Any) -> None:
    """Only true, false, whole numbers and nothing are more than text; keys are always text."""
    assert source.parse(f"key: {typed}\n".encode(), name="f") == {"key": value}


def test_source_names_file_and_line() -> None:
    """What cannot be read is said with the file and the line."""
    with pytest.raises(DefinitionInvalid) as caught:
        source.parse(b"a: 1\nb: 2\na: 3\n", name="areas/TST.yaml")
    (problem,) = caught.value.problems
    assert (problem.file, problem.key) == ("areas/TST.yaml", "line 3")


@pytest.mark.parametrize(
    "raw",
    [
        b"a: !!python/object/apply:os.system [ls]",
        b"a: !own x",
        b"!!map {a: 1, ? [b] : 2}",
        b"? {a: 1}\n: 2",
        b"a: [1",
        b"a: 'x",
        b"a: \xff",
        b"a: \x07",
        b"%YAML 9.9\n---\na: 1",
        b"a: 1\n---\nb: 2",
        b"[" * 3000,
        b"a: *a",
        b"a: &a [*a]",
        b"x" * (source.LARGEST + 1),
    ],
)
def test_source_refuses_hostile_files(raw: bytes) -> None:
    """Tags, loops, depth, several documents and what is not text are refused, never followed."""
    with pytest.raises(DefinitionInvalid):
        source.parse(raw, name="f")


def test_source_counts_what_aliases_expand_to() -> None:
    """An alias is allowed; a few hundred bytes that expand to a million nodes are not."""
    assert source.parse(b"a: &a {x: 1}\nb: *a\n", name="f") == {"a": {"x": 1}, "b": {"x": 1}}
    bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{here}: &{here} [{', '.join([f'*{before}'] * 10)}]\n"
        for before, here in zip("abcde", "bcdef", strict=True)
    )
    with pytest.raises(DefinitionInvalid, match="grows too large"):
        source.parse(bomb.encode(), name="f")


def test_source_says_that_a_file_is_missing(tmp_path: Path) -> None:
    """A file that is not there is a problem with a remedy, not a traceback."""
    with pytest.raises(DefinitionInvalid, match="Check that it is there"):
        source.read(tmp_path / "none.yaml", name="none.yaml")


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_source_raises_only_definition_invalid(raw: bytes) -> None:
    """Whatever bytes come, they are plain data or DefinitionInvalid."""
    with suppress(DefinitionInvalid):
        source.parse(raw, name="f")


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("titel", "Did you mean title?"),
        ("zzz", "Known here: hint, label, title"),
    ],
)
def test_meant_names_the_nearest(word: str, says: str) -> None:
    """A wrong word is answered with the nearest known one, or with what is known."""
    assert source.meant(word, ["title", "label", "hint"]) == says


def test_meant_does_not_list_hundreds() -> None:
    """A long list of known words is cut short."""
    assert source.meant("zzz", [f"k{n:03}" for n in range(690)]).endswith("k015 and 674 more")
