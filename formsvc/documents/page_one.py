"""Page one, as content: what stands in its slots, for every layout.

A plan's page one is the sheet for the search: it says again, short, what stands further in. In the other
layouts page one holds the answers themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from formsvc.documents.one_side import one_side
from formsvc.documents.slots import IN_COLUMNS, SHEET, SHEET_LAYOUTS, SLOT_LABELS, SPOKEN, Slot
from formsvc.fields.base import Place, Spec, Value, is_not_known, item
from formsvc.fields.blocks import Cards, Item, Picture, Row, State, Table, Text
from formsvc.fields.moments import day_words, london_day


def page_one(
    data: Mapping[str, Any], fields: Mapping[str, Spec], not_asked: frozenset[str]
) -> tuple[Slot, ...]:
    """Return the slots of page one of a view's data, in reading order."""
    layout = data["document"]["layout"]
    if layout not in SHEET_LAYOUTS:
        return _explained(tuple(_front(data, fields, not_asked)), data)
    slots = tuple(_sheet(data, fields, not_asked))
    if layout != SHEET:
        return slots
    document = data["document"]
    warnings = document["demonstration"] + (document["status"] != "approved")
    return one_side(slots, warnings=warnings, logo="logo" in data["controller"])


def _sheet(data: Mapping[str, Any], fields: Mapping[str, Spec], not_asked: frozenset[str]) -> Iterator[Slot]:
    plan: Mapping[str, Sequence[Any]] = data["form"]["search_sheet"]
    document_day = london_day(data["document"]["issued_at"])
    titles = {one["id"]: page["title"] for page in data["form"]["pages"] for one in page["fields"]}
    for name, label in SLOT_LABELS.items():
        entries = plan.get(name)
        if not entries:
            continue
        texts: list[tuple[tuple[Text | Picture, ...], State]] = []
        more, more_in = 0, ""
        for entry in entries:
            if isinstance(entry, str):
                if entry not in not_asked:
                    value = data["answers"].get(entry)
                    texts.append(
                        _born(value, on=document_day)
                        if name == "date_of_birth" and isinstance(value, str)
                        else _slot_value(fields[entry], value)
                    )
                continue
            group = fields[entry["rows"]]
            rows = {row["id"]: row for row in data["answers"].get(group.id) or ()}
            for row_id in entry["row_ids"]:
                said = " · ".join(_shown(group, rows[row_id], entry["show"]))
                texts.append(((Text(said or "Not recorded"),), State.GIVEN if said else State.NOT_RECORDED))
            more += entry["more"]
            more_in = titles[group.id]
        if not texts and all(isinstance(entry, str) for entry in entries):
            continue  # none of its questions was asked, so there is nothing to be without
        if not texts:
            texts = [((Text("None recorded"),), State.NOT_RECORDED)]
        address = f"@sheet.{name}"
        more_in = more_in if data["document"]["layout"] != SHEET else ""
        single = len(texts) == 1
        yield Slot(
            name=name,
            label=label,
            items=tuple(
                Item(path=address if single else f"{address}.{n}", label=label, blocks=blocks, state=state)
                for n, (blocks, state) in enumerate(texts, 1)
            ),
            more=more,
            more_in=more_in if more else "",
        )


def _front(data: Mapping[str, Any], fields: Mapping[str, Spec], not_asked: frozenset[str]) -> Iterator[Slot]:
    """Yield the slots of a page one that holds the answers themselves, each question in its first slot."""
    said: set[str] = set()
    titles = {one["id"]: page["title"] for page in data["form"]["pages"] for one in page["fields"]}
    intros = {one["id"]: page.get("intro", "") for page in data["form"]["pages"] for one in page["fields"]}
    for name, label in SLOT_LABELS.items():
        in_columns = name in IN_COLUMNS and data["document"]["layout"] != "one_sheet"
        items: list[Item] = []
        took: set[str] = set()
        more, more_in = 0, ""
        none: Item | None = None
        for n, entry in enumerate(data["form"]["search_sheet"].get(name) or (), 1):
            spec = fields[entry if isinstance(entry, str) else entry["rows"]]
            if spec.id in said:
                continue
            if name == "photo":
                items += (
                    _pictured(spec, data["answers"].get(spec.id), label) if spec.id not in not_asked else []
                )
                continue
            if isinstance(entry, str) or _is_whole(
                spec, entry, data["answers"], in_columns=in_columns, in_cards=name in SPOKEN
            ):
                took.add(spec.id)
            if isinstance(entry, str) or (in_columns and spec.id in took):
                one = item(spec, data["answers"].get(spec.id), Place(path=spec.id, not_asked=not_asked))
                items += [_dated(one, data) if name == "date_of_birth" else one] if one else []
                continue
            if entry["row_ids"]:
                address = f"@sheet.{name}.{n}"
                items.append(_excerpt(spec, entry, data["answers"], address=address, in_columns=in_columns))
                more, more_in = more + entry["more"], titles[spec.id]
            else:
                none = none or _none(name, label)
        said |= took
        items += [none] if none and not items else []
        if items:
            yield Slot(
                name=name,
                label=label,
                items=tuple(items),
                more=more,
                more_in=more_in if more else "",
                said=frozenset(took),
                intro=next((intros[id] for id in took), "") if name == "grade" else "",
            )


