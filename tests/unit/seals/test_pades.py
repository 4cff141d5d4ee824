"""Sealing a PDF fills the place left for it, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from asn1crypto import cms

from formsvc.errors import KeyUnusable, SealFailed
from formsvc.seals.pades import contents_bytes, seal_pdf
from tests.unit.seals.small import AT, a_view, key, sealed_pdf, unsealed_pdf


def the_cms(pdf: bytes) -> bytes:
    """Return what stands in the place for the signature."""
    start = pdf.rindex(b"/Contents <") + len(b"/Contents <")
    return bytes.fromhex(pdf[start : pdf.index(b">", start)].decode())


@pytest.mark.parametrize("kind", ["p256", "rsa"])
def test_seal_changes_only_its_place(kind: str) -> None:
    """Length, body and every byte outside the byte range and the signature stay as rendered."""
    by = key(kind)
    before = unsealed_pdf(a_view(), room=contents_bytes(by))
    after = seal_pdf(before, by, at=AT)
    assert len(after) == len(before)
    changed = [at for at, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
    assert changed[0] > before.rindex(b"/ByteRange [0 ")
    assert changed[-1] < before.rindex(b">\n" if b">\n" in before else b">")
    assert after.count(b"%%EOF") == 1


@pytest.mark.parametrize("kind", ["p256", "rsa"])
def test_cms_is_what_pades_asks(kind: str) -> None:
    """Signed are content type, digest, the whole chain and the methods; no signing-time, canonical DER."""
    info = cms.ContentInfo.load(the_cms(sealed_pdf(by=key(kind))).rstrip(b"\0"))
    assert info.copy().dump(force=True) == info.dump()
    signer = info["content"]["signer_infos"][0]
    assert {one["type"].native for one in signer["signed_attrs"]} == {
        "content_type",
        "message_digest",
        "signing_certificate_v2",
        "cms_algorithm_protection",
    }
    assert len(info["content"]["certificates"]) == 1 + len(key(kind).chain)
    assert not signer["unsigned_attrs"]


@pytest.mark.parametrize("kind", ["p256", "rsa"])
def test_contents_bytes_is_enough_and_no_more(kind: str) -> None:
    """The room asked for holds every signature of the key, with at most the slack of ECDSA."""
    by = key(kind)
    for n in range(20):
        made = the_cms(sealed_pdf(a_view(full_name=f"Nobody {n}"), by=by))
        assert len(made) == contents_bytes(by)
        assert len(made) - len(made.rstrip(b"\0")) <= 4
    assert contents_bytes(by, reserve=5000) == contents_bytes(by) + 5000


def test_same_file_seals_to_the_same_bytes() -> None:
    """Sealing is repeatable: no hidden randomness."""
    assert sealed_pdf() == sealed_pdf()


def test_placeholder_in_a_picture_is_left_alone() -> None:
    """What looks like the placeholder earlier in the file is content; the last one is the place."""
    trap = b"/ByteRange [0 0000000000 0000000000 0000000000] /Contents <" + b"00" * 4000 + b">"
    before = unsealed_pdf(a_view(), room=contents_bytes(key()), files=[("photo", trap)])
    after = seal_pdf(before, key(), at=AT)
    assert trap in after


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"%PDF-1.7\n%%EOF\n",
        lambda pdf: pdf.replace(b"/ByteRange [0 ", b"/ByteRange [1 "),
        lambda pdf: pdf.replace(b"/Contents <0", b"/Contents <1"),
        lambda pdf: pdf.replace(b"0000000000 0000000000 0000000000]", b"000]"),
        lambda pdf: seal_pdf(pdf, key(), at=AT),
    ],
    ids=["nothing", "no range", "no room", "narrow range", "sealed already"],
)
def test_file_without_a_proper_place_is_refused(damage: object) -> None:
    """A file that was not made to be sealed, or is sealed already, raises SealFailed."""
    pdf = damage(unsealed_pdf(a_view(), room=contents_bytes(key())))  # type: ignore[operator]
    with pytest.raises(SealFailed):
        seal_pdf(pdf, key(), at=AT)


def test_room_for_another_key_is_too_small() -> None:
    """A place sized for a short chain refuses a long one rather than cutting it."""
    with pytest.raises(SealFailed, match="too small"):
        seal_pdf(unsealed_pdf(a_view(), room=contents_bytes(key())), key("rsa"), at=AT)


def test_expired_key_does_not_seal() -> None:
    """A certificate that does not hold at the moment of sealing seals nothing."""
    pdf = unsealed_pdf(a_view(), room=contents_bytes(key()))
    for at in (key().not_before - timedelta(days=1), key().not_after + timedelta(days=1)):
        with pytest.raises(KeyUnusable):
            seal_pdf(pdf, key(), at=at)
