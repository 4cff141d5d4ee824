"""The documents that the project itself makes are genuine, to our verifier and to everybody else's."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from formsvc import clock
from formsvc.definitions.library import load_library
from formsvc.seals.verify import extract, verify
from formsvc.settings import PROJECT, load
from formsvc.workflow.answers_file import read
from formsvc.workflow.issue_answers import Issued, issue, read_view
from tests.conftest import Validators
from tests.unit.seals.small import AT, key, trust
from tests.validators.poppler import pdfsig
from tests.validators.qpdf import check

EXAMPLES = PROJECT / "form_templates" / "examples"


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Mapping[tuple[str, str, str], tuple[Issued, Path]]:
    """Return the ordinary and the hard example, for both audiences, in both kinds, and where they lie."""
    folder = tmp_path_factory.mktemp("documents")
    settings = load({"FORMSVC_INSTANCE": str(folder / "instance")})
    effective = load_library(PROJECT / "form_templates").effective("trigger_plan")
    made = {}
    with clock.held(AT):
        for name in ("LAN", "hard"):
            for audience in ("full", "police"):
                view = read_view(
                    read(EXAMPLES / f"trigger_plan.{name}.json"),
                    effective=effective,
                    audience=audience,
                    photo=EXAMPLES / "photo.jpg" if name == "LAN" else None,
                    attach={},
                    demonstration=False,
                    settings=settings,
                )
                for one in issue(view, kinds=("pdf", "docx"), key=key(), settings=settings):
                    file = folder / f"{name}-{audience}.{one.kind}"
                    file.write_bytes(one.data)
                    made[name, audience, one.kind] = (one, file)
    return made


def test_every_document_is_genuine(documents: Mapping[tuple[str, str, str], tuple[Issued, Path]]) -> None:
    """Whatever was typed, each file is genuine, photo and all, and gives its data back exactly."""
    for name, (one, _) in documents.items():
        with clock.held(AT):
            found = verify(one.data, name=one.name, trust=trust())
        assert found.genuine, (name, found.to_json())
        assert extract(one.data) == one.view.json
        assert found.issued is not None
        assert found.issued.view_hash == one.view.hash
        assert (found.print.detail["pictures"] > 0) is (name[0] == "LAN")


def test_others_accept_every_document(
    documents: Mapping[tuple[str, str, str], tuple[Issued, Path]], validators: Validators
) -> None:
    """LibreOffice, Poppler and qpdf find valid seals and sound files."""
    files = {name: file for name, (_, file) in documents.items()}
    words = [file for (_, _, kind), file in files.items() if kind == "docx"]
    assert [[one.valid for one in said] for said in validators.libreoffice.signatures(words).values()] == [
        [True]
    ] * len(words)
    for (_, _, kind), file in files.items():
        if kind == "pdf":
            assert [(one.valid, one.covers_whole_file) for one in pdfsig(file)] == [(True, True)]
            assert not check(file)


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_flipped_bit_of_a_real_document_is_never_genuine(
    documents: Mapping[tuple[str, str, str], tuple[Issued, Path]], kind: str
) -> None:
    """A sample of the bytes of a real document, one bit changed in each."""
    data = documents["LAN", "police", kind][0].data
    for n, at in enumerate(range(0, len(data), len(data) // 40)):
        damaged = data[:at] + bytes((data[at] ^ (1 << n % 8),)) + data[at + 1 :]
        with clock.held(AT):
            assert not verify(damaged, name="", trust=trust()).genuine, f"byte {at}"
