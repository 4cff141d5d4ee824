"""The tree of a document is what a sighted reader sees: headings, tables, lists, order, links, bookmarks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

import pikepdf
import pytest

from formsvc.documents.content import addressed
from tests.conformance.conftest import Made
from tests.conformance.documents import HARD, TEXTS
from tests.unit.documents.pdf.reading import Inside
from tests.validators import poppler

LEVELS = {f"H{level}": level for level in range(1, 7)}
every_hard_document = pytest.mark.parametrize("name", HARD)


@pytest.fixture(scope="module")
def read(hard: Mapping[str, Made]) -> Mapping[str, Inside]:
    """Return every hard document, opened."""
    return {name: Inside(made.file.read_bytes()) for name, made in hard.items()}


@every_hard_document
def test_headings_nest(hard: Mapping[str, Made], name: str) -> None:
    """One first heading, and none that skips a level: Poppler's view of the tree."""
    kinds = [line.split()[0].rstrip(":") for _, line in poppler.pdfinfo_struct(hard[name].file)]
    levels = [LEVELS[kind] for kind in kinds if kind in LEVELS]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert kinds.count("H2") >= len(hard[name].content.sections)


@every_hard_document
def test_tables_have_heads(read: Mapping[str, Inside], name: str) -> None:
    """Every table has a head and a body, every column a head, and in a large table every row too."""
    for table in _of_kind(read[name], "/Table"):
        head, body = _elements(table)
        assert [str(head.S), str(body.S)] == ["/THead", "/TBody"]
        (columns,) = map(_elements, _elements(head))
        assert {(str(one.S), str(one.A.Scope)) for one in columns} == {("/TH", "/Column")}
        rows = [_elements(row) for row in _elements(body)]
        assert {len(row) for row in rows} == {len(columns)}
        large = len(columns) > 2 and (len(columns) - 1) * len(rows) >= len(columns) + len(rows)
        leads = {(str(row[0].S), str(row[0].A.Scope) if "/A" in row[0] else "") for row in rows}
        assert leads == ({("/TH", "/Row")} if large else {("/TD", "")})
        assert {str(cell.S) for row in rows for cell in row[1:]} == {"/TD"}


@every_hard_document
def test_lists_are_lists(read: Mapping[str, Inside], name: str) -> None:
    """A list holds items, an item a body and before it at most a label."""
    for one in _of_kind(read[name], "/L"):
        for item in _elements(one):
            assert str(item.S) == "/LI"
            assert [str(kid.S) for kid in _elements(item)] in (["/LBody"], ["/Lbl", "/LBody"])


@every_hard_document
def test_decoration_is_artifact_and_says_what_it_is(read: Mapping[str, Inside], name: str) -> None:
    """What belongs to no element is layout, or belongs to the page: nothing is left unsaid."""
    for page in read[name].file.pages:
        kinds = []
        for instruction in pikepdf.parse_content_stream(page):
            assert isinstance(instruction, pikepdf.ContentStreamInstruction)
            if str(instruction.operator) in ("BMC", "BDC") and instruction.operands[0] == "/Artifact":
                told: Any = instruction.operands[1]
                kinds.append((str(told.Type), str(told.get("/Subtype", ""))))
        assert {("/Pagination", "/Header"), ("/Pagination", "/Footer")} <= set(kinds)
        assert {kind for kind, _ in kinds} <= {"/Layout", "/Pagination"}


@every_hard_document
def test_paint_order_is_reading_order(read: Mapping[str, Inside], name: str) -> None:
    """On every page what is tagged is drawn in the order of the tree."""
    marks = [mark for one in _tops(read[name]) for mark in read[name]._marks_within(one)]
    for page in range(len(read[name].file.pages)):
        numbers = [number for at, number in marks if at == page]
        assert numbers == sorted(numbers)


@every_hard_document
def test_nothing_is_said_higher_up_than_what_was_said_before(read: Mapping[str, Inside], name: str) -> None:
    """Within an element text goes down the page; from one to the next it goes down, or on to the right."""
    inside = read[name]
    for number, page in enumerate(inside.file.pages):
        places = dict(_places(page))
        for one in inside.elements:
            own = [places[mark] for at, mark in inside._marks(one) if at == number and mark in places]
            assert all(after[1] <= before[1] + 0.1 for before, after in pairwise(own))
        order = [places[mark] for mark in sorted(places)]
        for before, after in pairwise(order):
            assert after[1] <= before[1] + 0.1 or after[0] > before[0], (number + 1, before, after)


