"""The verifier says of a PDF what is true of it, and never calls a touched one genuine."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import SigFieldSpec

from formsvc import clock
from formsvc.errors import Unreadable
from formsvc.seals.keys import new_key, read_pkcs12
from formsvc.seals.pades import contents_bytes, seal_pdf
from formsvc.seals.verify import Status, Trust, Verification, extract, verify, verify_as_json
from tests.unit.seals.document_stamps import stamped, stamping_key
from tests.unit.seals.small import (
    AT,
    a_view,
    demonstration_key,
    key,
    printed_by,
    sealed_pdf,
    trust,
    unsealed_pdf,
)


def judged(pdf: bytes, *, here: Trust | None = None, days: int = 0) -> Verification:
    """Return the verification on the day of sealing, or so many days later."""
    with clock.held(AT + timedelta(days=days)):
        return verify(pdf, name="file.pdf", trust=here or trust())


@pytest.mark.parametrize("kind", ["p256", "rsa"])
def test_sealed_pdf_is_genuine(kind: str) -> None:
    """A file sealed here is intact, whole, trusted, and prints its data; when is only claimed."""
    found = judged(sealed_pdf(by=key(kind)), here=trust(key(kind)))
    assert found.genuine
    codes = {
        name: told["code"]
        for name, told in found.to_json().items()
        if isinstance(told, dict) and "code" in told
    }
    assert codes == {
        "readable": "readable",
        "integrity": "intact",
        "coverage": "whole",
        "algorithms": "strong",
        "signer": "trusted",
        "time": "claimed",
        "level": "level",
        "hidden": "nothing_hidden",
        "data": "data_good",
        "valid": "valid_by_own_form",
        "print": "print_equal",
        "attachments": "not_applicable",
    }
    assert found.level.detail["level"] == "PAdES B-B"
    assert found.issued is not None
    assert found.issued.reference == "SP-AAAA-BBBB"
    assert found.issued.view_hash == a_view().hash


def test_json_is_stable_and_says_nothing_of_the_content() -> None:
    """The JSON has one key a verdict, the same each time, and no word of an answer."""
    told = verify_as_json(judged(sealed_pdf()))
    assert told == verify_as_json(judged(sealed_pdf()))
    assert json.loads(told)["format"] == "formsvc.verification/1"
    assert "Invented" not in json.dumps({**json.loads(told), "signer": {}, "signatures": []})
    assert "Zażółć" not in told


def test_data_comes_out_exactly() -> None:
    """The JSON inside is given back byte for byte."""
    assert extract(sealed_pdf()) == a_view().json


# ---------------------------------------------------------------- who


def test_unknown_signer_is_intact_but_not_known_here() -> None:
    """Without trust the file is intact and covered; only the signer is open."""
    found = judged(sealed_pdf(), here=Trust())
    assert (found.integrity.code, found.coverage.code) == ("intact", "whole")
    assert (found.signer.status, found.signer.code) == (Status.UNKNOWN, "unknown_signer")
    assert not found.genuine


def test_certificate_itself_may_be_trusted() -> None:
    """A single signer can be pinned without its authority."""
    assert judged(sealed_pdf(), here=Trust(roots=(key().certificate,))).genuine


def test_demonstration_is_trusted_only_where_it_was_made() -> None:
    """Here a demonstration seal is good and named; anywhere else it proves nothing."""
    pdf = sealed_pdf(a_view(demonstration=True), by=demonstration_key())
    found = judged(pdf, here=trust(demonstration_key()))
    assert found.genuine
    assert found.signer.code == "demonstration"
    assert "not for real use" in found.signer.words
    assert judged(pdf, here=trust(key())).signer.code == "demonstration_elsewhere"
    root = demonstration_key().chain[-1]
    assert judged(pdf, here=Trust(roots=(root,))).signer.code == "demonstration_elsewhere"


@pytest.mark.parametrize(("by", "claims"), [(key(), True), (demonstration_key(), False)])
def test_document_and_seal_agree_on_being_a_demonstration(by: object, claims: object) -> None:
    """A real seal on a demonstration document, or the reverse, is not genuine."""
    pdf = sealed_pdf(a_view(demonstration=bool(claims)), by=by)  # type: ignore[arg-type]
    found = judged(pdf, here=trust(key(), demonstration_key()))
    assert found.data.code == "demonstration_disagrees"
    assert not found.genuine


def test_expired_since_is_said_and_still_trusted() -> None:
    """A seal made while its certificate held stays good after expiry, and the verdict says so."""
    found = judged(sealed_pdf(), days=2000)
    assert found.genuine
    assert found.signer.code == "trusted_expired_since"


def test_seal_of_the_future_is_not_genuine() -> None:
    """A seal that says it was made after today is bad, a clock that runs a little fast is not."""
    assert judged(sealed_pdf(), days=-2).time.code == "time_in_future"
    assert not judged(sealed_pdf(), days=-2).genuine
    with clock.held(AT - timedelta(hours=1)):
        assert verify(sealed_pdf(), name="", trust=trust()).genuine


def test_certificate_not_valid_at_sealing_is_bad() -> None:
    """A seal that claims a moment outside its certificate's validity is refused."""
    pdf = unsealed_pdf(a_view(), room=contents_bytes(key()))
    late = pdf.replace(b"D:20261122180500", b"D:20361122180500")
    assert judged(seal_pdf(late, key(), at=AT), days=9999).signer.code == "expired"
    early = pdf.replace(b"D:20261122180500", b"D:20161122180500")
    assert judged(seal_pdf(early, key(), at=AT)).signer.code == "not_yet_valid"


