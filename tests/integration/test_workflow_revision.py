"""A revision's life: draft, frozen, signed, final, superseded, withdrawn; on both databases."""

from __future__ import annotations

from typing import Any

import pytest

from formsvc.errors import AnswersInvalid, Forbidden, NotFound, StaleVersion, WrongState
from formsvc.records.attachments import Accepted
from formsvc.store import (
    audit,
    children,
    documents,
    facts,
    jobs,
    records,
    revisions,
    sections,
    signoffs,
    snapshots,
)
from formsvc.store.session import Store
from formsvc.workflow.approve_after import approve_after
from formsvc.workflow.attach_file import attach_file, place_for_files
from formsvc.workflow.finalise import finalise
from formsvc.workflow.freeze import freeze
from formsvc.workflow.issue_documents import issue_documents
from formsvc.workflow.save_section import SectionStale
from formsvc.workflow.send_back import send_back
from formsvc.workflow.sign_off import sign_off
from formsvc.workflow.start_revision import start_revision
from formsvc.workflow.withdraw import withdraw
from tests.builders import a_field
from tests.integration.scenes import NAME, Scene, a_plan, a_scene


@pytest.fixture
def scene(store: Store) -> Scene:
    """Return a scene in a store of the test's own."""
    return a_scene(store)


def acts(scene: Scene) -> list[str]:
    """Return what the audit says was done about the child, in order of time."""
    with scene.store.read() as tx:
        return [one.act for one in reversed(audit.of_child(tx, scene.child_id))]


def test_a_record_bears_a_short_reference_and_begins_as_a_draft(scene: Scene) -> None:
    """Print says the reference, addresses say the id; the draft is revision 1."""
    started = scene.start()
    assert started.reference.startswith("IF-")
    with scene.store.read() as tx:
        record = records.by_reference(tx, f" {started.reference.lower()} ")
        revision = revisions.get(tx, started.revision_id)
    assert record.id == started.record_id
    assert record.controller_id == scene.organisation_id
    assert (revision.number, revision.state, revision.frozen_hash) == (1, "draft", None)


def test_what_was_typed_comes_back_read_or_not(scene: Scene) -> None:
    """A save keeps the answers, and what could not be read as it was typed, with its error."""
    revision_id = scene.start().revision_id
    saved = scene.save(revision_id, "who", 0, full_name=NAME, born="31/2/2026")
    assert saved.version == 1
    assert saved.answers == {"full_name": NAME}
    assert saved.typed == {"born": "31/2/2026"}
    assert [error.path for error in saved.errors] == ["born"]
    with scene.store.read() as tx:
        held = sections.all_of(tx, revision_id=revision_id, child_id=scene.child_id)
    assert held["who"].typed == {"born": "31/2/2026"}
    assert held["who"].saved_by_name == "Theodora Blakiston"


def test_a_save_of_one_page_leaves_the_other_as_it_is(scene: Scene) -> None:
    """Pages are saved by themselves, unreadable rows of the other page included."""
    revision_id = scene.start().revision_id
    friends = [{"id": "k3m9", "name": "Kit", "since": "some day"}]
    scene.save(revision_id, "risk", 0, at_risk={"answer": "yes"}, how="She runs.", friends=friends)
    scene.save(revision_id, "who", 0, full_name=NAME)
    with scene.store.read() as tx:
        held = sections.all_of(tx, revision_id=revision_id, child_id=scene.child_id)
    assert held["risk"].version == 1
    assert held["risk"].answers["how"] == "She runs."
    assert held["risk"].typed == {"friends.k3m9.since": "some day"}


def test_fields_of_another_page_are_not_saved(scene: Scene) -> None:
    """What belongs to another page does not enter by this one."""
    revision_id = scene.start().revision_id
    scene.save(revision_id, "who", 0, full_name=NAME, how="smuggled", at_risk={"answer": "yes"})
    with scene.store.read() as tx:
        held = sections.all_of(tx, revision_id=revision_id, child_id=scene.child_id)
    assert held["who"].answers == {"full_name": NAME}
    assert "risk" not in held


