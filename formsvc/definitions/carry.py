"""Carry answers from one effective definition to the next, and say what did not carry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from formsvc.definitions.model import Effective, Field
from formsvc.fields.base import Refused, is_not_known

ONE_OCCASION: Final = "It was written for one occasion, and is asked anew"


@dataclass(frozen=True, kw_only=True)
class Carried:
    """The answers the next revision begins with.

    `not_carried` holds the path and the reason, in words, of every answer left behind; `wider` the path
    of every answer that more audiences may read than before, and which, for a person to look at.
    """

    answers: Mapping[str, Any]
    not_carried: tuple[tuple[str, str], ...]
    wider: tuple[tuple[str, tuple[str, ...]], ...] = ()


def carry(old: Effective, new: Effective, answers: Mapping[str, Any]) -> Carried:
    """Return what of the answers, values of `old` that passed the gate, stands in `new`.

    An answer is carried when the new form asks it under the same id with the same type, that type still
    reads it as the same value, and the form does not say of it `carry: never`. Rows keep their ids.
    """
    carrier = _Carrier(old, new)
    kept = carrier.fields(tuple(old.fields()), tuple(new.fields()), answers, path="", pattern="")
    return Carried(answers=kept, not_carried=tuple(carrier.left), wider=tuple(carrier.wider))


@dataclass
class _Carrier:
    old: Effective
    new: Effective
    left: list[tuple[str, str]] = field(default_factory=list)
    wider: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def fields(
        self,
        before: Sequence[Field],
        after: Sequence[Field],
        answers: Mapping[str, Any],
        *,
        path: str,
        pattern: str,
    ) -> dict[str, Any]:
        """Return the answers of one level that carry; `pattern` is the path without row ids."""
        asked, known = {one.id: one for one in after}, {one.id: one for one in before}
        kept: dict[str, Any] = {}
        for id, value in answers.items():
            here = path + id
            if id == "id" and path:
                kept[id] = value
            elif id not in known or value is None:
                continue
            elif not asked.get(id, known[id]).carries:
                self.left.append((here, ONE_OCCASION))
            elif id not in asked:
                why = self.new.retired.get(pattern + id)
                self.left.append((here, f"It is no longer asked: {why}" if why else "It is no longer asked"))
            elif why := _unfit(known[id], asked[id], value, new=self.new):
                self.left.append((here, why))
            elif asked[id].children and isinstance(value, list):
                kept[id] = [
                    self.fields(
                        known[id].children,
                        asked[id].children,
                        row,
                        path=f"{here}.{row['id']}.",
                        pattern=f"{pattern}{id}.*.",
                    )
                    for row in value
                ]
            else:
                kept[id] = value
            if id in kept and id in known:
                self.widened(here, known[id], asked[id])
        return kept

    def widened(self, path: str, before: Field, after: Field) -> None:
        """Note an answer that somebody may read who could not before."""
        added = self.new.audiences(after) - self.old.audiences(before)
        if added:
            self.wider.append((path, tuple(sorted(added))))


def _unfit(before: Field, after: Field, value: Any, *, new: Effective) -> str:
    """Return why a value cannot stand in the new field, or an empty text when it can."""
    if before.type.name != after.type.name:
        return "It is now asked as another kind of answer"
    if is_not_known(value):
        return "" if after.not_known else "It can no longer be answered “not known”"
    if after.type.holds_secret(value) and not new.area.secrets:
        return "This area keeps no secrets"
    if after.children:
        return ""  # each row is carried answer by answer; how many there may be is the gate's to say
    try:
        same: bool = after.type.read(after, value) == value
    except Refused as refused:
        return f"The form no longer accepts this answer ({', '.join(refused.codes)})"
    return "" if same else "The form now reads this answer otherwise"
