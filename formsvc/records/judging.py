"""One judging of one set of answers, field after field, row after row: the inside of the gate."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import marshmallow

from formsvc.definitions.conditions import Condition
from formsvc.definitions.model import CrossCheck, Effective, Field, Stage
from formsvc.errors import AnswerError, AnswersInvalid
from formsvc.fields.base import NOT_KNOWN, Refused, Value
from formsvc.fields.reading import is_blank
from formsvc.fields.words import Code
from formsvc.records.clean import clean

REMOVED: Final = "characters_removed"
"""The notice that characters which cannot be printed were taken out of an answer."""

_MOST_UNKNOWN: Final = 20
_WHOLE_GROUP: Final = {"deepest": 10, "widest": 200_000}
_KEPT_PLANS: Final = 64
_TRUE = frozenset({"true", "yes", "y", "on", "1"})
_FALSE = frozenset({"false", "no", "n", "off", "0", ""})


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What the gate found. `answers` holds values only; `typed` path -> what could not be read (plain JSON).

    `errors` stand in the order of the form. What is at a path of `not_asked` was dropped. `notices` are
    (path, code) of what was done to an answer that was let through.
    """

    answers: dict[str, Value]
    typed: dict[str, Any]
    errors: tuple[AnswerError, ...]
    not_asked: frozenset[str]
    notices: tuple[tuple[str, str], ...]

    def raise_if_invalid(self) -> None:
        """Raise AnswersInvalid when there is any error."""
        if self.errors:
            raise AnswersInvalid(self.errors)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One field of the plan: what the definition says, its rule, the fields of its rows."""

    field: Field
    rule: marshmallow.fields.Field[Any]
    children: tuple[Asked, ...]


@dataclass(frozen=True, kw_only=True)
class Level:
    """Where the judging stands: at the top of the form, or in one row of a group.

    `unsettled` are ids whose answer could not be read: what hangs on them is neither asked nor dropped.
    """

    prefix: str = ""
    top: dict[str, Value]
    row: dict[str, Value] | None = None
    unsettled: set[str] = field(default_factory=set)

    def open(self, condition: Condition) -> bool:
        """Say whether a condition can be decided: all that it looks at was readable."""
        return self.unsettled.isdisjoint(condition.needs)

    def holds(self, condition: Condition) -> bool:
        return condition.holds(self.top, self.row)


class Judging:
    """One judging of one set of answers."""

    def __init__(self, effective: Effective, stage: Stage) -> None:
        self.effective = effective
        self.stage = stage
        self.typed: dict[str, Any] = {}
        self.refused: set[str] = set()
        self.errors: list[AnswerError] = []
        self.order: dict[str, int] = {}
        self.not_asked: set[str] = set()
        self.notices: list[tuple[str, str]] = []
        self.levels: dict[str, list[Level]] = {}

    def whole(self, plan: tuple[Asked, ...], typed: object) -> Judged:
        answers: dict[str, Value] = {}
        if isinstance(typed, Mapping):
            top = Level(top=answers)
            self.level(plan, typed, top)
            for check in self.effective.cross_checks:
                self.check(check, top)
            self.unknown(plan, typed, "")
            self.errors.sort(key=lambda error: self.order.get(error.path, len(self.order)))
        else:
            self.error("", Code.ANSWERS_SHAPE)
        return Judged(
            answers=answers,
            typed=self.typed,
            errors=tuple(self.errors),
            not_asked=frozenset(self.not_asked),
            notices=tuple(self.notices),
        )

    def level(self, plan: tuple[Asked, ...], given: Mapping[Any, Any], level: Level) -> None:
        """Judge the fields of one level into its values, in order, so that conditions look back."""
        values = level.top if level.row is None else level.row
        for asked in plan:
            one = asked.field
            path = level.prefix + one.id
            self.order[path] = len(self.order)
            raw = given.get(one.id)
            if one.shown_when is not None:
                if not level.open(one.shown_when):
                    self.suspend(asked, path, raw, level)
                    continue
                if not level.holds(one.shown_when):
                    self.not_asked.add(path)
                    continue
            value = self.answer(asked, path, raw, level)
            if value is not None:
                values[one.id] = value
            elif path in self.refused:
                level.unsettled.add(one.id)

    def answer(self, asked: Asked, path: str, raw: Any, level: Level) -> Value:
        """Return the value of one answer, or None where it is absent or could not be read."""
        one = asked.field
        if asked.children and isinstance(raw, list | tuple):
            value = self.rows(asked, path, raw, level)
        else:
            value = self.leaf(asked, path, raw)
        if path in self.refused:
            return None
        if value is None:
            if self.is_required(one, level):
                self.error(path, one.type.missing)
            elif asked.children and self.stage is Stage.FINAL:
                self.lacks(one, path, [])
        elif self.stage is Stage.FINAL and value != NOT_KNOWN:
            self.lacks(one, path, value)
        return value

    def leaf(self, asked: Asked, path: str, raw: Any) -> Value:
        one = asked.field
        cleaned = clean(raw, **(_WHOLE_GROUP if asked.children else {}))
        if cleaned.wrong:
            return self.refuse(asked, path, cleaned.value, cleaned.wrong)
        raw = cleaned.value
        try:
            if isinstance(raw, dict) and "not_known" in raw:
                raw = _without_tick(raw)
                if raw == NOT_KNOWN:
                    return (
                        dict(raw)
                        if one.not_known
                        else self.refuse(asked, path, raw, Code.NOT_KNOWN_NOT_OFFERED)
                    )
            if is_blank(raw):
                return None
            value = asked.rule.deserialize(raw)
        except marshmallow.ValidationError as error:
            return self.refuse(asked, path, cleaned.value, *_codes(error))
        if one.type.holds_secret(value) and not self.effective.area.secrets:
            return self.refuse(asked, path, raw, Code.SECRET_NOT_HERE)
        if cleaned.removed:
            self.notices.append((path, REMOVED))
        return value

    def rows(self, asked: Asked, path: str, raw: list[Any] | tuple[Any, ...], level: Level) -> Value:
        """Return the rows of a group, each judged; one whose answers could not be read stays, by its id."""
        try:
            given = asked.rule.deserialize(raw)
        except marshmallow.ValidationError as error:
            return self.refuse(asked, path, clean(raw, **_WHOLE_GROUP).value, *_codes(error))
        ids = [child.field.id for child in asked.children]
        made = []
        for row in given:
            prefix = f"{path}.{row['id']}."
            values: dict[str, Value] = dict.fromkeys(ids)
            below = Level(prefix=prefix, top=level.top, row=values, unsettled=level.unsettled.difference(ids))
            self.level(asked.children, row, below)
            self.unknown(asked.children, row, prefix)
            self.levels.setdefault(asked.field.id, []).append(below)
            made.append({"id": row["id"], **{key: one for key, one in values.items() if one is not None}})
        return made or None

    def refuse(self, asked: Asked, path: str, raw: Any, *codes: str) -> None:
        """Keep what could not be read as it was typed, and say why."""
        self.refused.add(path)
        self.keep(asked, path, raw)
        for code in codes:
            self.error(path, code)

    def suspend(self, asked: Asked, path: str, raw: Any, level: Level) -> None:
        """Keep an answer unjudged: whether it is asked hangs on one that could not be read."""
        level.unsettled.add(asked.field.id)
        self.keep(asked, path, clean(raw, **(_WHOLE_GROUP if asked.children else {})).value)

    def keep(self, asked: Asked, path: str, raw: Any) -> None:
        kept = asked.field.type.keepable(asked.field, raw)
        if not is_blank(kept, budget=_WHOLE_GROUP["widest"]):
            self.typed[path] = kept

    def is_required(self, one: Field, level: Level) -> bool:
        rule = one.required
        if rule is None or not _reached(self.stage, rule.at):
            return False
        return rule.when is None or (level.open(rule.when) and level.holds(rule.when))

    def lacks(self, one: Field, path: str, value: Value) -> None:
        for code in one.type.wanting(one, value):
            self.error(path, code)

    def check(self, check: CrossCheck, top: Level) -> None:
        """Give the fields of a cross-check its code where it holds, in each row when it is about rows."""
        if not _reached(self.stage, check.at):
            return
        groups = {path.partition(".")[0] for path in check.fields if "." in path}
        rows = [below for group in sorted(groups) for below in self.levels.get(group, ())]
        for level in rows if groups else [top]:
            level.unsettled.update(top.unsettled.difference(level.row or ()))
            if level.open(check.when) and level.holds(check.when):
                for path in check.fields:
                    own = path if "." not in path else level.prefix + path.rpartition(".")[2]
                    if own in self.order and own not in self.not_asked:
                        self.error(own, check.code)

    def unknown(self, plan: tuple[Asked, ...], given: Mapping[Any, Any], prefix: str) -> None:
        """Name what the form does not ask, as far as it can be named, and not without end."""
        known = {asked.field.id for asked in plan} | ({"id"} if prefix else set())
        found = 0
        for key in given:
            if key in known:
                continue
            if isinstance(key, str) and len(key) <= 24 and key.isascii() and key.isidentifier():
                path = prefix + key
            else:
                path = prefix.rstrip(".")
            self.error(path, Code.UNKNOWN_FIELD)
            found += 1
            if found == _MOST_UNKNOWN:
                return

    def error(self, path: str, code: str) -> None:
        one = AnswerError(path=path, code=str(code))
        if one not in self.errors[-_MOST_UNKNOWN:]:
            self.errors.append(one)


def _reached(stage: Stage, at: Stage) -> bool:
    return at is Stage.DRAFT or stage is Stage.FINAL


def _without_tick(raw: dict[str, Any]) -> Any:
    """Return an answer without its tick "not known", or NOT_KNOWN where that is the whole answer."""
    tick = raw["not_known"]
    said = str(tick).strip().lower() if isinstance(tick, str | int) else "" if tick is None else "?"
    if said not in _TRUE | _FALSE:
        raise Refused(Code.WRONG_SHAPE)
    rest = {key: one for key, one in raw.items() if key != "not_known"}
    if said in _FALSE:
        return rest
    if not is_blank(rest):
        raise Refused(Code.NOT_KNOWN_AND_ANSWERED)
    return NOT_KNOWN


def _codes(error: marshmallow.ValidationError) -> list[str]:
    messages = error.messages
    return [str(code) for code in messages] if isinstance(messages, list) else [Code.WRONG_SHAPE]


_plans: OrderedDict[str, tuple[Asked, ...]] = OrderedDict()


def plan_of(effective: Effective) -> tuple[Asked, ...]:
    """Return the rules of a definition, built when its hash is first seen."""
    plan = _plans.get(effective.hash)
    if plan is None:
        plan = _plans[effective.hash] = tuple(_asked(effective.fields()))
        while len(_plans) > _KEPT_PLANS:
            _plans.popitem(last=False)
    return plan


def _asked(fields: Iterator[Field]) -> Iterator[Asked]:
    for one in fields:
        if one.type.holds_answer:
            yield Asked(field=one, rule=one.type.rule(one), children=tuple(_asked(iter(one.children))))