def _explained(slots: tuple[Slot, ...], data: Mapping[str, Any]) -> tuple[Slot, ...]:
    """Return slots with what a page says first, where all of that page's answers stand on page one."""
    said = frozenset(one for slot in slots for one in slot.said)
    told = {slot.intro for slot in slots}
    more: dict[str, str] = {}
    for page in data["form"]["pages"]:
        asked = {one["id"] for one in page["fields"]}
        intro = page.get("intro", "")
        if not intro or intro in told or not asked - set(data["not_asked"]) <= said:
            continue
        for slot in slots:
            if slot.said & asked and not slot.intro:
                more[slot.name] = intro
                break
    if "ring" in {slot.name for slot in slots} and len(more) == 1:
        more = {"ring": next(iter(more.values()))}
    return tuple(replace(slot, intro=more.get(slot.name, slot.intro)) for slot in slots)


def _is_whole(
    group: Spec, entry: Mapping[str, Any], answers: Mapping[str, Value], *, in_columns: bool, in_cards: bool
) -> bool:
    """Say whether an entry says all of a group: every row; and in columns, or with every answer of a row."""
    rows = answers.get(group.id)
    if not isinstance(rows, list) or not rows:
        return True
    if len(entry["row_ids"]) != len(rows):
        return False
    if in_columns and in_cards:
        return True
    if in_columns:
        drawn = group.type.blocks(group, rows, Place(path=group.id))
        return not any(isinstance(block, Cards) for block in drawn)
    return {child.id for child in group.children if child.type.holds_answer} <= set(entry["show"])


def _excerpt(
    group: Spec, entry: Mapping[str, Any], answers: Mapping[str, Value], *, address: str, in_columns: bool
) -> Item:
    """Return the rows that an entry chose, with what it shows of them: in columns, or a line each."""
    children = [child for id in entry["show"] for child in group.children if child.id == id]
    rows = {row["id"]: row for row in answers.get(group.id) or ()}
    chosen = [rows[row_id] for row_id in entry["row_ids"]]
    if not in_columns:
        lines = (" · ".join(_shown(group, row, entry["show"])) or "Not recorded" for row in chosen)
        return Item(path=address, label=group.label, blocks=(Text("\n".join(lines)),))
    table = Table(
        columns=tuple(child.label for child in children),
        weights=tuple(child.type.weight for child in children),
        rows=tuple(
            Row(
                id=row["id"],
                heading="",
                items=tuple(
                    _cell(child, row.get(child.id), f"{address}.{n}.{child.id}") for child in children
                ),
            )
            for n, row in enumerate(chosen, 1)
        ),
    )
    return Item(path=address, label=group.label, blocks=(table,), wide=True)


def _none(name: str, label: str) -> Item:
    return Item(path=f"@sheet.{name}", label=label, blocks=(Text("None recorded"),), state=State.NOT_RECORDED)


def _pictured(spec: Spec, value: Value, label: str) -> list[Item]:
    """Return the photo with what is written below it; the rest of what is known of it stands further in."""
    blocks, state = _slot_value(spec, value)
    return [Item(path="@sheet.photo", label=label, blocks=blocks, state=state)]


def _cell(spec: Spec, value: Value, address: str) -> Item:
    blocks, state = _slot_value(spec, value)
    return Item(path=address, label=spec.label, blocks=blocks, state=state)


def _dated(one: Item, data: Mapping[str, Any]) -> Item:
    """Return a date of birth with the age on the day of issue before it."""
    value = data["answers"].get(one.path)
    if one.state is not State.GIVEN or not isinstance(value, str):
        return one
    return replace(one, blocks=_born(value, on=london_day(data["document"]["issued_at"]))[0])


def _slot_value(spec: Spec, value: Value) -> tuple[tuple[Text | Picture, ...], State]:
    if value is None:
        return (Text("Not recorded"),), State.NOT_RECORDED
    if is_not_known(value):
        return (Text("Not known"),), State.NOT_KNOWN
    pictures = tuple(
        block for block in spec.type.blocks(spec, value, Place(path=spec.id)) if isinstance(block, Picture)
    )
    text = spec.type.text(spec, value)
    return (*pictures, *((Text(text),) if text else ())), State.GIVEN


def _born(value: str, *, on: date) -> tuple[tuple[Text | Picture, ...], State]:
    """Return the age on the day of issue with the date of birth: "15, born 17 March 2011"."""
    born = date.fromisoformat(value)
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return (Text(f"{age}, born {day_words(born)}" if age >= 0 else f"Born {day_words(born)}"),), State.GIVEN


def _shown(group: Spec, row: Mapping[str, Value], show: Sequence[str]) -> Iterator[str]:
    children = {child.id: child for child in group.children}
    for child_id in show:
        value = row.get(child_id)
        if child_id in children and value is not None and not is_not_known(value):
            text = " ".join(children[child_id].type.text(children[child_id], value).split())
            if text:
                yield text
