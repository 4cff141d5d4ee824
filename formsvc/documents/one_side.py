"""What of the sheet for the search stands on one side: entries and words give way, and it says that they did.

How much fits is reckoned from the words alone, so that print, data and whoever compares them agree.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from math import ceil
from typing import Final

from formsvc.documents.slots import Slot
from formsvc.fields.blocks import Item, Picture, Text, text_of

MORE: Final = " \u2026 more in the plan"
LINES: Final = 74
"""Lines of the smallest type that stand on one side, between its head and its foot."""
ROOMY: Final = 68
"""Lines up to which a browser prints a sheet on one side in its usual size."""
BANNER: Final = 4
"""Lines that a warning takes."""
LOGO: Final = 4
"""Lines that a logo takes beyond those of the head."""
_BESIDE_PHOTO: Final = 19
_NAMED: Final = 3
_SHORTEST_NAME: Final = 60
_SLACK: Final = 1.12
"""How much longer lines are for ending between words."""
_URGENT: Final = frozenset({"do_not_approach", "medication", "danger", "ring_now", "risks"})
"""What gives way last: it has twice the room of anything else."""
_GROUPS: Final = (
    (33, (("phones",), ("home",), ("lead",))),
    (50, (("risks", "danger"), ("do_not_approach",))),
    (110, (("grade",),)),
    (110, (("last_seen",),)),
    (110, (("circumstances",),)),
    (52, (("triggers",), ("runs_to",))),
    (52, (("medication",), ("ring_now",))),
    (110, (("reported",),)),
)
"""Characters on a line, and which slots stand side by side, some of them below each other."""
_BESIDE: Final = 70
_ACROSS: Final = 110


@dataclass(frozen=True)
class _Room:
    """How many entries of a slot there is room for, and how many characters of each."""

    entries: int
    characters: int


_ROOMS: Final = (
    _Room(40, 2_000), _Room(12, 500), _Room(8, 300), _Room(6, 180), _Room(5, 120), _Room(4, 80), _Room(3, 80),
    _Room(3, 60), _Room(2, 60), _Room(2, 44), _Room(1, 44), _Room(1, 30), _Room(1, 20), _Room(1, 10),
)  # fmt: skip


def one_side(slots: Sequence[Slot], *, warnings: int = 0, logo: bool = False) -> tuple[Slot, ...]:
    """Return the slots of a sheet with as much of each as stands on one side below warnings and a logo."""
    made: tuple[Slot, ...] = ()
    for room in _ROOMS:
        made = tuple(_shortened(slot, room) for slot in slots)
        if _lines(made) <= LINES - warnings * BANNER - logo * LOGO:
            break
    return made


def is_tight(slots: Sequence[Slot]) -> bool:
    """Say whether slots fill so much of a side that only small type has room."""
    return _lines(slots) > ROOMY


def _shortened(slot: Slot, room: _Room) -> Slot:
    if slot.name in _URGENT:
        room = _Room(room.entries * 2, room.characters * 2)
    if slot.name in _IDENTITY and room.entries > 1:
        room = _Room(room.entries, max(room.characters, _BESIDE))
    if slot.name == "name":
        room = _Room(1, max(room.characters, _SHORTEST_NAME))
    kept = tuple(_clipped(item, room) for item in slot.items[: room.entries])
    return replace(slot, items=kept, more=slot.more + len(slot.items) - len(kept))


def _clipped(item: Item, room: _Room) -> Item:
    """Return an answer with no more text than there is room for; a picture stays."""
    text = text_of(item)
    paragraphs = text.split("\n")
    short = "\n".join(paragraphs[: room.entries + 3])
    if len(paragraphs) <= room.entries + 3 and _weight(text) <= room.characters:
        return item
    cut = "".join(islice(_within(short, room.characters), len(short)))
    cut = (cut.rpartition(" ")[0] or cut).rstrip(" ,;:\n") if len(cut) < len(short) else short
    pictures = tuple(block for block in item.blocks if isinstance(block, Picture))
    return replace(item, blocks=(*pictures, Text(f"{cut}{MORE}")))


def _within(text: str, most: float) -> Iterator[str]:
    """Yield the characters of a text as far as they are no wider than so many ordinary ones."""
    for one in text:
        most -= _weight(one)
        if most < 0 and not unicodedata.combining(one):
            return
        yield one


def _lines(slots: Sequence[Slot]) -> float:
    """Return how many lines of the smallest type the slots take, about; never too few."""
    by_name = {slot.name: slot for slot in slots}
    placed = {"photo", "name", *(name for _, columns in _GROUPS for stack in columns for name in stack)}
    name = by_name.get("name")
    first = 0.0 if name is None else _NAMED * ceil(_tall(name, 30) - 1)
    beside = first + sum(_tall(slot, _BESIDE) - 1 for slot in slots if slot.name in _IDENTITY)
    photo = by_name.get("photo")
    caption = 0.0 if photo is None else _BESIDE_PHOTO + _tall(photo, 24)
    total = max(beside, caption)
    for wide, columns in _GROUPS:
        stacks = [sum(_tall(by_name[one], wide) for one in stack if one in by_name) for stack in columns]
        total += max(stacks) + (1 if max(stacks) else 0)
    others = (slot for slot in slots if slot.name not in placed | _IDENTITY)
    return total + sum(_tall(slot, _ACROSS) + 1 for slot in others)


_IDENTITY: Final = frozenset(
    {
        *("known_as", "date_of_birth", "gender", "ethnicity", "height", "build", "eyes", "hair", "marks"),
        *("clothing", "language"),
    }
)


def _tall(slot: Slot, wide: int) -> float:
    """Return how many lines of so many characters a slot takes, its label and what it leaves out included."""
    texts = [line for item in slot.items for line in text_of(item).split("\n")]
    return 1 + sum(max(1, ceil(_weight(one) * _SLACK / wide)) for one in texts) + bool(slot.more)


def _weight(text: str) -> float:
    """Return how many ordinary characters a text is as wide as."""
    return sum(map(_wide, text))


def _wide(one: str) -> float:
    if one in "MW@%\u2014":
        return 1.9
    if unicodedata.east_asian_width(one) in "WF" or ord(one) > 0x2E80:
        return 2.2
    return 1.4 if one.isupper() or ord(one) > 0x24F else 1.0
