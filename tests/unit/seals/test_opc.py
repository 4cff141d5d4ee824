"""Sealing a Word package adds a signature as Word writes it, and binds the whole container."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from lxml import etree

from formsvc.errors import KeyUnusable, SealFailed
from formsvc.seals import package, parts
from formsvc.seals.opc import DECLARATION, DSIG, seal_docx
from formsvc.seals.verify.canonical_xml import canonical
from formsvc.seals.verify.xml_signature import read_signature
from tests.unit.seals.small import AT, a_view, key, sealed_docx, unsealed_docx, unzipped, zipped

SIGNATURE = "_xmlsignatures/sig1.xml"


@pytest.mark.parametrize("kind", ["p256", "rsa"])
def test_parts_stay_as_they_were(kind: str) -> None:
    """Every part but the two tables of the package is byte for byte, packed too, what was rendered."""
    before = unsealed_docx(a_view())
    after = seal_docx(before, key(kind), at=AT)
    old = {one.name: one for one in package.read(before, limits=package.Limits()).entries}
    new = {one.name: one for one in package.read(after, limits=package.Limits()).entries}
    for name in old.keys() - {parts.CONTENT_TYPES, "_rels/.rels"}:
        assert new[name].raw == old[name].raw
    assert new.keys() - old.keys() == {
        "_xmlsignatures/origin.sigs",
        "_xmlsignatures/_rels/origin.sigs.rels",
        SIGNATURE,
    }


@pytest.mark.parametrize("kind", ["p256", "rsa"])
def test_signature_is_its_own_canonical_form(kind: str) -> None:
    """The signature part is written exactly as Canonical XML writes it, so that nothing in it is free."""
    written = unzipped(sealed_docx(by=key(kind)))[SIGNATURE]
    root = etree.fromstring(written)
    assert written == DECLARATION + canonical(root)
    assert root.tag == f"{{{DSIG}}}Signature"


def test_manifest_covers_every_part_but_properties_and_signature() -> None:
    """As Word does: document, data, styles and relationships are in the manifest, docProps are not."""
    contents = unzipped(sealed_docx())
    signature = read_signature(contents[SIGNATURE], contents=contents)
    assert signature.holds
    assert not signature.changed
    assert set(signature.covered) == {
        name
        for name in contents
        if not name.startswith(("docProps/", "_xmlsignatures/")) and name != parts.CONTENT_TYPES
    }
    assert signature.covered["_rels/.rels"].relationships == frozenset({"rId1"})


def test_seal_is_repeatable() -> None:
    """The same package, key and moment give the same bytes, with fixed times in the container."""
    assert sealed_docx() == sealed_docx()
    assert sealed_docx() != seal_docx(unsealed_docx(a_view()), key(), at=AT + timedelta(seconds=1))


def test_relationship_ids_do_not_collide() -> None:
    """A package that already uses the id we like gets another one."""
    contents = unzipped(unsealed_docx(a_view()))
    contents["_rels/.rels"] = contents["_rels/.rels"].replace(b'Id="rId1"', b'Id="rIdSeal"')
    sealed = unzipped(seal_docx(zipped(contents), key(), at=AT))
    ids = re.findall(rb'Id="([^"]+)"', sealed["_rels/.rels"])
    assert len(set(ids)) == len(ids) == 4


def test_sealed_package_is_not_sealed_again() -> None:
    """A second seal is refused: one document, one seal."""
    with pytest.raises(SealFailed, match="already"):
        seal_docx(sealed_docx(), key(), at=AT)


@pytest.mark.parametrize("bad", [b"", b"PK\x03\x04", b"%PDF-1.7", zipped({"a.txt": b"x"})])
def test_what_is_no_package_is_refused(bad: bytes) -> None:
    """Anything but a package raises SealFailed."""
    with pytest.raises(SealFailed):
        seal_docx(bad, key(), at=AT)


def test_part_without_content_type_is_refused() -> None:
    """A part that Word could not place is a mistake of the renderer, and not sealed."""
    contents = unzipped(unsealed_docx(a_view())) | {"word/stray.unknown": b"x"}
    with pytest.raises(SealFailed, match="content type"):
        seal_docx(zipped(contents), key(), at=AT)


def test_expired_key_does_not_seal() -> None:
    """A certificate that does not hold at the moment of sealing seals nothing."""
    with pytest.raises(KeyUnusable):
        seal_docx(unsealed_docx(a_view()), key(), at=key().not_after + timedelta(days=1))


def test_relationship_transform_is_canonical() -> None:
    """Relationships are sorted by id, escaped and told with their mode, whatever the order they came in."""
    told = parts.relationships(
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Target="b&amp;c" Type="t" Id="rId2" TargetMode="External"/>\n'
        b'<Relationship Id="rId10" Type="&lt;" Target="a"/></Relationships>',
        name="x.rels",
    )
    octets = parts.transformed(told)
    assert octets == etree.tostring(etree.fromstring(octets), method="c14n")
    assert octets.index(b"rId10") < octets.index(b"rId2")
    assert b'Target="b&amp;c" TargetMode="External"' in octets
