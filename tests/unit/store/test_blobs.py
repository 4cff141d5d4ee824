"""Large bytes lie encrypted in files that stand whole or not at all."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formsvc.store.blobs import CHUNK, Blobs, Stored
from formsvc.store.crypto import ContentUnreadable, new_data_key

KEY = new_data_key()
SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 7]


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    """Return an empty folder of files."""
    (tmp_path / "blobs").mkdir()
    return Blobs(folder=tmp_path / "blobs")


def file_of(blobs: Blobs, stored: Stored) -> Path:
    """Return the one file that holds something."""
    return blobs.folder / stored.address[:2] / stored.address


@pytest.mark.parametrize("size", SIZES)
def test_bytes_come_back_as_they_were(blobs: Blobs, size: int) -> None:
    """Around every length at which a chunk ends."""
    data = os.urandom(size)
    stored = blobs.put(data, key=KEY)
    assert stored.size == size
    assert blobs.get(stored, key=KEY) == data


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=300))
def test_nothing_of_the_bytes_is_in_the_file(blobs: Blobs, data: bytes) -> None:
    """Neither the content nor its hash can be read from the disk, names included."""
    stored = blobs.put(data, key=KEY)
    written = file_of(blobs, stored).read_bytes()
    assert len(data) < 4 or data not in written[4:]  # after the mark that says what kind of file it is
    assert stored.sha256 not in stored.address


def test_equal_bytes_of_a_child_lie_once(blobs: Blobs) -> None:
    """One child's equal files are one file; another child's is another, not seen to be equal."""
    one, again, other = (
        blobs.put(b"x", key=KEY),
        blobs.put(b"x", key=KEY),
        blobs.put(b"x", key=new_data_key()),
    )
    assert one == again
    assert other.address != one.address
    assert len(list(blobs.folder.glob("??/*"))) == 2


def test_an_altered_file_does_not_open(blobs: Blobs) -> None:
    """A byte changed anywhere, a cut, an addition, chunks exchanged: none yields a single wrong byte."""
    data = os.urandom(2 * CHUNK + 10)
    stored = blobs.put(data, key=KEY)
    file = file_of(blobs, stored)
    whole = file.read_bytes()
    sealed = CHUNK + 16
    head, first, second, last = whole[:20], whole[20 : 20 + sealed], whole[20 + sealed : 20 + 2 * sealed], b""
    last = whole[20 + 2 * sealed :]
    wrongs = [
        b"",
        whole[:-1],
        whole + b"x",
        head + first + second,
        head + first,
        head,
        head + second + first + last,
        b"FSB2" + whole[4:],
        *(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in (5, 25, sealed, len(whole) - 1)),
    ]
    for wrong in wrongs:
        file.write_bytes(wrong)
        with pytest.raises(ContentUnreadable):
            blobs.get(stored, key=KEY)


def test_a_file_of_another_name_is_not_taken(blobs: Blobs) -> None:
    """A good file put in another one's place is found out by its hash."""
    one, other = blobs.put(b"one", key=KEY), blobs.put(b"other", key=KEY)
    file_of(blobs, one).write_bytes(file_of(blobs, other).read_bytes())
    with pytest.raises(ContentUnreadable):
        blobs.get(one, key=KEY)
    blobs.delete(one.address)
    with pytest.raises(ContentUnreadable):
        blobs.get(one, key=KEY)
    with pytest.raises(ContentUnreadable):
        blobs.get(other, key=new_data_key())


def test_an_address_is_no_path(blobs: Blobs) -> None:
    """Nothing but 64 hexadecimal digits is looked up."""
    for wrong in ("", "..", "../" * 20 + "etc/passwd", "A" * 64, "a" * 63):
        with pytest.raises(ValueError, match="address"):
            blobs.delete(wrong)


def test_the_sweeper_sees_old_files_and_clears_half_written_ones(blobs: Blobs) -> None:
    """Young files are left alone, and one written again is young again."""
    old, young = blobs.put(b"old", key=KEY), blobs.put(b"young", key=KEY)
    day = timedelta(days=1)
    before = datetime.now(UTC) - day
    past = (before - day).timestamp()
    os.utime(file_of(blobs, old), (past, past))
    half = file_of(blobs, young).with_name(".half")
    half.write_bytes(b"x")
    os.utime(half, (past, past))
    assert list(blobs.addresses(older_than=before)) == [old.address]
    assert not half.exists()
    blobs.put(b"old", key=KEY)
    blobs.delete(old.address, older_than=before)
    assert blobs.get(old, key=KEY) == b"old"


def test_a_file_that_is_being_written_is_left_alone(blobs: Blobs) -> None:
    """Who looks at every file there is, to dispose of a child, breaks nobody's upload."""
    whole = blobs.put(b"whole", key=KEY)
    half = file_of(blobs, whole).with_name(".half")
    half.write_bytes(b"x")
    assert list(blobs.addresses(older_than=datetime.now(UTC) + timedelta(days=1))) == [whole.address]
    assert half.exists()
