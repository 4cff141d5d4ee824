"""The kitchen sink, typed by hand, as it is printed: every type, whole."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from formsvc.fields.base import Place, item
from formsvc.fields.blocks import Cards, Item, Pairs, Picture, Table, Text, Ticks
from tests.builders import DATA, judged, kitchen_sink


def lines(one: Item, indent: str = "") -> Iterator[str]:
    """Yield an item as text: its path, label and state, then its blocks."""
    yield f"{indent}{one.path} | {one.label} | {one.state}{' | wide' if one.wide else ''}"
    for block in one.blocks:
        match block:
            case Text(text):
                yield from (f"{indent}    {line}" for line in text.split("\n"))
            case Pairs(pairs):
                yield from (f"{indent}    {label or '-'}: {text}" for label, text in pairs)
            case Ticks(ticks):
                yield from (f"{indent}    [{'x' if chosen else ' '}] {label}" for label, chosen in ticks)
            case Picture(sha256, media_type, alt):
                yield f"{indent}    picture {sha256[:8]} {media_type}: {alt}"
            case Table(columns, weights, rows):
                yield f"{indent}    table {list(zip(columns, weights, strict=True))}"
                yield from (
                    line for row in rows for one in row.items for line in lines(one, f"{indent}        ")
                )
            case Cards(rows):
                for row in rows:
                    yield f"{indent}    card {row.id}: {row.heading}"
                    yield from (line for one in row.items for line in lines(one, f"{indent}        "))


@pytest.mark.usefixtures("fixed_clock")
def test_kitchen_sink_is_printed_as_it_was(golden: Callable[[str, str], None]) -> None:
    """What every type prints is kept in a golden file, so that a change of print is a change somebody saw."""
    form = kitchen_sink()
    typed = json.loads((DATA / "kitchen_sink.answers.json").read_text(encoding="utf-8"))["answers"]
    found = judged(form, typed)
    found.raise_if_invalid()
    printed = (
        item(field, found.answers.get(field.id), Place(path=field.id, not_asked=found.not_asked))
        for field in form.fields()
    )
    golden("kitchen_sink.blocks.txt", "".join(f"{line}\n" for one in printed if one for line in lines(one)))
