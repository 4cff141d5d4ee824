"""The package of a Word document."""

from __future__ import annotations

import io
import zipfile

import pytest

from formsvc.documents.docx import package
from formsvc.errors import Unreadable

PARTS = {"word/document.xml": b"<a/>", "[Content_Types].xml": b"<b/>", "word/media/image1.png": b"\x89PNG"}


def _zip(*entries: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, data in entries:
            made.writestr(name, data)
    return out.getvalue()


def test_write_and_read_give_the_parts_back() -> None:
    """What was written is read again, content types first."""
    found = package.read(package.write(PARTS))
    assert found == PARTS
    assert next(iter(found)) == "[Content_Types].xml"


def test_equal_parts_give_equal_bytes() -> None:
    """A package tells nothing of the time or the machine it was made on."""
    made = package.write(PARTS)
    assert made == package.write(dict(PARTS))
    with zipfile.ZipFile(io.BytesIO(made)) as opened:
        assert {(one.date_time, one.create_system) for one in opened.infolist()} == {
            ((1980, 1, 1, 0, 0, 0), 0)
        }


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")  # zipfile warns the test that makes one
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04 but nothing more",
        _zip(("a.xml", b"<a/>"), ("A.xml", b"<b/>")),
        _zip(("../a.xml", b"<a/>")),
        _zip(("/a.xml", b"<a/>")),
        _zip(*((f"{n}.xml", b"") for n in range(package.PARTS_MOST + 1))),
        _zip(("big.xml", b"0" * (package.PART_BYTES + 1))),
        package.write(PARTS)[:-40],
    ],
    ids=["empty", "no zip", "same name", "up a folder", "from the root", "many", "large", "cut short"],
)
def test_read_refuses_what_is_odd(data: bytes) -> None:
    """Anything that is not a plain package of moderate size is Unreadable, never another error."""
    with pytest.raises(Unreadable):
        package.read(data)


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"<a>",
        b"<a>&unknown;</a>",
        b'<!DOCTYPE a [<!ENTITY e "text">]><a>&e;</a>',
        b'<!DOCTYPE a SYSTEM "http://example.org/a.dtd"><a/>',
        b"<a>\x01</a>",
        b'<?xml version="1.0" encoding="UTF-16"?><a/>',
    ],
)
def test_parse_refuses_what_is_not_strict(xml: bytes) -> None:
    """No DTD, no entity, no recovery."""
    with pytest.raises(Unreadable):
        package.parse(xml)


def test_relationships_resolve_to_part_names() -> None:
    """A target is a part name, written from the part or from the root; outside stays outside."""
    written = (
        f'<Relationships xmlns="{package.REL}">'
        '<Relationship Id="a" Type="t" Target="media/x.png"/>'
        '<Relationship Id="b" Type="t" Target="/docProps/app.xml"/>'
        '<Relationship Id="c" Type="t" Target="../customXml/item1.xml"/>'
        '<Relationship Id="d" Type="t" Target="https://example.org/" TargetMode="External"/></Relationships>'
    )
    found = package.relationships({"word/_rels/document.xml.rels": written.encode()}, "word/document.xml")
    assert [(one.target, one.external) for one in found] == [
        ("word/media/x.png", False),
        ("docProps/app.xml", False),
        ("customXml/item1.xml", False),
        ("https://example.org/", True),
    ]
