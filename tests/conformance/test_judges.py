"""veraPDF, outloud and qpdf judge every document, and would notice if something were missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from formsvc.access.readable import reached
from formsvc.definitions.library import load_library
from formsvc.settings import PROJECT
from tests.conformance.conftest import Made
from tests.conftest import Validators
from tests.validators import outloud, qpdf

ACCEPTED: Mapping[str, str] = {
    "PAG-001": "the labels of a card that begins a page, not a running head",
    "TXT-004": "one Arabic letter has up to five shapes, so five codes mean the same letter",
}
"""The warnings of outloud that are wrong about these documents, and why (docs/pdf.md)."""


ACCEPTED_BLANK: Mapping[str, str] = {
    **ACCEPTED,
    "TBL-012": "the cells of a blank table are empty: they are to be written in",
    "TBL-014": "boxes to write in stand in rows, each with its label: a form, not a table",
}
"""The warnings that are wrong about blank forms."""


def _sample(library: Mapping[str, Made]) -> list[Path]:
    """Return the files of every audience in a definition's own area, and of every area for one audience."""
    known = load_library(PROJECT / "form_templates")
    homes = {one: known.effective(one).area.id for one in known.ids()}
    return [
        made.file
        for made in library.values()
        for data in [made.view.data]
        if data["area"]["id"] == homes[data["definition"]["id"]] or data["audience"]["id"] == "full"
    ]


def _complaints(files: Iterable[Path], validators: Validators) -> dict[str, object]:
    listed = list(files)
    found: dict[str, object] = {
        f"{file.stem} {profile}": verdict.failed
        for file, profiles in validators.verapdf.validate(listed).items()
        for profile, verdict in profiles.items()
        if not verdict.compliant
    }
    found |= {f"{file.stem} qpdf": said for file in listed if (said := qpdf.check(file))}
    for file, findings in outloud.judge(listed).items():
        accepted = ACCEPTED_BLANK if file.stem.startswith("blank-") else ACCEPTED
        told = [one for one in findings if one.severity == "error" or one.rule not in accepted]
        found |= {f"{file.stem} outloud": told} if told else {}
    return found


def test_documents_conform(
    hard: Mapping[str, Made],
    library: Mapping[str, Made],
    blanks: Mapping[tuple[str, str], Path],
    validators: Validators,
) -> None:
    """Hard documents and those of the library are PDF/A-3a and PDF/UA-1, sound, and can be heard.

    Of the library every definition is judged for each audience in its own area, in each area, and blank.
    One batch for each judge: starting one costs more than a document.
    """
    known = load_library(PROJECT / "form_templates")
    unfilled = [blanks[one, known.effective(one).area.id] for one in known.ids()]
    files = [*(made.file for made in hard.values()), *_sample(library), *unfilled]
    assert _complaints(files, validators) == {}


@pytest.mark.long
def test_every_definition_area_and_audience_conforms(
    library: Mapping[str, Made], blanks: Mapping[tuple[str, str], Path], validators: Validators
) -> None:
    """No combination is left out."""
    known = load_library(PROJECT / "form_templates")
    combinations = {
        (one, area, audience)
        for one in known.ids()
        for area in known.areas_of(one)
        for audience in reached(known.effective(one, area))
    }
    held = {
        (data["definition"]["id"], data["area"]["id"], data["audience"]["id"])
        for data in (made.view.data for made in library.values())
    }
    assert held == combinations
    assert _complaints([*(made.file for made in library.values()), *blanks.values()], validators) == {}
