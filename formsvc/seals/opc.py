"""Seal a DOCX: an OPC package signature with XAdES-EPES, as Word writes it ([MS-OFFCRYPTO] 2.5); stamp it.

The signature is written in its own canonical form, so that its digests are taken from the very
strings that are written. What Word's form leaves open is closed by one more line: the signed
comment holds a digest of every byte of the container before the signature (`container_line`).
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from xml.sax.saxutils import escape

from formsvc.errors import SealFailed, StampUnfit, Unreadable
from formsvc.seals import package, parts
from formsvc.seals.certificates import DEMONSTRATION_WORDS
from formsvc.seals.keys import SealKey

C14N: Final = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
DSIG: Final = "http://www.w3.org/2000/09/xmldsig#"
SHA256: Final = "http://www.w3.org/2001/04/xmlenc#sha256"
RSA_SHA256: Final = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
ECDSA_SHA256: Final = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
XADES: Final = "http://uri.etsi.org/01903/v1.3.2#"
MDSSI: Final = "http://schemas.openxmlformats.org/package/2006/digital-signature"
RELATIONSHIP_TRANSFORM: Final = "http://schemas.openxmlformats.org/package/2006/RelationshipTransform"
OFFICE: Final = "http://schemas.microsoft.com/office/2006/digsig"
DECLARATION: Final = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SIGNATURE_PART: Final = "_xmlsignatures/sig1.xml"
ORIGIN_PART: Final = "_xmlsignatures/origin.sigs"
CONTAINER_WORDS: Final = "Container before this signature, SHA-256:"

_ORIGIN_RELATIONSHIPS = (
    DECLARATION
    + (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{parts.SIGNATURE_RELATIONSHIP}" Target="sig1.xml"/></Relationships>'
    ).encode()
)


@dataclass(frozen=True, kw_only=True)
class _Object:
    """One signed object: how it is written inside the signature, and its octets when hashed alone."""

    written: str
    hashed: str


def seal_docx(docx: bytes, key: SealKey, *, at: datetime) -> bytes:
    """Return `docx` sealed: its packed parts as they were, three signature parts and a fresh directory.

    Raise SealFailed when it is signed already or not a proper package, KeyUnusable when the certificate
    does not hold at `at`.
    """
    key.refuse_unless_valid(at)
    try:
        entries = _prepared(docx)
        manifest = "".join(_references(entries))
    except Unreadable as error:
        raise SealFailed(f"the package cannot be sealed: {error.detail}") from error
    body = bytearray()
    offsets: list[int] = []
    for entry in entries:
        offsets.append(len(body))
        body += package.write_local(entry)
    signature = _signature(key, at=at, manifest=manifest, container=hashlib.sha256(body).hexdigest())
    entries.append(package.packed(SIGNATURE_PART, signature, deflate=False))
    offsets.append(len(body))
    body += package.write_local(entries[-1])
    return bytes(body) + package.write_directory(entries, offsets=offsets, start=len(body))


def docx_to_stamp(sealed: bytes) -> bytes:
    """Return what a time stamp of a sealed package is over: its SignatureValue element in canonical form.

    Raise StampUnfit when it is not sealed in our form, or stamped already.
    """
    return _value_element(_sealed(sealed)[1])


def raise_docx(sealed: bytes, token: bytes) -> bytes:
    """Return a sealed package with a time stamp in its signature (XAdES-T, EN 319 132-1, 5.3).

    Only the signature part, its header and the directory behind it change. Raise StampUnfit.
    """
    entries, written = _sealed(sealed)
    stamped = written.removesuffix(_END) + unsigned_end(token)
    last = entries[-1]
    entries[-1] = package.packed(SIGNATURE_PART, stamped, deflate=False)
    body = sealed[: last.offset] + package.write_local(entries[-1])
    offsets = [one.offset for one in entries[:-1]] + [last.offset]
    return body + package.write_directory(entries, offsets=offsets, start=len(body))


def unsigned_end(token: bytes) -> bytes:
    """Return how the signature part of a stamped package ends, from the signed properties on."""
    value = base64.b64encode(token)
    return (
        b"<xd:UnsignedProperties><xd:UnsignedSignatureProperties><xd:SignatureTimeStamp>"
        b'<CanonicalizationMethod Algorithm="' + C14N.encode() + b'"></CanonicalizationMethod>'
        b"<xd:EncapsulatedTimeStamp>" + value + b"</xd:EncapsulatedTimeStamp></xd:SignatureTimeStamp>"
        b"</xd:UnsignedSignatureProperties></xd:UnsignedProperties>" + _END
    )


_END: Final = b"</xd:QualifyingProperties></Object></Signature>"
_SIGNED_END: Final = b"</xd:SignedProperties>" + _END
_VALUE: Final = re.compile(rb"</SignedInfo><SignatureValue>([A-Za-z0-9+/=]+)</SignatureValue><KeyInfo>")


def _sealed(docx: bytes) -> tuple[list[package.Entry], bytes]:
    """Return the entries of a package sealed here and not stamped, and its signature; raise StampUnfit."""
    try:
        entries = list(package.read(docx, limits=package.Limits()).entries)
        if not entries or entries[-1].name != SIGNATURE_PART:
            raise StampUnfit("the package is not sealed in our form")
        written = entries[-1].unpack()
    except Unreadable as error:
        raise StampUnfit(error.detail) from None
    if written.endswith(b"</xd:UnsignedProperties>" + _END):
        raise StampUnfit("it is time-stamped already")
    if not written.endswith(_SIGNED_END):
        raise StampUnfit("the package is not sealed in our form")
    return entries, written


def _value_element(written: bytes) -> bytes:
    found = _VALUE.search(written)
    if found is None:
        raise StampUnfit("the package is not sealed in our form")
    return b'<SignatureValue xmlns="' + DSIG.encode() + b'">' + found[1] + b"</SignatureValue>"


def container_line(digest: str) -> str:
    """Return the signed line that binds the bytes of the container before the signature."""
    return f"{CONTAINER_WORDS} {digest}"


def _prepared(docx: bytes) -> list[package.Entry]:
    """Return the entries to be written before the signature itself, the package's tables completed."""
    entries = list(package.read(docx, limits=package.Limits()).entries)
    places = {entry.name: at for at, entry in enumerate(entries)}
    if any(parts.is_signature(name) for name in places):
        raise SealFailed("the package is signed already")
    try:
        types_at, relationships_at = places[parts.CONTENT_TYPES], places["_rels/.rels"]
    except KeyError:
        raise SealFailed("the package has no content types or no relationships") from None
    types, arrows = parts.add_seal_parts(entries[types_at].unpack(), entries[relationships_at].unpack())
    entries[types_at] = package.packed(parts.CONTENT_TYPES, types)
    entries[relationships_at] = package.packed("_rels/.rels", arrows)
    entries.append(package.packed(ORIGIN_PART, b"", deflate=False))
    entries.append(
        package.packed(parts.relationships_part(ORIGIN_PART), _ORIGIN_RELATIONSHIPS, deflate=False)
    )
    return entries


