"""The verifier says of a Word document what is true of it, and never calls a touched one genuine."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest

from formsvc import clock
from formsvc.documents.docx.data import parts as data_parts
from formsvc.errors import Unreadable
from formsvc.seals import package
from formsvc.seals.opc import seal_docx
from formsvc.seals.verify import Limits, Trust, Verification, extract, verify
from tests.attacks.docx_forging import packed
from tests.unit.seals.small import (
    AT,
    a_view,
    demonstration_key,
    key,
    printed_by,
    sealed_docx,
    trust,
    unsealed_docx,
    unzipped,
    zipped,
)

DOCUMENT = "word/document.xml"
SIGNATURE = "_xmlsignatures/sig1.xml"


def judged(docx: bytes, *, here: Trust | None = None, limits: Limits | None = None) -> Verification:
    """Return the verification on the day of sealing."""
    with clock.held(AT):
        return verify(docx, name="file.docx", trust=here or trust(), limits=limits)


@pytest.mark.parametrize("kind", ["p256", "rsa"])
def test_sealed_docx_is_genuine(kind: str) -> None:
    """A file sealed here is intact, covered to the last byte, trusted, and prints its data."""
    found = judged(sealed_docx(by=key(kind)), here=trust(key(kind)))
    assert found.genuine
    assert found.coverage.code == "whole"
    assert found.time.code == "claimed"
    assert "2026-11-22 18:05:00 UTC" in found.time.words
    assert found.level.detail["level"] == "XAdES-EPES"
    assert found.identity == found.signatures[0].identity


def test_data_comes_out_exactly() -> None:
    """The JSON inside is given back byte for byte."""
    assert extract(sealed_docx()) == a_view().json


def test_unknown_and_demonstration_signers() -> None:
    """A signer nobody knows is unknown; a demonstration counts only where it was made."""
    assert judged(sealed_docx(), here=Trust()).signer.code == "unknown_signer"
    demonstration = sealed_docx(a_view(demonstration=True), by=demonstration_key())
    assert judged(demonstration, here=trust(demonstration_key())).genuine
    assert judged(demonstration).signer.code == "demonstration_elsewhere"


def test_properties_are_compared_with_the_view_too() -> None:
    """Properties that do not follow from the data are named, even where the seal covers them."""
    found = judged(sealed_docx(parts={"docProps/core.xml": b"<x/>"}))
    assert found.coverage.code == "whole"
    assert found.data.code == "properties_changed"
    assert not found.genuine


def test_every_header_byte_of_the_container_counts() -> None:
    """A container whose times or versions were changed shows the same parts, and is not ours any more."""
    docx = sealed_docx()
    assert judged(zipped(unzipped(docx))).coverage.code == "container_changed"
    assert judged(docx[:-2] + b"\x01\x00x").coverage.code == "container_changed"  # a comment at the end
    first = docx[:10] + b"\x01\x00" + docx[12:]  # a time in the first local header
    assert judged(first).coverage.code == "container_changed"
    directory = docx.index(b"PK\x01\x02")
    last = docx[: directory + 4] + b"\x3f" + docx[directory + 5 :]  # made by another version
    assert judged(last).coverage.code == "container_changed"


# ---------------------------------------------------------------- bombs


def test_bomb_is_refused_quickly() -> None:
    """A part that unpacks to gigabytes is refused by what its header says, and by what it yields."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("[Content_Types].xml", b"<x/>")
        bomb.writestr("word/document.xml", b"\0" * 40_000_000)
    found = judged(out.getvalue())
    assert found.readable.code == "unreadable"
    assert "packed too tightly" in found.readable.words


def test_part_that_lies_about_its_size_is_refused() -> None:
    """No more is unpacked than the header announces."""
    packed = package.packed("word/document.xml", b"\0" * 1_000_000)
    liar = package.Entry(name=packed.name, method=8, crc=packed.crc, size=10, raw=packed.raw)
    with pytest.raises(Unreadable):
        liar.unpack()


