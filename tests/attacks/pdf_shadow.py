"""Shadow attacks, attacks on certified files, and files that another program wrote anew.

A shadow document is prepared before somebody signs it; afterwards what was hidden comes to the front.
The signer is another organisation that uses pyHanko.
"""

from __future__ import annotations

import io
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pikepdf
from pyhanko.sign.fields import MDPPerm

from tests.attacks.pdf_attack import CERTIFIED, ENCRYPTION, OWN, SHADOW, Attack
from tests.attacks.pdf_victims import PLAIN_PAGE, a_pdf, appended, body_of, ours, signed_by_pyhanko

_OTHER: Final = b"<</Length 43>>\nstream\nBT /F1 12 Tf 60 700 Td (Pay 900 now.) Tj ET\nendstream"
_COVER: Final = (
    b"<</Type/XObject /Subtype/Form /BBox[0 0 595 842] /Length 25>>"
    b"\nstream\n1 g 50 690 200 30 re f   \nendstream"
)
_NOTE: Final = b"<</Type/Annot /Subtype/FreeText /Rect[50 690 300 720] /Contents(Pay 900 now.) /DA(/F1 12 Tf)"


def _prepared(more: Mapping[int, bytes], **changes: bytes) -> bytes:
    """Return a prepared page with more objects; `changes` add entries to the catalog and the page."""
    bodies = dict(PLAIN_PAGE) | dict(more)
    for number, entries in ((1, changes.get("catalog")), (3, changes.get("page"))):
        if entries is not None:
            bodies[number] = bodies[number][:-2] + entries + b">>"
    return a_pdf(bodies)


def _layered() -> bytes:
    """Return a page with two layers, of which one is shown."""
    return _prepared(
        {8: b"<</Type/OCG /Name(a)>>", 9: b"<</Type/OCG /Name(b)>>"},
        catalog=b" /OCProperties<</OCGs[8 0 R 9 0 R]/D<</OFF[9 0 R]>>>>",
    )


def _noted() -> bytes:
    return _prepared({8: _NOTE + b">>"}, page=b" /Annots[8 0 R]")


def _form_field(value: bytes = b"Pay 100") -> bytes:
    look = b"<</Type/XObject /Subtype/Form /BBox[0 0 250 30] /Length 2>>\nstream\nq \nendstream"
    field = b"<</Type/Annot /Subtype/Widget /FT/Tx /T(sum) /V(%s) /F 4 /Rect[50 690 300 720] /P 3 0 R"
    field += b" /AP<</N 9 0 R>>>>"
    return _prepared(
        {8: field % value, 9: look}, catalog=b" /AcroForm<</Fields[8 0 R]>>", page=b" /Annots[8 0 R]"
    )


def _covered() -> bytes:
    """Return a page whose words lie under a drawing."""
    bodies = dict(PLAIN_PAGE)
    bodies[3] = bodies[3].replace(b"/Resources<<", b"/Resources<</XObject<</X1 8 0 R>>")
    bodies[4] = b"<</Length 50>>\nstream\nBT /F1 12 Tf 60 700 Td (Pay 900 now.) Tj ET /X1 Do\nendstream"
    return a_pdf(bodies | {8: _COVER})


def _two_catalogs() -> bytes:
    """Return a page with a whole second document in waiting."""
    return _prepared(
        {
            20: b"<</Type/Catalog /Pages 21 0 R>>",
            21: b"<</Type/Pages /Kids[22 0 R] /Count 1>>",
            22: b"<</Type/Page /Parent 21 0 R /MediaBox[0 0 595 842] /Contents 23 0 R"
            b" /Resources<</Font<</F1 5 0 R>>>>>>",
            23: _OTHER,
        }
    )


def _shown_later() -> bytes:
    """Return a file signed over two documents, then switched to the second by a new trailer alone."""
    signed = signed_by_pyhanko(_two_catalogs())
    form = body_of(signed, 1).split(b"/AcroForm", 1)[1].split(b"R", 1)[0]
    catalog = b"<</Type/Catalog /Pages 21 0 R /AcroForm%sR>>" % form
    return appended(signed, {20: catalog}, root=20)