# ---------------------------------------------------------------- attacks on the container


def _updated(pdf: bytes, change: Callable[[Any], None]) -> bytes:
    """Return a file with an incremental update by pyHanko."""
    writer: Any = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _add_entry(writer: Any) -> None:
    writer.root["/Harmless"] = writer.root.raw_get("/Pages")
    writer.update_root()


def _replace_content(writer: Any) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Contents"]._data = b"/Artifact BMC EMC"
    page["/Contents"]._encoded_data = None
    writer.mark_update(page.raw_get("/Contents"))


def _emptied(pdf: bytes) -> bytes:
    at = pdf.rindex(b"/Contents <") + len(b"/Contents <")
    end = pdf.index(b">", at)
    return pdf[:at] + b"0" * (end - at) + pdf[end:]


ATTACKS: dict[str, tuple[Callable[[bytes], bytes], str, str | None]] = {
    "update appended": (lambda pdf: _updated(pdf, _add_entry), "coverage", "added_after"),
    "content replaced by an update": (
        lambda pdf: _updated(pdf, _replace_content),
        "coverage",
        "added_after",
    ),
    "bytes after the end": (lambda pdf: pdf + b"\n%%EOF\n", "coverage", "added_after"),
    "comment after the end": (lambda pdf: pdf + b"% more\n", "coverage", "added_after"),
    "field taken away": (lambda pdf: pdf.replace(b"/Fields[10 0 R]", b"/Fields[]      "), "integrity", None),
    "signature emptied": (_emptied, "integrity", None),
    "byte range to nothing": (
        lambda pdf: pdf.replace(b"/ByteRange [0 ", b"/ByteRange [1 "),
        "integrity",
        None,
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_attack_is_seen(name: str) -> None:
    """Whatever is done to a sealed file without its key, it is not genuine, and the verdict says why."""
    attack, verdict, code = ATTACKS[name]
    found = judged(attack(sealed_pdf()))
    assert not found.genuine
    if found.readable.status is Status.GOOD:
        assert getattr(found, verdict).status is Status.BAD
        assert code in (None, getattr(found, verdict).code)


def test_letters_of_the_signature_have_one_form() -> None:
    """The signature in capital letters decodes to the same bytes, and is still refused."""
    pdf = sealed_pdf()
    at = pdf.rindex(b"/Contents <") + len(b"/Contents <")
    end = pdf.index(b">", at)
    found = judged(pdf[:at] + pdf[at:end].upper() + pdf[end:])
    assert found.integrity.code == "intact"
    assert found.coverage.code == "signature_not_canonical"
    assert not found.genuine


def test_space_around_the_signature_holds_nothing() -> None:
    """A byte hidden in the padding of the signature is found."""
    pdf = seal_pdf(unsealed_pdf(a_view(), room=contents_bytes(key(), reserve=50)), key(), at=AT)
    assert judged(pdf).genuine
    end = pdf.index(b">", pdf.rindex(b"/Contents <"))
    assert judged(pdf[: end - 6] + b"41" + pdf[end - 4 :]).coverage.code == "signature_space"


def test_second_signature_is_reported_and_the_file_not_genuine() -> None:
    """Another signature on top is told apart, and what we sealed is no longer the whole file."""
    made = new_key("Another Council", at=AT - timedelta(days=1))
    signer = SimpleSigner.load_pkcs12_data(made, (), None)
    out = io.BytesIO()
    PdfSigner(
        PdfSignatureMetadata(field_name="second", md_algorithm="sha256"),
        signer=signer,
        new_field_spec=SigFieldSpec("second"),
    ).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(sealed_pdf())), output=out)
    found = judged(out.getvalue(), here=trust(key(), read_pkcs12(made)))
    assert len(found.signatures) == 2
    assert [one.integrity.code for one in found.signatures] == ["intact", "intact"]
    assert found.signatures[0].coverage.status is Status.BAD
    assert not found.genuine


