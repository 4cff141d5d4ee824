"""Find children: a page of those within reach, or those a text names. The same number of queries always."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from formsvc.access.naming import kinds_for
from formsvc.access.people import Person
from formsvc.access.policy import Policy
from formsvc.access.table import Action, Relation, audience_for, reach
from formsvc.fields import dates
from formsvc.fields.base import Refused
from formsvc.store import children, organisations, relations, waiting
from formsvc.store.children import ChildLine
from formsvc.store.crypto import ContentUnreadable
from formsvc.store.relations import within
from formsvc.store.session import Store, Tx
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.reading import children_for, reads

PAGE = 25
_BEYOND_ONE_AUTHORITY = frozenset({Relation.placement, Relation.force, Relation.emergency})


@dataclass(frozen=True, kw_only=True)
class Found:
    """One page of children. `issued` is when the newest plan for this person was issued, by child."""

    lines: tuple[ChildLine, ...]
    issued: Mapping[str, datetime]
    next: tuple[datetime, str] | None
    """What the page after this one begins behind; None on the last."""
    more: bool = False
    """More were found than are shown: only a search says so."""


def find_children(
    store: Store,
    *,
    policy: Policy,
    person: Person,
    text: str = "",
    before: tuple[datetime, str] | None = None,
) -> Found:
    """Return the children within reach, most lately changed first, or those that a text names.

    A text is words of a name, a date of birth as people write it, a reference, or the whole of one of another
    system that the person may have.
    """
    wanted = reach(person.role, Action.see_child)
    with store.read() as tx:
        condition = within(tx, person, wanted)
        if text.strip():
            lines = children.search(
                tx,
                as_indexed(text),
                controllers=_controllers(tx, person, wanted),
                where=condition,
                kinds=kinds_for(audience_for(person.role)),
                limit=PAGE + 1,
            )
        else:
            lines = children.listing(tx, where=condition, before=before, limit=PAGE + 1)
        shown, has_more = children_for(person, lines[:PAGE]), len(lines) > PAGE
        may = reads(tx, policy, person)
        issued = waiting.issued_of(
            tx,
            [one.id for one in shown],
            audience=may.audience,
            shown=relations.shown(tx, person, forms=may.copies),
        )
    last = shown[-1] if shown else None
    return Found(
        lines=shown,
        issued=issued,
        next=(last.changed_at, last.id) if has_more and last is not None and not text.strip() else None,
        more=has_more and bool(text.strip()),
    )


def note_search(store: Store, *, actor: Actor, found: int) -> None:
    """Note that somebody searched, and how many were found; not what for, which may name a child."""
    with store.write() as tx:
        note(tx, actor, "child.search", found=found)


def seal_search(store: Store, *, person: Person, text: str) -> str:
    """Return what somebody looks for as an address may carry it: sealed, and for them alone."""
    sealed = store.keyring.current.seal(text.encode(), about=("search", person.user_id))
    return urlsafe_b64encode(sealed).decode().rstrip("=")


def open_search(store: Store, *, person: Person, sealed: str) -> str:
    """Return what was looked for; empty where it was sealed for another, under another key, or altered."""
    try:
        data = urlsafe_b64decode(sealed[:1000] + "=" * (-len(sealed) % 4))
        return store.keyring.current.open(data, about=("search", person.user_id)).decode()
    except (ContentUnreadable, ValueError):
        return ""


def as_indexed(text: str) -> str:
    """Return a text as the index knows it: a date as 2011-03-17, whatever way it was written."""
    try:
        return dates.read(text.strip()).isoformat()
    except Refused:
        return text


def _controllers(tx: Tx, person: Person, wanted: frozenset[Relation]) -> tuple[str, ...]:
    """Return whose children may be within reach: a home and an area hold those of many authorities."""
    if wanted & _BEYOND_ONE_AUTHORITY:
        return tuple(one.id for one in organisations.listing(tx))
    return (person.organisation_id,)
