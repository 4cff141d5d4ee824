"""Print a home: asked for, bound by the worker from the sealed copies, taken, and gone within the hour.

Nothing is rendered anew: the pages are those of the sealed PDFs. What is taken is noted for each child,
and kept as paper of the home, so that a recall asks for it and the folder knows when it is out of date.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from formsvc import clock
from formsvc.access.people import Person
from formsvc.access.policy import Policy, load_policy
from formsvc.definitions.library import Library, load_library
from formsvc.documents.pdf.bundle import Bound, Bundle, Form, bind
from formsvc.errors import NotFound, WrongState
from formsvc.settings import Settings
from formsvc.store import documents, handed_out, home_prints, jobs, paper, persons
from formsvc.store.crypto import ContentDestroyed, ContentUnreadable, new_data_key
from formsvc.store.home_prints import HomePrint, Named
from formsvc.store.jobs import Job
from formsvc.store.session import Store, Tx
from formsvc.workflow.actors import SERVICE, Actor, note
from formsvc.workflow.effective import effective_of
from formsvc.workflow.folder_words import out_words, replaced_words, standing
from formsvc.workflow.holders import hold_from_now
from formsvc.workflow.read_folder import Folder, Has, Line, folder_in
from formsvc.workflow.trust import own_key

PRINT: Final = "print_home"
PRINT_END: Final = "print_home_end"
LASTS: Final = timedelta(hours=1)
FOLDER: Final = "Paper folder"
"""As what a recall knows the paper of a home."""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A bundle that was handed out."""

    data: bytes = field(repr=False)
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A bundle that somebody asked for, and how far it is: `progress` as its job says it."""

    made: HomePrint
    state: str
    progress: str


def ask_print(
    store: Store, *, policy: Policy, person: Person, actor: Actor, has: Has, record_ids: Collection[str]
) -> str:
    """Ask for a bundle of the current forms of some records of one's home; return its id.

    Asked for twice while it is being made, it is made once.

    Raises WrongState where there is nothing to print, or one of them is not to be printed now.
    """
    with store.write() as tx:
        folder = folder_in(tx, policy=policy, person=person, has=has)
        lines = [one for one in folder.lines if one.can_print and _record(one) in record_ids]
        if not lines or len(lines) != len(set(record_ids)) or person.home_id is None:
            raise WrongState("something cannot be printed")
        wanted = tuple(_named(one) for one in lines)
        for one in home_prints.of_person(tx, home_id=person.home_id, user_id=person.user_id):
            if one.state == "waiting" and one.lines == wanted:
                return one.id
        until_at = tx.at + LASTS
        made = home_prints.ask(tx, home_id=person.home_id, by=person.user_id, until_at=until_at, lines=wanted)
        for kind, due_at in ((PRINT, tx.at), (PRINT_END, until_at)):
            jobs.enqueue(
                tx,
                kind=kind,
                key=f"{kind}:{made}",
                payload={"print": made},
                organisation_id=actor.organisation_id,
                subject_id=made,
                due_at=due_at,
            )
        note(tx, actor, "folder.ask", subject_id=made, home=person.home_id, count=len(lines))
        return made


def asked_print(store: Store, *, person: Person, print_id: str) -> Asked:
    """Return a bundle that a person asked for in their home; raise NotFound for anybody else's."""
    with store.read() as tx:
        made = _own(tx, person, print_id)
        job = jobs.by_key(tx, f"{PRINT}:{print_id}")
        state = made.state
        if made.until_at <= tx.at:
            state = "ended"
        elif state == "waiting" and job is not None and job.state == "failed":
            state = "failed"
        return Asked(made=made, state=state, progress="" if job is None else job.progress)


def prints_of(store: Store, *, person: Person) -> tuple[HomePrint, ...]:
    """Return the bundles that a person asked for and that can still be taken, newest first."""
    if person.home_id is None:
        return ()
    with store.read() as tx:
        return home_prints.of_person(tx, home_id=person.home_id, user_id=person.user_id)


