"""What an area made of a definition, as two columns, the base's and the area's.

The form as a whole comes first, then its questions in order, then what is gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from formsvc.definitions.model import CrossCheck, Effective, Field, Part, Required, SignoffRule
from formsvc.definitions.overlays import RESTATED

Kind = Literal[
    "restated", "added", "relabelled", "hint", "help", "required", "options", "retired", "page_gone"
]


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing that differs: lines of the base, lines of the area; none where it is not.

    `path` is that of a question; for what the form says of itself the key, for a page that is gone its id.
    """

    path: str
    question: str
    kind: Kind
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    why: str = ""


def compared(base: Effective, effective: Effective) -> tuple[Change, ...]:
    """Return how an effective definition differs from its base: the whole, its questions, what is gone."""
    before, after = dict(base.walk()), dict(effective.walk())
    found = list(_restated(base, effective))
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
        if path not in after and (".*." not in path or path.rpartition(".*.")[0] in after)
    ]
    left = {page.id for page in effective.pages}
    found += [
        Change(path=page.id, question=page.title, kind="page_gone", before=(page.title,))
        for page in base.pages
        if page.id not in left
    ]
    return tuple(found)


def _restated(base: Effective, effective: Effective) -> Iterator[Change]:
    for key in RESTATED:
        before, after = (tuple(_stated(getattr(one, key))) for one in (base, effective))
        if before != after:
            yield Change(path=key, question=key, kind="restated", before=before, after=after)


def _stated(value: Any) -> Iterator[str]:
    """Yield what a form says of itself under one key, a line for each thing."""
    if isinstance(value, Mapping):
        value = value.values()
    for one in (value,) if isinstance(value, str) else value:
        if isinstance(one, SignoffRule):
            yield f"{one.title}{'' if one.required else ' (may be left out)'}: {one.statement}"
        elif isinstance(one, Part):
            yield f"{one.title}: {', '.join(sorted(one.audiences))}{', by name' if one.named else ''}"
        else:
            yield one.words if isinstance(one, CrossCheck) else str(one)


def _changes(path: str, old: Field, new: Field) -> Iterator[Change]:
    told: tuple[tuple[Kind, tuple[str, ...], tuple[str, ...]], ...] = (
        ("relabelled", (old.label,), (new.label,)),
        ("hint", _lines(old.hint), _lines(new.hint)),
        ("help", _lines(old.help), _lines(new.help)),
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
