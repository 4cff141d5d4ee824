"""veraPDF, outloud and qpdf judge every document, and would notice if something were missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

from tests.conformance.conftest import Made, drawn_blanks
from tests.conformance.documents import HARDEST, Maker, library_names
from tests.conftest import Validators
from tests.validators import outloud, qpdf

ACCEPTED: Mapping[str, str] = {
    "PAG-001": "the labels of a card that begins a page, not a running head",
    "TXT-004": "one Arabic letter has up to five shapes, so five codes mean the same letter",
}
"""The warnings of outloud that are wrong about these documents, and why (docs/pdf.md)."""


ACCEPTED_BLANK: Mapping[str, str] = {
    **ACCEPTED,
    "HDG-010": "an entry that has no name yet is headed by its number: File 1",
    "TBL-012": "the cells of a blank table are empty: they are to be written in",
    "TBL-014": "boxes to write in stand in rows, each with its label: a form, not a table",
}
"""The warnings that are wrong about blank forms."""


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
    sampled: Mapping[str, Made],
    maker: Maker,
    validators: Validators,
    tmp_path: Path,
) -> None:
    """The hardest, one document of each definition and one blank of each layout are sound, and can be heard.

    One batch for each judge: starting one costs more than a document.
    """
    views = [one.view.data for one in sampled.values()]
    assert {view["definition"]["id"] for view in views} == set(maker.library.ids())
    layouts = {
        maker.library.base(id).layout: (id, maker.library.base(id).home_area) for id in maker.library.ids()
    }
    assert {view["document"]["layout"] for view in views} == set(layouts)
    blanks = drawn_blanks(maker, layouts.values(), tmp_path)
    files = [one.file for one in (*(hard[name] for name in HARDEST), *sampled.values())]
    assert _complaints([*files, *blanks.values()], validators) == {}


@pytest.mark.long
def test_every_hard_document_conforms(hard: Mapping[str, Made], validators: Validators) -> None:
    """No hard document is left out."""
    assert _complaints([one.file for one in hard.values()], validators) == {}


@pytest.mark.long
def test_every_definition_area_and_audience_conforms(
    library: Mapping[str, Made],
    maker: Maker,
    validators: Validators,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    """PDF/A-3a and PDF/UA-1 of veraPDF, qpdf and outloud: no combination is left out, and no blank form."""
    assert set(library) == set(library_names(maker.library))
    blanks = drawn_blanks(
        maker, [(id, area) for id in maker.library.ids() for area in maker.library.areas_of(id)], tmp_path
    )
    record_property("documents", len(library))
    record_property("blank forms", len(blanks))
    assert _complaints([*(made.file for made in library.values()), *blanks.values()], validators) == {}
