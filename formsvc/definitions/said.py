"""A condition in words, for whoever reads it on paper: "1.2 is “Yes”, and 1.3 is answered"."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from formsvc.definitions.conditions import Condition, _Answered, _Dates, _Is, _Join, _Node, _Not


@dataclass(frozen=True, kw_only=True)
class Words:
    """How a form calls its questions, and the answers that a condition compares (id, code)."""

    name: Callable[[str], str]
    answer: Callable[[str, str], str]


def said(condition: Condition, words: Words) -> str:
    """Return a condition as a person says it."""
    return _said(condition.node, words)


def _said(node: _Node, words: Words) -> str:
    match node:
        case _Answered(id):
            return f"{words.name(id)} is answered"
        case _Is(id, sign, codes):
            return f"{words.name(id)} is {'not ' if sign == '!=' else ''}{_listed(id, codes, words)}"
        case _Dates(id, days, other):
            relation = "before" if days is None else f"more than {days} days after"
            return f"{words.name(id)} is {relation} {words.name(other)}"
        case _Not(inner):
            return _denied(inner, words)
        case _Join(sign, clauses):
            return f", {sign} ".join(_inside(one, words) for one in clauses)


def _denied(node: _Node, words: Words) -> str:
    match node:
        case _Answered(id):
            return f"{words.name(id)} is not answered"
        case _Is(id, sign, codes):
            return f"{words.name(id)} is {'' if sign == '!=' else 'not '}{_listed(id, codes, words)}"
        case _Dates(id, days, other):
            relation = "before" if days is None else f"more than {days} days after"
            return f"{words.name(id)} is not {relation} {words.name(other)}"
        case _Not(inner):
            return _said(inner, words)
        case _Join(sign, clauses):
            return _join("or" if sign == "and" else "and", (_denied(one, words) for one in clauses))


def _inside(node: _Node, words: Words) -> str:
    """Return a clause that stands among others; several of its own are held together."""
    if isinstance(node, _Join):
        return _join(node.sign, (_said(one, words) for one in node.clauses))
    return _said(node, words)


def _join(sign: str, said: Iterable[str]) -> str:
    clauses = list(said)
    lead = "either " if sign == "or" else "both " if len(clauses) == 2 else "all of "
    return lead + f" {sign} ".join(clauses)


def _listed(id: str, codes: tuple[str, ...], words: Words) -> str:
    return " or ".join(words.answer(id, code) for code in codes)
