"""Verify a Word document: its package signatures, what hides in it, its data and its print."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any, Final

from lxml import etree

from formsvc.documents.content import Content
from formsvc.documents.docx.data import ATTACHED, ATTACHED_RELATIONSHIP, NAMESPACE, extract
from formsvc.documents.docx.properties import property_parts
from formsvc.documents.docx.reading import read_print
from formsvc.errors import Unreadable
from formsvc.seals import package, parts
from formsvc.seals.opc import DSIG
from formsvc.seals.verify.attachments import judge_attachments
from formsvc.seals.verify.canonical_xml import (
    NotCheckable,
    SignatureMalformed,
    canonical,
    decoded,
    dsig,
    text_of,
    xades,
)
from formsvc.seals.verify.docx_hidden import judge_hidden
from formsvc.seals.verify.methods import judge_methods, key_size
from formsvc.seals.verify.package_coverage import (
    OpenPackage,
    arrows_of,
    judge_coverage,
    open_package,
    signature_parts,
)
from formsvc.seals.verify.timestamps import Stamp, judge_time, proven_at, read_stamp
from formsvc.seals.verify.trust import Trust, judge_signer
from formsvc.seals.verify.validity import Definitions
from formsvc.seals.verify.verdicts import (
    NOT_APPLICABLE,
    SignatureVerdicts,
    Status,
    Verdict,
    bad,
    good,
    unknown,
    verdict,
)
from formsvc.seals.verify.view import Embedded, compare, judge_data, read_view, unreadable_print
from formsvc.seals.verify.xml_signature import XmlSignature, read_signature

_WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MOST: Final = 30
_MARK: Final = NAMESPACE.rpartition(":")[0].encode()
_BLIP: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"


def verify_docx(
    data: bytes, *, trust: Trust, limits: package.Limits, definitions: Definitions | None = None
) -> dict[str, Any]:
    """Return the verdicts on a Word document by name; raise Unreadable for what is not a package."""
    opened = open_package(data, limits=limits)
    signed = list(islice(signature_parts(opened), _MOST + 1))
    if len(signed) > _MOST:
        raise Unreadable(f"it carries more than {_MOST} signatures")
    embedded = _embedded(opened, definitions=definitions)
    ours = embedded.content is not None
    signatures = tuple(_judge(opened, part, trust=trust, ours=ours) for part in signed)
    return {
        "signatures": signatures,
        "hidden": judge_hidden(opened, ours=ours),
        "data": judge_data(embedded, signers=(one.signer for one in signatures)),
        "valid": embedded.valid,
        "print": _print(opened, embedded.content) if embedded.content is not None else NOT_APPLICABLE,
        "attachments": _attachments(opened, embedded) if ours else NOT_APPLICABLE,
        "issued": embedded.issued,
    }


def embedded_in_docx(data: bytes, *, limits: package.Limits) -> bytes:
    """Return the JSON inside a Word document; raise Unreadable where there is none, or not just one."""
    return extract(open_package(data, limits=limits).contents)


def _judge(opened: OpenPackage, part: str, *, trust: Trust, ours: bool) -> SignatureVerdicts:
    written = opened.contents[part]
    try:
        if opened.types.of(part) != parts.SIGNATURE_TYPE:
            raise SignatureMalformed("the signature's content type is another")
        signature = read_signature(written, contents=opened.contents)
    except (SignatureMalformed, Unreadable) as error:
        return _failed(part, written, bad("signature_wrong", why=str(error)))
    except NotCheckable as error:
        return _failed(part, written, unknown("not_checkable", why=str(error)[:200]))
    stamps = tuple(_stamps(signature, trust))
    return SignatureVerdicts(
        label=part,
        identity=hashlib.sha256(signature.value).hexdigest(),
        integrity=_integrity(signature),
        coverage=judge_coverage(opened, signature, part=part, ours=ours),
        algorithms=judge_methods(signature.digests, key=key_size(signature.certificate)),
        signer=_signer(signature, trust, proven=proven_at(stamps)),
        time=judge_time(signature.claimed, agree=signature.times_agree, stamps=stamps),
        level=good("level", level=_level(signature)),
    )


def _failed(part: str, written: bytes, why: Verdict) -> SignatureVerdicts:
    return SignatureVerdicts(
        label=part,
        identity=hashlib.sha256(written).hexdigest(),
        integrity=why,
        coverage=NOT_APPLICABLE,
        algorithms=NOT_APPLICABLE,
        signer=NOT_APPLICABLE,
        time=NOT_APPLICABLE,
        level=NOT_APPLICABLE,
    )


def _integrity(signature: XmlSignature) -> Verdict:
    if not signature.holds:
        return bad("signature_wrong", why="its value does not fit")
    if signature.changed:
        return bad("changed", parts=list(signature.changed))
    return good("intact", parts=len(signature.covered))


def _signer(signature: XmlSignature, trust: Trust, *, proven: datetime | None) -> Verdict:
    if signature.bound is False:
        return bad("certificate_not_bound")
    return judge_signer(
        signature.certificate, others=signature.others, at=signature.claimed, trust=trust, proven=proven
    )


def _unsigned(signature: XmlSignature, name: str) -> list[etree._Element]:
    path = "/".join(
        (
            dsig("Object"),
            xades("QualifyingProperties"),
            xades("UnsignedProperties"),
            xades("UnsignedSignatureProperties"),
            xades(name),
        )
    )
    return signature.root.findall(path)


def _stamps(signature: XmlSignature, trust: Trust) -> Iterator[Stamp]:
    wrong = Stamp(holds=False, at=None, authority="", trusted=False)
    value = signature.root.find(f"{{{DSIG}}}SignatureValue")
    for holder in _unsigned(signature, "SignatureTimeStamp")[:_MOST]:
        method = holder.find(dsig("CanonicalizationMethod"))
        token = holder.find(xades("EncapsulatedTimeStamp"))
        if token is None or value is None:
            yield wrong
            continue
        try:
            octets = (
                canonical(value, str(method.get("Algorithm"))) if method is not None else canonical(value)
            )
            yield read_stamp(decoded(text_of(token)), stamped=octets, trust=trust)
        except (SignatureMalformed, NotCheckable):
            yield wrong


def _level(signature: XmlSignature) -> str:
    """Return the form of the signature: each level of XAdES needs the one before it."""
    if signature.bound is None:
        return "XML signature without XAdES"
    level = "XAdES-EPES" if signature.policy else "XAdES-BES"
    for name, needed in (
        ("XAdES-T", ("SignatureTimeStamp",)),
        ("XAdES-C", ("CompleteCertificateRefs", "CompleteRevocationRefs")),
        ("XAdES-X", ("SigAndRefsTimeStamp",)),
        ("XAdES-X-L", ("CertificateValues", "RevocationValues")),
    ):
        if not all(_unsigned(signature, one) for one in needed):
            break
        level = name
    return level


def _embedded(opened: OpenPackage, *, definitions: Definitions | None) -> Embedded:
    if not any(name.startswith("customXml/") and _MARK in one for name, one in opened.contents.items()):
        return Embedded(verdict=verdict(Status.NOT_APPLICABLE, "no_data"))
    try:
        _refuse_second_data(opened)
        found = read_view(extract(opened.contents), definitions=definitions)
    except Unreadable as error:
        return Embedded(verdict=bad("data_odd", why=error.detail))
    if found.content is None:
        return found
    wanted = property_parts(found.content)
    there = {name for name in opened.contents if parts.is_properties(name)}
    changed = sorted(name for name in there | wanted.keys() if opened.contents.get(name) != wanted.get(name))
    return replace(found, verdict=bad("properties_changed", parts=changed)) if changed else found


def _attachments(opened: OpenPackage, embedded: Embedded) -> Verdict:
    """Return the verdict on the files in the package that no reader of Word documents draws."""
    main = "word/document.xml"
    named = [
        parts.target_part(main, arrow.target) or ""
        for arrow in arrows_of(opened, main)
        if arrow.type == ATTACHED_RELATIONSHIP and not arrow.external
    ]
    lying = [name for name in opened.contents if name.startswith(ATTACHED)]
    found = [
        (name.removeprefix(ATTACHED), opened.types.of(name) or "", opened.contents[name])
        for name in lying
        if named.count(name) == 1
    ]
    strange = [
        ("", "", opened.contents.get(name, b""))
        for name in {*named, *lying}
        if named.count(name) != 1 or name not in lying
    ]
    return judge_attachments(embedded.attachments, [*found, *strange])


def _refuse_second_data(opened: OpenPackage) -> None:
    """Raise Unreadable where a program that looks elsewhere than we do would find other data."""
    found = [
        name
        for name, content in opened.contents.items()
        if name.endswith(".xml") and not parts.is_signature(name) and not parts.is_properties(name)
        if f"{{{_MARK.decode()}" in str(parts.parse_xml(content, name=name).tag)
    ]
    if len(found) > 1:
        raise Unreadable("there are two parts with data of ours")


def _print(opened: OpenPackage, content: Content) -> Verdict:
    try:
        printed = read_print(opened.contents)
    except Unreadable as error:
        return unreadable_print(error)
    return compare(content, printed=printed, pictures=_pictures(opened))


def _pictures(opened: OpenPackage) -> dict[str, set[str]]:
    """Return address -> SHA-256 of the pictures that stand in a content control."""
    main = "word/document.xml"
    media = {
        arrow.id: hashlib.sha256(opened.contents[target]).hexdigest()
        for arrow in arrows_of(opened, main)
        if not arrow.external
        and (target := parts.target_part(main, arrow.target)) is not None
        and target in opened.contents
    }
    found: dict[str, set[str]] = {}
    for control in parts.parse_xml(opened.contents[main], name=main).iter(f"{{{_WORD}}}sdt"):
        tag = control.find(f"{{{_WORD}}}sdtPr/{{{_WORD}}}tag")
        if tag is not None:
            shown = [str(blip.get(f"{{{_OFFICE}}}embed", "")) for blip in control.iter(_BLIP)]
            found[str(tag.get(f"{{{_WORD}}}val", ""))] = {media[one] for one in shown if one in media}
    return found
