"""Every widget kind on its page: typed, kept, shown again; rows; and a form as large as forms get."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from formsvc.definitions.model import Effective
from formsvc.fields.base import Widget
from formsvc.workflow.read_draft import read_draft
from formsvc.workflow.save_section import save_section
from tests.builders import a_definition, a_field, an_area
from tests.web.completing import WORKER_ACTS, begun, page, page_of, shared, the_sink
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
def sink(demo: Installation) -> str:
    """Return the address of a new form with every field type."""
    return f"/records/{begun(demo, the_sink())}"


TYPED: dict[str, dict[str, Any]] = {
    "words": {
        "full_name": "Robin Vale",
        "known_as-not_known": "yes",
        "story": "Line\r\nLine",
        "times_missing": "12",
        "pocket_money": "7.5",
    },
    "when": {
        "date_of_birth-day": "8",
        "date_of_birth-month": "Nov",
        "date_of_birth-year": "2011",
        "moved_in-season": "summer",
        "moved_in-year": "2024",
        "last_seen-day": "21",
        "last_seen-month": "11",
        "last_seen-year": "2025",
        "last_seen-time": "9.40pm",
    },
    "choosing": {
        "pregnant-answer": "yes",
        "pregnant-detail": "In the spring",
        "build-choice": "other",
        "build-other": "Wiry",
        "languages-choices": ["en", "other"],
        "languages-other": "Sylheti",
        "overall-grade": "high",
        "overall-circumstances": "No coat",
    },
    "reaching": {
        "height": "5 ft 4",
        "phone-e164": "07700 900142",
        "phone-note": "after 5",
        "email": "robin@example.org",
        "lives_at-line1": "14 Example Street",
        "lives_at-postcode": "bb964qt",
        "lead-name": "Dara Okafor",
        "lead-role": "Social worker",
        "lead-phone": "01632 960100",
        "photo-taken-year": "2026",
        "photo-taken-month": "6",
        "photo-consent-child": "agreed",
        "photo-alt": "A face",
        "door_code-held": "elsewhere",
        "door_code-where": "With the warden",
    },
}
"""What a person types, page by page."""

KEPT: dict[str, dict[str, Any]] = {
    "words": {
        "full_name": "Robin Vale",
        "known_as": {"not_known": True},
        "story": "Line\nLine",
        "times_missing": 12,
        "pocket_money": "7.50",
    },
    "when": {
        "date_of_birth": "2011-11-08",
        "moved_in": {"precision": "season", "date": "2024-summer"},
        "last_seen": "2025-11-21T21:40:00Z",
    },
    "choosing": {
        "pregnant": {"answer": "yes", "detail": "In the spring"},
        "build": {"choice": "other", "other": "Wiry"},
        "languages": {"choices": ["en", "other"], "other": "Sylheti"},
        "overall": {"grade": "high", "circumstances": "No coat"},
    },
    "reaching": {
        "height": {"cm": 163, "typed": "5 ft 4"},
        "phone": {"e164": "+447700900142", "note": "after 5"},
        "email": "robin@example.org",
        "lives_at": {"lines": ["14 Example Street"], "postcode": "BB96 4QT"},
        "lead": {"name": "Dara Okafor", "role": "Social worker", "phone": "+441632960100"},
        "photo": {
            "taken": {"precision": "month", "date": "2026-06"},
            "consent": {"child": "agreed"},
            "alt": "A face",
        },
        "door_code": {"held": "elsewhere", "where": "With the warden"},
    },
}


@pytest.mark.parametrize("page_id", TYPED)
def test_every_kind_is_typed_kept_and_shown_again(
    worker: StrictClient, demo: Installation, sink: str, page_id: str
) -> None:
    """What is typed on the page becomes the value, and the page shows it again, to be saved unchanged."""
    shown = page(worker, f"{sink}/pages/{page_id}")
    for name, value in TYPED[page_id].items():
        assert name in shown.text, name
        shown.sent[name] = value
    assert shown.press().status_code == 303
    draft = read_draft(demo.store, record_id=sink.rpartition("/")[2])
    assert draft.sections[page_id].answers == KEPT[page_id]
    assert page(worker, f"{sink}/pages/{page_id}").press().status_code == 303
    again = read_draft(demo.store, record_id=sink.rpartition("/")[2])
    assert again.sections[page_id].answers == KEPT[page_id]
    assert again.version(page_id) == 1, "saving what is shown changes nothing"


def test_every_widget_kind_is_on_these_pages() -> None:
    """A new kind needs its place in the kitchen sink, and so on a page that is looked at."""
    assert {one.type.widget for _, one in the_sink().walk()} == set(Widget)


def test_every_input_has_a_label_and_every_id_is_there_once(worker: StrictClient, sink: str) -> None:
    """On every page: a label for each input, ids that are unique, descriptions that exist."""
    addresses = [f"{sink}/pages/{one.id}" for one in the_sink().pages]
    for address in (*addresses, f"{sink}/pages/groups/rows/places/p1", sink, f"{sink}/check"):
        text = worker.get(address).text
        ids = re.findall(r'\sid="([^"]+)"', text)
        assert len(ids) == len(set(ids)), [one for one in ids if ids.count(one) > 1]
        labels = set(re.findall(r'<label[^>]* for="([^"]+)"', text))
        inputs = re.findall(r"<(?:input|textarea|select)[^>]*>", text)
        for one in inputs:
            if 'type="hidden"' not in one:
                found = re.search(r'\sid="([^"]+)"', one)
                assert found is not None, one
                assert found[1] in labels, one
        described = " ".join(re.findall(r'aria-(?:describedby|controls)="([^"]+)"', text)).split()
        assert set(described) <= set(ids)


TWICE = {"last_seen-day": "25", "last_seen-month": "10", "last_seen-year": "2026", "last_seen-time": "1.30"}
"""A time that the London clock showed twice."""


@pytest.mark.parametrize(
    "typed,target",
    (
        (TWICE, "last_seen-fold"),
        ({"last_seen-day": "x"}, "last_seen-day"),
        ({"moved_in-month": "6"}, "moved_in-year"),
        ({"moved_in-not_known": "yes", "moved_in-year": "2024"}, "moved_in-day"),
    ),
)
def test_error_leads_to_the_input_that_mends_it(
    worker: StrictClient, sink: str, typed: dict[str, str], target: str
) -> None:
    """The summary's link names an input that is on the page."""
    shown = page(worker, f"{sink}/pages/when")
    shown.sent |= typed
    reply = shown.press()
    assert reply.status_code == 422
    assert f'href="#{target}"' in reply.text
    assert f'id="{target}"' in reply.text