def _references(entries: list[package.Entry]) -> Iterator[str]:
    """Yield the manifest's references in the order of part names."""
    contents = {entry.name: entry for entry in entries}
    types = parts.content_types(contents[parts.CONTENT_TYPES].unpack())
    for name in sorted(contents):
        if name == parts.CONTENT_TYPES or parts.is_properties(name) or parts.is_signature(name):
            continue
        content_type = types.of(name)
        if content_type is None:
            raise SealFailed(f"the part {name} has no content type")
        transforms, octets = "", contents[name].unpack()
        if parts.is_relationships(name):
            chosen = [
                one
                for one in parts.relationships(octets, name=name)
                if one.type not in parts.UNSIGNED_RELATIONSHIPS
            ]
            octets = parts.transformed(chosen)
            transforms = _relationship_transforms(one.id for one in sorted(chosen, key=lambda one: one.id))
        yield _reference(f"/{name}?ContentType={content_type}", octets, transforms=transforms)


def _relationship_transforms(ids: Iterator[str]) -> str:
    chosen = "".join(
        f'<mdssi:RelationshipReference SourceId="{_attribute(one)}"></mdssi:RelationshipReference>'
        for one in ids
    )
    return (
        f'<Transforms><Transform Algorithm="{RELATIONSHIP_TRANSFORM}">{chosen}</Transform>'
        f'<Transform Algorithm="{C14N}"></Transform></Transforms>'
    )


def _reference(uri: str, octets: bytes, *, kind: str = "", transforms: str = "") -> str:
    told = f'Type="{kind}" ' if kind else ""
    return f'<Reference {told}URI="{_attribute(uri)}">{transforms}{_digest(octets)}</Reference>'


def _digest(octets: bytes) -> str:
    value = base64.b64encode(hashlib.sha256(octets).digest()).decode()
    return f'<DigestMethod Algorithm="{SHA256}"></DigestMethod><DigestValue>{value}</DigestValue>'


