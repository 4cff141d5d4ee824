"""A return interview on a tablet and a telephone, twice interrupted; and one that the child says no to."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from formsvc.demo import PASSWORD
from formsvc.fields.moments import LONDON
from formsvc.store import documents, placements
from tests.journeys.browser.conftest import Sit
from tests.journeys.browser.seat import PHONE, WIDER, Seat, axe, who
from tests.journeys.browser.site import Site
from tests.journeys.browser.test_great_journey import signature, wait_for_documents
from tests.planted import text_of

pytestmark = pytest.mark.long

TABLET: dict[str, Any] = {"viewport": {"width": 820, "height": 1180}, "has_touch": True}
TELEPHONE: dict[str, Any] = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
CONTINUE = "Save and continue"
SAID = "They said it was the last one. It is never the last one."
MORE = " I went because of my sister."


def begin(sit: Sit, site: Site, name: str, **device: Any) -> tuple[Seat, str]:
    """Allocate the demo's interviewer to a new child and begin from her page; return (seat, record)."""
    child_id = site.add_child(name)
    with site.installation.store.write() as tx:
        placements.allocate(tx, child_id=child_id, user_id=who("return_interviewer").id)
    seat = sit("return_interviewer", **device)
    seat.go(f"/children/{child_id}")
    seat.press("Start a Return interview")
    seat.page.wait_for_url("**/records/*")
    return seat, seat.path.split("/")[2]


def section(seat: Seat, title: str) -> None:
    """Say that this is the section, that axe finds nothing wrong with it and that it fits the screen."""
    assert seat.heading == title
    assert axe(seat.page) == []
    assert seat.page.evaluate(WIDER) <= 0, title


def moment(seat: Seat, name: str, ago: timedelta) -> None:
    """Type a moment, so long ago, in its four parts."""
    at = (datetime.now(UTC) - ago).astimezone(LONDON)
    parts = {"day": str(at.day), "month": str(at.month), "year": str(at.year), "time": f"{at:%H:%M}"}
    seat.write(name, **parts)


def episode(seat: Seat) -> None:
    """Answer the first section: who the child is is known already."""
    section(seat, "The child and the episode")
    expect(seat.page.locator('[name="full_name"]')).not_to_have_value("")
    seat.choose("legal_status", "care_order", part="choice")
    moment(seat, "missing_from", timedelta(hours=60))
    moment(seat, "returned_at", timedelta(hours=40))
    seat.choose("how_returned", "found_by_police", part="choices")
    seat.press(CONTINUE)


def offered(seat: Seat, *, answer: str, outcome: str) -> None:
    """Answer the second section with one try, and what came of it."""
    section(seat, "The offer")
    seat.press("Add try", within=seat.question("offers"))
    moment(seat, "when", timedelta(hours=30))
    seat.write("by_whom", value="Saoirse Dunmallet")
    seat.choose("how", "in_person", part="choice")
    seat.choose("answer", answer, part="choice")
    assert seat.page.evaluate(WIDER) <= 0
    seat.press("Save this try")
    seat.choose("outcome", outcome, part="choice")


def setting(seat: Seat) -> None:
    """Answer who talked with the child, where, and with whom beside."""
    section(seat, "Who, where and with whom")
    moment(seat, "held_at", timedelta(hours=2))
    seat.write("interviewer", name="Saoirse Dunmallet", role="return interviewer")
    seat.choose("interviewer_kind", "missing_from_home", part="choice")
    seat.choose("independent", "yes", part="answer")
    seat.choose("preferred", "no_wish", part="choice")
    seat.write("venue", value="The clubhouse, after training")
    seat.choose("alone", "alone", part="choice")
    seat.press(CONTINUE)


def safety(seat: Seat) -> None:
    """Answer whether anybody is at risk now, and what the child was given."""
    section(seat, "Safe now, and next time")
    expect(seat.question("stay_safe")).to_contain_text("116 000")
    seat.choose("at_risk_now", "no", part="answer")
    seat.choose("medical_offer", "not_needed", part="choice")
    seat.choose("stay_safe", "helplines", part="choices")
    seat.press(CONTINUE)


def onward(seat: Seat, *titles: str) -> None:
    """Go through sections that nothing has to be answered in."""
    for title in titles:
        section(seat, title)
        seat.press(CONTINUE)


def away_and_harm(seat: Seat) -> None:
    """Answer what went before, what happened, and whether there was harm."""
    section(seat, "Going, and while away")
    seat.write("push", value="A match called off")
    seat.write("pull", value="A debt that is none")
    seat.choose("violence", "no", part="answer")
    seat.choose("while_away", "slept_rough", part="choices")
    seat.press(CONTINUE)
    section(seat, "Harm and risk")
    for name in ("hurt", "victim", "exploitation", "crime", "substances"):
        seat.choose(name, "no", part="answer")
    seat.choose("placement_push", "no", part="answer")
    seat.press(CONTINUE)


