"""Completing a form: sections, states, errors, other people, other tabs, the end of a session."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdf
import pytest
import sqlalchemy as sa

from formsvc.definitions.model import Stage
from formsvc.demo import CHILDREN, PASSWORD, TEAM, WORKER
from formsvc.records.gate import Gate
from formsvc.store import facts, placements, tables
from formsvc.workflow.freeze import freeze
from formsvc.workflow.read_draft import read_draft
from formsvc.workflow.save_section import save_section
from formsvc.workflow.send_back import send_back
from tests.web.completing import JSON, WORKER_ACTS, begun, page, page_of, shared, the_plan, the_sink
from tests.web.conftest import Installation, StrictClient

As = Callable[[str], StrictClient]


@pytest.fixture(scope="module")
def demo(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Return the demonstration that this file's tests share."""
    yield from shared(demo_template, tmp_path_factory.mktemp("shared"))


@pytest.fixture
def worker(as_: As) -> StrictClient:
    """Return a client signed in as the social worker."""
    return as_("social_worker")


@pytest.fixture
def plan(demo: Installation) -> str:
    """Return the address of a new plan about a child of whom nothing is known."""
    return f"/records/{begun(demo, the_plan(demo))}"


@pytest.fixture
def sink(demo: Installation) -> str:
    """Return the address of a new form with every field type."""
    return f"/records/{begun(demo, the_sink())}"


def test_task_list_names_every_section_with_its_state(worker: StrictClient, plan: str) -> None:
    """A new form has every section not started; a saved one is in progress; the child stands on top."""
    text = worker.get(plan).text
    assert text.count("Not started") == 13
    assert CHILDREN[1].name.replace("'", "&#39;") in text
    page(worker, f"{plan}/pages/voice").change(own_words="Leave a light on").press()
    after = worker.get(plan).text
    assert after.count("Not started") == 12
    assert "In progress" in after or "Complete" in after


def test_save_and_continue_leads_through_every_section_to_the_check(
    worker: StrictClient, demo: Installation, plan: str
) -> None:
    """Each section leads to the next one, the last to check your answers."""
    pages = [one.id for one in the_plan(demo).pages]
    for here, there in zip(pages, [*pages[1:], None], strict=True):
        reply = page(worker, f"{plan}/pages/{here}").press()
        assert reply.status_code == 303
        assert reply.location == (f"{plan}/pages/{there}" if there else f"{plan}/check")


def test_what_could_not_be_read_comes_back_as_typed(worker: StrictClient, plan: str) -> None:
    """31 February stays in its inputs, with an error in the summary and beside it; the rest is saved."""
    shown = page(worker, f"{plan}/pages/purpose")
    shown.change(plan_date__day="31", plan_date__month="2", plan_date__year="2026", at_risk__answer="yes")
    reply = shown.press()
    assert reply.status_code == 422
    assert 'href="#plan_date-day"' in reply.text
    assert reply.text.count("must be a day that exists") == 2
    assert "<title>Error: " in reply.text
    again = page(worker, f"{plan}/pages/purpose")
    assert (again.sent["plan_date-day"], again.sent["plan_date-month"]) == ("31", "2")
    assert again.sent["at_risk-answer"] == "yes"
    assert "must be a day that exists" in again.text, "an error stays until it is mended"
    assert "Needs attention" in worker.get(plan).text


def test_error_goes_when_it_is_mended_and_the_others_stay(worker: StrictClient, plan: str) -> None:
    """Mending one of two errors leaves the other."""
    shown = page(worker, f"{plan}/pages/purpose")
    shown.change(plan_date__day="31", plan_date__month="2", plan_date__year="2026", next_review__day="x")
    reply = shown.press()
    assert "plan_date-error" in reply.text
    assert "next_review-error" in reply.text
    mended = page_of(worker, reply, address=shown.address).change(plan_date__day="22", plan_date__month="3")
    after = mended.press()
    assert "plan_date-error" not in after.text
    assert "next_review-error" in after.text


def test_question_opens_where_an_answer_asks_for_it(worker: StrictClient, plan: str) -> None:
    """Without scripts too: an answer that asks for more leads back to what it opened; the server judges."""
    shown = page(worker, f"{plan}/pages/purpose")
    assert 'id="q-needed_anyway" tabindex="-1" hidden' in shown.text
    reply = shown.change(at_risk__answer="no").press()
    assert reply.location.endswith("/pages/purpose?opened=1#q-needed_anyway")
    opened = page(worker, f"{plan}/pages/purpose?opened=1")
    assert 'id="q-needed_anyway" tabindex="-1" hidden' not in opened.text
    assert "asks for more" in opened.text


