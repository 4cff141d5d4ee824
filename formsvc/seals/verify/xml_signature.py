"""One XML signature of an Office package: parse it strictly, check its values, say what it covers.

Every element is found by its place, never by a search, and only what the checked digests reach is
believed: a copy of a signed object elsewhere in the file changes nothing (signature wrapping).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import unquote

from lxml import etree

from formsvc.errors import Unreadable
from formsvc.seals import parts
from formsvc.seals.opc import C14N, MDSSI, OFFICE, RELATIONSHIP_TRANSFORM
from formsvc.seals.verify.canonical_xml import (
    CANONICAL,
    NotCheckable,
    SignatureMalformed,
    algorithm,
    attribute,
    canonical,
    decoded,
    dsig,
    only,
    text_of,
    xades,
)
from formsvc.seals.verify.methods import DIGESTS, SIGNATURES, signature_holds

_MOST: Final = 30


@dataclass(frozen=True, kw_only=True)
class Covered:
    """What a manifest says of one part: its content type, and for `.rels` parts the ids it covers."""

    content_type: str | None
    relationships: frozenset[str] | None = None


@dataclass(frozen=True, kw_only=True)
class XmlSignature:
    """One signature after its checks. `changed` names the parts that are not as they were signed.

    `holds` is the signature value over SignedInfo together with every object it refers to.
    """

    root: etree._Element
    holds: bool
    changed: tuple[str, ...]
    covered: Mapping[str, Covered]
    digests: frozenset[str]
    value: bytes
    certificate: bytes
    others: tuple[bytes, ...]
    bound: bool | None
    listed: tuple[bytes, ...]
    claimed: datetime | None
    times_agree: bool
    comments: str
    policy: bool
    objects: tuple[etree._Element, ...]


def read_signature(data: bytes, *, contents: Mapping[str, bytes]) -> XmlSignature:
    """Return the checked signature of a signature part over the package's `contents`.

    Raise SignatureMalformed, NotCheckable, or Unreadable for XML that cannot be read.
    """
    root = parts.parse_xml(data, name="the signature")
    if root.tag != dsig("Signature"):
        raise SignatureMalformed("the part is not a signature")
    _refuse_double_ids(root)
    info = only(root, dsig("SignedInfo"))
    reader = _Reader(root)
    holds = reader.check_references(info)
    certificates = _certificates(root)
    listed = _listed_certificates(reader)
    certificate, bound = _signer(certificates, listed)
    method = algorithm(only(info, dsig("SignatureMethod")))
    if method not in SIGNATURES:
        raise NotCheckable(method)
    reader.digests.add(SIGNATURES[method][1])
    value = decoded(text_of(only(root, dsig("SignatureValue"))))
    octets = canonical(info, algorithm(only(info, dsig("CanonicalizationMethod"))))
    holds = signature_holds(certificate, method=method, value=value, data=octets) and holds
    covered, changed = reader.check_manifests(contents)
    claimed, agree = _times(reader)
    return XmlSignature(
        root=root,
        holds=holds,
        changed=tuple(changed),
        covered=covered,
        digests=frozenset(reader.digests),
        value=value,
        certificate=certificate,
        others=tuple(one for one in certificates if one != certificate),
        bound=bound,
        listed=tuple(digest for _, digest in listed),
        claimed=claimed,
        times_agree=agree,
        comments=_comments(reader),
        policy=any(True for _ in reader.signed_properties("SignaturePolicyIdentifier")),
        objects=tuple(reader.covered),
    )


class _Reader:
    """Follows the references of one signature and keeps what they cover."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.digests: set[str] = set()
        self.covered: list[etree._Element] = []

    def check_references(self, info: etree._Element) -> bool:
        """Say whether every object that SignedInfo refers to is as it was signed."""
        targets = self._targets()
        references = info.findall(dsig("Reference"))
        if not references or len(references) > _MOST:
            raise SignatureMalformed("the signature refers to nothing, or to too much")
        intact = True
        for reference in references:
            uri = attribute(reference, "URI")
            target = targets.get(uri.removeprefix("#")) if uri.startswith("#") else None
            if target is None:
                raise SignatureMalformed("the signature refers to something that is not where it should be")
            methods = [algorithm(one) for one in _transforms(reference)] or [C14N]
            if len(methods) > 1:
                raise NotCheckable("several transforms of one object")
            intact = self._digest_matches(reference, canonical(target, methods[0])) and intact
            self.covered.append(target)
        return intact

    def check_manifests(self, contents: Mapping[str, bytes]) -> tuple[dict[str, Covered], list[str]]:
        """Return what the signed manifests cover, and the parts that are not as they were signed."""
        covered: dict[str, Covered] = {}
        changed: list[str] = []
        for signed in self.covered:
            for manifest in signed.findall(dsig("Manifest")) if signed.tag == dsig("Object") else ():
                for reference in manifest.findall(dsig("Reference")):
                    name, content_type = _part(attribute(reference, "URI"))
                    if name in covered:
                        raise SignatureMalformed("a manifest names one part twice")
                    octets, ids = _octets(reference, contents.get(name), name)
                    covered[name] = Covered(content_type=content_type, relationships=ids)
                    if octets is None or not self._digest_matches(reference, octets):
                        changed.append(name)
        return covered, changed

    def signed_properties(self, name: str) -> Iterator[etree._Element]:
        """Yield the XAdES elements of this name among the signed properties that are covered."""
        for one in self.covered:
            if one.tag == xades("SignedProperties"):
                yield from one.findall(f"{xades('SignedSignatureProperties')}/{xades(name)}")

    def _targets(self) -> dict[str, etree._Element]:
        """Return what may be referred to, by id: the objects, and the XAdES signed properties in them."""
        found: dict[str, etree._Element] = {}
        for one in self.root.findall(dsig("Object")):
            inner = one.findall(f"{xades('QualifyingProperties')}/{xades('SignedProperties')}")
            found |= {attribute(target, "Id"): target for target in (one, *inner)}
        found.pop("", None)
        return found

    def _digest_matches(self, reference: etree._Element, octets: bytes) -> bool:
        name, wanted = _digest_of(reference)
        self.digests.add(name)
        return hmac.compare_digest(hashlib.new(name, octets).digest(), wanted)


