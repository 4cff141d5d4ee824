"""A file that lost its seal on the way proves nothing, and its reference still says what to ask for."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import docx
import pikepdf
import pytest
import sqlalchemy as sa

from formsvc.demo import CHILDREN
from formsvc.settings import Settings, load
from formsvc.store import documents
from formsvc.store import tables as t
from formsvc.store.session import Store, open_store
from formsvc.workflow.load_demo import load_demo
from formsvc.workflow.run_worker import run_worker
from formsvc.workflow.set_up import set_up
from formsvc.workflow.verify_file import Checked, verify_bytes
from tests.validators.running import run

RECORD = "demorecordplan222222"


@dataclass(frozen=True, kw_only=True)
class Place:
    """An installation that issued documents, and the files it issued to the police, by kind."""

    settings: Settings
    store: Store
    files: dict[str, Path]
    reference: str

    def check(self, data: bytes) -> Checked:
        """Check bytes as the verify page does."""
        return verify_bytes(data, name="document", store=self.store, settings=self.settings)

    def mark(self, state: str) -> None:
        """Say of every document that it is in a state."""
        with self.store.write() as tx:
            tx.c.execute(sa.update(t.document).values(state=state))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Return the demonstration with its documents issued."""
    folder = tmp_path_factory.mktemp("place")
    settings = load({"FORMSVC_INSTANCE": str(folder / "instance")})
    set_up(settings)
    load_demo(settings)
    run_worker(settings, until_idle=True)
    store = open_store(settings)
    files: dict[str, Path] = {}
    with store.read() as tx:
        for one in documents.of_record(tx, RECORD):
            if one.audience_id == "police":
                kept = documents.place(tx, one)
                files[one.kind] = folder / f"plan.{one.kind}"
                files[one.kind].write_bytes(store.blobs.get(kept.stored, key=kept.key))
                reference = one.reference
    yield Place(settings=settings, store=store, files=files, reference=reference)
    store.close()


@pytest.fixture(scope="module")
def resaved(place: Place, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return what quick programs make of the two files."""
    folder = tmp_path_factory.mktemp("resaved")
    made: dict[str, bytes] = {}
    for name, command in {
        "printed": ("pdftocairo", "-pdf", place.files["pdf"]),
        "linearised": ("qpdf", "--linearize", place.files["pdf"]),
        "one page": ("qpdf", place.files["pdf"], "--pages", ".", "3", "--"),
    }.items():
        out = folder / f"{name}.pdf"
        done = run([*command, out])
        assert out.exists(), done.stderr
        made[name] = out.read_bytes()
    with pikepdf.open(place.files["pdf"]) as pdf:
        del pdf.Root["/Perms"]
        del pdf.Root["/AcroForm"]["/Fields"][0]["/V"]
        stripped = io.BytesIO()
        pdf.save(stripped, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    made["stripped"] = stripped.getvalue()
    saved = io.BytesIO()
    docx.Document(str(place.files["docx"])).save(saved)
    made["saved by python-docx"] = saved.getvalue()
    return made


@pytest.fixture(scope="module")
def office(place: Place, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return what LibreOffice makes of the Word file: saved again, printed, and as text with nothing else."""
    folder = tmp_path_factory.mktemp("office")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    made = {}
    for name, kind, suffix in (("saved", "docx:MS Word 2007 XML", "docx"), ("printed", "pdf", "pdf")):
        out = folder / name
        command = ["soffice", profile, "--headless", "--norestore", "--nologo"]
        run([*command, "--convert-to", kind, "--outdir", out, place.files["docx"]], seconds=180)
        made[name] = (out / f"plan.{suffix}").read_bytes()
    text = docx.Document()
    for paragraph in docx.Document(str(place.files["docx"])).sections[0].footer.paragraphs:
        text.add_paragraph(paragraph.text)
    plain = io.BytesIO()
    text.save(plain)
    return made | {"text alone": plain.getvalue()}


def assert_says(found: Checked, place: Place, *, ends: str, code: str) -> None:
    """Fail unless a file is not proven, and its reference is told of, and nothing of the child."""
    assert not found.verification.genuine
    assert not found.accepted
    assert found.standing.code == code
    assert found.standing.words.startswith("Not provable from this file.")
    assert found.standing.words.endswith(ends)
    assert place.reference in found.answer.why
    assert found.answer.tone != "good"
    told = str(found.to_json())
    assert not [word for word in CHILDREN[0].name.split() if word in told]


NEWEST = "revision 1, which is the newest: ask the organisation that issued it for the sealed file."


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("printed", "not_provable"),
        ("linearised", "bad_changed"),
        ("one page", "not_provable"),
        ("stripped", "not_provable"),
        ("saved by python-docx", "bad_changed"),
    ],
)
def test_resaved_file_says_what_to_ask_for(
    place: Place, resaved: dict[str, bytes], name: str, answer: str
) -> None:
    """Printed, linearised, cut, stripped or saved again: not provable, and which revision it belongs to."""
    found = place.check(resaved[name])
    assert_says(found, place, ends=NEWEST, code="traced_newest")
    assert found.answer.code == answer


