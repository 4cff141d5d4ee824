"""Every Word document there is, and the hard ones, judged by the Open XML schemas and in Word's own terms."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from formsvc import clock
from tests.conformance.docx_documents import Word, made
from tests.conformance.documents import HARD, Maker, library_views
from tests.unit.seals.small import AT
from tests.validators.openxml import openxml_errors


@pytest.fixture(scope="module")
def words(maker: Maker, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Word]:
    """Return every definition, area and audience, and every hard document, as sealed Word files."""
    with clock.held(AT):
        views = [*library_views(maker.settings), *((name, make(maker)) for name, make in HARD.items())]
    return made(views, tmp_path_factory.mktemp("words"), settings=maker.settings)


def test_every_document_is_valid_against_the_schemas(words: Mapping[str, Word]) -> None:
    """The Open XML schemas and Word's own rules have nothing to say, of any document."""
    found = {name: errors for name, one in words.items() if (errors := openxml_errors(one.file))}
    assert found == {}
