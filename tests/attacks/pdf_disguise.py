"""Sealed with a key that is trusted, and still a lie: the eye sees one thing, the data says another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from formsvc.seals.keys import SealKey, new_key, read_pkcs12
from formsvc.seals.pades import contents_bytes, seal_pdf
from tests.attacks.pdf_attack import FONTS, OWN, SHADOW, Attack
from tests.attacks.pdf_victims import foreign_key, resealed
from tests.unit.seals.small import AT, a_view, key, printed_by, sealed_pdf, unsealed_pdf

_YES: Final = "<005900650073>"
_PLACE: Final = "1 0 0 1 40 400 Tm"


def _drawn(drawn: str, **more: Any) -> Callable[[], bytes]:
    """Return what makes a sealed file that draws something more."""
    return lambda: sealed_pdf(drawn=drawn, **more)


def _aside(inside: str) -> Callable[[], bytes]:
    return _drawn(f"/Artifact BMC {inside} EMC\n")


def _answer(before: str = "", *, place: str = "1 0 0 1 40 700 Tm", size: str = "9", after: str = "") -> bytes:
    """Return a sealed file whose first answer is set in another way."""
    pdf = unsealed_pdf(a_view(), room=contents_bytes(key()))
    start = pdf.index(b"/P<</MCID 0>>BDC")
    end = pdf.index(b"EMC", start)
    text = pdf[pdf.index(b" <", start) : pdf.index(b" Tj", start)].decode()
    new = f"/P<</MCID 0>>BDC {before} BT /F1 {size} Tf {place}{text} Tj ET {after} "
    return resealed(pdf[:start] + new.encode() + pdf[end:], length_of=4)


def _page(entries: str) -> Callable[[], bytes]:
    return lambda: sealed_pdf(page=entries)


def _font(old: bytes, new: bytes) -> bytes:
    """Return a sealed file whose font says something else."""
    pdf = unsealed_pdf(a_view(), room=contents_bytes(key()))
    assert old in pdf
    return resealed(pdf.replace(old, new, 1), length_of=6)


def _picture(placed: str, *, extra: str = "") -> Callable[[], bytes]:
    """Return what makes a sealed file with one black pixel placed somewhere."""
    image = (
        f"<</Type/XObject /Subtype/Image /Width 1 /Height 1 /ColorSpace/DeviceGray /BitsPerComponent 8"
        f"{extra} /Length 1>>\nstream\n0\nendstream"
    )

    def make() -> bytes:
        pdf = unsealed_pdf(
            a_view(),
            room=contents_bytes(key()),
            objects=[image],
            drawn=f"/Artifact BMC q {placed} cm /X1 Do Q EMC\n",
        )
        return resealed(pdf.replace(b"/F1 5 0 R>>>>", b"/F1 5 0 R>>/XObject<</X1 60 0 R>>>>", 1), length_of=4)

    return make


def _form(inside: str) -> bytes:
    form = f"<</Type/XObject /Subtype/Form /BBox[0 0 595 842] /Length {len(inside)}>>"
    form += f"\nstream\n{inside}\nendstream"
    pdf = unsealed_pdf(
        a_view(),
        room=contents_bytes(key()),
        objects=[form],
        drawn="/Artifact BMC q 1 0 0 1 0 0 cm /X1 Do Q EMC\n",
    )
    return resealed(pdf.replace(b"/F1 5 0 R>>>>", b"/F1 5 0 R>>/XObject<</X1 60 0 R>>>>", 1), length_of=4)


def _otherwise(*, by: SealKey | None = None) -> bytes:
    """Return a file whose print says another name than its data."""
    return sealed_pdf(texts=printed_by(a_view()) | {"full_name": "Somebody Else"}, by=by)


def _data_otherwise(*, by: SealKey | None = None) -> bytes:
    """Return a file whose data says another name than its print."""
    return sealed_pdf(texts=printed_by(a_view()), embedded=a_view(full_name="Somebody Else").json, by=by)


def _prepared(*, listed: bool) -> bytes:
    """Return a file that was sealed with a second page content in waiting."""
    pdf = unsealed_pdf(a_view(), room=contents_bytes(key()))
    at = pdf.index(b"4 0 obj\n")
    shadow = b"4 0 obj\n<</Length 1>>\nstream\nx\nendstream\nendobj\n"
    return resealed(pdf[:at] + (b"" if listed else shadow) + pdf[at:], length_of=4)


def _revised() -> bytes:
    """Return a file that was sealed in its second revision: the first one says something else."""
    first = unsealed_pdf(a_view(), room=contents_bytes(key()))
    start = int(first.rsplit(b"startxref", 1)[1].split()[0])
    content = first[first.index(b"4 0 obj\n") : first.index(b"5 0 obj\n")]
    signature = first[first.index(b"99 0 obj\n") : start]
    made = first + content
    at = len(made)
    made += signature
    table = len(made)
    made += b"xref\n0 1\n0000000000 65535 f \n4 1\n%010d 00000 n \n99 1\n%010d 00000 n \n" % (len(first), at)
    made += b"trailer\n<</Size 100 /Root 1 0 R /Prev %d /ID[<00><00>]>>\nstartxref\n%d\n%%%%EOF\n" % (
        start,
        table,
    )
    return seal_pdf(made, key(), at=AT)


def _stranger() -> SealKey:
    return read_pkcs12(new_key("Nobody We Know", at=AT - timedelta(days=1)))


def _changed(old: bytes, new: bytes) -> bytes:
    """Return a sealed file in which one thing was another before the seal."""
    pdf = unsealed_pdf(a_view(), room=contents_bytes(key()))
    assert old in pdf
    return resealed(pdf.replace(old, new, 1))


def _colour() -> bytes:
    return _changed(
        b"/Resources<<", b"/Resources<</ColorSpace<</DefaultGray[/Separation/All/DeviceGray<<>>]>>"
    )


def _seen_field() -> bytes:
    return _changed(b"/Rect[0 0 0 0] /P 3 0 R", b"/Rect[0 0 595 842] /AP<</N 6 0 R>> /P 3 0 R")


def _second_field() -> bytes:
    field = "<</Type/Annot /Subtype/Widget /FT/Sig /T(later) /F 132 /Rect[0 0 0 0] /P 3 0 R>>"
    pdf = unsealed_pdf(a_view(), room=contents_bytes(key()), objects=[field])
    return resealed(pdf.replace(b"/Fields[10 0 R]", b"/Fields[10 0 R 60 0 R]", 1))


def _named(names: bytes) -> bytes:
    return _changed(b"/Names<<", b"/Names<<" + names)


def titled(title: bytes) -> bytes:
    """Return a sealed file with this title in its properties."""
    pdf = unsealed_pdf(a_view(), room=contents_bytes(key()), objects=[f"<</Title({title.decode()})>>"])
    return resealed(pdf.replace(b"/Root 1 0 R", b"/Root 1 0 R /Info 60 0 R", 1))


def _case(does: str, make: Callable[[], bytes], source: str = OWN, **says: str) -> Attack:
    return Attack(does=does, source=source, make=make, says={"integrity": "intact"} | says)


_UNSEEN: Final = {"print": "print_unreadable"}

DISGUISES: Final[Mapping[str, Attack]] = {
    "white text": _case("an answer is white", lambda: _answer("1 g"), **_UNSEEN),
    "pale text": _case("an answer is nearly white", lambda: _answer("0.85 g"), **_UNSEEN),
    "black on black": _case(
        "an answer stands on a black area", lambda: _answer("0 g 30 690 500 30 re f"), **_UNSEEN
    ),
    "text outside the paper": _case(
        "an answer is set above the page", lambda: _answer(place="1 0 0 1 40 900 Tm"), **_UNSEEN
    ),
    "text beside the paper": _case(
        "an answer begins left of the page", lambda: _answer(place="1 0 0 1 -200 700 Tm"), **_UNSEEN
    ),
    "text that runs off the paper": _case(
        "an answer begins at the right edge", lambda: _answer(place="1 0 0 1 590 700 Tm"), **_UNSEEN
    ),
    "tiny text": _case("an answer is set in half a point", lambda: _answer(size="0.5"), **_UNSEEN),
    "text scaled to nothing": _case(
        "an answer is set through a small matrix", lambda: _answer(place="0.01 0 0 0.01 40 700 Tm"), **_UNSEEN
    ),
    "text turned upside down": _case(
        "an answer is mirrored", lambda: _answer(place="-1 0 0 -1 300 700 Tm"), **_UNSEEN
    ),
    "text in a scaled space": _case(
        "the page is scaled first", lambda: _answer("q 0.001 0 0 0.001 0 0 cm"), **_UNSEEN
    ),
    "invisible text": _case("an answer has render mode 3", lambda: _answer("3 Tr"), **_UNSEEN),
    "text as a clip": _case("an answer only clips", lambda: _answer("7 Tr"), **_UNSEEN),
    "clipped text": _case("all is clipped away first", lambda: _answer("0 0 1 1 re W n"), **_UNSEEN),
    "squeezed text": _case("letters are scaled to no width", lambda: _answer("1 Tz"), **_UNSEEN),
    "risen text": _case("text rises off the page", lambda: _answer("2000 Ts"), **_UNSEEN),
    "spread text": _case("the letters stand a page apart", lambda: _answer("900 Tc"), **_UNSEEN),
    "transparent text": _case("a graphics state makes it transparent", lambda: _answer("/G1 gs"), **_UNSEEN),
    "text in a pattern": _case(
        "a colour space of its own", lambda: _answer("/Pattern cs /P1 scn"), **_UNSEEN
    ),
    "text under an area": _case(
        "a white area is drawn over an answer", lambda: _answer(after="1 g 30 690 500 30 re f"), **_UNSEEN
    ),
    "text under many lines": _case(
        "an answer is struck out by a heavy line",
        lambda: _answer(after="1 G 40 w 0 700 500 1 re S"),
        **_UNSEEN,
    ),
    "text under a picture": _case("a picture lies over an answer", _picture("400 0 0 60 30 780"), **_UNSEEN),
    "text over text": _case(
        "an answer is drawn over with other words",
        _aside(f"BT /F1 9 Tf 1 0 0 1 40 730 Tm {_YES} Tj ET"),
        **_UNSEEN,
    ),
    "text under a drawing": _case(
        "a drawing within the page lies over it",
        lambda: _form("1 g 0 0 595 842 re f"),
        print="print_unreadable",
        hidden="hidden",
    ),
    "picture under the paper": _case(
        "a picture is placed off the page", _picture("99 0 0 99 0 -500"), **_UNSEEN
    ),
    "picture of no size": _case(
        "a picture is a hundredth of a point", _picture("0.01 0 0 0.01 9 9"), **_UNSEEN
    ),
    "picture inverted": _case(
        "a picture is decoded the other way round", _picture("9 0 0 9 9 9", extra="/Decode[1 0]"), **_UNSEEN
    ),
    "picture with a mask": _case(
        "a picture shows only where a mask lets it", _picture("9 0 0 9 9 9", extra="/Mask[0 255]"), **_UNSEEN
    ),
    "a word that is copied as another": _case(
        "ActualText in the page",
        _drawn(
            f"/Span<</MCID 90/ActualText(No)>>BDC BT /F1 9 Tf {_PLACE} {_YES} Tj ET EMC\n",
            elements=["<</S/Span /P 9 0 R /Pg 3 0 R /K 90>>"],
        ),
        **_UNSEEN,
    ),
    "an element that is read as another": _case(
        "ActualText in the tree",
        _drawn(
            f"/P<</MCID 90>>BDC BT /F1 9 Tf {_PLACE} {_YES} Tj ET EMC\n",
            elements=["<</S/Span /P 9 0 R /Pg 3 0 R /ActualText(No) /K 90>>"],
        ),
        **_UNSEEN,
    ),
    "a font that says another letter": _case(
        "ToUnicode shifts every letter by one",
        lambda: _font(b"<0000> <02FF> <0000>", b"<0000> <02FF> <0001>"),
        FONTS,
        print="print_differs",
    ),
    "a font that says two things": _case(
        "ToUnicode says a second thing of one code",
        lambda: _font(b"\nendcmap", b"\n1 beginbfchar <004E> <0058> endbfchar\nendcmap"),
        FONTS,
        **_UNSEEN,
    ),
    "a font with codes of its own": _case(
        "the encoding is no identity",
        lambda: _font(b"/Encoding/Identity-H", b"/Encoding 60 0 R"),
        FONTS,
        **_UNSEEN,
    ),
    "a font that runs downwards": _case(
        "the writing mode is vertical",
        lambda: _font(b"/Encoding/Identity-H", b"/Encoding/Identity-V"),
        FONTS,
        **_UNSEEN,
    ),
    "a font without width": _case(
        "every letter stands at one place",
        lambda: _font(b"/Subtype/CIDFontType2", b"/Subtype/CIDFontType2 /DW 0"),
        FONTS,
        **_UNSEEN,
    ),
    "a page cropped": _case(
        "all but a corner is cut off", _page("/CropBox[0 0 9 9]"), SHADOW, hidden="hidden"
    ),
    "a page turned": _case("the page lies on its head", _page("/Rotate 180"), hidden="hidden"),
    "a page enlarged": _case("a unit is a thousand points", _page("/UserUnit 1000"), hidden="hidden"),
    "a page that changes": _case("the next page shows by itself", _page("/Dur 1"), hidden="hidden"),
    "a colour that is another": _case(
        "black is remapped",
        _colour,
        hidden="hidden",
    ),
    "a note with its own look": _case(
        "the seal's field is drawn over the page", _seen_field, SHADOW, hidden="hidden"
    ),
    "a seal in waiting": _case(
        "a second signature field waits for content", _second_field, SHADOW, hidden="hidden"
    ),
    "names of other things": _case(
        "appearances in the list of names", lambda: _named(b"/AP<</Names[]>>"), SHADOW, hidden="hidden"
    ),
    "print says otherwise": _case("print and data disagree", _otherwise, print="print_differs"),
    "data says otherwise": _case("data and print disagree", _data_otherwise, print="print_differs"),
    "print says otherwise, sealed by another who is trusted": _case(
        "the other organisation sealed it",
        lambda: _otherwise(by=foreign_key()),
        signer="trusted",
        print="print_differs",
    ),
    "data swapped with its print": _case(
        "data and print agree, sealed by an authority of the attacker's",
        lambda: sealed_pdf(a_view(full_name="Somebody Else"), by=_stranger()),
        signer="unknown_signer",
        print="print_equal",
    ),
    "title that says otherwise": _case(
        "the properties name another document",
        lambda: titled(b"Somebody Else"),
        coverage="properties_changed",
    ),
    "an object in waiting": _case(
        "sealed with a second version of the page that no table lists",
        lambda: _prepared(listed=False),
        SHADOW,
        data="data_odd",
    ),
    "an older revision beneath": _case(
        "sealed as the second revision of a file", _revised, SHADOW, data="data_odd"
    ),
}
