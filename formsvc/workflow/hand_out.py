"""Say that a copy was handed to somebody outside: to whom, how and when; else nobody could ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from formsvc import clock
from formsvc.errors import WrongState
from formsvc.store import documents, handed_out
from formsvc.store.documents import Document
from formsvc.store.handed_out import CHANNELS, HandedOut
from formsvc.store.session import Store
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.holders import hold_from_now

SHORT: Final = 200


def hand_out(
    store: Store,
    *,
    actor: Actor,
    document_id: str,
    recipient: Mapping[str, str],
    channel: str,
    at: datetime,
) -> str:
    """Keep that a copy was handed to `recipient` (name, role, organisation); return the id.

    Raises NotFound, and WrongState where `at` lies in the future or before the copy was made.
    """
    if channel not in CHANNELS:
        raise ValueError(f"channel must be one of {CHANNELS}")
    with store.write() as tx:
        documents.held(tx, [document_id], shared=True)
        document = documents.get(tx, document_id)
        if not is_possible(document, at):
            raise WrongState
        made = handed_out.add(
            tx,
            document_id=document_id,
            child_id=document.child_id,
            recipient={name: recipient.get(name, "")[:SHORT] for name in ("name", "role", "organisation")},
            channel=channel,
            at=at,
            by=actor.user_id,
        )
        hold_from_now(tx, document, actor=actor, handed_out_id=made, at=at)
        note(
            tx,
            actor,
            "document.hand_out",
            child_id=document.child_id,
            record_id=document.record_id,
            subject_id=document_id,
            handed_out=made,
            channel=channel,
            revision=document.revision_number,
            audience=document.audience_id,
        )
        return made


def is_possible(document: Document, at: datetime) -> bool:
    """Say whether a copy can have been handed over at a moment: made already, and not in the future."""
    return document.issued_at.replace(second=0, microsecond=0) <= at <= clock.now()


def handed_out_of(store: Store, *, document: Document) -> tuple[HandedOut, ...]:
    """Return to whom a copy was handed."""
    with store.read() as tx:
        return handed_out.of_documents(tx, [document.id], child_id=document.child_id)