def test_a_save_against_an_older_version_is_shown_what_changed(scene: Scene) -> None:
    """Nothing is overwritten: the later save learns what the other one changed, and what its own would."""
    revision_id = scene.start().revision_id
    scene.save(revision_id, "who", 0, full_name="Anna Low", born="30 September 2014")
    scene.save(revision_id, "who", 1, full_name="Anna Lowe", born="30 September 2014")
    with pytest.raises(SectionStale) as refused:
        scene.save(revision_id, "who", 1, full_name="Anna Low", born="29 September 2014")
    stale = refused.value
    assert isinstance(stale, StaleVersion)
    assert stale.now.version == 2
    assert [(one.path, one.before, one.after) for one in stale.theirs] == [
        ("full_name", "Anna Low", "Anna Lowe")
    ]
    assert {one.path for one in stale.mine} == {"full_name", "born"}
    with scene.store.read() as tx:
        held = sections.all_of(tx, revision_id=revision_id, child_id=scene.child_id)
    assert held["who"].answers["full_name"] == "Anna Lowe"


def test_two_first_saves_do_not_overwrite_each_other(scene: Scene) -> None:
    """A page that nobody had saved when it was read is guarded too."""
    revision_id = scene.start().revision_id
    scene.save(revision_id, "who", 0, full_name="Anna")
    with pytest.raises(SectionStale) as refused:
        scene.save(revision_id, "who", 0, full_name="Berta")
    assert [(one.kind, one.after) for one in refused.value.theirs] == [("added", "Anna")]


def test_past_versions_are_kept_up_to_a_number(scene: Scene) -> None:
    """The last thirty versions of a page are there to compare with; older ones are gone."""
    revision_id = scene.start().revision_id
    for version in range(sections.KEPT + 5):
        scene.save(revision_id, "who", version, full_name=f"Anna {version}")
    with scene.store.read() as tx:
        found = [
            sections.past(tx, revision_id=revision_id, child_id=scene.child_id, page_id="who", version=one)
            for one in (4, 5, sections.KEPT + 4)
        ]
    assert found[0] is None
    assert [one.answers["full_name"] for one in found[1:] if one] == ["Anna 4", f"Anna {sections.KEPT + 3}"]


def test_freezing_says_everything_that_is_missing(scene: Scene) -> None:
    """A draft that may not be final stays a draft, and every error is named."""
    revision_id = scene.start().revision_id
    scene.save(revision_id, "risk", 0, at_risk={"answer": "yes"})
    with pytest.raises(AnswersInvalid) as refused:
        scene.hand_in(revision_id)
    assert [one.path for one in refused.value.errors] == ["full_name", "how"]
    with scene.store.read() as tx:
        assert revisions.get(tx, revision_id).state == "draft"


def test_freezing_sees_that_a_page_was_saved_since_it_was_read(scene: Scene) -> None:
    """Nobody hands in what they have not read."""
    revision_id = scene.start().revision_id
    scene.fill(revision_id)
    scene.save(revision_id, "who", 1, full_name="Somebody else")
    with pytest.raises(StaleVersion):
        freeze(scene.store, actor=scene.worker, revision_id=revision_id, versions={"who": 1, "risk": 1})
    freeze(scene.store, actor=scene.worker, revision_id=revision_id, versions={"who": 2, "risk": 1})


def test_a_sign_off_binds_to_what_was_read(scene: Scene) -> None:
    """A sign-off for another hash is refused; one for this hash stands."""
    revision_id = scene.start().revision_id
    scene.fill(revision_id)
    awaiting = scene.hand_in(revision_id)
    ask: dict[str, Any] = {"revision_id": revision_id, "rule_id": "author", "name": "Theodora"}
    with pytest.raises(StaleVersion):
        sign_off(scene.store, actor=scene.worker, binds="0" * 64, **ask)
    sign_off(scene.store, actor=scene.worker, binds=awaiting.binds, **ask)
    with scene.store.read() as tx:
        standing = signoffs.standing(tx, revision_id=revision_id, child_id=scene.child_id)
    assert [(one.rule_id, one.name, one.binds) for one in standing] == [
        ("author", "Theodora", awaiting.binds)
    ]
    with pytest.raises(WrongState):
        sign_off(scene.store, actor=scene.worker, binds=awaiting.binds, **ask)