def _refuse_double_ids(root: etree._Element) -> None:
    ids = [attribute(one, "Id") for one in root.iter("*") if one.get("Id") is not None]
    if len(set(ids)) != len(ids):
        raise SignatureMalformed("an id stands twice in the signature")


def _digest_of(holder: etree._Element) -> tuple[str, bytes]:
    method = algorithm(only(holder, dsig("DigestMethod")))
    if method not in DIGESTS:
        raise NotCheckable(method)
    return DIGESTS[method], decoded(text_of(only(holder, dsig("DigestValue"))))


def _transforms(reference: etree._Element) -> list[etree._Element]:
    holders = reference.findall(dsig("Transforms"))
    if len(holders) > 1:
        raise SignatureMalformed("a reference has two lists of transforms")
    return [one for holder in holders for one in holder.iterchildren("*")]


def _part(uri: str) -> tuple[str, str | None]:
    path, _, query = uri.partition("?")
    if not path.startswith("/"):
        raise NotCheckable("a reference that leaves the package")
    content_type = query.removeprefix("ContentType=") if query.startswith("ContentType=") else None
    return unquote(path)[1:], content_type


def _octets(
    reference: etree._Element, content: bytes | None, name: str
) -> tuple[bytes | None, frozenset[str] | None]:
    """Return the octets of a part that its digest is over, and the ids of relationships it covers."""
    transforms = _transforms(reference)
    methods = [algorithm(one) for one in transforms]
    if content is None:
        return None, frozenset() if RELATIONSHIP_TRANSFORM in methods else None
    if not methods:
        return content, None
    try:
        if methods == [RELATIONSHIP_TRANSFORM, C14N]:
            chosen = _chosen(transforms[0], content, name)
            return parts.transformed(chosen), frozenset(one.id for one in chosen)
        if len(methods) == 1 and methods[0] in CANONICAL:
            return canonical(parts.parse_xml(content, name=name), methods[0]), None
    except Unreadable:
        return None, None
    raise NotCheckable(", ".join(methods))


def _chosen(transform: etree._Element, content: bytes, name: str) -> list[parts.Relationship]:
    ids = {attribute(one, "SourceId") for one in transform.findall(f"{{{MDSSI}}}RelationshipReference")}
    types = {
        attribute(one, "SourceType") for one in transform.findall(f"{{{MDSSI}}}RelationshipsGroupReference")
    }
    return [one for one in parts.relationships(content, name=name) if one.id in ids or one.type in types]


def _certificates(root: etree._Element) -> list[bytes]:
    found = [
        decoded(text_of(one))
        for one in root.findall(f"{dsig('KeyInfo')}/{dsig('X509Data')}/{dsig('X509Certificate')}")
    ]
    if not found or len(found) > _MOST:
        raise NotCheckable("a signature without its certificate, or with too many")
    return found


def _listed_certificates(reader: _Reader) -> list[tuple[str, bytes]]:
    """Return the digests of certificates that the signed properties name, the signer's first."""
    return [
        _digest_of(only(certificate, xades("CertDigest")))
        for kind in ("SigningCertificateV2", "SigningCertificate")
        for listing in reader.signed_properties(kind)
        for certificate in listing.findall(xades("Cert"))
    ]


def _signer(certificates: list[bytes], listed: list[tuple[str, bytes]]) -> tuple[bytes, bool | None]:
    """Return the signer's certificate, and whether the signature names it (None where it names none)."""
    if not listed:
        return certificates[0], None
    name, wanted = listed[0]
    for one in certificates:
        if hmac.compare_digest(hashlib.new(name, one).digest(), wanted):
            return one, True
    return certificates[0], False


def _times(reader: _Reader) -> tuple[datetime | None, bool]:
    """Return when the signature says it was made, and whether it says so only once."""
    told: set[datetime] = set()
    for signed in reader.covered:
        for one in signed.iter(f"{{{MDSSI}}}Value"):
            told.add(_moment(text_of(one)))
    for one in reader.signed_properties("SigningTime"):
        told.add(_moment(text_of(one)))
    return (min(told) if told else None), len(told) <= 1


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise SignatureMalformed("the time in the signature cannot be read") from None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _comments(reader: _Reader) -> str:
    for signed in reader.covered:
        for one in signed.findall(
            f"{dsig('SignatureProperties')}/{dsig('SignatureProperty')}/"
            f"{{{OFFICE}}}SignatureInfoV1/{{{OFFICE}}}SignatureComments"
        ):
            return text_of(one)
    return ""