def test_closed_question_takes_no_answer(worker: StrictClient, demo: Installation, plan: str) -> None:
    """What is posted into a question that is not asked is not kept."""
    page(worker, f"{plan}/pages/purpose").change(needed_anyway="sneaked in", at_risk__answer="yes").press()
    draft = read_draft(demo.store, record_id=plan.rpartition("/")[2])
    assert "needed_anyway" not in draft.sections["purpose"].answers


def test_two_people_who_answer_different_questions_both_keep_theirs(
    worker: StrictClient, as_: As, plan: str
) -> None:
    """A second editor's answer stands, the first one's too, and the page says what was changed meanwhile."""
    mine = page(worker, f"{plan}/pages/child").change(full_name="Kit O'Shaughnessy-Vale")
    page(as_("team_manager"), f"{plan}/pages/child").change(gender="Girl").press()
    reply = mine.press()
    assert reply.status_code == 200
    assert "somebody else saved meanwhile" in reply.text
    assert "They changed: Gender" in reply.text
    now = page(worker, f"{plan}/pages/child")
    assert (now.sent["full_name"], now.sent["gender"]) == ("Kit O'Shaughnessy-Vale", "Girl")


def test_two_answers_to_one_question_are_shown_and_chosen(worker: StrictClient, as_: As, plan: str) -> None:
    """Both stand in words, neither is chosen for the person, the rest is saved, and so is the choice."""
    mine = page(worker, f"{plan}/pages/child").change(gender="Non-binary", ethnicity="White Irish")
    page(as_("team_manager"), f"{plan}/pages/child").change(gender="Girl").press()
    reply = mine.press()
    assert reply.status_code == 409
    assert "Non-binary" in reply.text
    assert "Girl" in reply.text
    now = page(worker, f"{plan}/pages/child")
    assert (now.sent["gender"], now.sent["ethnicity"]) == ("Girl", "White Irish"), "the rest is saved"
    choice = page_of(worker, reply, address=f"{plan}/pages/child/choose")
    undecided = choice.press()
    assert undecided.status_code == 422
    assert undecided.text.count("Choose which answer to keep") >= 2
    chosen = page_of(worker, undecided, address=choice.address)
    chosen.sent["choose:gender"] = "mine"
    assert chosen.press().status_code == 303
    assert page(worker, f"{plan}/pages/child").sent["gender"] == "Non-binary"


def test_the_other_answer_may_be_chosen_too(worker: StrictClient, as_: As, plan: str) -> None:
    """Keeping theirs changes nothing."""
    mine = page(worker, f"{plan}/pages/child").change(gender="Non-binary")
    page(as_("team_manager"), f"{plan}/pages/child").change(gender="Girl").press()
    choice = page_of(worker, mine.press(), address=f"{plan}/pages/child/choose")
    choice.sent["choose:gender"] = "theirs"
    assert choice.press().status_code == 303
    assert page(worker, f"{plan}/pages/child").sent["gender"] == "Girl"


@pytest.mark.parametrize(
    "mine", ("", "[]", "{", '{"fields": 3}', '{"fields": {"nothing": 1}, "row": [1, 2, 3]}')
)
def test_choice_that_was_tampered_with_is_no_answer(worker: StrictClient, plan: str, mine: str) -> None:
    """The hidden answers of the choice page are judged like anything typed."""
    reply = worker.post(
        f"{plan}/pages/child/choose",
        data={"mine": mine, "unit": ["gender", "nothing"], "choose:gender": "mine", "choose:nothing": "mine"},
    )
    assert reply.status_code == 303


def test_two_tabs_of_one_person_lose_nothing(worker: StrictClient, plan: str) -> None:
    """The second tab, opened before, does not put the first one's answer back to nothing."""
    first, second = page(worker, f"{plan}/pages/looks"), page(worker, f"{plan}/pages/looks")
    first.change(build="Slight").press()
    second.change(eyes="Brown").press()
    now = page(worker, f"{plan}/pages/looks")
    assert (now.sent["build"], now.sent["eyes"]) == ("Slight", "Brown")


