"""An answer that the child or a parent disputes: the note stays with it, whatever is made of it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from formsvc.demo import CHILDREN
from formsvc.store import audit
from formsvc.store import tables as t
from tests.web.conftest import Installation, StrictClient

As = Callable[[str], StrictClient]
PLAN = "demorecordplan222222"
ADDRESS = f"/records/{PLAN}/disputes"
NOTE = {
    "path": "build",
    "said_by": "child",
    "who": "Szymon himself",
    "words": "I am not slight, I do boxing",
    "said_day": "20",
    "said_month": "11",
    "said_year": "2025",
}


def the_note(demo: Installation) -> str:
    """Return the id of the only note."""
    with demo.store.read() as tx:
        found: str = tx.c.execute(sa.select(t.dispute.c.id)).scalar_one()
    return found


def test_note_stands_beside_the_answer_in_every_revision(demo: Installation, as_: As) -> None:
    """Who says so, their words as said and the day; in the list, the next revision's form and the history."""
    worker = as_("social_worker")
    assert worker.post(ADDRESS, data=NOTE).status_code == 302
    page = worker.get(ADDRESS).text
    assert "I am not slight, I do boxing" in page
    assert "20 November 2025" in page
    assert "Nobody has answered it yet" in page
    worker.post(f"/records/{PLAN}/revise")
    form = next(
        text
        for page_id in re.findall(rf"/records/{PLAN}/pages/([a-z_]+)", worker.get(f"/records/{PLAN}").text)
        if 'name="build' in (text := worker.get(f"/records/{PLAN}/pages/{page_id}").text)
    )
    assert "I am not slight, I do boxing" in form
    assert "1 disputed" in worker.get(f"/records/{PLAN}/history").text


def test_answer_to_it_is_kept_with_it(demo: Installation, as_: As) -> None:
    """Changed or not, and why; the note itself stays, and is answered once."""
    worker = as_("social_worker")
    worker.post(ADDRESS, data=NOTE)
    where = f"{ADDRESS}/{the_note(demo)}"
    wrong = worker.post(where, data={"outcome": "changed", "answer": " "})
    assert wrong.status_code == 422
    assert "Say why" in wrong.text
    answer = {"outcome": "not_changed", "answer": "The nurse measured him last week."}
    assert worker.post(where, data=answer).status_code == 302
    assert worker.post(where, data={**answer, "answer": "Another reason"}).status_code == 302
    page = worker.get(ADDRESS).text
    assert "I am not slight, I do boxing" in page
    assert "The answer was not changed" in page
    assert "The nurse measured him last week." in page
    assert "Another reason" not in page


@pytest.mark.parametrize(
    "changed",
    [
        {"path": "nothing"},
        {"said_by": "neighbour"},
        {"who": ""},
        {"words": " "},
        {"said_day": "31", "said_month": "2"},
        {"said_year": "2199"},
    ],
)
def test_note_is_read_strictly_and_nothing_typed_is_lost(as_: As, changed: dict[str, str]) -> None:
    """An answer of this form, who says so, their words and a day that was."""
    page = as_("social_worker").post(ADDRESS, data={**NOTE, **changed})
    assert page.status_code == 422
    if "words" not in changed:
        assert NOTE["words"] in page.text


def test_noting_and_answering_are_for_those_who_read_the_form(demo: Installation, as_: As) -> None:
    """Police and home do neither; a reviewing officer may note and not answer."""
    for role in ("police_coordinator", "residential_manager"):
        assert as_(role).post(ADDRESS, data=NOTE).status_code == 403
        assert as_(role).get(ADDRESS).status_code == 403
    reviewer = as_("reviewing_officer")
    assert reviewer.post(ADDRESS, data=NOTE).status_code == 302
    answer = {"outcome": "changed", "answer": "So it is."}
    assert reviewer.post(f"{ADDRESS}/{the_note(demo)}", data=answer).status_code == 403


def test_words_of_a_dispute_are_sealed_and_in_no_entry(demo: Installation, as_: As) -> None:
    """The store holds them under the child's key; the audit says that, by whom and about which answer."""
    as_("social_worker").post(ADDRESS, data=NOTE)
    with demo.store.read() as tx:
        row = tx.c.execute(sa.select(t.dispute)).one()
        (entry,) = (one for one in audit.of_child(tx, CHILDREN[0].id, limit=500) if one.act == "dispute.add")
    assert b"boxing" not in row.content
    assert "boxing" not in repr(row)
    assert entry.data["path"] == "build"
    assert "boxing" not in repr(entry)


def test_dispute_of_another_record_is_not_there(demo: Installation, as_: As) -> None:
    """An id alone opens nothing."""
    worker = as_("social_worker")
    answer = {"outcome": "changed", "answer": "So it is."}
    assert worker.post(f"{ADDRESS}/nothing", data=answer).status_code == 404
