"""Is the data valid against its definition: the form that it carries, and every answer in it?

Where the definition that the data names is known here, the form must be the one that this definition gives
this audience, and the gate must let the answers through as they stand. The copy of an audience lacks what
others may receive: a rule that looks at what is absent cannot be settled and finds no fault. Where the
definition is not known, each answer must at least fit the type and the options that the form in the data
itself says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Protocol

from formsvc.access.sheets import SHEET, same_but_for_more, sheet_of
from formsvc.access.views import View, frame, visible_pages
from formsvc.definitions.conditions import Condition
from formsvc.definitions.model import Area, Audience, CrossCheck, Effective, Field, Page, Stage
from formsvc.definitions.printed import specs
from formsvc.fields.base import Spec
from formsvc.records.gate import Gate
from formsvc.seals.verify.verdicts import Verdict, bad, good, unknown

MOST_NAMED: Final = 20

DIFFERS: Final = "not_of_the_definition"
NOT_AS_KEPT: Final = "not_as_kept"
ASKED: Final = "asked_or_not"
SIGNED: Final = "signed_or_not"
_PATH: Final = re.compile(r"[a-z0-9_.@]{1,64}")

Fault = tuple[str, str]
"""A path, and the code of what is wrong there. Never a value."""


@dataclass(frozen=True, kw_only=True)
class Named:
    """The definition that a view names: `hash` is its identity, `id` and `area` help to find it."""

    id: str
    version: int
    hash: str
    area: str


class Definitions(Protocol):
    """What finds an effective definition by its hash; None where it is not known here."""

    def __call__(self, named: Named, /) -> Effective | None: ...


def judge_valid(view: View, *, definitions: Definitions | None = None) -> Verdict:
    """Return the verdict on the data of a view that is built like one."""
    named = _named(view)
    detail = {"definition": asdict(named)}
    effective = definitions(named) if definitions is not None else None
    known = effective is not None and effective.hash == named.hash
    faults = list(dict.fromkeys(_against(view, effective) if known and effective else _fitting(view)))
    if faults:
        shown = [{"path": _shown(path), "code": code} for path, code in faults[:MOST_NAMED]]
        return bad("not_valid", **detail, known=known, faults=shown, count=len(faults))
    if known:
        return good("valid", **detail, known=True)
    return unknown("valid_by_own_form", **detail, known=False)


def _named(view: View) -> Named:
    """Return the definition that a view names; raise TypeError where it names none."""
    told, area = view.data["definition"], view.data["area"]["id"]
    texts = (told["id"], told["hash"], area)
    if not all(isinstance(one, str) and len(one) <= 100 for one in texts) or type(told["version"]) is not int:
        raise TypeError("a view names its definition in short texts and a number")
    return Named(id=told["id"], version=told["version"], hash=told["hash"], area=area)


def _against(view: View, effective: Effective) -> Iterator[Fault]:
    """Yield what is wrong with a view of a definition that is known."""
    data = view.data
    audience = effective.area.audiences.get(data["audience"]["id"])
    if audience is None:
        yield "audience.id", DIFFERS
        return
    if data["document"].get("extent") == SHEET:
        yield from _against_sheet(view, effective, audience)
        return
    for key, wanted in frame(effective, audience, answers=data["answers"]).items():
        yield from ((f"{key}.{part}", DIFFERS) for part in wanted if data[key].get(part) != wanted[part])
    yield from _judged(_reduced(effective, audience.id), data, left=set())
    yield from _signed(effective, data)


def _against_sheet(view: View, effective: Effective, audience: Audience) -> Iterator[Fault]:
    """Yield what is wrong with the view of a grab sheet: it says nothing of conditions or sign-offs."""
    data = view.data
    for key, wanted in frame(sheet_of(effective), audience, answers=data["answers"]).items():
        for part, value in wanted.items():
            told = data[key].get(part)
            slots = key == "form" and part == "search_sheet"
            if not (same_but_for_more(told, value) if slots else told == value):
                yield f"{key}.{part}", DIFFERS
    if data["signoffs"] or data["changes"] is not None:
        yield "signoffs", SIGNED
    yield from _fitting(view)


def _fitting(view: View) -> Iterator[Fault]:
    """Yield what is wrong with a view by the form it carries itself, which says nothing of conditions."""
    pages = tuple(
        Page(id=page["id"], title=page["title"], fields=tuple(map(_field, specs(page["fields"]))))
        for page in view.data["form"]["pages"]
    )
    yield from _judged(_carried(view, pages), view.data, left=set(view.data["not_asked"]))


def _judged(effective: Effective, data: Mapping[str, Any], *, left: set[str]) -> Iterator[Fault]:
    """Yield what the gate finds in final answers; whether the paths of `left` are asked is not judged."""
    answers = data["answers"]
    judged = Gate(effective).judge(answers, stage=Stage.FINAL)
    wrong = [one for one in judged.errors if not _within(one.path, left)]
    yield from ((one.path, str(one.code)) for one in wrong)
    told = {one.path for one in wrong}
    yield from ((path, NOT_AS_KEPT) for path in _differing(answers, judged.answers) if path not in told)
    asked = (judged.not_asked ^ set(data["not_asked"])) - left
    yield from ((path, ASKED) for path in sorted(asked) if not _within(path, left))
    yield from ((path, ASKED) for path in sorted(left) if path in answers)


def _signed(effective: Effective, data: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield sign-offs that the definition does not know, and a status that they do not make."""
    rules = {rule.id for rule in effective.signoffs}
    for at, one in enumerate(data["signoffs"], 1):
        if one["id"] not in rules:
            yield f"signoffs.{at}", SIGNED
    agreed = {one["id"] for one in data["signoffs"] if one["outcome"] == "agreed"}
    approved = all(rule.id in agreed for rule in effective.signoffs if rule.required)
    if data["document"]["status"] != ("approved" if approved else "not_yet_approved"):
        yield "document.status", SIGNED