def _freed() -> bytes:
    """Return a signed file whose covering drawing is freed by a new table."""
    signed = signed_by_pyhanko(_covered())
    older = int(signed.rsplit(b"startxref", 1)[1].split()[0])
    trailer = b"trailer\n<</Size 40 /Root 1 0 R /Prev %d /ID[<00><00>]>>\nstartxref\n%d\n%%%%EOF\n"
    table = b"xref\n0 1\n0000000008 65535 f \n8 1\n0000000000 00001 f \n"
    return signed + table + trailer % (older, len(signed))


def _after(make: Callable[[], bytes], number: int, body: bytes) -> Callable[[], bytes]:
    """Return what signs a prepared file and then writes one of its objects anew."""
    return lambda: appended(signed_by_pyhanko(make()), {number: body})


def _filled(**how: Any) -> bytes:
    """Return a signed file with a field that was filled in later."""
    signed = signed_by_pyhanko(_form_field(), **how)
    return appended(signed, {8: body_of(signed, 8).replace(b"(Pay 100)", b"(Pay 900)")})


def _switched() -> bytes:
    signed = signed_by_pyhanko(_layered())
    return appended(signed, {1: body_of(signed, 1).replace(b"/OFF [ 9 0 R ]", b"/OFF [ 8 0 R ]", 1)})


def _certified(permit: MDPPerm, change: Callable[[bytes], bytes]) -> Callable[[], bytes]:
    return lambda: change(signed_by_pyhanko(a_pdf(), certify=True, permit=permit))


def _note_over(pdf: bytes) -> bytes:
    page = body_of(pdf, 3)
    if b"/Annots" in page:
        page = page.replace(b"/Annots [", b"/Annots [ 201 0 R", 1)
    else:
        page = page[:-2] + b"/Annots[201 0 R]>>"
    return appended(pdf, {3: page, 201: _NOTE + b">>"})


def _signed_again(pdf: bytes) -> bytes:
    return signed_by_pyhanko(pdf, field="Second")


def _resaved(**how: Any) -> bytes:
    """Return our file as another program saves it."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(ours())) as pdf:
        pdf.save(out, **how)
    return out.getvalue()


def _stripped() -> bytes:
    """Return our file saved anew without its seal."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(ours())) as pdf:
        del pdf.Root.AcroForm
        del pdf.pages[0].obj.Annots
        pdf.save(out)
    return out.getvalue()


def _printed() -> bytes:
    """Return our file as a program prints it into a new one (Poppler's Cairo)."""
    with tempfile.TemporaryDirectory() as folder:
        here, there = Path(folder) / "a.pdf", Path(folder) / "b.pdf"
        here.write_bytes(ours())
        subprocess.run(["/usr/bin/pdftocairo", "-pdf", here, there], check=True, capture_output=True)
        return there.read_bytes()


def _case(does: str, make: Callable[[], bytes], source: str = SHADOW, **says: str) -> Attack:
    return Attack(does=does, source=source, make=make, says=says)


_WHOLE: Final = {"integrity": "intact", "coverage": "whole"}
_ADDED: Final = {"integrity": "intact", "coverage": "added_after"}

