"""Apply an area's overlay to a definition: a closed list of operations, in order, nothing merged.

    {add_after: path, field: {...}}             a new question, after an existing one
    {relabel: path, label: ..., hint: ..., help: ...}  other words for the same question
    {change_options: path, options: {...}}      other options, whole
    {require: path, required: ...}              from which stage it must be answered
    {retire: path, why: ...}                    no longer asked, and its id never used again
    {restate: key, to: ...}                     what the whole form says of itself (RESTATED), whole

A path is the id of a field, or `group.*.child` inside a group. A page whose last field is retired is gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from formsvc.definitions.model import Effective, Field, Required
from formsvc.definitions.reading import Entry, Report
from formsvc.definitions.source import meant

OPERATIONS: Mapping[str, tuple[str, ...]] = {
    "add_after": ("field",),
    "relabel": ("label", "hint", "help"),
    "change_options": ("options",),
    "require": ("required",),
    "retire": ("why",),
    "restate": ("to",),
}
RESTATED = (
    "title", "short_title", "purpose", "circulation", "completed_by", "marking", "clauses", "signoffs",
    "parts", "cross_checks",
)  # fmt: skip
"""What an area may say otherwise of a form as a whole."""


def apply(
    definition: Mapping[str, Any], operations: Sequence[Any], *, key: str, report: Report
) -> dict[str, Any]:
    """Return the plain data of a definition, itself without problems, with the operations applied.

    An operation that cannot be applied is reported under `key` and its number, and left out.
    """
    changed: dict[str, Any] = _copied(definition)
    for index, operation in enumerate(operations):
        names = [name for name in OPERATIONS if isinstance(operation, Mapping) and name in operation]
        if len(names) != 1:
            what = "must be one operation" if isinstance(operation, Mapping) else "must be keys and values"
            report.add(f"{key}.{index}", what, f"Use one of: {', '.join(OPERATIONS)}")
            continue
        known = (names[0], *OPERATIONS[names[0]])
        entry = Entry(operation, key=f"{key}.{index}", report=report, known=known)
        if names[0] == "restate":
            _restate(changed, entry)
        else:
            _apply(changed, names[0], entry)
    changed["pages"] = [page for page in changed["pages"] if page["fields"]]
    return changed


def difference(base: Effective, effective: Effective) -> tuple[str, ...]:
    """Return in words how an effective definition differs from its base, in the order of the form."""
    before, after = dict(base.walk()), dict(effective.walk())
    told: list[str] = list(_restated(base, effective))
    last = ""
    for path, field in after.items():
        if path not in before:
            follows = f"after “{after[last].label}”" if last else "at the beginning"
            told.append(f"Asks “{field.label}” ({path}), {follows}.")
        else:
            told.extend(_told(before[path], field))
        last = path
    for path, field in before.items():
        if path not in after and (".*." not in path or path.rpartition(".*.")[0] in after):
            why = effective.retired.get(path, "")
            told.append(f"No longer asks “{field.label}” ({path})" + (f": {why}" if why else "."))
    return tuple(told)


def _copied(value: Any) -> Any:
    """Return plain data copied, so that nothing of the definition itself is ever changed."""
    if isinstance(value, Mapping):
        return {key: _copied(one) for key, one in value.items()}
    return [_copied(one) for one in value] if isinstance(value, list) else value


def _restate(definition: dict[str, Any], entry: Entry) -> None:
    key = entry.one_of("restate", RESTATED)
    if not entry.has("to"):
        entry.wrong("to", "is missing", "Write what the form says instead, whole")
    elif key in RESTATED:
        definition[key] = _copied(entry.data["to"])


def _restated(base: Effective, effective: Effective) -> Iterator[str]:
    for key in RESTATED:
        if getattr(base, key) != getattr(effective, key):
            yield f"States its own {key.replace('_', ' ')}."


def _apply(definition: dict[str, Any], name: str, entry: Entry) -> None:
    path = entry.text(name)
    holder, index = _find(definition, path)
    if holder is None:
        known = [found for found, _, _ in _walk(definition)]
        entry.wrong(name, f"there is no field {path!r}", meant(path, known))
        return
    match name:
        case "add_after":
            _add(definition, holder, index, entry, group=path.rpartition(".*.")[0])
        case "relabel":
            parts = [part for part in OPERATIONS["relabel"] if entry.has(part)]
            if not parts:
                entry.wrong("label", "is missing", "Give a label, a hint, a help or several of them")
            holder[index] |= {part: entry.text(part) for part in parts}
        case "change_options":
            if not entry.has("options"):
                entry.wrong("options", "is missing", "Write them whole, or {} for none")
            holder[index]["options"] = _copied(entry.mapping("options", optional=True))
        case "require":
            if not entry.has("required"):
                entry.wrong("required", "is missing", "Write draft, final, or at and when")
            holder[index]["required"] = _copied(entry.data.get("required"))
        case "retire":
            holder.pop(index)
            definition["retired"] = {**(definition.get("retired") or {}), path: entry.text("why")}
            definition["search_sheet"] = _sheet_without(definition.get("search_sheet") or {}, path)


def _add(definition: Mapping[str, Any], holder: list[Any], index: int, entry: Entry, *, group: str) -> None:
    added = entry.mapping("field")
    path = f"{group}.*.{added.get('id')}" if group else str(added.get("id"))
    used = {found for found, _, _ in _walk(definition)} | set(definition.get("retired") or {})
    if path in used:
        entry.wrong("field", f"the id of {path!r} is used already", "Ids are never used twice")
    elif added:
        holder.insert(index + 1, _copied(added))


def _walk(definition: Mapping[str, Any]) -> Iterator[tuple[str, list[Any], int]]:
    """Yield every field's path, the list it stands in and its place there; an added one may be no field."""

    def inside(prefix: str, fields: Any) -> Iterator[tuple[str, list[Any], int]]:
        for index, one in enumerate(fields if isinstance(fields, list) else ()):
            if isinstance(one, Mapping):
                yield f"{prefix}{one.get('id')}", fields, index
                yield from inside(f"{prefix}{one.get('id')}.*.", one.get("fields"))

    for page in definition["pages"]:
        yield from inside("", page["fields"])