def test_time_that_happened_twice_is_asked_which(worker: StrictClient, demo: Installation, sink: str) -> None:
    """On the night the clocks go back the page asks, and the answer is kept."""
    shown = page(worker, f"{sink}/pages/when")
    shown.sent |= {
        "last_seen-day": "26",
        "last_seen-month": "10",
        "last_seen-year": "2025",
        "last_seen-time": "1.30",
    }
    asked = page_of(worker, shown.press(), address=shown.address)
    assert "The clocks went back that night" in asked.text
    asked.sent["last_seen-fold"] = "second"
    assert asked.press().status_code == 303
    draft = read_draft(demo.store, record_id=sink.rpartition("/")[2])
    assert draft.sections["when"].answers["last_seen"] == "2025-10-26T01:30:00Z"


def add_row(worker: StrictClient, sink: str, row_id: str, **typed: Any) -> None:
    """Add an associate on the page of its own."""
    row = page(worker, f"{sink}/pages/groups/rows/associates/{row_id}").change(**typed)
    assert row.press().status_code == 303


def names(worker: StrictClient, sink: str) -> list[str]:
    """Return the rows' headings in the order of the list."""
    return re.findall(r'app-rows__heading" dir="auto">([^<]+)<', worker.get(f"{sink}/pages/groups").text)


def test_rows_are_added_moved_removed_and_brought_back(worker: StrictClient, sink: str) -> None:
    """Each by a button of the page, and a removal can be undone in its old place."""
    for number, name in enumerate(("Jo", "Sam", "Nour"), 1):
        add_row(worker, sink, f"a{number}", name=name)
    assert names(worker, sink) == ["Jo", "Sam", "Nour"]
    page(worker, f"{sink}/pages/groups").press("up:associates:a3")
    page(worker, f"{sink}/pages/groups").press("down:associates:a1")
    assert names(worker, sink) == ["Nour", "Jo", "Sam"]
    gone = page(worker, f"{sink}/pages/groups").press("remove:associates:a1")
    assert names(worker, sink) == ["Nour", "Sam"]
    undo = page(worker, gone.location)
    (button,) = re.findall(r'value="(restore:[^"]+)"', undo.text)
    undo.press(button)
    assert names(worker, sink) == ["Nour", "Jo", "Sam"]
    assert "restore:" not in worker.get(gone.location).text, "what is back need not be brought back"


def test_buttons_of_rows_save_the_rest_of_the_page(worker: StrictClient, demo: Installation) -> None:
    """Without scripts too nothing typed beside the rows is lost when a row is opened."""
    plan = a_form_with(demo, a_field("story", "long_text"), a_field("folk", "rows", fields=[a_field("name")]))
    shown = page(worker, f"{plan}/pages/only").change(story="Half a sentence")
    reply = shown.press("add:folk")
    assert "/rows/folk/" in reply.location
    assert page(worker, f"{plan}/pages/only").sent["story"] == "Half a sentence"


def test_error_names_its_row(worker: StrictClient, sink: str) -> None:
    """On the page of the row, on the section, and on check your answers."""
    row = page(worker, f"{sink}/pages/groups/rows/associates/a1").change(name="Jo Marsh", age="old")
    reply = row.press()
    assert reply.status_code == 422
    assert 'href="#age"' in reply.text
    for address in (f"{sink}/pages/groups", f"{sink}/check"):
        text = worker.get(address).text
        assert "Jo Marsh: Age must be a number" in text
        assert f"{sink}/pages/groups/rows/associates/a1" in text
    again = page(worker, f"{sink}/pages/groups/rows/associates/a1")
    assert again.sent["age"] == "old"


