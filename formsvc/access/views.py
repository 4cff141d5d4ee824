"""The view: a snapshot cut down for one audience, before anything is drawn or hashed.

What a view leaves out is absent. A view is self-contained: it carries the words of the form it
prints (`form`), so that a file can be read and checked without us.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import rfc8785

from formsvc.access.readable import holds, reduced, visible
from formsvc.access.sheets import SHEET, WHOLE, is_kept, only_chosen, sheet_of
from formsvc.definitions.conditions import parse
from formsvc.definitions.model import Audience, Effective, Field
from formsvc.definitions.printed import printed_fields
from formsvc.definitions.source import meant
from formsvc.errors import DefinitionNotFound
from formsvc.fields.base import Place, item
from formsvc.fields.blocks import Item
from formsvc.records.differences import changes
from formsvc.records.snapshots import Snapshot

FORMAT = "formsvc.view/1"


@dataclass(frozen=True, kw_only=True)
class View:
    """One view: its data (see `docs/view.md`) and the bytes of its attachments by SHA-256."""

    data: Mapping[str, Any]
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    @cached_property
    def json(self) -> bytes:
        """The canonical JSON (RFC 8785) of the view: what is embedded, and what is hashed."""
        return rfc8785.dumps(dict(self.data))

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical JSON, as hex. Its first 16 characters are the printed short hash."""
        return hashlib.sha256(self.json).hexdigest()


def make_view(
    snapshot: Snapshot,
    effective: Effective,
    audience: str,
    *,
    verify_at: str,
    demonstration: bool,
    previous: tuple[Snapshot, Effective] | None = None,
    files: Mapping[str, bytes] | None = None,
    extent: str = WHOLE,
) -> View:
    """Cut a snapshot down for an audience; the same inputs give the same view, byte for byte.

    `extent` says how much of the form: all that the audience reads, or the grab sheet alone.

    `previous` is the snapshot this one supersedes, with its own effective definition: what changed
    is worked out between the two as this audience may see them. `files` maps SHA-256 to bytes.
    Raises DefinitionNotFound for an audience the area does not name, or whom no question of the form
    reaches: a copy without an answer would still say that there is a form.
    """
    made_for = effective.area.audiences.get(audience)
    if made_for is None:
        known = meant(audience, effective.area.audiences)
        raise DefinitionNotFound(f"area {effective.area.id} names no audience {audience}. {known}")
    data = snapshot.data
    is_sheet = extent == SHEET
    effective = sheet_of(effective) if is_sheet else effective
    fields = {one.id: one for _, _, _, inside in visible_pages(effective, audience) for one in inside}
    if not fields:
        raise DefinitionNotFound(f"{effective.id} of area {effective.area.id} has nothing for {audience}")
    answers = reduced(data["answers"], tuple(fields.values()))
    framed = frame(effective, made_for, answers=answers)
    if is_sheet:
        answers = only_chosen(answers, framed["form"]["search_sheet"])

    def kept(path: str) -> bool:
        return holds(fields, path) and (not is_sheet or is_kept(path, answers))

    controller, logo = _controller(data["controller"])
    attachments = [one for one in data["attachments"] if kept(one["path"])]
    disputed = [] if is_sheet else _disputes(data.get("disputes", ()), effective, audience, fields)
    return View(
        data={
            "format": FORMAT,
            **framed,
            "document": {
                **framed["document"],
                "reference": data["reference"],
                "revision": data["revision"],
                "supersedes": data["supersedes"],
                "status": data["status"],
                "issued_at": data["at"],
                "language": "en-GB",
                "demonstration": demonstration,
                "verify_at": verify_at,
                **({"extent": SHEET} if is_sheet else {}),
            },
            "record": data["record"],
            "controller": controller,
            "answers": answers,
            "not_asked": [path for path in data["not_asked"] if kept(path)],
            "signoffs": [] if is_sheet else _signoffs(data["signoffs"], effective, audience),
            "attachments": attachments,
            **({"disputes": disputed} if disputed else {}),
            "changes": None if is_sheet else _changes(snapshot, effective, audience, previous),
            "notices": [one for one in data["notices"] if kept(one["path"])],
            "salt": snapshot.derived_salt(f"view:{audience}:{SHEET}" if is_sheet else f"view:{audience}"),
        },
        files=logo
        | {
            one["sha256"]: files[one["sha256"]]
            for one in attachments
            if files is not None and one["sha256"] in files
        },
    )