def test_long_term_timestamp_may_follow_the_seal() -> None:
    """A document time stamp added for long keeping leaves the file genuine, and is told as its time."""
    pdf = stamped(sealed_pdf())
    found = judged(pdf)
    assert found.coverage.code == "whole_and_stamped"
    assert found.time.code == "timestamped_unknown"
    assert found.level.detail["level"] == "PAdES B-T"
    assert found.identity == judged(sealed_pdf()).identity
    assert found.genuine
    root = stamping_key().chain[-1]
    assert judged(pdf, here=replace(trust(), clocks=(root,))).time.code == "timestamped"
    assert judged(pdf, here=replace(trust(), roots=(root,))).time.code == "timestamped_unknown"


def test_update_beside_a_timestamp_is_still_seen() -> None:
    """A time stamp does not launder an update that came before it, nor one after."""
    before = stamped(_updated(sealed_pdf(), _replace_content))
    after = _updated(stamped(sealed_pdf()), _replace_content)
    for pdf in (before, after):
        found = judged(pdf)
        assert found.coverage.code == "added_after"
        assert not found.genuine


def test_unsealed_file_is_not_genuine() -> None:
    """A file that was never sealed says so, though its data and print agree."""
    pdf = unsealed_pdf(a_view()).replace(b"/V 99 0 R", b"         ")
    found = judged(pdf)
    assert found.integrity.code == "not_signed"
    assert (found.data.code, found.print.code) == ("data_good", "print_equal")
    assert not found.genuine


# ---------------------------------------------------------------- what was sealed is itself wrong


def test_print_that_differs_is_named_by_path() -> None:
    """Print and data that disagree are found even under a good seal, and only the path is told."""
    texts = printed_by(a_view()) | {"full_name": "Somebody Else"}
    found = judged(sealed_pdf(texts=texts))
    assert (found.integrity.code, found.print.code) == ("intact", "print_differs")
    assert found.print.detail["paths"] == ["full_name"]
    assert "Somebody" not in verify_as_json(found)


@pytest.mark.parametrize("change", ["missing", "extra"])
def test_print_has_every_address_and_no_other(change: str) -> None:
    """An answer left out of the print, or one too many, is found."""
    texts = printed_by(a_view())
    if change == "missing":
        del texts["told"]
    else:
        texts["other"] = "x"
    found = judged(sealed_pdf(texts=texts))
    assert found.print.detail["paths"] == ["told" if change == "missing" else "other"]


