"""Two documents that Bedfordshire alone has: issued for everybody they are for, at any size, and judged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Validators
from tests.journeys.street import EXAMPLES, Instance
from tests.unit.content import test_esp_assessment as assessment
from tests.unit.content import test_keep_safe_plan as keep_safe
from tests.validators import poppler, qpdf

pytestmark = pytest.mark.long  # every copy is made by the real program: seconds each

EVERYBODY = ("full", "police", "home", "health", "education", "reviewing_officer", "child", "parent")
READERS = {"keep_safe_plan": EVERYBODY, "esp_assessment": EVERYBODY[:6]}
LONG = "She was seen at the lock, at the station and on the stairs, and said that nobody was to ring. " * 40


def answered(definition: str) -> dict[str, Any]:
    """Return the example of a document as its file holds it."""
    found: dict[str, Any] = json.loads((EXAMPLES / f"{definition}.BED.json").read_text("utf-8"))
    return found


def stretched(definition: str) -> dict[str, Any]:
    """Return the example with every row many times over and every account as long as a bad year."""
    handed_in = answered(definition)
    answers = handed_in["answers"]
    for name in ("episodes", "associates", "family", "places", "actions", "told"):
        rows = answers.get(name)
        if isinstance(rows, list):
            most = 30 // len(rows)
            answers[name] = [{**row, "id": f"{row['id']}x{n}"} for n in range(most) for row in rows]
    for name in ("background", "supervision", "strategy", "reasons", "issues"):
        if name in answers:
            answers[name] = LONG[:1_950]
    for value in answers.values():
        if isinstance(value, dict) and "grade" in value:
            value["circumstances"] = LONG[:3_900]
    return handed_in


def issued(
    instance: Instance, handed_in: dict[str, Any], definition: str, audience: str, folder: Path
) -> dict[str, Path]:
    """Issue some answers for an audience; return kind -> file."""
    source = folder / "answers.json"
    source.write_text(json.dumps(handed_in), "utf-8")
    photo = ("--photo", EXAMPLES / "photo.jpg") if "photo" in handed_in["answers"] else ()
    ran = instance.run(
        "issue", definition, "--answers", source, "--out", folder, "--audience", audience, "--json", *photo
    )
    assert ran.code == 0, ran.err or ran.out
    return {one["kind"]: Path(one["file"]) for one in ran.json["issued"]}


def judged(instance: Instance, files: list[Path]) -> None:
    """Have files verified in one call, and the PDFs looked through."""
    ran = instance.run("verify", *files, "--json")
    assert ran.code == 0, ran.out
    assert [one["print"]["status"] for one in ran.json] == ["good"] * len(files)
    assert all(qpdf.check(file) == () for file in files if file.suffix == ".pdf")


@pytest.mark.parametrize("definition", READERS)
def test_document_is_issued_and_genuine_for_everybody_it_is_for(
    instance: Instance, tmp_path: Path, definition: str
) -> None:
    """Both kinds verify and name the child, in every copy that the document has."""
    files: list[Path] = []
    for audience in READERS[definition]:
        folder = tmp_path / audience
        folder.mkdir()
        made = issued(instance, answered(definition), definition, audience, folder)
        assert "Lisowski-Hargrave" in poppler.pdftotext(made["pdf"])
        files += made.values()
    assert len(files) == 2 * len(READERS[definition])
    judged(instance, files)


@pytest.mark.parametrize("definition", READERS)
@pytest.mark.parametrize("size", ("long", "nearly empty"))
def test_document_is_sound_at_any_size(
    instance: Instance, tmp_path: Path, validators: Validators, definition: str, size: str
) -> None:
    """Of thirty rows and of hardly any the documents verify, and veraPDF and LibreOffice find no fault."""
    tonight = {"keep_safe_plan": keep_safe.TONIGHT, "esp_assessment": assessment.TONIGHT}[definition]
    handed_in = stretched(definition) if size == "long" else {"answers": tonight, "signoffs": []}
    files = issued(instance, handed_in, definition, "full", tmp_path)
    judged(instance, list(files.values()))
    assert instance.run("extract", files["pdf"]).out == instance.run("extract", files["docx"]).out
    for profile, verdict in validators.verapdf.validate([files["pdf"]])[files["pdf"]].items():
        assert verdict.compliant, (profile, verdict.failed)
    (signatures,) = validators.libreoffice.signatures([files["docx"]]).values()
    assert [one.valid for one in signatures] == [True]


@pytest.mark.parametrize("audience", ("child", "parent"))
def test_child_and_parent_have_no_copy_of_an_assessment(
    instance: Instance, tmp_path: Path, audience: str
) -> None:
    """A copy of it for child or parent, asked for by hand, is not made."""
    source = EXAMPLES / "esp_assessment.BED.json"
    ran = instance.run(
        "issue", "esp_assessment", "--answers", source, "--out", tmp_path, "--audience", audience
    )
    assert ran.code != 0
    assert f"has nothing for {audience}" in ran.err
    assert not list(tmp_path.iterdir())
