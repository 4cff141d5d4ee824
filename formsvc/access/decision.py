"""The decision: may this role do this to that, and which rule says so. Pure; the default is no.

Four questions, each of which can say no: does a rule name the role and the action, does one of its
relations hold, does the document's own entry allow it, does the area leave it so. What was withheld
from the person by name comes before all: it looks the same as having no relation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from formsvc.access.policy import Policy
from formsvc.access.rules import RULES, Rule
from formsvc.access.terms import ABOUT_NO_CHILD, ROLE_WORDS, Action, Relation, Role


@dataclass(frozen=True, kw_only=True)
class About:
    """What is asked about: a child, and perhaps one form about her.

    `relations` are those that hold now, none where the child is withheld from the person by name.
    `withheld` says that this very form is.
    """

    relations: frozenset[Relation] = frozenset()
    definition: str = ""
    area: str = ""
    withheld: bool = False


@dataclass(frozen=True, kw_only=True)
class Decision:
    """The answer, the id of the rule that gave it, why in words, and the clauses behind it.

    The words name roles and kinds of document, never a child, a person or what is hidden.
    """

    allowed: bool
    rule: str
    words: str
    clauses: tuple[str, ...] = ()
    hides: bool = False
    """Whether that there is anything at all must not be told: the answer is the same as for nothing."""


NO_RULE: Final = "no-rule"
NO_RELATION: Final = "no-relation"
DOCUMENT: Final = "document"


def decide(policy: Policy, role: Role, action: Action, about: About) -> Decision:
    """Decide, and say which rule decided."""
    named = [rule for rule in RULES if role in rule.roles and action in rule.actions]
    if not named:
        return Decision(allowed=False, rule=NO_RULE, words=_nobody_of(role))
    if action in ABOUT_NO_CHILD:
        return _by(named[0])
    holding = [rule for rule in named if rule.relations & about.relations]
    if not holding or about.withheld:
        hides = about.withheld or not _may_see(role, about.relations)
        return Decision(allowed=False, rule=NO_RELATION, words=_not_yours(named), hides=hides)
    if about.definition:
        if not policy.permits(role, action, about.definition):
            clauses = policy.clauses.get(about.definition, ())
            words = f"This kind of form is not one that a {ROLE_WORDS[role].lower()} does this with."
            return Decision(allowed=False, rule=DOCUMENT, words=words, clauses=clauses)
        narrowed = policy.narrowing(role, action, definition=about.definition, area=about.area)
        if narrowed is not None:
            return Decision(
                allowed=False, rule=narrowed.id, words=narrowed.words, clauses=narrowed.clauses, hides=True
            )
    return _by(holding[0])


def _may_see(role: Role, relations: frozenset[Relation]) -> bool:
    seeing = (rule for rule in RULES if role in rule.roles and Action.see_child in rule.actions)
    return any(rule.relations & relations for rule in seeing)


def _by(rule: Rule) -> Decision:
    return Decision(allowed=True, rule=rule.id, words=rule.words, clauses=rule.clauses)


def _nobody_of(role: Role) -> str:
    return f"A {ROLE_WORDS[role].lower()} does not do this here."


def _not_yours(named: list[Rule]) -> str:
    return " ".join(rule.words for rule in named)