def _controller(frozen: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return the controller as a view names it, and the bytes of its logo by SHA-256, where it has one."""
    logo = frozen.get("logo")
    if logo is None:
        return dict(frozen), {}
    told = {name: value for name, value in logo.items() if name != "data"}
    return {**frozen, "logo": told}, {logo["sha256"]: base64.b64decode(logo["data"])}


VOICE: Final = "voice"
"""The class of the child's own words, wherever they stand: what was said at signing too."""


SAID_BY_CLASS: Final = {"child": VOICE, "parent": "third_party"}
"""Who disputes an answer -> the class of their words."""


def _disputes(
    disputes: Sequence[Mapping[str, Any]], effective: Effective, audience: str, fields: Mapping[str, Field]
) -> list[Mapping[str, Any]]:
    """Return what is disputed for an audience that reads both the answer and the words about it."""
    readers = effective.area.readers
    return [
        one
        for one in disputes
        if holds(fields, one["path"]) and audience in readers.get(SAID_BY_CLASS[one["said_by"]], ())
    ]


def _signoffs(
    signoffs: Sequence[Mapping[str, Any]], effective: Effective, audience: str
) -> list[Mapping[str, Any]]:
    """Return the sign-offs, the child's own words at hers only for those who may have them."""
    if audience in effective.area.readers.get(VOICE, {audience}):
        return list(signoffs)
    hers = {rule.id for rule in effective.signoffs if "child" in rule.roles}
    return [{**one, "words": ""} if one["id"] in hers else one for one in signoffs]


def frame(effective: Effective, audience: Audience, *, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a view follows from its definition, its audience and its answers, by the view's keys.

    `answers` are those the view holds. The verifier works it out again and compares.
    """
    pages = visible_pages(effective, audience.id)
    fields = {one.id: one for _, _, _, inside in pages for one in inside}
    return {
        "document": {
            "title": effective.title,
            "short_title": effective.short_title,
            "layout": effective.layout,
            "marking": effective.marking,
        },
        "definition": {"id": effective.id, "version": effective.version, "hash": effective.hash},
        "area": {"id": effective.area.id, "name": effective.area.name},
        "audience": {"id": audience.id, "name": audience.name, "sentence": audience.sentence},
        "subject": _subject(effective, fields, answers),
        "form": {
            "pages": [
                {"id": page_id, "title": title, "intro": intro, "fields": printed_fields(inside)}
                for page_id, title, intro, inside in pages
            ],
            "search_sheet": _search_sheet(effective, fields, answers),
            "circulation": list(effective.circulation),
        },
    }


def visible_pages(effective: Effective, audience: str) -> list[tuple[str, str, str, tuple[Field, ...]]]:
    """Return (id, title, intro, fields) of the pages of a form that an audience may receive."""
    kept = ((page, tuple(visible(page.fields, effective, audience))) for page in effective.pages)
    return [(page.id, page.title, page.intro, inside) for page, inside in kept if inside]


def _subject(effective: Effective, fields: Mapping[str, Field], answers: Mapping[str, Any]) -> dict[str, str]:
    slots = [one for one in effective.search_sheet.get("name", ()) if one in fields and one in answers]
    name = fields[slots[0]].type.text(fields[slots[0]], answers[slots[0]]) if slots else ""
    words = name.replace("-", " ").split()
    chosen = words if len(words) <= 3 else [words[0], *words[-2:]]
    return {"name": name, "initials": "".join(word[0] for word in chosen).upper()}


def _search_sheet(
    effective: Effective, fields: Mapping[str, Field], answers: Mapping[str, Any]
) -> dict[str, list[Any]]:
    """Resolve the search sheet's slots: conditions on rows become the rows they chose."""
    resolved: dict[str, list[Any]] = {}
    for slot, entries in effective.search_sheet.items():
        kept: list[Any] = []
        for entry in entries:
            if isinstance(entry, str):
                if entry in fields:
                    kept.append(entry)
            elif entry["rows"] in fields:
                kept.append(_chosen_rows(entry, fields[entry["rows"]], answers))
        if kept:
            resolved[slot] = kept
    return resolved


def _chosen_rows(entry: Mapping[str, Any], group: Field, answers: Mapping[str, Any]) -> dict[str, Any]:
    rows = answers.get(group.id)
    condition = parse(entry["where"]) if entry.get("where") else None
    chosen = [
        row["id"]
        for row in (rows if isinstance(rows, list) else ())
        if condition is None or condition.holds(answers, row)
    ]
    most = entry.get("most", len(chosen))
    visible = {child.id for child in group.children}
    return {
        "rows": group.id,
        "row_ids": chosen[:most],
        "show": [child for child in entry["show"] if child in visible],
        "more": max(0, len(chosen) - most),
    }


def _changes(
    snapshot: Snapshot, effective: Effective, audience: str, previous: tuple[Snapshot, Effective] | None
) -> dict[str, Any] | None:
    if previous is None:
        return None
    before, before_effective = previous
    found = changes(_printed(before, before_effective, audience), _printed(snapshot, effective, audience))
    return {
        "since": before.data["revision"],
        "issued_at": before.data["at"],
        "items": [one.data() for one in found],
    }


def _printed(snapshot: Snapshot, effective: Effective, audience: str) -> list[Item]:
    not_asked = frozenset(snapshot.data["not_asked"])
    return [
        made
        for _, _, _, inside in visible_pages(effective, audience)
        for one in inside
        if (made := item(one, snapshot.data["answers"].get(one.id), Place(path=one.id, not_asked=not_asked)))
    ]
