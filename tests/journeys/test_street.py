"""The street from end to end: answers in, sealed documents out, judged by others and by ourselves."""

from __future__ import annotations

import hashlib
import io
import json
import random
import shutil
import zipfile
from pathlib import Path

import pytest

from tests.conftest import Validators
from tests.journeys.street import EXAMPLES, Instance
from tests.validators import poppler, qpdf


def test_every_document_is_called_genuine_by_our_own_verifier(
    instance: Instance, issued: dict[str, Path]
) -> None:
    """What was issued verifies, in one call, with exit code 0."""
    ran = instance.run("verify", *issued.values(), "--json")
    assert ran.code == 0, ran.out
    assert all(one["print"]["status"] == "good" for one in ran.json)


def test_every_pdf_is_archival_accessible_and_sealed_by_the_word_of_others(
    issued: dict[str, Path], validators: Validators
) -> None:
    """By veraPDF it is PDF/A-3a and PDF/UA-1; qpdf finds no fault, pdfsig calls the seal valid and whole."""
    files = [file for name, file in issued.items() if name.endswith("pdf")]
    verdicts = validators.verapdf.validate(files)
    for file in files:
        for profile, verdict in verdicts[file].items():
            assert verdict.compliant, (file.name, profile, verdict.failed)
        assert qpdf.check(file) == ()
        (signature,) = poppler.pdfsig(file)
        assert signature.valid
        assert signature.covers_whole_file


def test_every_word_file_is_validly_sealed_by_the_word_of_libreoffice(
    issued: dict[str, Path], validators: Validators
) -> None:
    """LibreOffice calls the one signature valid, over every part it looks at."""
    files = [file for name, file in issued.items() if name.endswith("docx")]
    for file, signatures in validators.libreoffice.signatures(files).items():
        assert [one.valid for one in signatures] == [True], file.name


def test_both_kinds_carry_the_same_view(instance: Instance, issued: dict[str, Path]) -> None:
    """The data embedded in PDF and DOCX are the same bytes."""
    for name in ("example", "hard", "dara"):
        for audience in ("full", "police"):
            pdf = instance.run("extract", issued[f"{name} {audience} pdf"]).out
            docx = instance.run("extract", issued[f"{name} {audience} docx"]).out
            assert pdf == docx
            assert json.loads(pdf)["audience"]["id"] == audience


def test_photo_in_both_kinds_is_the_photo_of_the_record(instance: Instance, issued: dict[str, Path]) -> None:
    """The picture that is printed is the one whose hash the data name."""
    view = json.loads(instance.run("extract", issued["example full docx"]).out)
    (photo,) = (one for one in view["attachments"] if one["path"] == "photo")
    with zipfile.ZipFile(issued["example full docx"]) as package:
        hashes = {hashlib.sha256(package.read(name)).hexdigest() for name in package.namelist()}
    assert photo["sha256"] in hashes


@pytest.mark.parametrize("kind", ("pdf", "docx"))
def test_police_copy_holds_no_byte_of_what_is_not_for_the_police(
    instance: Instance, issued: dict[str, Path], tmp_path: Path, kind: str
) -> None:
    """A word planted in each answer that is not for the police stands in no stream of the file."""
    answers = json.loads((EXAMPLES / "trigger_plan.LAN.json").read_text("utf-8"))
    planted = plant(answers["answers"])
    source = tmp_path / "planted.json"
    source.write_text(json.dumps(answers), "utf-8")
    more = ("--kind", kind, "--photo", EXAMPLES / "photo.jpg")
    full = unpacked(instance.issue(source, tmp_path / "full", *more)[kind], tmp_path)
    police = unpacked(
        instance.issue(source, tmp_path / "police", *more, "--audience", "police")[kind], tmp_path
    )
    assert planted
    for word in planted:
        assert word.encode() in full, word
        assert word.encode() not in police, word


def plant(answers: dict[str, object]) -> list[str]:
    """Write a unique word into each secret and each answer for the authority's own file; return them."""
    from formsvc.definitions.library import load_library
    from formsvc.settings import load

    effective = load_library(load({}).form_templates).effective("trigger_plan")
    planted: list[str] = []

    def word() -> str:
        planted.append(f"Quixtellan{len(planted)}zubra")
        return planted[-1]

    for pattern, field in effective.walk():
        hidden = field.part == "office" or field.sensitivity in ("office", "secret")
        if not hidden or field.children:
            continue
        group, _, child = pattern.partition(".*.")
        holders = answers.get(group, []) if child else [answers]
        assert isinstance(holders, list)
        for holder in holders:
            if field.type.name in ("text", "long_text"):
                holder[field.id] = word()
            elif field.type.name == "secret":
                holder[field.id] = {"held": "elsewhere", "where": word()}
    return planted


