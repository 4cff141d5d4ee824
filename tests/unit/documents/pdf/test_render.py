"""The PDF of a view: what stands in it, at which address, on which page."""

from __future__ import annotations

import gc
import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image

from formsvc.documents import pdf
from formsvc.documents.content import addressed
from formsvc.documents.pdf import BYTE_RANGE, SealPlace
from formsvc.documents.slots import Slot
from formsvc.errors import FontsMissing, GlyphsMissing, RenderFailed
from formsvc.fields.blocks import Cards, Item, Pairs, Picture, Row, Text
from tests.unit.documents.pdf.contents import (
    HARD_TEXTS,
    content,
    ordinary,
    photo,
    picture,
    printed,
    said,
    section,
    sheet,
    silent,
    slot,
    table,
    view,
)
from tests.unit.documents.pdf.reading import Inside

PLACE = SealPlace(
    contents_bytes=3000,
    name="Calderholme Children's Services (seal)",
    reason="Trigger Plan TP-7Q4K-2M9X revision 3",
    at=datetime(2026, 11, 22, 18, 5, tzinfo=UTC),
)


def test_every_address_holds_exactly_its_text() -> None:
    """What the content says at an address is what the marks below it say, paragraph by paragraph."""
    said_here = ordinary()
    assert Inside(printed(said_here)).texts == addressed(said_here)


@pytest.mark.parametrize("name", HARD_TEXTS)
def test_anything_typed_comes_back_as_it_was_typed(name: str) -> None:
    """In a pair, across the page, in a table and on the sheet: the same characters in order."""
    text = HARD_TEXTS[name]
    here = content(
        section(
            said("pair", "Pair", text),
            said("wide", text, text, wide=True),
            table("rows", "Rows", ("One", "Two", "Three"), (text, text, text)),
        ),
        sheet=sheet(triggers=text, known_as=text),
    )
    assert Inside(printed(here)).texts == addressed(here)


def test_the_same_view_gives_the_same_bytes() -> None:
    """Two renderings of one view are one file, in whatever order other documents were made."""
    first = printed(ordinary(), seal=PLACE)
    printed(content(section(said("x", "X", HARD_TEXTS["arabic"] + HARD_TEXTS["chinese"]))))
    assert printed(ordinary(), seal=PLACE) == first


def test_characters_that_no_font_draws_are_refused_by_name() -> None:
    """Every one of them is named, wherever it stands, and nothing is written."""
    here = content(
        section(said("a", "A", "fine ᚠ text"), said("b", "B ⌬", "ᚠ again, and \U0001f9ff fine")),
        sheet=sheet(name="⍼ Letty"),
    )
    with pytest.raises(GlyphsMissing) as raised:
        printed(here)
    assert set(raised.value.characters) == {"ᚠ", "⌬", "⍼"}


def test_marks_that_are_drawn_as_nothing_are_no_reason_to_refuse() -> None:
    """Joiners, variation selectors, marks of direction, soft hyphens: they stand there, undrawn."""
    text = "a\u200db \ufe0f c\u200e\u200f d\u00ade \u200b \u2060 \u034f"
    here = content(section(said("a", "A", text)))
    assert Inside(printed(here)).texts["a"] == text


@pytest.mark.parametrize("text", ["\x01", "a\x07b", "\ud83d"])
def test_what_is_no_character_is_refused(text: str) -> None:
    """Controls and lone surrogates that got past the cleaner are named, not drawn."""
    with pytest.raises(GlyphsMissing):
        printed(content(section(said("a", "A", text))))


def test_missing_fonts_are_told_with_the_remedy(tmp_path: Path) -> None:
    """Without the fonts that set-up fetches there is no document, and the error says what to run."""
    with pytest.raises(FontsMissing, match="make install"):
        pdf.render(view(), content=ordinary(), fonts=tmp_path)


