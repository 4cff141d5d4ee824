"""Which files a document carries, and under what name: plain, true to its kind, the same for everybody."""

from __future__ import annotations

from typing import Any

import pytest

from formsvc.documents.carried import Carried, carried, size_words
from formsvc.errors import Unreadable
from formsvc.records.attachments import CARRIED_MOST

PDF = "application/pdf"


def a_file(**changed: Any) -> Carried:
    """Return a carried file."""
    told: dict[str, Any] = {
        "number": 3, "path": "minutes", "name": "minutes.pdf", "title": "", "media_type": PDF,
        "sha256": "a" * 64, "size": 10, "signed": None,
    }  # fmt: skip
    return Carried(**told | changed)


def a_view(*files: dict[str, Any]) -> dict[str, Any]:
    """Return the data of a view with a file field, a photo field, and these attachments."""
    fields = [
        {"id": "minutes", "type": "file", "label": "Minutes"},
        {"id": "photo", "type": "photo", "label": "Photo"},
    ]
    return {"form": {"pages": [{"fields": fields}]}, "attachments": list(files), "answers": {}}


def attached(path: str = "minutes", **changed: Any) -> dict[str, Any]:
    """Return an attachment of a view."""
    told = {"path": path, "name": "m.pdf", "media_type": PDF, "sha256": "b" * 64, "size": 9}
    return {**told, **changed}


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("minutes of Tuesday.pdf", "03-minutes-of-Tuesday.pdf"),
        ("../../etc/passwd", "03-file.pdf"),
        ("view.json", "03-view.pdf"),
        ("Żółć.pdf", "03-file.pdf"),
        ("x" * 200, f"03-{'x' * 60}.pdf"),
        ("a.exe", "03-a.pdf"),
    ],
)
def test_name_inside_is_plain_and_true(name: str, inside: str) -> None:
    """Two programs read one name, it is no path, and its ending says what the file is."""
    assert a_file(name=name).inside == inside


def test_photos_are_drawn_and_not_carried() -> None:
    """Only answers that are files go inside."""
    told = a_view(attached("photo", media_type="image/jpeg"), attached())
    assert [one.path for one in carried(told)] == ["minutes"]


@pytest.mark.parametrize(
    "changed",
    [
        {"media_type": "text/html"},
        {"sha256": "b"},
        {"size": "9"},
        {"size": True},
        {"signed": {"state": "good"}},
    ],
)
def test_what_we_never_write_is_refused(changed: dict[str, Any]) -> None:
    """A view may come out of a file that anybody made."""
    with pytest.raises(Unreadable):
        carried(a_view(attached(**changed)))


def test_too_many_are_refused() -> None:
    """A seal over a Word document refers to so many parts and no more."""
    assert len(carried(a_view(*[attached()] * CARRIED_MOST))) == CARRIED_MOST
    with pytest.raises(Unreadable):
        carried(a_view(*[attached()] * (CARRIED_MOST + 1)))


@pytest.mark.parametrize(("size", "words"), [(9, "9 bytes"), (2048, "2 KB"), (3 * 1024 * 1024, "3.0 MB")])
def test_size_is_said_as_people_say_it(size: int, words: str) -> None:
    """A short number with its unit."""
    assert size_words(size) == words