def unpacked(file: Path, folder: Path) -> bytes:
    """Return the bytes of a document with every stream unpacked."""
    if file.suffix == ".pdf":
        return qpdf.unpacked(file, folder / f"{file.stem}.qdf")
    with zipfile.ZipFile(file) as package:
        return b"\n".join(package.read(name) for name in package.namelist())


@pytest.mark.parametrize("kind", ("pdf", "docx"))
def test_any_changed_byte_is_noticed(
    instance: Instance, issued: dict[str, Path], tmp_path: Path, kind: str
) -> None:
    """A byte changed anywhere (sampled) means exit code 1, and never a traceback."""
    data = issued[f"example police {kind}"].read_bytes()
    chosen = random.Random(20261122)
    places = [0, len(data) - 2, len(data) // 2, *(chosen.randrange(len(data)) for _ in range(20))]
    files = []
    for place in places:
        changed = bytearray(data)
        changed[place] ^= 0x04
        files.append(tmp_path / f"{place}.{kind}")
        files[-1].write_bytes(bytes(changed))
    ran = instance.run("verify", *files, "--json")
    assert ran.code == 1
    assert "Traceback" not in ran.err
    assert [one["name"] for one in ran.json if one["accepted"]] == []


def test_update_appended_to_a_pdf_is_noticed(
    instance: Instance, issued: dict[str, Path], tmp_path: Path
) -> None:
    """A later revision in the file is an addition to what was sealed."""
    changed = tmp_path / "appended.pdf"
    changed.write_bytes(issued["example full pdf"].read_bytes() + b"\n% one more line\n")
    assert instance.run("verify", changed).code == 1


def test_seal_taken_off_is_noticed(instance: Instance, issued: dict[str, Path], tmp_path: Path) -> None:
    """A document without its seal is not genuine."""
    stripped = tmp_path / "stripped.docx"
    with zipfile.ZipFile(issued["example full docx"]) as package, zipfile.ZipFile(stripped, "w") as out:
        for name in package.namelist():
            if not name.startswith("_xmlsignatures/"):
                out.writestr(name, package.read(name))
    assert instance.run("verify", stripped).code == 1


@pytest.mark.parametrize("change", ("part", "relationship", "content type", "comment"))
def test_change_to_the_package_is_noticed(
    instance: Instance, issued: dict[str, Path], tmp_path: Path, change: str
) -> None:
    """What other verifiers let pass (a part added, a type changed) is refused here."""
    source, changed = issued["example full docx"], tmp_path / "changed.docx"
    with zipfile.ZipFile(source) as package, zipfile.ZipFile(changed, "w") as out:
        for info in package.infolist():
            data = package.read(info)
            if change == "relationship" and info.filename == "word/_rels/document.xml.rels":
                data = data.replace(
                    b"</Relationships>",
                    b'<Relationship Id="rIdX" Type="http://example.org/x" Target="http://example.org/" '
                    b'TargetMode="External"/></Relationships>',
                )
            if change == "content type" and info.filename == "[Content_Types].xml":
                data = data.replace(b"</Types>", b'<Default Extension="bin" ContentType="x/y"/></Types>')
            out.writestr(info, data)
        if change == "part":
            out.writestr("word/more.xml", "<more/>")
        if change == "comment":
            out.comment = b"added"
    assert changed.read_bytes() != source.read_bytes()
    assert instance.run("verify", changed).code == 1


def test_document_of_another_installation_is_intact_but_not_known_here(
    issued: dict[str, Path], tmp_path: Path
) -> None:
    """The demonstration key is trusted only where it was made."""
    elsewhere = Instance(folder=tmp_path / "elsewhere")
    ran = elsewhere.run("verify", issued["example full pdf"], "--json")
    assert ran.code == 1
    assert ran.json["integrity"]["status"] == "good"
    assert ran.json["signer"]["status"] != "good"


@pytest.mark.parametrize(
    "data", (b"", b"%PDF-1.7\n", b"PK\x03\x04", b"\x00" * 5000), ids=("empty", "pdf", "zip", "zeros")
)
def test_what_cannot_be_read_is_said_so(instance: Instance, tmp_path: Path, data: bytes) -> None:
    """Rubbish means exit code 1 and words."""
    file = tmp_path / "rubbish.pdf"
    file.write_bytes(data)
    ran = instance.run("verify", file)
    assert ran.code == 1
    assert ran.out
    assert "Traceback" not in ran.err


def test_wrong_answers_give_a_line_for_each_path(instance: Instance, tmp_path: Path) -> None:
    """Exit code 2, one line a path, nothing written."""
    answers = json.loads((EXAMPLES / "trigger_plan.LAN.json").read_text("utf-8"))
    answers["answers"]["date_of_birth"] = "31/2/2011"
    answers["answers"]["full_name"] = ""
    answers["answers"]["no_such_field"] = "x"
    source = tmp_path / "wrong.json"
    source.write_text(json.dumps(answers), "utf-8")
    out = tmp_path / "out"
    ran = instance.run("issue", "trigger_plan", "--answers", source, "--out", out)
    assert ran.code == 2
    told = [line.split(":")[0] for line in ran.err.splitlines()]
    assert sorted(told) == ["date_of_birth", "full_name", "no_such_field", "photo"]
    assert not out.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    (
        (("issue", "no_such_form", "--answers", EXAMPLES / "trigger_plan.LAN.json"), "no_such_form"),
        (("issue", "trigger_plan", "--answers", "no_such_file.json"), "no_such_file.json"),
        (
            ("issue", "trigger_plan", "--answers", EXAMPLES / "trigger_plan.LAN.json", "--area", "NOWHERE"),
            "NOWHERE",
        ),
        (
            (
                "issue",
                "trigger_plan",
                "--answers",
                EXAMPLES / "trigger_plan.LAN.json",
                "--audience",
                "press",
                "--photo",
                EXAMPLES / "photo.jpg",
            ),
            "press",
        ),
        (
            (
                "issue",
                "trigger_plan",
                "--answers",
                EXAMPLES / "trigger_plan.LAN.json",
                "--photo",
                "README.md",
            ),
            "README.md",
        ),
        (
            (
                "issue",
                "trigger_plan",
                "--answers",
                EXAMPLES / "trigger_plan.LAN.json",
                "--attach",
                "full_name=README.md",
            ),
            "full_name",
        ),
    ),
    ids=("form", "file", "area", "audience", "photo", "attach"),
)
def test_what_is_handed_in_wrong_is_named(
    instance: Instance, tmp_path: Path, words: tuple[object, ...], said: str
) -> None:
    """Exit code 2 and the thing that is wrong, by name."""
    ran = instance.run(*words, "--out", tmp_path / "out")
    assert ran.code == 2, ran.err
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_example_of_the_definition_is_one_that_issues(instance: Instance, tmp_path: Path) -> None:
    """What `definitions example` prints, `issue` takes."""
    source = tmp_path / "example.json"
    source.write_text(instance.run("definitions", "example", "trigger_plan").out, "utf-8")
    assert set(instance.issue(source, tmp_path / "out", "--photo", EXAMPLES / "photo.jpg")) == {"pdf", "docx"}


