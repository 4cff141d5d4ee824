"""What a forger of Word documents needs: take one apart, put it together, sign it with a key of their own.

`ours` is sealed by us; `foreign` is signed as Word signs: no line about the container, in an ordinary ZIP,
without data of ours.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Mapping
from functools import cache

from formsvc.seals import package, parts
from formsvc.seals.keys import SealKey
from formsvc.seals.opc import C14N, SIGNATURE_PART, seal_docx
from formsvc.seals.verify.canonical_xml import canonical, dsig, xades
from tests.unit.seals.small import (
    AT,
    a_view,
    demonstration_key,
    key,
    sealed_docx,
    unsealed_docx,
    unzipped,
    zipped,
)

DOCUMENT = "word/document.xml"
TYPES = "[Content_Types].xml"
ARROWS = "word/_rels/document.xml.rels"
ROOT_ARROWS = "_rels/.rels"
ORIGIN_ARROWS = "_xmlsignatures/_rels/origin.sigs.rels"
DATA = "customXml/item1.xml"
Parts = dict[str, bytes]
Change = Callable[[Parts], object]


@cache
def ours() -> bytes:
    """Return a small document sealed by us: genuine until it is touched."""
    return sealed_docx()


@cache
def foreign(kind: str = "trusted") -> bytes:
    """Return a small document signed as Word does, by a signer who is trusted here or by another."""
    by = key() if kind == "trusted" else demonstration_key()
    contents = unzipped(unsealed_docx(a_view()))
    for name in [name for name in contents if name.startswith("customXml/")]:
        del contents[name]
    contents[ARROWS] = re.sub(rb'<Relationship Id="rIdData"[^>]*/>', b"", contents[ARROWS])
    contents[TYPES] = re.sub(rb'<Override PartName="/customXml[^>]*/>', b"", contents[TYPES])
    sealed = unzipped(seal_docx(zipped(contents), by, at=AT))
    plain = re.sub(rb"Container before this signature, SHA-256: [0-9a-f]{64}", b"", sealed[SIGNATURE_PART])
    return zipped(sealed | {SIGNATURE_PART: signed_again(plain, by=by)})


def changed(change: Change) -> bytes:
    """Return our document with its parts changed, in a container of our own canonical form."""
    contents = unzipped(ours())
    change(contents)
    return packed(contents)


def changed_foreign(change: Change) -> bytes:
    """Return the foreign document with its parts changed."""
    contents = unzipped(foreign())
    change(contents)
    return zipped(contents)


def replaced(part: str, old: bytes | str, new: bytes | str, *, times: int = 1) -> Change:
    """Return a change that replaces what must stand in a part."""
    before, after = (one.encode() if isinstance(one, str) else one for one in (old, new))

    def change(contents: Parts) -> None:
        assert before in contents[part], f"{before!r} is not in {part}"
        contents[part] = contents[part].replace(before, after, times)

    return change


def added(part: str, content: bytes) -> Change:
    """Return a change that adds a part."""
    return lambda contents: contents.update({part: content})


def both(*changes: Change) -> Change:
    """Return one change made of several."""
    return lambda contents: [change(contents) for change in changes]


def packed(contents: Mapping[str, bytes]) -> bytes:
    """Return parts in a container in our own canonical form: only the content differs."""
    body, offsets, entries = bytearray(), [], []
    for name, content in contents.items():
        offsets.append(len(body))
        entries.append(package.packed(name, content, deflate=not name.startswith("_xmlsignatures/")))
        body += package.write_local(entries[-1])
    return bytes(body) + package.write_directory(entries, offsets=offsets, start=len(body))


def with_signature(written: bytes, docx: bytes | None = None) -> bytes:
    """Return our document with another signature part; the container before it is as it was sealed."""
    docx = docx or ours()
    entries = list(package.read(docx, limits=package.Limits()).entries)
    offsets = [one.offset for one in entries]
    entries[-1] = package.packed(SIGNATURE_PART, written, deflate=False)
    body = docx[: offsets[-1]] + package.write_local(entries[-1])
    return body + package.write_directory(entries, offsets=offsets, start=len(body))


def signature_changed(old: bytes | str, new: bytes | str, *, by: SealKey | None = None) -> bytes:
    """Return our document with its signature's XML changed, and signed again where a key is given."""
    contents = unzipped(ours())
    replaced(SIGNATURE_PART, old, new)(contents)
    written = contents[SIGNATURE_PART]
    return with_signature(signed_again(written, by=by) if by else written)


def signed_again(written: bytes, *, by: SealKey, value_only: bool = False) -> bytes:
    """Return a signature part whose digests and value were made anew with a key of the forger."""
    root = parts.parse_xml(written, name="the signature")
    info = root.find(dsig("SignedInfo"))
    assert info is not None
    targets = {str(one.get("Id")): one for one in root.iter(dsig("Object"), xades("SignedProperties"))}
    for reference in info.findall(dsig("Reference")):
        target = targets.get(str(reference.get("URI")).removeprefix("#"))
        value = reference.find(dsig("DigestValue"))
        if target is None or value is None or value_only:
            continue
        fresh = base64.b64encode(hashlib.sha256(canonical(target)).digest())
        written = written.replace((value.text or "").encode(), fresh)
    info = parts.parse_xml(written, name="the signature").find(dsig("SignedInfo"))
    assert info is not None
    told = base64.b64encode(by.sign_plain(canonical(info, C14N)))
    return re.sub(
        rb"<SignatureValue>[^<]*</SignatureValue>", b"<SignatureValue>" + told + b"</SignatureValue>", written
    )


def certificates(by: SealKey) -> bytes:
    """Return the certificates of a key as they stand in a signature."""
    return b"".join(
        b"<X509Certificate>" + base64.b64encode(one) + b"</X509Certificate>" for one in by.certificates_der
    )


def arrow(id: str, kind: str, target: str, *, more: str = "") -> bytes:
    """Return a relationship, to be put before the end of a list of them."""
    return f'<Relationship Id="{id}" Type="{kind}" Target="{target}"{more}/></Relationships>'.encode()


def appended(docx: bytes, name: str, content: bytes = b"<x/>") -> bytes:
    """Return a package with one more entry, added as any ZIP program does."""
    out = io.BytesIO(docx)
    with zipfile.ZipFile(out, "a") as again:
        info = zipfile.ZipInfo(name)
        info.filename = name
        again.writestr(info, content)
    return out.getvalue()
