"""Take the current revision of a record as text, made for an audience: logged, and held like any copy."""

from __future__ import annotations

from dataclasses import dataclass, replace

from formsvc.access.naming import kinds_for
from formsvc.access.people import Person
from formsvc.access.readable import FULL
from formsvc.access.views import View, make_view
from formsvc.cases.references import KINDS, shown
from formsvc.errors import NotFound
from formsvc.settings import Settings
from formsvc.store import references, revisions
from formsvc.store.session import Store, Tx
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.compare import picture
from formsvc.workflow.finality import copies_of
from formsvc.workflow.reading import reading_of


@dataclass(frozen=True, kw_only=True)
class Taken:
    """The view that was taken as text, and the audiences that whoever took it may choose among.

    `known` is what other systems know the child by, as the audience may have it: (label, reference).
    """

    view: View
    known: tuple[tuple[str, str], ...]
    audience: str
    choices: tuple[tuple[str, str], ...]


def paste_text(
    store: Store, *, settings: Settings, actor: Actor, person: Person, record_id: str, audience: str = ""
) -> Taken:
    """Return the current revision for an audience, a person's own where none is named; log that it was taken.

    Whoever reads a record whole may take it as made for any audience that its copies are issued for. Raises
    NotFound where nothing is current, or the audience is not one that the person may take.
    """
    with store.write() as tx:
        current = next((one for one in revisions.history(tx, record_id) if one.state == "final"), None)
        if current is None:
            raise NotFound
        snapshot, whole = picture(tx, current)
        reading = reading_of(tx, person, record_id=record_id)
        effective = reading.of(whole)
        own = reading.audience
        choices = [one for one in copies_of(effective) if own in (FULL, one)]
        wanted = audience or own
        if wanted not in choices:
            raise NotFound
        view = make_view(
            snapshot,
            replace(reading, audience=wanted).of(whole),
            wanted,
            verify_at=f"{settings.base_url}/verify",
            demonstration=False,
        )
        note(
            tx,
            actor,
            "document.text",
            child_id=current.child_id,
            record_id=record_id,
            subject_id=current.id,
            audience=wanted,
            revision=current.number,
        )
        named = tuple((one, effective.area.audiences[one].name) for one in choices)
        known = _known(tx, current.child_id, wanted)
        return Taken(view=view, known=known, audience=wanted, choices=named)


def _known(tx: Tx, child_id: str, audience: str) -> tuple[tuple[str, str], ...]:
    """Return what other systems know a child by, for an audience: the kinds in their order."""
    kinds = kinds_for(audience)
    standing = (one for one in references.standing(tx, [child_id]).get(child_id, ()) if one.kind in kinds)
    return tuple(
        (
            f"{KINDS[one.kind].title} ({one.system})" if one.system else KINDS[one.kind].title,
            shown(one.kind, one.value),
        )
        for one in sorted(standing, key=lambda one: kinds.index(one.kind))
    )
