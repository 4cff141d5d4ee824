"""What an area's protocol rules, as data: how long, how often, from when, by whom, each with its clause.

The list of rules is closed. A rule that a protocol does not print is left out, never guessed: what asks for
its number gets None and starts no clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from formsvc.definitions.reading import Entry

Value = int | str | bool | tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AreaRule:
    """One rule of an area: its value, the clause that prints it, and what has to be said beside it."""

    value: Value
    clause: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What a rule is about, in words, and what its value may be; `codes` maps each code to its words."""

    words: str
    sort: Literal["number", "yes", "text", "texts", "code"]
    unit: str = ""
    most: int = 0
    codes: Mapping[str, str] | None = None


def _number(words: str, unit: str, most: int) -> Kind:
    return Kind(words=words, sort="number", unit=unit, most=most)


def _hours(words: str, most: int = 24 * 90) -> Kind:
    return _number(words, "hours", most)


def _code(words: str, **codes: str) -> Kind:
    return Kind(words=words, sort="code", codes=codes)


def _text(words: str) -> Kind:
    return Kind(words=words, sort="text")


STARTS: Final[Mapping[str, str]] = {
    "left": "when the child left, or was last seen",
    "latest": "when the child left or was last seen, whichever was later",
    "reported": "when the child was reported missing",
    "return": "when the child came back",
    "episode_end": "when the missing episode ended",
    "incident": "when the incident happened",
}
"""From when a clock may run."""

RULES: Final[Mapping[str, Kind]] = {
    "strategy": _text("When a strategy meeting or discussion is held"),
    "strategy_hours": _hours("Strategy meeting, at the latest after"),
    "strategy_from": _code("The strategy meeting's time runs from", **STARTS),
    "strategy_days": _number("Strategy discussion, successive days missing", "days", 90),
    "strategy_weeks": _number("Further strategy meetings, at least every", "weeks", 52),
    "strategy_at_once": Kind(words="Held at once where significant harm is feared", sort="yes"),
    "strategy_reason": Kind(words="A manager may record why none is held", sort="yes"),
    "risk_meeting_hours": _hours("Risk management meeting or discussion after"),
    "absence": _text("When being away becomes missing"),
    "absence_hours": _hours("Away, or absent, at most for"),
    "absence_report_hours": _hours("Managers are told of an absence after"),
    "absence_overnight": Kind(words="Nobody out of contact is merely away overnight", sort="yes"),
    "episode_from": _code("An episode begins", **STARTS),
    "interview_hours": _hours("Interview after the return, within"),
    "interview_from": _code("The interview's time runs from", **STARTS),
    "interview_held_from": _code("For holding it, the interview's time runs from", **STARTS),
    "interview_measures": _code(
        "What has to be in time of the interview",
        held="that it is held",
        offered_and_held="that it is offered, and that it is held, each for itself",
    ),
    "interview_for": _code(
        "Who is offered an interview",
        all="every child, after every episode",
        reported="every child who was reported missing to the police",
        listed="children to whom one of the listed reasons applies",
        decided="every child; whether it is held is decided for each episode",
    ),
    "interview_reasons": Kind(words="The listed reasons for an interview", sort="texts"),
    "interviewers": Kind(words="Who holds the interview", sort="texts"),
    "interview_goes_to": Kind(words="Who receives what was said in it", sort="texts"),
    "interview_not_to": Kind(words="Who does not receive it", sort="texts"),
    "interview_refusal": _text("Who may refuse it"),
    "worker_interview_hours": _hours("The social worker's own interview within"),
    "worker_interview_from": _code("The worker's time runs from", **STARTS),
    "check": _text("The check on return, for a child who goes often"),
    "repeat": _text("What counts as going missing repeatedly"),
    "repeat_count": _number("Episodes that count as repeated", "episodes", 50),
    "repeat_days": _number("Counted over", "days", 366),
    "repeat_months": _number("Counted over", "months", 24),
    "missing_under_age": _number("Always missing, never absent, when younger than", "years", 25),
    "age": _text("Whom the protocol covers, by age"),
    "panel": _text("Which panel looks at the hardest cases"),
    "panel_months": _number("The panel meets every", "months", 24),
    "plan_lead": _text("Who oversees a child who has a protection plan"),
    "plan_review_months": _number("The plan is reviewed every", "months", 24),
    "philomena": _code(
        "The Philomena form",
        required="completed for every child in a residential home",
        given="given to the child's carers",
        where_known="completed where going missing is a known vulnerability; a local form may stand for it",
        not_named="not named in this protocol",
    ),
    "return": _text("Who fetches the child"),
    "returned_by": _code(
        "Who fetches the child, first of all",
        carer="the parents or carers",
        authority="the authority, for a child in its care; the parents or carers for any other",
        finder="the police where they found the child, the parents or carers otherwise",
        police="the police, normally",
    ),
    "police_call": _text("How the police are called"),
}
"""Every rule an area may have; another name is a mistake."""


def read_rules(entry: Entry) -> dict[str, AreaRule]:
    """Return the rules of an area by name; problems go into the entry's report."""
    table = entry.mapping("rules", optional=True)
    rules = Entry(table, key=entry.at("rules"), report=entry.report, known=RULES)
    found: dict[str, AreaRule] = {}
    for name in table:
        if name in RULES:
            one = Entry(
                table[name], key=rules.at(name), report=entry.report, known=("value", "clause", "note")
            )
            found[name] = AreaRule(
                value=_value(one, RULES[name]),
                clause=one.text("clause", longest=120),
                note=one.text("note", optional=True, longest=400),
            )
    return found


def rules_document(rules: Mapping[str, AreaRule]) -> dict[str, Any]:
    """Return the rules as plain data, in the shape of the area's file."""
    return {
        name: {
            "value": list(one.value) if isinstance(one.value, tuple) else one.value,
            "clause": one.clause,
            **({"note": one.note} if one.note else {}),
        }
        for name, one in rules.items()
    }


def rules_in_words(rules: Mapping[str, AreaRule]) -> Iterator[tuple[str, tuple[str, ...], AreaRule]]:
    """Yield (what about, what holds in lines, the rule) in the order of the closed list."""
    for name, kind in RULES.items():
        if name in rules:
            yield kind.words, _lines(rules[name].value, kind), rules[name]


def _value(one: Entry, kind: Kind) -> Value:
    match kind.sort:
        case "number":
            return one.number("value", least=1, most=kind.most)
        case "yes":
            if not one.has("value"):
                one.wrong("value", "is missing", "Write true or false")
            return one.flag("value")
        case "texts":
            return one.texts("value")
        case "code":
            return one.one_of("value", kind.codes or {})
        case "text":
            return one.text("value", longest=600)


def _lines(value: Value, kind: Kind) -> tuple[str, ...]:
    if isinstance(value, tuple):
        return value
    if isinstance(value, bool):
        return ("Yes" if value else "No",)
    if kind.codes:
        return (kind.codes[str(value)],)
    if isinstance(value, int):
        return (f"{value} {kind.unit.removesuffix('s') if value == 1 else kind.unit}",)
    return (value,)
