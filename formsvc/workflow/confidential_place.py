"""While a child's placement is confidential, no form gives away where she lives (D-20).

A form about her asks where she lives under the class of a confidential place, whatever class its definition
gives the question: then no page, copy, fact, list or difference made for anybody else holds the answer,
typed by hand or filled in. It is the form's own effective definition, kept with its own hash. Such a
question never holds a form up: who completes the form may not have it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final

from formsvc.access.places import PLACE_CLASS, class_of
from formsvc.definitions.compile import compile_document
from formsvc.definitions.model import Effective
from formsvc.store import definitions, placements, records, revisions, signoffs
from formsvc.store.session import Tx
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.effective import effective_of

PLACE_FACTS: Final = frozenset({"child.address", "child.home_phone"})
"""The facts that say where a child lives now."""
NOT_CARRIED: Final = "It was confidential. Enter where the child lives now"

_KEPT: Final = 64
_made: OrderedDict[str, Effective] = OrderedDict()


def is_confidential(tx: Tx, child_id: str) -> bool:
    """Say whether the placement a child is in now is confidential."""
    now = (one for one in placements.of_child(tx, child_id) if one.until_at is None)
    return any(class_of(one.details) == PLACE_CLASS for one in now)


def as_for(tx: Tx, effective: Effective, *, child_id: str) -> Effective:
    """Return a form as it is asked about a child: closer where her placement is confidential."""
    return kept_close(effective) if is_confidential(tx, child_id) else effective


def kept_close(effective: Effective) -> Effective:
    """Return a form in which where the child lives is for nobody but those who may know it."""
    if not any(_is_to_close(one.fact, one.sensitivity) for one in effective.fields()):
        return effective
    found = _made.get(effective.hash)
    if found is None:
        written = effective.document["definition"]
        pages = [{**page, "fields": [_closed(one) for one in page["fields"]]} for page in written["pages"]]
        found = compile_document({**effective.document, "definition": {**written, "pages": pages}})
        _made[effective.hash] = found
        while len(_made) > _KEPT:
            _made.popitem(last=False)
    return found


def opened_wider(before: Effective, after: Effective) -> frozenset[str]:
    """Return the questions that say where a child lived and that more people would read than before."""
    old = {one.id: one for one in before.fields()}
    return frozenset(
        one.id
        for one in after.fields()
        if one.fact in PLACE_FACTS
        and one.id in old
        and not after.audiences(one) <= before.audiences(old[one.id])
    )


def close_open_forms(tx: Tx, *, actor: Actor, child_id: str) -> int:
    """Close the forms that are being worked on as a placement becomes confidential; return how many.

    What was signed has to be signed anew: it was signed for other readers.
    """
    if not is_confidential(tx, child_id):
        return 0
    closed = 0
    for revision in revisions.opened_of_child(tx, child_id):
        form = effective_of(tx, revision.definition_hash)
        close = kept_close(form)
        if close.hash == form.hash:
            continue
        if revision.state == "awaiting_signoff":
            revisions.thaw(tx, revision.id)
            signoffs.void(tx, revision_id=revision.id, why="edited")
        revisions.reform(tx, revision.id, definition_hash=definitions.keep(tx, close))
        records.touch(tx, revision.record_id)
        note(
            tx,
            actor,
            "record.keep_close",
            child_id=child_id,
            record_id=revision.record_id,
            subject_id=revision.id,
            definition=close.hash,
        )
        closed += 1
    return closed


def _closed(written: Mapping[str, Any]) -> Mapping[str, Any]:
    if not _is_to_close(str(written.get("fact", "")), str(written.get("class", ""))):
        return written
    return {**{key: one for key, one in written.items() if key != "required"}, "class": PLACE_CLASS}


def _is_to_close(fact: str, sensitivity: str) -> bool:
    return fact in PLACE_FACTS and sensitivity != PLACE_CLASS
