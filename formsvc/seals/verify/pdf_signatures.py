"""The signatures and document time stamps of a PDF, each judged by itself."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from asn1crypto import cms
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from formsvc.errors import Unreadable
from formsvc.seals.verify.methods import judge_methods, key_size
from formsvc.seals.verify.pdf_coverage import find_gap, judge_pdf_coverage
from formsvc.seals.verify.pdf_reading import REFUSALS, entry
from formsvc.seals.verify.timestamps import Stamp, judge_time, proven_at, read_stamp
from formsvc.seals.verify.trust import Trust, judge_signer
from formsvc.seals.verify.verdicts import SignatureVerdicts, Verdict, bad, good


def judge_signatures(
    data: bytes, reader: PdfFileReader, *, ours: bool, trust: Trust
) -> tuple[SignatureVerdicts, ...]:
    """Return the verdicts on every signature in the order in which they were made."""
    if len(reader.embedded_signatures) > _MOST:
        raise Unreadable(f"it carries more than {_MOST} signatures")
    stamps = [(one, _document_stamp(data, one, trust)) for one in reader.embedded_timestamp_signatures]
    return tuple(
        _judge(data, reader, one, ours=ours, trust=trust, document_stamps=stamps)
        for one in reader.embedded_regular_signatures
    )


_MOST: Final = 30
_DocumentStamps = Sequence[tuple[EmbeddedPdfSignature, Stamp]]


def _judge(
    data: bytes,
    reader: PdfFileReader,
    signature: EmbeddedPdfSignature,
    *,
    ours: bool,
    trust: Trust,
    document_stamps: _DocumentStamps,
) -> SignatureVerdicts:
    value = bytes(signature.signer_info["signature"].native)
    later = [one for one in document_stamps if one[0].signed_revision > signature.signed_revision]
    stamped_to = max((_covered_to(data, one) for one, stamp in later if stamp.holds), default=0)
    stamps = [*_own_stamps(signature, value, trust), *(stamp for _, stamp in later)]
    claimed = _claimed(signature)
    return SignatureVerdicts(
        label=str(signature.field_name),
        identity=hashlib.sha256(value).hexdigest(),
        integrity=_integrity(signature),
        coverage=judge_pdf_coverage(data, reader, signature, ours=ours, stamped_to=stamped_to),
        algorithms=judge_methods(_digests(signature), key=key_size(signature.signer_cert.dump())),
        signer=judge_signer(
            signature.signer_cert.dump(),
            others=[one.dump() for one in signature.other_embedded_certs[:_MOST]],
            at=claimed,
            trust=trust,
            proven=proven_at(stamps),
        ),
        time=judge_time(claimed, agree=True, stamps=stamps),
        level=_level(reader, signature, later=[stamp for _, stamp in later]),
    )


def _integrity(signature: EmbeddedPdfSignature) -> Verdict:
    if len(signature.signed_data["signer_infos"]) != 1:
        return bad("signature_wrong", why="it was made by several signers at once")
    if signature.signed_data["encap_content_info"]["content_type"].native != "data":
        return bad("signature_wrong", why="it signs something else than the file")
    try:
        digest = signature.compute_digest()
        intact, valid = validate_sig_integrity(signature.signer_info, signature.signer_cert, "data", digest)
    except REFUSALS as error:
        return bad("signature_wrong", why=" ".join(str(error).split())[:200])
    if not valid:
        return bad("signature_wrong", why="its value does not fit")
    return good("intact") if intact else bad("changed")


def _digests(signature: EmbeddedPdfSignature) -> list[str]:
    info = signature.signer_info
    used = [str(info["digest_algorithm"]["algorithm"].native)]
    with contextlib.suppress(ValueError):  # a method that says nothing of a digest uses the one above
        used.append(str(info["signature_algorithm"].hash_algo))
    return [one.lower() for one in used]


def _claimed(signature: EmbeddedPdfSignature) -> datetime | None:
    """Return when the signature says it was made: in its signed attributes, else in its dictionary."""
    moment = signature.self_reported_timestamp
    if moment is None:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _own_stamps(signature: EmbeddedPdfSignature, value: bytes, trust: Trust) -> list[Stamp]:
    return [
        read_stamp(token.dump(), stamped=value, trust=trust)
        for attribute in signature.signer_info["unsigned_attrs"] or ()
        if attribute["type"].native == "signature_time_stamp_token"
        for token in attribute["values"]
    ]


def _document_stamp(data: bytes, stamp: EmbeddedPdfSignature, trust: Trust) -> Stamp:
    gap = find_gap(data, stamp)
    if gap is None or not gap.clean:
        return Stamp(holds=False, at=None, authority="", trusted=False)
    stamped = data[: gap.start] + data[gap.end : gap.covered_to]
    return read_stamp(gap.cms, stamped=stamped, trust=trust)


def _covered_to(data: bytes, signature: EmbeddedPdfSignature) -> int:
    gap = find_gap(data, signature)
    return gap.covered_to if gap else 0


def _level(reader: PdfFileReader, signature: EmbeddedPdfSignature, *, later: Sequence[Stamp]) -> Verdict:
    filter_name = str(entry(signature.sig_object, "/SubFilter", "none"))
    named = {str(one["type"].native) for one in signature.signer_info["signed_attrs"] or ()}
    detail: dict[str, Any] = {"sub_filter": filter_name}
    bound = bool(named & {"signing_certificate", "signing_certificate_v2"})
    if filter_name != "/ETSI.CAdES.detached" or not bound or "signing_time" in named:
        return good("level", level="CMS in PDF, without a PAdES baseline", **detail)
    unsigned: cms.CMSAttributes = signature.signer_info["unsigned_attrs"]
    stamped = any(one["type"].native == "signature_time_stamp_token" for one in unsigned or ())
    evidence = "/DSS" in reader.root
    if evidence and later:
        level = "PAdES B-LTA"
    elif evidence and stamped:
        level = "PAdES B-LT"
    else:
        level = "PAdES B-T" if stamped or later else "PAdES B-B"
    return good("level", level=level, **detail)
