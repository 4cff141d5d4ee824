"""The reader of sealed PDFs takes what we write and nothing that could be read in two ways."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formsvc.errors import Unreadable
from formsvc.seals.verify.pdf_content import read_page
from formsvc.seals.verify.pdf_fonts import font
from formsvc.seals.verify.pdf_objects import SealedPdf, Stream
from formsvc.seals.verify.pdf_sight import Box
from formsvc.seals.verify.pdf_tokens import Name, operations
from tests.unit.seals.small import a_view, sealed_pdf, unsealed_pdf


def _latin(string: bytes) -> tuple[str, float]:
    return string.decode("latin-1"), len(string) / 2


def texts_of(content: bytes) -> dict[int, str]:
    """Return what a content stream prints, by mark."""
    page = read_page(content, fonts={"F1": _latin}, images=frozenset(), paper=Box(0, 0, 595, 842))
    return {mark: "".join(said) for mark, said in page.texts.items()}


@pytest.mark.parametrize(
    ("content", "operands"),
    [
        (b"(a\\(b\\)c) Tj", [b"a(b)c"]),
        (b"(a(b)c) Tj", [b"a(b)c"]),
        (b"(\\101\\n\\\r\nx\\z) Tj", [b"A\nxz"]),
        (b"<4 1 4> Tj", [b"A@"]),
        (b"[(a)-20<42>] TJ", [[b"a", b"-20", b"B"]]),
        (b"/A#20B gs", ["A B"]),
        (b"% comment\n1 .5 -2. x", [b"1", b".5", b"-2."]),
        (b"<</A[1(x)]/B<</C true>>>> x", [{"A": [b"1", b"x"], "B": {"C": "true"}}]),
    ],
)
def test_operands_are_read(content: bytes, operands: list[object]) -> None:
    """Strings with escapes, hex, names, numbers, arrays and dictionaries come out as they are meant."""
    ((_, found),) = operations(content)
    assert found == operands


def test_quick_and_slow_reading_agree() -> None:
    """Text shown in one go is the text that is read word by word."""
    quick = b"/P<</MCID 1>>BDC\nBT\n1 0 0 1 9 9 Tm\n/F1 9 Tf\n[<4142>-20<43>]TJ\nET\nEMC"
    slow = b"/P % \n << /MCID 1 >> % \n BDC BT 1 0 0 1 9 9 Tm /F1 9 Tf [ (AB) % \n -20 (C) ] TJ ET EMC"
    assert texts_of(quick) == texts_of(slow) == {1: "ABC"}


@pytest.mark.parametrize(
    "content",
    [b"(", b"<</A>> x", b"[ x ]", b"]", b"<< ]", b"1 2", b"\x80", b"<</A 1/A 2>> x", b"[" * 99, b"<4g> Tj"],
)
def test_broken_content_is_refused(content: bytes) -> None:
    """Content that is cut short or does not match its brackets raises Unreadable."""
    with pytest.raises(Unreadable):
        list(operations(content))


@given(st.binary(max_size=300))
def test_any_content_is_read_or_refused(content: bytes) -> None:
    """Whatever bytes a page holds, the answer is text or Unreadable."""
    with contextlib.suppress(Unreadable):
        texts_of(content)


@pytest.mark.parametrize(
    "content", [b"1" * 400_000, b"1 " * 200_000, b"[" + b"1" * 200_000, b"[" + b"<4" * 90_000]
)
def test_long_runs_are_refused(content: bytes) -> None:
    """Content of one endless run, on which a careless pattern would never come back, is refused."""
    with pytest.raises(Unreadable):
        list(operations(content))


def _said_by(table: bytes) -> Callable[[bytes], str]:
    read = font(table, widths=defaultdict(float))
    return lambda string: read(string)[0]


def test_fonts_say_what_their_codes_mean() -> None:
    """Single entries, ranges and lists of a ToUnicode table are followed; unknown codes stay unknown."""
    decode = _said_by(
        b"1 begincodespacerange <0000> <FFFF> endcodespacerange"
        b" 2 beginbfchar <0001> <0041> <0002> <D83DDE00> endbfchar"
        b" 2 beginbfrange <0010> <0012> <0061> <0020> <0021> [<0066006C> <0042>] endbfrange"
    )
    assert decode(bytes.fromhex("0001000200100011001200200021FFFF")) == "A😀abcflB\ufffd"
    with pytest.raises(Unreadable):
        decode(b"\0")


@pytest.mark.parametrize(
    "table",
    [
        b"",
        b"begincodespacerange <00> <FFFF> endcodespacerange",
        b"begincodespacerange <000000> <FFFFFF> endcodespacerange",
        b"begincodespacerange <0000> <FFFF> endcodespacerange beginbfchar <0001> endbfchar",
        b"begincodespacerange <0000> <FFFF> endcodespacerange beginbfchar <0001> <D8> endbfchar",
        b"begincodespacerange <0000> <FFFF> endcodespacerange beginbfrange <0009> <0001> <0041> endbfrange",
    ],
)
def test_font_that_does_not_say_is_refused(table: bytes) -> None:
    """A table that is empty, mixed or broken gives no text rather than a wrong one."""
    with pytest.raises(Unreadable):
        _said_by(table)(b"\0\1")


def test_objects_of_a_sealed_file_are_read() -> None:
    """Catalog, streams and references come out of the one table of a file of ours."""
    file = SealedPdf(sealed_pdf())
    assert file.root["/Type"] == "/Catalog"
    content = file.object(4)
    assert isinstance(content, Stream)
    assert b"MCID 0" in content.data


def test_same_name_twice_is_refused() -> None:
    """A dictionary that says two things under one name is refused, quick or slow."""
    for entry in ("/Twice 1/Twice 2", "/Twice 1.5/Twice 2", "/Twic#65 1/Twice 1"):
        with pytest.raises(Unreadable):
            SealedPdf(unsealed_pdf(a_view(), page=entry))


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "object nobody lists": lambda pdf: _moved(pdf, b"98 0 obj\n<<>>\nendobj\n"),
    "bytes between objects": lambda pdf: _moved(pdf, b"garbage\n"),
    "comment between objects": lambda pdf: _moved(pdf, b"% garbage\n"),
    "older version": lambda pdf: pdf.replace(b"trailer\n<<", b"trailer\n<</Prev 9"),
    "encryption": lambda pdf: pdf.replace(b"trailer\n<<", b"trailer\n<</Encrypt 9 0 R"),
    "other table": lambda pdf: pdf.replace(b"xref\n0 ", b"xref\n1 "),
    "other header": lambda pdf: b"%PDF-2.0" + pdf[8:],
    "length that lies": lambda pdf: pdf.replace(b"/Length ", b"/Length 9", 1),
}


def _moved(pdf: bytes, more: bytes) -> bytes:
    at = pdf.rindex(b"\nxref\n") + 1
    return pdf[:at] + more + pdf[at:].replace(b"startxref\n%d" % at, b"startxref\n%d" % (at + len(more)))


@pytest.mark.parametrize("name", CHANGES)
def test_file_not_built_as_ours_is_refused(name: str) -> None:
    """Hidden objects, bytes between objects, older versions, encryption: not ours."""
    with pytest.raises(Unreadable):
        SealedPdf(CHANGES[name](unsealed_pdf(a_view())))


def test_names_are_meant_as_they_are_escaped() -> None:
    """An escaped name is the same name."""
    assert [found for _, found in operations(b"/#41 x")] == [[Name("A")]]
