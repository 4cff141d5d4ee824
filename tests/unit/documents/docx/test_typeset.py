"""Setting what a template printed."""

from __future__ import annotations

import hashlib

import pytest
from lxml import etree

from formsvc.documents.docx import package
from formsvc.documents.docx.pictures import Frame, code, fit, frames
from formsvc.documents.docx.reading import W
from formsvc.documents.docx.typeset import WHOLE_ROW_MOST, WP, A, R, typeset
from formsvc.errors import RenderFailed
from tests.unit.documents.docx.contents import HARD_TEXTS, photo, picture
from tests.unit.documents.docx.parts import text_of, w


def _set(body: str, **options: object) -> etree._Element:
    given = {"pictures": {}, "emoji_font": "Emoji", "styles": {}} | options
    root = package.parse(
        f'<w:body xmlns:w="{W}" xmlns:r="{R}" xmlns:wp="{WP}" xmlns:a="{A}">{body}</w:body>'.encode()
    )
    typeset(root, **given)  # type: ignore[arg-type]  # each test gives what it is about
    return root


def _para(text: str, *, shape: str = "", properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r>{shape}<w:t>{text}</w:t></w:r></w:p>"


def test_latin_text_is_left_alone() -> None:
    """Most text needs nothing, and nothing is done to it."""
    body = _para("Fish &amp; chips, Zażółć")
    assert etree.tostring(_set(body)) == etree.tostring(
        package.parse(
            f'<w:body xmlns:w="{W}" xmlns:r="{R}" xmlns:wp="{WP}" xmlns:a="{A}">{body}</w:body>'.encode()
        )
    )


def test_right_to_left_runs_and_paragraphs_are_marked() -> None:
    """Arabic gets direction and language; its paragraph runs right to left when it begins so."""
    root = _set(_para("ليلى and Leila", properties='<w:pStyle w:val="Value"/><w:jc w:val="left"/>'))
    marked = [text_of(run) for run in root.iter(w("r")) if run.find(f"{w('rPr')}/{w('rtl')}") is not None]
    assert "".join(marked).strip() == "ليلى"
    properties = root.find(f"{w('p')}/{w('pPr')}")
    assert properties is not None
    assert [etree.QName(one).localname for one in properties] == ["pStyle", "bidi", "jc"]
    assert root.find(f".//{w('lang')}") is not None
    assert _set(_para("Leila ليلى")).find(f".//{w('bidi')}") is None


def test_chinese_and_emoji_get_their_fonts() -> None:
    """Chinese takes the style's font for East Asia, an emoji the font of the style Emoji."""
    root = _set(_para("陳 🐟", shape='<w:rPr><w:rStyle w:val="Strong"/><w:b/></w:rPr>'))
    assert [(one.get(w("hint")), one.get(w("ascii"))) for one in root.iter(w("rFonts"))] == [
        ("eastAsia", None),
        (None, "Emoji"),
    ]
    orders = [[etree.QName(one).localname for one in properties] for properties in root.iter(w("rPr"))]
    assert orders == [["rStyle", "rFonts", "b", "lang"], ["rStyle", "b"], ["rStyle", "rFonts", "b"]]


def test_line_ends_and_tabs_become_words_own() -> None:
    """A newline inside a run is a line break, a tab a tab; the run keeps its form."""
    root = _set(_para("a\nb\tc", shape="<w:rPr><w:b/></w:rPr>"))
    assert [
        etree.QName(one).localname for run in root.iter(w("r")) for one in run if one.tag != w("rPr")
    ] == [
        "t",
        "br",
        "t",
        "tab",
        "t",
    ]
    assert all(run.find(f"{w('rPr')}/{w('b')}") is not None for run in root.iter(w("r")))


def test_what_stood_beside_a_text_in_its_run_stays() -> None:
    """A run may hold more than its text: all of it stays, in order."""
    root = _set("<w:p><w:r><w:tab/><w:t>ليلى</w:t><w:br/></w:r></w:p>")
    assert [etree.QName(one).localname for one in root.iter(w("tab"), w("t"), w("br"))] == ["tab", "t", "br"]


@pytest.mark.parametrize("name", sorted(HARD_TEXTS))
def test_no_word_is_lost(name: str) -> None:
    """Whatever was typed is there afterwards, word for word."""
    said = " ".join(HARD_TEXTS[name].split())
    root = package.parse(f'<w:body xmlns:w="{W}"><w:p><w:r><w:t/></w:r></w:p></w:body>'.encode())
    next(root.iter(w("t"))).text = said
    typeset(root, pictures={}, emoji_font="Emoji", styles={})
    assert text_of(root).split() == said.split()


def test_columns_share_the_width_by_weight() -> None:
    """The alternative text of a table gives its widths and is not left behind."""
    cells = "".join(f'<w:tc><w:tcPr><w:tcW w:w="300"/></w:tcPr>{_para(text)}</w:tc>' for text in "abc")
    root = _set(
        '<w:tbl><w:tblPr><w:tblDescription w:val="columns 1 2 7"/></w:tblPr><w:tblGrid>'
        f'<w:gridCol w:w="500"/><w:gridCol w:w="500"/></w:tblGrid><w:tr>{cells}</w:tr></w:tbl>'
    )
    assert [one.get(w("w")) for one in root.iter(w("gridCol"))] == ["100", "200", "700"]
    assert [one.get(w("w")) for one in root.iter(w("tcW"))] == ["100", "200", "700"]
    assert root.find(f".//{w('tblDescription')}") is None


def test_what_word_would_not_open_is_mended() -> None:
    """A table without rows goes; a cell without a paragraph gets one."""
    root = _set(
        "<w:tbl><w:tblPr/><w:tblGrid/></w:tbl>"
        "<w:tbl><w:tblPr/><w:tblGrid/><w:tr><w:tc><w:tcPr/></w:tc><w:tc/></w:tr></w:tbl>"
    )
    (kept,) = root.findall(w("tbl"))
    assert all(cell[-1].tag == w("p") for cell in kept.iter(w("tc")))


def test_an_empty_paragraph_stays_only_between_tables() -> None:
    """Two tables stay two; where text comes next, or a second such paragraph, nothing empty is left."""
    gap = _para("", properties='<w:pStyle w:val="AfterTable"/>')
    table = f"<w:tbl><w:tblPr/><w:tr><w:tc>{gap}</w:tc></w:tr></w:tbl>"
    for body, wanted in (
        (table + gap + table, "tbl p tbl"),
        (table + gap + gap + table, "tbl p tbl"),
        (table + gap + _para("Text") + gap + table, "tbl p tbl"),
        (gap + table + gap, "tbl"),
        (table + gap.replace("</w:pPr>", "<w:sectPr/></w:pPr>"), "tbl p"),
        (table + _para(""), "tbl p"),
    ):
        root = _set(body)
        assert " ".join(etree.QName(one).localname for one in root) == wanted
        assert all(len(cell) == 1 for cell in root.iter(w("tc")))


def test_a_row_stays_whole_until_it_is_long() -> None:
    """A row that would leave half a page empty may split; any other may not."""

    def row(text: str) -> str:
        return f"<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc>{_para(text)}</w:tc></w:tr>"

    root = _set(
        f"<w:tbl><w:tblPr/><w:tblGrid/>{row('x' * WHOLE_ROW_MOST)}{row('x' * (WHOLE_ROW_MOST + 1))}</w:tbl>"
    )
    assert [one.find(f"{w('trPr')}/{w('cantSplit')}") is not None for one in root.iter(w("tr"))] == [
        True,
        False,
    ]


def test_a_control_around_one_paragraph_moves_inside_it() -> None:
    """One paragraph: the control stands around its text. Several: around the paragraphs."""

    def control(*texts: str) -> str:
        inside = "".join(map(_para, texts))
        return f"<w:sdt><w:sdtPr><w:tag w:val='a'/></w:sdtPr><w:sdtContent>{inside}</w:sdtContent></w:sdt>"

    one, several = _set(control("a")), _set(control("a", "b"))
    assert [child.tag for child in one] == [w("p")]
    assert text_of(next(one.iter(w("sdtContent")))) == "a"
    assert [child.tag for child in several] == [w("sdt")]


def test_everything_that_must_be_unique_is_numbered() -> None:
    """Controls and drawings get numbers of their own, from the number asked for."""
    drawing = '<w:p><w:r><w:drawing><wp:inline><wp:docPr id="1"/></wp:inline></w:drawing></w:r></w:p>'
    control = '<w:sdt><w:sdtPr><w:id w:val="1"/></w:sdtPr><w:sdtContent/></w:sdt>'
    root = _set(control + control + drawing + drawing, first_id=7)
    numbers = [one.get(w("val")) for one in root.iter(w("id"))] + [
        one.get("id") for one in root.iter(f"{{{WP}}}docPr")
    ]
    assert numbers == ["7", "8", "9", "10"]


def _drawing(sha256: str) -> str:
    return (
        '<w:p><w:r><w:drawing><wp:inline><wp:extent cx="900" cy="1200"/><wp:docPr id="1" name="x"/>'
        f'<a:blip r:embed="picture:{sha256}"/><a:ext cx="900" cy="1200"/></wp:inline></w:drawing></w:r></w:p>'
    )


def test_a_picture_fits_its_frame() -> None:
    """A picture is shown whole, in proportion, as large as the frame of the template allows."""
    wide = Frame(part="p", relationship="rIdPicture1", data=b"", width=2000, height=1000)
    root = _set(_drawing("ab"), pictures={"ab": wide})
    assert next(root.iter(f"{{{A}}}blip")).get(f"{{{R}}}embed") == "rIdPicture1"
    assert {(one.get("cx"), one.get("cy")) for one in root.iter(f"{{{WP}}}extent", f"{{{A}}}ext")} == {
        ("900", "450")
    }
    assert fit(wide, 10, 10) == (10, 5)


def test_a_picture_that_is_not_there_is_refused() -> None:
    """No empty frame is printed in silence."""
    with pytest.raises(RenderFailed):
        _set(_drawing("ab"))


def test_frames_take_only_the_pictures_the_view_names() -> None:
    """Bytes under another hash, and bytes that are no JPEG or PNG, are refused."""
    (made,) = frames({picture().sha256: photo()}).values()
    assert (made.width, made.height, made.part) == (420, 560, "word/media/image1.jpeg")
    with pytest.raises(RenderFailed):
        frames({"0" * 64: photo()})
    nothing = b"GIF89a"
    with pytest.raises(RenderFailed):
        frames({hashlib.sha256(nothing).hexdigest(): nothing})


def test_the_code_is_the_same_each_time() -> None:
    """The QR code is a PNG made of the address alone."""
    assert code("https://forms.example.org/verify") == code("https://forms.example.org/verify")
    assert code("https://forms.example.org/verify").startswith(b"\x89PNG")