@every_hard_document
def test_bookmarks_lead_to_every_section(
    hard: Mapping[str, Made], read: Mapping[str, Inside], name: str
) -> None:
    """Each section has a bookmark, in order, that leads to the page on which its heading stands."""
    inside = read[name]
    heads = {
        "".join(inside.marks[mark] for mark in inside._marks(one)): next(inside._marks(one))[0]
        for one in _of_kind(inside, "/H2")
    }
    with inside.file.open_outline() as outline:
        led = {str(one.title): one.destination for one in outline.root}
    sections = [section.title for section in hard[name].content.sections]
    assert [title for title in led if title in sections] == sections
    for title in sections:
        destination: Any = led[title]
        assert inside.numbers[destination[0].objgen] == heads[title]


@every_hard_document
def test_links_stand_over_their_words(read: Mapping[str, Inside], name: str) -> None:
    """Every link has words, says where it leads, and leads to what is printed or to a page of the file."""
    inside = read[name]
    links = _of_kind(inside, "/Link")
    held = set()
    for one in links:
        words = "".join(inside.marks[mark] for mark in inside._marks(one))
        for kid in [kid for kid in one.K if isinstance(kid, pikepdf.Dictionary) and "/Obj" in kid]:
            note = kid.Obj
            held.add(note.objgen)
            assert words.strip()
            assert str(note.Contents)
            if note.A.S == "/GoTo":
                assert words.endswith(f"page {inside.numbers[note.A.D[0].objgen] + 1}")
            else:
                kind, _, rest = str(note.A.URI).partition(":")
                assert kind in ("http", "https", "mailto", "tel")
                assert rest in {
                    words.partition(":")[2],
                    words,
                    "".join(one for one in words if one in "+0123456789"),
                }
    notes = [note for page in inside.file.pages for note in page.get("/Annots", [])]
    assert {note.objgen for note in notes if note.Subtype == "/Link"} == held


@every_hard_document
def test_pages_are_numbered_as_they_are_printed(read: Mapping[str, Inside], name: str) -> None:
    """The foot of each page says its number as a viewer counts, and how many there are."""
    inside = read[name]
    total = len(inside.file.pages)
    assert "/PageLabels" not in inside.file.Root
    for number, said in enumerate(inside.artifacts, 1):
        assert f"Page {number} of {total}" in said


def test_a_long_table_repeats_its_head(read: Mapping[str, Inside]) -> None:
    """Sixty rows go over pages; each page begins with the heads, which the tree holds once."""
    inside = read["table-of-60-rows"]
    (table,) = _of_kind(inside, "/Table")
    pages = sorted({page for page, _ in inside._marks_within(table)})
    assert len(pages) > 2
    assert all(
        "Do they harm the " in said or "Telephone" in said
        for said in (inside.artifacts[at] for at in pages[1:])
    )
    assert len(_elements(_elements(table)[1])) == 60


def test_foreign_words_say_their_language(read: Mapping[str, Inside]) -> None:
    """Arabic, Urdu, Vietnamese and Chinese words carry their language for a voice that reads them."""
    for name, language in {"arabic": "ar", "urdu": "ur", "vietnamese": "vi", "mixed": "zh"}.items():
        said = b"".join(page.Contents.read_bytes() for page in read[name].file.pages)
        assert f"/Lang({language})".encode() in said, name
    assert set(TEXTS) <= set(read)


def _of_kind(inside: Inside, kind: str) -> list[Any]:
    return [one for one in inside.elements if str(one.S) == kind]


def _tops(inside: Inside) -> list[Any]:
    return _elements(inside.file.Root.StructTreeRoot.K)


def _elements(element: Any) -> list[Any]:
    kids = element.K if isinstance(element.K, pikepdf.Array) else [element.K]
    return [kid for kid in kids if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]


def _places(page: pikepdf.Page) -> Iterator[tuple[int, tuple[float, float]]]:
    """Yield where each marked content of a page begins: (MCID, (x, y)) of its first text."""
    mark: int | None = None
    for instruction in pikepdf.parse_content_stream(page):
        assert isinstance(instruction, pikepdf.ContentStreamInstruction)
        operands: Any = instruction.operands
        match str(instruction.operator):
            case "BDC" if operands[0] != "/Span" or "/MCID" in operands[1]:
                mark = int(operands[1]["/MCID"]) if "/MCID" in operands[1] else None
            case "Tm" if mark is not None:
                yield mark, (float(operands[4]), float(operands[5]))
                mark = None


def test_every_address_of_every_hard_document_stands_in_the_tree(
    hard: Mapping[str, Made], read: Mapping[str, Inside]
) -> None:
    """Read by the tree with nothing of ours, each answer is what was typed."""
    for name, inside in read.items():
        assert inside.texts == dict.fromkeys(inside.texts, "") | addressed(hard[name].content)
