"""Documents that carry files: other people's judges accept them, and hand the files out as they were."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from formsvc import clock
from formsvc.records.attachments import CARRIED_MOST
from formsvc.seals.verify import verify
from formsvc.settings import PROJECT
from formsvc.workflow.answers_file import AnswersFile
from formsvc.workflow.issue_answers import issue, read_view
from tests import handed_in
from tests.conformance.documents import Maker
from tests.conftest import Validators
from tests.unit.seals.small import AT, key, trust
from tests.validators import poppler, qpdf
from tests.validators.openxml import openxml_errors

pytestmark = pytest.mark.long

EXAMPLE = PROJECT / "form_templates" / "examples" / "strategy_minutes.LAN.json"
KINDS = ("pdf", "docx")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Return the files that are attached, by what they are."""
    folder = tmp_path_factory.mktemp("attached")
    made = {
        "Minutes Żółć.pdf": handed_in.signed_pdf(),
        "letter.docx": handed_in.signed_docx(),
        "plain (1).pdf": handed_in.plain_pdf(),
    }
    for name, data in made.items():
        (folder / name).write_bytes(data)
    return {name: folder / name for name in made}


def carrying(maker: Maker, files: list[Path], folder: Path) -> dict[str, Path]:
    """Return the sealed documents of minutes that carry these files, by kind."""
    told = json.loads(EXAMPLE.read_text("utf-8"))
    rows = [{"id": f"f{number}", "file": {"title": f"File {number}"}} for number, _ in enumerate(files, 1)]
    told["answers"] |= {"minutes_files": rows[:6], "open_files": rows[6:]}
    paths = {
        f"{'minutes_files' if number <= 6 else 'open_files'}.f{number}.file": file
        for number, file in enumerate(files, 1)
    }
    with clock.held(AT):
        view = read_view(
            AnswersFile(answers=told["answers"], signoffs=tuple(told["signoffs"])),
            effective=maker.library.effective("strategy_minutes", "LAN"),
            audience="full",
            photo=None,
            attach=paths,
            demonstration=False,
            settings=maker.settings,
        )
        issued = issue(view, kinds=KINDS, key=key(), settings=maker.settings)
    for one in issued:
        (folder / one.name).write_bytes(one.data)
    return {one.kind: folder / one.name for one in issued}


def test_documents_with_files_are_accepted_by_every_judge(
    maker: Maker, files: Mapping[str, Path], validators: Validators, tmp_path: Path
) -> None:
    """PDF/A-3a and PDF/UA-1, the Open XML schemas, qpdf, and LibreOffice's own check of the signature."""
    made = carrying(maker, list(files.values()), tmp_path)
    (verdicts,) = validators.verapdf.validate([made["pdf"]]).values()
    assert {name: one.failed for name, one in verdicts.items()} == {"3a": (), "ua1": ()}
    assert qpdf.check(made["pdf"]) == ()
    assert openxml_errors(made["docx"]) == ()
    (signed,) = validators.libreoffice.signatures([made["docx"]]).values()
    assert [one.valid for one in signed] == [True]


def test_files_come_out_as_they_went_in(maker: Maker, files: Mapping[str, Path], tmp_path: Path) -> None:
    """Poppler and an ordinary program for archives find each file, byte for byte, under its plain name."""
    made = carrying(maker, list(files.values()), tmp_path)
    wanted = {
        name: hashlib.sha256(file.read_bytes()).hexdigest()
        for name, file in zip(
            ("01-Minutes.pdf", "02-letter.docx", "03-plain-1.pdf"), files.values(), strict=True
        )
    }
    (tmp_path / "inside").mkdir()
    found = poppler.pdfdetach(made["pdf"], tmp_path / "inside")
    assert {
        name: hashlib.sha256(data).hexdigest() for name, data in found.items() if name in wanted
    } == wanted
    with zipfile.ZipFile(made["docx"]) as package:
        parts = {
            name.rpartition("/")[2]: hashlib.sha256(package.read(name)).hexdigest()
            for name in package.namelist()
            if name.startswith("word/attachments/")
        }
    assert parts == wanted


def test_as_many_files_as_may_be_carried(
    maker: Maker, files: Mapping[str, Path], validators: Validators, tmp_path: Path
) -> None:
    """Twelve files are printed, sealed and verified in both kinds, and others still read the signature."""
    made = carrying(maker, (list(files.values()) * 4)[:CARRIED_MOST], tmp_path)
    for file in made.values():
        with clock.held(AT):
            found = verify(file.read_bytes(), name=file.name, trust=trust())
        assert found.genuine, found.to_json()
        assert found.attachments.detail["count"] == CARRIED_MOST
    (signed,) = validators.libreoffice.signatures([made["docx"]]).values()
    assert [one.valid for one in signed] == [True]
