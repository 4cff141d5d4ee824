"""A document as text: what it says is what its reader's copy says, block by block, and taking it is noted."""

from __future__ import annotations

import re
from collections.abc import Callable

from formsvc.access.views import View
from formsvc.definitions.library import load_library
from formsvc.demo import CHILDREN
from formsvc.documents.content import addressed, build
from formsvc.documents.pasted import as_text, pasted
from formsvc.settings import PROJECT, load
from formsvc.store import audit
from formsvc.workflow.preview import example_view
from tests.web.conftest import Installation, StrictClient

PLAN = "demorecordplan222222"
As = Callable[[str], StrictClient]


def view(definition: str, area: str, audience: str) -> View:
    """Return the view of a form's example for an audience."""
    effective = load_library(PROJECT / "form_templates").effective(definition, area)
    return example_view(effective, audience=audience, settings=load({}))


def test_every_answer_of_the_copy_is_in_the_text() -> None:
    """Whatever is printed of a section is pasted too, word for word, but for what was not ticked."""
    made = view("trigger_plan", "LAN", "police")
    told = set(re.findall(r"\w+", as_text(made)))
    ticked = re.compile(r"^No .*$", flags=re.MULTILINE)
    for path, text in addressed(build(made)).items():
        if not path.startswith("@signoff") and text not in ("Not recorded", "Not known"):
            assert set(re.findall(r"\w+", ticked.sub("", text))) <= told | {"Yes"}, path


def test_blocks_come_in_a_call_takers_order() -> None:
    """What the document is stands first, then page one, then the sections of the form, then who signed."""
    made = view("missing_report", "NEL", "police")
    titles = [one.title for one in pasted(made)]
    sections = [one.title for one in build(made).sections]
    assert titles[:2] == ["About this document", "At a glance"]
    assert titles[2 : 2 + len(sections)] == sections
    assert titles[-1] == "Sign-offs"
    assert not any("\n\n" in one.text or not one.text for one in pasted(made))


def test_text_is_made_for_its_reader(as_: As) -> None:
    """The police read their copy's text and can choose no other; the authority can take that one as well."""
    police, worker = as_("police_coordinator"), as_("social_worker")
    page = police.get(f"/records/{PLAN}/text")
    assert page.status_code == 200
    assert "Made for the police" in page.text
    assert "Made for:</nav>" not in page.text
    assert police.get(f"/records/{PLAN}/text?for=full").status_code == 404
    own = police.get(f"/records/{PLAN}/text.txt")
    same = worker.get(f"/records/{PLAN}/text.txt?for=police")
    assert own.mimetype == "text/plain"
    assert own.headers["Content-Disposition"] == 'attachment; filename="TP-DEM2-PAGE_r1_police.txt"'
    assert own.text == same.text
    assert own.headers["Cache-Control"] == "no-store"
    assert worker.get(f"/records/{PLAN}/text?for=nobody").status_code == 404


def test_taking_text_is_noted(demo: Installation, as_: As) -> None:
    """Who took which revision as text, made for whom, stands in the audit, without a word of it."""
    as_("police_coordinator").get(f"/records/{PLAN}/text.txt")
    with demo.store.read() as tx:
        newest = next(
            one for one in audit.of_child(tx, CHILDREN[0].id, limit=50) if one.act == "document.text"
        )
    assert newest.record_id == PLAN
    assert newest.data == {"audience": "police", "revision": 1, "role": "police_coordinator"}


def test_a_stranger_finds_no_text(as_: As) -> None:
    """Who has nothing to do with the child is told that there is nothing."""
    assert as_("administrator").get(f"/records/{PLAN}/text").status_code in (403, 404)
