"""A return interview of every area, for everybody it is for: issued, genuine, and made for nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from formsvc.access.readable import reached
from formsvc.definitions.library import load_library
from tests.conftest import Validators
from tests.journeys.street import EXAMPLES, PROJECT, Instance, Ran
from tests.planted import text_of

pytestmark = pytest.mark.long

FORM = "return_interview"
LIBRARY = load_library(PROJECT / "form_templates")
AREAS = LIBRARY.areas_of(FORM)
EVERYWHERE = [(area, one) for area in AREAS for one in sorted(reached(LIBRARY.effective(FORM, area)))]


def issue(instance: Instance, out: Path, *, area: str, audience: str) -> Ran:
    """Issue the example of an area for an audience, in both kinds."""
    answers = EXAMPLES / f"{FORM}.{area}.json"
    words = ("--area", area, "--answers", answers, "--audience", audience, "--out", out)
    return instance.run("issue", FORM, *words, "--json")


@pytest.fixture(scope="module")
def everywhere(
    instance: Instance, tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, str, str], Path]:
    """Return (area, audience, kind) -> file of every copy there is."""
    made: dict[tuple[str, str, str], Path] = {}
    for area, audience in EVERYWHERE:
        ran = issue(instance, tmp_path_factory.mktemp(f"{area}-{audience}"), area=area, audience=audience)
        assert ran.code == 0, ran.err or ran.out
        made |= {(area, audience, one["kind"]): Path(one["file"]) for one in ran.json["issued"]}
    return made


def test_every_copy_is_called_genuine(
    instance: Instance, everywhere: dict[tuple[str, str, str], Path]
) -> None:
    """Every copy of every area, in both kinds, verifies: intact, whole, its print equal to its data."""
    assert len(everywhere) == 2 * len(EVERYWHERE)
    ran = instance.run("verify", *everywhere.values(), "--json")
    assert ran.code == 0, ran.out
    assert all(one["print"]["status"] == "good" for one in ran.json)


def test_every_copy_is_archival_and_sealed_by_the_word_of_others(
    everywhere: dict[tuple[str, str, str], Path], validators: Validators
) -> None:
    """VeraPDF finds each PDF to be PDF/A-3a and PDF/UA-1, LibreOffice each Word file validly signed."""
    files = [file for (_, _, kind), file in everywhere.items() if kind == "pdf"]
    for file, verdicts in validators.verapdf.validate(files).items():
        for profile, verdict in verdicts.items():
            assert verdict.compliant, (file.name, profile, verdict.failed)
    words = [file for (_, _, kind), file in everywhere.items() if kind == "docx"]
    for file, signatures in validators.libreoffice.signatures(words).items():
        assert [one.valid for one in signatures] == [True], file.name


@pytest.mark.parametrize("area", AREAS)
def test_no_copy_is_made_for_a_home(instance: Instance, tmp_path: Path, area: str) -> None:
    """Asked for by name a copy for the home is refused, and no file is written that says it exists."""
    ran = issue(instance, tmp_path / "out", area=area, audience="home")
    assert ran.code != 0
    assert "has nothing for home" in ran.err
    assert list(tmp_path.rglob("*.*")) == []


def test_declined_offer_says_so_in_both_kinds(everywhere: dict[tuple[str, str, str], Path]) -> None:
    """The document of a declined offer says that the child said no, and what the child said."""
    for (area, _, _), file in everywhere.items():
        if area == "NEL":
            text = " ".join(text_of(file.read_bytes()).split())
            assert "The child said no" in text
            assert "Ask me when it's a thing." in text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
