"""PDF documents before judges of other houses: veraPDF, qpdf, Poppler."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from formsvc.documents.pdf import SealPlace
from tests.conftest import HELD_AT, Validators
from tests.unit.documents.pdf.contents import (
    HARD_TEXTS,
    content,
    ordinary,
    printed,
    said,
    section,
    sheet,
    table,
)
from tests.validators import poppler, qpdf
from tests.validators.running import run

LONG = "A message or a call on the second phone, or a cancelled visit. " * 60


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return an ordinary document, one that holds everything, one without a sheet, one that is too long."""
    folder = tmp_path_factory.mktemp("pdf")
    hard = [said(name, name.capitalize(), text, wide=name == "lines") for name, text in HARD_TEXTS.items()]
    rows = [(name, text, text) for name, text in HARD_TEXTS.items()] * 4
    everything = section(*hard, table("rows", "Rows", ("One", "Two", "Three"), *rows))
    made = {
        "ordinary": ordinary(),
        "hard": content(
            everything,
            sheet=sheet(name=HARD_TEXTS["vietnamese"], runs_to=HARD_TEXTS["mixed"]),
            status="not_yet_approved",
            demonstration=True,
        ),
        "plain": content(section(said("a", "A", "B")), changes_since=None, signoffs=(), notices=()),
        "long": replace(ordinary(), sheet=sheet(triggers=LONG, marks=LONG, risks=(LONG, LONG))),
    }
    paths = {}
    for name, one in made.items():
        paths[name] = folder / f"{name}.pdf"
        paths[name].write_bytes(printed(one))
    return paths


def test_verapdf_passes_both_profiles(files: dict[str, Path], validators: Validators) -> None:
    """PDF/A-3a and PDF/UA-1 in one file, for every kind of content."""
    verdicts = validators.verapdf.validate(files.values())
    assert {
        (file.stem, profile): verdict.failed
        for file, profiles in verdicts.items()
        for profile, verdict in profiles.items()
        if not verdict.compliant
    } == {}


BROKEN: dict[str, tuple[Callable[[bytes], bytes], str, str]] = {
    "no alternative text": (lambda made: made.replace(b"/Alt", b"/Xlt"), "ua1", "7.3-1"),
    "no output intent": (lambda made: made.replace(b"/OutputIntents", b"/OutputXntents"), "3a", "6.2.4.3-2"),
    "no structure": (lambda made: made.replace(b"/StructTreeRoot ", b"/StructXreeRoot "), "3a", "6.7.3.3-1"),
    "no scope": (lambda made: made.replace(b"/Scope/Column", b"/Xcope/Column"), "ua1", "7.5-1"),
    "no title": (
        lambda made: made.replace(b"/DisplayDocTitle true", b"/DisplayDocTitle fals"),
        "ua1",
        "7.1-10",
    ),
}


def test_verapdf_would_notice(tmp_path: Path, validators: Validators) -> None:
    """The same file with one thing taken away fails, so that a pass means something."""
    whole = printed(ordinary())
    for name, (spoil, _, _) in BROKEN.items():
        assert spoil(whole) != whole, name
        (tmp_path / f"{name}.pdf").write_bytes(spoil(whole))
    verdicts = validators.verapdf.validate([tmp_path / f"{name}.pdf" for name in BROKEN])
    for name, (_, profile, rule) in BROKEN.items():
        assert rule in verdicts[tmp_path / f"{name}.pdf"][profile].rules, (name, verdicts)


def test_qpdf_finds_nothing(files: dict[str, Path], tmp_path: Path) -> None:
    """The syntax is sound, the place of the seal included."""
    sealed = tmp_path / "place.pdf"
    place = SealPlace(contents_bytes=2000, name="Org", reason="Why", at=HELD_AT)
    sealed.write_bytes(printed(ordinary(), seal=place))
    assert {file.name: qpdf.check(file) for file in [*files.values(), sealed]} == {
        file.name: () for file in [*files.values(), sealed]
    }


def test_every_font_is_embedded_and_says_what_its_glyphs_mean(files: dict[str, Path]) -> None:
    """No viewer needs a font of its own, and no text is a picture of text."""
    for file in files.values():
        listed = run(["pdffonts", file]).stdout.splitlines()[2:]
        flags = [re.findall(r"\b(yes|no)\b", line) for line in listed]
        assert flags
        assert all(one == ["yes", "yes", "yes"] for one in flags), listed
    assert len(run(["pdffonts", files["ordinary"]]).stdout.splitlines()) == 4


@pytest.mark.parametrize("name", [
    "markup", "polish", "vietnamese", "yoruba", "urdu", "chinese", "cyrillic", "emoji", "quotes",
])  # fmt: skip
def test_copied_text_is_typed_text(tmp_path: Path, name: str) -> None:
    """What Poppler takes from the page is what was typed, line breaks apart."""
    file = tmp_path / "one.pdf"
    text = HARD_TEXTS[name].split("، 12")[0]
    file.write_bytes(printed(content(section(said("a", "Label", text, wide=True)))))
    copied = poppler.pdftotext(file)
    for mark in "\u200e\u200f\u202a\u202b\u202c":
        copied = copied.replace(mark, "")
    assert "".join(text.split()) in "".join(copied.split())


def test_the_structure_reads_in_order(files: dict[str, Path]) -> None:
    """Poppler's view of the tree: a list of labels and values, a table with heads."""
    lines = [line for _, line in poppler.pdfinfo_struct(files["ordinary"])]
    kinds = [line.split(" ")[0].rstrip(":") for line in lines]
    assert kinds[0] == "Document"
    assert kinds.count("Table") == 1
    assert kinds.count("TH") == 2
    assert kinds.index("H1") < kinds.index("H2") < kinds.index("H3") < kinds.index("H4")
    assert poppler.pdfinfo(files["ordinary"])["Tagged"] == "yes"


def test_the_data_comes_out_as_it_went_in(files: dict[str, Path], tmp_path: Path) -> None:
    """`pdfdetach` finds one file, the view."""
    assert list(poppler.pdfdetach(files["ordinary"], tmp_path / "out")) == ["view.json"]


def test_nothing_is_drawn_beyond_the_margins(files: dict[str, Path], tmp_path: Path) -> None:
    """The margins of every page are white but for the marking and the foot."""
    for name, file in files.items():
        for page in poppler.pdftoppm(file, tmp_path / name, dpi=50):
            with Image.open(page) as opened:
                grey = opened.convert("L")
                width, height = grey.size
                for box in ((0, 0, 33, height), (width - 33, 0, width, height)):
                    assert grey.crop(box).getextrema() == (255, 255), (name, page.name)
