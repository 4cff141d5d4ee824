"""The logo of who answers for a document stands on page one, under the seal; no other can take its place."""

from __future__ import annotations

import io
from typing import Any

import pypdf
import pytest
from PIL import Image, ImageDraw

from formsvc import clock
from formsvc.access.sheets import SHEET
from formsvc.access.views import View
from formsvc.documents import docx, pdf
from formsvc.documents.content import LOGO
from formsvc.documents.docx import package
from formsvc.documents.pdf import SealPlace
from formsvc.errors import Unreadable
from formsvc.records.logos import PrintedLogo, accept_logo, for_print
from formsvc.seals.opc import seal_docx
from formsvc.seals.pades import contents_bytes, seal_pdf
from formsvc.seals.verify import Verification, verify
from formsvc.settings import PROJECT
from tests.unit.documents.layouts import view
from tests.unit.seals.small import AT, key, trust

LAYOUTS = ("plan", "minutes", "interview", "assessment", "one_sheet")
HERS: dict[str, Any] = {"search_sheet": {"name": ["full_name"], "said": ["words"]}}


def a_logo(colour: str = "teal", size: tuple[int, int] = (360, 96)) -> PrintedLogo:
    """Return a logo of an invented council, as it is accepted, kept and printed."""
    drawn = Image.new("RGB", size, "white")
    ImageDraw.Draw(drawn).ellipse((4, 4, min(size) - 4, min(size) - 4), fill=colour)
    out = io.BytesIO()
    drawn.save(out, "PNG")
    return for_print(accept_logo(out.getvalue()).png)


def swapped(shown: View) -> View:
    """Return a view that names its own logo, with the bytes of another."""
    return View(data=shown.data, files=dict.fromkeys(shown.files, a_logo("crimson").jpeg))


def sealed_pdf(shown: View) -> bytes:
    """Return the sealed PDF of a view."""
    place = SealPlace(contents_bytes=contents_bytes(key()), name="Invented Council", reason="Issued", at=AT)
    return seal_pdf(pdf.render(shown, seal=place), key(), at=AT)


def unsealed_docx(shown: View, *, layout: str) -> bytes:
    """Return the Word document of a view, without a seal."""
    return docx.render(shown, template=PROJECT / "docx_templates" / f"{layout}.docx")


def judged(file: bytes, name: str) -> Verification:
    """Return what the verifier finds on the day of sealing."""
    with clock.held(AT):
        return verify(file, name=name, trust=trust())


def images(file: bytes) -> list[list[bytes]]:
    """Return the pictures of each page of a PDF, as they lie in it."""
    found = []
    for page in pypdf.PdfReader(io.BytesIO(file)).pages:
        resources: Any = page["/Resources"]
        drawn = resources.get("/XObject", {}).values()
        found.append([bytes(one.get_object()._data) for one in drawn])
    return found


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_pdf_shows_the_logo_once_and_is_genuine(layout: str) -> None:
    """In every layout the logo stands on page one as the data names it, and the file is genuine."""
    made = sealed_pdf(view(layout, logo=a_logo()))
    found = judged(made, "file.pdf")
    assert found.genuine, found
    first, *others = images(made)
    assert first.count(a_logo().jpeg) == 1
    assert not any(a_logo().jpeg in page for page in others)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_word_document_shows_the_logo_and_is_genuine(layout: str) -> None:
    """Every template prints the logo with words for who hears it, and the sealed file is genuine."""
    made = unsealed_docx(view(layout, logo=a_logo()), layout=layout)
    parts = package.read(made)
    assert a_logo().jpeg in parts.values()
    assert b'descr="Logo of Calderholme County Council"' in parts["word/document.xml"]
    assert judged(seal_docx(made, key(), at=AT), "file.docx").genuine


def test_the_grab_sheet_and_the_childs_copy_show_it_too() -> None:
    """The one side for the search stays one side, and the child's own copy has the logo beside its title."""
    sheet = images(pdf.render(view("plan", logo=a_logo(), extent=SHEET)))
    assert [page.count(a_logo().jpeg) for page in sheet] == [1]
    first, *_ = images(pdf.render(view("one_sheet", logo=a_logo(), **HERS)))
    assert first.count(a_logo().jpeg) == 1


def test_without_a_logo_nothing_is_there() -> None:
    """A view without a logo says nothing of one, in data and in print."""
    shown = view("minutes")
    assert "logo" not in shown.data["controller"]
    assert images(pdf.render(shown))[0] == []
    assert LOGO.encode() not in package.read(unsealed_docx(shown, layout="minutes"))["word/document.xml"]


def test_the_view_names_the_logo_and_carries_its_bytes_apart() -> None:
    """The data says hash, kind and words; the bytes are among the files."""
    shown = view("minutes", logo=a_logo())
    assert shown.data["controller"]["logo"] == {
        "sha256": a_logo().sha256,
        "media_type": "image/jpeg",
        "alt": "Logo of Calderholme County Council",
    }
    assert shown.files == {a_logo().sha256: a_logo().jpeg}


def test_another_logo_in_its_place_is_not_genuine() -> None:
    """A PDF and a Word document that show another logo than their data names are found out, sealed or not."""
    shown = view("minutes", logo=a_logo())
    found = judged(sealed_pdf(swapped(shown)), "file.pdf")
    assert not found.genuine
    assert found.print.detail["pictures"] == [LOGO]
    parts = package.read(unsealed_docx(shown, layout="minutes"))
    forged = {name: a_logo("crimson").jpeg if one == a_logo().jpeg else one for name, one in parts.items()}
    found = judged(seal_docx(package.write(forged), key(), at=AT), "file.docx")
    assert not found.genuine
    assert found.print.detail["pictures"] == [LOGO]


@pytest.mark.parametrize("size", [(480, 24), (24, 160), (480, 160)])
def test_a_logo_keeps_its_bytes_whatever_its_shape(size: tuple[int, int]) -> None:
    """However long or tall it is, it is printed from the bytes that the data names."""
    assert images(pdf.render(view("minutes", logo=a_logo(size=size))))[0] == [a_logo(size=size).jpeg]


@pytest.mark.parametrize(
    "changed", [{"media_type": "image/svg+xml"}, {"sha256": "../x"}, {"alt": " "}], ids=lambda one: str(*one)
)
def test_what_is_no_logo_of_ours_is_refused(changed: dict[str, str]) -> None:
    """Data that names another kind of picture, no hash or no words makes no document."""
    shown = view("minutes", logo=a_logo())
    controller = {**shown.data["controller"], "logo": {**shown.data["controller"]["logo"], **changed}}
    with pytest.raises(Unreadable):
        pdf.render(View(data={**shown.data, "controller": controller}, files=shown.files))


@pytest.mark.parametrize("data", [b"", b"no picture", a_logo().jpeg], ids=["empty", "text", "jpeg"])
def test_only_a_kept_logo_is_printed(data: bytes) -> None:
    """What is no PNG of ours is refused before it is frozen."""
    with pytest.raises(Unreadable):
        for_print(data)
