"""A print of a home: contents first, pages as they were, one structure tree that leads to every mark."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pypdf
import pytest
from pypdf.generic import IndirectObject, NumberObject

from formsvc.documents.pdf import SealPlace, render
from formsvc.documents.pdf.bundle import Bundle, Form, bind
from formsvc.errors import RenderFailed
from tests.unit.documents.layouts import view

AT = datetime(2026, 11, 22, 21, 5, tzinfo=UTC)
SEAL = SealPlace(contents_bytes=64, name="Rowan Bank", reason="Issued", at=AT)


@pytest.fixture(scope="module")
def form() -> Form:
    """Return a form with a place for a seal, as sealed ones have."""
    return Form(
        name="Szymon Đức Lâm-Więckowski",
        title="Plan",
        reference="IF-TRIE-DOUT",
        revision=2,
        issued_at=AT,
        data=render(view("plan"), seal=SEAL),
    )


def a_bundle(*forms: Form, **changed: Any) -> Bundle:
    """Return a bundle of forms."""
    told = {
        "home": "Rowan Bank",
        "by": "Oyelaran Castlemaine, residential manager",
        "at": AT,
        "marking": "OFFICIAL-SENSITIVE",
        "verify_at": "https://documents.example.org/verify",
        "forms": forms,
        "standing": "Your paper folder: 2 out of date, reprint",
        **changed,
    }
    return Bundle(**told)


def bound(*forms: Form, **changed: Any) -> pypdf.PdfReader:
    """Return a bundle that was made."""
    made = bind(a_bundle(*forms, **changed))
    reader = pypdf.PdfReader(io.BytesIO(made.data), strict=True)
    assert len(reader.pages) == made.pages
    return reader


def text_of(reader: pypdf.PdfReader, page: int) -> str:
    """Return the words of a page."""
    return " ".join(reader.pages[page].extract_text().split())


def the(one: Any) -> Any:
    """Return what a reference leads to."""
    return one.get_object()


def test_bundle_says_what_is_in_it(form: Form) -> None:
    """The first page names home, printer, day, each form with its pages, and what to do with paper."""
    reader = bound(
        form,
        replace(form, name="Kit O'Shaughnessy-Vale", is_approved=False),
        take_out=["An old one: take it out"],
        reprint=["A later one"],
        without=["Bláithín"],
        demonstration=True,
    )
    told = text_of(reader, 0)
    for words in (
        "Rowan Bank", "Printed 22 November 2026, 21:05 by Oyelaran Castlemaine", "2 out of date, reprint",
        form.name, "IF-TRIE-DOUT", "Revision 2", "NOT YET APPROVED", "Take out of the folder and destroy",
        "An old one: take it out", "not in this print: reprint", "A later one", "No current form to print",
        "Bláithín", "carries no seal", "DEMONSTRATION",
    ):  # fmt: skip
        assert words in told, words
    assert [one["/Title"] for one in reader.outline] == [  # type: ignore[call-overload]  # none is nested
        "Contents",
        f"{form.name}: Plan, IF-TRIE-DOUT revision 2",
        "Kit O'Shaughnessy-Vale: Plan, IF-TRIE-DOUT revision 2",
    ]
    assert f"Print {len(reader.pages)} of {len(reader.pages)}" in text_of(reader, len(reader.pages) - 1)


def test_long_contents_go_on_and_count_themselves(form: Form) -> None:
    """With so many forms that the contents need a second page, each form still begins where they say."""
    forms = [replace(form, name=f"Child {number}", data=form.data) for number in range(24)]
    reader = bound(*forms)
    each = len(pypdf.PdfReader(io.BytesIO(form.data)).pages)
    front = len(reader.pages) - 24 * each
    assert front == 2
    assert reader.get_destination_page_number(reader.outline[24]) == front + 23 * each  # type: ignore[arg-type]
    last = f"{front + 23 * each + 1}"
    assert last in text_of(reader, 1)


def test_every_mark_leads_to_its_element_and_back(form: Form) -> None:
    """What is marked on each page stands in the tree, under its own page; no seal's field is left in it."""
    reader = bound(form, form)
    tree = the(reader.root_object["/StructTreeRoot"])
    numbers = the(tree["/ParentTree"])["/Nums"]
    parents = dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))
    held = marks_of(the(tree["/K"]), page=None)
    for page in reader.pages:
        assert page.indirect_reference is not None
        at = page.indirect_reference.idnum
        listed = the(parents[int(page["/StructParents"])])  # type: ignore[call-overload]  # a number
        assert listed
        assert {(at, mark) for mark in range(len(listed))} <= held
        for note in page.get("/Annots", ()):
            assert the(note)["/Subtype"] == "/Link"
            assert the(parents[int(the(note)["/StructParent"])])["/S"] == "/Link"
    assert set(reader.root_object) & {"/AcroForm", "/Names", "/AF", "/Perms", "/OpenAction"} == set()


def marks_of(element: Any, *, page: int | None) -> set[tuple[int, int]]:
    """Return (page, mark) of everything marked below an element."""
    if "/Pg" in element:
        page = element.raw_get("/Pg").idnum
    assert element["/S"] != "/Form"
    kids = element.get("/K", [])
    found: set[tuple[int, int]] = set()
    for kid in kids if isinstance(kids, list) else [kids]:
        if isinstance(kid, NumberObject):
            assert page is not None
            found.add((page, int(kid)))
        elif isinstance(kid, IndirectObject) or the(kid).get("/Type") is None:
            assert the(kid)["/P"].indirect_reference == element.indirect_reference
            found |= marks_of(the(kid), page=page)
        elif the(kid)["/Type"] == "/MCR":
            found.add((the(kid).raw_get("/Pg").idnum, int(the(kid)["/MCID"])))
    return found


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\nnot one", b"PK\x03\x04"])
def test_what_is_no_document_of_ours_is_refused(form: Form, data: bytes) -> None:
    """A part that cannot be read stops the whole print: a folder with a hole in it is never handed out."""
    with pytest.raises(RenderFailed):
        bind(a_bundle(form, replace(form, data=data)))


def test_untagged_part_is_refused(form: Form) -> None:
    """What nobody could read aloud does not come in."""
    plain = pypdf.PdfWriter()
    plain.add_blank_page(width=595, height=842)
    held = io.BytesIO()
    plain.write(held)
    with pytest.raises(RenderFailed):
        bind(a_bundle(replace(form, data=held.getvalue())))