# ---------------------------------------------------------------- a definition as one audience meets it


def _reduced(effective: Effective, audience: str) -> Effective:
    """Return a definition with what an audience may receive.

    A requirement or a check that looks at what is left out is taken away; what is shown never does, since
    no definition compiles that would tell an audience of what it may not read. The name by which the gate
    keeps the rules is another than that of the whole definition.
    """
    kept = visible_pages(effective, audience)
    top = {one.id: one for _, _, _, inside in kept for one in inside}

    def sees(condition: Condition, group: str | None) -> bool:
        asked_of_row = {one.id for one in effective.field(group).children} if group else set()
        visible = {one.id for one in top[group].children} if group else set()
        return all(one in (visible if one in asked_of_row else top) for one in condition.needs)

    def opened(one: Field, group: str | None = None) -> Field:
        unseen = (
            one.required is not None and one.required.when is not None and not sees(one.required.when, group)
        )
        children = tuple(opened(child, one.id) for child in one.children)
        return replace(one, required=None if unseen else one.required, children=children)

    def may_be_judged(check: CrossCheck) -> bool:
        groups = {path.partition(".")[0] for path in check.fields if "." in path}
        there = all(path.partition(".")[0] in top for path in check.fields)
        return there and sees(check.when, next(iter(groups), None))

    return replace(
        effective,
        pages=tuple(
            Page(id=page_id, title=title, fields=tuple(map(opened, inside)))
            for page_id, title, _, inside in kept
        ),
        cross_checks=tuple(filter(may_be_judged, effective.cross_checks)),
        hash=f"{effective.hash} for {audience}",
    )


def _carried(view: View, pages: tuple[Page, ...]) -> Effective:
    """Return the definition that can be read off a view alone: types and options, no rule beyond them."""
    data = view.data
    area = Area(
        id=data["area"]["id"], name="", protocol="", based_on="", review_due="", terms={}, audiences={},
        readers={}, secrets=True,
    )  # fmt: skip
    return Effective(
        id="", version=1, title="", short_title="", home_area="", area=area, marking="", layout="",
        reference_prefix="", purpose="", completed_by=(), parts={}, pages=pages, cross_checks=(), signoffs=(),
        search_sheet={}, circulation=(), document={}, hash=f"carried by {view.hash}",
    )  # fmt: skip


def _field(spec: Spec) -> Field:
    return Field(
        id=spec.id,
        type=spec.type,
        label=spec.label,
        options=spec.options,
        raw_options=spec.raw_options,
        not_known=spec.not_known,
        children=tuple(map(_field, spec.children)),
    )


# ---------------------------------------------------------------- paths


def _differing(told: Mapping[str, Any], kept: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """Yield the paths where two sets of answers differ, into the rows of a group."""
    for key in sorted(told.keys() | kept.keys()):
        one, other = told.get(key), kept.get(key)
        if one == other and (key in told) == (key in kept):
            continue
        rows, others = _rows(one), _rows(other)
        if rows is None or others is None or rows.keys() != others.keys():
            yield prefix + key
            continue
        inner = [path for id in rows for path in _differing(rows[id], others[id], f"{prefix}{key}.{id}.")]
        yield from inner or [prefix + key]


def _rows(value: Any) -> dict[str, Mapping[str, Any]] | None:
    if not isinstance(value, list) or not all(isinstance(row, dict) and "id" in row for row in value):
        return None
    return {str(row["id"]): row for row in value}


def _within(path: str, places: set[str]) -> bool:
    return path in places or any(path.startswith(f"{place}.") for place in places)


def _shown(path: str) -> str:
    """Return a path as it may be told: one that a stranger made up is not repeated."""
    return path if _PATH.fullmatch(path) else ""
