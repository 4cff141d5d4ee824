"""Universal forgery and signature wrapping: the signature itself is touched, then the page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from asn1crypto import cms

from tests.attacks.pdf_attack import OWN, TRILLION, Attack
from tests.attacks.pdf_victims import ours, replaced, roomy, signature_span

_BYTE_RANGE: Final = re.compile(rb"/ByteRange \[[^\]]*\]")


def _lied(pdf: bytes) -> bytes:
    """Return the file with another name on its page; nothing moves."""
    old, new = (name.encode("utf-16-be").hex().encode() for name in ("Nobody", "Anyone"))
    assert old in pdf
    return pdf.replace(old, new, 1)


def _range(new: str) -> bytes:
    """Return our file, its page changed, with another byte range."""
    pdf = _lied(ours())
    found = _BYTE_RANGE.findall(pdf)[-1]
    return replaced(pdf, found, new.encode())


def _numbers(pdf: bytes) -> list[int]:
    return [int(one) for one in re.findall(rb"\d+", _BYTE_RANGE.findall(pdf)[-1])]


def _contents(new: bytes) -> bytes:
    """Return our file with something else where the signature was, brackets included."""
    pdf = _lied(roomy())
    start, end = signature_span(pdf)
    return replaced(pdf, b"/Contents " + pdf[start - 1 : end + 1], new)


def _zeros() -> bytes:
    start, end = signature_span(roomy())
    return b"/Contents <" + b"0" * (end - start) + b">"


def _cms(change: str) -> bytes:
    """Return our file with its CMS rebuilt, one thing in it wrong."""
    start, end = signature_span(roomy())
    info = cms.ContentInfo.load(bytes.fromhex(roomy()[start:end].decode()))
    signed = info["content"]
    signer = signed["signer_infos"][0]
    if change == "no signer":
        signed["signer_infos"] = []
    elif change == "signer twice":
        signed["signer_infos"] = [signer, signer]
    elif change == "no certificate":
        signed["certificates"] = []
    elif change == "no signed attributes":
        signer["signed_attrs"] = None
    elif change == "no digest":
        signer["signed_attrs"] = [
            one for one in signer["signed_attrs"] if one["type"].native != "message_digest"
        ]
    elif change == "content inside":
        signed["encap_content_info"]["content"] = b"x"
    elif change == "empty value":
        signer["signature"] = b""
    encoded = info.dump(force=True).hex().encode()
    return _contents(b"/Contents <" + encoded.ljust(end - start, b"0") + b">")


def _field(new: bytes) -> bytes:
    return replaced(_lied(ours()), b"/V 99 0 R", new)


def _wrapped() -> bytes:
    """Return a file in which a second byte range, in the unsigned space, leads around other objects.

    The reader is to find the new objects through a new table at the old one's place; what is hashed is
    the old second part, moved to the end.
    """
    pdf = roomy()
    start, _ = signature_span(pdf)
    _, gap_at, tail_at, tail_bytes = _numbers(pdf)
    head, tail = pdf[:gap_at], pdf[tail_at:]
    encoded = bytes.fromhex(pdf[start : tail_at - 1].decode())
    needed = 4 + int.from_bytes(encoded[2:4], "big")
    table_at = pdf.rindex(b"\nxref\n") + 1
    inside = pdf[gap_at : gap_at + 1 + 2 * needed] + b">"
    content = b"/Artifact BMC EMC"
    places = _places(pdf)
    more = b" >>\nendobj\n"
    lie_at = table_at + len(_table(places, 0)) + 200
    places[4] = lie_at
    table = _table(places, table_at)
    lie = b"4 0 obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\n" % (len(content), content)
    tail_to = lie_at + len(lie)
    second = b"/ByteRange [0 %d %d %d]" % (gap_at, tail_to, tail_bytes)
    made = (head + inside + second + more).ljust(table_at)
    assert len(made) == table_at, "the space is too small for this attack"
    return (made + table).ljust(lie_at) + lie + tail


def _moved_tail() -> bytes:
    """Return a file whose second part is hashed from its end, where a copy of it was put."""
    pdf = ours()
    _, gap_at, tail_at, tail_bytes = _numbers(pdf)
    copy = pdf + pdf[tail_at:]
    old = _BYTE_RANGE.findall(pdf)[-1]
    new = b"/ByteRange [0 %d %d %d" % (gap_at, len(pdf), tail_bytes)
    return copy.replace(old, new.ljust(len(old) - 1) + b"]")


def _places(pdf: bytes) -> dict[int, int]:
    return {int(one[1]): one.start() for one in re.finditer(rb"(?m)^(\d+) 0 obj", pdf)}


def _table(places: Mapping[int, int], at: int) -> bytes:
    rows = [
        b"%010d 00000 n \n" % places[n] if n in places else b"0000000000 00001 f \n" for n in range(1, 100)
    ]
    return (
        b"xref\n0 100\n0000000000 65535 f \n"
        + b"".join(rows)
        + b"trailer\n<</Size 100 /Root 1 0 R /ID[<00><00>]>>\nstartxref\n%010d\n%%%%EOF\n" % at
    )


def _twice(entry: str) -> bytes:
    """Return our file with an entry of the signature dictionary standing twice, the lie last."""
    pdf = roomy()
    start, end = signature_span(pdf)
    room = len(pdf[start:end]) - len(pdf[start:end].rstrip(b"0"))
    second = {"/Contents": b"/Contents <00>", "/ByteRange": b"/ByteRange [0 0 0 0]"}[entry]
    assert len(second) < room
    return pdf[: end - len(second)] + b">" + second + pdf[end + 1 :]


def _forged(does: str, make: Callable[[], bytes], **says: str) -> Attack:
    return Attack(does=does, source=TRILLION, make=make, says=says)


_NOT_READ: Final = {"integrity": "signature_wrong"}
_NOT_WHOLE: Final = {"integrity": "changed", "coverage": "byte_range_odd"}
_NEITHER: Final = {"integrity": "signature_wrong", "coverage": "byte_range_odd"}

FORGERIES: Final[Mapping[str, Attack]] = {
    # Universal signature forgery: the page says something else, the signature can no longer be computed.
    "byte range left out": _forged("the byte range is blanked", lambda: _range(""), **_NOT_READ),
    "byte range null": _forged("the byte range is null", lambda: _range("/ByteRange null"), **_NOT_READ),
    "byte range empty": _forged("it has no numbers", lambda: _range("/ByteRange []"), **_NOT_WHOLE),
    "byte range zero": _forged("it covers nothing", lambda: _range("/ByteRange [0 0 0 0]"), **_NOT_WHOLE),
    "byte range negative": _forged(
        "it begins before the file", lambda: _range("/ByteRange [0 -10 5 9]"), **_NOT_WHOLE
    ),
    "byte range huge": _forged(
        "it ends far behind the file", lambda: _range("/ByteRange [0 9999999 9 9999999]"), **_NOT_WHOLE
    ),
    "byte range overlapping": _forged(
        "it covers some bytes twice", lambda: _range("/ByteRange [0 9000 90 9000]"), **_NOT_WHOLE
    ),
    "byte range odd": _forged("it has three numbers", lambda: _range("/ByteRange [0 10 20]"), **_NEITHER),
    "byte range of names": _forged(
        "it has no numbers in it", lambda: _range("/ByteRange [/A /B]"), **_NOT_READ
    ),
    "byte range fractional": _forged(
        "its numbers have fractions", lambda: _range("/ByteRange [0 1.5 2.5 9.5]"), **_NEITHER
    ),
    "byte range nested": _forged(
        "it is a list of lists", lambda: _range("/ByteRange [[0 10][20 9]]"), **_NOT_READ
    ),
    "byte range by reference": _forged(
        "its numbers lie elsewhere", lambda: _range("/ByteRange 3 0 R"), **_NOT_READ
    ),
    "signature left out": _forged("the signature is blanked", lambda: _contents(b""), **_NOT_READ),
    "signature null": _forged("the signature is null", lambda: _contents(b"/Contents null"), **_NOT_READ),
    "signature empty": _forged("the signature has no bytes", lambda: _contents(b"/Contents <>"), **_NOT_READ),
    "signature zero": _forged("the signature is zeros", lambda: _contents(_zeros()), **_NOT_READ),
    "signature of one zero": _forged("it is one zero", lambda: _contents(b"/Contents <00>"), **_NOT_READ),
    "signature garbage": _forged(
        "it is no ASN.1", lambda: _contents(b"/Contents <" + b"deadbeef" * 40 + b">"), **_NOT_READ
    ),
    "signature endless": _forged(
        "its ASN.1 claims four gigabytes",
        lambda: _contents(b"/Contents <3084ffffffff" + b"30" * 40 + b">"),
        **_NOT_READ,
    ),
    "signature nested": _forged(
        "its ASN.1 is nested three hundred deep",
        lambda: _contents(b"/Contents <" + b"3080" * 300 + b">"),
        **_NOT_READ,
    ),
    "signature as text": _forged(
        "it is a text in brackets", lambda: _contents(b"/Contents (signed)"), **_NOT_READ
    ),
    "signature by reference": _forged(
        "it lies elsewhere", lambda: _contents(b"/Contents 6 0 R"), **_NOT_READ
    ),
    "nobody signed": _forged("the CMS has no signer", lambda: _cms("no signer"), **_NOT_READ),
    "signer twice": _forged("the CMS has its signer twice", lambda: _cms("signer twice"), **_NOT_READ),
    "no certificate": _forged("the CMS has no certificate", lambda: _cms("no certificate"), **_NOT_READ),
    "no signed attributes": _forged(
        "the CMS has no attributes", lambda: _cms("no signed attributes"), **_NOT_READ
    ),
    "no digest": _forged("the CMS names no digest of the file", lambda: _cms("no digest"), **_NOT_READ),
    "content inside": _forged(
        "the CMS signs what it carries", lambda: _cms("content inside"), coverage="signature_not_canonical"
    ),
    "value empty": _forged("the signature value has no bytes", lambda: _cms("empty value"), **_NOT_READ),
    "seal of the field left out": _forged(
        "the field refers to nothing", lambda: _field(b""), integrity="not_signed"
    ),
    "seal of the field null": _forged(
        "the field holds null", lambda: _field(b"/V null"), integrity="not_signed"
    ),
    "seal of the field is a page": _forged(
        "the field refers to a page", lambda: _field(b"/V 3 0 R"), integrity="not_signed"
    ),
    "page changed": _forged(
        "the page alone is changed", lambda: _lied(ours()), integrity="changed", print="print_differs"
    ),
    # Signature wrapping: what is hashed is moved aside.
    "wrapping with a second byte range": _forged(
        "the unsigned space holds another byte range, objects and table", _wrapped, **_NOT_READ
    ),
    "wrapping with the tail moved": _forged(
        "the hashed second part is a copy behind the end", _moved_tail, **_NOT_WHOLE
    ),
    "byte range twice": Attack(
        does="the dictionary has two", source=OWN, make=lambda: _twice("/ByteRange"), says=_NOT_READ
    ),
    "signature twice": Attack(
        does="the dictionary has two", source=OWN, make=lambda: _twice("/Contents"), says=_NOT_READ
    ),
}
