"""What is known here of a document that a seal or a printed reference names: newest, superseded, withdrawn.

Whoever asks is a stranger. The standing is told to whoever holds the seal, or the reference *and* the check
code that is printed beside it (64 bits nobody guesses). A reference alone, or with another code, is answered
in the same words whether there is such a record or not. Nothing is ever said of the child.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from formsvc.errors import NotFound
from formsvc.seals.verify import Status, Trace, Verdict, Verification
from formsvc.store import documents, erasure
from formsvc.store.documents import Document
from formsvc.store.session import Store, Tx

STANDINGS: Final[Mapping[str, tuple[Status, str, str]]] = {
    "current": (Status.GOOD, "newest", "It is the newest revision issued for this audience."),
    "superseded": (Status.BAD, "superseded", "It has been superseded: ask for the newest revision."),
    "withdrawn": (Status.BAD, "withdrawn", "It was withdrawn: do not use it."),
    "recalled": (Status.BAD, "recalled", "It was recalled: do not use it."),
}
"""State of a document -> status, code and words of its standing."""

NOT_HERE: Final = Verdict(
    status=Status.UNKNOWN,
    code="not_issued_here",
    words="No record kept here issued this file, so it cannot be said whether it is the newest.",
)

DISPOSED: Final = Verdict(
    status=Status.UNKNOWN,
    code="disposed",
    words="It was issued here. The record it belongs to is no longer kept, so nothing newer is known of.",
)

NOT_PROVABLE: Final = "Not provable from this file."
TRACED: Final[Mapping[str, str]] = {
    "newest": "The reference {reference} on it belongs to revision {revision}, which is the newest: ask the "
    "organisation that issued it for the sealed file.",
    "superseded": "The reference {reference} on it belongs to revision {revision}, which has been "
    "superseded: ask the organisation that issued it for the newest.",
    "withdrawn": "The reference {reference} on it belongs to revision {revision}, which was withdrawn: do "
    "not use it.",
    "recalled": "The reference {reference} on it belongs to revision {revision}, which was recalled: do not "
    "use it.",
    "unknown": "The reference {reference} on it, with the check code beside it, was not issued here.",
    "disposed": "The reference {reference} on it, with the check code beside it, was issued here; the record "
    "is no longer kept.",
    "no_code": "The reference {reference} stands on it without its check code; alone it tells nothing.",
}
"""What is said of a reference in a file that proves nothing."""
_WORST_FIRST: Final = ("withdrawn", "recalled", "superseded", "newest")


def standing_of(found: Verification, store: Store) -> Verdict:
    """Return the standing of a file by its seal; of one that proves nothing, what its references tell."""
    with store.read() as tx:
        if found.proven and found.identity is not None:
            try:
                return _of_document(documents.by_seal(tx, found.identity))
            except NotFound:
                return DISPOSED if erasure.was_sealed(tx, found.identity) else NOT_HERE
        return _of_traces(tx, found.traces)


def _of_document(kept: Document) -> Verdict:
    status, code, words = STANDINGS[kept.state]
    detail = {
        "reference": kept.reference,
        "revision": kept.revision_number,
        "state": kept.state,
        "status": kept.status,
    }
    return Verdict(status=status, code=code, words=words, detail=detail)


def _of_traces(tx: Tx, traces: Sequence[Trace]) -> Verdict:
    """Return the standing that traces tell: UNKNOWN always, since they prove nothing.

    References that were issued here are told of, all of them; others only where there is none of those.
    """
    if not traces:
        return NOT_HERE
    told = [_told(tx, one) for one in traces]
    here = [one for one in told if "revision" in one] or told[:1]
    words = [TRACED[one["code"]].format_map(one) for one in here]
    code = next((one for one in _WORST_FIRST if any(one == each["code"] for each in here)), here[0]["code"])
    return Verdict(
        status=Status.UNKNOWN,
        code=f"traced_{code}",
        words=" ".join((NOT_PROVABLE, *words)),
        detail={"traces": here, "said": " ".join(words)},
    )


def _told(tx: Tx, trace: Trace) -> dict[str, Any]:
    told: dict[str, Any] = {"reference": trace.reference, "where": trace.where}
    if not trace.short_hash:
        return {**told, "code": "no_code"}
    kept = documents.by_print(tx, reference=trace.reference, short_hash=trace.short_hash)
    if not kept:
        was_here = erasure.was_printed(tx, reference=trace.reference, short_hash=trace.short_hash)
        return {**told, "code": "disposed" if was_here else "unknown"}
    one = kept[0]
    return {
        **told,
        "code": STANDINGS[one.state][1],
        "revision": one.revision_number,
        "audience": one.audience_id,
        "status": one.status,
    }