def test_definitions_are_proven_sound(instance: Instance) -> None:
    """`definitions check` finds nothing wrong in what we ship."""
    ran = instance.run("definitions", "check")
    assert (ran.code, ran.err) == (0, ""), ran.out


def test_preview_draws_both_kinds(instance: Instance, tmp_path: Path) -> None:
    """A preview needs no answers and writes both kinds."""
    ran = instance.run("preview", "trigger_plan", "--out", tmp_path, "--json")
    assert ran.code == 0, ran.err
    assert {Path(one).suffix for one in ran.json["written"]} == {".pdf", ".docx"}


def test_chinese_that_no_font_draws_is_refused_by_name(instance: Instance, tmp_path: Path) -> None:
    """Never an empty box: a character that cannot be drawn is named, and nothing is written."""
    answers = json.loads((EXAMPLES / "trigger_plan.LAN.json").read_text("utf-8"))
    answers["answers"]["known_as"] = "Unhoused \U00013000 sign"
    source = tmp_path / "signs.json"
    source.write_text(json.dumps(answers), "utf-8")
    ran = instance.run(
        "issue",
        "trigger_plan",
        "--answers",
        source,
        "--photo",
        EXAMPLES / "photo.jpg",
        "--out",
        tmp_path / "out",
    )
    assert ran.code == 2
    assert "U+13000" in ran.err
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())


def test_kept_key_is_private(instance: Instance, issued: dict[str, Path]) -> None:
    """Key and passphrase can be read by their owner alone."""
    assert issued
    for file in (instance.folder / "keys").iterdir():
        assert file.stat().st_mode & 0o077 == 0, file.name


def test_page_pictures_can_be_made(issued: dict[str, Path], tmp_path: Path) -> None:
    """Every page of a PDF is a picture that is not blank."""
    for picture in poppler.pdftoppm(issued["example full pdf"], tmp_path):
        assert len(set(io.BytesIO(picture.read_bytes()).read()[-4000:])) > 4
    shutil.rmtree(tmp_path)