def test_ten_thousand_characters_run_over_pages() -> None:
    """A long answer is cut between lines, none lost, and no page is left empty before it."""
    text = "She left by the back stairs and nobody saw. " * 240
    here = content(section(said("short", "Short", "First"), said("long", "Long", text.strip(), wide=True)))
    read = Inside(printed(here))
    assert read.texts["long"] == text.strip()
    assert read.pages_of("long") == [1, 2, 3]


def test_nothing_is_drawn_below_the_foot_however_long() -> None:
    """Beside a photo, below a long label, as a heading, in a cell: what is too long goes on overleaf."""
    long = "Nobody saw her leave. " * 500
    photo_item = Item(
        path="p",
        label="P",
        blocks=(picture(photo()), Pairs((("Taken", "May"), ("In their own words", long)))),
    )
    asked = Item(
        path="q", label="Q", blocks=(Text("Yes"), Pairs((("What makes you think that " * 3, long),)))
    )
    card = Cards(
        (Row(id="r", heading=long.strip(), items=(said("c.r.x", "X", long), said("c.r.y", "Y", "y"))),)
    )
    here = content(
        section(photo_item, asked, Item(path="c", label="C", blocks=(card,)), title="Long"),
        section(table("t", "T", ("One", "Two"), (long, "short"), ("short", long))),
        sheet=sheet(**dict.fromkeys(("name", "risks", "ring_now", "known_as", "phones", "marks"), long)),
    )
    read = Inside(printed(here))
    assert {path: " ".join(text.split()) for path, text in read.texts.items()} == {
        path: " ".join(text.split()) for path, text in addressed(here).items()
    }
    lowest = [
        float(y)
        for page in read.file.pages
        for y in re.findall(rb"1 0 0 1 [-\d.]+ ([-\d.]+) Tm", page.Contents.read_bytes())
    ]
    assert min(lowest) > 15
    body = [y for y in lowest if y > 58]
    assert all(y > 62 for y in body)


def test_the_head_of_a_table_is_repeated_and_counted_once() -> None:
    """Sixty rows over pages: one head in the structure, the others are decoration; rows stay whole."""
    rows = [(f"Person {n}", f"{n} Withy Rise " * 8) for n in range(1, 61)]
    here = content(section(table("crowd", "Crowd", ("Name", "Address"), *rows)))
    read = Inside(printed(here))
    assert read.texts == addressed(here)
    heads = [one for one in read.elements if str(one.S) == "/TH" and "/ID" not in one]
    assert [str(one.A.Scope) for one in heads] == ["/Column", "/Column"]
    repeated = [artifacts.count("Address") for artifacts in read.artifacts]
    pages = sorted({page for n in range(1, 61) for page in read.pages_of(f"crowd.r{n}.c2")})
    assert len(pages) == 3
    assert [repeated[page - 1] for page in pages] == [0] + [1] * (len(pages) - 1)
    assert all(len(read.pages_of(f"crowd.r{n}.c2")) == 1 for n in range(1, 61))


def _first_cell(columns: tuple[str, ...], rows: int) -> tuple[Inside, Any]:
    said = table("t", "T", columns, *(tuple(f"{column} {n}" for column in columns) for n in range(rows)))
    read = Inside(printed(content(section(said))))
    return read, next(one for one in read.elements if bytes(one.get("/ID", b"")) == b"t.r1.c1")


def test_rows_have_heads_of_their_own() -> None:
    """The first cell of a row is its head, so that a reader hears whose row it is."""
    _read, cell = _first_cell(("Name", "Age", "Telephone"), 3)
    assert (str(cell.S), str(cell.A.Scope)) == ("/TH", "/Row")


@pytest.mark.parametrize(("columns", "rows"), [(("Name", "Age"), 9), (("Name", "Age", "Telephone"), 2)])
def test_rows_of_a_small_table_have_none(columns: tuple[str, ...], rows: int) -> None:
    """Where heads would outnumber what they head, only the columns have them."""
    _read, cell = _first_cell(columns, rows)
    assert str(cell.S) == "/TD"


