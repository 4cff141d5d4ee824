"""The slots of page one: what may stand there, what each is called, and one of them with its answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from formsvc.fields.blocks import Item

SLOT_LABELS: Mapping[str, str] = {
    "photo": "Photo",
    "name": "Name",
    "known_as": "Known as",
    "date_of_birth": "Age and date of birth",
    "gender": "Gender",
    "ethnicity": "Ethnicity",
    "height": "Height",
    "build": "Build",
    "hair": "Hair",
    "eyes": "Eyes",
    "marks": "Marks",
    "clothing": "Usually wears",
    "phones": "Phone",
    "language": "Language",
    "grade": "Grade of risk",
    "triggers": "What makes them run",
    "runs_to": "Who and where they run to",
    "risks": "Highest risks",
    "do_not_approach": "Do not approach without police",
    "danger": "Warning for whoever finds them",
    "medication": "Medication that cannot wait",
    "ring_now": "Ring now",
    "home": "Lives at",
    "lead": "Lead professional",
    "meeting": "The meeting",
    "decision": "What was decided",
    "reasons": "Reasons for the grade",
    "actions": "Actions",
    "next_review": "Next review",
    "alerts": "Alerts",
    "present": "Who was there",
    "factors": "Factors",
    "episode": "The episode",
    "outcome": "Offer and outcome",
    "account": "In the child's own words",
    "family": "What parents or carers said",
    "harm": "Harm",
    "needs": "Needs now",
    "last_seen": "Last seen",
    "circumstances": "How they went missing",
    "reported": "Who is reporting",
    "transport": "How they may travel",
    "said": "What I said",
    "will_happen": "What will happen",
    "ring": "Who I can ring",
    "disagree": "What I disagree with",
}
"""The slots of page one, in reading order, and what each is called in print.

Those from `photo` to `lead` are the sheet for the search, `grade` where a plan has one; the rest are what
other layouts put first.
"""

SHEET = "sheet"
"""The layout of a grab sheet: one side, and nothing but what the sheet for the search says."""
SHEET_LAYOUTS = frozenset({"plan", SHEET})
"""Layouts whose page one repeats answers for whoever searches; in the others page one holds the answers
themselves, each at its own path, and the sections go on with the rest."""


TO_THE_CHILD = frozenset({"said", "will_happen", "ring", "disagree"})
"""Slots that speak to the child: a sheet that has one is the child's own, and is printed large and plain."""

SPOKEN = frozenset({"account", "family"})
"""Slots of what people said: a group of rows stands there whole, each row by itself."""

IN_COLUMNS = frozenset({*SPOKEN, "actions", "alerts", "present", "factors", "needs", "harm", "reasons"})
"""Slots whose rows stand in columns, unless all has to stand on one sheet."""


@dataclass(frozen=True, kw_only=True)
class Slot:
    """One place of page one; `more` counts rows that stand only further in.

    `said` are the questions whose answers stand here whole, and nowhere else; `intro` is what their page says
    first, where that belongs beside them: what a grade means.
    """

    name: str
    label: str
    items: tuple[Item, ...]
    more: int = 0
    more_in: str = ""
    said: frozenset[str] = frozenset()
    intro: str = ""