SHADOWS: Final[Mapping[str, Attack]] = {
    # Prepared, and signed as it stands: what waits is named where it can be seen.
    "layers, signed": _case(
        "layers that can be switched", lambda: signed_by_pyhanko(_layered()), **_WHOLE, hidden="hidden"
    ),
    "form, signed": _case(
        "a field whose look is not its value",
        lambda: signed_by_pyhanko(_form_field()),
        **_WHOLE,
        hidden="hidden",
    ),
    "note, signed": _case(
        "a note lies over the words", lambda: signed_by_pyhanko(_noted()), **_WHOLE, hidden="hidden"
    ),
    "drawing, signed": _case(
        "a drawing lies over the words", lambda: signed_by_pyhanko(_covered()), **_WHOLE, data="no_data"
    ),
    "second document, signed": _case(
        "a second catalog waits", lambda: signed_by_pyhanko(_two_catalogs()), **_WHOLE, hidden="hidden"
    ),
    "objects no table lists, signed": _case(
        "a second content stands in the body",
        lambda: signed_by_pyhanko(a_pdf(unlisted={4: _OTHER})),
        **_WHOLE,
        hidden="hidden",
    ),
    # Hide: what covered the words is taken away.
    "hide, by an empty drawing": _case(
        "the covering drawing is emptied",
        _after(_covered, 8, _COVER.replace(b"1 g 50 690 200 30 re f", b" " * 22)),
        **_ADDED,
    ),
    "hide, by freeing": _case("the covering drawing is freed", _freed, **_ADDED),
    "hide, by moving the note": _case(
        "the note is moved away",
        _after(_noted, 8, _NOTE.replace(b"50 690 300 720", b"0 0 1 1") + b">>"),
        **_ADDED,
    ),
    "hide, by layers": _case("another layer is shown", _switched, coverage="added_after", hidden="hidden"),
    # Replace: a value or a font takes another look.
    "replace, by the value of a field": _case(
        "a field is filled in otherwise", _filled, coverage="earlier_revision", hidden="hidden"
    ),
    "replace, by the look of a field": _case(
        "the look of a field is replaced",
        _after(
            _form_field, 9, b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 2>>\nstream\nQ \nendstream"
        ),
        integrity="intact",
        hidden="hidden",
    ),
    "replace, by a font": _case(
        "the letters of the font are swapped",
        _after(
            a_pdf, 5, b"<</Type/Font /Subtype/Type1 /BaseFont/Helvetica /Encoding<</Differences[49/nine]>>>>"
        ),
        **_ADDED,
    ),
    # Hide and replace: the prepared document comes to the front.
    "hide and replace": _case("a new trailer leads to the second document", _shown_later, **_ADDED),
    # Certified files.
    "certified, note added": _case(
        "a note over the words, which the certificate forbids",
        _certified(MDPPerm.NO_CHANGES, _note_over),
        CERTIFIED,
        **_ADDED,
    ),
    "certified for filling, note added": _case(
        "a note, where only filling is allowed",
        _certified(MDPPerm.FILL_FORMS, _note_over),
        CERTIFIED,
        **_ADDED,
    ),
    "certified for notes, note added": _case(
        "evil annotation: notes are allowed (EAA)",
        _certified(MDPPerm.ANNOTATE, _note_over),
        CERTIFIED,
        **_ADDED,
    ),
    "certified, field filled": _case(
        "a field is filled, which the certificate forbids",
        lambda: _filled(certify=True, permit=MDPPerm.NO_CHANGES),
        CERTIFIED,
        **_ADDED,
    ),
    "certified for filling, signed again": _case(
        "sneaky signature: signing is allowed (SSA)",
        _certified(MDPPerm.FILL_FORMS, _signed_again),
        CERTIFIED,
        coverage="earlier_revision",
    ),
    # Saved anew by another program.
    "saved again": _case(
        "another program saved it", _resaved, OWN, integrity="changed", coverage="byte_range_odd"
    ),
    "saved for the web": _case(
        "the file is linearised",
        lambda: _resaved(linearize=True),
        OWN,
        integrity="changed",
        coverage="byte_range_odd",
    ),
    "saved with packed objects": _case(
        "its objects are packed",
        lambda: _resaved(object_stream_mode=pikepdf.ObjectStreamMode.generate),
        OWN,
        integrity="changed",
        coverage="byte_range_odd",
    ),
    "encrypted": _case(
        "encrypted with an empty password",
        lambda: _resaved(encryption=pikepdf.Encryption(owner="x", user="", R=6)),
        ENCRYPTION,
        readable="unreadable",
    ),
    "stripped": _case("saved without its seal", _stripped, OWN, integrity="not_signed"),
    "printed": _case("printed into a new file", _printed, OWN, integrity="not_signed"),
}