def test_a_table_of_one_column_is_a_list() -> None:
    """Rows of which one thing is said are items of a list, each at its address."""
    _read, item = _first_cell(("Risk",), 3)
    assert [str(one.S) for one in (item, item.P, item.P.P)] == ["/LBody", "/LI", "/L"]


def test_no_heading_is_left_alone_at_the_foot_of_a_page() -> None:
    """Wherever a section begins, the first of its answers stands on the same page."""
    for filler in range(20, 34):
        here = content(
            section(*(said(f"f{n}", f"Field {n}", "Answer") for n in range(filler)), title="Before"),
            section(said("first", "First", "A first answer " * 20), title="After"),
        )
        read = Inside(printed(here))
        heading = next(
            one for one in read.elements if str(one.S) == "/H2" and read._paragraphs(one) == ["After"]
        )
        assert {page + 1 for page, _ in read._marks(heading)} == {read.pages_of("first")[0]}


def test_page_one_holds_the_whole_ordinary_sheet() -> None:
    """Everything that the searcher needs stands on the first page; the form begins on the second."""
    read = Inside(printed(ordinary()))
    places = {address: read.pages_of(address) for address in read.texts if address.startswith("@sheet")}
    assert set(map(tuple, places.values())) == {(1,)}
    assert read.pages_of("full_name") == [2]


def test_a_sheet_that_is_too_long_goes_on_and_says_so() -> None:
    """The least urgent answers are cut, continue on page two in the same element, and nothing is lost."""
    long = "A message or a call on the second phone, or a cancelled visit. " * 40
    here = replace(ordinary(), sheet=sheet(triggers=long.strip(), marks=long.strip(), hair=long.strip()))
    read = Inside(printed(here))
    assert read.texts == addressed(here)
    assert read.pages_of("@sheet.triggers")[:2] == [1, 2]
    for urgent in ("@sheet.risks.1", "@sheet.do_not_approach.1", "@sheet.medication", "@sheet.ring_now"):
        assert read.pages_of(urgent) == [1]
    assert "continues on page 2" in read.artifacts[0]
    assert {"Sheet for the search, continued", "What makes them run, continued"} <= set(read.artifacts[1])


def test_rows_that_stand_further_in_are_told_with_their_page() -> None:
    """The sheet names how many more there are, in which section, and on which page that begins."""
    here = replace(
        ordinary(),
        sheet=(*sheet(runs_to=""), slot("runs_to", "Runs to", "Gran", more=5, more_in="Risk")),
    )
    read = Inside(printed(here))
    page = read.pages_of("background")[0]
    assert f"and 5 more: Risk, page {page}" in read.marks.values()
    leads = next(note for note in read.file.pages[0].Annots if note.A.S == "/GoTo")
    assert read.numbers[leads.A.D[0].objgen] + 1 == page


@pytest.mark.parametrize(
    ("status", "demonstration", "words"),
    [
        ("approved", False, ""),
        ("not_yet_approved", False, "NOT YET APPROVED"),
        ("approved", True, "DEMONSTRATION"),
    ],
)
def test_what_may_not_be_relied_on_says_so_on_every_page(
    status: str, *, demonstration: bool, words: str
) -> None:
    """In a banner on page one and beside the marking above and below every page, or nowhere."""
    read = Inside(printed(replace(ordinary(), status=status, demonstration=demonstration)))
    everywhere = [[text for text in page if "OFFICIAL-SENSITIVE" in text] for page in read.artifacts]
    assert [len(page) for page in everywhere] == [2] * len(read.artifacts)
    for page in everywhere:
        assert all((words in text) == bool(words) or not words for text in page)
        assert all(text == "OFFICIAL-SENSITIVE" for text in page) == (not words)
    assert not words or words in read.marks.values()


