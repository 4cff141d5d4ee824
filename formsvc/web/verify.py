"""Check documents without signing in: upload them, or type what is printed on one. Nothing is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from flask import Blueprint, current_app, render_template, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from formsvc import clock
from formsvc.fields.moments import london_words, stored_utc
from formsvc.seals.verify import Status
from formsvc.seals.verify.attachments import told_files
from formsvc.web import said
from formsvc.web.guarding import open_route, settings, store
from formsvc.web.limiting import Limiter
from formsvc.workflow.find_print import HASH, cleaned, find_print
from formsvc.workflow.say_verdict import say_printed
from formsvc.workflow.verify_file import Checked, not_reached, verify_bytes

blueprint = Blueprint("verify", __name__, url_prefix="/verify")

WORDS: Final[Mapping[Status, tuple[str, str]]] = {
    Status.GOOD: ("Yes", "green"),
    Status.BAD: ("No", "red"),
    Status.UNKNOWN: ("Not known", "yellow"),
}
QUESTIONS: Final[Mapping[str, str]] = {
    "readable": "Could it be read?",
    "integrity": "Is it as it was when it was sealed?",
    "coverage": "Does the seal cover all of it?",
    "signer": "Is whoever sealed it trusted here?",
    "time": "Is it proven when it was sealed?",
    "algorithms": "Are the methods of the seal sound?",
    "hidden": "Is it free of hidden content?",
    "data": "Is the data inside it whole?",
    "valid": "Is the data what its form allows?",
    "print": "Does the print say what the data says?",
    "attachments": "Are the files inside it those that it names?",
    "standing": "Is it the newest?",
}
"""Every verdict that is a question to be answered with yes or no, in the order people ask."""

MOST_FILES: Final = 10
FILES_A_MINUTE: Final = 30
PRINTS_A_MINUTE: Final = 30
TIME_FOR_ALL: Final = timedelta(seconds=20)
"""After this no further file is begun: one that is begun may take half a minute, a request a whole one."""
MOST_DETAIL: Final = 20_000

Answered = Response | str | tuple[str, int]


@blueprint.get("")
@open_route
def ask() -> str:
    """Ask for files, or for what is printed; the code on the last page fills that in."""
    return _ask(
        {}, reference=request.args.get("reference", "")[:40], short_hash=request.args.get("code", "")[:40]
    )


@blueprint.post("")
@open_route
def answer() -> Answered:
    """Answer about each file, read in a process of its own."""
    handed_in = [one for one in request.files.getlist("file") if one.filename]
    _limit("files", most=FILES_A_MINUTE, tries=min(len(handed_in), MOST_FILES) or 1)
    if error := _wrong_with(handed_in):
        return _ask({"file": error}), 422
    checked = _checked([one.read() for one in handed_in])
    if len(checked) == 1 and not checked[0].verification.size:
        return _ask({"file": "That file is empty. Choose the document you want to check"}), 422
    good = sum(one.answer.tone == "good" for one in checked)
    return render_template(
        "verify/answers.html",
        heading=checked[0].answer.headline if len(checked) == 1 else _heading(good, len(checked)),
        files=[_told(one) for one in checked],
        checked=london_words(stored_utc(clock.now())),
    )


@blueprint.post("/printed")
@open_route
def printed() -> Answered:
    """Answer from the printed reference and check code."""
    _limit("prints", most=PRINTS_A_MINUTE)
    reference, short_hash = request.form.get("reference", "")[:60], request.form.get("short_hash", "")[:60]
    errors = {}
    if not reference.strip():
        errors["reference"] = "Enter the reference printed at the foot of each page, like TP-7Q4K-2M9X"
    if not HASH.fullmatch(cleaned(reference, short_hash)[1]):
        errors["short_hash"] = (
            "Enter the check code printed below it: 16 letters and figures, like 3f2a 90c1 77be 04d5"
        )
    if errors:
        return _ask(errors, reference=reference, short_hash=short_hash), 422
    found = find_print(store(), reference=reference, short_hash=short_hash)
    named, digits = cleaned(reference, short_hash)
    code = " ".join(digits[at : at + 4] for at in range(0, 16, 4))
    return render_template(
        "verify/printed.html",
        answer=say_printed(found, reference=named, code=code),
        found=found,
        reference=named,
        short_hash=code,
        said=said,
        checked=london_words(stored_utc(clock.now())),
    )


def _ask(errors: dict[str, str], *, reference: str = "", short_hash: str = "") -> str:
    return render_template(
        "verify/ask.html",
        errors=errors,
        reference=reference,
        short_hash=short_hash,
        megabytes=settings().upload_limit // (1024 * 1024),
        most=MOST_FILES,
    )


def _wrong_with(handed_in: Sequence[FileStorage]) -> str | None:
    if not handed_in:
        return "Choose the document you want to check"
    if len(handed_in) > MOST_FILES:
        return f"Choose at most {MOST_FILES} documents at a time"
    return None


def _checked(files: Sequence[bytes]) -> list[Checked]:
    """Check files one after another; those that there is no time for are said not to have been read."""
    began = clock.now()
    return [
        verify_bytes(data, name="document", store=store(), settings=settings())
        if clock.now() - began < TIME_FOR_ALL
        else not_reached(data, name="document")
        for data in files
    ]


def _limit(what: str, *, most: int, tries: int = 1) -> None:
    """Raise TooManyRequests where one address asks too often."""
    limiters: dict[str, Limiter] = current_app.extensions["formsvc"].setdefault("limiters", {})
    limiter = limiters.setdefault(what, Limiter(most=most, span=timedelta(minutes=1)))
    if not all(limiter.allows(request.remote_addr or "") for _ in range(tries)):
        raise TooManyRequests


def _heading(good: int, total: int) -> str:
    if good == total:
        return f"You can rely on all {total} documents"
    if not good:
        return f"None of the {total} documents can be relied on without another step"
    return f"You can rely on {good} of {total} documents: see each below"


def _told(checked: Checked) -> dict[str, Any]:
    """Return one file's answer as its page shows it. What the visitor called it is told to nobody."""
    found = checked.verification
    issued = found.issued if found.proven and found.data.status is Status.GOOD else None
    return {
        "answer": checked.answer,
        "issued": issued,
        "issued_at": london_words(issued.issued_at) if issued else "",
        "made_for": said.AUDIENCES.get(issued.audience, issued.audience) if issued else "",
        "kind": {"pdf": "PDF", "docx": "Word document"}.get(found.kind, "File"),
        "size": said.size(found.size),
        "rows": [
            {
                "question": QUESTIONS[name],
                "words": one.words,
                "word": WORDS[one.status][0],
                "colour": WORDS[one.status][1],
            }
            for name, one in checked.verdicts(QUESTIONS)
        ],
        "files": told_files(found.attachments),
        "detail": json.dumps(checked.to_json(), ensure_ascii=False, indent=2)[:MOST_DETAIL],
        "sha256": found.sha256,
    }
