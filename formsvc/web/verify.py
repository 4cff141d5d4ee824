"""Check a document without signing in: upload it, or type what is printed on it. Nothing is kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from flask import Blueprint, current_app, render_template, request
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from formsvc import clock
from formsvc.fields.moments import london_words, stored_utc
from formsvc.seals.verify import Status
from formsvc.web import said
from formsvc.web.guarding import open_route, settings, store
from formsvc.web.limiting import Limiter
from formsvc.workflow.find_print import HASH, cleaned, find_print
from formsvc.workflow.verify_file import QUESTIONS, verify_bytes

blueprint = Blueprint("verify", __name__, url_prefix="/verify")

WORDS = {Status.GOOD: ("Yes", "green"), Status.BAD: ("No", "red"), Status.UNKNOWN: ("Not known", "yellow")}
FILES_A_MINUTE: Final = 20
PRINTS_A_MINUTE: Final = 30
MOST_DETAIL: Final = 20_000

NOT_GENUINE: Final = (
    "Do not act on this copy alone. Ask whoever sent it for the file they were sent, or ring the "
    "organisation it says it is from, on a number you already have."
)
NOT_HERE: Final = (
    "What it says was not changed since it was sealed. Ask who sealed it whether it is the newest."
)
STANDING_ADVICE: Final[Mapping[str, str]] = {
    "newest": "You can act on it.",
    "superseded": "Use the newest revision. Until you have it, treat what this one says with care.",
    "withdrawn": "Do not use it. Ask the organisation that issued it what takes its place.",
    "recalled": "Do not use it. Ask the organisation that issued it what takes its place.",
}
"""Standing of a genuine document -> what to do with it."""

Answered = Response | str | tuple[str, int]


@blueprint.get("")
@open_route
def ask() -> str:
    """Ask for a file, or for what is printed."""
    return _ask({}, reference=request.args.get("reference", "")[:40])


@blueprint.post("")
@open_route
def answer() -> Answered:
    """Answer about a file, read in a process of its own."""
    _limit("files", most=FILES_A_MINUTE)
    handed_in = request.files.get("file")
    if handed_in is None or not handed_in.filename:
        return _ask({"file": "Choose the document you want to check"}), 422
    data = handed_in.read()
    if not data:
        return _ask({"file": "That file is empty. Choose the document you want to check"}), 422
    told = verify_bytes(data, name="document", store=store(), settings=settings()).to_json()
    genuine, outdated = told["genuine"], told["standing"]["status"] == Status.BAD
    tone = "unknown" if genuine and outdated else "good" if genuine else "bad"
    return render_template(
        "verify/verdict.html",
        heading=_heading(genuine=genuine, outdated=outdated),
        tone=tone,
        sentence=told["sentence"],
        todo=_todo(told),
        unapproved=genuine and told["standing"].get("detail", {}).get("status") == "not_yet_approved",
        rows=_rows(told),
        detail=json.dumps(told, ensure_ascii=False, indent=2)[:MOST_DETAIL],
        checked=london_words(stored_utc(clock.now())),
        sha256=hashlib.sha256(data).hexdigest(),
    )


@blueprint.post("/printed")
@open_route
def printed() -> Answered:
    """Answer from the printed reference and short hash."""
    _limit("prints", most=PRINTS_A_MINUTE)
    reference, short_hash = request.form.get("reference", "")[:60], request.form.get("short_hash", "")[:60]
    errors = {}
    if not reference.strip():
        errors["reference"] = "Enter the reference printed at the foot of each page, like TP-7Q4K-2M9X"
    if not HASH.fullmatch(cleaned(reference, short_hash)[1]):
        errors["short_hash"] = (
            "Enter the 16 letters and figures printed after the reference, like 3f2a 90c1 77be 04d5"
        )
    if errors:
        return _ask(errors, reference=reference, short_hash=short_hash), 422
    found = find_print(store(), reference=reference, short_hash=short_hash)
    named, digits = cleaned(reference, short_hash)
    return render_template(
        "verify/printed.html",
        found=found,
        reference=named,
        short_hash=" ".join(digits[at : at + 4] for at in range(0, 16, 4)),
        tone=_printed_tone(found),
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
    )


def _limit(what: str, *, most: int) -> None:
    """Raise TooManyRequests where one address asks too often."""
    limiters: dict[str, Limiter] = current_app.extensions["formsvc"].setdefault("limiters", {})
    limiter = limiters.setdefault(what, Limiter(most=most, span=timedelta(minutes=1)))
    if not limiter.allows(request.remote_addr or ""):
        raise TooManyRequests


def _rows(told: Any) -> list[dict[str, str]]:
    return [
        {
            "question": question,
            "words": told[name]["words"],
            "word": WORDS[Status(told[name]["status"])][0],
            "colour": WORDS[Status(told[name]["status"])][1],
        }
        for name, question in QUESTIONS.items()
        if told.get(name, {}).get("status", Status.NOT_APPLICABLE) != Status.NOT_APPLICABLE
    ]


def _heading(*, genuine: bool, outdated: bool) -> str:
    if genuine:
        return "Genuine, but not the newest" if outdated else "This document is genuine"
    return "This document is not proven genuine"


def _todo(told: Mapping[str, Any]) -> str:
    """Return what to do now, for somebody with ten seconds."""
    if not told["genuine"]:
        return NOT_GENUINE
    if told.get("signer", {}).get("detail", {}).get("demonstration"):
        return "Do not act on it: it was made for trying out, with a key that is trusted nowhere else."
    return STANDING_ADVICE.get(told["standing"]["code"], NOT_HERE)


def _printed_tone(found: Any) -> str:
    if found is None:
        return "bad"
    return "good" if found.standing.status is Status.GOOD else "unknown"
