"""Does a package signature cover the whole package? And, in our own files, the whole container?

Word's signature leaves open what is added beside it: parts, relationships, content types,
properties, the form of the ZIP. Each is looked at here. Our own seal also names the digest of the
container before it; what follows is a tail of known form, which is written again and compared.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lxml import etree

from formsvc.errors import Unreadable
from formsvc.seals import package, parts
from formsvc.seals.cms import whole
from formsvc.seals.keys import P256_ORDER
from formsvc.seals.opc import (
    CONTAINER_WORDS,
    DECLARATION,
    DSIG,
    SIGNATURE_PART,
    XADES,
    container_line,
    unsigned_end,
)
from formsvc.seals.tokens import canonical_token
from formsvc.seals.verify.canonical_xml import (
    NotCheckable,
    SignatureMalformed,
    canonical,
    decoded,
    dsig,
    text_of,
    xades,
)
from formsvc.seals.verify.verdicts import Verdict, bad, good, unknown
from formsvc.seals.verify.xml_signature import XmlSignature

_PROPERTY_TYPES: Final = frozenset(
    {
        "application/vnd.openxmlformats-package.core-properties+xml",
        "application/vnd.openxmlformats-officedocument.extended-properties+xml",
        "application/vnd.openxmlformats-officedocument.custom-properties+xml",
        "image/jpeg",
        "image/x-emf",
        "image/x-wmf",
        "image/png",
    }
)
_CONTAINER: Final = re.compile(re.escape(CONTAINER_WORDS) + r" ([0-9a-f]{64})\Z")
_CERTIFICATE_TYPE: Final = "application/vnd.openxmlformats-package.digital-signature-certificate"


@dataclass(frozen=True, kw_only=True)
class OpenPackage:
    """A package that was read: the file, its entries in their order, its parts, its content types."""

    data: bytes
    archive: package.Archive
    contents: Mapping[str, bytes]
    types: parts.ContentTypes

    @property
    def arrows(self) -> Iterator[tuple[str, parts.Relationship]]:
        """Yield every relationship with the `.rels` part it stands in."""
        for name in self.contents:
            if parts.is_relationships(name):
                for one in parts.relationships(self.contents[name], name=name):
                    yield name, one


def open_package(data: bytes, *, limits: package.Limits) -> OpenPackage:
    """Return the package in `data`; raise Unreadable for what is not one."""
    archive = package.read(data, limits=limits)
    contents = {entry.name: entry.unpack() for entry in archive.entries}
    for needed in (parts.CONTENT_TYPES, "_rels/.rels"):
        if needed not in contents:
            raise Unreadable(f"the package has no {needed}")
    opened = OpenPackage(
        data=data,
        archive=archive,
        contents=contents,
        types=parts.content_types(contents[parts.CONTENT_TYPES]),
    )
    arrows = [arrow for name, arrow in opened.arrows if name == "_rels/.rels"]  # and each .rels part is read
    for kind in (parts.ORIGIN_RELATIONSHIP, parts.CORE_RELATIONSHIP):
        if sum(arrow.type == kind for arrow in arrows) > 1:
            raise Unreadable("the package has two of what there may be one of (29500-2, 8.5 and 10.4)")
    return opened


def judge_coverage(opened: OpenPackage, signature: XmlSignature, *, part: str, ours: bool) -> Verdict:
    """Return the verdict on what one signature covers; `ours` asks for all that our own seals have."""
    uncovered = sorted(_uncovered(opened, signature))
    if uncovered:
        return bad("parts_not_covered", parts=uncovered)
    types = sorted(_wrong_types(opened, signature))
    if types:
        return bad("types_changed", parts=types)
    arrows = sorted(_open_arrows(opened, signature))
    if arrows:
        return bad("relationships_not_covered", relationships=arrows)
    container = _CONTAINER.search(signature.comments)
    if container is None and not ours:
        return unknown(
            "properties_not_covered",
            properties=sorted(name for name in opened.contents if parts.is_properties(name)),
            packing=list(opened.archive.oddities),
        )
    problems = list(_container_problems(opened, signature, part=part, digest=container and container[1]))
    if problems:
        return bad("container_changed", why=problems)
    return good("whole", parts=len(signature.covered))


def _uncovered(opened: OpenPackage, signature: XmlSignature) -> Iterator[str]:
    signatures = set(_parts_of_signatures(opened))
    for name in opened.contents:
        if name == parts.CONTENT_TYPES or name in signature.covered or name in signatures:
            continue
        if parts.is_properties(name) and not parts.is_relationships(name):
            continue
        if parts.is_relationships(name) and not parts.relationships(opened.contents[name], name=name):
            continue
        yield name


def _parts_of_signatures(opened: OpenPackage) -> Iterator[str]:
    """Yield the parts that the signatures themselves are made of: each is pointed at, and is of its kind."""
    expected = [(origin, parts.ORIGIN_TYPE) for origin in _targets(opened, "", parts.ORIGIN_RELATIONSHIP)]
    for origin, _ in list(expected):
        for signature in _targets(opened, origin, parts.SIGNATURE_RELATIONSHIP):
            expected.append((signature, parts.SIGNATURE_TYPE))
            expected += [(one, _CERTIFICATE_TYPE) for one in _targets(opened, signature, _CERTIFICATE_ARROW)]
    for name, kind in expected:
        if parts.is_signature(name) and opened.types.of(name) == kind:
            if kind != parts.ORIGIN_TYPE or not opened.contents.get(name):  # nothing may stand in an origin
                yield name
            arrows = parts.relationships_part(name)
            if opened.types.of(arrows) == parts.RELATIONSHIPS_TYPE:
                yield arrows


def _targets(opened: OpenPackage, part: str, kind: str) -> Iterator[str]:
    for arrow in arrows_of(opened, part):
        if arrow.type == kind and not arrow.external:
            yield parts.target_part(part, arrow.target) or ""


def _wrong_types(opened: OpenPackage, signature: XmlSignature) -> Iterator[str]:
    for name, covered in signature.covered.items():
        if covered.content_type is None or covered.content_type != opened.types.of(name):
            yield name
    for name in opened.contents:
        if parts.is_properties(name) and opened.types.of(name) not in _PROPERTY_TYPES:
            yield name
        if opened.types.of(name) is None and name != parts.CONTENT_TYPES:
            yield name


def _open_arrows(opened: OpenPackage, signature: XmlSignature) -> Iterator[str]:
    """Yield the relationships nobody signed, those apart that may be: to properties and signatures."""
    for name, arrow in opened.arrows:
        if parts.is_signature(name):
            if arrow.external or arrow.type not in (parts.SIGNATURE_RELATIONSHIP, _CERTIFICATE_ARROW):
                yield f"{name}#{arrow.id}"
            continue
        covered = signature.covered.get(name)
        if covered is not None and covered.relationships is None:
            continue  # the part is signed as it is
        if covered is not None and covered.relationships and arrow.id in covered.relationships:
            continue
        if name == "_rels/.rels" and _may_be_open(arrow):
            continue
        yield f"{name}#{arrow.id}"


_CERTIFICATE_ARROW: Final = (
    "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/certificate"
)


def _may_be_open(arrow: parts.Relationship) -> bool:
    target = None if arrow.external else parts.target_part("", arrow.target)
    if arrow.type not in parts.UNSIGNED_RELATIONSHIPS or target is None:
        return False
    return (
        parts.is_signature(target) if arrow.type == parts.ORIGIN_RELATIONSHIP else parts.is_properties(target)
    )


def _container_problems(
    opened: OpenPackage, signature: XmlSignature, *, part: str, digest: str | None
) -> Iterator[str]:
    entries = opened.archive.entries
    last = entries[-1]
    if digest is None:
        yield "the seal does not name the container"
        return
    if part != SIGNATURE_PART or last.name != part or last.method != 0:
        yield "the seal is not the last entry"
        return
    if not digest_equals(opened.data[: last.offset], digest):
        yield "the bytes before the seal are not those that were sealed"
    offsets = [entry.offset for entry in entries]
    start = last.offset + len(package.write_local(last))
    tail = package.write_local(last) + package.write_directory(entries, offsets=offsets, start=start)
    if opened.data[last.offset :] != tail:
        yield "the container's headers are not in their one form"
    yield from _unsigned_remainder(opened.contents[part], signature)
    if container_line(digest) not in signature.comments:
        yield "the seal does not name the container in its own words"


def digest_equals(octets: bytes, digest: str) -> bool:
    """Say whether SHA-256 of the octets is this hex digest."""
    return hashlib.sha256(octets).hexdigest() == digest


def _unsigned_remainder(written: bytes, signature: XmlSignature) -> Iterator[str]:
    """Yield what is not in its one form where the digests do not reach: the frame around what is signed."""
    root = signature.root
    if not _is_canonical(written, root):
        yield "the signature is not written in its canonical form"
    if [str(one.tag) for one in root] != [
        *(dsig(name) for name in ("SignedInfo", "SignatureValue", "KeyInfo")),
        *(dsig("Object") for _ in range(3)),
    ]:
        yield "the signature holds something unknown"
        return
    _, value, info, package_object, office_object, xades_object = root
    frame = [root, value, info, *info, *(inner for one in info for inner in one), xades_object, *xades_object]
    if any(_loose(one) for one in frame) or any(len(one) for one in frame if one.tag in _LEAVES):
        yield "there is something in the signature that nobody signed"
    signed = set(map(id, signature.objects))
    qualifying = [one for one in xades_object if one.tag == xades("QualifyingProperties")]
    properties = [one for holder in qualifying for one in holder]
    if len(qualifying) != 1 or len(xades_object) != 1 or not _stamped_at_most(properties, written):
        yield "the signature holds properties that nobody signed"
    if not {id(package_object), id(office_object), *map(id, properties[:1])} <= signed:
        yield "an object of the signature is not signed"
    if [one.tag for one in info] != [dsig("X509Data")] or any(
        inner.tag != dsig("X509Certificate") for one in info for inner in one
    ):
        yield "the signature holds key information of another kind"
    yield from _values(value, info, signature)


def _is_canonical(written: bytes, root: etree._Element) -> bool:
    try:
        return written == DECLARATION + canonical(root)
    except NotCheckable:
        return False


def _stamped_at_most(properties: Sequence[etree._Element], written: bytes) -> bool:
    """Say whether the unsigned properties, if any, are one time stamp, written in its one form."""
    if [one.tag for one in properties] == [xades("SignedProperties")]:
        return True
    if [one.tag for one in properties] != [xades("SignedProperties"), xades("UnsignedProperties")]:
        return False
    stamps = list(properties[1].iter(xades("EncapsulatedTimeStamp")))
    try:
        (stamp,) = stamps
        token = canonical_token(whole(decoded(text_of(stamp))))
        return written.endswith(unsigned_end(token))
    except (SignatureMalformed, ValueError):
        return False


_LEAVES: Final = frozenset({dsig("SignatureValue"), dsig("X509Certificate")})
_FRAME_ATTRIBUTES: Final[Mapping[str, Mapping[str, str]]] = {
    dsig("Signature"): {"Id": "idPackageSignature"},
    xades("QualifyingProperties"): {"Target": "#idPackageSignature"},
}
_KNOWN_SCOPES: Final[tuple[dict[str | None, str], ...]] = ({None: DSIG}, {None: DSIG, "xd": XADES})


def _loose(element: etree._Element) -> bool:
    """Say whether an element of the frame carries an attribute, a namespace or text of no use."""
    text = element.tag not in _LEAVES and element.text
    attributes = {str(name): str(value) for name, value in element.attrib.items()}
    odd = attributes != _FRAME_ATTRIBUTES.get(str(element.tag), {})
    return bool(text or element.tail or odd or element.nsmap not in _KNOWN_SCOPES)


def _values(value: etree._Element, info: etree._Element, signature: XmlSignature) -> Iterator[str]:
    """Yield values that could be written in another way: base64, certificates, the larger s of ECDSA."""
    written = [one.text or "" for holder in info for one in holder]
    certificates = [signature.certificate, *signature.others]
    if written != [base64.b64encode(one).decode() for one in certificates]:
        yield "the certificates are not written in their one form"
    if [hashlib.sha256(one).digest() for one in certificates] != list(signature.listed):
        yield "the certificates are not those that were sealed"
    if value.text != base64.b64encode(signature.value).decode():
        yield "the signature value is not written in its one form"
    if len(signature.value) == 64 and int.from_bytes(signature.value[32:], "big") > P256_ORDER // 2:
        yield "the signature value is not in its one form"


def arrows_of(opened: OpenPackage, part: str) -> Sequence[parts.Relationship]:
    """Return the relationships of a part; of the package itself for an empty name."""
    name = parts.relationships_part(part)
    return parts.relationships(opened.contents[name], name=name) if name in opened.contents else ()


def signature_parts(opened: OpenPackage) -> Iterable[str]:
    """Yield the signature parts in the order of their ids; raise Unreadable where one is missing."""
    for origin in arrows_of(opened, ""):
        if origin.type != parts.ORIGIN_RELATIONSHIP or origin.external:
            continue
        source = parts.target_part("", origin.target) or ""
        for arrow in sorted(arrows_of(opened, source), key=lambda one: one.id):
            target = None if arrow.external else parts.target_part(source, arrow.target)
            if arrow.type == parts.SIGNATURE_RELATIONSHIP:
                if target is None or target not in opened.contents:
                    raise Unreadable("the package names a signature that is not there")
                yield target
