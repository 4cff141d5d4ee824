"""A time stamp goes into a sealed document in place; what it says of itself otherwise does not change."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest
from asn1crypto import cms, core
from asn1crypto import x509 as asn1_x509

from formsvc import clock
from formsvc.errors import StampUnfit
from formsvc.seals import package
from formsvc.seals.cms import der, pieces, whole, with_token
from formsvc.seals.keys import SealKey
from formsvc.seals.levels import Level, level_of
from formsvc.seals.opc import C14N, SIGNATURE_PART, docx_to_stamp, raise_docx
from formsvc.seals.pades import contents_bytes, pdf_to_stamp, raise_pdf, seal_pdf
from formsvc.seals.tokens import canonical_token
from formsvc.seals.verify import Status, Verification, verify
from tests.unit.seals.small import AT, a_view, key, sealed_docx, trust, unsealed_pdf, unzipped
from tests.unit.seals.stamps import Clock, a_clock, a_clock_with_a_long_chain, a_key_with_a_long_chain

_OTHER: bytes = bytes.fromhex("06032a0304")
_STAMP: bytes = cms.CMSAttributeType("signature_time_stamp_token").dump()
ROOM = 4096
RAISE: dict[str, tuple[Callable[[bytes], bytes], Callable[[bytes, bytes], bytes]]] = {
    "pdf": (pdf_to_stamp, raise_pdf),
    "docx": (docx_to_stamp, raise_docx),
}


def judged(data: bytes, *, by: SealKey | None = None, clocks: tuple[Clock, ...] = ()) -> Verification:
    """Return the verification at the moment of sealing, trusting a key and some clocks."""
    here = replace(trust(by or key()), clocks=tuple(one.root for one in clocks))
    with clock.held(AT):
        return verify(data, name="file", trust=here)


def sealed(kind: str, *, by: SealKey | None = None, room: int = ROOM) -> bytes:
    """Return a small sealed document with room for a time stamp."""
    if kind == "docx":
        return sealed_docx(by=by)
    by = by or key()
    return seal_pdf(unsealed_pdf(a_view(), room=contents_bytes(by, reserve=room)), by, at=AT)


def stamped(document: bytes, kind: str, *, by: Clock | None = None) -> bytes:
    """Return a sealed document with a time stamp of a clock."""
    to_stamp, put = RAISE[kind]
    return put(document, (by or a_clock()).token(to_stamp(document)))


@cache
def small(kind: str) -> tuple[bytes, bytes]:
    """Return a small document before and after it was raised."""
    before = sealed(kind)
    return before, stamped(before, kind)


@pytest.mark.parametrize("kind", RAISE)
@pytest.mark.parametrize("key_kind", ["p256", "rsa"])
def test_raised_document_is_genuine_and_the_same(kind: str, key_kind: str) -> None:
    """It is genuine, of the next level, with a time somebody else vouches for, and known by the same seal."""
    by = key(key_kind)
    before = sealed(kind, by=by)
    after = stamped(before, kind)
    old, new = (judged(one, by=by, clocks=(a_clock(),)) for one in (before, after))
    assert (old.genuine, new.genuine) == (True, True)
    assert new.identity == old.identity
    assert new.issued == old.issued
    levels = [level_of(str(one.level.detail["level"])) for one in (old, new)]
    assert levels == [Level.B_B, Level.B_T]
    assert (new.time.status, new.time.code) == (Status.GOOD, "timestamped")
    assert new.coverage.code == "whole"


def test_raised_pdf_changes_only_its_signature() -> None:
    """Length, revision and every byte outside the place for the signature stay, the CMS before it too."""
    before, after = small("pdf")
    assert len(after) == len(before)
    changed = [at for at, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
    start = before.rindex(b"/Contents <")
    assert start < changed[0]
    assert changed[-1] < before.index(b">", start)
    assert after.count(b"%%EOF") == 1
    old, new = (pieces(_cms(one)) for one in (before, after))
    assert replace(new, token=b"") == old
    assert new.token


def test_raised_docx_changes_only_its_signature() -> None:
    """Every byte before the signature part stays, every part but it, and what was signed in it."""
    before, after = small("docx")
    start = package.read(before, limits=package.Limits()).entries[-1].offset
    assert after[:start] == before[:start]
    old, new = unzipped(before), unzipped(after)
    assert list(old) == list(new)
    assert {name for name in old if old[name] != new[name]} == {SIGNATURE_PART}
    end = b"</xd:QualifyingProperties></Object></Signature>"
    assert new[SIGNATURE_PART].startswith(old[SIGNATURE_PART].removesuffix(end))


@pytest.mark.parametrize("kind", RAISE)
def test_a_stamp_is_put_in_once(kind: str) -> None:
    """What is stamped is not stamped again: neither asked for nor replaced."""
    _, after = small(kind)
    to_stamp, put = RAISE[kind]
    with pytest.raises(StampUnfit, match="already"):
        to_stamp(after)
    with pytest.raises(StampUnfit, match="already"):
        put(after, a_clock().token(b"x"))


@pytest.mark.parametrize("kind", RAISE)
@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7\n%%EOF\n", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"x" * 99]
)
def test_what_is_not_sealed_here_is_refused(kind: str, data: bytes) -> None:
    """Anything but a document of ours raises StampUnfit, with words."""
    for act in (RAISE[kind][0], lambda one: RAISE[kind][1](one, b"")):
        with pytest.raises(StampUnfit):
            act(data)


def test_a_pdf_with_something_added_is_refused() -> None:
    """A time stamp is not put into a file that was added to, nor into one whose zeros were used."""
    before, _ = small("pdf")
    place = before.rindex(b"00>", 0, before.rindex(b"endobj"))
    for bad in (before + b"\n%added", before[:place] + b"01>" + before[place + 3 :]):
        with pytest.raises(StampUnfit):
            pdf_to_stamp(bad)


def test_a_stamp_of_another_seal_is_seen() -> None:
    """A token over other bytes makes the time bad, and the file not genuine."""
    for kind, (_, put) in RAISE.items():
        found = judged(put(sealed(kind), a_clock().token(b"another value")), clocks=(a_clock(),))
        assert found.time.code == "timestamp_wrong"
        assert not found.genuine


def test_a_clock_that_is_not_trusted_here_is_named_unknown() -> None:
    """Without trust in the clock the file stays genuine; only whose time it is stays open."""
    for kind in RAISE:
        found = judged(small(kind)[1])
        assert found.genuine
        assert found.time.code == "timestamped_unknown"


# ---------------------------------------------------------------- room


def test_a_long_chain_fits_with_a_long_token() -> None:
    """Six authorities with RSA-4096 and long names, and a clock with four: all of it has its place."""
    by, long = a_key_with_a_long_chain(), a_clock_with_a_long_chain()
    assert contents_bytes(by) > 20_000
    token = long.token(b"any value")
    assert len(token) > 12_000
    before = sealed("pdf", by=by, room=len(token) + 200)
    after = stamped(before, "pdf", by=long)
    assert len(after) == len(before)
    found = judged(after, by=by, clocks=(long,))
    assert found.genuine
    assert found.time.code == "timestamped"
    docx = stamped(sealed("docx", by=by), "docx", by=long)
    assert judged(docx, by=by, clocks=(long,)).genuine


def test_a_stamp_that_does_not_fit_is_refused_and_not_cut() -> None:
    """One byte too little room is too little, one byte enough is enough."""
    probe = sealed("pdf")
    token = a_clock().token(pdf_to_stamp(probe))
    needed = len(with_token(_cms(probe), token)) - contents_bytes(key())
    slack = contents_bytes(key()) - len(_cms(probe))
    fits = sealed("pdf", room=needed + slack)
    assert judged(stamped(fits, "pdf")).genuine
    tight = sealed("pdf", room=needed - 8)
    with pytest.raises(StampUnfit, match="too small"):
        stamped(tight, "pdf")
    assert judged(tight).genuine


# ---------------------------------------------------------------- one form


@pytest.mark.parametrize(
    "change",
    [
        lambda _, token: der(0x30, _STAMP, der(0x31, token * 2)),
        lambda good, _: good * 2,
        lambda *_: der(0x30, _STAMP, der(0x31)),
        lambda *_: b"",
        lambda good, _: good + der(0x30, _OTHER, der(0x31, b"\x05\x00")),
        lambda _, token: der(0x30, _OTHER, der(0x31, token)),
        lambda good, _: b"\x30\x84\x00\x00" + good[2:],
        lambda good, _: b"\x30\x83\x00" + good[2:],
    ],
    ids=["two", "twice", "none", "nothing", "another beside", "another", "long length", "longer length"],
)
def test_pdf_with_other_unsigned_attributes_is_not_genuine(change: Callable[[bytes, bytes], bytes]) -> None:
    """What is not signed holds one time stamp in one form, or nothing: anything else is seen."""
    before, _ = small("pdf")
    token = a_clock().token(pdf_to_stamp(before))
    good = der(0x30, _STAMP, der(0x31, token))
    assert judged(_with_cms(before, _unsigned(_cms(before), good))).genuine
    assert not judged(_with_cms(before, _unsigned(_cms(before), change(good, token)))).genuine


@pytest.mark.parametrize(
    ("behind", "added"),
    [
        (b"<xd:UnsignedProperties", b' Id="a"'),
        (b"</xd:SignatureTimeStamp>", b"<xd:CounterSignature></xd:CounterSignature>"),
        (b"</xd:UnsignedProperties>", b"<xd:UnsignedProperties></xd:UnsignedProperties>"),
        (b"<xd:EncapsulatedTimeStamp>", b"\n"),
        (b"</xd:EncapsulatedTimeStamp>", b"\n"),
        (b"</xd:EncapsulatedTimeStamp>", b"<xd:EncapsulatedTimeStamp></xd:EncapsulatedTimeStamp>"),
        (b"<xd:SignatureTimeStamp", b' Id="a"'),
        (C14N.encode(), b"#WithComments"),
    ],
    ids=["id", "counter", "twice", "white space", "tail", "two tokens", "another id", "another method"],
)  # fmt: skip
def test_docx_with_other_unsigned_properties_is_not_genuine(behind: bytes, added: bytes) -> None:
    """The unsigned properties are one time stamp in one form, or are not there: anything else is seen."""
    _, after = small("docx")
    written = unzipped(after)[SIGNATURE_PART]
    at = written.rindex(behind) + len(behind)
    assert judged(_with_signature(after, written)).genuine
    assert not judged(_with_signature(after, written[:at] + added + written[at:])).genuine


def test_docx_with_empty_unsigned_properties_is_not_genuine() -> None:
    """A frame for a time stamp without one in it is not our form."""
    before, _ = small("docx")
    end = b"</xd:QualifyingProperties></Object></Signature>"
    written = unzipped(before)[SIGNATURE_PART].removesuffix(end)
    for inside in (b"", b"<xd:UnsignedSignatureProperties></xd:UnsignedSignatureProperties>"):
        frame = b"<xd:UnsignedProperties>" + inside + b"</xd:UnsignedProperties>" + end
        assert not judged(_with_signature(before, written + frame)).genuine


def test_docx_token_with_zeros_behind_it_is_not_genuine() -> None:
    """Bytes behind a token, which a reader of DER passes over, are seen."""
    before, after = small("docx")
    token = a_clock().token(docx_to_stamp(before))
    padded = raise_docx(before, token + b"\0\0\0")
    assert not judged(padded, clocks=(a_clock(),)).genuine
    assert base64.b64encode(token)[:40] not in before
    assert judged(after, clocks=(a_clock(),)).genuine


def _with_another_certificate(token: bytes) -> bytes:
    info = cms.ContentInfo.load(token)
    stranger = asn1_x509.Certificate.load(key().certificates_der[0])
    info["content"]["certificates"].append(cms.CertificateChoices("certificate", stranger))
    changed: bytes = info.dump(force=True)
    return changed


def _with_an_unsigned_attribute(token: bytes) -> bytes:
    info = cms.ContentInfo.load(token)
    added = cms.CMSAttribute({"type": "1.2.3.4", "values": [core.OctetString(b"hidden")]})
    info["content"]["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes([added])
    changed: bytes = info.dump(force=True)
    return changed


def _with_another_version(token: bytes) -> bytes:
    info = cms.ContentInfo.load(token)
    info["content"]["version"] = "v4"
    changed: bytes = info.dump(force=True)
    return changed


@pytest.mark.parametrize("kind", RAISE)
@pytest.mark.parametrize(
    "change", [_with_another_certificate, _with_an_unsigned_attribute, _with_another_version]
)
def test_token_with_something_beside_its_signature_is_seen(
    kind: str, change: Callable[[bytes], bytes]
) -> None:
    """What a token carries beside what it rests on is cut off before it is used, and seen in a document."""
    before, _ = small(kind)
    to_stamp, put = RAISE[kind]
    token = a_clock().token(to_stamp(before))
    assert canonical_token(change(token)) == token
    found = judged(put(before, change(token)), clocks=(a_clock(),))
    assert found.time.code == "timestamped"
    assert not found.genuine


@pytest.mark.parametrize("bad", [b"", b"0", b"\x30\x00", bytes(99), b"\x30\x80\x06\x01\x01\x00\x00"])
def test_what_is_no_token_has_no_form(bad: bytes) -> None:
    """Anything but a token raises ValueError."""
    with pytest.raises(ValueError, match=r"."):
        canonical_token(bad)


@pytest.mark.parametrize("kind", RAISE)
def test_flipped_bit_of_a_raised_document_never_passes_for_it(kind: str) -> None:
    """A sample of the bytes outside the token, one bit changed in each, is never genuine."""
    _, after = small(kind)
    token = after.index(_mark(after, kind))
    end = after.index(b">" if kind == "pdf" else b"</xd:EncapsulatedTimeStamp>", token)
    places = [at for at in range(0, len(after), 149 if kind == "pdf" else 37) if not token <= at < end]
    for n, at in enumerate(places):
        bad = after[:at] + bytes((after[at] ^ (1 << n % 8),)) + after[at + 1 :]
        assert not judged(bad).genuine, f"byte {at}, bit {n % 8}"


@pytest.mark.parametrize(
    ("told", "level"),
    [
        ("PAdES B-B", Level.B_B),
        ("XAdES-EPES", Level.B_B),
        ("CMS in PDF, without a PAdES baseline", Level.B_B),
        ("PAdES B-T", Level.B_T),
        ("XAdES-T", Level.B_T),
        ("PAdES B-LT", Level.B_LT),
        ("PAdES B-LTA", Level.B_LTA),
    ],
)
def test_levels_stand_in_their_order(told: str, level: Level) -> None:
    """Every form has its level, and each level knows those below it."""
    assert level_of(told) is level
    assert level.below == tuple(Level)[: list(Level).index(level)]


def _cms(pdf: bytes) -> bytes:
    start = pdf.rindex(b"/Contents <") + len(b"/Contents <")
    return whole(bytes.fromhex(pdf[start : pdf.index(b">", start)].decode()))


def _with_cms(pdf: bytes, new: bytes) -> bytes:
    start = pdf.rindex(b"/Contents <") + len(b"/Contents <")
    end = pdf.index(b">", start)
    return pdf[:start] + new.hex().encode().ljust(end - start, b"0") + pdf[end:]


def _unsigned(signature: bytes, unsigned: bytes) -> bytes:
    """Return a CMS with these bytes as its unsigned attributes."""
    info = cms.ContentInfo.load(signature)
    data = info["content"]
    signer = data["signer_infos"][0].contents + der(0xA1, unsigned)
    head = b"".join(
        data[name].dump() for name in ("version", "digest_algorithms", "encap_content_info", "certificates")
    )
    inner = der(0x30, head, der(0x31, der(0x30, signer)))
    return der(0x30, info["content_type"].dump(), der(0xA0, inner))


def _with_signature(docx: bytes, written: bytes) -> bytes:
    """Return a package with another signature part, the container rebuilt in our form."""
    *entries, last = package.read(docx, limits=package.Limits()).entries
    made = package.packed(SIGNATURE_PART, written, deflate=False)
    body = docx[: last.offset] + package.write_local(made)
    offsets = [*(one.offset for one in entries), last.offset]
    return body + package.write_directory([*entries, made], offsets=offsets, start=len(body))


def _mark(after: bytes, kind: str) -> bytes:
    """Return the first bytes of the token as they are written in a document."""
    if kind == "pdf":
        return pieces(_cms(after)).token.hex().encode()[:60]
    return b"<xd:EncapsulatedTimeStamp>"
