"""Small forms in each layout, and views of them: what pages one of minutes and interviews are tried with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from formsvc.access.sheets import WHOLE
from formsvc.access.views import View, make_view
from formsvc.definitions.model import Effective
from formsvc.records.logos import PrintedLogo
from formsvc.records.snapshots import Dispute, make_snapshot
from tests.builders import a_definition, a_field, judged

AT: Final = "2026-11-22T18:05:00Z"
ACTIONS: Final = a_field(
    "actions",
    "rows",
    label="Actions",
    fields=[a_field("what"), a_field("who"), a_field("by_when", "date")],
    options={"one": "action", "heading": "what"},
)
GRADES: Final = {"grades": {"low": "Low", "high": "High"}}

SHEETS: Final[Mapping[str, Mapping[str, Any]]] = {
    "plan": {
        "name": ["full_name"],
        "risks": [{"rows": "actions", "show": ["what"], "most": 20}],
    },
    "minutes": {
        "name": ["full_name"],
        "date_of_birth": ["born"],
        "decision": ["words"],
        "actions": [{"rows": "actions", "show": ["what", "who", "by_when"], "most": 20}],
        "next_review": ["day"],
    },
    "interview": {
        "name": ["full_name"],
        "account": ["words"],
        "family": [{"rows": "actions", "show": ["what", "who"]}],
        "episode": ["day"],
    },
    "assessment": {"name": ["full_name"], "grade": ["overall"], "reasons": ["words"]},
    "one_sheet": {
        "name": ["full_name"],
        "last_seen": ["day", "words"],
        "phones": [{"rows": "actions", "show": ["what", "who", "by_when"]}],
    },
}
ANSWERS: Final[Mapping[str, Any]] = {
    "full_name": "Wioletta Sandringham-Oyelaran",
    "born": "2011-03-17",
    "words": "I go to see my Nan.\nNobody asked me.",
    "day": "2026-11-20",
    "overall": {"grade": "high", "circumstances": "She takes insulin."},
    "first": {"grade": "low"},
    "second": {"grade": "high", "circumstances": "Seen with a stranger."},
    "left": "What stands nowhere else",
    "actions": [
        {"id": "a1", "what": "Ring the ward", "who": "Nurse", "by_when": "2026-11-22"},
        {"id": "a2", "what": "Search the wharf", "who": "Police"},
    ],
}


def form(layout: str, **changed: Any) -> Effective:
    """Return a form of a layout that asks one question of each kind that page one knows."""
    keys = {"search_sheet": dict(SHEETS[layout]), **changed}
    return a_definition(
        a_field("full_name"),
        a_field("born", "date"),
        a_field("words", "long_text", label="What was said"),
        a_field("day", "date"),
        a_field("overall", "grade", options=GRADES),
        a_field("first", "grade", options=GRADES),
        a_field("second", "grade", options=GRADES),
        a_field("left"),
        ACTIONS,
        layout=layout,
        **keys,
    )


def view(
    layout: str,
    *,
    answers: Mapping[str, Any] = ANSWERS,
    audience: str = "full",
    extent: str = WHOLE,
    disputes: Sequence[Dispute] = (),
    logo: PrintedLogo | None = None,
    **changed: Any,
) -> View:
    """Return the view of answers to the form of a layout."""
    effective = form(layout, **changed)
    found = judged(effective, dict(answers))
    assert found.errors == ()
    snapshot = make_snapshot(
        effective,
        record="layouts2222222222222",
        reference="IF-TRIE-DOUT",
        revision=1,
        supersedes=None,
        controller=("own", "Calderholme County Council"),
        answers=found.answers,
        not_asked=found.not_asked,
        notices=(),
        signoffs=[],
        attachments=(),
        salt="0" * 64,
        at=AT,
        disputes=disputes,
        logo=logo,
    )
    return make_view(
        snapshot,
        effective,
        audience,
        verify_at="https://forms.example.org/verify",
        demonstration=False,
        extent=extent,
    )
