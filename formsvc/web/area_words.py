"""What pages about areas and rules call types of question, differences, ties to a child, and actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from formsvc.access.table import Action, Relation

TYPE_WORDS: Final[Mapping[str, str]] = {
    "text": "A line of text",
    "long_text": "Text",
    "whole_number": "A whole number",
    "decimal_number": "A number",
    "date": "A date",
    "approximate_date": "A date, as well as it is known",
    "date_time": "A date and a time",
    "yes_no": "Yes or no",
    "choice": "One of these",
    "choices": "One or more of these",
    "grade": "A grade, as the area words them",
    "measure": "A measure",
    "phone": "A telephone number",
    "email": "An email address",
    "address": "An address",
    "person": "A person",
    "photo": "A photo",
    "file": "A file",
    "secret": "A secret, which is kept apart",
    "rows": "A list of",
    "guidance": "Only words to read",
}
"""Type of a question -> what may be answered."""
KIND_WORDS: Final[Mapping[str, str]] = {
    "restated": "The form as a whole",
    "added": "Added",
    "relabelled": "Other words",
    "hint": "Other hint",
    "help": "Other guidance",
    "required": "Required otherwise",
    "options": "Other options",
    "retired": "No longer asked",
    "page_gone": "The whole page is gone",
}
STATED_WORDS: Final[Mapping[str, str]] = {
    "title": "Title",
    "short_title": "Short title",
    "purpose": "What it is for",
    "circulation": "Who receives it",
    "completed_by": "Who completes it",
    "marking": "Marking",
    "clauses": "Clauses",
    "signoffs": "Who signs it off",
    "parts": "Parts, and whom they are for",
    "cross_checks": "Checks over several questions",
}
"""What a form says of itself -> what that is called."""
RELATION_WORDS: Final[Mapping[Relation, str]] = {
    Relation.allocated: "the child is on their caseload",
    Relation.team: "the child is their team's",
    Relation.placement: "the child lives in their home now",
    Relation.former_placement: "the child lived in their home",
    Relation.force: "the child lives in the area of their force",
    Relation.organisation: "their organisation keeps what is held about the child",
    Relation.emergency: "they opened the child's documents in an emergency",
}
ACTION_WORDS: Final[Mapping[Action, str]] = {
    Action.see_child: "see the child's page",
    Action.place_child: "say where the child lives",
    Action.allocate: "say which team and which workers answer for a child",
    Action.correct_child: "correct a child's name or date of birth",
    Action.start_record: "begin a form",
    Action.see_record: "read a form whole",
    Action.edit_record: "complete a form",
    Action.sign_off: "sign a form off",
    Action.send_back: "send a form back",
    Action.approve: "approve a form",
    Action.finalise: "issue a form",
    Action.withdraw: "withdraw a form",
    Action.recall: "ask for the copies of a withdrawn form back",
    Action.hand_out: "say to whom a copy was handed",
    Action.dispute: "note that an answer is disputed",
    Action.settle_dispute: "settle a dispute",
    Action.download: "download their copy",
    Action.compare: "compare revisions",
    Action.review_plan: "review a plan after a move",
    Action.see_own_past: "see what their home wrote before a move",
    Action.break_glass: "open documents in an emergency",
    Action.see_emergency: "see that somebody looked in an emergency",
    Action.review_emergency: "review a look in an emergency",
    Action.keep_secret: "put a secret into keeping",
    Action.reveal: "see a secret",
    Action.see_history: "see who looked and who did what",
    Action.begin: "be here at all",
    Action.list_children: "list children",
    Action.add_child: "add a child",
    Action.see_drafts: "list their drafts",
    Action.see_documents: "list the newest documents",
    Action.see_jobs: "see background work",
    Action.retry_job: "start background work again",
    Action.manage_people: "look after people",
    Action.see_audit: "see the audit",
}
"""Action -> what somebody does; an action that is not here is told by its name."""


def words_of_action(action: Action) -> str:
    """Return what somebody does, in words."""
    return ACTION_WORDS.get(action, action.value.replace("_", " "))
