"""Neutral blocks: all that a document knows of an answer.

A field type turns a value into blocks; `documents` draws blocks and never asks for a type.
An `Item` is an answer with its place: whatever draws it marks it with its `path`, so that the
print can be compared with the data path by path. The text of a leaf item is the texts of its
blocks in order; `plain` is the one rule for that, used by print, comparison and difference alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """What is known about an answer. Not asked is absence: such an item does not exist."""

    GIVEN = "given"
    NOT_KNOWN = "not_known"
    NOT_RECORDED = "not_recorded"


@dataclass(frozen=True)
class Text:
    """Running text; a newline starts a new paragraph."""

    text: str


@dataclass(frozen=True)
class Pairs:
    """Short labelled facts inside one answer: ("Telephone", "01632 960100")."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Ticks:
    """Every option offered, and whether it was chosen."""

    ticks: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Picture:
    """A picture carried in the record, by the hash of its bytes."""

    sha256: str
    media_type: str
    alt: str


@dataclass(frozen=True)
class Row:
    """One row of a repeating group: its stable id, what it is called, its answers."""

    id: str
    heading: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Table:
    """Rows whose answers are short enough to stand in columns; `weights` are relative widths."""

    columns: tuple[str, ...]
    weights: tuple[int, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Cards:
    """Rows that each need room of their own."""

    rows: tuple[Row, ...]


Block = Text | Pairs | Ticks | Picture | Table | Cards


@dataclass(frozen=True, kw_only=True)
class Item:
    """One answer in its place.

    `wide` asks for the full width rather than two columns. One that is `graded` says a grade first, and then
    what makes it so.
    """

    path: str
    label: str
    blocks: tuple[Block, ...]
    state: State = State.GIVEN
    wide: bool = False
    graded: bool = False


def plain(block: Block) -> str:
    """Return the text a reader finds in a block; rows of a table or card are items of their own."""
    match block:
        case Text(text):
            return text
        case Pairs(pairs):
            return "\n".join(f"{label} {text}" if label else text for label, text in pairs)
        case Ticks(ticks):
            return "\n".join(f"{'Yes' if chosen else 'No'} {label}" for label, chosen in ticks)
        case Picture() | Table() | Cards():
            return ""


def leaves(item: Item) -> Iterator[Item]:
    """Yield the items that hold text themselves: the item, or those of its rows."""
    rows = [row for block in item.blocks if isinstance(block, Table | Cards) for row in block.rows]
    if not rows:
        yield item
    for row in rows:
        for inner in row.items:
            yield from leaves(inner)


def text_of(item: Item) -> str:
    """Return the printed text of a leaf item."""
    return "\n".join(text for text in map(plain, item.blocks) if text)