def _find(definition: Mapping[str, Any], path: str) -> tuple[list[Any] | None, int]:
    return next(((holder, index) for found, holder, index in _walk(definition) if found == path), (None, 0))


def _sheet_without(sheet: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Return the search sheet without a retired field; a slot left empty goes."""
    group, _, child = path.partition(".*.")
    kept: dict[str, Any] = {}
    for slot, entries in sheet.items():
        left: list[Any] = []
        for entry in entries:
            if isinstance(entry, Mapping) and entry["rows"] == group and child:
                show = [one for one in entry["show"] if one != child]
                left.extend([{**entry, "show": show}] if show else [])
            elif (entry["rows"] if isinstance(entry, Mapping) else entry) != path:
                left.append(entry)
        if left:
            kept[slot] = left
    return kept


def _told(before: Field, after: Field) -> Iterator[str]:
    if before.label != after.label:
        yield f"Says “{after.label}” instead of “{before.label}”."
    if before.hint != after.hint:
        hint = f"is “{after.hint}”" if after.hint else "is left out"
        yield f"The hint of “{after.label}” {hint}."
    if before.help != after.help:
        yield f"The guidance beside “{after.label}” is its own."
    if before.required != after.required:
        yield f"“{after.label}” is {_required(after.required)} (it was {_required(before.required)})."
    for name in sorted({*before.raw_options, *after.raw_options}):
        old, new = before.raw_options.get(name), after.raw_options.get(name)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from _offered(after.label, old, new)
        elif old != new:
            yield f"“{after.label}”: {name} is {_shown(new)} (it was {_shown(old)})."


def _offered(label: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for code, words in new.items():
        if code not in old:
            yield f"“{label}” also offers “{words}”."
        elif old[code] != words:
            yield f"“{label}” offers “{words}” instead of “{old[code]}”."
    for code, words in old.items():
        if code not in new:
            yield f"“{label}” no longer offers “{words}”."
    if list(old) != list(new) and set(old) == set(new):
        yield f"“{label}” offers the same in another order."


def _required(rule: Required | None) -> str:
    if rule is None:
        return "not required"
    stage = f"required at {rule.at.value}"
    return f"{stage} when {rule.when.source}" if rule.when else stage


def _shown(value: Any) -> str:
    return "not set" if value is None else f"“{value}”"
