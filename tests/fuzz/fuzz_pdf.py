"""Fuzz the verifier of PDFs: any bytes at all, or a sealed file in which one thing was exchanged.

The first byte of an input chooses what the rest is: a whole file, an object of ours, an update behind
our file or a foreign one, a signature, or a page of ours that is sealed again. So the fuzzer spends its
time behind the cross-reference table and not in front of it.
`python -m tests.fuzz.running pdf FOLDER [-runs=N]` looks for inputs that break the promise of `judge`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from formsvc import clock
from formsvc.seals.pades import contents_bytes
from formsvc.seals.verify import NOT_UNDERSTOOD, verify
from tests.attacks.pdf_victims import appended, foreign, ours, relisted, resealed, signature_span
from tests.unit.seals.small import AT, a_view, key, trust, unsealed_pdf

SEEDS: Final = Path(__file__).parent / "seeds" / "pdf"
WHOLE, OBJECT, UPDATE, FOREIGN_UPDATE, SIGNATURE, PAGE = range(6)
"""What the rest of an input is."""


def document(data: bytes) -> tuple[bytes, bool]:
    """Return the file that an input stands for, and whether it was sealed again with a trusted key."""
    kind, rest = data[0] % 6, data[1:]
    if kind == OBJECT:
        return _exchanged(ours(), _number(rest), rest[1:]), False
    if kind in (UPDATE, FOREIGN_UPDATE):
        return appended(ours() if kind == UPDATE else foreign(), {_number(rest): rest[1:]}), False
    if kind == SIGNATURE:
        start, end = signature_span(ours())
        digits = rest.hex().encode()[: end - start].ljust(end - start, b"0")
        return ours()[:start] + digits + ours()[end:], False
    if kind == PAGE:
        content = b"<</Length %d>>\nstream\n%s\nendstream" % (len(rest), rest)
        pdf = unsealed_pdf(a_view(), room=contents_bytes(key()))
        return resealed(_exchanged(pdf, 4, content)), True
    return rest, False


def _number(rest: bytes) -> int:
    """Return the number of an object of our file."""
    numbers = sorted({int(one) for one in re.findall(rb"(?m)^(\d+) 0 obj", ours())})
    return numbers[rest[0] % len(numbers)] if rest else numbers[0]


def _exchanged(pdf: bytes, number: int, body: bytes) -> bytes:
    """Return a file with another body for one of its objects, and a table that fits."""
    start = pdf.index(b"\n%d 0 obj\n" % number) + 1
    end = pdf.index(b"endobj", start)
    return relisted(pdf[:start] + b"%d 0 obj\n" % number + body + b"\n" + pdf[end:])


def judge(data: bytes) -> None:
    """Raise AssertionError where an altered file is genuine, or the verifier stumbles."""
    if not data:
        return
    made, sealed_again = document(data)
    with clock.held(AT):
        found = verify(made, name="fuzzed.pdf", trust=trust())
    assert NOT_UNDERSTOOD not in found.readable.words, "a parser failed in a way that was not foreseen"
    assert not found.genuine or sealed_again or made == ours(), "an altered file is genuine"
    assert found.to_json()