@dataclass(frozen=True, kw_only=True)
class _Work:
    """All that a bundle is made from but the bytes."""

    asked: HomePrint
    person: Person
    folder: Folder
    lines: tuple[Line, ...]
    places: tuple[documents.Place, ...]
    marking: str


def make_print(store: Store, job: Job, *, settings: Settings) -> None:
    """Make a bundle and finish its job; end it where something in it may not be printed any more."""
    print_id = str(job.payload["print"])
    policy, library = load_policy(settings.form_templates), load_library(settings.form_templates)
    with store.read() as tx:
        work = _work(tx, print_id, policy=policy, has=lambda area: _documents(library, area))
    if work is None:
        _give_up(store, job, print_id=print_id)
        return
    forms = []
    for count, (line, place) in enumerate(zip(work.lines, work.places, strict=True), 1):
        _tell(store, job, progress=f"{count} of {len(work.lines)}")
        forms.append(_form(line, store.blobs.get(place.stored, key=place.key)))
    bound = _bound(work, forms, settings=settings)
    key = new_data_key()
    stored = store.blobs.put(bound.data, key=key)
    with store.write() as tx:
        if jobs.is_held(tx, job):
            home_prints.ready(tx, print_id=print_id, stored=stored, key=key, pages=bound.pages)
            jobs.finish(tx, job, outcome="bound")


def _tell(store: Store, job: Job, *, progress: str) -> None:
    """Say how far it is, while it is made."""
    with store.write() as tx:
        jobs.tell(tx, job, progress=progress)


def take_print(
    store: Store, *, policy: Policy, person: Person, actor: Actor, has: Has, print_id: str
) -> Taken:
    """Hand a bundle out: noted for each child, kept as paper of the home the first time.

    Raises NotFound where it is not there, WrongState where something in it may not be printed any more.
    """
    with store.read() as tx:
        _own(tx, person, print_id)
        try:
            kept = home_prints.kept(tx, print_id)
        except (ContentDestroyed, ContentUnreadable) as error:
            raise WrongState("somebody who was in it was disposed of") from error
    data = store.blobs.get(kept.stored, key=kept.key)
    with store.write() as tx:
        asked = home_prints.get(tx, print_id, lock=True)
        if asked.state != "ready":
            raise NotFound
        documents.held(tx, [one.document_id for one in asked.lines], shared=True)
        if len(_still(folder_in(tx, policy=policy, person=person, has=has), asked.lines)) != len(asked.lines):
            raise WrongState("something in it changed")
        for one in asked.lines:
            _take(tx, one, asked=asked, person=person, actor=actor)
        return Taken(data=data, at=tx.at)


def end_print(store: Store, job: Job) -> None:
    """Delete a bundle whose hour is over, and finish the job."""
    print_id = str(job.payload["print"])
    with store.write() as tx:
        if not jobs.is_held(tx, job):
            return
        address = home_prints.end(tx, print_id)
        jobs.forget(tx, key=f"{PRINT}:{print_id}")
        jobs.finish(tx, job, outcome="expired")
    if address:
        store.blobs.shred(address)


def _own(tx: Tx, person: Person, print_id: str) -> HomePrint:
    made = home_prints.get(tx, print_id)
    if made.asked_by != person.user_id or made.home_id != person.home_id:
        raise NotFound
    return made


def _work(tx: Tx, print_id: str, *, policy: Policy, has: Has) -> _Work | None:
    """Return what a bundle is made from; None where nobody waits for it, or something in it changed."""
    asked = home_prints.get(tx, print_id)
    roles = (one for one in persons.of_user(tx, asked.asked_by) if one.home_id == asked.home_id)
    person = next(roles, None)
    if asked.state != "waiting" or person is None:
        return None
    folder = folder_in(tx, policy=policy, person=person, has=has)
    lines = _still(folder, asked.lines)
    if not lines or len(lines) != len(asked.lines):
        return None
    found = (documents.get(tx, one.document_id) for one in asked.lines)
    markings = (effective_of(tx, one.newest.definition_hash).marking for one in lines if one.newest)
    return _Work(
        asked=asked,
        person=person,
        folder=folder,
        lines=lines,
        places=tuple(documents.place(tx, one) for one in found),
        marking=" · ".join(dict.fromkeys(markings)),
    )