def meaning_and_actions(seat: Seat) -> None:
    """Answer what it adds up to, and who does what next."""
    section(seat, "What it adds up to")
    seat.write("summary", value="Told to come, slept in a doorway, rang for help.")
    seat.choose("likely_again", "possible", part="choice")
    seat.press(CONTINUE)
    section(seat, "What happens next")
    seat.press("Add action", within=seat.question("actions"))
    seat.write("what", value="Meet at the pitch again")
    seat.write("who", value="Saoirse Dunmallet")
    seat.press("Save this action")
    seat.press(CONTINUE)


def hand_in(seat: Seat, record_id: str) -> None:
    """Go on to sign-off from the check, and sign."""
    assert seat.path == f"/records/{record_id}/check"
    assert axe(seat.page) == []
    assert seat.page.evaluate(WIDER) <= 0
    seat.follow("Go on to sign-off")
    seat.page.locator("#declared").check()
    signature(seat, who("return_interviewer").name)
    seat.press("Sign and hand in")
    expect(seat.page.locator("main")).to_contain_text("You have signed")


def approve(sit: Sit, record_id: str) -> Seat:
    """Let the manager read it and approve it; return where they sit once its documents are there."""
    manager = sit("team_manager")
    manager.go(f"/records/{record_id}/approve")
    signature(manager, who("team_manager").name)
    manager.press("Approve and issue the Return interview")
    wait_for_documents(manager, record_id)
    return manager


def printed(site: Site, record_id: str, audience: str) -> str:
    """Return what the PDF of an audience says, in one line."""
    store = site.installation.store
    with store.read() as tx:
        made = documents.of_record(tx, record_id)
        (place,) = (
            documents.place(tx, one) for one in made if (one.audience_id, one.kind) == (audience, "pdf")
        )
    return " ".join(text_of(io.BytesIO(store.blobs.get(place.stored, key=place.key)).read()).split())


def test_interviewer_is_interrupted_twice_and_loses_nothing(sit: Sit, site: Site) -> None:
    """Begun on a tablet, gone on with on a telephone, signed out half-way through: every word is there."""
    seat, record_id = begin(sit, site, "Zephaniah Oakeshott-Mbeki", **TABLET)
    seat.follow("The child and the episode")
    episode(seat)
    offered(seat, answer="accepted", outcome="accepted")
    seat.press(CONTINUE)
    setting(seat)
    section(seat, "In the child's words")
    seat.picture("interview words 820")
    seat.write("why_said", value=SAID)
    seat.page.keyboard.press("Tab")
    expect(seat.page.locator("[data-saving]")).to_contain_text("Saved at")
    seat.page.close()  # the tablet is put away in the middle of the page

    seat = sit("return_interviewer", **TELEPHONE)
    seat.go("/drafts")
    seat.page.locator(f'a[href="/records/{record_id}"]').first.tap()
    seat.follow("In the child's words")
    section(seat, "In the child's words")
    expect(seat.page.locator('[name="why_said"]')).to_have_value(SAID)
    seat.page.context.clear_cookies(name="formsvc")  # the session ends while the child talks
    seat.write("why_said", value=SAID + MORE)
    seat.press(CONTINUE)
    assert seat.path == "/sign-in"
    seat.page.locator("#email").fill(who("return_interviewer").email)
    seat.page.locator("#password").fill(PASSWORD)
    seat.press("Sign in")
    expect(seat.page.locator('[name="why_said"]')).to_have_value(SAID + MORE)
    seat.picture("interview words 390")
    seat.press(CONTINUE)

    away_and_harm(seat)
    safety(seat)
    onward(seat, "What parents or carers told us")
    meaning_and_actions(seat)
    onward(seat, "For the case file", "Sensitive disclosure")
    hand_in(seat, record_id)
    approve(sit, record_id)
    for audience in ("full", "police"):
        assert SAID + MORE in printed(site, record_id, audience)
    home = sit("home_staff")
    assert home.go(f"/records/{record_id}/history").status == 404
    home.go("/documents")
    assert "Return interview" not in home.words


def test_declined_offer_is_a_document_after_a_few_answers(sit: Sit, site: Site) -> None:
    """On a telephone a no takes four sections with something to answer, and issues as what it is."""
    seat, record_id = begin(sit, site, "Araminta Fothergill-Osei", **TELEPHONE)
    seat.follow("The child and the episode")
    episode(seat)
    offered(seat, answer="declined", outcome="declined")
    expect(seat.question("declined_why")).to_be_visible()
    seat.write("declined_why", value="Ask me when it is a thing.")
    seat.choose("somebody_else", "no", part="answer")
    seat.picture("interview declined 390")
    seat.press(CONTINUE)
    safety(seat)
    section(seat, "What parents or carers told us")
    seat.choose("carers_asked", "no", part="answer")
    seat.press(CONTINUE)
    onward(seat, "What it adds up to", "What happens next", "For the case file", "Sensitive disclosure")
    seat.go(f"/records/{record_id}")
    expect(seat.page.locator("main")).to_contain_text("8 of 8 sections are complete.")
    expect(seat.page.locator("#state-words")).to_have_text("Nothing to answer so far")
    assert axe(seat.page) == []
    seat.follow("Check your answers")
    hand_in(seat, record_id)
    approve(sit, record_id)
    for audience in ("full", "police"):
        text = printed(site, record_id, audience)
        assert "The child said no" in text
        assert "Ask me when it is a thing." in text