@pytest.mark.parametrize(
    "limits", [Limits(file_bytes=100), Limits(entries=3), Limits(unpacked_bytes=1000)], ids=str
)
def test_limits_hold(limits: Limits) -> None:
    """Size, number of entries and unpacked size are bounded by settings."""
    assert judged(sealed_docx(), limits=limits).readable.code == "unreadable"


HOSTILE_XML = {
    "entities": b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>',
    "external entity": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
    "external document type": b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>',
    "deep": b"<x>" * 5000 + b"</x>" * 5000,
    "cut": b"<x><y></x>",
    "not XML": b"\x00\xff\x00",
}


@pytest.mark.parametrize(
    "part", ["[Content_Types].xml", "_rels/.rels", DOCUMENT, SIGNATURE, "customXml/item1.xml"]
)
@pytest.mark.parametrize("name", HOSTILE_XML)
def test_hostile_xml_is_refused_everywhere(part: str, name: str) -> None:
    """No entity is expanded, nothing is fetched, nothing deep is followed, in whichever part it stands."""
    contents = unzipped(sealed_docx()) | {part: HOSTILE_XML[name]}
    found = judged(packed(contents))
    assert not found.genuine
    assert "not understood" not in found.readable.words


# ---------------------------------------------------------------- what was sealed is itself wrong


def test_print_that_differs_is_named_by_path() -> None:
    """Print and data that disagree are found even under a good seal."""
    found = judged(sealed_docx(texts=printed_by(a_view()) | {"full_name": "Nobody In vented"}))
    assert (found.integrity.code, found.print.code) == ("intact", "print_differs")
    assert found.print.detail["paths"] == ["full_name"]


@pytest.mark.parametrize("change", ["missing", "extra"])
def test_print_has_every_address_and_no_other(change: str) -> None:
    """An answer left out of the print, or one too many, is found."""
    texts = printed_by(a_view())
    if change == "missing":
        del texts["told"]
    else:
        texts["other"] = "x"
    found = judged(sealed_docx(texts=texts))
    assert found.print.detail["paths"] == ["told" if change == "missing" else "other"]


@pytest.mark.parametrize(
    "arrow",
    [
        'Type="http://x.example.org/attachedTemplate" Target="https://x.example.org/t" TargetMode="External"',
        'Type="http://x.example.org/image" Target="https://x.example.org/t" TargetMode="External"',
        'Type="http://x.example.org/hyperlink" Target="file:///c:/x" TargetMode="External"',
        'Type="http://x.example.org/aFChunk" Target="document.xml"',
    ],
)
def test_links_out_of_the_file_are_named(arrow: str) -> None:
    """Nothing outside the file may become part of what it shows."""
    assert judged(sealed_docx(arrows=f'<Relationship Id="x" {arrow}/>')).hidden.code == "hidden"


def test_page_numbers_and_web_links_are_fine() -> None:
    """Ordinary fields and hyperlinks hide nothing."""
    link = (
        '<Relationship Id="x" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        'hyperlink" Target="https://forms.example.org/verify" TargetMode="External"/>'
    )
    body = '<w:p><w:fldSimple w:instr=" PAGE "/><w:r><w:rPr><w:vanish w:val="0"/></w:rPr></w:r></w:p>'
    assert judged(sealed_docx(body=body, arrows=link)).genuine


def test_view_twice_is_refused() -> None:
    """A package with two views is not ours, whichever of them is meant."""
    second = {"customXml/item2.xml": data_parts(a_view(full_name="Other").json)["customXml/item1.xml"]}
    arrow = (
        '<Relationship Id="rIdTwo" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        'customXml" Target="../customXml/item2.xml"/>'
    )
    found = judged(sealed_docx(parts=second, arrows=arrow))
    assert found.data.code == "data_odd"
    assert not found.genuine


def test_expired_certificate_is_bad() -> None:
    """A signature whose own time lies after its certificate's end is refused."""
    late = key().not_after + timedelta(days=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(key()), "refuse_unless_valid", lambda *_: None)
        docx = seal_docx(unsealed_docx(a_view()), key(), at=late)
    with clock.held(late):
        assert verify(docx, name="", trust=trust()).signer.code == "expired"