def test_nobody_signs_in_the_role_of_another_worker(scene: Scene) -> None:
    """A worker records what a child said, never what a manager would."""
    revision_id = scene.start().revision_id
    scene.fill(revision_id)
    binds = scene.hand_in(revision_id).binds
    ask: dict[str, Any] = {"revision_id": revision_id, "binds": binds, "name": "x"}
    for role in ("", "team_manager"):
        with pytest.raises(Forbidden):
            sign_off(scene.store, actor=scene.worker, rule_id="manager", role=role, **ask)
    with pytest.raises(NotFound):
        sign_off(scene.store, actor=scene.worker, rule_id="mayor", **ask)
    sign_off(scene.store, actor=scene.worker, rule_id="child", role="child", outcome="declined", **ask)
    sign_off(scene.store, actor=scene.worker, rule_id="child", role="child", outcome="agreed", **ask)
    with scene.store.read() as tx:
        told = signoffs.history(tx, revision_id=revision_id, child_id=scene.child_id)
    assert [(one.outcome, one.voided_why) for one in told] == [("declined", "said_anew"), ("agreed", None)]


def test_an_edit_voids_sign_offs_and_a_save_without_change_does_not(scene: Scene) -> None:
    """Saving the same again leaves what is frozen alone; a changed answer returns it to draft."""
    revision_id = scene.start().revision_id
    scene.fill(revision_id)
    awaiting = scene.hand_in(revision_id)
    scene.sign(awaiting)
    same = scene.save(revision_id, "who", 1, full_name=NAME, born="2014-09-30")
    assert (same.version, same.voided) == (1, ())
    edited = scene.save(revision_id, "who", 1, full_name="Another name")
    assert edited.voided == ("author", "manager")
    with scene.store.read() as tx:
        assert revisions.get(tx, revision_id).state == "draft"
        assert signoffs.standing(tx, revision_id=revision_id, child_id=scene.child_id) == ()
    with pytest.raises(WrongState):
        sign_off(
            scene.store,
            actor=scene.worker,
            revision_id=revision_id,
            rule_id="author",
            binds=awaiting.binds,
            name="x",
        )


def test_sending_back_says_why_at_the_question(scene: Scene) -> None:
    """The author sees the reason at its question until it is handed in again."""
    revision_id = scene.start().revision_id
    scene.fill(revision_id)
    scene.sign(scene.hand_in(revision_id), manager=False)
    with pytest.raises(NotFound):
        send_back(scene.store, actor=scene.manager, revision_id=revision_id, reason="x", paths=["nothing"])
    voided = send_back(
        scene.store,
        actor=scene.manager,
        revision_id=revision_id,
        reason="Whose name is this?",
        paths=["full_name"],
    )
    assert voided == ("author",)
    with scene.store.read() as tx:
        (told,) = signoffs.to_mend(tx, revision_id=revision_id, child_id=scene.child_id)
    assert (told.reason, told.paths, told.user_name) == (
        "Whose name is this?",
        ("full_name",),
        "Rosalind Peverell",
    )
    scene.hand_in(revision_id)
    with scene.store.read() as tx:
        assert signoffs.to_mend(tx, revision_id=revision_id, child_id=scene.child_id) == ()


def test_finalising_keeps_a_snapshot_and_enqueues_each_document_once(scene: Scene) -> None:
    """In one step: final, snapshot, one job for each audience and kind, the facts, the sections gone."""
    started = scene.start()
    scene.fill(started.revision_id)
    final = scene.make_final(started.revision_id)
    assert (final.number, final.status, final.jobs) == (1, "approved", 4)
    with scene.store.read() as tx:
        kept = snapshots.get(tx, final.snapshot_id)
        revision = revisions.get(tx, started.revision_id)
        waiting = jobs.about(tx, final.snapshot_id)
        known = facts.known(tx, child_id=scene.child_id)
        assert sections.all_of(tx, revision_id=started.revision_id, child_id=scene.child_id) == {}
    data = kept.snapshot.data
    assert data["answers"] == {"full_name": NAME, "born": "2014-09-30", "at_risk": {"answer": "no"}}
    assert data["not_asked"] == ["how"]
    assert data["controller"] == {"id": scene.organisation_id, "name": "Calderholme County Council"}
    assert {one["binds"] for one in data["signoffs"]} == {revision.frozen_hash}
    assert [one["id"] for one in data["signoffs"]] == ["author", "manager"]
    assert {(one.payload["audience"], one.payload["kind"]) for one in waiting} == {
        ("full", "pdf"), ("full", "docx"), ("police", "pdf"), ("police", "docx"),
    }  # fmt: skip
    assert known["child.full_name"].value == NAME
    assert known["child.full_name"].audiences == {"full", "police"}
    assert acts(scene)[-1] == "revision.finalise"
    with pytest.raises(WrongState):
        finalise(scene.store, actor=scene.worker, revision_id=started.revision_id)