def test_the_foot_tells_document_child_revision_and_page() -> None:
    """A page that got loose can be put back: whose, which, when, which check code, which of how many."""
    read = Inside(printed(ordinary()))
    total = len(read.artifacts)
    for number, texts in enumerate(read.artifacts, 1):
        foot = " ".join(texts)
        for part in ("Trigger Plan", "WNH", "TP-7Q4K-2M9X", "Revision 3", "22 November 2026, 18:05",
                     "9f2c 41aa 07be d31c", f"Page {number} of {total}"):  # fmt: skip
            assert part in foot


def test_a_jpeg_goes_in_as_it_is() -> None:
    """The bytes of the picture are those that were handed in, once for all its places."""
    read = Inside(printed(ordinary()))
    images = {
        one.objgen: one for page in read.file.pages for one in page.Resources.get("/XObject", {}).values()
    }
    (image,) = images.values()
    assert image.Filter == "/DCTDecode"
    assert image.read_raw_bytes() == photo()
    figures = [one for one in read.elements if str(one.S) == "/Figure" and "QR" not in str(one.Alt)]
    assert [str(one.Alt) for one in figures] == ['Head, "Letty" & blue jumper'] * 2


@pytest.mark.parametrize(
    "data", [photo((600, 300)), photo((300, 300), "PNG"), photo((200, 300), "JPEG", "L")]
)
def test_pictures_keep_their_proportions(data: bytes) -> None:
    """Landscape, square or narrow, in colour or grey: drawn as wide to high as it is, inside its room."""
    here = Item(path="@sheet.photo", label="Photo", blocks=(picture(data), Text("Taken in May")))
    place = Slot(name="photo", label="Photo", items=(here,))
    read = Inside(printed(content(sheet=(place, *sheet()[1:]))))
    width, height = Image.open(io.BytesIO(data)).size
    figure = next(one for one in read.elements if str(one.S) == "/Figure")
    left, low, right, high = (float(one) for one in figure.A.BBox)
    assert (right - left) / (high - low) == pytest.approx(width / height, rel=0.01)
    assert right - left <= 127.6
    assert high - low <= 170.1


def test_a_turned_photo_is_drawn_upright_from_the_same_bytes() -> None:
    """A telephone's sideways JPEG is turned by how it is placed; its bytes stay as they are."""
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.open(io.BytesIO(photo())).save(out, "JPEG", exif=exif)
    data = out.getvalue()
    here = content(section(Item(path="p", label="P", blocks=(picture(data),))))
    made = pdf.render(replace(view(), files={picture(data).sha256: data}), content=here)
    read = Inside(made)
    figure = next(one for one in read.elements if str(one.S) == "/Figure")
    left, low, right, high = (float(one) for one in figure.A.BBox)
    assert (right - left) / (high - low) == pytest.approx(560 / 420, rel=0.01)
    (image,) = read.file.pages[0].Resources.XObject.values()
    assert image.read_raw_bytes() == data


def test_a_jpeg_that_holds_the_mark_of_the_seal_is_redrawn() -> None:
    """A picture cannot pretend to be the place of the seal."""
    data = photo()
    evil = (
        data[:2]
        + b"\xff\xfe\x00\x40"
        + b"/ByteRange [0 0000000000 0000000000 0000000000]".ljust(62)
        + data[2:]
    )
    here = content(section(Item(path="p", label="P", blocks=(picture(evil),))))
    made = pdf.render(replace(view(), files={picture(evil).sha256: evil}), content=here, seal=PLACE)
    assert made.count(b"/ByteRange [0 ") == 1


@pytest.mark.parametrize("data", [b"", b"no picture", photo()[:300]])
def test_a_picture_that_cannot_be_read_is_refused(data: bytes) -> None:
    """There is no document with a hole in it."""
    here = content(section(Item(path="p", label="P", blocks=(picture(data),))))
    with pytest.raises(RenderFailed):
        pdf.render(replace(view(), files={picture(data).sha256: data}), content=here)


