"""Word documents beside ours: opened without a question, and drawn by an office as we draw them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pypdf
import pytest

from formsvc import clock
from formsvc.documents import pdf
from formsvc.documents.content import addressed, all_items
from formsvc.documents.docx import package
from formsvc.documents.docx.checking import check
from formsvc.fields.blocks import Table
from formsvc.settings import PROJECT, load
from tests.conformance.documents import HARD, Maker
from tests.conformance.docx_documents import MAIN, Word, made, text
from tests.conftest import Validators
from tests.unit.documents.docx.contents import PLAN, TRIGGER_PLAN
from tests.unit.seals.small import AT
from tests.validators.libreoffice import Opened, Refused
from tests.validators.poppler import pdftotext

pytestmark = pytest.mark.long

NAMES = ("ordinary", "the-hard-example", "table-of-60-rows")
A4 = (595.3, 841.9)
LONG = 40
"""Letters of a word from which on it is broken over lines and not looked for."""


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A document as an office drew its Word file, and as we drew it."""

    word: Word
    opened: Opened
    office: Path
    ours: Path


@pytest.fixture(scope="module")
def pairs(validators: Validators, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Pair]:
    """Return the ordinary and the hard plan and the kitchen sink with sixty rows, sealed, both ways."""
    folder = tmp_path_factory.mktemp("pairs")
    maker = Maker(folder, load({"FORMSVC_INSTANCE": str(folder / "instance")}))
    with clock.held(AT):
        views = {name: HARD[name](maker) for name in NAMES}
    words = made(views.items(), folder, settings=maker.settings)
    files = [one.file for one in words.values()]
    opened = validators.libreoffice.opened(files)
    drawn = validators.libreoffice.to_pdfs(files, folder, fonts=maker.settings.fonts)
    found = {}
    for name, word in words.items():
        ours = folder / f"{name}-ours.pdf"
        ours.write_bytes(pdf.render(word.view, fonts=maker.settings.fonts))
        found[name] = Pair(word=word, opened=opened[word.file], office=drawn[word.file], ours=ours)
    return found


