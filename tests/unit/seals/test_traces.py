"""What a file says of where it came from is read from text, strictly limited, and nothing is raised."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formsvc.seals.package import Limits
from formsvc.seals.verify import Trace, verify
from formsvc.seals.verify.traces import MOST_TRACES, find_traces, in_text
from tests.unit.seals.small import a_view, key, sealed_docx, sealed_pdf, trust, unsealed_docx, unsealed_pdf

CODE = "803c 5feb 26c9 8bff"
DIGITS = CODE.replace(" ", "")


def pairs(text: str) -> list[tuple[str, str]]:
    """Return (reference, check code) of each trace in a text."""
    return [(one.reference, one.short_hash) for one in in_text(text)]


@pytest.mark.parametrize(
    "text",
    [
        f"Plan · AB · TP-7Q4K-2M9X · Revision 4 Page 1 of 9\nIssued today · Check code {CODE}",
        f"Check code {CODE} Reference TP-7Q4K-2M9X",
        "TP‑7Q4K‑2M9X Check code 803c\n5feb 26c9\N{NO-BREAK SPACE}8bff",
        "TP-7Q4K–2M9X, 803c 5feb\n26c9 8bff",
    ],
)
def test_reference_and_code_are_paired_as_printed(text: str) -> None:
    """Whatever a converter did to spaces, lines and dashes, the two are found together."""
    assert pairs(text) == [("TP-7Q4K-2M9X", DIGITS)]


@pytest.mark.parametrize(
    "text",
    ["tp-7q4k-2m9x", "XTP-7Q4K-2M9XZ", "TP-7Q4-2M9X", "TP-0Q4K-2M9X", f"Check code {CODE}", "7Q4K-2M9X", ""],
)
def test_what_is_no_reference_is_none(text: str) -> None:
    """Text that only looks like one is passed over."""
    assert pairs(text) == []


def test_code_far_away_belongs_to_nobody() -> None:
    """A reference is paired with the code near it, not with one of another page."""
    assert pairs(f"TP-7Q4K-2M9X {'x' * 500} {CODE}") == [("TP-7Q4K-2M9X", "")]


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_unsealed_file_is_known_by_its_data(kind: str) -> None:
    """The data inside names the reference, and the code is that of exactly these bytes."""
    view = a_view()
    data = unsealed_pdf(view) if kind == "pdf" else unsealed_docx(view)
    found = verify(data, name="", trust=trust())
    assert Trace(reference="SP-AAAA-BBBB", short_hash=view.hash[:16], where="data") in found.traces
    assert found.to_json()["traces"][0] == {
        "reference": "SP-AAAA-BBBB",
        "short_hash": view.hash[:16],
        "where": "data",
    }


@pytest.mark.parametrize("data", [sealed_pdf(), sealed_docx()], ids=["pdf", "docx"])
def test_proven_file_needs_no_traces(data: bytes) -> None:
    """Of a file that proves what it is, nothing is looked for."""
    assert verify(data, name="", trust=trust(key())).traces == ()


def test_many_references_are_cut_short() -> None:
    """A file full of references is answered about the first few."""
    lines = "".join(
        f"<w:p><w:r><w:t>TP-{n:04d}-AAAA {CODE}</w:t></w:r></w:p>".replace("0", "A").replace("1", "B")
        for n in range(2222, 2300)
    )
    assert len(find_traces(unsealed_docx(a_view(), body=lines), kind="docx", limits=Limits())) <= MOST_TRACES


def test_forms_within_forms_end() -> None:
    """Drawings that call one another twice, thirty levels deep, are given up, not followed."""
    form = "<</Type/XObject /Subtype/Form /BBox[0 0 1 1] /Resources<</XObject<</X {} 0 R>>>> /Length 11>>"
    objects = [form.format(61 + n) + "\nstream\n/X Do /X Do\nendstream" for n in range(30)]
    objects.append("<</Type/XObject /Subtype/Form /BBox[0 0 1 1] /Length 0>>\nstream\n\nendstream")
    hostile = unsealed_pdf(
        a_view(),
        objects=objects,
        page=" /Resources<</XObject<</X 60 0 R>>>>",
        drawn="/X Do\n",
        embedded=b"{}",
    )
    hostile = hostile.replace(b"/Resources<</Font<</F1 5 0 R>>>>", b"", 1)
    assert find_traces(hostile, kind="pdf", limits=Limits()) == ()


def test_page_that_unpacks_without_end_is_passed_over() -> None:
    """A page of many megabytes is not read as text."""
    packed = zlib.compress(b"BT (TP-AAAA-BBBB) Tj ET\n" * 400_000)
    body = b"<</Length %d /Filter/FlateDecode>>\nstream\n%s\nendstream" % (len(packed), packed)
    pdf = unsealed_pdf(a_view(), embedded=b"{}")
    start = pdf.index(b"4 0 obj")
    end = pdf.index(b"endobj", start)
    bomb = pdf[:start] + b"4 0 obj\n" + body + b"\n" + pdf[end:]
    assert find_traces(bomb, kind="pdf", limits=Limits()) == ()


@given(st.binary(max_size=400), st.sampled_from(["pdf", "docx", "other"]))
def test_nothing_is_raised_for_any_bytes(tail: bytes, kind: str) -> None:
    """Whatever follows the first bytes of a file, the answer is a tuple."""
    head = {"pdf": b"%PDF-1.7\n", "docx": b"PK\x03\x04", "other": b""}[kind]
    assert isinstance(find_traces(head + tail, kind=kind, limits=Limits()), tuple)
