"""The judge of the Open XML schemas is judged: a fault of each kind, put into a sound document, is named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from formsvc.documents.docx import package, render
from tests.unit.documents.docx.contents import TRIGGER_PLAN, content, view
from tests.validators.openxml import openxml_errors

MAIN = "word/document.xml"
STYLES = "word/styles.xml"
TYPES = package.CONTENT_TYPES
RELS = package.rels_name(MAIN)

Parts = dict[str, bytes]
Break = Callable[[Parts], None]


@pytest.fixture(scope="module")
def sound() -> Mapping[str, bytes]:
    """Return the parts of the ordinary plan."""
    return package.read(render(view(content()), template=TRIGGER_PLAN, content=content()))


def judged(parts: Mapping[str, bytes], folder: Path) -> tuple[str, ...]:
    """Return what the judge says of a document of these parts."""
    file = folder / "judged.docx"
    file.write_bytes(package.write(parts))
    return openxml_errors(file)


def instead(part: str, old: str, new: str) -> Break:
    """Return a fault: the first `old` of a part gives way to `new`."""

    def fault(parts: Parts) -> None:
        text = parts[part].decode()
        assert old in text
        parts[part] = text.replace(old, new, 1).encode()

    return fault


def without(part: str) -> Break:
    """Return a fault: a part is gone, and what refers to it stands."""
    return lambda parts: parts.__delitem__(part)


FAULTS: Mapping[str, tuple[Break, str]] = {
    "an element that nothing declares": (instead(MAIN, "<w:body>", "<w:body><w:colour/>"), "colour"),
    "an element of a foreign namespace": (instead(MAIN, "<w:body>", '<w:body><x xmlns="urn:x"/>'), "'x'"),
    "a text outside a run": (instead(MAIN, "<w:r><w:t", "<w:t>loose</w:t><w:r><w:t"), "'t'"),
    "an attribute that nothing declares": (instead(MAIN, "<w:cantSplit/>", '<w:cantSplit w:a="b"/>'), "'a'"),
    "a value that is not in the list": (instead(STYLES, '"atLeast"', '"roughly"'), "roughly"),
    "a value that is no number": (
        instead(STYLES, '<w:outlineLvl w:val="0"/>', '<w:outlineLvl w:val="a"/>'),
        "outlineLvl",
    ),
    "the order of paragraph properties": (
        instead(STYLES, "<w:keepNext/><w:keepLines/>", "<w:keepLines/><w:keepNext/>"),
        "keepNext",
    ),
    "the order of run properties": (instead(STYLES, "<w:b/><w:bCs/>", "<w:bCs/><w:b/>"), "'b'"),
    "the order of table properties": (
        instead(MAIN, '<w:tblStyle w:val="Sheet"/>', '<w:tblLayout/><w:tblStyle w:val="Sheet"/>'),
        "tblStyle",
    ),
    "a table without its grid": (instead(MAIN, "<w:tblGrid>", "<w:tblGridChange>"), "document.xml"),
    "a relationship that is not there": (instead(MAIN, 'r:embed="rId', 'r:embed="rIdNo'), "rIdNo"),
    "a relationship of the header that is not there": (
        instead(RELS, 'Id="rIdHeader"', 'Id="rIdElsewhere"'),
        "rIdHeader",
    ),
    "a part that is not there": (without("word/header1.xml"), "header1.xml"),
    "a part of the wrong content type": (
        instead(TYPES, "wordprocessingml.styles+xml", "wordprocessingml.footer+xml"),
        "styles.xml",
    ),
    "a style that is not there": (
        instead(MAIN, '<w:pStyle w:val="Facts"/>', '<w:pStyle w:val="Nowhere"/>'),
        "Nowhere",
    ),
    "a part that is no XML": (instead(MAIN, "</w:body>", ""), "document.xml"),
}
"""What is wrong -> how to make it so, and the word by which the judge must name the place."""


def test_a_sound_document_has_no_finding(sound: Mapping[str, bytes], tmp_path: Path) -> None:
    """The document in which each fault is put has none of its own."""
    assert judged(sound, tmp_path) == ()


@pytest.mark.parametrize("fault", FAULTS)
def test_the_schemas_name_the_fault(fault: str, sound: Mapping[str, bytes], tmp_path: Path) -> None:
    """A fault that the schemas know is found, and its place is named."""
    put_in, word = FAULTS[fault]
    parts = dict(sound)
    put_in(parts)
    said = judged(parts, tmp_path)
    assert said
    assert any(word in one for one in said), said
