"""No damage makes the verifier stumble or a file genuine: flips, cuts, noise."""

from __future__ import annotations

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
