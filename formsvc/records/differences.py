"""What changed between two revisions, answer by answer, in the words a reader would use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from formsvc.fields.blocks import Cards, Item, Row, State, Table, leaves, text_of


@dataclass(frozen=True, kw_only=True)
class Change:
    """One answer or one row that was added, removed or changed; `before` and `after` as printed."""

    path: str
    label: str
    kind: str
    before: str = ""
    after: str = ""

    def data(self) -> dict[str, str]:
        """Return the change as plain data."""
        return {
            "path": self.path,
            "label": self.label,
            "kind": self.kind,
            "before": self.before,
            "after": self.after,
        }


def changes(before: Sequence[Item], after: Sequence[Item]) -> tuple[Change, ...]:
    """Return what changed, in the order of the newer print, rows matched by their stable ids."""
    old, new = {one.path: one for one in before}, {one.path: one for one in after}
    paths = [*new, *(path for path in old if path not in new)]
    return tuple(change for path in paths for change in _compare(path, old.get(path), new.get(path)))


def _compare(path: str, old: Item | None, new: Item | None) -> Iterator[Change]:
    old_rows, new_rows = _rows(old), _rows(new)
    known = new or old
    if known is None:
        return
    if old_rows or new_rows:
        for row_id in [*new_rows, *(one for one in old_rows if one not in new_rows)]:
            yield from _compare_rows(known, old_rows.get(row_id), new_rows.get(row_id))
        return
    was, now = _said(old), _said(new)
    if was == now and (old is None or new is None or _pictures(old) == _pictures(new)):
        return
    kind = "added" if not was else "removed" if not now else "changed"
    yield Change(path=path, label=known.label, kind=kind, before=was, after=now)


def _compare_rows(group: Item, old: Row | None, new: Row | None) -> Iterator[Change]:
    row = new or old
    if row is None:
        return
    label = f"{group.label}: {row.heading}" if row.heading else group.label
    path = f"{group.path}.{row.id}"
    if old is None:
        yield Change(path=path, label=label, kind="added", after=_whole(row))
    elif new is None:
        yield Change(path=path, label=label, kind="removed", before=_whole(row))
    else:
        for change in changes(old.items, new.items):
            yield Change(
                path=change.path,
                label=f"{label}: {change.label}",
                kind=change.kind,
                before=change.before,
                after=change.after,
            )


def _rows(one: Item | None) -> dict[str, Row]:
    blocks = one.blocks if one else ()
    return {row.id: row for block in blocks if isinstance(block, Table | Cards) for row in block.rows}


def _said(one: Item | None) -> str:
    return text_of(one) if one is not None and one.state is not State.NOT_RECORDED else ""


def _pictures(one: Item) -> tuple[object, ...]:
    return tuple(block for block in one.blocks if not text_of(Item(path="", label="", blocks=(block,))))


def _whole(row: Row) -> str:
    said = (
        (leaf.label, text_of(leaf))
        for one in row.items
        for leaf in leaves(one)
        if leaf.state is not State.NOT_RECORDED
    )
    return "\n".join(f"{label}: {text}" for label, text in said)
