"""Check a document without signing in: upload it, read the answer, nothing is kept."""

from __future__ import annotations

import hashlib
import json

from flask import Blueprint, current_app, render_template, request
from werkzeug.wrappers import Response

from formsvc import clock
from formsvc.fields.moments import london_words, stored_utc
from formsvc.seals.verify import Status
from formsvc.workflow.verify_apart import verify_apart
from formsvc.workflow.verify_file import QUESTIONS

blueprint = Blueprint("verify", __name__, url_prefix="/verify")

WORDS = {Status.GOOD: ("Yes", "green"), Status.BAD: ("No", "red"), Status.UNKNOWN: ("Not known", "yellow")}


@blueprint.get("")
def ask() -> str:
    """Ask for a file."""
    return render_template("verify.html", error=None)


@blueprint.post("")
def answer() -> Response | str | tuple[str, int]:
    """Answer about a file."""
    handed_in = request.files.get("file")
    if handed_in is None or not handed_in.filename:
        return render_template("verify.html", error="Choose the document you want to check"), 422
    data = handed_in.read()
    told = verify_apart(data, settings=current_app.extensions["formsvc"]["settings"])
    genuine, bad = told["genuine"], told["standing"]["status"] == Status.BAD
    tone = "unknown" if genuine and bad else "good" if genuine else "bad"
    rows = [
        {
            "question": question,
            "words": told[name]["words"],
            "word": WORDS[Status(told[name]["status"])][0],
            "colour": WORDS[Status(told[name]["status"])][1],
        }
        for name, question in QUESTIONS.items()
        if told.get(name, {}).get("status", Status.NOT_APPLICABLE) != Status.NOT_APPLICABLE
    ]
    return render_template(
        "verdict.html",
        heading=_heading(genuine=genuine, outdated=bad),
        tone=tone,
        sentence=told["sentence"],
        rows=rows,
        detail=json.dumps(told, ensure_ascii=False, indent=2),
        checked=london_words(stored_utc(clock.now())),
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _heading(*, genuine: bool, outdated: bool) -> str:
    if genuine:
        return "Genuine, but not the newest" if outdated else "This document is genuine"
    return "This document is not proven genuine"
