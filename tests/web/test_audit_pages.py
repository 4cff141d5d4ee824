"""Who looked and who did what: about a child, page by page; in an organisation, without any child's data."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from formsvc.demo import CHILDREN, USERS, WORKER
from formsvc.store import audit, users
from formsvc.store import tables as t
from formsvc.web import acts
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.read_history import LOOSE
from tests.web.conftest import Installation, StrictClient

As = Callable[[str], StrictClient]
PLAN = "demorecordplan222222"
CHILD = CHILDREN[0]
LOOKED = f"/children/{CHILD.id}/looked"
AUTHORITY = Actor(user_id=WORKER.id, organisation_id=WORKER.organisation_id, role="social_worker")


def rows(page: str) -> int:
    """Return how many entries a page shows."""
    return page.count('data-label="What"')


def test_childs_page_leads_to_all_of_it(demo: Installation, as_: As) -> None:
    """Names, roles and organisations, what was seen, taken and refused, with record and revision."""
    police = as_("police_coordinator")
    police.get(f"/children/{CHILD.id}")
    as_("residential_manager").get(f"/records/{PLAN}/withdraw")  # refused
    manager = as_("team_manager")
    assert LOOKED in manager.get(f"/children/{CHILD.id}").text
    page = manager.get(LOOKED).text
    who = next(one for one in USERS if one.role == "police_coordinator")
    assert who.name in page
    assert "Police missing person co-ordinator, " in page
    assert "Looked at the child" in page


def test_pages_follow_each_other_without_gap_or_repetition(demo: Installation, as_: As) -> None:
    """Each entry stands on one page; the last one leads no further."""
    with demo.store.write() as tx:
        for number in range(120):
            note(tx, AUTHORITY, "record.see", child_id=CHILD.id, record_id=PLAN, number=number)
    manager = as_("team_manager")
    address, sizes = f"{LOOKED}?who={WORKER.id}&kind=looked", []
    while address:
        page = manager.get(address).text
        sizes.append(rows(page))
        found = re.search(r'href="([^"]+)">Older<', page)
        address = found[1].replace("&amp;", "&") if found else ""
    assert sizes[:-1] == [50] * (len(sizes) - 1)
    with demo.store.read() as tx:
        wanted = audit.Wanted(acts=acts.of_kind("looked"), actors=(WORKER.id,))
        assert sum(sizes) == len(audit.of_child(tx, CHILD.id, wanted=wanted, limit=500))


def test_kinds_and_persons_narrow_it(demo: Installation, as_: As) -> None:
    """Refusals stand apart; one person's acts alone are shown; a kind that does not exist is refused."""
    as_("police_coordinator").get(f"/children/{CHILD.id}/placement")
    home = as_("residential_manager")
    home.get(f"/children/{CHILD.id}")
    manager = as_("team_manager")
    me = next(one for one in USERS if one.role == "residential_manager")
    page = manager.get(f"{LOOKED}?who={me.id}").text
    assert rows(page) == page.count("Residential manager,") >= 1
    refused = manager.get(f"{LOOKED}?kind=refused").text
    assert rows(refused) == refused.count(">Refused</strong>")
    assert manager.get(f"{LOOKED}?kind=nonsense").status_code == 400
    assert manager.get(f"{LOOKED}?before=x~y").status_code == 400


def test_who_left_is_named_still(demo: Installation, as_: As) -> None:
    """An account that was closed keeps its name in what it did."""
    with demo.store.write() as tx:
        gone = users.add(tx, email="gone@example.org", name="Ignatius Vandermeer-Loll")
        actor = Actor(user_id=gone, organisation_id=WORKER.organisation_id, role="social_worker")
        note(tx, actor, "child.see", child_id=CHILD.id)
        tx.c.execute(sa.update(t.user).where(t.user.c.id == gone).values(closed_at=tx.at))
    assert "Ignatius Vandermeer-Loll" in as_("team_manager").get(LOOKED).text


@pytest.mark.parametrize(
    "role", ["social_worker", "police_coordinator", "residential_manager", "administrator"]
)
def test_who_looked_is_for_those_who_answer_for_her(as_: As, role: str) -> None:
    """Nobody else reads who looked at a child."""
    assert as_(role).get(LOOKED).status_code == 403