def test_a_required_sign_off_is_waited_for(scene: Scene) -> None:
    """Without its required sign-offs nothing becomes final, and a declined one cannot be passed by."""
    revision_id = scene.start().revision_id
    scene.fill(revision_id)
    awaiting = scene.hand_in(revision_id)
    for send_now in (False, True):
        with pytest.raises(WrongState):
            finalise(scene.store, actor=scene.worker, revision_id=revision_id, send_now=send_now)
    scene.sign(awaiting, manager=False)
    with pytest.raises(WrongState):
        finalise(scene.store, actor=scene.worker, revision_id=revision_id)
    sign_off(
        scene.store,
        actor=scene.manager,
        revision_id=revision_id,
        rule_id="manager",
        binds=awaiting.binds,
        name="x",
        outcome="declined",
    )
    with pytest.raises(WrongState):
        finalise(scene.store, actor=scene.worker, revision_id=revision_id, send_now=True)


def test_sent_now_and_approved_after(scene: Scene) -> None:
    """What went out not yet approved says so; the approved revision with the same answers replaces it."""
    started = scene.start()
    scene.fill(started.revision_id)
    awaiting = scene.hand_in(started.revision_id)
    scene.sign(awaiting, manager=False)
    sent = finalise(scene.store, actor=scene.worker, revision_id=started.revision_id, send_now=True)
    assert sent.status == "not_yet_approved"
    ask: dict[str, Any] = {"revision_id": started.revision_id, "rule_id": "manager", "name": "Rosalind"}
    with pytest.raises(StaleVersion):
        approve_after(scene.store, actor=scene.manager, binds="0" * 64, **ask)
    with pytest.raises(Forbidden):
        approve_after(scene.store, actor=scene.worker, binds=awaiting.binds, **ask)
    approved = approve_after(scene.store, actor=scene.manager, binds=awaiting.binds, **ask)
    assert (approved.number, approved.status, approved.jobs) == (2, "approved", 4)
    with scene.store.read() as tx:
        first, second = (snapshots.get(tx, one.snapshot_id).snapshot.data for one in (sent, approved))
        states = [(one.number, one.state) for one in revisions.history(tx, started.record_id)]
    assert states == [(2, "final"), (1, "superseded")]
    assert (first["status"], second["status"], second["supersedes"]) == ("not_yet_approved", "approved", 1)
    assert first["answers"] == second["answers"]
    assert [one["id"] for one in second["signoffs"]] == ["author", "manager"]
    assert {one["binds"] for one in second["signoffs"]} == {awaiting.binds}
    with pytest.raises(WrongState):
        approve_after(scene.store, actor=scene.manager, binds=awaiting.binds, **ask)


def test_the_next_revision_begins_with_the_last_answers(scene: Scene) -> None:
    """A new draft grows from the final revision, once at a time, and supersedes it when it is final."""
    started = scene.start()
    with pytest.raises(WrongState):
        start_revision(scene.store, actor=scene.worker, record_id=started.record_id, effective=scene.plan)
    scene.fill(started.revision_id)
    scene.make_final(started.revision_id)
    again = start_revision(scene.store, actor=scene.worker, record_id=started.record_id, effective=scene.plan)
    assert (again.number, again.not_carried) == (2, ())
    with pytest.raises(WrongState):
        start_revision(scene.store, actor=scene.worker, record_id=started.record_id, effective=scene.plan)
    scene.save(again.revision_id, "who", 1, full_name=NAME, born="2014-09-29")
    final = scene.make_final(again.revision_id)
    with scene.store.read() as tx:
        kept = snapshots.get(tx, final.snapshot_id)
        before = snapshots.before(tx, kept)
        known = facts.known(tx, child_id=scene.child_id)["child.full_name"]
    assert kept.snapshot.data["answers"]["born"] == "2014-09-29"
    assert before is not None
    assert before.snapshot.data["answers"]["born"] == "2014-09-30"
    assert (known.version, known.revision_id) == (1, again.revision_id)


