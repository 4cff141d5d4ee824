"""The files that a document carries inside itself, under its seal: which, under what name, and in what words.

Photos are drawn and not carried. Everything here follows from the view alone, so that the verifier can say
of each file whether it is there, equal, and called what it should be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from formsvc.access.views import View
from formsvc.definitions.printed import specs
from formsvc.errors import RenderFailed, Unreadable
from formsvc.fields.base import Spec, Widget
from formsvc.fields.blocks import Item, Pairs
from formsvc.fields.moments import london_words
from formsvc.records.attachments import CARRIED_MOST
from formsvc.records.signed import Signed, read_signed, sentences

SECTION: Final = "@attachments"
TITLE: Final = "Files inside this document"
INTRO: Final = (
    "They are sealed with it: a PDF lists them as attachments, a Word document holds them in its package. "
    "A file that is not named here does not belong to it."
)
KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "application/pdf": ("PDF", "pdf"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("Word document", "docx"),
    "image/jpeg": ("Picture (JPEG)", "jpg"),
}
"""What may be carried: media type -> what it is called, and how its name ends."""

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_ODD: Final = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True, kw_only=True)
class Carried:
    """One file inside a document. `inside` is its name there; `number` counts from 1 in the form's order."""

    number: int
    path: str
    name: str
    title: str
    media_type: str
    sha256: str
    size: int
    signed: Signed | None

    @property
    def inside(self) -> str:
        """The name of the file inside the document: plain letters, its number first, its true ending."""
        stem = self.name.rpartition(".")[0] or self.name
        plain = _ODD.sub("-", stem).strip("-")[:60].rstrip("-")
        return f"{self.number:02}-{plain or 'file'}.{KINDS[self.media_type][1]}"

    @property
    def described(self) -> str:
        """What the file is, in a line."""
        return " ".join((self.title or self.name).split())

    @property
    def kind(self) -> str:
        """What kind of file it is, in words."""
        return KINDS[self.media_type][0]

    @property
    def size_words(self) -> str:
        """How large it is, in words."""
        return size_words(self.size)

    @property
    def label(self) -> str:
        """What stands beside the file in print."""
        return f"{self.number}. {self.described}"


def carried(data: Mapping[str, Any]) -> tuple[Carried, ...]:
    """Return the files that the document of a view's data carries; raise Unreadable for what is not ours."""
    fields = {spec.id: spec for page in data["form"]["pages"] for spec in specs(page["fields"])}
    files = [one for one in data["attachments"] if _is_file(fields, one["path"])]
    if len(files) > CARRIED_MOST:
        raise Unreadable(f"a document carries at most {CARRIED_MOST} files")
    return tuple(_carried(number, one, data["answers"]) for number, one in enumerate(files, 1))


def carried_bytes(view: View) -> tuple[tuple[Carried, bytes], ...]:
    """Return the files that the document of a view carries, with their bytes; raise RenderFailed."""
    found = carried(view.data)
    if any(one.sha256 not in view.files for one in found):
        raise RenderFailed("a file of the view has no bytes")
    return tuple((one, view.files[one.sha256]) for one in found)


def printed(data: Mapping[str, Any]) -> tuple[Item, ...]:
    """Return what is printed of the files, each at the address `@attachment.<number>`."""
    return tuple(
        Item(path=f"@attachment.{one.number}", label=one.label, blocks=(Pairs(tuple(_pairs(one))),))
        for one in carried(data)
    )


def size_words(size: int) -> str:
    """Return a number of bytes as people say it."""
    if size < 1024:
        return f"{size} bytes"
    return f"{size / 1024:.0f} KB" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f} MB"


def _pairs(one: Carried) -> Iterator[tuple[str, str]]:
    yield "File", one.inside
    yield "Kind", f"{one.kind}, {one.size_words} ({one.size:,} bytes)"
    if one.signed is not None:
        yield from (("Signature", said) for said in sentences(one.signed))
        yield "Looked at", london_words(one.signed.checked_at)
    yield "SHA-256", f"{one.sha256[:32]} {one.sha256[32:]}"


def _carried(number: int, told: Mapping[str, Any], answers: Mapping[str, Any]) -> Carried:
    signed, size = told.get("signed"), told["size"]
    if told["media_type"] not in KINDS or type(size) is not int or not _SHA256.fullmatch(told["sha256"]):
        raise Unreadable("a file of the view is not of a kind that is carried")
    value = _answer(answers, told["path"])
    return Carried(
        number=number,
        path=told["path"],
        name=str(told["name"]),
        title=str(value.get("title", "")) if isinstance(value, Mapping) else "",
        media_type=told["media_type"],
        sha256=told["sha256"],
        size=size,
        signed=None if signed is None else read_signed(signed),
    )


def _is_file(fields: Mapping[str, Spec], path: str) -> bool:
    steps = path.split(".")
    found = fields.get(steps[0])
    for step in steps[2::2]:
        found = next((one for one in (found.children if found else ()) if one.id == step), None)
    return found is not None and found.type.widget is Widget.FILE


def _answer(answers: Mapping[str, Any], path: str) -> Any:
    """Return the answer at a path, into the rows of a group; None where there is none."""
    steps = path.split(".")
    found = answers.get(steps[0])
    for row_id, step in zip(steps[1::2], steps[2::2], strict=False):
        rows = found if isinstance(found, list | tuple) else ()
        row: Mapping[str, Any] | None = next((one for one in rows if one["id"] == row_id), None)
        found = None if row is None else row.get(step)
    return found
