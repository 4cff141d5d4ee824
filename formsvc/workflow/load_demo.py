"""Load the invented demo data: fixed ids, so that loading it again changes nothing."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from formsvc import clock
from formsvc.definitions.library import load_library
from formsvc.definitions.model import Effective, Stage
from formsvc.demo import PASSWORD, Demo, DemoChild, DemoPlace, DemoRecord, DemoUser, demo_data
from formsvc.errors import NotFound, WrongState
from formsvc.fields.moments import parse_utc
from formsvc.records.attachments import Accepted, accept_photo
from formsvc.records.gate import Gate
from formsvc.records.snapshots import Attachment, commitment
from formsvc.settings import Settings
from formsvc.store import (
    attachments,
    children,
    definitions,
    keys,
    organisations,
    placements,
    records,
    revisions,
    signoffs,
    users,
)
from formsvc.store.blobs import Stored
from formsvc.store.children import Identity
from formsvc.store.crypto import DataKey
from formsvc.store.revisions import Frozen
from formsvc.store.session import Store, Tx, open_store
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.finality import KINDS, copies_of, make_final
from formsvc.workflow.passwords import hash_password


def load_demo(settings: Settings, *, further: bool = False) -> dict[str, Any]:
    """Load the demo data and return what to say of it: log-ins, password, references.

    With `further` there is a record of every kind of document.
    """
    demo = demo_data(settings.form_templates, further=further)
    library = load_library(settings.form_templates)
    store = open_store(settings)
    try:
        if not is_loaded(store, demo):
            add_people(store, demo, password=hash_password(PASSWORD))
        for one in demo.records:
            key = key_for(store, one)
            if key is not None:
                effective = library.effective(one.definition_id, one.area_id)
                photo = None if one.photo is None else accept_photo(one.photo)
                stored = None if photo is None else store.blobs.put(photo.data, key=key)
                add_record(store, one, effective=effective, photo=photo, stored=stored)
    finally:
        store.close()
    return {
        "password": PASSWORD,
        "users": [{"name": one.name, "email": one.email, "title": one.title} for one in demo.users],
        "records": [one.reference for one in demo.records],
    }


def is_loaded(store: Store, demo: Demo) -> bool:
    """Say whether the people of the demo are there."""
    with store.read() as tx:
        try:
            organisations.get(tx, demo.organisations[0].id)
        except NotFound:
            return False
        return True


def add_people(store: Store, demo: Demo, *, password: str) -> None:
    """Add organisations, places, users and children; `password` is the argon2 hash for every user."""
    with store.write() as tx:
        for organisation in demo.organisations:
            organisations.add(tx, name=organisation.name, kind=organisation.kind, id=organisation.id)
        for place in demo.places:
            _add_place(tx, place)
        kinds = {place.id: place.kind for place in demo.places}
        for user in demo.users:
            _add_user(tx, user, kinds=kinds, password=password)
        for child in demo.children:
            _add_child(tx, child)


def key_for(store: Store, one: DemoRecord) -> DataKey | None:
    """Return the key of a record's child, None where the record is there already."""
    with store.read() as tx:
        try:
            records.get(tx, one.id)
        except NotFound:
            return keys.of_child(tx, one.child_id)
        return None


def add_record(
    store: Store, one: DemoRecord, *, effective: Effective, photo: Accepted | None, stored: Stored | None
) -> None:
    """Add a record with its first revision, signed off, final, its documents enqueued."""
    answers, attached = dict(one.answers), []
    if photo is not None and stored is not None:
        answers["photo"] = {**answers["photo"], "sha256": photo.sha256, "media_type": photo.media_type}
        kept = Attachment(
            path="photo", name="photo.jpg", media_type=photo.media_type, sha256=photo.sha256, size=stored.size
        )
        attached.append(kept)
    judged = Gate(effective).judge(answers, stage=Stage.FINAL)
    judged.raise_if_invalid()
    salt = clock.new_salt()
    binds = commitment(
        salt=salt, definition_hash=effective.hash, answers=judged.answers, attachments=attached
    )
    author = Actor(user_id=one.author_id, organisation_id=one.controller_id, role="social_worker")
    with store.write() as tx:
        records.add(
            tx,
            id=one.id,
            reference=one.reference,
            child_id=one.child_id,
            controller_id=one.controller_id,
            definition_id=effective.id,
            area_id=effective.area.id,
            reference_prefix=effective.reference_prefix,
            created_by=one.author_id,
        )
        if photo is not None and stored is not None:
            attachments.attach(
                tx,
                stored,
                record_id=one.id,
                child_id=one.child_id,
                media_type=photo.media_type,
                created_by=one.author_id,
            )
        revision_id = revisions.add(
            tx,
            record_id=one.id,
            number=1,
            definition_hash=definitions.keep(tx, effective),
            supersedes=None,
            created_by=one.author_id,
        )
        frozen = Frozen(
            answers=judged.answers,
            not_asked=tuple(sorted(judged.not_asked)),
            notices=judged.notices,
            attachments=tuple(asdict(kept) for kept in attached),
        )
        draft = revisions.get(tx, revision_id)
        revisions.freeze(tx, draft, frozen=frozen, salt=salt, frozen_hash=binds, by=one.author_id)
        for said in one.signoffs:
            signoffs.add(
                tx,
                revision_id=revision_id,
                child_id=one.child_id,
                rule_id=said.id,
                user_id=said.user_id,
                role=said.role,
                outcome=said.outcome,
                name=said.name,
                capacity=said.capacity,
                words=said.words,
                binds=binds,
                at=parse_utc(said.at),
            )
        copies = copies_of(effective)
        final = make_final(tx, revisions.get(tx, revision_id), actor=author, audiences=copies, kinds=KINDS)
        if final.status != "approved":
            raise WrongState("a record of the demonstration is not signed off")


def _add_place(tx: Tx, one: DemoPlace) -> None:
    match one.kind:
        case "team":
            organisations.add_team(tx, organisation_id=one.organisation_id, name=one.name, id=one.id)
        case "home":
            organisations.add_home(
                tx, organisation_id=one.organisation_id, name=one.name, area_id=one.area_id, id=one.id
            )
        case _:
            organisations.add_force(
                tx, organisation_id=one.organisation_id, name=one.name, area_id=one.area_id, id=one.id
            )


def _add_user(tx: Tx, one: DemoUser, *, kinds: dict[str, str], password: str) -> None:
    users.add(tx, email=one.email, name=one.name, password=password, id=one.id)
    kind = kinds.get(one.place_id)
    users.add_membership(
        tx,
        id=one.membership_id,
        user_id=one.id,
        organisation_id=one.organisation_id,
        role=one.role,
        team_id=one.place_id if kind == "team" else None,
        home_id=one.place_id if kind == "home" else None,
        force_id=one.place_id if kind == "force" else None,
    )


def _add_child(tx: Tx, one: DemoChild) -> None:
    children.add(
        tx,
        id=one.id,
        reference=one.reference,
        controller_id=one.controller_id,
        identity=Identity(name=one.name, known_as=one.known_as, date_of_birth=one.date_of_birth),
        team_id=one.team_id,
        created_by=one.worker_id,
    )
    placements.move(
        tx,
        id=one.placement_id,
        child_id=one.id,
        controller_id=one.controller_id,
        area_id=one.area_id,
        details=one.details,
        home_id=one.home_id,
    )
    placements.allocate(tx, child_id=one.id, user_id=one.worker_id)
    worker = Actor(user_id=one.worker_id, organisation_id=one.controller_id, role="social_worker")
    note(tx, worker, "child.add", child_id=one.id)