@pytest.mark.parametrize("name", ["saved", "printed", "text alone"])
def test_converted_file_says_what_to_ask_for(place: Place, office: dict[str, bytes], name: str) -> None:
    """What an office made of the Word file is not provable, and its footer says where it belongs."""
    assert_says(place.check(office[name]), place, ends=NEWEST, code="traced_newest")


@pytest.mark.parametrize(
    ("state", "ends"),
    [
        ("superseded", "superseded: ask the organisation that issued it for the newest."),
        ("withdrawn", "withdrawn: do not use it."),
        ("recalled", "recalled: do not use it."),
    ],
)
def test_ended_document_is_told_from_its_print(
    place: Place, resaved: dict[str, bytes], state: str, ends: str
) -> None:
    """A print of what is no longer current says so."""
    place.mark(state)
    try:
        assert_says(place.check(resaved["printed"]), place, ends=ends, code=f"traced_{state}")
    finally:
        place.mark("current")


def a_word_file(*lines: str) -> bytes:
    """Return an unsealed Word file of a few lines."""
    made = docx.Document()
    for line in lines:
        made.add_paragraph(line)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_guessing_a_reference_tells_nothing(place: Place) -> None:
    """A reference alone, or with another code, is answered alike whether it was issued here or not."""
    for lines in (("{}",), ("{} Check code 0000 1111 2222 3333",)):
        told = [
            place.check(a_word_file(*(line.format(reference) for line in lines))).to_json()
            for reference in (place.reference, "TP-AAAA-BBBB")
        ]
        mine, other = (
            (one["standing"]["code"], one["sentence"].replace(name, ""))
            for one, name in zip(told, (place.reference, "TP-AAAA-BBBB"), strict=True)
        )
        assert mine == other
        assert "revision" not in str(told[0]["standing"])


def test_two_documents_in_one_file_are_both_told_of(place: Place) -> None:
    """A bundle names every document that was issued here, and the worst of them leads."""
    with place.store.read() as tx:
        kept = {one.audience_id: one.view_hash for one in documents.of_record(tx, RECORD)}
    code = {name: " ".join(one[at : at + 4] for at in range(0, 16, 4)) for name, one in kept.items()}
    lines = [f"{place.reference} Check code {code[name]}" for name in ("police", "home")]
    found = place.check(a_word_file(lines[0], "x" * 500, lines[1]))
    assert [one["audience"] for one in found.standing.detail["traces"]] == ["police", "home"]


def test_file_without_any_reference_says_only_that_it_is_not_sealed(place: Place) -> None:
    """A stranger's file is not sealed, and nothing here is said of it."""
    found = place.check(a_word_file("Dear Sir or Madam"))
    assert (found.answer.code, found.standing.code) == ("bad_not_signed", "not_issued_here")


def test_sealed_file_is_judged_by_its_definition(place: Place) -> None:
    """Both kinds are valid by the definition of this place, also once the library has another."""
    for file in place.files.values():
        found = place.check(file.read_bytes())
        assert found.verification.genuine
        assert (found.verification.valid.code, found.standing.code) == ("valid", "newest")
        assert found.verification.traces == ()


def test_kept_definition_is_found_when_the_library_moved_on(place: Place, tmp_path: Path) -> None:
    """An old document is judged by the definition it was made with, which the store keeps."""
    moved = tmp_path / "form_templates"
    moved.mkdir()
    settings = load({"FORMSVC_INSTANCE": str(place.settings.instance), "FORMSVC_FORM_TEMPLATES": str(moved)})
    data = place.files["pdf"].read_bytes()
    found = verify_bytes(data, name="document", store=place.store, settings=settings)
    assert found.verification.valid.code == "valid"


def test_place_without_the_definition_still_finds_it_genuine(place: Place, tmp_path: Path) -> None:
    """Another council lacks the form: the answers fit the form in the file, and that keeps nobody waiting."""
    settings = load(
        {"FORMSVC_INSTANCE": str(place.settings.instance), "FORMSVC_FORM_TEMPLATES": str(tmp_path)}
    )
    other = load({"FORMSVC_INSTANCE": str(tmp_path / "other")})
    set_up(other)
    store = open_store(other)
    try:
        found = verify_bytes(
            place.files["docx"].read_bytes(), name="document", store=store, settings=settings
        )
    finally:
        store.close()
    assert found.verification.valid.code == "valid_by_own_form"
    assert found.verification.genuine
    assert found.standing.code == "not_issued_here"
