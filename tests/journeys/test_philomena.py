"""The Philomena form in each area and for each audience, nearly empty and full: genuine, and others agree."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from formsvc.definitions.library import load_library
from formsvc.settings import load
from tests.conftest import Validators
from tests.journeys.street import EXAMPLES, Instance
from tests.validators import poppler, qpdf

pytestmark = pytest.mark.long

TONIGHT: dict[str, Any] = {
    "missing_now": {"choice": "yes"},
    "last_seen_at": "2026-11-21T22:10:00Z",
    "last_seen_place": "The bus stop",
    "wearing": {"not_known": True},
    "reporter": {"name": "Night worker", "phone": "+441632960640"},
    "full_name": "Invented Child",
    "date_of_birth": "2012-02-01",
    "address": {"not_known": True},
}
SIGNED = [
    {
        "id": "carer",
        "name": "Night worker",
        "capacity": "residential worker",
        "outcome": "agreed",
        "at": "2026-11-21T22:40:00Z",
    }
]


@pytest.fixture(scope="module")
def made(instance: Instance, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return name -> file: three areas, every audience, both kinds; FRW is a night with nothing ready."""
    out = tmp_path_factory.mktemp("philomena")
    tonight = out / "tonight.json"
    tonight.write_text(json.dumps({"answers": TONIGHT, "signoffs": SIGNED}), "utf-8")
    sources = {"NEL": EXAMPLES / "philomena.NEL.json", "HAR": EXAMPLES / "philomena.HAR.json", "FRW": tonight}
    library = load_library(load({}).form_templates)
    found: dict[str, Path] = {}
    for area, source in sources.items():
        photo = ("--photo", EXAMPLES / "photo.jpg") if area == "NEL" else ()
        for audience in library.effective("philomena", area).area.audiences:
            ran = instance.run(
                *("issue", "philomena", "--area", area, "--answers", source, "--audience", audience, *photo),
                *("--out", out / area, "--json"),
            )
            assert ran.code == 0, ran.err or ran.out
            found |= {f"{area} {audience} {one['kind']}": Path(one["file"]) for one in ran.json["issued"]}
    return found


def test_every_copy_is_genuine(instance: Instance, made: dict[str, Path]) -> None:
    """Three areas, eight audiences, two kinds: each verifies, and its print equals its data."""
    assert len(made) == 3 * 8 * 2
    ran = instance.run("verify", *made.values(), "--json")
    assert ran.code == 0, ran.out
    assert {one["print"]["status"] for one in ran.json} == {"good"}


def test_every_copy_passes_the_judges(made: dict[str, Path], validators: Validators) -> None:
    """VeraPDF finds PDF/A-3a and PDF/UA-1, qpdf no fault, pdfsig and LibreOffice a valid seal over all."""
    pdfs = [file for name, file in made.items() if name.endswith("pdf")]
    for file, verdicts in validators.verapdf.validate(pdfs).items():
        for profile, verdict in verdicts.items():
            assert verdict.compliant, (file.name, profile, verdict.failed)
    for file in pdfs:
        assert qpdf.check(file) == ()
        (signature,) = poppler.pdfsig(file)
        assert signature.valid
        assert signature.covers_whole_file
    words = [file for name, file in made.items() if name.endswith("docx")]
    for file, signatures in validators.libreoffice.signatures(words).items():
        assert [one.valid for one in signatures] == [True], file.name


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_parent_learns_nothing_of_a_night(instance: Instance, made: dict[str, Path], kind: str) -> None:
    """No copy for parent, child, school or health tells that Part 2 was asked, in data or words."""
    for audience in ("parent", "child", "education", "health"):
        data = instance.run("extract", made[f"NEL {audience} {kind}"]).out
        for words in ("missing_now", "Part 2: missing", "Log 0611", "done_by", "hood up"):
            assert words not in data, (audience, words)
    told = instance.run("extract", made[f"NEL police {kind}"]).out
    assert "Log 0611" in told


def test_night_without_anything_ready_says_so_on_page_one(made: dict[str, Path]) -> None:
    """The nearly empty copy for the police has where the child was last seen first, and no approval."""
    page = poppler.pdftotext(made["FRW police pdf"]).split("\f")[0]
    assert "The bus stop" in page
    assert "21 November 2026, 22:10" in page
    assert "Not yet approved" in page