PRINT_REFUSED = {
    "text outside the tree": {"drawn": "BT /F1 9 Tf <0041> Tj ET\n"},
    "text in a mark nobody owns": {"drawn": "/P<</MCID 900>>BDC BT /F1 9 Tf <0041> Tj ET EMC\n"},
    "invisible text": {"drawn": "/Artifact BMC BT 3 Tr /F1 9 Tf <0041> Tj ET EMC\n"},
    "a mark used twice": {"drawn": "/P<</MCID 0>>BDC BT /F1 9 Tf <0041> Tj ET EMC\n"},
    "replaced text": {
        "drawn": "/Span<</MCID 90/ActualText(No)>>BDC BT /F1 9 Tf <005900650073> Tj ET EMC\n",
        "elements": ["<</S/Span /P 9 0 R /Pg 3 0 R /K 90>>"],
    },
    "an element with replaced text": {
        "drawn": "/P<</MCID 90>>BDC BT /F1 9 Tf <005900650073> Tj ET EMC\n",
        "elements": ["<</S/Span /P 9 0 R /Pg 3 0 R /ActualText(No) /K 90>>"],
    },
    "an address twice": {"elements": ["<</S/P /P 9 0 R /Pg 3 0 R /ID(full_name)>>"]},
    "an address the table does not know": {"elements": ["<</S/P /P 9 0 R /Pg 3 0 R /ID(other)>>"]},
    "a loop in the tree": {"elements": ["<</S/P /P 9 0 R /K 9 0 R>>"]},
    "an unknown font": {"drawn": "/Artifact BMC BT /F9 9 Tf <0041> Tj ET EMC\n"},
    "an inline image": {"drawn": "BI /W 1 /H 1 ID x EI\n"},
    "a graphics state": {"drawn": "/G1 gs\n"},
    "unclosed marks": {"drawn": "/Artifact BMC\n"},
    "broken content": {"drawn": "/Artifact BMC ( EMC\n"},
}


@pytest.mark.parametrize("name", PRINT_REFUSED)
def test_print_that_can_be_read_in_two_ways_is_refused(name: str) -> None:
    """Text that is drawn but not read, or read but not drawn, makes the print not comparable."""
    found = judged(sealed_pdf(**PRINT_REFUSED[name]))  # type: ignore[arg-type]
    assert found.integrity.code == "intact"
    assert found.print.code == "print_unreadable", found.print
    assert not found.genuine


def test_decoration_is_fine() -> None:
    """Artifacts do not disturb the comparison."""
    assert judged(
        sealed_pdf(drawn="/Artifact BMC BT /F1 9 Tf 1 0 0 1 40 40 Tm <00500061> Tj ET EMC\n")
    ).genuine


def test_words_are_compared_as_words() -> None:
    """A space more or less is another text; how lines were broken is not."""
    view = a_view(told="the therapist said")
    for said, same in (("the the rapist said", False), ("the\ntherapist  said ", True)):
        found = judged(sealed_pdf(view, texts=printed_by(view) | {"told": said}))
        assert (found.print.code == "print_equal") is same


HIDDEN = {
    "a script on opening": {"catalog": "/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"},
    "a script by reference": {
        "catalog": "/OpenAction 60 0 R",
        "objects": ["<</S 61 0 R/JS(1)>>", "/JavaScript"],
    },
    "actions of the document": {"catalog": "/AA<</WC<</S/Named/N/Print>>>>"},
    "layers": {"catalog": "/OCProperties<</OCGs[]/D<<>>>>"},
    "a collection": {"catalog": "/Collection<<>>"},
    "actions of the page": {"page": "/AA<</O<</S/JavaScript/JS(1)>>>>"},
    "private data of the page": {"page": "/PieceInfo<<>>"},
}


