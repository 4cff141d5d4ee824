"""Attacks on the XML of the signature: wrapping, forging, and all that its own form leaves open."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable

from formsvc.seals import parts
from formsvc.seals.keys import P256_ORDER
from formsvc.seals.opc import C14N, DSIG, SIGNATURE_PART, XADES
from formsvc.seals.verify.canonical_xml import canonical, dsig
from tests.attacks.attack import OOXML_2023, TRANSFORMS_2007, WRAPPING_2005, WRAPPING_2012, Attack
from tests.attacks.docx_forging import (
    DOCUMENT,
    certificates,
    changed_foreign,
    ours,
    signed_again,
    with_signature,
)
from tests.unit.seals.small import demonstration_key, key, unzipped, zipped

_WRONG = {"integrity": "signature_wrong"}
_CONTAINER = {"integrity": "intact", "coverage": "container_changed"}
_UNCHECKED = {"integrity": "not_checkable"}
_OBJECT = re.compile(rb'<Object [^>]*Id="idPackageObject">.*?</Object>', re.DOTALL)
_SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"


def _xml() -> bytes:
    return unzipped(ours())[SIGNATURE_PART]


def _edited(*pairs: tuple[bytes, bytes], signed: bool = False) -> Callable[[], bytes]:
    """Return a maker that edits the signature; `signed` signs it again with our own trusted key."""

    def make() -> bytes:
        written = _xml()
        for old, new in pairs:
            assert old in written, old
            written = written.replace(old, new, 1)
        return with_signature(signed_again(written, by=key()) if signed else written)

    return make


def _foreign_edited(*pairs: tuple[bytes, bytes], signed: bool = False) -> Callable[[], bytes]:
    """Return a maker that edits the signature of the foreign document, and signs it again if asked to."""

    def change(contents: dict[str, bytes]) -> None:
        written = contents[SIGNATURE_PART]
        for old, new in pairs:
            assert old in written, old
            written = written.replace(old, new, 1)
        contents[SIGNATURE_PART] = signed_again(written, by=key()) if signed else written

    return lambda: changed_foreign(change)


def _object() -> bytes:
    found = _OBJECT.search(_xml())
    assert found is not None
    return found[0]


def _wrapped(wrapper: Callable[[bytes, bytes], tuple[bytes, bytes]]) -> Callable[[], bytes]:
    """Return a maker: `wrapper` (signed object, forged object) gives what stands in its place and last."""

    def make() -> bytes:
        contents = unzipped(ours())
        forged_text = contents[DOCUMENT].replace(b"Nobody", b"Forged", 1)
        signed = _object()
        forged = _with_digest(signed, forged_text)
        place, end = wrapper(signed, forged)
        written = _xml().replace(signed, place, 1).replace(b"</Signature>", end + b"</Signature>")
        contents |= {DOCUMENT: forged_text, SIGNATURE_PART: written}
        return zipped(contents)

    return make


def _with_digest(manifest: bytes, text: bytes) -> bytes:
    digest = base64.b64encode(hashlib.sha256(text).digest())
    manifest = manifest.replace(b"idSignatureTime", b"idForgedTime")
    return re.sub(
        rb"(/word/document\.xml\?.*?<DigestValue>)[^<]*", lambda found: found[1] + digest, manifest, count=1
    )


def _by_another() -> bytes:
    """Return a document whose signature was made anew by a demonstration key under our certificate."""
    return with_signature(signed_again(_xml(), by=demonstration_key()))


def _certificate_swapped() -> bytes:
    written = _xml().replace(certificates(key()), certificates(demonstration_key()))
    return with_signature(signed_again(written, by=demonstration_key()))


def _larger_value() -> bytes:
    written = _xml()
    found = re.search(rb"<SignatureValue>([^<]+)<", written)
    assert found is not None
    value = base64.b64decode(found[1])
    twin = value[:32] + (P256_ORDER - int.from_bytes(value[32:], "big")).to_bytes(32, "big")
    return with_signature(written.replace(found[1], base64.b64encode(twin)))


def _empty_manifest(*, keep: bytes = b"") -> Callable[[], bytes]:
    def change(contents: dict[str, bytes]) -> None:
        written = re.sub(
            rb"<Manifest>.*</Manifest>", b"<Manifest>" + keep + b"</Manifest>", contents[SIGNATURE_PART]
        )
        contents[SIGNATURE_PART] = signed_again(written, by=key())

    return lambda: changed_foreign(change)


def _utf16(written: bytes) -> bytes:
    return written.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")


def _row(
    name: str, does: str, make: Callable[[], bytes], expect: dict[str, str], published: str = ""
) -> Attack:
    return Attack(name=name, does=does, make=make, expect=expect, published=published)


def _transform(algorithm: str, inside: str = "") -> tuple[bytes, bytes]:
    """Return an edit that gives the reference to the document part a transform."""
    return (
        b'document.main+xml"><DigestMethod',
        f'document.main+xml"><Transforms><Transform Algorithm="{algorithm}">{inside}</Transform></Transforms>'
        "<DigestMethod".encode(),
    )


def _first_uri(uri: str) -> tuple[bytes, bytes]:
    return b'URI="#idPackageObject"', f'URI="{uri}"'.encode()


_OFFICE_URI = b'URI="#idOfficeObject"'
_ENTITY = b'<!DOCTYPE Signature [<!ENTITY a "x">]><Signature '
_XSLT = "http://www.w3.org/TR/1999/REC-xslt-19991116"
_XPATH = "http://www.w3.org/TR/1999/REC-xpath-19991116"
_STAMP = (
    b"</xd:SignedProperties><xd:UnsignedProperties><xd:UnsignedSignatureProperties>%s"
    b"</xd:UnsignedSignatureProperties></xd:UnsignedProperties>"
)


def _weak() -> bytes:
    """Return our document with SHA-1 for the objects of the signature, signed by our key."""
    written = re.sub(
        rb'(URI="#idPackageObject"><DigestMethod Algorithm=")[^"]*',
        rb"\g<1>" + f"{DSIG}sha1".encode(),
        _xml(),
    )
    target = parts.parse_xml(written, name="x").findall(dsig("Object"))[0]
    digest = base64.b64encode(hashlib.sha1(canonical(target), usedforsecurity=False).digest())
    written = re.sub(
        rb'(URI="#idPackageObject">.*?<DigestValue>)[^<]*', lambda found: found[1] + digest, written, count=1
    )
    return with_signature(signed_again(written, by=key(), value_only=True))


def _untyped() -> bytes:
    def change(contents: dict[str, bytes]) -> None:
        written = re.sub(
            rb'URI="/word/document.xml\?[^"]*"', b'URI="/word/document.xml"', contents[SIGNATURE_PART]
        )
        contents[SIGNATURE_PART] = signed_again(written, by=key())

    return changed_foreign(change)


_CHOSEN = b'<mdssi:RelationshipReference SourceId="rId1"></mdssi:RelationshipReference>'
_GROUP = b'<mdssi:RelationshipsGroupReference SourceType="x"></mdssi:RelationshipsGroupReference>'
_TOKEN = (
    b'<xd:SignatureTimeStamp><CanonicalizationMethod Algorithm="' + C14N.encode() + b'">'
    b"</CanonicalizationMethod><xd:EncapsulatedTimeStamp>MAA=</xd:EncapsulatedTimeStamp></xd:SignatureTimeStamp>"
)
_PROPERTIES = b"<Object><xd:QualifyingProperties"
_FORGED_PROPERTIES = (
    f'<Object><xd:QualifyingProperties xmlns:xd="{XADES}" Target="#idPackageSignature">'
    '<xd:SignedProperties Id="idX"></xd:SignedProperties></xd:QualifyingProperties></Object>'
).encode()

SIGNATURE_ATTACKS = (
    # ------------------------------------------------------------ wrapping
    _row(
        "object wrapped",
        "the signed manifest inside another object, a forged one in its place",
        _wrapped(
            lambda signed, forged: (
                forged.replace(b"idPackageObject", b"idForged"),
                b"<Object>" + signed + b"</Object>",
            )
        ),
        _WRONG,
        WRAPPING_2005,
    ),
    _row(
        "object moved to the end",
        "a forged manifest before the signed one, which stays referred to",
        _wrapped(lambda signed, forged: (forged.replace(b"idPackageObject", b"idForged"), signed)),
        {"integrity": "changed"},
        WRAPPING_2005,
    ),
    _row(
        "id twice, forged first",
        "two objects of one id",
        _wrapped(lambda signed, forged: (forged, signed)),
        _WRONG,
        WRAPPING_2012,
    ),
    _row(
        "id twice, forged last",
        "two objects of one id",
        _wrapped(lambda signed, forged: (signed, forged)),
        _WRONG,
        WRAPPING_2012,
    ),
    _row(
        "id twice, nested",
        "the signed object inside the forged one of the same id",
        _wrapped(lambda signed, forged: (forged.replace(b"</Object>", signed + b"</Object>"), b"")),
        _WRONG,
        WRAPPING_2012,
    ),
    _row(
        "id in another attribute",
        "xml:id beside Id, which some programs follow",
        _wrapped(lambda signed, forged: (forged.replace(b"Id=", b"xml:id=", 1), signed)),
        {"integrity": "changed"},
        WRAPPING_2012,
    ),
    _row(
        "object outside the signature",
        "the signature inside a new root, beside a forged object",
        lambda: with_signature(_xml().replace(b"<Signature ", b"<x><Signature ", 1) + b"</x>"),
        _WRONG,
        WRAPPING_2005,
    ),
    _row(
        "second SignedInfo",
        "a forged SignedInfo beside the signed one",
        _edited((b"<SignatureValue>", b"<SignedInfo></SignedInfo><SignatureValue>")),
        _WRONG,
        WRAPPING_2012,
    ),
    _row(
        "second signature value",
        "another value beside the first",
        _edited((b"<KeyInfo>", b"<SignatureValue>AA==</SignatureValue><KeyInfo>")),
        _WRONG,
    ),
    _row(
        "manifest twice",
        "a second manifest in the signed object, signed again by nobody",
        _edited((b"</Manifest>", b"</Manifest><Manifest></Manifest>")),
        _WRONG,
    ),
    _row(
        "reference to another id",
        "SignedInfo refers to what is not there",
        _edited(_first_uri("#idNobody")),
        _WRONG,
    ),
    _row("reference to everything", "an empty address", _edited(_first_uri("")), _WRONG),
    _row(
        "reference to the web",
        "an address to be fetched",
        _edited(_first_uri("http://x.example.org/")),
        _WRONG,
        TRANSFORMS_2007,
    ),
    _row(
        "reference to a file",
        "an address on the machine that verifies",
        _edited(_first_uri("file:///etc/hostname")),
        _WRONG,
        TRANSFORMS_2007,
    ),
    _row(
        "reference by expression", "an XPointer", _edited(_first_uri("#xpointer(/)")), _WRONG, TRANSFORMS_2007
    ),
    _row(
        "reference to signed info itself",
        "an id given to SignedInfo",
        _edited((b"<SignedInfo>", b'<SignedInfo Id="idX">'), _first_uri("#idX")),
        _WRONG,
    ),
    _row(
        "reference twice",
        "one object referred to twice, another not",
        _edited((_OFFICE_URI, b'URI="#idPackageObject"'), signed=True),
        _WRONG,
    ),
    _row(
        "no references",
        "a SignedInfo that refers to nothing, signed",
        lambda: with_signature(
            signed_again(
                re.sub(rb"<Reference Type.*?</Reference>(?=</SignedInfo>)", b"", _xml(), flags=re.DOTALL),
                by=key(),
            )
        ),
        _WRONG,
    ),
    # ------------------------------------------------------------ forging
    _row(
        "signed by another key",
        "our certificate, another key's value",
        _by_another,
        _WRONG,
        f"universal signature forgery: {OOXML_2023}",
    ),
    _row(
        "certificate swapped",
        "another key's certificate and value, the signed properties as they were",
        _certificate_swapped,
        {"signer": "certificate_not_bound"},
    ),
    _row(
        "certificate before ours",
        "another certificate in front",
        _edited((b"<X509Data>", b"<X509Data>" + certificates(demonstration_key()))),
        _CONTAINER,
    ),
    _row(
        "certificate twice",
        "our certificate twice",
        _edited((b"<X509Data>", b"<X509Data>" + certificates(key()))),
        _CONTAINER,
    ),
    _row(
        "certificate taken out",
        "no certificate",
        lambda: with_signature(re.sub(rb"<KeyInfo>.*</KeyInfo>", b"", _xml())),
        _UNCHECKED,
    ),
    _row(
        "certificate that is none",
        "base64 of nothing",
        lambda: with_signature(re.sub(rb"<X509Certificate>[^<]*", b"<X509Certificate>AAAA", _xml())),
        {"integrity": "signature_wrong"},
    ),
    _row(
        "key value beside",
        "a bare key, which some programs prefer",
        _edited((b"<KeyInfo>", b"<KeyInfo><KeyValue></KeyValue>")),
        _CONTAINER,
    ),
    _row(
        "key retrieved",
        "a key to be fetched",
        _edited((b"<KeyInfo>", b'<KeyInfo><RetrievalMethod URI="http://x.example.org/"></RetrievalMethod>')),
        _CONTAINER,
        TRANSFORMS_2007,
    ),
    _row(
        "value of zeros",
        "r and s nought",
        lambda: with_signature(
            re.sub(rb"<SignatureValue>[^<]*", b"<SignatureValue>" + base64.b64encode(bytes(64)), _xml())
        ),
        _WRONG,
        "CVE-2022-21449",
    ),
    _row(
        "value of another length",
        "one byte more",
        lambda: with_signature(
            re.sub(rb"<SignatureValue>[^<]*", b"<SignatureValue>" + base64.b64encode(bytes(65)), _xml())
        ),
        _WRONG,
    ),
    _row(
        "empty value",
        "nothing",
        lambda: with_signature(re.sub(rb"<SignatureValue>[^<]*", b"<SignatureValue>", _xml())),
        _WRONG,
    ),
    _row("larger value", "the second value that ECDSA has for every signature", _larger_value, _CONTAINER),
    _row(
        "HMAC instead",
        "a method whose key is public",
        _edited((b"xmldsig-more#ecdsa-sha256", b"xmldsig-more#hmac-sha256")),
        _UNCHECKED,
        "CVE-2009-0217, key confusion",
    ),
    _row(
        "HMAC cut short",
        "one bit of it",
        _edited(
            (
                b'Algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256">',
                b'Algorithm="http://www.w3.org/2000/09/xmldsig#hmac-sha1"><HMACOutputLength>1</HMACOutputLength>',
            )
        ),
        _UNCHECKED,
        "CVE-2009-0217",
    ),
    _row(
        "method of another key",
        "RSA where the key is not",
        _edited((b"xmldsig-more#ecdsa-sha256", b"xmldsig-more#rsa-sha256")),
        _WRONG,
    ),
    _row(
        "digest method weakened",
        "SHA-1 for a part, unsigned",
        _edited(
            (
                b'Type="http://www.w3.org/2000/09/xmldsig#Object" URI="#idPackageObject"><DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"',
                b'Type="http://www.w3.org/2000/09/xmldsig#Object" URI="#idPackageObject"><DigestMethod Algorithm="http://www.w3.org/2000/09/xmldsig#sha1"',
            )
        ),
        _WRONG,
    ),
    _row(
        "digest method unknown",
        "MD5, which nobody checks",
        _edited((b'xmlenc#sha256"></DigestMethod>', b'xmlenc#md5"></DigestMethod>')),
        _UNCHECKED,
    ),
    _row(
        "weak digest signed by a trusted key",
        "SHA-1 throughout, properly signed",
        _weak,
        {"integrity": "intact", "algorithms": "weak_digest"},
    ),
    # ------------------------------------------------------------ transforms
    _row(
        "XSLT",
        "a program among the transforms",
        _foreign_edited(_transform(_XSLT, "<x></x>"), signed=True),
        _UNCHECKED,
        TRANSFORMS_2007,
    ),
    _row(
        "XPath",
        "a filter among the transforms",
        _foreign_edited(_transform(_XPATH, "<XPath>false()</XPath>"), signed=True),
        _UNCHECKED,
        WRAPPING_2005,
    ),
    _row(
        "enveloped signature",
        "a transform that leaves out the signature",
        _foreign_edited(_transform(f"{DSIG}enveloped-signature"), signed=True),
        _UNCHECKED,
    ),
    _row(
        "base64",
        "a transform that decodes",
        _foreign_edited(_transform(f"{DSIG}base64"), signed=True),
        _UNCHECKED,
    ),
    _row(
        "relationship transform of a document",
        "the document taken for relationships",
        _foreign_edited(
            _transform("http://schemas.openxmlformats.org/package/2006/RelationshipTransform"), signed=True
        ),
        _UNCHECKED,
    ),
    _row(
        "transforms twice",
        "two lists of transforms",
        _foreign_edited((b"<Transforms>", b"<Transforms></Transforms><Transforms>"), signed=True),
        _WRONG,
    ),
    _row(
        "canonical form with comments",
        "another canonical form of SignedInfo",
        _edited(
            (
                b'<CanonicalizationMethod Algorithm="' + C14N.encode(),
                b'<CanonicalizationMethod Algorithm="' + C14N.encode() + b"#WithComments",
            )
        ),
        _UNCHECKED,
    ),
    _row(
        "canonical form that is none",
        "an address nobody knows",
        _edited(
            (b'<CanonicalizationMethod Algorithm="' + C14N.encode(), b'<CanonicalizationMethod Algorithm="x')
        ),
        _UNCHECKED,
    ),
    _row(
        "relationships left out of the transform",
        "a signed relationship transform that chooses none",
        _foreign_edited((_CHOSEN, b""), signed=True),
        {"integrity": "changed"},
    ),
    _row(
        "relationships chosen by type",
        "a group reference to types that may grow",
        _foreign_edited(
            (
                _CHOSEN,
                _CHOSEN + _GROUP,
            ),
            signed=True,
        ),
        {"coverage": "properties_not_covered"},
    ),
    # ------------------------------------------------------------ the manifest
    _row(
        "empty manifest",
        "a trusted signature over nothing",
        _empty_manifest(),
        {"coverage": "parts_not_covered"},
        f"partial signature: {OOXML_2023}",
    ),
    _row(
        "manifest names a part twice",
        "two digests of the document, signed",
        _foreign_edited(
            (
                b"</Manifest>",
                b'<Reference URI="/word/document.xml?ContentType=x"><DigestMethod Algorithm="'
                + _SHA256.encode()
                + b'"></DigestMethod><DigestValue>AAAA</DigestValue></Reference></Manifest>',
            ),
            signed=True,
        ),
        _WRONG,
    ),
    _row(
        "manifest names a part twice by encoding",
        "the document again, percent-encoded, signed",
        _foreign_edited(
            (
                b"</Manifest>",
                b'<Reference URI="/word/documen%74.xml?ContentType=x"><DigestMethod Algorithm="'
                + _SHA256.encode()
                + b'"></DigestMethod><DigestValue>AAAA</DigestValue></Reference></Manifest>',
            ),
            signed=True,
        ),
        _WRONG,
    ),
    _row(
        "manifest outside the package",
        "an address on the web, signed",
        _foreign_edited(
            (b'URI="/word/document.xml?', b'URI="http://x.example.org/word/document.xml?'), signed=True
        ),
        _UNCHECKED,
        TRANSFORMS_2007,
    ),
    _row(
        "manifest of a part that is not there",
        "a part named in vain, signed",
        _foreign_edited(
            (
                b"</Manifest>",
                b'<Reference URI="/word/gone.xml?ContentType=x"><DigestMethod Algorithm="'
                + _SHA256.encode()
                + b'"></DigestMethod><DigestValue>AAAA</DigestValue></Reference></Manifest>',
            ),
            signed=True,
        ),
        {"integrity": "changed"},
    ),
    _row(
        "manifest without a content type",
        "a part signed without its kind",
        _untyped,
        {"coverage": "types_changed"},
    ),
    _row(
        "manifest nobody signed",
        "the manifest in an object that SignedInfo does not reach",
        _edited(
            (
                b'<Reference Type="http://www.w3.org/2000/09/xmldsig#Object" URI="#idPackageObject">',
                b'<Reference Type="http://www.w3.org/2000/09/xmldsig#Object" URI="#idOfficeObject">',
            ),
            signed=True,
        ),
        {"coverage": "parts_not_covered"},
    ),
    # ------------------------------------------------------------ the frame, which no digest reaches
    _row(
        "space in the frame",
        "white space between two elements",
        _edited((b"</SignatureValue><KeyInfo>", b"</SignatureValue> <KeyInfo>")),
        _CONTAINER,
    ),
    _row(
        "comment in the frame",
        "words that nobody signed",
        _edited((b"<KeyInfo>", b"<!-- x --><KeyInfo>")),
        _CONTAINER,
    ),
    _row(
        "comment in a value",
        "a comment that cuts the value for some readers",
        _edited((b"<SignatureValue>", b"<SignatureValue><!-- x -->")),
        _WRONG,
        "Ludwig, SAML comment truncation, 2018",
    ),
    _row(
        "comment in a digest",
        "a comment inside a signed digest",
        _edited((b"<DigestValue>", b"<DigestValue><!-- x -->")),
        _WRONG,
        "Ludwig, SAML comment truncation, 2018",
    ),
    _row(
        "comment in the certificate",
        "a comment inside a value",
        _edited((b"<X509Certificate>", b"<X509Certificate><!-- x -->")),
        _WRONG,
    ),
    _row("processing instruction", "in the frame", _edited((b"<KeyInfo>", b"<?x y?><KeyInfo>")), _CONTAINER),
    _row(
        "processing instruction in a signed part",
        "canonical form keeps it",
        _edited((b"<Manifest>", b"<?x y?><Manifest>")),
        _WRONG,
    ),
    _row(
        "attribute on the frame",
        "one that means nothing",
        _edited((b"<KeyInfo>", b'<KeyInfo Id="x">')),
        _CONTAINER,
    ),
    _row(
        "object that nobody signed",
        "more room for anything",
        _edited((b"</Signature>", b"<Object>x</Object></Signature>")),
        _CONTAINER,
    ),
    _row(
        "stylesheet before the signature",
        "a processing instruction in front",
        _edited((b"<Signature ", b'<?xml-stylesheet href="x"?><Signature ')),
        _CONTAINER,
    ),
    _row(
        "comment after the signature",
        "words behind",
        lambda: with_signature(_xml() + b"<!-- x -->"),
        _CONTAINER,
    ),
    _row(
        "newline after the signature",
        "white space behind",
        lambda: with_signature(_xml() + b"\n"),
        _CONTAINER,
    ),
    _row(
        "base64 with a space",
        "the value in another form",
        _edited((b"</SignatureValue>", b" </SignatureValue>")),
        _CONTAINER,
    ),
    _row(
        "certificate with a newline",
        "in another form",
        _edited((b"</X509Certificate>", b"\n</X509Certificate>")),
        _CONTAINER,
    ),
    _row(
        "another declaration",
        "white space in the declaration",
        _edited((b"<?xml version", b"<?xml  version")),
        _CONTAINER,
    ),
    _row("no declaration", "left out", lambda: with_signature(_xml().partition(b"\n")[2]), _CONTAINER),
    _row(
        "byte order mark",
        "before the declaration",
        lambda: with_signature(b"\xef\xbb\xbf" + _xml()),
        _CONTAINER,
    ),
    _row(
        "UTF-16",
        "the same characters in another encoding",
        lambda: with_signature(_utf16(_xml())),
        _CONTAINER,
    ),
    _row(
        "single quotes",
        "another form of an attribute",
        _edited((b'Id="idPackageSignature"', b"Id='idPackageSignature'")),
        _CONTAINER,
    ),
    _row(
        "character reference",
        "a letter written as a number",
        _edited((b"<X509Certificate>M", b"<X509Certificate>&#77;")),
        _CONTAINER,
    ),
    _row(
        "CDATA",
        "a value written as CDATA",
        lambda: with_signature(
            re.sub(rb"<SignatureValue>([^<]*)", rb"<SignatureValue><![CDATA[\1]]>", _xml())
        ),
        _CONTAINER,
    ),
    _row(
        "entity",
        "a document type with an entity",
        _edited((b"<Signature ", _ENTITY)),
        {"integrity": "signature_wrong"},
    ),
    _row(
        "namespace said again",
        "a declaration of no use",
        _edited((b"<KeyInfo>", b'<KeyInfo xmlns:y="urn:y">')),
        _CONTAINER,
    ),
    _row(
        "prefix redefined",
        "the prefix of the signed properties means something else further out",
        _edited((b'<Signature xmlns="', b'<Signature xmlns:xd="urn:x" xmlns="')),
        _WRONG,
    ),
    _row(
        "namespace that is no address",
        "a relative one, which canonical form does not have",
        _edited((b"<KeyInfo>", b'<KeyInfo xmlns:y="y">')),
        _CONTAINER,
    ),
    _row(
        "namespace that is no address in what is signed",
        "a relative one, which canonical form does not have",
        _edited((b'<Signature xmlns="', b'<Signature xmlns:y="y" xmlns="')),
        _UNCHECKED,
    ),
    _row(
        "signature in another namespace",
        "an element called like it",
        _edited((DSIG.encode(), b"urn:x")),
        _WRONG,
    ),
    _row(
        "inherited xml:lang",
        "an attribute that canonical form inherits",
        _edited((b'Id="idPackageSignature"', b'Id="idPackageSignature" xml:lang="en"')),
        _UNCHECKED,
    ),
    _row(
        "target of another signature",
        "the properties said to be another signature's",
        _edited((b'Target="#idPackageSignature"><xd:SignedProperties', b'Target="#x"><xd:SignedProperties')),
        _CONTAINER,
    ),
    # ------------------------------------------------------------ unsigned properties
    _row(
        "empty unsigned properties",
        "room that nobody signed",
        _edited(
            (
                b"</xd:SignedProperties>",
                b"</xd:SignedProperties><xd:UnsignedProperties></xd:UnsignedProperties>",
            )
        ),
        _CONTAINER,
    ),
    _row(
        "unsigned certificate values",
        "stuffing",
        _edited((b"</xd:SignedProperties>", _STAMP % b"<xd:CertificateValues></xd:CertificateValues>")),
        _CONTAINER,
    ),
    _row(
        "counter signature",
        "another signature inside",
        _edited((b"</xd:SignedProperties>", _STAMP % b"<xd:CounterSignature></xd:CounterSignature>")),
        _CONTAINER,
    ),
    _row(
        "time stamp that is none",
        "a token of nothing",
        _edited(
            (
                b"</xd:SignedProperties>",
                _STAMP % _TOKEN,
            )
        ),
        {"time": "timestamp_wrong"},
    ),
    _row(
        "signed properties twice",
        "two sets in one object",
        _edited(
            (
                b"</xd:SignedProperties>",
                b'</xd:SignedProperties><xd:SignedProperties Id="idX"></xd:SignedProperties>',
            )
        ),
        _CONTAINER,
    ),
    _row(
        "signed properties in a second object",
        "forged ones before the signed",
        _edited(
            (
                _PROPERTIES,
                _FORGED_PROPERTIES + _PROPERTIES,
            )
        ),
        _CONTAINER,
        WRAPPING_2012,
    ),
    # ------------------------------------------------------------ what the seal says of the container
    _row(
        "container line forged",
        "another digest in the comment, unsigned",
        lambda: with_signature(re.sub(rb"SHA-256: [0-9a-f]{4}", b"SHA-256: 0000", _xml())),
        _WRONG,
    ),
    _row(
        "container line taken out by a trusted key",
        "a document with our data and no line",
        lambda: with_signature(signed_again(re.sub(rb" Container before[^<]*", b"", _xml()), by=key())),
        {"coverage": "container_changed"},
    ),
    _row(
        "container line of another container by a trusted key",
        "a line of zeros, properly signed",
        lambda: with_signature(
            signed_again(re.sub(rb"SHA-256: [0-9a-f]{64}", b"SHA-256: " + b"0" * 64, _xml()), by=key())
        ),
        {"coverage": "container_changed"},
    ),
    _row(
        "times that disagree",
        "two moments in one signature, properly signed",
        lambda: with_signature(
            signed_again(
                re.sub(rb"<mdssi:Value>[^<]*", b"<mdssi:Value>2026-11-22T18:04:00Z", _xml()), by=key()
            )
        ),
        {"time": "times_disagree"},
    ),
    _row(
        "time in the future",
        "properly signed",
        lambda: with_signature(signed_again(_xml().replace(b"2026-11-22T18", b"2026-12-01T18"), by=key())),
        {"time": "time_in_future"},
    ),
    _row(
        "time before the certificate",
        "properly signed",
        lambda: with_signature(signed_again(_xml().replace(b"2026-11-22T18", b"2020-11-22T18"), by=key())),
        {"signer": "not_yet_valid"},
    ),
    _row(
        "time that is none",
        "words for a time, properly signed",
        lambda: with_signature(signed_again(_xml().replace(b"2026-11-22T18:05:00Z", b"yesterday"), by=key())),
        _WRONG,
    ),
)