def test_a_picture_without_bytes_is_refused() -> None:
    """A view that names a picture it does not carry makes no document."""
    lost = Picture(sha256="0" * 64, media_type="image/jpeg", alt="")
    with pytest.raises(RenderFailed):
        printed(content(section(Item(path="p", label="P", blocks=(lost,)))))


def test_a_missing_photo_leaves_an_empty_frame_that_says_so() -> None:
    """Page one keeps its shape, and "Not recorded" stands where the caption would."""
    place = Slot(name="photo", label="Photo", items=(silent("@sheet.photo", "Photo"),))
    read = Inside(printed(content(sheet=(place, *sheet()[1:]))))
    assert read.texts["@sheet.photo"] == "Not recorded"
    assert "Figure" not in read.kinds()[: read.kinds().index("H2")]


def test_the_place_of_the_seal_stands_once_and_last() -> None:
    """One byte range and one room of zeros, of the size asked for, in the last object of the file."""
    made = printed(ordinary(), seal=PLACE)
    assert made.count(BYTE_RANGE) == made.count(b"/ByteRange") == made.count(b"/Contents <0") == 1
    zeros = re.search(rb"/Contents <(0+)>", made)
    assert zeros is not None
    assert len(zeros.group(1)) == 6000
    assert made.rfind(b" obj\n") < made.rfind(b"/ByteRange")
    assert made.find(b"endobj", made.rfind(b"/ByteRange")) == made.rfind(b"endobj")


def test_the_seal_has_a_field_that_certifies() -> None:
    """A widget of no size with a name, in the page and in the tree; no change is allowed after it."""
    made = pikepdf.open(io.BytesIO(printed(ordinary(), seal=PLACE)))
    (field,) = made.Root.AcroForm.Fields
    assert int(made.Root.AcroForm.SigFlags) == 3
    assert (str(field.FT), int(field.F), [int(one) for one in field.Rect]) == ("/Sig", 132, [0, 0, 0, 0])
    assert str(field.TU)
    assert field.P.Tabs == "/S"
    assert field.objgen in {one.objgen for one in made.pages[-1].Annots}
    value = field.V
    assert str(value.SubFilter) == "/ETSI.CAdES.detached"
    assert (str(value.Name), str(value.Reason)) == (PLACE.name, PLACE.reason)
    assert str(value.M) == "D:20261122180500+00'00'"
    assert made.Root.Perms.DocMDP.objgen == value.objgen
    assert int(value.Reference[0].TransformParams.P) == 1


def test_without_a_place_there_is_no_field() -> None:
    """A preview has neither form nor signature."""
    made = printed(ordinary())
    assert b"/AcroForm" not in made
    assert b"/ByteRange" not in made


def test_the_data_is_inside() -> None:
    """The canonical JSON of the view is the one associated file."""
    made = pikepdf.open(io.BytesIO(printed(ordinary())))
    (specification,) = made.Root.AF
    assert specification.AFRelationship == "/Data"
    assert specification.EF.F.read_bytes() == view().json
    assert str(specification.EF.F.Subtype) == "/application/json"
    assert list(made.attachments) == ["view.json"]


def test_every_section_can_be_gone_to() -> None:
    """The bookmarks are the sheet and the sections, in order."""
    made = pikepdf.open(io.BytesIO(printed(ordinary())))
    with made.open_outline() as outline:
        titles = [entry.title for entry in outline.root]
    assert titles == [
        "Sheet for the search",
        "Profile",
        "Risk",
        "Sign-offs",
        "What changed since revision 2",
        "How to check that this is genuine",
        "Where this may go",
    ]


