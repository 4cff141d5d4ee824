"""Correct who a child is said to be: name, known as, date of birth. What forms say stays as they say it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from formsvc.errors import NotFound, StaleVersion
from formsvc.store import children
from formsvc.store.children import Identity
from formsvc.store.session import Store
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.see_child import Still, judge_still_about

PARTS = ("name", "known_as", "date_of_birth")


def identity_now(store: Store, *, child_id: str) -> tuple[Identity, str]:
    """Return who a child is said to be, and a mark of it that tells nothing; raise NotFound."""
    with store.read() as tx:
        found = children.get(tx, child_id).identity
        if found is None:
            raise NotFound
        return found, _mark(store, child_id, found)


def correct_child(
    store: Store,
    *,
    actor: Actor,
    child_id: str,
    identity: Mapping[str, str],
    seen: str,
    still: Still | None = None,
) -> tuple[str, ...]:
    """Replace a child's identity and what she is found by; return which of PARTS changed.

    Raises StaleVersion where somebody corrected it since it was `seen`, NotFound. Which parts changed is
    noted, never what they were.
    """
    with store.write() as tx:
        children.hold(tx, child_id)
        judge_still_about(tx, still, child_id=child_id)
        before = children.get(tx, child_id).identity
        if before is None:
            raise NotFound
        if _mark(store, child_id, before) != seen:
            raise StaleVersion
        after = Identity(**identity)
        changed = tuple(part for part in PARTS if getattr(before, part) != getattr(after, part))
        if changed:
            children.change_identity(tx, child_id=child_id, identity=after)
            note(tx, actor, "child.correct", child_id=child_id, parts=list(changed))
        return changed


def _mark(store: Store, child_id: str, identity: Identity) -> str:
    """Return what one identity is told from another by; keyed, so that a name cannot be guessed from it."""
    said = json.dumps([getattr(identity, part) for part in PARTS])
    return store.keyring.current.token("identity", controller_id=child_id, text=said)
