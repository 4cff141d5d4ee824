"""What can be done to the files inside a document: swapped, added, removed, renamed; none is genuine."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from typing import Any, Final
from xml.sax.saxutils import quoteattr

import pytest

from formsvc import clock
from formsvc.access.views import View
from formsvc.documents.carried import carried
from formsvc.documents.docx.data import ATTACHED, ATTACHED_RELATIONSHIP
from formsvc.seals.verify import Status, Verification, verify
from tests.handed_in import PDF, plain_pdf, signed_pdf
from tests.unit.seals.small import AT, a_view, sealed_docx, sealed_pdf, trust

MINUTES: Final = plain_pdf()
LETTER: Final = signed_pdf()
OTHER: Final = MINUTES.replace(b"Pay 100 now", b"Pay 900 now")
SIGNED: Final[Mapping[str, Any]] = {
    "state": "unsigned", "checked_at": "2026-11-22T18:00:00Z", "signatures": []
}  # fmt: skip

Files = dict[str, bytes]


def a_view_with_files() -> View:
    """Return a small view that names two PDF files, one of them in a row."""
    view = a_view()
    form = view.data["form"]
    fields = [
        *form["pages"][0]["fields"],
        {"id": "minutes", "type": "file", "label": "Minutes"},
        {
            "id": "letters",
            "type": "rows",
            "label": "Letters",
            "options": {"one": "letter", "heading": "file"},
            "fields": [{"id": "file", "type": "file", "label": "Letter"}],
        },
    ]
    named = {"minutes": MINUTES, "letters.k3m9.file": LETTER}
    values = {
        path: {
            "sha256": hashlib.sha256(data).hexdigest(),
            "media_type": PDF,
            "name": "Signed minutes.pdf",
            "title": f"What {path} is",
        }
        for path, data in named.items()
    }
    return View(
        data={
            **view.data,
            "form": {**form, "pages": [{**form["pages"][0], "fields": fields}]},
            "answers": {
                **view.data["answers"],
                "minutes": values["minutes"],
                "letters": [{"id": "k3m9", "file": values["letters.k3m9.file"]}],
            },
            "attachments": [
                {
                    "path": path,
                    "name": "Signed minutes.pdf",
                    "media_type": PDF,
                    "sha256": values[path]["sha256"],
                    "size": len(data),
                    "signed": dict(SIGNED),
                }
                for path, data in named.items()
            ],
        }
    )


VIEW: Final = a_view_with_files()
FILES: Final[Files] = dict(zip((one.inside for one in carried(VIEW.data)), (MINUTES, LETTER), strict=True))
FIRST, SECOND = FILES


def as_pdf(files: Files) -> bytes:
    """Return a sealed PDF of the view that carries these files, whatever the view says."""
    return sealed_pdf(VIEW, files=list(files.items()))


def as_docx(files: Files, *, kind: str = PDF) -> bytes:
    """Return a sealed Word document of the view that carries these files, whatever the view says."""
    return sealed_docx(
        VIEW,
        parts={f"{ATTACHED}{name}": data for name, data in files.items()},
        types="".join(
            f"<Override PartName={quoteattr(f'/{ATTACHED}{name}')} ContentType={quoteattr(kind)}/>"
            for name in files
        ),
        arrows="".join(
            f'<Relationship Id="rIdFile{number}" Type="{ATTACHED_RELATIONSHIP}"'
            f" Target={quoteattr(f'attachments/{name}')}/>"
            for number, name in enumerate(files, 1)
        ),
    )


MAKE: Final = {"pdf": as_pdf, "docx": as_docx}

CHEATS: Final[Mapping[str, tuple[Files, dict[str, Any]]]] = {
    "one is another file": ({FIRST: OTHER, SECOND: LETTER}, {"changed": [1]}),
    "two are swapped": ({FIRST: LETTER, SECOND: MINUTES}, {"changed": [1, 2]}),
    "one is removed": ({SECOND: LETTER}, {"missing": [1]}),
    "all are removed": ({}, {"missing": [1, 2]}),
    "one is added": ({**FILES, "03-more.pdf": OTHER}, {"extra": 1}),
    "one is added twice": ({**FILES, "03-again.pdf": MINUTES}, {"extra": 1}),
    "one is renamed": ({"01-other.pdf": MINUTES, SECOND: LETTER}, {"renamed": [1]}),
}


def judged(data: bytes) -> Verification:
    """Return the verification by the place that sealed it."""
    with clock.held(AT):
        return verify(data, name="file", trust=trust())


@pytest.mark.parametrize("kind", MAKE)
def test_document_with_its_files_is_genuine(kind: str) -> None:
    """Each named file is there and equal, and told by number, kind, size and hash, never by name."""
    found = judged(MAKE[kind](FILES))
    assert found.genuine, found.to_json()
    assert found.attachments.code == "attachments_whole"
    told = found.attachments.detail["files"]
    assert [(one["number"], one["size"]) for one in told] == [(1, len(MINUTES)), (2, len(LETTER))]
    assert [one["sha256"] for one in told] == [hashlib.sha256(one).hexdigest() for one in (MINUTES, LETTER)]
    assert "igned minutes" not in str(found.attachments.to_json())


@pytest.mark.parametrize("kind", MAKE)
@pytest.mark.parametrize("cheat", CHEATS)
def test_sealed_with_other_files_is_not_genuine(kind: str, cheat: str) -> None:
    """Even under a good seal: what the data names and what lies there must be the same, and is told apart."""
    files, wanted = CHEATS[cheat]
    found = judged(MAKE[kind](files))
    assert not found.genuine
    assert found.integrity.status is Status.GOOD
    assert found.attachments.code == "attachments_wrong"
    detail = found.attachments.detail
    expected: dict[str, Any] = {"missing": [], "changed": [], "renamed": [], "extra": 0} | wanted
    assert {**{key: detail[key] for key in expected}, "extra": len(detail["extra"])} == expected


def test_file_of_another_kind_than_it_is_called_is_not_genuine() -> None:
    """A part whose type says another program opens it is not the file that was named."""
    found = judged(as_docx(FILES, kind="text/html"))
    assert not found.genuine


def test_part_without_a_relationship_is_not_genuine() -> None:
    """A file in the folder that the document does not point at is one too many."""
    found = judged(
        sealed_docx(
            VIEW,
            parts={f"{ATTACHED}{name}": data for name, data in FILES.items()},
            types=f'<Default Extension="pdf" ContentType="{PDF}"/>',
        )
    )
    assert found.attachments.code == "attachments_wrong"
    assert not found.genuine


def test_pdf_changed_behind_the_seal_is_not_genuine() -> None:
    """A figure changed in a file inside changes what was sealed."""
    sealed = as_pdf(FILES)
    found = judged(sealed.replace(b"Pay 100 now", b"Pay 900 now"))
    assert not found.genuine
    assert found.integrity.status is Status.BAD


@pytest.mark.parametrize("doing", ["swapped", "added", "removed", "renamed"])
def test_docx_changed_behind_the_seal_is_not_genuine(doing: str) -> None:
    """Whatever is done to a part after the seal, the signature or the container says so."""
    first = f"{ATTACHED}{FIRST}"
    with zipfile.ZipFile(io.BytesIO(as_docx(FILES))) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    if doing == "swapped":
        parts[first] = OTHER
    elif doing == "added":
        parts[f"{ATTACHED}03-more.pdf"] = OTHER
    elif doing == "removed":
        del parts[first]
    else:
        parts = {name.replace(FIRST, "01-other.pdf"): data for name, data in parts.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    found = judged(out.getvalue())
    assert not found.genuine


def test_words_about_a_signature_are_those_we_say() -> None:
    """Data that says of a file what we never say is not built like ours."""
    told = {**VIEW.data["attachments"][0], "signed": {**SIGNED, "state": "notarised"}}
    strange = View(data={**VIEW.data, "attachments": [told, VIEW.data["attachments"][1]]})
    found = judged(sealed_pdf(VIEW, embedded=strange.json, files=list(FILES.items())))
    assert found.data.code == "data_odd"
    assert not found.genuine