def test_pressing_twice_saves_once(worker: StrictClient, demo: Installation, plan: str) -> None:
    """The same page sent again, by the back button or a second click, changes nothing and asks nothing."""
    shown = page(worker, f"{plan}/pages/looks").change(build="Slight")
    assert shown.press().status_code == 303
    assert shown.press().status_code == 303
    assert read_draft(demo.store, record_id=plan.rpartition("/")[2]).version("looks") == 1


def test_answers_typed_after_the_session_ended_are_there_again(
    worker: StrictClient, demo: Installation, plan: str, as_: As
) -> None:
    """The page goes to sign-in; signed in again the person finds what was typed, and may save it."""
    shown = page(worker, f"{plan}/pages/looks").change(build="Slight, long arms")
    worker.delete_cookie("formsvc")
    reply = shown.press()
    assert reply.status_code == 303
    assert "/sign-in?next=" in reply.location
    back = reply.location.partition("next=")[2].replace("%2F", "/")
    stranger = as_("team_manager")
    assert stranger.get(back).status_code == 404, "what was typed is for the person who typed it"
    token = worker.get(reply.location)
    assert token.status_code == 200
    signed = worker.post("/sign-in", data={"email": WORKER.email, "password": PASSWORD, "next": back})
    assert signed.location == back
    held = page(worker, back)
    assert "You were signed out" in held.text
    assert held.sent["build"] == "Slight, long arms"
    held.address = shown.address
    assert held.press().status_code == 303
    assert page(worker, shown.address).sent["build"] == "Slight, long arms"


def test_nobody_can_leave_answers_without_having_opened_the_page(demo: Installation, plan: str) -> None:
    """Without the page's signed token nothing is kept of what a stranger posts."""
    before = list((demo.settings.instance / "blobs").glob("*/*"))
    for who in ("", "forged", "WyJ4IiwieSJd.a.b"):
        reply = demo.client().post(f"{plan}/pages/looks", data={"build": "x", "opened-by": who})
        assert "held" not in reply.location
    assert list((demo.settings.instance / "blobs").glob("*/*")) == before


def test_what_a_manager_sent_back_stands_at_its_question(
    worker: StrictClient, demo: Installation, sink: str
) -> None:
    """The reason is on the task list, the section needs attention, and it stands beside the question."""
    draft = read_draft(demo.store, record_id=sink.rpartition("/")[2])
    judged = Gate(draft.effective).judge(
        {
            "full_name": "Kit",
            "date_of_birth": "2011-06-19",
            "languages": ["en"],
            "places": {"not_known": True},
        },
        stage=Stage.FINAL,
    )
    assert judged.errors == ()
    for one in draft.effective.pages:
        save_section(
            demo.store,
            actor=WORKER_ACTS,
            revision_id=draft.revision.id,
            page_id=one.id,
            version=0,
            typed=judged.answers,
        )
    freeze(demo.store, actor=WORKER_ACTS, revision_id=draft.revision.id)
    assert "Waiting for sign-off" in worker.get(sink).text
    assert "becomes a draft again" in worker.get(f"{sink}/pages/words").text
    send_back(
        demo.store,
        actor=WORKER_ACTS,
        revision_id=draft.revision.id,
        reason="Say both names",
        paths=["full_name"],
    )
    assert "Say both names" in worker.get(sink).text
    assert "Needs attention" in worker.get(sink).text
    assert "Say both names" in worker.get(f"{sink}/pages/words").text


def test_edit_of_what_awaits_sign_off_makes_it_a_draft_and_says_so(
    worker: StrictClient, demo: Installation, sink: str
) -> None:
    """The author is told before and after."""
    page(worker, f"{sink}/pages/words").change(full_name="Kit").press()
    shown = page(worker, f"{sink}/pages/when")
    shown.change(date_of_birth__day="19", date_of_birth__month="6", date_of_birth__year="2011").press()
    page(worker, f"{sink}/pages/choosing").change(languages__choices=["en"]).press()
    page(worker, f"{sink}/pages/groups").change(places__not_known="yes").press()
    draft = read_draft(demo.store, record_id=sink.rpartition("/")[2])
    freeze(demo.store, actor=WORKER_ACTS, revision_id=draft.revision.id)
    said = page(worker, f"{sink}/pages/words").change(known_as="Kitty").autosave()
    assert said.get_json()["failed"] is False
    assert read_draft(demo.store, record_id=sink.rpartition("/")[2]).revision.state == "draft"