def differences(pair: Pair) -> Iterator[str]:
    """Yield what a reader of the office's pages would miss, or find otherwise than on ours."""
    office, ours = pypdf.PdfReader(pair.office), pypdf.PdfReader(pair.ours)
    pages = pdftotext(pair.office, layout=True).split("\f")[:-1]
    sections = [one for one in _outline(ours) if one != "Sheet for the search"]
    if _outline(office) != sections:
        yield f"the headings are {_outline(office)}"
    if abs(len(office.pages) - len(ours.pages)) > max(2, len(ours.pages) // 4):
        yield f"{len(office.pages)} pages where ours has {len(ours.pages)}"
    for number, (page, said) in enumerate(zip(office.pages, pages, strict=True), 1):
        if any(abs(has - wants) > 1 for has, wants in zip(page.mediabox[2:], A4, strict=True)):
            yield f"page {number} is not A4"
        yield from (f"page {number}: {one}" for one in _running(pair.word, said, number, len(pages)))
    drawn = pair.word.parts[MAIN].count(b"<wp:docPr ")
    shown = sum(_pictures(page) for page in office.pages)
    if shown != drawn:
        yield f"{shown} pictures where {drawn} are wanted"
    found = _words(pdftotext(pair.office))
    for path, said in addressed(pair.word.content).items():
        if said.isascii() and not _words(said) <= found:
            yield f"{path}: {sorted(_words(said) - found)[:5]}"
    yield from _heads(pair.word, pages)


def _running(word: Word, text: str, number: int, count: int) -> Iterator[str]:
    """Yield what the head and the foot of a page do not say; and that nothing stands between them."""
    content = word.content
    for wanted in (f"Page {number} of {count}", content.reference, content.short_hash):
        if wanted not in text:
            yield f"does not say {wanted}"
    if text.count(content.marking) < 2:
        yield "is not marked at head and foot"
    if len([line for line in text.splitlines() if line.strip()]) <= 4:
        yield "is blank"


def _heads(word: Word, pages: list[str]) -> Iterator[str]:
    """Yield pages on which a long table goes on without its header row."""
    for item in all_items(word.content):
        for table in (block for block in item.blocks if isinstance(block, Table) and len(block.rows) >= 20):
            for number, page in enumerate(pages, 1):
                rows = sum(re.search(rf"{re.escape(row.heading)}\b", page) is not None for row in table.rows)
                if rows >= 5 and not all(column.split()[0] in page for column in table.columns):
                    yield f"page {number}: {item.label} goes on without its head"


def _pictures(page: pypdf.PageObject) -> int:
    """Return how many pictures a page of the office draws."""
    contents = page.get_contents()
    return 0 if contents is None else len(re.findall(rb"/Im\d+ Do\b", contents.get_data()))


def _outline(file: pypdf.PdfReader) -> list[str]:
    """Return the bookmarks of the first level."""
    return [str(one.title) for one in file.outline if not isinstance(one, list)]


def _words(text: str) -> set[str]:
    whole = re.sub(r"-\s*\n\s*", "", text).replace("-", "")  # a hyphen may end a line
    return {one for one in re.findall(r"\w+", whole) if len(one) < LONG}


@pytest.mark.parametrize("name", NAMES)
def test_an_office_draws_what_we_draw(name: str, pairs: Mapping[str, Pair]) -> None:
    """The same sections in order, every addressed word, every picture, A4, head and foot, no blank page."""
    assert list(differences(pairs[name])) == []


@pytest.mark.parametrize("name", NAMES)
def test_an_office_opens_it_without_a_question(name: str, pairs: Mapping[str, Pair]) -> None:
    """Sealed as it is: its outline, its header rows, its pictures, its page and its title are understood."""
    pair = pairs[name]
    told = [
        f"{style[-1]} {' '.join(text(one).split())}"
        for style, one in pair.word.paragraphs()
        if style.startswith("heading ")
    ]
    assert [" ".join(one.split()) for one in pair.opened.headings] == told
    drawn = pair.word.main.iterfind(".//{*}tbl/{*}tblPr/{*}tblStyle")
    wanted = sorted(int(one.get(one.tag.replace("tblStyle", "val")) == "Rows") for one in drawn)
    assert sorted(pair.opened.tables) == wanted
    assert pair.opened.pictures == pair.word.parts[MAIN].count(b"<wp:docPr ")
    assert [round(side / 100) for side in pair.opened.page] == [210, 297]
    assert [round(side / 100) for side in pair.opened.margins[:2]] == [18, 18]
    assert pair.word.content.reference in pair.opened.title


def test_what_looks_otherwise_is_found(pairs: Mapping[str, Pair], tmp_path: Path) -> None:
    """A page lost, a blank page, another paper, another document: none passes for ours."""
    good = pairs["ordinary"]

    def changed(edit: str) -> list[str]:
        file = pypdf.PdfWriter(clone_from=good.office)
        if edit == "lost":
            file.remove_page(3)
        elif edit == "blank":
            file.add_blank_page()
        else:
            file.pages[1].mediabox.upper_right = (612, 792)
        target = tmp_path / f"{edit}.pdf"
        file.write(target)
        return list(differences(Pair(word=good.word, opened=good.opened, office=target, ours=good.ours)))

    assert any("does not say Page 4 of 12" in one for one in changed("lost"))
    assert any("is blank" in one for one in changed("blank"))
    assert "page 2 is not A4" in changed("paper")
    other = pairs["table-of-60-rows"]
    mixed = list(differences(Pair(word=other.word, opened=other.opened, office=good.office, ours=other.ours)))
    assert any(one.startswith("the headings are") for one in mixed)
    assert any(one.startswith("full_name") for one in mixed)


def test_a_table_that_goes_on_without_its_head_is_found(
    pairs: Mapping[str, Pair], validators: Validators, tmp_path: Path
) -> None:
    """The rule about header rows sees one that is not marked."""
    good = pairs["table-of-60-rows"]
    parts = dict(good.word.parts)
    parts[MAIN] = parts[MAIN].replace(b"<w:tblHeader/>", b"")
    file = tmp_path / "headless.docx"
    file.write_bytes(package.write({name: data for name, data in parts.items() if "signatures" not in name}))
    office = validators.libreoffice.to_pdf(file, tmp_path)
    found = list(differences(Pair(word=good.word, opened=good.opened, office=office, ours=good.ours)))
    assert any("goes on without its head" in one for one in found)


@pytest.mark.parametrize("fault", ["cut off", "no end", "no XML"])
def test_an_office_refuses_what_needs_repair(
    fault: str, pairs: Mapping[str, Pair], validators: Validators, tmp_path: Path
) -> None:
    """A file that an office could only repair is not taken for one that opens."""
    word = pairs["ordinary"].word
    whole = word.file.read_bytes()
    unclosed = dict(word.parts) | {MAIN: word.parts[MAIN].replace(b"</w:body>", b"")}
    data = {"cut off": whole[: len(whole) // 2], "no end": whole[:-60], "no XML": package.write(unclosed)}
    file = tmp_path / "broken.docx"
    file.write_bytes(data[fault])
    with pytest.raises(Refused, match=r"broken\.docx"):
        validators.libreoffice.opened([file])


@pytest.mark.parametrize("template", [TRIGGER_PLAN, PLAN], ids=["trigger_plan", "plan"])
def test_a_template_saved_by_an_office_is_named_for_what_it_lost(
    template: Path, validators: Validators, tmp_path: Path
) -> None:
    """LibreOffice 7.4 keeps the controls and drops their tags, and the words of tables: the check says so."""
    saved = validators.libreoffice.to_docx(template, tmp_path)
    effective = Maker(tmp_path, load({"FORMSVC_INSTANCE": str(tmp_path)})).plan
    found = check(saved, effective)
    lost = [one.key for one in found if one.what == "it has lost its tag"]
    assert found == [] or len(lost) == len(set(lost)) >= 14
    assert check(PROJECT / "docx_templates" / template.name, effective) == []