def test_the_title_tells_the_document_and_not_the_child() -> None:
    """What a window, a file list or a search index shows is the reference and initials, no name."""
    made = pikepdf.open(io.BytesIO(printed(ordinary())))
    title = str(made.docinfo["/Title"])
    assert title == "Trigger Plan and Profile, WNH, TP-7Q4K-2M9X"
    with made.open_metadata() as metadata:
        assert metadata["dc:title"] == title
    assert made.Root.ViewerPreferences.DisplayDocTitle


def test_headings_go_down_one_step_at_a_time() -> None:
    """One H1, and no level is left out on the way down."""
    levels = [int(kind[1]) for kind in Inside(printed(ordinary())).kinds() if re.fullmatch("H[1-6]", kind)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_a_document_lets_go_of_what_it_was_made_of() -> None:
    """Nothing of a rendered document keeps itself alive, waiting for the collector."""
    here = ordinary()
    printed(here)
    gc.collect()
    gc.disable()
    try:
        printed(here)
        assert gc.collect() < 100
    finally:
        gc.enable()


def test_addresses_and_numbers_lead_where_they_say() -> None:
    """Addresses of mail and web and telephone numbers are links to what is printed, and to nothing else."""
    told = "Write to t.nwosu@example.org. Ring 07700 900142 (or +44 1632 960100); see https://forms.example.org/a."
    answers = (said("a", "A", told), said("b", "B", "07700 900143"), said("c", "C", "IMEI 001010052277418"))
    here = content(section(*answers))
    read = Inside(printed(here))
    assert read.texts == addressed(here)
    links = [note for page in read.file.pages for note in page.get("/Annots", []) if note.Subtype == "/Link"]
    assert [str(note.A.URI) for note in links] == [
        "mailto:t.nwosu@example.org", "tel:07700900142", "tel:+441632960100", "https://forms.example.org/a",
        "tel:07700900143", "https://forms.example.org/verify",
    ]  # fmt: skip
    elements = [one for one in read.elements if one.S == "/Link"]
    shown = ["".join(read.marks[mark] for mark in read._marks_within(one)) for one in elements]
    assert shown[:5] == [
        "t.nwosu@example.org", "07700 900142", "+44 1632 960100", "https://forms.example.org/a",
        "07700 900143",
    ]  # fmt: skip


def test_a_link_over_two_lines_is_one_link() -> None:
    """An address that is cut at a line's end is one link with an area on each line."""
    address = "https://forms.example.org/" + "/".join(f"part{n}" for n in range(30))
    here = content(section(said("a", "A", f"See {address} and ليلى معي 07700 900688 there.")))
    read = Inside(printed(here))
    assert read.texts == addressed(here)
    links = [one for one in read.elements if one.S == "/Link"]
    assert len(links) == 3
    assert sum(kid.get("/Type") == "/OBJR" for kid in links[0].K if isinstance(kid, pikepdf.Dictionary)) > 1
    assert "".join(read.marks[mark] for mark in read._marks_within(links[0])) == address


def test_a_card_that_goes_on_says_whose_it_is() -> None:
    """Above what stands on a second page of a card its heading is repeated, beside the tree."""
    rows = (
        Row(
            id=f"r{n}",
            heading=f"Place {n}",
            items=(
                said(f"g.r{n}.name", "Name", f"Place {n}"),
                *(said(f"g.r{n}.w{at}", "Why", "It is dry there. " * 60, wide=True) for at in range(6)),
            ),
        )
        for n in range(1, 7)
    )
    here = content(section(Item(path="g", label="Places", blocks=(Cards(tuple(rows)),), wide=True)))
    read = Inside(printed(here))
    assert read.texts == addressed(here)
    for page, repeated in enumerate(read.artifacts[1:], 1):
        continued = [one.removesuffix(", continued") for one in repeated if one.endswith(", continued")]
        begun = {text for at in range(page) for (on, _), text in read.marks.items() if on == at}
        assert set(continued) <= begun
    assert any(one.endswith(", continued") for page in read.artifacts for one in page)
