"""Check a file: what its bytes prove, joined with what the record it came from says of it now."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from formsvc.errors import Unreadable
from formsvc.seals.verify import Status, Verdict, Verification
from formsvc.seals.verify.attachments import told_files
from formsvc.seals.verify.verdicts import bad
from formsvc.settings import Settings
from formsvc.store.session import Store
from formsvc.workflow.known_definitions import KnownDefinitions, kept_definition
from formsvc.workflow.say_verdict import Answer, say_verdict
from formsvc.workflow.standings import NOT_HERE, standing_of
from formsvc.workflow.verify_apart import extract_apart, verify_apart

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
    "valid": "Data as its form asks",
    "print": "Print is the data",
    "attachments": "Files inside it",
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
    def answer(self) -> Answer:
        """The answer for somebody with ten seconds: whether to rely on it, why, what to do."""
        return say_verdict(self.verification, self.standing)

    def verdicts(self, names: Iterable[str] = QUESTIONS) -> list[tuple[str, Verdict]]:
        """Return every verdict that applies, with its name, in the order of `names`."""
        named = [
            (name, self.standing if name == "standing" else getattr(self.verification, name))
            for name in names
        ]
        return [(name, one) for name, one in named if one.status is not Status.NOT_APPLICABLE]

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain data: one key a verdict."""
        return {
            **self.verification.to_json(),
            "standing": self.standing.to_json(),
            "accepted": self.accepted,
            "answer": self.answer.to_json(),
            "sentence": self.answer.sentence,
        }

    def report(self) -> str:
        """Return the verdicts as lines for a person."""
        answer = self.answer
        lines = [
            f"{self.verification.name}: {'genuine' if self.verification.genuine else 'NOT PROVEN GENUINE'}",
            f"  {answer.headline.rstrip('.')}.",
            f"  {answer.why}",
            f"  What to do: {answer.advice}",
        ]
        wide = max(map(len, QUESTIONS.values()))
        lines += [f"  {QUESTIONS[name]:<{wide}} {one.status:<8} {one.words}" for name, one in self.verdicts()]
        lines += [f"  {said}" for said in told_files(self.verification.attachments)]
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
    known = KnownDefinitions(folder=settings.form_templates)
    found = verify_apart(data, name=name, settings=settings, definitions=known)
    kept = kept_definition(found, store)
    if kept is not None:  # an older form: the library has it no more
        known = KnownDefinitions(folder=settings.form_templates, kept=kept)
        found = verify_apart(data, name=name, settings=settings, definitions=known)
    return Checked(verification=found, standing=standing_of(found, store), require_current=require_current)


def not_reached(data: bytes, *, name: str) -> Checked:
    """Return the answer about a file that was not read, since others handed in with it took too long."""
    found = Verification(
        name=name,
        kind="other",
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        readable=bad("unreadable", why="the files before it took too long. Check it by itself"),
    )
    return Checked(verification=found, standing=NOT_HERE)


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
