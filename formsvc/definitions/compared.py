"""What an area made of a definition, question by question, as two columns: the base's and the area's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from formsvc.definitions.model import Effective, Field, Required

Kind = Literal["added", "relabelled", "hint", "required", "options", "retired"]


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing that differs about a question: lines of the base, lines of the area; none where it is not."""

    path: str
    question: str
    kind: Kind
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    why: str = ""


def compared(base: Effective, effective: Effective) -> tuple[Change, ...]:
    """Return how an effective definition differs from its base, in the order of the form, retired last."""
    before, after = dict(base.walk()), dict(effective.walk())
    found: list[Change] = []
    for path, field in after.items():
        if path in before:
            found += _changes(path, before[path], field)
        else:
            found.append(Change(path=path, question=field.label, kind="added", after=(field.label,)))
    found += [
        Change(
            path=path,
            question=field.label,
            kind="retired",
            before=(field.label,),
            why=effective.retired.get(path, ""),
        )
        for path, field in before.items()
        if path not in after
    ]
    return tuple(found)


def _changes(path: str, old: Field, new: Field) -> Iterator[Change]:
    told: tuple[tuple[Kind, tuple[str, ...], tuple[str, ...]], ...] = (
        ("relabelled", (old.label,), (new.label,)),
        ("hint", _lines(old.hint), _lines(new.hint)),
        ("required", (_required(old.required),), (_required(new.required),)),
        ("options", _options(old.raw_options), _options(new.raw_options)),
    )
    for kind, before, after in told:
        if before != after:
            yield Change(path=path, question=new.label, kind=kind, before=before, after=after)


def _lines(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


def _required(rule: Required | None) -> str:
    if rule is None:
        return "Not required"
    stage = "Required from the first draft" if rule.at.value == "draft" else "Required before it is final"
    return f"{stage}, when {rule.when.source}" if rule.when else stage


def _options(raw: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(line for name, value in raw.items() for line in _option(name, value))


def _option(name: str, value: Any) -> Iterator[str]:
    label = name.replace("_", " ")
    if isinstance(value, Mapping):
        yield from (str(words) for words in value.values())
    elif isinstance(value, (list, tuple)):
        yield f"{label}: {', '.join(map(str, value)) or 'none'}"
    elif isinstance(value, bool):
        yield f"{label}: {'yes' if value else 'no'}"
    else:
        yield f"{label}: {value}"