def test_facts_known_about_the_child_arrive_filled_in(as_: As, demo: Installation) -> None:
    """Each says from where and how old it is; saving confirms it, another answer replaces it."""
    worker = as_("social_worker")
    plan = f"/records/{begun(demo, the_plan(demo), child=0)}"
    assert "13 answers known already" in worker.get(plan).text
    shown = page(worker, f"{plan}/pages/child")
    assert shown.sent["full_name"] == CHILDREN[0].name
    assert "Filled in: check it" in shown.text
    assert "TP-DEM2-PAGE, confirmed today" in shown.text
    draft = read_draft(demo.store, record_id=plan.rpartition("/")[2])
    assert draft.sections == {}, "nothing is confirmed by looking"
    shown.change(known_as="Szymek, Simon").press()
    after = page(worker, f"{plan}/pages/child")
    assert after.sent["known_as"] == "Szymek, Simon"
    assert 'id="known_as-mark"' not in after.text
    assert 'id="full_name-mark"' in after.text


def test_what_the_childs_page_says_arrives_filled_in(worker: StrictClient, plan: str) -> None:
    """A first form about a child need not ask again for her name and date of birth."""
    shown = page(worker, f"{plan}/pages/child")
    assert shown.sent["full_name"] == CHILDREN[1].name
    assert (shown.sent["date_of_birth-day"], shown.sent["date_of_birth-year"]) == ("19", "2011")
    assert "From the child&#39;s page, confirmed" in shown.text


def test_fact_is_not_filled_in_where_more_people_would_read_it(as_: As, demo: Installation) -> None:
    """What a closed part taught does not reach a form that the home reads."""
    with demo.store.write() as tx:
        facts.state(
            tx,
            child_id=CHILDREN[2].id,
            controller_id=WORKER.organisation_id,
            name="child.known_as",
            value="A name told in confidence",
            audiences=["full"],
            revision_id=None,
            path="known_as",
        )
    plan = f"/records/{begun(demo, the_plan(demo), child=2)}"
    assert "told in confidence" not in as_("social_worker").get(f"{plan}/pages/child").text


def test_drafts_names_no_child_who_is_no_longer_mine(as_: As, demo: Installation) -> None:
    """Off the caseload and out of the team a child's name is gone from the list, and her form with it."""
    worker = as_("social_worker")
    plan = f"/records/{begun(demo, the_plan(demo), child=2)}"
    assert plan in worker.get("/drafts").text
    assert plan in worker.get("/").text
    with demo.store.write() as tx:
        placements.end_allocation(tx, child_id=CHILDREN[2].id, user_id=WORKER.id)
        tx.c.execute(sa.update(tables.child).where(tables.child.c.id == CHILDREN[2].id).values(team_id=None))
    try:
        assert plan not in worker.get("/drafts").text
        assert plan not in worker.get("/").text
        assert worker.get(plan).status_code == 404
    finally:
        with demo.store.write() as tx:
            placements.allocate(tx, child_id=CHILDREN[2].id, user_id=WORKER.id)
            tx.c.execute(
                sa.update(tables.child).where(tables.child.c.id == CHILDREN[2].id).values(team_id=TEAM)
            )


def test_check_lists_every_answer_and_all_that_is_to_be_done(worker: StrictClient, plan: str) -> None:
    """Each problem is in the summary, linked to its section; each answer has a way to change it."""
    page(worker, f"{plan}/pages/child").change(full_name="Kit <b>Vale</b>").press()
    text = worker.get(f"{plan}/check").text
    assert "Kit &lt;b&gt;Vale&lt;/b&gt;" in text
    assert f'href="{plan}/pages/child#q-full_name"' in text
    assert f'href="{plan}/pages/child?check=1#q-legal_status"' in text
    assert "Complete “Risks”" in text
    assert "Go on to sign-off" not in text
    errors = worker.get(f"{plan}/pages/child?check=1").text
    assert 'href="#legal_status-choice"' in errors


