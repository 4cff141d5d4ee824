"""Content rests sealed: under a key per child, bound to its row, unreadable once the key is gone."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formsvc.errors import KeyUnusable
from formsvc.store.crypto import (
    ContentKey,
    ContentUnreadable,
    Keyring,
    make_content_key,
    new_data_key,
    read_keyring,
)

ABOUT = ("section", "a row")
KEY = new_data_key()

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=8,
)


@given(value=json_values)
def test_sealed_json_opens_to_the_same_value(value: object) -> None:
    """Whatever an answer may be, it comes back equal."""
    assert KEY.open_json(KEY.seal_json(value, about=ABOUT), about=ABOUT) == value


def test_equal_values_are_sealed_differently() -> None:
    """Nobody sees from the database that two answers are equal."""
    assert KEY.seal(b"yes", about=ABOUT) != KEY.seal(b"yes", about=ABOUT)


def test_every_byte_counts() -> None:
    """A sealed value with any one byte changed does not open."""
    sealed = KEY.seal(b"short", about=ABOUT)
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(ContentUnreadable):
            KEY.open(bytes(changed), about=ABOUT)
    for cut in range(len(sealed)):
        with pytest.raises(ContentUnreadable):
            KEY.open(sealed[:cut], about=ABOUT)


def test_a_value_opens_in_its_own_row_only() -> None:
    """A sealed value moved to another row, or to another child, does not open."""
    sealed = KEY.seal(b"x", about=ABOUT)
    with pytest.raises(ContentUnreadable):
        KEY.open(sealed, about=("section", "another row"))
    with pytest.raises(ContentUnreadable):
        new_data_key().open(sealed, about=ABOUT)


def test_a_data_key_unwraps_for_its_child_only() -> None:
    """A wrapped key put into another child's row is refused."""
    ring = Keyring(current=ContentKey(key=bytes(32)))
    wrapped = ring.current.wrap(KEY, child_id="anna")
    ask = {"content_key_id": ring.current.id, "key_id": KEY.id}
    assert ring.unwrap(wrapped, child_id="anna", **ask).key == KEY.key
    with pytest.raises(ContentUnreadable):
        ring.unwrap(wrapped, child_id="berta", **ask)
    with pytest.raises(ContentUnreadable):
        ring.unwrap(b"", child_id="anna", **ask)
    with pytest.raises(KeyUnusable):
        Keyring(current=ContentKey(key=b"\x01" * 32)).unwrap(wrapped, child_id="anna", **ask)


def test_no_key_is_shown() -> None:
    """Neither a data key nor a content key stands in what Python prints of it."""
    content_key = ContentKey(key=b"S" * 32)
    assert "SSSS" not in repr(content_key)
    assert repr(KEY.key)[2:-1] not in repr(KEY)


def test_the_blind_index_tells_nothing_across_organisations() -> None:
    """Equal names have equal tokens in one organisation and unrelated ones in another."""
    key = ContentKey(key=bytes(32))
    one = key.token("child", controller_id="a", text="anna")
    assert one == key.token("child", controller_id="a", text="anna")
    assert one != key.token("child", controller_id="b", text="anna")
    assert one != ContentKey(key=b"\x01" * 32).token("child", controller_id="a", text="anna")


def test_a_content_key_is_made_once_and_for_its_owner(tmp_path: Path) -> None:
    """Making it again leaves the first one; nobody else may read it; the older ones beside it are read."""
    path = tmp_path / "keys" / "content.key"
    make_content_key(path)
    first = path.read_bytes()
    make_content_key(path)
    assert path.read_bytes() == first
    assert len(first) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    (tmp_path / "keys" / "content.key.1").write_bytes(b"\x01" * 32)
    ring = read_keyring(path)
    assert ring.current.key == first
    assert [one.key for one in ring.older.values()] == [b"\x01" * 32]


@pytest.mark.parametrize("data", [b"", b"short", b"x" * 33])
def test_a_content_key_of_the_wrong_length_is_refused(tmp_path: Path, data: bytes) -> None:
    """A damaged key stops at once, and the error names the file and not what is in it."""
    path = tmp_path / "content.key"
    path.write_bytes(data)
    with pytest.raises(KeyUnusable):
        read_keyring(path)
    with pytest.raises(KeyUnusable):
        read_keyring(tmp_path / "nowhere")
