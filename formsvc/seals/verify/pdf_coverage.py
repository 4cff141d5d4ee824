"""Does a PDF signature cover the whole file, and was anything added to it afterwards?

The byte range is measured against the file itself: its gap must be exactly the signature, in one
pair of angle brackets, followed by zeros only. What was appended later is judged by pyHanko's
difference policy (`pdf_later`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from asn1crypto import algos, cms
from asn1crypto.parser import parse
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from formsvc.seals.cms import CmsPieces, canonical, pieces
from formsvc.seals.keys import P256_ORDER
from formsvc.seals.tokens import canonical_token
from formsvc.seals.verify.pdf_later import judge_later
from formsvc.seals.verify.verdicts import Verdict, bad, good

_HEX: Final = frozenset(b"0123456789abcdefABCDEF")


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Where a signature lies in the file, its CMS as it stands there, and whether the space is its own."""

    start: int
    end: int
    covered_to: int
    written: bytes
    cms: bytes
    clean: bool


def find_gap(data: bytes, signature: EmbeddedPdfSignature) -> Gap | None:
    """Return the gap of a signature's byte range, or None when the range is not exactly around it."""
    numbers = [int(one) for one in signature.byte_range]
    if len(numbers) != 4 or numbers[0] != 0:
        return None
    _, start, end, tail = numbers
    if not (0 < start < end < end + tail <= len(data)):
        return None
    written = data[start + 1 : end - 1]
    if data[start : start + 1] != b"<" or data[end - 1 : end] != b">" or not _HEX.issuperset(written):
        return None
    if len(written) % 2 or bytes.fromhex(written.decode("ascii")) != bytes(signature.pkcs7_content):
        return None
    whole = bytes.fromhex(written.decode("ascii"))
    try:
        header, content, trailer = parse(whole)[3:6]
    except ValueError:
        return None
    encoded = header + content + trailer
    return Gap(
        start=start,
        end=end,
        covered_to=end + tail,
        written=written,
        cms=encoded,
        clean=not any(whole[len(encoded) :]),
    )


def judge_pdf_coverage(
    data: bytes, reader: PdfFileReader, signature: EmbeddedPdfSignature, *, ours: bool, stamped_to: int
) -> Verdict:
    """Return the verdict on what a signature covers; `stamped_to` is how far document time stamps reach."""
    gap = find_gap(data, signature)
    if gap is None:
        return bad("byte_range_odd", byte_range=[int(one) for one in signature.byte_range])
    if not gap.clean:
        return bad("signature_space")
    if ours and (problems := list(_not_canonical(gap, signature))):
        return bad("signature_not_canonical", why=problems)
    if ours and signature.signed_revision != 0:
        return bad("several_versions", revision=int(signature.signed_revision))
    if gap.covered_to == len(data):
        return good("whole", bytes=len(data))
    later = judge_later(data, reader, signature, ours=ours, covered_to=gap.covered_to)
    if later.code == "whole_and_stamped" and stamped_to != len(data):
        return bad("added_after", changes=["more than time stamps"], **later.detail)
    return later


def _not_canonical(gap: Gap, signature: EmbeddedPdfSignature) -> Iterator[str]:
    """Yield what in a signature of ours could be written in another way and stay valid."""
    if gap.written.lower() != gap.written:
        yield "it is not written in small letters"
    try:
        found = pieces(gap.cms)
        if found.token and canonical_token(found.token) != found.token:
            yield "its time stamp is not in its one form"
    except ValueError:
        yield "it holds something unknown"
        return
    ordered = _in_order(found, signature.signer_info)
    if ordered is None:
        yield "its certificates are not those that were sealed"
        return
    if not _protected(found, signature.signer_info):
        yield "its methods are not those that were sealed"
    if canonical(found, certificates=ordered) != gap.cms:
        yield "it is not encoded in its one form"
    if signature.signer_info["signature_algorithm"].signature_algo == "ecdsa":
        r, s = decode_dss_signature(found.signature)
        if s > P256_ORDER // 2 or encode_dss_signature(r, s) != found.signature:
            yield "its value is not in its one form"


def _in_order(found: CmsPieces, info: cms.SignerInfo) -> Sequence[bytes] | None:
    """Return the certificates in the order in which the signature names them, if they are the same ones."""
    named = [
        one["cert_hash"].native
        for attribute in info["signed_attrs"]
        if attribute["type"].native == "signing_certificate_v2"
        for one in attribute["values"][0]["certs"]
        if one["hash_algorithm"]["algorithm"].native == "sha256"
    ]
    carried = {hashlib.sha256(one).digest(): one for one in found.certificates}
    if set(named) != set(carried) or len(named) != len(found.certificates):
        return None
    return [carried[one] for one in named]


def _protected(found: CmsPieces, info: cms.SignerInfo) -> bool:
    """Say whether the signed copy of the methods (RFC 6211) is byte for byte what stands outside."""
    for attribute in info["signed_attrs"]:
        if attribute["type"].native == "cms_algorithm_protection":
            inside = attribute["values"][0]
            signed: algos.SignedDigestAlgorithm = inside["signature_algorithm"]
            return bool(
                inside["digest_algorithm"].dump() == found.digest_algorithm
                and signed.contents == parse(found.signature_algorithm)[4]
            )
    return False
