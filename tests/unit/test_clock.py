"""Time and randomness come from one place, and can be held."""

from datetime import UTC, datetime

import pytest

from formsvc import clock

MOMENT = datetime(2026, 11, 22, 18, 5, tzinfo=UTC)


def test_clock_is_held_and_let_go() -> None:
    """Inside the block time stands still; outside it goes on."""
    with clock.held(MOMENT):
        assert clock.now() == MOMENT
    assert clock.now() != MOMENT


def test_clock_refuses_a_time_without_a_zone() -> None:
    """A moment without a zone is no moment."""
    with pytest.raises(ValueError, match="aware"), clock.held(datetime(2026, 11, 22)):  # noqa: DTZ001 -- the naive moment is the point
        pass


def test_new_id_is_of_the_length_asked_and_of_letters_that_can_be_read_aloud() -> None:
    """An id has no letter that is taken for a digit, and no two are equal."""
    made = {clock.new_id(12) for _ in range(500)}
    assert len(made) == 500
    assert all(len(one) == 12 and not set(one) & set("ilou01") for one in made)


def test_new_reference_reads_in_two_groups() -> None:
    """A printed reference is a prefix and two groups of four."""
    prefix, first, second = clock.new_reference("TP").split("-")
    assert (prefix, len(first), len(second)) == ("TP", 4, 4)