def test_withheld_record_leaves_no_trace(demo: Installation, as_: As) -> None:
    """A form that is withheld from the reader by name is not in the list, nor that it was opened."""
    reader = next(one for one in USERS if one.role == "reviewing_officer")
    with demo.store.write() as tx:
        note(tx, AUTHORITY, "record.see", child_id=CHILD.id, record_id=PLAN)
    assert "TP-DEM2" in as_("reviewing_officer").get(LOOKED).text
    with demo.store.write() as tx:
        values = {
            "id": "w",
            "child_id": CHILD.id,
            "user_id": reader.id,
            "record_id": PLAN,
            "kind": "withheld",
            "from_at": tx.at,
        }
        tx.c.execute(sa.insert(t.withholding).values(values))
    page = as_("reviewing_officer").get(LOOKED).text
    assert "TP-DEM2" not in page
    assert rows(page)


def test_administrator_sees_acts_and_people_and_no_child(demo: Installation, as_: As) -> None:
    """What was done by whom, sign-ins and refusals among it, and nothing of any child or form."""
    as_("social_worker").get(f"/children/{CHILD.id}")
    demo.client().post("/sign-in", data={"email": WORKER.email, "password": "not this one at all"})
    administrator = as_("administrator")
    page = administrator.get("/audit").text
    assert WORKER.name in page
    assert "Looked at the child" in page
    for secret in (CHILD.name, CHILD.name.split()[0], CHILD.id, PLAN, "TP-"):
        assert secret not in page
    refused = administrator.get("/audit?kind=refused").text
    assert "Signed in" in refused
    assert rows(refused) == refused.count(">Refused</strong>")


def test_audit_is_found_by_person_and_day(demo: Installation, as_: As) -> None:
    """A name, part of it or an address; a day; a day that does not exist is said so beside it."""
    as_("social_worker").get(f"/children/{CHILD.id}")
    administrator = as_("administrator")
    page = administrator.get(f"/audit?who={WORKER.name.split()[0].lower()}").text
    assert rows(page) == page.count("Social worker,") >= 1
    assert rows(administrator.get("/audit?who=nobody+of+this+name").text) == 0
    assert rows(administrator.get("/audit?day_day=1&day_month=1&day_year=2001").text) == 0
    assert "Enter a day that exists" in administrator.get("/audit?day_day=31&day_month=2&day_year=2026").text
    assert administrator.get("/audit.csv?day_day=31&day_month=2&day_year=2026").status_code == 400


def test_audit_of_another_organisation_is_not_there(demo: Installation, as_: As) -> None:
    """Two organisations on one instance see nothing of each other's acts, not by name either."""
    police = next(one for one in USERS if one.role == "police_coordinator")
    as_("police_coordinator").get(f"/children/{CHILD.id}")
    administrator = next(one for one in USERS if one.role == "administrator")
    assert police.organisation_id != administrator.organisation_id
    page = as_("administrator").get(f"/audit?who={police.name.split()[0]}").text
    assert rows(page) == 0


def test_export_is_ids_and_is_noted(demo: Installation, as_: As) -> None:
    """Lines of ids, codes and moments; the export itself is an entry of the audit."""
    as_("social_worker").get(f"/children/{CHILD.id}")
    administrator = as_("administrator")
    reply = administrator.get("/audit.csv")
    lines = list(csv.DictReader(io.StringIO(reply.text)))
    assert len(lines) > 1
    assert {one["act"] for one in lines} >= {"child.see"}
    assert WORKER.name not in reply.text
    assert CHILD.name not in reply.text
    assert all(re.fullmatch(r"[\w.~:+ -]*", value) for one in lines for value in one.values())
    assert "Exported the audit" in administrator.get("/audit").text


def test_reading_costs_the_same_however_much_there_is(demo: Installation) -> None:
    """Every query of both pages reads along an index from where the page begins, and sorts nothing."""
    seen: list[tuple[str, object]] = []

    def remember(_c: object, _cursor: object, statement: str, parameters: object, *_more: object) -> None:
        if "FROM audit_entry" in statement:
            seen.append((statement, parameters))

    sa.event.listen(demo.store.engine, "before_cursor_execute", remember)
    with demo.store.read() as tx:
        before = (tx.at, "z")
        audit.of_child(tx, CHILD.id, before=before)
        for wanted in (
            audit.EVERYTHING,
            audit.Wanted(acts=acts.of_kind("documents")),
            audit.Wanted(refused=True),
            audit.Wanted(day=(tx.at, tx.at)),
        ):
            audit.of_organisation(tx, WORKER.organisation_id, wanted=wanted, loose=LOOSE, before=before)
    sa.event.remove(demo.store.engine, "before_cursor_execute", remember)
    assert len(seen) > 10
    with demo.store.read() as tx:
        for statement, parameters in seen:
            plan = tx.c.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()  # type: ignore[arg-type]
            told = " | ".join(str(row[3]) for row in plan)
            assert "USING INDEX" in told, told
            assert "SCAN audit_entry" not in told, told
            assert not re.search(r"TEMP B-TREE FOR ORDER BY", told), told
