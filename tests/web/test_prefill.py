"""A form begins filled in with what is known: from where, how old, for whom, and what says otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from formsvc.store import facts
from formsvc.workflow.read_draft import Draft, read_draft
from tests.web.completing import page, shared
from tests.web.conftest import Installation
from tests.web.prefilling import (
    CHILD,
    as_home,
    as_worker,
    begun_by,
    example,
    form,
    grown_old,
    issued,
    make_final,
    write,
)


@pytest.fixture(scope="module")
def template(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a demonstration in which the child in NEL has a current Trigger Plan."""
    folder = tmp_path_factory.mktemp("prefill")
    for demo in shared(demo_template, folder):
        issued(demo)
        yield Path(demo.settings.instance)


@pytest.fixture
def demo(template: Path, demo_app: Any, tmp_path: Path) -> Iterator[Installation]:
    """Return a copy of it."""
    from tests.web.plans import opened

    yield from opened(template, tmp_path, demo_app)


def drafted(demo: Installation, address: str) -> Draft:
    """Return a form being worked on, whole."""
    return read_draft(demo.store, record_id=address.rpartition("/")[2])


def test_philomena_form_of_a_child_with_a_trigger_plan_begins_with_its_facts(demo: Installation) -> None:
    """At least 60 in 100 of the facts it asks for are there, each marked with its source and its age."""
    client = as_home(demo)
    address = begun_by(client)
    draft = drafted(demo, address)
    asked = [one for one in draft.effective.fields() if one.fact]
    held = draft.whole()
    filled = [one for one in asked if one.id in held]
    assert len(filled) / len(asked) >= 0.6, (len(filled), len(asked))
    assert {one.id for one in filled} == set(draft.arrived)
    marks = 0
    for one in draft.effective.pages:
        if any(asked.id in draft.arrived for asked in one.fields):
            text = client.get(f"{address}/pages/{one.id}").text
            marks += text.count("Filled in: check it.")
            assert "confirmed today" in text
    assert marks == len(filled)
    assert "TP-" in text


@pytest.mark.long
def test_looking_and_saving_by_itself_confirm_nothing_going_on_does(demo: Installation) -> None:
    """What nobody confirmed stays as old as it was and says where it was first said; the rest is of today."""
    grown_old(demo, days=10)
    client = as_worker(demo)
    address = begun_by(client)
    shown = page(client, f"{address}/pages/looks")
    shown.autosave()
    assert not any(one.confirmed_at for one in drafted(demo, address).arrived.values())
    page(client, f"{address}/pages/looks").press()
    done = {id for id, one in drafted(demo, address).arrived.items() if one.confirmed_at}
    assert {"build", "hair", "eyes"} <= done
    assert "full_name" not in done
    assert "and again here today" in client.get(f"{address}/pages/looks").text


def test_untouched_answers_are_not_stated_as_if_somebody_had_said_them_today(demo: Installation) -> None:
    """A fact that nobody confirmed keeps its date and its first source; a new answer is of today."""
    grown_old(demo, days=10)
    address = begun_by(as_worker(demo))
    record_id = address.rpartition("/")[2]
    write(demo, record_id, {**_rest(demo), "hair": "Shaved yesterday"})
    make_final(demo, record_id)
    with demo.store.read() as tx:
        said = {
            one.fact.name: one for one in facts.standing(tx, child_id=CHILD.id) if one.record_id == record_id
        }
        known = facts.known(tx, child_id=CHILD.id)
    assert said["child.hair"].fact.value == "Shaved yesterday"
    assert said["child.hair"].fact.origin_id is None
    assert known["child.hair"].id == said["child.hair"].fact.id
    old = said["child.build"]
    assert old.source_reference.startswith("TP-")
    assert (said["child.hair"].fact.confirmed_at - old.fact.confirmed_at).days == 10


def test_stale_answer_asks_and_only_its_tick_confirms_it(demo: Installation) -> None:
    """An old answer asks whether it is still right; going on leaves it, the tick confirms it."""
    grown_old(demo, "child.build", days=243)
    client = as_worker(demo)
    address = begun_by(client)
    shown = page(client, f"{address}/pages/looks")
    assert "This is 7 months old: is it still right?" in shown.text
    assert 'aria-describedby="build-hint build-mark"' in shown.text or 'build-mark"' in shown.text
    top = client.get(address).text
    assert "to check" in top
    assert f'href="{address}/pages/looks#q-build"' in top
    shown.press()
    assert "is it still right?" in client.get(f"{address}/pages/looks").text
    again = page(client, f"{address}/pages/looks")
    again.change(right__build="yes").press()
    after = client.get(f"{address}/pages/looks").text
    assert "is it still right?" not in after
    assert "7 months ago" in after


@pytest.mark.long
def test_stale_answers_are_told_at_sign_off_and_stop_nobody(demo: Installation) -> None:
    """The sign-off page lists what is old and unconfirmed, and the form can be signed all the same."""
    grown_old(demo, "child.build", days=243)
    client = as_worker(demo)
    address = begun_by(client)
    record_id = address.rpartition("/")[2]
    write(demo, record_id, _rest(demo))
    text = client.get(f"{address}/sign-off").text
    assert "to look at again, if you can" in text
    assert f'href="{address}/pages/looks#q-build"' in text
    make_final(demo, record_id)


