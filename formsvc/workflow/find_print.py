"""What the printed reference and short hash of a document say: nothing about the child, nothing is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from formsvc.seals.verify import Verdict
from formsvc.store import documents, erasure
from formsvc.store.session import Store
from formsvc.workflow.standings import DISPOSED, STANDINGS

HASH: Final = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, kw_only=True)
class Printed:
    """A document that bears a reference and a short hash, as its own footer names it.

    Of one whose record is no longer kept, `revision` and `issued_at` are None and `audience` is empty.
    """

    reference: str
    revision: int | None
    audience: str
    approved: bool
    issued_at: datetime | None
    ended_at: datetime | None
    standing: Verdict


def cleaned(reference: str, short_hash: str) -> tuple[str, str]:
    """Return what was typed as it is printed: spaces and dashes are forgiven, and letters of either case."""
    letters = re.sub(r"[^A-Z0-9]", "", reference.upper())
    split = re.fullmatch(r"([A-Z]+?)([A-Z0-9]{4})([A-Z0-9]{4})", letters)
    return "-".join(split.groups()) if split else letters, re.sub(r"[^0-9a-f]", "", short_hash.lower())


def find_print(store: Store, *, reference: str, short_hash: str) -> Printed | None:
    """Return what is known of the document that bears them, None where there is none.

    The same view is issued as PDF and as Word; both stand alike.
    """
    named, digits = cleaned(reference, short_hash)
    if not HASH.fullmatch(digits):
        return None
    with store.read() as tx:
        found = documents.by_print(tx, reference=named, short_hash=digits)
        is_gone = not found and erasure.was_printed(tx, reference=named, short_hash=digits)
    if is_gone:
        return Printed(
            reference=named,
            revision=None,
            audience="",
            approved=True,
            issued_at=None,
            ended_at=None,
            standing=DISPOSED,
        )
    if not found:
        return None
    one = found[0]
    status, code, words = STANDINGS[one.state]
    return Printed(
        reference=one.reference,
        revision=one.revision_number,
        audience=one.audience_id,
        approved=one.status == "approved",
        issued_at=one.issued_at,
        ended_at=one.ended_at,
        standing=Verdict(status=status, code=code, words=words),
    )
