"""The verifier says of a Word document what is true of it, and never calls a touched one genuine."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta

import pytest

from formsvc import clock
from formsvc.documents.docx.data import parts as data_parts
from formsvc.errors import Unreadable
from formsvc.seals import package
from formsvc.seals.keys import P256_ORDER
from formsvc.seals.opc import seal_docx
from formsvc.seals.verify import Limits, Status, Trust, Verification, extract, verify
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
Change = Callable[[dict[str, bytes]], object]


def judged(docx: bytes, *, here: Trust | None = None, limits: Limits | None = None) -> Verification:
    """Return the verification on the day of sealing."""
    with clock.held(AT):
        return verify(docx, name="file.docx", trust=here or trust(), limits=limits)


def packed_again(contents: dict[str, bytes]) -> bytes:
    """Return parts in a container in our own canonical form: only the content differs."""
    body, offsets, entries = bytearray(), [], []
    for name, content in contents.items():
        offsets.append(len(body))
        entries.append(package.packed(name, content, deflate=not name.startswith("_xmlsignatures/")))
        body += package.write_local(entries[-1])
    return bytes(body) + package.write_directory(entries, offsets=offsets, start=len(body))


def changed(change: Change) -> bytes:
    """Return a sealed document whose parts were changed and packed again."""
    contents = unzipped(sealed_docx())
    change(contents)
    return packed_again(contents)


def with_signature(docx: bytes, written: bytes) -> bytes:
    """Return a sealed document with another signature part, its container in our form."""
    entries = list(package.read(docx, limits=Limits()).entries)
    offsets = [one.offset for one in entries]
    entries[-1] = package.packed(SIGNATURE, written, deflate=False)
    body = docx[: offsets[-1]] + package.write_local(entries[-1])
    return body + package.write_directory(entries, offsets=offsets, start=len(body))


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


# ---------------------------------------------------------------- attacks on the package

ADDED_TYPE = b'<Override PartName="/word/extra.xml" ContentType="application/xml"/></Types>'


def _add_part(contents: dict[str, bytes]) -> None:
    contents["word/extra.xml"] = b"<x/>"


def _add_relationship(contents: dict[str, bytes]) -> None:
    contents["word/_rels/document.xml.rels"] = contents["word/_rels/document.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="rIdX" Type="http://x.example.org/t" Target="document.xml"/></Relationships>',
    )


def _add_core_relationship(contents: dict[str, bytes]) -> None:
    contents["_rels/.rels"] = contents["_rels/.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="rIdX" Type="http://schemas.openxmlformats.org/package/2006/relationships/'
        b'metadata/thumbnail" Target="word/document.xml"/></Relationships>',
    )


def _point_elsewhere(contents: dict[str, bytes]) -> None:
    contents["_rels/.rels"] = contents["_rels/.rels"].replace(b"word/document.xml", b"word/documenu.xml")


def _change_type(contents: dict[str, bytes]) -> None:
    contents["[Content_Types].xml"] = contents["[Content_Types].xml"].replace(
        b"document.main+xml", b"template.main+xml"
    )


def _add_type(contents: dict[str, bytes]) -> None:
    contents["[Content_Types].xml"] = contents["[Content_Types].xml"].replace(b"</Types>", ADDED_TYPE)


def _change_text(contents: dict[str, bytes]) -> None:
    contents[DOCUMENT] = contents[DOCUMENT].replace(b"Nobody", b"Nobodx")


def _remove_part(contents: dict[str, bytes]) -> None:
    del contents["customXml/itemProps1.xml"]


def _rename_part(contents: dict[str, bytes]) -> None:
    contents["word/Document.xml"] = contents.pop(DOCUMENT)


def _swap_parts(contents: dict[str, bytes]) -> None:
    one, two = "customXml/item1.xml", "customXml/itemProps1.xml"
    contents[one], contents[two] = contents[two], contents[one]


def _change_properties(contents: dict[str, bytes]) -> None:
    contents["docProps/core.xml"] = contents["docProps/core.xml"].replace(b"Small Plan", b"Other Plan")


def _add_properties(contents: dict[str, bytes]) -> None:
    contents["docProps/custom.xml"] = b"<x/>"


def _strip(contents: dict[str, bytes]) -> None:
    for name in [name for name in contents if name.startswith("_xmlsignatures/")]:
        del contents[name]


def _strip_origin(contents: dict[str, bytes]) -> None:
    _strip(contents)
    contents["_rels/.rels"] = contents["_rels/.rels"].replace(b"digital-signature/origin", b"x")


def _second_signature(contents: dict[str, bytes]) -> None:
    contents["_xmlsignatures/sig2.xml"] = contents[SIGNATURE]
    contents["_xmlsignatures/_rels/origin.sigs.rels"] = contents[
        "_xmlsignatures/_rels/origin.sigs.rels"
    ].replace(
        b"</Relationships>",
        b'<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/'
        b'digital-signature/signature" Target="sig2.xml"/></Relationships>',
    )
    contents["[Content_Types].xml"] = contents["[Content_Types].xml"].replace(
        b"</Types>",
        b'<Override PartName="/_xmlsignatures/sig2.xml" ContentType="application/vnd.openxmlformats-package'
        b'.digital-signature-xmlsignature+xml"/></Types>',
    )


def _hide_in_signatures(contents: dict[str, bytes]) -> None:
    contents["_xmlsignatures/extra.xml"] = b"<x/>"


ATTACKS: dict[str, tuple[Change, str, str]] = {
    "part added": (_add_part, "coverage", "parts_not_covered"),
    "relationship added": (_add_relationship, "coverage", "relationships_not_covered"),
    "relationship of a kind Word leaves open": (
        _add_core_relationship,
        "coverage",
        "relationships_not_covered",
    ),
    "relationship turned": (_point_elsewhere, "integrity", "changed"),
    "content type changed": (_change_type, "coverage", "types_changed"),
    "content type added": (_add_type, "coverage", "container_changed"),
    "text changed": (_change_text, "integrity", "changed"),
    "part removed": (_remove_part, "integrity", "changed"),
    "part renamed by case": (_rename_part, "integrity", "changed"),
    "parts swapped": (_swap_parts, "integrity", "changed"),
    "properties changed": (_change_properties, "coverage", "container_changed"),
    "properties added": (_add_properties, "coverage", "types_changed"),
    "signature stripped": (_strip, "integrity", "not_signed"),
    "signature stripped whole": (_strip_origin, "integrity", "not_signed"),
    "signature copied": (_second_signature, "coverage", "container_changed"),
    "part beside the signature": (_hide_in_signatures, "coverage", "parts_not_covered"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_attack_is_seen(name: str) -> None:
    """Whatever is done to a sealed package without its key, it is not genuine, and the verdict says why."""
    change, verdict, code = ATTACKS[name]
    found = judged(changed(change))
    assert not found.genuine
    told = getattr(found, verdict)
    assert (told.status, told.code) == (Status.BAD, code), found.to_json()


def test_properties_are_compared_with_the_view_too() -> None:
    """Properties that do not follow from the data are named, even where the seal covers them."""
    found = judged(sealed_docx(parts={"docProps/core.xml": b"<x/>"}))
    assert found.coverage.code == "whole"
    assert found.data.code == "properties_changed"
    assert not found.genuine


WRAPPINGS: dict[str, tuple[bytes, bytes]] = {
    "space in the frame": (b"</SignatureValue><KeyInfo>", b"</SignatureValue> <KeyInfo>"),
    "comment in the frame": (b"<KeyInfo>", b"<!-- x --><KeyInfo>"),
    "attribute on the frame": (b"<KeyInfo>", b'<KeyInfo Id="x">'),
    "object that nobody signed": (b"</Signature>", b"<Object>x</Object></Signature>"),
    "properties that nobody signed": (
        b"</xd:SignedProperties>",
        b"</xd:SignedProperties><xd:UnsignedProperties></xd:UnsignedProperties>",
    ),
    "base64 with a space": (b"</SignatureValue>", b" </SignatureValue>"),
    "another declaration": (b"<?xml version", b"<?xml  version"),
    "certificate twice": (b"</X509Certificate></X509Data>", b"</X509Certificate></X509Data><X509Data/>"),
    "single quotes": (b'Id="idPackageSignature"', b"Id='idPackageSignature'"),
}


@pytest.mark.parametrize("name", WRAPPINGS)
def test_signature_has_one_form(name: str) -> None:
    """What a signature leaves open in its own XML is found, though every digest still fits."""
    old, new = WRAPPINGS[name]
    docx = sealed_docx()
    contents = unzipped(docx)
    assert old in contents[SIGNATURE]
    again = with_signature(docx, contents[SIGNATURE].replace(old, new, 1))
    found = judged(again)
    assert found.coverage.code == "container_changed", found.to_json()
    assert not found.genuine


def test_larger_form_of_the_same_signature_value_is_refused() -> None:
    """ECDSA has two values for every signature; only the one we write is ours."""
    docx = sealed_docx()
    found = re.search(rb"<SignatureValue>([^<]+)<", docx)
    assert found is not None
    value = base64.b64decode(found[1])
    twin = value[:32] + (P256_ORDER - int.from_bytes(value[32:], "big")).to_bytes(32, "big")
    written = unzipped(docx)[SIGNATURE].replace(found[1], base64.b64encode(twin))
    judgement = judged(with_signature(docx, written))
    assert judgement.integrity.code == "intact"
    assert judgement.coverage.code == "container_changed"


# ---------------------------------------------------------------- attacks on the container


def _inserted(docx: bytes, at: int, more: bytes) -> bytes:
    return docx[:at] + more + docx[at:]


def _twice(docx: bytes) -> bytes:
    out = io.BytesIO(docx)
    with zipfile.ZipFile(out, "a") as again, pytest.warns(UserWarning, match="Duplicate"):
        again.writestr(DOCUMENT, b"<x/>")
    return out.getvalue()


CONTAINER: dict[str, Callable[[bytes], bytes]] = {
    "bytes before": lambda docx: b"x" + docx,
    "bytes after": lambda docx: docx + b"x",
    "an entry twice": _twice,
    "another case": lambda docx: _with(docx, "WORD/DOCUMENT.XML"),
    "a path outwards": lambda docx: _with(docx, "../x.xml"),
    "an absolute path": lambda docx: _with(docx, "/x.xml"),
    "a backslash": lambda docx: _with(docx, "word\\x.xml"),
    "a name that is not plain": lambda docx: _with(docx, "wörd.xml"),
    "cut in the middle": lambda docx: docx[: len(docx) // 2],
    "bytes between": lambda docx: _inserted(docx, docx.index(b"PK\x03\x04", 4), b"xxxx"),
}


def _with(docx: bytes, name: str) -> bytes:
    out = io.BytesIO(docx)
    with zipfile.ZipFile(out, "a") as again:
        info = zipfile.ZipInfo(name)
        info.filename = name
        again.writestr(info, b"<x/>")
    return out.getvalue()


@pytest.mark.parametrize("name", CONTAINER)
def test_odd_container_is_not_read(name: str) -> None:
    """What could make two programs see two files is refused before anything in it is believed."""
    found = judged(CONTAINER[name](sealed_docx()))
    assert found.readable.code == "unreadable"
    assert found.kind in ("docx", "other")
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
    found = judged(packed_again(contents))
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


HIDDEN = {
    "hidden text": "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>x</w:t></w:r></w:p>",
    "tracked changes": '<w:p><w:ins w:id="1" w:author="x"><w:r><w:t>x</w:t></w:r></w:ins></w:p>',
    "a field that fetches": '<w:p><w:fldSimple w:instr=" INCLUDETEXT x "/></w:p>',
    "a field in pieces": "<w:p><w:r><w:instrText> DDEAUTO x </w:instrText></w:r></w:p>",
    "an object": "<w:p><w:r><w:object/></w:r></w:p>",
}


@pytest.mark.parametrize("name", HIDDEN)
def test_hidden_and_active_content_is_named(name: str) -> None:
    """Hidden text, tracked changes, objects and fetching fields are refused under a good seal too."""
    found = judged(sealed_docx(body=HIDDEN[name]))
    assert found.hidden.code == "hidden"
    assert not found.genuine


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
