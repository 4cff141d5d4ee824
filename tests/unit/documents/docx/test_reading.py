"""Reading the print and the data of a Word document back."""

from __future__ import annotations

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from formsvc.documents.docx import data, extract, package, read_print
from formsvc.documents.docx.reading import W, same_text
from formsvc.errors import Unreadable
from tests.unit.documents.docx.contents import HARD_TEXTS

STYLES = f'<w:styles xmlns:w="{W}">%s</w:styles>'


def _document(
    body: str, *, styles: str = "", view: dict[str, bytes] | None = None, **more: bytes
) -> dict[str, bytes]:
    relations = [("styles", "styles.xml")] + ([("customXml", "../customXml/item1.xml")] if view else [])
    written = "".join(
        f'<Relationship Id="r{n}" Type="{package.OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(relations)
    )
    relations_xml = f'<Relationships xmlns="{package.REL}">{written}</Relationships>'
    return {
        "word/document.xml": f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'.encode(),
        "word/styles.xml": (STYLES % styles).encode(),
        "word/_rels/document.xml.rels": relations_xml.encode(),
        **(view or {}),
        **more,
    }


def _control(path: str, inside: str) -> str:
    return f'<w:sdt><w:sdtPr><w:tag w:val="{path}"/></w:sdtPr><w:sdtContent>{inside}</w:sdtContent></w:sdt>'


def _para(*texts: str) -> str:
    return f"<w:p>{''.join(f'<w:r><w:t>{text}</w:t></w:r>' for text in texts)}</w:p>"


def test_paragraphs_cells_breaks_and_tabs_keep_words_apart() -> None:
    """Text is read as a reader meets it."""
    table = f"<w:tbl><w:tr><w:tc>{_para('c')}</w:tc><w:tc>{_para('d')}</w:tc></w:tr></w:tbl>"
    broken = "<w:p><w:r><w:t>x</w:t><w:br/><w:t>y</w:t><w:tab/><w:t>z</w:t></w:r></w:p>"
    body = _control("a", _para("one ", "word") + broken)
    assert read_print(_document(body + _control("b", table))) == {"a": "one word\nx\ny\tz", "b": "c\n\nd"}


def test_a_control_without_text_is_no_print() -> None:
    """A picture alone, or an empty control, is not addressed."""
    assert (
        read_print(_document(_control("a", "<w:p><w:r><w:drawing/></w:r></w:p>") + _control("b", _para(" "))))
        == {}
    )


@pytest.mark.parametrize(
    "body",
    [
        _control("a", _para("x")) * 2,
        _control("a", _control("b", _para("x"))),
        _control("", _para("x")),
        _control("x" * 65, _para("x")),
        _control("a", "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>x</w:t></w:r></w:p>"),
        _control("a", "<w:p><w:ins><w:r><w:t>x</w:t></w:r></w:ins></w:p>"),
        _control("a", "<w:p><w:del><w:r><w:delText>x</w:delText></w:r></w:del></w:p>"),
        _control("a", '<w:p><w:fldSimple w:instr="DATE"><w:r><w:t>x</w:t></w:r></w:fldSimple></w:p>'),
        _control("a", "<w:p><w:r><w:fldChar/></w:r></w:p>"),
        _control("a", '<w:p><w:r><w:sym w:char="F020"/></w:r></w:p>'),
        _control("a", '<w:p><w:hyperlink w:anchor="x"><w:r><w:t>x</w:t></w:r></w:hyperlink></w:p>'),
    ],
    ids=[
        "twice",
        "inside",
        "empty",
        "long",
        "hidden",
        "inserted",
        "deleted",
        "field",
        "field mark",
        "symbol",
        "link",
    ],
)
def test_doubtful_print_is_refused(body: str) -> None:
    """What two readers could see differently is not taken for print."""
    with pytest.raises(Unreadable):
        read_print(_document(body))


def test_a_style_that_hides_is_refused() -> None:
    """Text can be hidden by its style as well."""
    hiding = "<w:style><w:rPr><w:vanish/></w:rPr></w:style>"
    with pytest.raises(Unreadable):
        read_print(_document(_control("a", _para("x")), styles=hiding))


def test_print_is_read_strictly() -> None:
    """No DTD, no entity, no document: Unreadable and no other error."""
    for main in (b"", b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>', b"<a>"):
        with pytest.raises(Unreadable):
            read_print(_document("") | {"word/document.xml": main})
    with pytest.raises(Unreadable):
        read_print({})
    with pytest.raises(Unreadable):
        read_print(b"PK")


def test_the_same_words_are_the_same_text() -> None:
    """Lines may break elsewhere; words may not differ."""
    assert same_text("a\n b\u00a0c", "a b c")
    assert not same_text("a b", "ab")
    assert same_text(None, "")


PRINTABLE = st.text(st.characters(codec="utf-8", exclude_characters="\ufffe\uffff"))


@given(st.dictionaries(PRINTABLE, PRINTABLE))
def test_any_data_comes_back_exactly(said: dict[str, str]) -> None:
    """Canonical JSON survives XML byte for byte: every control character is escaped in it."""
    json = rfc8785.dumps(said)
    assert extract(_document("", view=data.parts(json))) == json


@pytest.mark.parametrize("name", sorted(HARD_TEXTS))
def test_hard_data_comes_back_exactly(name: str) -> None:
    """So does everything a person can type."""
    json = rfc8785.dumps({"text": HARD_TEXTS[name]})
    assert extract(_document("", view=data.parts(json))) == json


def test_just_one_view_is_taken() -> None:
    """No view, one that nobody refers to, one with markup in it, and two are refused."""
    good = data.parts(b"{}")
    marked = good | {data.ITEM: f'<view xmlns="{data.NAMESPACE}">{{<b/>}}</view>'.encode()}
    unrelated = {**_document(""), **good}
    for parts in (
        _document(""),
        unrelated,
        _document("", view=marked),
        _document("", view={data.ITEM: b"<a/>"}),
    ):
        with pytest.raises(Unreadable):
            extract(parts)
    twice = _document("", view=good)
    name = "word/_rels/document.xml.rels"
    again = b'<Relationship Id="again" Type="%s/customXml" Target="/customXml/item2.xml"/></Relationships>'
    twice[name] = twice[name].replace(b"</Relationships>", again % package.OFFICE.encode())
    with pytest.raises(Unreadable):
        extract(twice | {"customXml/item2.xml": good[data.ITEM]})
