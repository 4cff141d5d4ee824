"""How a record stands: its revisions, who signed, what was sent back, its documents. For pages to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from formsvc.access.people import Person
from formsvc.access.readable import Reading, holds, pages_for
from formsvc.definitions.model import Effective, SignoffRule
from formsvc.errors import NotFound
from formsvc.store import documents, jobs, names, records, revisions, sections, signoffs, snapshots
from formsvc.store.documents import Document
from formsvc.store.jobs import Job
from formsvc.store.records import Record
from formsvc.store.revisions import Revision
from formsvc.store.session import Store, Tx
from formsvc.store.signoffs import KeptSignoff, SentBack
from formsvc.workflow.effective import effective_of, reached_by
from formsvc.workflow.reading import is_handed_to, reading_of

APPROVER = "team_manager"
HOME_APPROVER = "residential_manager"
MANAGERS = frozenset({APPROVER, HOME_APPROVER, "service_manager"})


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One rule of sign-off and what was said, None while nothing was."""

    rule: SignoffRule
    said: KeptSignoff | None

    @property
    def is_approval(self) -> bool:
        """Whether it is for managers alone to say: where others may sign as well, it is the author's."""
        return APPROVER in self.rule.roles and set(self.rule.roles) <= MANAGERS


@dataclass(frozen=True, kw_only=True)
class SigningState:
    """The revision that waits for somebody: being worked on, or out not yet approved.

    `versions` are those of the pages of a draft, by page.
    `taken_back` are the sign-offs that the last edit or sending-back made void.
    """

    record: Record
    revision: Revision
    effective: Effective
    rules: tuple[Standing, ...]
    taken_back: tuple[KeptSignoff, ...] = field(repr=False)
    to_mend: tuple[SentBack, ...] = field(repr=False)
    author_name: str
    approvers: tuple[str, ...]
    versions: Mapping[str, int]

    @property
    def missing(self) -> tuple[SignoffRule, ...]:
        """The required sign-offs that were not given."""
        return tuple(
            one.rule
            for one in self.rules
            if one.rule.required and (not one.said or one.said.outcome != "agreed")
        )


def signing_state(store: Store, *, record_id: str, person: Person) -> SigningState:
    """Return how signing off stands, for a person; raise NotFound where nothing waits for it."""
    with store.read() as tx:
        record = records.get(tx, record_id)
        revision = in_hand(tx, record_id)
        if revision is None:
            raise NotFound
        effective = effective_of(tx, revision.definition_hash)
        said = signoffs.history(tx, revision_id=revision.id, child_id=revision.child_id)
        standing = {one.rule_id: one for one in said if one.voided_at is None}
        voided = [one for one in said if one.voided_at is not None and one.voided_why != "said_anew"]
        last = max((one.voided_at for one in voided if one.voided_at), default=None)
        return SigningState(
            record=record,
            revision=revision,
            effective=effective,
            rules=tuple(Standing(rule=rule, said=standing.get(rule.id)) for rule in effective.signoffs),
            taken_back=tuple(one for one in voided if one.voided_at == last) if not standing else (),
            to_mend=told_of(
                signoffs.to_mend(tx, revision_id=revision.id, child_id=revision.child_id),
                effective,
                reading_of(tx, person, record_id=record_id),
            ),
            author_name=names.of_users(tx, [revision.created_by]).get(revision.created_by or "", ""),
            versions={
                page_id: one.version
                for page_id, one in sections.all_of(
                    tx, revision_id=revision.id, child_id=revision.child_id
                ).items()
            }
            if revision.state == "draft"
            else {},
            approvers=_approvers(tx, record, effective),
        )


def _approvers(tx: Tx, record: Record, effective: Effective) -> tuple[str, ...]:
    """Return who may approve: managers of the controller and, where the form says so, of the child's home."""
    found = names.in_role(tx, organisation_id=record.controller_id, role=APPROVER)
    if any(HOME_APPROVER in rule.roles for rule in effective.signoffs if APPROVER in rule.roles):
        found += names.in_home_of(tx, child_id=record.child_id, role=HOME_APPROVER)
    return found


def told_of(sent_back: tuple[SentBack, ...], effective: Effective, reading: Reading) -> tuple[SentBack, ...]:
    """Return what was sent back, without what is about questions that a reader does not have."""
    fields = {
        one.id: one for page in pages_for(reading.of(effective), reading.audience) for one in page.fields
    }
    return tuple(one for one in sent_back if not one.paths or any(holds(fields, path) for path in one.paths))


