"""What was typed too late to be saved: kept for who typed it, handed over when their role is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from formsvc.access.people import Person, may_give
from formsvc.errors import NotFound
from formsvc.store import kept_pages, records
from formsvc.store.kept_pages import KeptPage
from formsvc.store.session import Store, Tx
from formsvc.workflow.actors import Actor, note

KEPT_FOR: Final = timedelta(days=14)

Pairs = Sequence[tuple[str, str]]


def keep_typed(
    store: Store,
    *,
    user_id: str,
    membership_id: str | None,
    record_id: str,
    page_id: str,
    group_id: str,
    row_id: str,
    why: str,
    pairs: Pairs,
) -> str:
    """Keep what somebody typed on a page of a form, sealed under the child's key; return the id.

    `why` is signed_out, locked, switched or shift_over. Raises NotFound for a record that is not there.
    """
    with store.write() as tx:
        record = records.get(tx, record_id)
        kept_pages.forget_old(tx, before=tx.at - KEPT_FOR)
        made = kept_pages.keep(
            tx,
            user_id=user_id,
            membership_id=membership_id,
            record_id=record_id,
            child_id=record.child_id,
            page_id=page_id[:40],
            group_id=group_id[:40],
            row_id=row_id[:40],
            why=why,
            pairs=pairs,
        )
        note(
            tx,
            Actor(user_id=user_id, organisation_id=None, role=""),
            "typed.keep",
            child_id=record.child_id,
            record_id=record_id,
            subject_id=made,
            why=why,
        )
        return made


def own_kept(store: Store, *, user_id: str) -> tuple[KeptPage, ...]:
    """Return what is kept for somebody, newest first."""
    with store.read() as tx:
        return kept_pages.of_user(tx, user_id)


def left_behind(store: Store, *, person: Person) -> tuple[KeptPage, ...]:
    """Return what was typed in a person's team or home in roles that are over and theirs to look after."""
    place = person.team_id or person.home_id
    if place is None:
        return ()
    with store.read() as tx:
        found = kept_pages.left_behind(
            tx, organisation_id=person.organisation_id, place_id=place, but=person.user_id
        )
        return tuple(one for one in found if _is_handed_over(tx, person, one))


def open_kept(store: Store, *, person: Person, kept_id: str) -> KeptPage:
    """Return a kept page of one's own, or one that is handed over to one; raise NotFound."""
    with store.read() as tx:
        return _reachable(tx, person, kept_id)


def read_kept(
    store: Store, *, person: Person, actor: Actor, kept_id: str, record_id: str
) -> tuple[KeptPage, tuple[tuple[str, str], ...]]:
    """Return a kept page with what was typed; that another's was read is noted. Raises NotFound."""
    with store.write() as tx:
        found = _reachable(tx, person, kept_id)
        if found.record_id != record_id:
            raise NotFound
        if found.user_id != person.user_id:
            note(
                tx,
                actor,
                "typed.take_over",
                record_id=record_id,
                subject_id=kept_id,
                author=found.user_id,
            )
        return found, kept_pages.content(tx, kept_id)


def finish_kept(store: Store, *, person: Person, actor: Actor, kept_id: str) -> None:
    """Note that a kept page is dealt with, saved or not wanted: it is destroyed. Raises NotFound."""
    with store.write() as tx:
        found = _reachable(tx, person, kept_id)
        kept_pages.finish(tx, kept_id=kept_id, by=actor.user_id)
        note(
            tx,
            actor,
            "typed.done",
            record_id=found.record_id,
            subject_id=kept_id,
            author=found.user_id,
        )


def forget_saved(
    store: Store, *, user_id: str, record_id: str, page_id: str, group_id: str, row_id: str
) -> None:
    """Forget what was kept of a page that its person has saved since."""
    with store.read() as tx:
        kept = kept_pages.is_kept(tx, user_id=user_id, record_id=record_id, page_id=page_id)
    if not kept:
        return
    with store.write() as tx:
        kept_pages.forget(
            tx, user_id=user_id, record_id=record_id, page_id=page_id, group_id=group_id, row_id=row_id
        )


def _reachable(tx: Tx, person: Person, kept_id: str) -> KeptPage:
    found = kept_pages.get(tx, kept_id)
    if found.user_id != person.user_id and not _is_handed_over(tx, person, found):
        raise NotFound
    return found


def _is_handed_over(tx: Tx, person: Person, kept: KeptPage) -> bool:
    author = kept_pages.author(tx, kept)
    return author is not None and author.is_over and may_give(person, author.role)
