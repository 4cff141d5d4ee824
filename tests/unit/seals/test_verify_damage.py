"""No damage makes the verifier stumble or a file genuine: flips, cuts, noise."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formsvc import clock
from formsvc.seals.verify import NOT_UNDERSTOOD, Verification, verify
from tests.unit.seals.small import AT, sealed_docx, sealed_pdf, trust

KINDS = {"pdf": sealed_pdf, "docx": sealed_docx}
STEPS = {"pdf": 61, "docx": 23}


def judged(data: bytes) -> Verification:
    """Return the verification, which was foreseen."""
    with clock.held(AT):
        found = verify(data, name="file", trust=trust())
    assert NOT_UNDERSTOOD not in found.readable.words
    assert found.to_json()
    return found


def flipped(data: bytes, at: int, bit: int) -> bytes:
    """Return the bytes with one bit changed."""
    return data[:at] + bytes((data[at] ^ (1 << bit),)) + data[at + 1 :]


@pytest.mark.parametrize("kind", KINDS)
def test_flipped_bit_is_never_genuine(kind: str) -> None:
    """A sample of the bytes of a small file, one bit changed in each: exit is a verdict, never genuine."""
    data = KINDS[kind]()
    for n, at in enumerate(range(0, len(data), STEPS[kind])):
        assert not judged(flipped(data, at, n % 8)).genuine, f"byte {at}, bit {n % 8}"


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("bit", range(8))
def test_no_flipped_bit_at_all_is_genuine(kind: str, bit: int) -> None:
    """Every bit of every byte of a small file counts."""
    data = KINDS[kind]()
    survivors = [at for at in range(len(data)) if judged(flipped(data, at, bit)).genuine]
    assert survivors == []


@pytest.mark.parametrize("kind", KINDS)
def test_cut_file_is_never_genuine(kind: str) -> None:
    """A file cut short at many lengths is not genuine, and says why."""
    data = KINDS[kind]()
    for length in (*range(40), *range(40, len(data), len(data) // 60), len(data) - 2, len(data) - 1):
        assert not judged(data[:length]).genuine, f"cut to {length}"


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_edited_file_is_never_genuine(kind: str, data: st.DataObject) -> None:
    """Any slice replaced by any bytes leaves a file that is not genuine, or the same file."""
    original = KINDS[kind]()
    start = data.draw(st.integers(0, len(original)))
    end = data.draw(st.integers(start, min(len(original), start + 300)))
    new = data.draw(st.binary(max_size=300))
    edited = original[:start] + new + original[end:]
    assert judged(edited).genuine is (edited == original)


@given(noise=st.binary(max_size=2000))
@pytest.mark.parametrize("head", [b"", b"%PDF-1.7\n", b"PK\x03\x04", b"%PDF-1.7\n1 0 obj\n<<"])
def test_noise_is_never_genuine(head: bytes, noise: bytes) -> None:
    """Random bytes get a verdict."""
    assert not judged(head + noise).genuine


PIECES = """1 0 obj|<<|>>|/Type/Catalog|endobj|xref|0 1|0000000000 65535 f |trailer|/Root 1 0 R|startxref|9
|%%EOF|stream|endstream|/Pages 1 0 R|/Kids[1 0 R]|[|]|(|)|/Prev 9""".replace("\n", "").split("|")


@given(lines=st.lists(st.sampled_from([one.encode() for one in PIECES]), max_size=40))
def test_words_of_pdf_in_any_order_are_never_genuine(lines: list[bytes]) -> None:
    """Pieces of a PDF thrown together, loops included, get a verdict."""
    assert not judged(b"%PDF-1.7\n" + b"\n".join(lines) + b"\nstartxref\n9\n%%EOF\n").genuine


OBJECTS = tuple(int(one) for one in re.findall(rb"(?m)^(\d+) 0 obj", sealed_pdf()))


def bounds(pdf: bytes) -> list[int]:
    """Return where each object and each part of the end of a PDF begins or is over."""
    marks = rb"(?m)^\d+ 0 obj|endobj|endstream|stream\r?\n|xref|trailer|startxref|%%EOF"
    return sorted({place for one in re.finditer(marks, pdf) for place in one.span()})


def test_pdf_cut_at_any_joint_is_never_genuine() -> None:
    """A PDF cut where an object, a stream, the table or the trailer begins or ends is not genuine."""
    pdf = sealed_pdf()
    for at in bounds(pdf)[:-1]:
        assert not judged(pdf[:at]).genuine, f"cut to {at}"


@st.composite
def mutated_pdfs(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """Return a small sealed PDF and what structured damage made of it."""
    original = made = sealed_pdf()
    for change in draw(st.lists(st.sampled_from(sorted(MUTATIONS)), min_size=1, max_size=3)):
        made = MUTATIONS[change](draw, made)
    return original, made


def _span(pdf: bytes, number: int) -> tuple[int, int]:
    """Return where the last object of a number begins and ends; nothing where damage took it away."""
    found = [*re.finditer(rb"(?ms)^%d 0 obj.*?endobj\n?" % number, pdf)]
    return found[-1].span() if found else (0, 0)


def _spliced(draw: st.DrawFn, pdf: bytes) -> bytes:
    joints = bounds(pdf)
    start, end, at = (draw(st.sampled_from(joints)) for _ in range(3))
    return pdf[:at] + pdf[min(start, end) : max(start, end)] + pdf[at:]


def _object_twice(draw: st.DrawFn, pdf: bytes) -> bytes:
    start, end = _span(pdf, draw(st.sampled_from(OBJECTS)))
    at = draw(st.sampled_from(bounds(pdf)))
    return pdf[:at] + pdf[start:end] + pdf[at:]


def _object_gone(draw: st.DrawFn, pdf: bytes) -> bytes:
    start, end = _span(pdf, draw(st.sampled_from(OBJECTS)))
    return pdf[:start] + pdf[end:]


def _number_changed(draw: st.DrawFn, pdf: bytes) -> bytes:
    numbers = [*re.finditer(rb"\d+", pdf)]
    one = draw(st.sampled_from(numbers))
    new = draw(st.sampled_from([b"0", b"1", b"-1", b"99", b"4294967296", b"1" * 30, b"0.5"]))
    return pdf[: one.start()] + new + pdf[one.end() :]


def _word_changed(draw: st.DrawFn, pdf: bytes) -> bytes:
    words = [*re.finditer(rb"/[A-Za-z]+|<<|>>|\d+ 0 R", pdf)]
    one, other = draw(st.sampled_from(words)), draw(st.sampled_from(words))
    return pdf[: one.start()] + other.group() + pdf[one.end() :]


def _revision_added(draw: st.DrawFn, pdf: bytes) -> bytes:
    number = draw(st.sampled_from(OBJECTS))
    start, end = _span(pdf, draw(st.sampled_from(OBJECTS)))
    body = re.sub(rb"^\d+", b"%d" % number, pdf[start:end]) or b"%d 0 obj\nnull\nendobj\n" % number
    place, table = len(pdf), len(pdf) + len(body)
    older = draw(st.sampled_from([int(re.findall(rb"startxref\s+(\d+)", sealed_pdf())[-1]), table, 0]))
    return (
        pdf
        + body
        + b"xref\n0 1\n0000000000 65535 f \n%d 1\n%010d 00000 n \n" % (number, place)
        + b"trailer\n<</Size 100 /Root 1 0 R /Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (older, table)
    )


MUTATIONS: dict[str, Callable[[st.DrawFn, bytes], bytes]] = {
    "append a revision": _revision_added,
    "change a number": _number_changed,
    "change a word": _word_changed,
    "duplicate an object": _object_twice,
    "remove an object": _object_gone,
    "splice": _spliced,
}


@given(pair=mutated_pdfs())
def test_pdf_taken_apart_and_put_together_is_never_genuine(pair: tuple[bytes, bytes]) -> None:
    """Whatever is spliced, doubled or appended: a verdict, genuine only if every byte is the same."""
    original, made = pair
    assert judged(made).genuine is (made == original)
