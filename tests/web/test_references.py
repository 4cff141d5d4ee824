"""What other systems know a child by, through the pages: added, corrected, ended, found, pasted."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from formsvc.demo import CHILDREN
from formsvc.store import audit
from tests.web.conftest import Installation, StrictClient, search

As = Callable[[str], StrictClient]

SZYMON = CHILDREN[0]
PLAN = "demorecordplan222222"
PAGE = f"/children/{SZYMON.id}/references"
CASE = {"kind": "case_system", "value": "MOS/2211-88", "system": "Calderholme, Mosaic"}
NHS = {"kind": "nhs_number", "value": "943 476 5919"}
UPN = {"kind": "upn", "value": "A000000000000"}


def add(client: StrictClient, reference: dict[str, str]) -> int:
    """Add a reference; return the status."""
    return client.post(PAGE, data=reference).status_code


def the_one(client: StrictClient) -> str:
    """Return the address of the only reference that can be changed."""
    found = re.findall(rf'href="({PAGE}/[a-z0-9]+)"', client.get(PAGE).text)
    assert len(found) == 1
    return str(found[0])


def test_reference_stands_on_the_page_and_finds_the_child(as_: As) -> None:
    """Who kept it, whose system; the child's page has it, a search for all of it leads to the child."""
    worker = as_("social_worker")
    assert add(worker, CASE) == 302
    page = worker.get(PAGE).text
    assert "MOS/2211-88" in page
    assert "Calderholme, Mosaic" in page
    assert "by Theodora" in page
    assert "MOS/2211-88" in worker.get(f"/children/{SZYMON.id}").text
    assert SZYMON.id in worker.get(search(worker, "mos 2211 88")).text
    assert SZYMON.id not in worker.get(search(worker, "mos 2211")).text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"kind": ""}, "Choose what kind of reference it is"),
        ({"value": ""}, "Enter the reference"),
        ({"value": "Szymon"}, "check that this is no name"),
        ({"system": ""}, "Enter whose system it is"),
        ({"kind": "nhs_number"}, "at least one of these is wrong"),
    ],
)
def test_what_is_wrong_comes_back_beside_its_question(as_: As, changed: dict[str, str], words: str) -> None:
    """Nothing typed is lost, the summary leads to the question, and nothing is kept."""
    worker = as_("social_worker")
    reply = worker.post(PAGE, data={**CASE, **changed})
    assert reply.status_code == 422
    assert reply.text.count(words) == 2
    assert {**CASE, **changed}["system"] in reply.text
    assert "No other system" in worker.get(PAGE).text


def test_the_same_twice_is_refused(as_: As) -> None:
    """It stands once, however it is spelt."""
    worker = as_("social_worker")
    add(worker, CASE)
    reply = worker.post(PAGE, data={**CASE, "value": "mos221188"})
    assert reply.status_code == 422
    assert "This reference is there already" in reply.text


def test_corrected_and_ended_stay_in_the_list(as_: As) -> None:
    """What stood before is there with how it ended, and finds nobody any more."""
    worker = as_("social_worker")
    add(worker, CASE)
    one = the_one(worker)
    assert 'value="MOS/2211-88"' in worker.get(one).text
    assert worker.post(one, data={"value": "<b>1", "system": "x"}).status_code == 422
    assert worker.post(one, data={"value": "MOS/2211-89", "system": "Calderholme"}).status_code == 302
    page = worker.get(PAGE).text
    assert "Corrected</strong>" in page
    assert SZYMON.id not in worker.get(search(worker, "MOS/2211-88")).text
    again = the_one(worker)
    assert worker.post(f"{again}/end").status_code == 422
    assert worker.post(f"{again}/end", data={"why": "mistaken"}).status_code == 302
    assert "Never theirs</strong>" in worker.get(PAGE).text
    assert SZYMON.id not in worker.get(search(worker, "MOS/2211-89")).text
    assert (
        "Somebody else changed this reference" in worker.post(f"{again}/end", data={"why": "mistaken"}).text
    )
    assert "was ended" in worker.get(again).text


def test_each_reader_has_the_kinds_that_are_for_them(as_: As) -> None:
    """The police and a home have no pupil number, on the page, in a search or in a text to paste."""
    worker = as_("social_worker")
    letter = next(
        one for one in "ABCDEFGHJKLMNPQRTUVWXYZ" if add(worker, {**UPN, "value": f"{one}000000000018"}) == 302
    )
    upn = f"{letter}000000000018"
    add(worker, CASE)
    add(worker, NHS)
    for role, missing in (("police_coordinator", [upn]), ("reviewing_officer", [upn, "943 476 5919"])):
        reader = as_(role)
        told = reader.get(f"/children/{SZYMON.id}").text + reader.get(f"/records/{PLAN}/text").text
        assert told.count("MOS/2211-88") == 2, role
        for one in missing:
            assert one not in told
            assert SZYMON.id not in reader.get(search(reader, one)).text
        assert reader.get(PAGE).status_code == 403
    assert upn in worker.get(f"/children/{SZYMON.id}").text
    assert SZYMON.id in worker.get(search(worker, upn)).text


def test_text_to_paste_begins_with_them(as_: As) -> None:
    """They stand in the first block, as the copy's reader may have them, in the page and in the file."""
    worker = as_("social_worker")
    add(worker, CASE)
    add(worker, NHS)
    text = worker.get(f"/records/{PLAN}/text.txt").text
    first = text.partition("\n\n")[0]
    assert "Case-system id (Calderholme, Mosaic): MOS/2211-88" in first
    assert "NHS number: 943 476 5919" in first
    for audience, says in (("police", True), ("home", True), ("reviewing_officer", False)):
        told = worker.get(f"/records/{PLAN}/text.txt?for={audience}").text
        assert ("943 476 5919" in told) == says, audience


def test_audit_and_addresses_never_say_it(demo: Installation, as_: As) -> None:
    """What was done is noted with its kind; neither the reference nor whose system stands there."""
    worker = as_("social_worker")
    reply = worker.post(PAGE, data=CASE)
    with demo.store.read() as tx:
        told = [one for one in audit.of_child(tx, SZYMON.id, limit=20) if one.act == "reference.add"]
    assert [one.data for one in told] == [{"role": "social_worker", "kind": "case_system"}]
    assert "2211" not in reply.location + reply.headers["Set-Cookie"]
    assert (
        "Added what another system knows the child by"
        in as_("team_manager").get(f"/children/{SZYMON.id}/looked").text
    )


def test_only_the_childs_own_authority_keeps_them(as_: As) -> None:
    """Home, police, reviewing officer and administrator are refused."""
    for role in ("residential_manager", "police_coordinator", "reviewing_officer", "administrator"):
        assert as_(role).post(PAGE, data=CASE).status_code in (403, 404)
    for role in ("team_manager", "out_of_hours", "missing_coordinator"):
        assert as_(role).get(PAGE).status_code == 200