def test_changed_answer_loses_its_mark(demo: Installation) -> None:
    """Where an answer came from is no longer said of it once somebody answered otherwise."""
    client = as_worker(demo)
    address = begun_by(client)
    page(client, f"{address}/pages/looks").change(build="Broad now").press()
    text = client.get(f"{address}/pages/looks").text
    assert 'id="build-mark"' not in text
    assert 'id="eyes-mark"' in text


def test_another_forms_answer_is_shown_and_can_be_taken(demo: Installation) -> None:
    """Beside the question stand both answers with source and date; the person chooses."""
    client = as_worker(demo)
    address = begun_by(client)
    page(client, f"{address}/pages/looks").change(hair="Green").press()
    text = client.get(f"{address}/pages/looks").text
    assert "says otherwise:" in text
    assert "Use this answer" in text
    read = re.search(r'href="([^"]+)">Look at it', text)
    assert read is not None
    assert client.get(read[1]).status_code == 200
    draft = drafted(demo, address)
    (other,) = draft.otherwise["hair"]
    shown = page(client, f"{address}/pages/looks")
    shown.press(f"use:hair:{other.fact_id}")
    after = drafted(demo, address)
    assert after.whole()["hair"] == other.value
    assert after.arrived["hair"].fact_id == other.fact_id
    assert "hair" not in after.otherwise
    shown = page(client, f"{address}/pages/looks")
    assert shown.press("use:hair:no-such-fact").status_code == 303
    assert drafted(demo, address).whole()["hair"] == other.value


@pytest.mark.long
def test_childs_page_says_where_current_forms_differ(demo: Installation) -> None:
    """Both answers, newest first, and a way to the next revision of the older form; gone once they agree."""
    client = as_worker(demo)
    assert "Where the forms differ" not in client.get(f"/children/{CHILD.id}").text
    address = begun_by(client)
    record_id = address.rpartition("/")[2]
    write(demo, record_id, {**_rest(demo), "hair": "Green since Friday"})
    make_final(demo, record_id)
    text = client.get(f"/children/{CHILD.id}").text
    part = text[text.index("Where the forms differ") :]
    part = part[: part.index("</section>")]
    assert part.index("Green since Friday") < part.index("says otherwise:")
    assert "/revise" in part
    home = as_home(demo).get(f"/children/{CHILD.id}").text
    assert "Green since Friday" not in home or "Where the forms differ" in home


@pytest.mark.long
def test_two_people_on_a_page_that_arrived_filled_in_lose_nothing(demo: Installation) -> None:
    """Who saves second on a page that nobody had saved is asked only about what both changed."""
    worker, home = as_worker(demo), as_home(demo)
    address = begun_by(worker)
    first, second = (page(one, f"{address}/pages/looks") for one in (worker, home))
    first.change(build="Broad now").press()
    assert second.change(eyes="Green now").press().status_code == 200
    held = drafted(demo, address).whole()
    assert (held["build"], held["eyes"]) == ("Broad now", "Green now")
    late = page(home, f"{address}/pages/child")
    page(worker, f"{address}/pages/child").change(gender="A").press()
    assert "Choose" in late.change(gender="B").press().text


def test_photo_comes_along_with_its_bytes(demo: Installation) -> None:
    """A photo that fills a new form in belongs to the new record, and is issued with it."""
    client = as_worker(demo)
    address = begun_by(client)
    draft = drafted(demo, address)
    sha256 = draft.whole()["photo"]["sha256"]
    assert sha256 in draft.files
    assert client.get(f"{address}/files/{sha256}").status_code == 200


@pytest.mark.long
def test_next_revision_of_a_form_keeps_how_old_its_answers_are(demo: Installation) -> None:
    """What is carried into the next revision is as old as it was until somebody confirms it."""
    grown_old(demo, days=20)
    client = as_worker(demo)
    with demo.store.read() as tx:
        before = {one.fact.name: one for one in facts.standing(tx, child_id=CHILD.id)}
    record_id = before["child.hair"].record_id
    assert client.post(f"/records/{record_id}/revise").status_code in (302, 303)
    page(client, f"/records/{record_id}/pages/looks").change(hair="Cropped").press()
    make_final(demo, record_id)
    with demo.store.read() as tx:
        after = facts.known(tx, child_id=CHILD.id)
    assert (after["child.hair"].confirmed_at - before["child.hair"].fact.confirmed_at).days == 20
    assert (after["child.build"].confirmed_at - before["child.build"].fact.confirmed_at).days == 20
    assert after["child.full_name"].confirmed_at == before["child.full_name"].fact.confirmed_at
    assert after["child.full_name"].revision_id != before["child.full_name"].fact.revision_id


def _rest(demo: Installation) -> dict[str, Any]:
    """Return the answers of the example that no fact fills in."""
    asked = form(demo, "philomena")
    return {id: one for id, one in example("philomena").items() if not asked.field(id).fact}