def _still(folder: Folder, lines: Sequence[Named]) -> tuple[Line, ...]:
    """Return the lines of a folder that some documents are the current copies of, in their order."""
    now = {one.newest.document_id: one for one in folder.lines if one.newest is not None and one.can_print}
    return tuple(now[one.document_id] for one in lines if one.document_id in now)


def _give_up(store: Store, job: Job, *, print_id: str) -> None:
    with store.write() as tx:
        if jobs.is_held(tx, job):
            home_prints.end(tx, print_id)
            jobs.finish(tx, job, outcome="changed")
            note(tx, SERVICE, "folder.give_up", subject_id=print_id)


def _form(line: Line, data: bytes) -> Form:
    newest = line.newest
    if newest is None or newest.issued_at is None:
        raise WrongState("there is nothing to print")
    return Form(
        name=line.child.identity.name,
        title=newest.title,
        reference=newest.reference,
        revision=newest.number,
        issued_at=newest.issued_at,
        is_approved=newest.status == "approved",
        data=data,
    )


def _bound(work: _Work, forms: Sequence[Form], *, settings: Settings) -> Bound:
    """Return the bundle: what it replaces, and what else is to be taken out, stands on its first page."""
    inside = {_record(one) for one in work.lines}
    old = [one for one in work.folder.lines if one.paper == "outdated"]
    later = [one for one in old if _record(one) not in inside]
    return bind(
        Bundle(
            home=work.person.place_name,
            by=f"{work.person.name}, {work.person.role_words.lower()}",
            at=clock.now(),
            marking=work.marking,
            verify_at=f"{settings.base_url}/verify",
            forms=forms,
            standing=standing(work.folder),
            take_out=[
                *(replaced_words(one) for one in old if _record(one) in inside),
                *(out_words(one) for one in work.folder.out),
            ],
            reprint=[replaced_words(one) for one in later],
            without=[one.child.identity.name for one in work.folder.lines if one.newest is None],
            demonstration=own_key(settings).demonstration,
        )
    )


def _take(tx: Tx, one: Named, *, asked: HomePrint, person: Person, actor: Actor) -> None:
    """Note that somebody printed a document; the first time, that the home has it on paper."""
    document = documents.get(tx, one.document_id)
    note(
        tx,
        actor,
        "document.print",
        child_id=one.child_id,
        record_id=one.record_id,
        subject_id=one.document_id,
        revision=document.revision_number,
        audience=document.audience_id,
        home=asked.home_id,
        print=asked.id,
    )
    if paper.is_kept(tx, print_id=asked.id, document_id=one.document_id):
        return
    given = handed_out.add(
        tx,
        document_id=one.document_id,
        child_id=one.child_id,
        recipient={"name": FOLDER, "role": "on paper, in the home", "organisation": person.place_name},
        channel="in_person",
        at=tx.at,
        by=person.user_id,
    )
    paper.keep(
        tx,
        home_id=asked.home_id,
        print_id=asked.id,
        child_id=one.child_id,
        record_id=one.record_id,
        revision_id=one.revision_id,
        document_id=one.document_id,
        handed_out_id=given,
        by=person.user_id,
    )
    hold_from_now(tx, document, actor=actor)
    hold_from_now(tx, document, actor=actor, handed_out_id=given, at=tx.at)


def _record(line: Line) -> str:
    return "" if line.newest is None else line.newest.record_id


def _named(line: Line) -> Named:
    newest = line.newest
    if newest is None:
        raise WrongState("there is nothing to print")
    return Named(
        child_id=newest.child_id,
        record_id=newest.record_id,
        revision_id=newest.revision_id,
        document_id=newest.document_id,
    )


def _documents(library: Library, area: str) -> Collection[str]:
    return library.of_area(area) if area in library.areas() else ()
