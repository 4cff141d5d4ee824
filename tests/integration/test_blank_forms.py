"""Blank forms before judges of other houses: veraPDF, outloud, qpdf, Poppler."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from PIL import Image

from formsvc.definitions.library import load_library
from formsvc.definitions.model import Effective
from formsvc.documents.pdf.blank import blank
from formsvc.settings import load
from tests.builders import kitchen_sink
from tests.conftest import Validators
from tests.unit.documents.pdf.test_blank import hard
from tests.validators import poppler, qpdf
from tests.validators.running import run


def forms(*areas: str) -> dict[str, Effective]:
    """Return the Trigger Plan in areas, every field type, and what might not fit."""
    library = load_library(load({}).form_templates)
    plans = {area: library.effective("trigger_plan", area) for area in areas}
    return {**plans, "kitchen_sink": kitchen_sink(), "hard": hard()}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return name -> file of the blank forms that all tests of this module judge."""
    folder = tmp_path_factory.mktemp("blank")
    return {name: written(folder, name, one) for name, one in forms("LAN").items()}


def written(folder: Path, name: str, effective: Effective) -> Path:
    """Write a blank form and return its file."""
    file = folder / f"{name}.pdf"
    file.write_bytes(blank(effective))
    return file


def failed(validators: Validators, files: dict[str, Path]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return what veraPDF complains of, by form and profile."""
    return {
        (file.stem, profile): verdict.failed
        for file, profiles in validators.verapdf.validate(files.values()).items()
        for profile, verdict in profiles.items()
        if not verdict.compliant
    }


def test_verapdf_passes_both_profiles(files: dict[str, Path], validators: Validators) -> None:
    """A blank form is PDF/A-3a and PDF/UA-1 like everything else we print."""
    assert failed(validators, files) == {}


@pytest.mark.long
def test_every_definition_in_every_area_conforms(validators: Validators, tmp_path: Path) -> None:
    """Each definition there is, as each area has it, gives a blank form that both profiles accept."""
    library = load_library(load({}).form_templates)
    made = {
        f"{id}_{area}": written(tmp_path, f"{id}_{area}", library.effective(id, area))
        for id in library.ids()
        for area in library.areas()
    }
    assert failed(validators, made) == {}


def test_outloud_finds_no_error(files: dict[str, Path], tmp_path: Path) -> None:
    """A second opinion on the tags: what is read aloud makes sense."""
    report = tmp_path / "report.json"
    done = run([Path(sys.executable).with_name("outloud"), "--json", report, "-q", files["LAN"]])
    assert done.returncode == 0, done.stdout
    assert str(files["LAN"]) in json.dumps(json.loads(report.read_text("utf-8")))


def test_qpdf_finds_nothing(files: dict[str, Path]) -> None:
    """The syntax is sound."""
    assert {name: qpdf.check(file) for name, file in files.items()} == dict.fromkeys(files, ())


def test_options_are_lists_and_groups_tables(files: dict[str, Path]) -> None:
    """Poppler's view of the tree: one title, sections below it, tables with heads, options as lists."""
    kinds = [line.split(" ")[0].rstrip(":") for _, line in poppler.pdfinfo_struct(files["LAN"])]
    assert kinds[0] == "Document"
    assert kinds.count("H1") == 1
    assert kinds.index("H1") < kinds.index("H2") < kinds.index("H3")
    assert {"L", "LI", "LBody", "Table", "TH", "TD", "Sect", "Div"} <= set(kinds)


def test_margins_stay_white(files: dict[str, Path], tmp_path: Path) -> None:
    """Nothing is drawn where a printer does not print."""
    for name, file in files.items():
        for page in poppler.pdftoppm(file, tmp_path / name, dpi=50):
            with Image.open(page) as opened:
                grey = opened.convert("L")
                width, height = grey.size
                for box in ((0, 0, 33, height), (width - 33, 0, width, height)):
                    assert grey.crop(box).getextrema() == (255, 255), (name, page.name)