def test_complete_form_leads_to_sign_off(worker: StrictClient, sink: str) -> None:
    """With nothing left to do there is no error summary, and the way on."""
    page(worker, f"{sink}/pages/words").change(full_name="Kit").press()
    shown = page(worker, f"{sink}/pages/when")
    shown.change(date_of_birth__day="19", date_of_birth__month="June", date_of_birth__year="2011").press()
    page(worker, f"{sink}/pages/choosing").change(languages__choices=["en", "pl"]).press()
    page(worker, f"{sink}/pages/groups").change(places__not_known="yes").press()
    text = worker.get(f"{sink}/check").text
    assert "error-summary" not in text
    assert f'href="{sink}/sign-off"' in text
    assert "19 June 2011" in text


def test_preview_is_a_marked_document_that_is_not_sealed(worker: StrictClient, plan: str) -> None:
    """The PDF says on its pages that it is a preview, bears no signature, and is kept by nobody."""
    page(worker, f"{plan}/pages/child").change(full_name="Kit O'Shaughnessy-Vale").press()
    reply = worker.get(f"{plan}/preview")
    assert reply.mimetype == "application/pdf"
    assert reply.headers["Cache-Control"] == "no-store"
    assert b"/ByteRange" not in reply.data
    text = pypdf.PdfReader(io.BytesIO(reply.data)).pages[0].extract_text()
    assert "PREVIEW" in text
    assert "Vale" in text


def test_drafts_lists_what_i_began_and_what_i_saved(worker: StrictClient, as_: As, plan: str) -> None:
    """Who began it finds it, who saved a section too, and nobody else."""
    assert plan in worker.get("/drafts").text
    manager = as_("team_manager")
    assert plan not in manager.get("/drafts").text
    page(manager, f"{plan}/pages/looks").change(build="Slight").press()
    assert plan in manager.get("/drafts").text


@pytest.mark.parametrize("role", ("residential_manager", "police_coordinator", "administrator"))
def test_who_may_not_edit_sees_nothing(as_: As, plan: str, demo: Installation, role: str) -> None:
    """Every page of a form is refused to who does not work on it, and nothing is saved."""
    client = as_(role)
    for path in (
        "",
        "/pages/child",
        "/pages/phones/rows/phones/abc",
        "/check",
        "/preview",
        "/files/" + "0" * 64,
    ):
        assert client.get(plan + path).status_code in (403, 404), path
    for path in ("/pages/child", "/pages/phones/rows/phones/abc", "/pages/child/choose"):
        assert client.post(plan + path, data={"full_name": "x"}).status_code in (403, 404), path
    assert read_draft(demo.store, record_id=plan.rpartition("/")[2]).sections == {}


@pytest.mark.parametrize(
    "path",
    (
        "/pages/nothing",
        "/pages/child/rows/full_name/abc",
        "/pages/phones/rows/phones/UPPER",
        "/pages/phones/rows/nothing/abc",
        "/pages/child/held/forged",
        "/files/nothing",
    ),
)
def test_address_that_names_nothing_is_not_found(worker: StrictClient, plan: str, path: str) -> None:
    """Identifiers that were altered find nothing."""
    assert worker.get(plan + path).status_code == 404


def test_form_that_was_issued_says_where_to_go_on(worker: StrictClient) -> None:
    """A record with nothing open leads to the child and the history."""
    text = worker.get("/records/demorecordplan222222").text
    assert "Nothing is being worked on here" in text
    assert "/records/demorecordplan222222/history" in text


def test_answers_sent_after_the_form_was_issued_are_shown_to_be_copied(worker: StrictClient) -> None:
    """Nothing typed is lost, even where nothing can be saved any more."""
    issued = "/records/demorecordplan222222/pages/"
    reply = worker.post(issued + "looks", data={"build": "What only I know", "do": "continue"})
    assert reply.status_code == 409
    assert "What only I know" in reply.text
    assert "can no longer be changed" in reply.text
    row = worker.post(issued + "phones/rows/phones/own", data={"network": "A network of mine"})
    assert "A network of mine" in row.text
    told = worker.post(issued + "looks", data={"do": "autosave"}, headers=JSON)
    assert told.get_json()["failed"] is True


def test_forged_post_saves_nothing(worker: StrictClient, demo: Installation, plan: str) -> None:
    """Without the anti-forgery token nothing is saved."""
    reply = worker.post(f"{plan}/pages/child", data={"full_name": "x", "do": "continue"}, forged=True)
    assert reply.status_code == 400
    assert read_draft(demo.store, record_id=plan.rpartition("/")[2]).sections == {}
