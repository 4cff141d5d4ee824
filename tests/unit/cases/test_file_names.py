"""The name of a document in a case system."""

from __future__ import annotations

import re
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from formsvc.cases.file_names import case_file_name

ON = date(2026, 11, 22)


def named(known_as: str = "221188", title: str = "Trigger Plan", *, is_approved: bool = True) -> str:
    """Return the name of a revision."""
    return case_file_name(
        known_as=known_as,
        title=title,
        reference="TP-DEM2-PAGE",
        number=2,
        on=ON,
        audience="reviewing_officer",
        is_approved=is_approved,
    )


def test_name_says_what_it_is() -> None:
    """Whose, what, which, when, for whom, in this order; and where nobody approved it, that."""
    assert named() == "221188_Trigger-Plan_TP-DEM2-PAGE_r2_2026-11-22_reviewing-officer.pdf"
    assert named(is_approved=False).endswith("_NOT-YET-APPROVED.pdf")


@given(known_as=st.text(max_size=60), title=st.text(max_size=200))
def test_name_is_safe_everywhere(known_as: str, title: str) -> None:
    """Letters, digits, hyphens, underscores, one full stop: no path, no quote, no control, not too long."""
    made = named(known_as, title)
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*\.pdf", made)
    assert len(made) < 200