@pytest.mark.parametrize("name", HIDDEN)
def test_hidden_and_active_content_is_named(name: str) -> None:
    """Scripts, actions, layers and the like are refused even under a good seal."""
    found = judged(sealed_pdf(**HIDDEN[name]))  # type: ignore[arg-type]
    assert found.hidden.code == "hidden", found.hidden
    assert not found.genuine


@pytest.mark.parametrize(
    "note",
    [
        "<</Type/Annot/Subtype/FreeText/Rect[0 0 9 9]/Contents(x)>>",
        "<</Type/Annot/Subtype/FileAttachment/Rect[0 0 9 9]>>",
        "<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/Launch/F(x)>>>>",
        "<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(file:///etc/passwd)>>>>",
        "<</Type/Annot/Subtype/Widget/FT/Tx/T(x)/Rect[0 0 9 9]>>",
        "<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://x.example.org)/Next<</S/JavaScript>>>>>>",
    ],
)
def test_only_our_field_and_web_links_may_lie_on_a_page(note: str) -> None:
    """Notes of any other kind are named."""
    pdf = unsealed_pdf(a_view(), room=contents_bytes(key()), objects=[note])
    pdf = pdf.replace(b"/Annots[10 0 R] /Resources", b"/Annots[10 0 R 60 0 R]/Resources")
    assert judged(_resealed(pdf)).hidden.code == "hidden"


def _resealed(pdf: bytes) -> bytes:
    """Seal a file whose objects moved: its table is made anew."""
    places = {int(one[1]): one.start() for one in re.finditer(rb"(?m)^(\d+) 0 obj", pdf)}
    start = pdf.rindex(b"\nxref\n") + 1
    rows = [
        b"%010d 00000 n \n" % places[n] if n in places else b"0000000000 00001 f \n" for n in range(1, 100)
    ]
    table = b"xref\n0 100\n0000000000 65535 f \n" + b"".join(rows)
    tail = b"trailer\n<</Size 100 /Root 1 0 R /ID[<00><00>]>>\nstartxref\n%d\n%%%%EOF\n" % start
    return seal_pdf(pdf[:start] + table + tail, key(), at=AT)


@pytest.mark.parametrize(
    ("embedded", "why"),
    [
        (b"{}", "format"),
        (b"not json", "JSON"),
        (b'{"format": "formsvc.view/1"}', "canonical"),
        (b'{"format":"formsvc.view/1"}', "view"),
        (b'{"format":"formsvc.view/1","format":"formsvc.view/1"}', "JSON"),
        (b"[" * 100_000, "JSON"),
        (b"1e999", "JSON"),
        (b"9" * 10_000, "JSON"),
    ],
)
def test_data_that_is_not_ours_is_refused(embedded: bytes, why: str) -> None:
    """Broken, foreign or doubtful data is named as such, under a good seal too."""
    found = judged(sealed_pdf(embedded=embedded))
    assert found.data.code == "data_odd"
    assert why in found.data.words
    assert not found.genuine


def test_data_of_a_later_format_is_not_judged() -> None:
    """A format of the future is unknown, not bad."""
    found = judged(sealed_pdf(embedded=b'{"format":"formsvc.view/2"}'))
    assert (found.data.status, found.data.code) == (Status.UNKNOWN, "data_newer")


def test_stranger_beside_the_data_is_refused() -> None:
    """A file inside that the data does not name is not ours."""
    found = judged(sealed_pdf(files=[("other.exe", b"MZ")]))
    assert found.attachments.code == "attachments_wrong"
    assert not found.genuine


def test_no_data_is_said() -> None:
    """A PDF without our data is judged as a foreign one."""
    pdf = unsealed_pdf(a_view(), room=contents_bytes(key())).replace(b"(view.json)", b"(veew.json)")
    found = judged(seal_pdf(pdf, key(), at=AT))
    assert (found.data.code, found.print.code) == ("no_data", "not_applicable")
    with pytest.raises(Unreadable):
        extract(pdf)