def in_hand(tx: Tx, record_id: str) -> Revision | None:
    """Return the revision somebody has to do something about: open, or final and not yet approved."""
    opened = revisions.opened(tx, record_id)
    if opened is not None:
        return opened
    current = revisions.current(tx, record_id)
    return current if current is not None and current.status == "not_yet_approved" else None


@dataclass(frozen=True, kw_only=True)
class RevisionLine:
    """One revision in the history of a record, with what was said about it and made from it."""

    revision: Revision
    signoffs: tuple[KeptSignoff, ...] = field(repr=False)
    sent_back: tuple[SentBack, ...] = field(repr=False)
    documents: tuple[Document, ...]


@dataclass(frozen=True, kw_only=True)
class RecordHistory:
    """A record with every revision, newest first.

    `titles` maps a rule of sign-off to its title, `labels` a question to its label.
    """

    record: Record
    title: str
    lines: tuple[RevisionLine, ...]
    people: Mapping[str, str]
    titles: Mapping[str, str]
    labels: Mapping[str, str]

    def issued_only(self) -> RecordHistory:
        """Return the history without what was never issued: for those who only receive copies."""
        return replace(self, lines=tuple(one for one in self.lines if one.revision.final_at is not None))

    @property
    def current(self) -> RevisionLine | None:
        """The final revision, if there is one."""
        return next((one for one in self.lines if one.revision.state == "final"), None)

    @property
    def opened(self) -> RevisionLine | None:
        """The revision being worked on, if there is one."""
        return next((one for one in self.lines if one.revision.state in revisions.OPEN), None)


def record_history(store: Store, *, record_id: str, person: Person, with_signing: bool) -> RecordHistory:
    """Return the history of a record as a person may see it; raise NotFound.

    Sign-offs and sendings-back only `with_signing`; no revision that has nothing for them, and no copy
    that carries what is withheld from them.
    """
    with store.read() as tx:
        record = records.get(tx, record_id)
        reading = reading_of(tx, person, record_id=record_id)
        found = [
            one
            for one in revisions.history(tx, record_id)
            if reading.audience in reached_by(tx, one.definition_hash)
        ]
        made = [one for one in documents.of_record(tx, record_id) if is_handed_to(tx, reading, one)]
        lines = []
        titles: dict[str, str] = {}
        for one in found:
            own = {"revision_id": one.id, "child_id": one.child_id}
            lines.append(
                RevisionLine(
                    revision=one,
                    signoffs=signoffs.history(tx, **own) if with_signing else (),
                    sent_back=told_of(
                        signoffs.sent_back(tx, **own), effective_of(tx, one.definition_hash), reading
                    )
                    if with_signing
                    else (),
                    documents=tuple(doc for doc in made if doc.revision_number == one.number),
                )
            )
            for rule in effective_of(tx, one.definition_hash).signoffs:
                titles.setdefault(rule.id, rule.title)
        return RecordHistory(
            record=record,
            title=effective_of(tx, found[0].definition_hash).short_title if found else "",
            lines=tuple(lines),
            people=names.of_users(
                tx,
                [
                    *(one.created_by for one in found),
                    *(said.user_id for line in lines for said in line.signoffs),
                ],
            ),
            titles=titles,
            labels={
                one.id: one.label
                for one in (effective_of(tx, found[0].definition_hash).fields() if found else ())
            },
        )


@dataclass(frozen=True, kw_only=True)
class Issuing:
    """How far the documents of a revision have come."""

    record: Record
    revision: Revision
    title: str
    jobs: tuple[Job, ...]
    documents: tuple[Document, ...]
    is_replaced: bool


def issuing(store: Store, *, record_id: str, person: Person, number: int | None = None) -> Issuing:
    """Return how far a person's documents of a revision have come, the newest issued one by default.

    Raises NotFound where none was ever final.
    """
    with store.read() as tx:
        record = records.get(tx, record_id)
        ended = [one for one in revisions.history(tx, record_id) if one.state not in revisions.OPEN]
        chosen = next((one for one in ended if number is None or one.number == number), None)
        if chosen is None:
            raise NotFound
        kept = snapshots.of_revision(tx, chosen.id)
        reading = reading_of(tx, person, record_id=record_id)
        form = effective_of(tx, chosen.definition_hash)
        return Issuing(
            record=record,
            revision=chosen,
            title=form.short_title,
            jobs=tuple(
                one
                for one in jobs.about(tx, kept.id)
                if not reading.is_carried_by(form, str(one.payload.get("audience", "")))
            ),
            documents=tuple(
                one
                for one in documents.of_record(tx, record_id)
                if one.revision_number == chosen.number and is_handed_to(tx, reading, one)
            ),
            is_replaced=chosen.state != "final",
        )
