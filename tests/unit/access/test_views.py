"""A view holds what its audience may receive and nothing else; what it leaves out is absent."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from formsvc.access.views import View, make_view
from formsvc.definitions.library import load_library
from formsvc.definitions.model import Effective, Stage
from formsvc.errors import DefinitionNotFound
from formsvc.records.gate import Gate
from formsvc.records.snapshots import Attachment, Signoff, Snapshot, make_snapshot
from formsvc.settings import PROJECT

PHOTO = "a" * 64
SALT = "5" * 64


@cache
def effective() -> Effective:
    """Return the Trigger Plan of its home area."""
    return load_library(PROJECT / "form_templates").effective("trigger_plan")


def example() -> dict[str, Any]:
    """Return the answers of the example, the photo's bytes named."""
    text = (PROJECT / "form_templates/examples/trigger_plan.LAN.json").read_text("utf-8")
    answers: dict[str, Any] = json.loads(text)["answers"]
    answers["photo"] |= {"sha256": PHOTO, "media_type": "image/jpeg"}
    return answers


def a_snapshot(answers: dict[str, Any] | None = None, *, revision: int = 1, **changed: Any) -> Snapshot:
    """Return a frozen revision of the example."""
    judged = Gate(effective()).judge(answers or example(), stage=Stage.FINAL)
    assert not judged.errors, judged.errors
    signoffs = [
        Signoff(id=rule.id, title=rule.title, name="Ada Invented", at="2026-11-18T18:05:00Z")
        for rule in effective().signoffs
    ]
    attachment = Attachment(path="photo", name="p.jpg", media_type="image/jpeg", sha256=PHOTO, size=3)
    return make_snapshot(
        effective(),
        **{
            "record": "rec",
            "reference": "TP-AAAA-BBBB",
            "revision": revision,
            "supersedes": revision - 1 or None,
            "controller": ("org", "Invented Council"),
            "answers": judged.answers,
            "not_asked": judged.not_asked,
            "notices": judged.notices,
            "signoffs": signoffs,
            "attachments": [attachment],
            "salt": SALT,
            "at": "2026-11-18T18:05:00Z",
            **changed,
        },
    )


def a_view(snapshot: Snapshot, audience: str = "police", **more: Any) -> View:
    """Return a view of a snapshot."""
    return make_view(
        snapshot,
        effective(),
        audience,
        verify_at="https://forms.example.org/verify",
        demonstration=False,
        files={PHOTO: b"jpg"},
        **more,
    )


def test_view_is_the_same_each_time() -> None:
    """Issuing again makes the same view, so that issuing is idempotent."""
    snapshot = a_snapshot()
    assert a_view(snapshot).json == a_view(snapshot).json


def test_view_has_a_salt_of_its_own_that_tells_nothing_of_the_snapshot() -> None:
    """Two audiences' salts differ, and the snapshot's salt and hash are in neither copy."""
    snapshot = a_snapshot()
    views = [a_view(snapshot, audience) for audience in ("full", "police", "home")]
    assert len({view.data["salt"] for view in views}) == 3
    for view in views:
        assert SALT.encode() not in view.json
        assert snapshot.hash.encode() not in view.json


def test_police_view_has_no_field_that_is_not_for_the_police() -> None:
    """Neither questions nor answers of the authority's own part and of secrets are there."""
    view = a_view(a_snapshot())
    hidden = {
        pattern
        for pattern, field in effective().walk()
        if field.part == "office" or field.sensitivity == "secret"
    }
    fields = [one for page in view.data["form"]["pages"] for one in page["fields"]]
    asked = {one["id"] for one in fields}
    asked |= {f"{one['id']}.*.{child['id']}" for one in fields for child in one.get("fields", ())}
    assert hidden
    assert not asked & hidden
    assert not set(view.data["answers"]) & hidden
    assert all("password" not in row for row in view.data["answers"]["social"])


def test_full_view_has_every_answer() -> None:
    """The authority's own copy leaves nothing out."""
    snapshot = a_snapshot()
    assert a_view(snapshot, "full").data["answers"] == snapshot.data["answers"]


def test_every_audience_sees_its_own_sentence_whatever_was_left_out() -> None:
    """The sentence depends on the audience alone."""
    sentences = {
        audience: a_view(a_snapshot(), audience).data["audience"]["sentence"]
        for audience in effective().area.audiences
    }
    assert sentences == {one.id: one.sentence for one in effective().area.audiences.values()}


def test_view_for_nobody_is_refused() -> None:
    """An audience that the area does not name receives nothing."""
    with pytest.raises(DefinitionNotFound):
        a_view(a_snapshot(), "press")


def test_changes_are_worked_out_between_what_the_audience_may_see() -> None:
    """A changed answer is told to those who may read it, and to nobody else."""
    before, after = example(), example()
    after["hair"] = "Shaved on 17 November"
    after["sent_to"] = []
    after["top_risks"] = after["top_risks"][1:]
    old, new = a_snapshot(before), a_snapshot(after, revision=2)
    police = a_view(new, "police", previous=(old, effective())).data["changes"]
    full = a_view(new, "full", previous=(old, effective())).data["changes"]
    told = {one["path"].split(".")[0]: one for one in police["items"]}
    assert police["since"] == 1
    assert told["hair"]["after"] == "Shaved on 17 November"
    assert told["hair"]["before"] == before["hair"]
    assert told["top_risks"]["kind"] == "removed"
    assert "sent_to" not in told
    assert "sent_to" in {one["path"].split(".")[0] for one in full["items"]}


def test_first_revision_has_no_changes() -> None:
    """Where nothing came before, nothing is said to have changed."""
    assert a_view(a_snapshot()).data["changes"] is None


def test_search_sheet_names_the_rows_it_chose() -> None:
    """Conditions on rows are settled in the view: whoever reads it needs no rules."""
    view = a_view(a_snapshot())
    places = {row["id"]: row for row in view.data["answers"]["places"]}
    (entry,) = (
        one for one in view.data["form"]["search_sheet"]["do_not_approach"] if one["rows"] == "places"
    )
    assert entry["row_ids"]
    assert all(places[row_id]["who_may_go"] == {"choice": "police_only"} for row_id in entry["row_ids"])


def test_attachment_goes_where_its_field_goes() -> None:
    """A photo is in a copy when its field is, and its bytes with it."""
    view = a_view(a_snapshot())
    assert [one["path"] for one in view.data["attachments"]] == ["photo"]
    assert view.files == {PHOTO: b"jpg"}


def test_plan_without_its_required_signoff_says_not_yet_approved() -> None:
    """Nobody signed: page one and the data say so."""
    assert a_snapshot(signoffs=[]).data["status"] == "not_yet_approved"
    assert a_snapshot().data["status"] == "approved"


def test_signoffs_bind_to_the_frozen_content() -> None:
    """Another answer, another commitment; the same content, the same."""
    changed = example() | {"build": "Taller than he was"}
    first, again, other = a_snapshot(), a_snapshot(), a_snapshot(changed)
    binds = [one.data["signoffs"][0]["binds"] for one in (first, again, other)]
    assert binds[0] == binds[1] != binds[2]


def test_view_keeps_the_subjects_initials() -> None:
    """The footer names the child by initials alone."""
    assert a_view(a_snapshot()).data["subject"]["initials"].isupper()