def test_a_changed_form_carries_what_it_still_asks(scene: Scene) -> None:
    """A revision keeps its form; the next one takes the new form, and is told what did not carry."""
    started = scene.start()
    scene.fill(started.revision_id)
    scene.make_final(started.revision_id)
    fields = [a_field("full_name", "whole_number"), a_field("born", "date")]
    newer = a_plan(version=2, pages=[{"id": "who", "title": "Who", "fields": fields}])
    again = start_revision(scene.store, actor=scene.worker, record_id=started.record_id, effective=newer)
    assert {path for path, _ in again.not_carried} == {"full_name", "at_risk"}
    with scene.store.read() as tx:
        held = sections.all_of(tx, revision_id=again.revision_id, child_id=scene.child_id)
        old = revisions.get(tx, started.revision_id)
    assert held["who"].answers == {"born": "2014-09-30"}
    assert old.definition_hash == scene.plan.hash != newer.hash


def test_withdrawing_ends_a_revision_and_its_documents(scene: Scene) -> None:
    """A withdrawn revision is final no more, and the next one supersedes nothing."""
    started = scene.start()
    scene.fill(started.revision_id)
    scene.make_final(started.revision_id)
    withdraw(scene.store, actor=scene.manager, revision_id=started.revision_id, why="wrong_child")
    with scene.store.read() as tx:
        revision = revisions.get(tx, started.revision_id)
        assert revisions.current(tx, started.record_id) is None
        assert documents.of_record(tx, started.record_id) == ()
    assert (revision.state, revision.ended_why) == ("withdrawn", "wrong_child")
    with pytest.raises(WrongState):
        withdraw(scene.store, actor=scene.manager, revision_id=started.revision_id, why="mistaken")


def test_more_documents_can_be_asked_for_and_none_twice(scene: Scene) -> None:
    """A final revision can be issued for another audience later; what was asked for is not asked again."""
    started = scene.start()
    scene.fill(started.revision_id)
    scene.sign(scene.hand_in(started.revision_id))
    finalise(
        scene.store, actor=scene.worker, revision_id=started.revision_id, audiences=["full"], kinds=["pdf"]
    )
    ask: dict[str, Any] = {"actor": scene.worker, "revision_id": started.revision_id}
    assert issue_documents(scene.store, audiences=["full", "police"], kinds=["pdf"], **ask) == 1
    assert issue_documents(scene.store, audiences=["full", "police"], kinds=["pdf"], **ask) == 0


def test_an_answer_cannot_name_a_file_its_record_does_not_carry(scene: Scene) -> None:
    """A photo of another record is refused at freezing; one's own is carried into the snapshot."""
    started, other = scene.start(), scene.start()
    photo = Accepted(data=b"\xff\xd8 a photo", media_type="image/jpeg", sha256="")
    place = place_for_files(scene.store, record_id=other.record_id)
    attach_file(scene.store, actor=scene.worker, place=place, accepted=photo)
    stored = scene.store.blobs.put(photo.data, key=place.key)
    answer = {
        "sha256": stored.sha256,
        "media_type": "image/jpeg",
        "taken": {"precision": "day", "date": "2026-11-09"},
        "consent": {"child": "agreed", "police_use": "agreed", "media_use": "not_asked"},
        "alt": "Her face",
    }
    scene.save(started.revision_id, "who", 0, full_name=NAME, photo=answer)
    scene.save(started.revision_id, "risk", 0, at_risk={"answer": "no"})
    with pytest.raises(AnswersInvalid) as refused:
        scene.hand_in(started.revision_id)
    assert [(one.path, one.code) for one in refused.value.errors] == [("photo", "file_missing")]
    mine = place_for_files(scene.store, record_id=started.record_id)
    attach_file(scene.store, actor=scene.worker, place=mine, accepted=photo)
    final = scene.make_final(started.revision_id)
    with scene.store.read() as tx:
        (carried,) = snapshots.get(tx, final.snapshot_id).snapshot.data["attachments"]
    assert (carried["path"], carried["sha256"], carried["size"]) == ("photo", stored.sha256, len(photo.data))


def test_a_child_that_is_not_there_has_no_record(scene: Scene) -> None:
    """An unknown child, record or revision is not found, whoever asks."""
    with scene.store.read() as tx:
        for ask in (children.get, records.get, revisions.get, snapshots.get, documents.get, jobs.get):
            with pytest.raises(NotFound):
                ask(tx, "nobody22222222222222")
