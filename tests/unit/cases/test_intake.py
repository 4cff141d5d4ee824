"""What is typed to add or move a child: read as people write it, refused with a code for each field."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formsvc.cases.intake import KINDS, read_identity, read_placement
from formsvc.workflow.see_child import age_on

HOMES = {"h1": ("Rowan Bank", "LAN")}
ELSEWHERE = {"kind": "foster_home", "line1": "8 Tarn Row", "area": "LAN"}
TYPED = st.dictionaries(
    st.sampled_from(
        "name known_as born_day born_month born_year born_not_known home kind line1 line2 town postcode area "
        "carer".split()
    ),
    st.text(max_size=250),
)


@given(TYPED)
def test_anything_typed_is_judged(typed: dict[str, str]) -> None:
    """Whatever comes, there are values or codes, and never an exception."""
    identity = read_identity(typed)
    placement = read_placement(typed, homes=HOMES, areas=["LAN"])
    assert identity.errors or identity.values["name"]
    assert placement.errors or placement.values["area_id"] == "LAN"


def test_home_says_its_area_and_address() -> None:
    """Whoever chooses a home is asked for nothing more."""
    judged = read_placement({"home": "h1", "carer": " Dilys  Prothero "}, homes=HOMES, areas=[])
    assert not judged.errors
    assert (judged.values["home_id"], judged.values["area_id"]) == ("h1", "LAN")
    assert judged.values["details"]["carer"] == "Dilys Prothero"


def test_home_that_is_none_is_refused() -> None:
    """An id from elsewhere is no home."""
    assert read_placement({"home": "h2"}, homes=HOMES, areas=["LAN"]).errors == {"home": "unknown"}


def test_address_elsewhere_is_kept_as_typed() -> None:
    """Kind in words, lines in order, the postcode as it is written."""
    judged = read_placement(ELSEWHERE | {"postcode": "la97 8uw"}, homes=HOMES, areas=["LAN"])
    assert not judged.errors
    assert judged.values["details"] == {
        "kind": KINDS["foster_home"],
        "address": {"lines": ["8 Tarn Row"], "postcode": "LA97 8UW"},
    }


@pytest.mark.parametrize(("missing", "field"), (("kind", "kind"), ("line1", "line1"), ("area", "area")))
def test_place_elsewhere_needs_its_parts(missing: str, field: str) -> None:
    """Each part that is missing has its own error, and only that."""
    typed = {name: value for name, value in ELSEWHERE.items() if name != missing}
    assert read_placement(typed, homes=HOMES, areas=["LAN"]).errors == {field: "missing"}


@pytest.mark.parametrize(
    ("on", "age"), (((2026, 2, 2), 13), ((2026, 2, 3), 14), ((2027, 2, 2), 14), ((2028, 2, 29), 16))
)
def test_age_changes_on_the_birthday(on: tuple[int, int, int], age: int) -> None:
    """The day before is a year younger."""
    assert age_on(datetime(*on, tzinfo=UTC).date(), "2012-02-03") == age
    assert age_on(datetime(*on, tzinfo=UTC).date(), "") is None
