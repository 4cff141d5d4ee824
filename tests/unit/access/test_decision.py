"""The decision: default no, one rule named, nothing told of what is hidden."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from formsvc.access.decision import DOCUMENT, NO_RELATION, NO_RULE, About, decide
from formsvc.access.policy import VERBS, WITH_A_DOCUMENT, Policy, load_policy
from formsvc.access.rules import RULES
from formsvc.access.table import TABLE, Action, Relation, Role, allowed
from formsvc.access.terms import ABOUT_NO_CHILD
from formsvc.definitions.library import load_library
from formsvc.errors import DefinitionInvalid

FOLDER = Path("form_templates")
ALL = frozenset(Relation)


@pytest.fixture(scope="module")
def policy() -> Policy:
    """Return the policy that stands beside the definitions."""
    return load_policy(FOLDER)


@pytest.mark.parametrize(("role", "action"), list(itertools.product(Role, Action)))
def test_decision_without_a_document_is_the_table(policy: Policy, role: Role, action: Action) -> None:
    """Both ways of asking give one answer for each single relation, for none and for all."""
    for relations in (frozenset[Relation](), ALL, *(frozenset({one}) for one in Relation)):
        decision = decide(policy, role, action, About(relations=relations))
        assert decision.allowed == allowed(role, action, relations)
        assert decision.words
        assert decision.rule in {NO_RULE, NO_RELATION, *(rule.id for rule in RULES)}


@pytest.mark.parametrize(("role", "action"), list(itertools.product(Role, Action)))
def test_document_without_an_entry_is_nobodys(policy: Policy, role: Role, action: Action) -> None:
    """What the policy does not name may be written, approved and read whole by nobody."""
    decision = decide(policy, role, action, About(relations=ALL, definition="never_heard_of"))
    if action in WITH_A_DOCUMENT:
        assert not decision.allowed
        assert decision.rule in {DOCUMENT, NO_RULE}


@pytest.mark.parametrize("role", Role)
def test_a_document_never_widens_a_rule(policy: Policy, role: Role) -> None:
    """With a document named nothing is allowed that was not allowed without."""
    for action, relation in itertools.product(Action, Relation):
        bare = decide(policy, role, action, About(relations=frozenset({relation})))
        for document, area in itertools.product(policy.definitions, ("", *policy.areas)):
            about = About(relations=frozenset({relation}), definition=document, area=area)
            assert bare.allowed or not decide(policy, role, action, about).allowed


def test_withheld_looks_like_no_relation(policy: Policy) -> None:
    """Who was shut out by name gets, word for word, what a stranger gets."""
    for role, action in itertools.product(Role, set(Action) - ABOUT_NO_CHILD):
        shut_out = decide(policy, role, action, About(relations=ALL, withheld=True))
        stranger = decide(policy, role, action, About())
        assert shut_out == stranger
        assert not shut_out.allowed


def test_home_has_no_return_interview_under_lan(policy: Policy) -> None:
    """The placement provider gets none, and is not told that there is one (LAN 5.7.4)."""
    about = About(relations=frozenset({Relation.placement}), definition="return_interview", area="LAN")
    for role in (Role.residential_manager, Role.home_staff):
        decision = decide(policy, role, Action.download, about)
        assert not decision.allowed
        assert decision.hides
        assert "D-02" in decision.clauses


def test_every_definition_says_who_works_with_it(policy: Policy) -> None:
    """A definition without an entry could be opened by nobody: that must not come as a surprise."""
    library = load_library(FOLDER)
    assert set(library.ids()) <= set(policy.definitions)
    for id in library.ids():
        writers = policy.definitions[id][Action.edit_record]
        assert set(library.base(id).completed_by) <= {role.value for role in writers}
        for signoff in library.base(id).signoffs:
            inside = {Role(one) for one in signoff.roles if one in set(Role)}
            assert inside <= policy.definitions[id][Action.see_record]


def test_rules_are_told_apart_and_none_is_idle() -> None:
    """Ids differ; each rule names roles and actions; what is about a child names relations."""
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.roles
        assert rule.actions
        assert bool(rule.relations) == bool(rule.actions - ABOUT_NO_CHILD)
    assert set(TABLE) == set(Action)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("definitions: {plan: {write: [plumber]}}", "'plumber' is no role"),
        ("definitions: {plan: {write: [social_worker], burn: [social_worker]}}", "burn"),
        ("definitions: {plan: {read: [social_worker]}}", "write"),
        (
            (
                "definitions: {}\n"
                "areas: {LAN: [{id: x, deny: [sing], roles: [home_staff], definitions: [p], words: w}]}"
            ),
            "'sing' is no action",
        ),
    ],
)
def test_policy_names_what_cannot_be_read(tmp_path: Path, text: str, what: str) -> None:
    """A mistake in the file is named with its key, and the service does not begin with it."""
    (tmp_path / "access").mkdir()
    (tmp_path / "access" / "policy.yaml").write_text(text)
    with pytest.raises(DefinitionInvalid, match=what):
        load_policy(tmp_path)


def test_verbs_allow_only_what_is_done_with_a_document() -> None:
    """No word of the file reaches an action that is about no child."""
    assert not ABOUT_NO_CHILD & WITH_A_DOCUMENT
    assert set(VERBS) == {"write", "approve", "read", "review"}
