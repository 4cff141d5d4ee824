"""Check a file: what its bytes prove, joined with what the record it came from says of it now."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from formsvc.errors import NotFound, Unreadable
from formsvc.seals.verify import Status, Verdict, Verification
from formsvc.settings import Settings
from formsvc.store import documents
from formsvc.store.session import Store
from formsvc.workflow.verify_apart import extract_apart, verify_apart

STANDINGS = {
    "current": (Status.GOOD, "newest", "It is the newest revision issued for this audience."),
    "superseded": (Status.BAD, "superseded", "It has been superseded: ask for the newest revision."),
    "withdrawn": (Status.BAD, "withdrawn", "It was withdrawn: do not use it."),
    "recalled": (Status.BAD, "recalled", "It was recalled: do not use it."),
}
NOT_HERE = Verdict(
    status=Status.UNKNOWN,
    code="not_issued_here",
    words="No record kept here issued this file, so it cannot be said whether it is the newest.",
)
QUESTIONS = {
    "readable": "Readable",
    "integrity": "Unchanged",
    "coverage": "Covered whole",
    "algorithms": "Methods",
    "signer": "Sealed by",
    "time": "When",
    "level": "Level",
    "hidden": "Nothing hidden",
    "data": "Data inside",
    "print": "Print is the data",
    "standing": "Newest",
}
"""Every verdict in the order people ask, and what the question is called."""


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A file's verdicts and its standing; `accepted` is the one answer a caller acts on."""

    verification: Verification
    standing: Verdict
    require_current: bool = False

    @property
    def accepted(self) -> bool:
        """Whether the file is genuine and, where that was asked, the newest."""
        current = self.standing.status is Status.GOOD or not self.require_current
        return self.verification.genuine and current

    @property
    def sentence(self) -> str:
        """The answer for somebody with ten seconds."""
        found = self.verification
        if found.readable.status is not Status.GOOD:
            return found.readable.words
        if found.genuine and self.standing.status is Status.BAD:
            return f"The document is genuine, but {_lower(self.standing.words)}"
        if found.genuine:
            return f"The document is genuine. {found.signer.words}"
        wrong = [one for _, one in self.verdicts() if one.status is Status.BAD]
        unsettled = [one for _, one in self.verdicts() if one.status is Status.UNKNOWN]
        return (wrong or unsettled or [found.integrity])[0].words

    def verdicts(self) -> list[tuple[str, Verdict]]:
        """Return every verdict that applies, with its name, in the order people ask."""
        named = [
            (name, self.standing if name == "standing" else getattr(self.verification, name))
            for name in QUESTIONS
        ]
        return [(name, one) for name, one in named if one.status is not Status.NOT_APPLICABLE]

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain data: one key a verdict."""
        return {
            **self.verification.to_json(),
            "standing": self.standing.to_json(),
            "accepted": self.accepted,
            "sentence": self.sentence,
        }

    def report(self) -> str:
        """Return the verdicts as lines for a person."""
        head = f"{self.verification.name}: {'genuine' if self.verification.genuine else 'NOT PROVEN GENUINE'}"
        lines = [head, f"  {self.sentence}"]
        lines += [f"  {QUESTIONS[name]:<18} {one.status:<8} {one.words}" for name, one in self.verdicts()]
        return "\n".join(lines)


def verify_file(path: Path, *, store: Store, settings: Settings, require_current: bool = False) -> Checked:
    """Check a file by its path; one that is not there or too large is checked as unreadable."""
    return verify_bytes(
        _read(path, settings=settings),
        name=path.name,
        store=store,
        settings=settings,
        require_current=require_current,
    )


def verify_bytes(
    data: bytes, *, name: str, store: Store, settings: Settings, require_current: bool = False
) -> Checked:
    """Check the bytes of a file, read in a process of its own. Nothing of it is kept."""
    found = verify_apart(data, name=name, settings=settings)
    return Checked(verification=found, standing=_standing(found, store), require_current=require_current)


def extract_view(path: Path, *, settings: Settings) -> bytes:
    """Return the JSON embedded in a file, exactly; raise Unreadable."""
    return extract_apart(_read(path, settings=settings), name=path.name, settings=settings)


def _read(path: Path, *, settings: Settings) -> bytes:
    """Return the bytes of a file; of one that is too large, just enough to see that it is."""
    try:
        with path.open("rb") as file:
            return file.read(settings.upload_limit + 1)
    except OSError as error:
        raise Unreadable(f"{path}: {(error.strerror or 'cannot be read').lower()}") from error


def _standing(found: Verification, store: Store) -> Verdict:
    if found.identity is None or found.integrity.status is not Status.GOOD:
        return NOT_HERE
    try:
        with store.read() as tx:
            kept = documents.by_seal(tx, found.identity)
    except NotFound:
        return NOT_HERE
    status, code, words = STANDINGS[kept.state]
    return Verdict(
        status=status,
        code=code,
        words=words,
        detail={
            "reference": kept.reference,
            "revision": kept.revision_number,
            "state": kept.state,
            "status": kept.status,
        },
    )


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