def _signature(key: SealKey, *, at: datetime, manifest: str, container: str) -> bytes:
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    objects = {
        "idPackageObject": _package_object(manifest, moment),
        "idOfficeObject": _office_object(key, container),
    }
    properties = _signed_properties(key, moment)
    canonical = f'<Transforms><Transform Algorithm="{C14N}"></Transform></Transforms>'
    references = "".join(
        _reference(f"#{name}", one.hashed.encode(), kind=f"{DSIG}Object") for name, one in objects.items()
    ) + _reference(
        "#idSignedProperties",
        properties.hashed.encode(),
        kind="http://uri.etsi.org/01903#SignedProperties",
        transforms=canonical,
    )
    method = RSA_SHA256 if key.kind == "rsa" else ECDSA_SHA256
    inner = (
        f'<CanonicalizationMethod Algorithm="{C14N}"></CanonicalizationMethod>'
        f'<SignatureMethod Algorithm="{method}"></SignatureMethod>{references}</SignedInfo>'
    )
    value = base64.b64encode(key.sign_plain(f'<SignedInfo xmlns="{DSIG}">{inner}'.encode())).decode()
    certificates = "".join(
        f"<X509Certificate>{base64.b64encode(one).decode()}</X509Certificate>" for one in key.certificates_der
    )
    return (
        DECLARATION
        + (
            f'<Signature xmlns="{DSIG}" Id="idPackageSignature"><SignedInfo>{inner}'
            f"<SignatureValue>{value}</SignatureValue><KeyInfo><X509Data>{certificates}</X509Data></KeyInfo>"
            f"{''.join(one.written for one in objects.values())}"
            f'<Object><xd:QualifyingProperties xmlns:xd="{XADES}" Target="#idPackageSignature">'
            f"{properties.written}</xd:QualifyingProperties></Object></Signature>"
        ).encode()
    )


def _package_object(manifest: str, moment: str) -> _Object:
    inside = (
        f"<Manifest>{manifest}</Manifest><SignatureProperties>"
        '<SignatureProperty Id="idSignatureTime" Target="#idPackageSignature"><mdssi:SignatureTime>'
        "<mdssi:Format>YYYY-MM-DDThh:mm:ssTZD</mdssi:Format>"
        f"<mdssi:Value>{moment}</mdssi:Value></mdssi:SignatureTime></SignatureProperty>"
        "</SignatureProperties></Object>"
    )
    return _Object(
        written=f'<Object xmlns:mdssi="{MDSSI}" Id="idPackageObject">{inside}',
        hashed=f'<Object xmlns="{DSIG}" xmlns:mdssi="{MDSSI}" Id="idPackageObject">{inside}',
    )


def _office_object(key: SealKey, container: str) -> _Object:
    sealed_by = f"Sealed by {key.organisation}."
    if key.demonstration:
        sealed_by = f"{DEMONSTRATION_WORDS}. {sealed_by}"
    details: Mapping[str, str] = {
        "SetupID": "",
        "SignatureText": "",
        "SignatureImage": "",
        "SignatureComments": f"{sealed_by} {container_line(container)}",
        "WindowsVersion": "10.0",
        "OfficeVersion": "16.0",
        "ApplicationVersion": "16.0",
        "Monitors": "1",
        "HorizontalResolution": "1280",
        "VerticalResolution": "800",
        "ColorDepth": "32",
        "SignatureProviderId": "{00000000-0000-0000-0000-000000000000}",
        "SignatureProviderUrl": "",
        "SignatureProviderDetails": "9",
        "ManifestHashAlgorithm": SHA256,
        "SignatureType": "1",
    }
    told = "".join(f"<{name}>{_text(value)}</{name}>" for name, value in details.items())
    inside = (
        '<SignatureProperties><SignatureProperty Id="idOfficeV1Details" Target="#idPackageSignature">'
        f'<SignatureInfoV1 xmlns="{OFFICE}">{told}</SignatureInfoV1></SignatureProperty>'
        "</SignatureProperties></Object>"
    )
    return _Object(
        written=f'<Object Id="idOfficeObject">{inside}',
        hashed=f'<Object xmlns="{DSIG}" Id="idOfficeObject">{inside}',
    )


def _signed_properties(key: SealKey, moment: str) -> _Object:
    """Return the XAdES properties: EPES with an implied policy, and SigningCertificate, as Word has them."""
    chain = (key.certificate, *key.chain)
    certificates = "".join(
        f"<xd:Cert><xd:CertDigest>{_digest(encoded)}</xd:CertDigest><xd:IssuerSerial>"
        f"<X509IssuerName>{_text(one.issuer.rfc4514_string())}</X509IssuerName>"
        f"<X509SerialNumber>{one.serial_number}</X509SerialNumber></xd:IssuerSerial></xd:Cert>"
        for one, encoded in zip(chain, key.certificates_der, strict=True)
    )
    inside = (
        f"<xd:SignedSignatureProperties><xd:SigningTime>{moment}</xd:SigningTime>"
        f"<xd:SigningCertificate>{certificates}</xd:SigningCertificate>"
        "<xd:SignaturePolicyIdentifier><xd:SignaturePolicyImplied></xd:SignaturePolicyImplied>"
        "</xd:SignaturePolicyIdentifier></xd:SignedSignatureProperties></xd:SignedProperties>"
    )
    return _Object(
        written=f'<xd:SignedProperties Id="idSignedProperties">{inside}',
        hashed=f'<xd:SignedProperties xmlns="{DSIG}" xmlns:xd="{XADES}" Id="idSignedProperties">{inside}',
    )


def _attribute(text: str) -> str:
    return parts.canonical_attribute(text)


def _text(text: str) -> str:
    return escape(text).replace("\r", "&#xD;")
