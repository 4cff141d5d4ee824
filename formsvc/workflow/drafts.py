"""What a draft holds as a whole: the sections put together, judged, and taken apart again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from formsvc.definitions.model import Effective, Page
from formsvc.records.gate import restored
from formsvc.store.sections import Section


def whole(sections: Iterable[Section]) -> dict[str, Any]:
    """Return all the answers of a draft as the gate takes them, what could not be read in its place."""
    found: dict[str, Any] = {}
    for section in sections:
        found |= restored(section.answers, section.typed)
    return found


def part_of(page: Page, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of some values, by field or by path, that belong to a page."""
    ids = {one.id for one in page.fields}
    return {path: value for path, value in values.items() if path.partition(".")[0] in ids}


def by_page(effective: Effective, answers: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return answers page by page, pages without any left out."""
    parts = {page.id: part_of(page, answers) for page in effective.pages}
    return {page_id: found for page_id, found in parts.items() if found}