def test_question_in_a_row_opens_where_the_row_asks_for_it(worker: StrictClient, sink: str) -> None:
    """A condition in a row looks at its own row."""
    row = page(worker, f"{sink}/pages/groups/rows/associates/a1").change(name="Jo", harms__answer="yes")
    reply = row.press()
    assert reply.location.endswith("?opened=1#q-harm")
    assert 'id="q-harm" tabindex="-1" hidden' not in worker.get(reply.location).text


def test_row_of_nothing_is_not_added(worker: StrictClient, sink: str) -> None:
    """Saving an empty new row leads back without one."""
    assert page(worker, f"{sink}/pages/groups/rows/associates/a9").press().status_code == 303
    assert names(worker, sink) == []


def test_two_people_may_edit_two_rows_at_once(worker: StrictClient, as_: As, sink: str) -> None:
    """Rows do not clash with each other; the same row does."""
    add_row(worker, sink, "a1", name="Jo")
    add_row(worker, sink, "a2", name="Sam")
    mine = page(worker, f"{sink}/pages/groups/rows/associates/a1").change(name="Joanna")
    same = page(worker, f"{sink}/pages/groups/rows/associates/a1").change(name="Joseph")
    page(as_("team_manager"), f"{sink}/pages/groups/rows/associates/a2").change(name="Samira").press()
    assert mine.press().status_code == 303
    assert names(worker, sink) == ["Joanna", "Samira"]
    clash = same.press()
    assert clash.status_code == 409
    choice = page_of(worker, clash, address=f"{sink}/pages/groups/choose")
    choice.sent["choose:associates.a1"] = "mine"
    choice.press()
    assert names(worker, sink) == ["Joseph", "Samira"]


def test_full_group_takes_no_more(worker: StrictClient, demo: Installation) -> None:
    """The button is gone, and an address made by hand adds nothing."""
    plan = a_form_with(demo, a_field("folk", "rows", fields=[a_field("name")], options={"max": 1}))
    page(worker, f"{plan}/pages/only/rows/folk/a1").change(name="Jo").press()
    assert "There is room for 1 at most" in worker.get(f"{plan}/pages/only").text
    page(worker, f"{plan}/pages/only/rows/folk/a2").change(name="Sam").press()
    assert names_of(worker, plan) == ["a1"]


def names_of(worker: StrictClient, plan: str) -> list[str]:
    """Return the ids of the rows on the only page of a form."""
    return re.findall(r'id="row-folk-([a-z0-9]+)"', worker.get(f"{plan}/pages/only").text)


def a_form_with(demo: Installation, *fields: dict[str, Any]) -> str:
    """Begin a form of these fields and return its address."""
    made = a_definition(*fields, area=an_area(review_due="2027-01-01"))
    return f"/records/{begun(demo, made)}"


def the_largest() -> Effective:
    """Return a form with 200 questions and a group on one page, a condition on every fourth."""
    kinds = ("text", "long_text", "date", "yes_no", "phone")
    fields = []
    for number in range(200):
        keys: dict[str, Any] = {}
        if number % 4 == 0 and number > 4:
            keys["shown_when"] = f"answered(f{number - 4 - number % 5 if number % 5 else number - 5})"
        fields.append(a_field(f"f{number}", kinds[number % 5], **keys))
    group = a_field("folk", "rows", fields=[a_field(f"c{n}") for n in range(8)], options={"max": 100})
    return a_definition(*fields, group, area=an_area(review_due="2027-01-01"))


def test_largest_page_asks_the_database_no_more(worker: StrictClient, demo: Installation) -> None:
    """200 questions and 60 rows take as many queries as a page with nothing on it."""
    small = a_form_with(demo, a_field("one"))
    large = f"/records/{begun(demo, the_largest())}"
    draft = read_draft(demo.store, record_id=large.rpartition("/")[2])
    save_section(
        demo.store,
        actor=WORKER_ACTS,
        revision_id=draft.revision.id,
        page_id="only",
        version=0,
        typed={"folk": [{"id": f"r{n}", **{f"c{c}": f"Words {c}" for c in range(8)}} for n in range(60)]},
    )
    page(worker, f"{small}/pages/only").change(one="x").press()
    for path in ("/pages/only", "", "/check"):
        few, many = queries(demo, worker, small + path), queries(demo, worker, large + path)
        assert many == few, path
        assert worker.get(large + path).status_code == 200
    shown = page(worker, f"{large}/pages/only").change(f0="A")
    assert shown.press().status_code == 303


def queries(demo: Installation, worker: StrictClient, address: str) -> int:
    """Return how many statements a page takes."""
    seen: list[str] = []

    def note(_c: Any, _u: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    worker.get(address)
    sa.event.listen(demo.store.engine, "before_cursor_execute", note)
    try:
        worker.get(address)
    finally:
        sa.event.remove(demo.store.engine, "before_cursor_execute", note)
    return len(seen)
