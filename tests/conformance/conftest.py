"""All documents are made once and judged by veraPDF, outloud and qpdf in one batch each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from formsvc import clock
from formsvc.access.views import View
from formsvc.documents import pdf
from formsvc.documents.content import Content, build
from formsvc.documents.pdf.blank import blank
from formsvc.settings import Settings, load
from formsvc.workflow.issue_answers import issue
from tests.conformance.documents import HARD, UNSEALED, Maker, library_views, sample
from tests.conformance.docx_documents import Word, made
from tests.unit.seals.small import AT, demonstration_key, key


@dataclass(frozen=True, kw_only=True)
class Made:
    """One sealed document: what it says, and where it lies."""

    view: View
    file: Path

    @property
    def content(self) -> Content:
        """What the document says."""
        return build(self.view)


@pytest.fixture(scope="session")
def maker(tmp_path_factory: pytest.TempPathFactory) -> Maker:
    """Return the maker of hard views, with a folder for their files."""
    folder = tmp_path_factory.mktemp("made")
    return Maker(folder, load({"FORMSVC_INSTANCE": str(folder / "instance")}))


@pytest.fixture(scope="session")
def hard(maker: Maker, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Made]:
    """Return every hard document, sealed."""
    with clock.held(AT):
        views = {name: make(maker) for name, make in HARD.items()}
    return sealed(views, tmp_path_factory.mktemp("hard"), settings=maker.settings)


@pytest.fixture(scope="session")
def sampled(maker: Maker, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Made]:
    """Return one document of each definition, sealed: areas and audiences come up in turn."""
    with clock.held(AT):
        views = dict(library_views(maker.settings, only=sample(maker.library)))
    return sealed(views, tmp_path_factory.mktemp("sampled"), settings=maker.settings)


@pytest.fixture(scope="session")
def library(maker: Maker, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Made]:
    """Return a document for every definition, area and audience there is, sealed."""
    with clock.held(AT):
        views = dict(library_views(maker.settings))
    return sealed(views, tmp_path_factory.mktemp("library"), settings=maker.settings)


@pytest.fixture(scope="session")
def words(maker: Maker, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Word]:
    """Return the hard documents and one of each definition as sealed Word files."""
    with clock.held(AT):
        views = {name: make(maker) for name, make in HARD.items()}
        views |= library_views(maker.settings, only=sample(maker.library))
    return made(views.items(), tmp_path_factory.mktemp("words"), settings=maker.settings)


@pytest.fixture(scope="session")
def all_words(maker: Maker, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Word]:
    """Return every definition in each area for each audience as a sealed Word file."""
    with clock.held(AT):
        views = dict(library_views(maker.settings))
    return made(views.items(), tmp_path_factory.mktemp("all"), settings=maker.settings)


def drawn_blanks(maker: Maker, wanted: Iterable[tuple[str, str]], folder: Path) -> dict[str, Path]:
    """Draw the blank forms of definitions in areas into a folder, by name."""
    found = {}
    for definition, area in wanted:
        file = found[f"blank-{definition}-{area}"] = folder / f"blank-{definition}-{area}.pdf"
        file.write_bytes(blank(maker.library.effective(definition, area)))
    return found


def sealed(views: Mapping[str, View], folder: Path, *, settings: Settings) -> dict[str, Made]:
    """Issue views as sealed PDF files of a folder."""
    found = {}
    with clock.held(AT):
        for name, view in views.items():
            file = folder / f"{name}.pdf"
            seal = demonstration_key() if view.data["document"]["demonstration"] else key()
            file.write_bytes(
                pdf.render(view)
                if name in UNSEALED
                else issue(view, kinds=("pdf",), key=seal, settings=settings)[0].data
            )
            found[name] = Made(view=view, file=file)
    return found
