"""A section of which nothing is asked, as the answers stand, says so, is passed over and is not counted."""

from __future__ import annotations

from collections.abc import Callable

from formsvc.definitions.library import load_library
from formsvc.demo import AREA
from formsvc.workflow.start_record import start_record
from tests.web.conftest import Installation, StrictClient
from tests.web.plans import AUTHOR, KIT


def test_section_with_nothing_to_ask_is_passed_over(
    demo: Installation, as_: Callable[[str], StrictClient]
) -> None:
    """Where a child said no, four sections ask nothing: the way leads past them, and none is missing."""
    effective = load_library(demo.settings.form_templates).effective("return_interview", AREA)
    begun = start_record(demo.store, actor=AUTHOR, child_id=KIT.id, effective=effective)
    worker, record = as_("social_worker"), f"/records/{begun.record_id}"
    assert "0 of 12 sections are complete." in worker.get(record).text
    answers = {"version": "0", "outcome-choice": "declined", "somebody_else-answer": "no"}
    opened = worker.post(f"{record}/pages/offer", data={**answers, "do": "continue"})
    assert opened.location.endswith("?opened=1#q-declined_why")
    answers |= {"version": "1", "declined_why-not_known": "yes"}
    onward = worker.post(f"{record}/pages/offer", data={**answers, "do": "continue"})
    assert onward.location == f"{record}/pages/safety"
    listed = worker.get(record).text
    assert listed.count("Nothing to answer so far") == 4
    assert "of 8 sections are complete." in listed
    words = worker.get(f"{record}/pages/words").text
    assert "nothing is asked here" in words
    assert 'id="q-how_to_listen" tabindex="-1" hidden' in words
    check = worker.get(f"{record}/check").text
    assert 'id="s-safety"' in check
    assert 'id="s-words"' not in check
