"""The Trigger Plan as pan-Lancashire has it, and what the tests of its content fill it with."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from copy import deepcopy
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from formsvc.access.views import View, make_view
from formsvc.definitions.library import Library, load_library
from formsvc.definitions.model import Effective, Stage
from formsvc.records.gate import Gate, Judged
from formsvc.records.snapshots import make_snapshot

PROJECT = Path(__file__).parents[3]
TEMPLATES = PROJECT / "form_templates"
PHOTO = TEMPLATES / "examples" / "photo.jpg"
FILES = {
    "example": TEMPLATES / "examples" / "trigger_plan.LAN.json",
    "hard": TEMPLATES / "examples" / "trigger_plan.hard.json",
    "dara": PROJECT / "tests" / "data" / "dara.answers.json",
}

Judge = Callable[[dict[str, Any]], Judged]
Answers = dict[str, dict[str, Any]]


@pytest.fixture(scope="session")
def library() -> Library:
    """The definitions and areas of the project."""
    return load_library(TEMPLATES)


@pytest.fixture(scope="session")
def plan(library: Library) -> Effective:
    """The Trigger Plan in its home area."""
    return library.effective("trigger_plan")


@pytest.fixture(scope="session")
def _filled() -> Answers:
    sha256 = hashlib.sha256(PHOTO.read_bytes()).hexdigest()
    found = {name: json.loads(path.read_text("utf-8"))["answers"] for name, path in FILES.items()}
    for answers in found.values():
        if "photo" in answers:
            answers["photo"] |= {"sha256": sha256, "media_type": "image/jpeg"}
    return found


@pytest.fixture
def filled(_filled: Answers) -> Answers:
    """The answers of the example, the hard example and Dara's plan, with the hash of the photo."""
    return deepcopy(_filled)


@pytest.fixture
def judge(plan: Effective, fixed_clock: datetime) -> Judge:
    """Judge answers as final."""
    gate = Gate(plan)
    return lambda answers: gate.judge(answers, stage=Stage.FINAL)


@pytest.fixture
def view_of(plan: Effective, filled: Answers, judge: Judge) -> Callable[[str], View]:
    """Make the view of the example for an audience."""
    judged = judge(filled["example"])
    snapshot = make_snapshot(
        plan,
        record="demorecordplan222222",
        reference="TP-DEM2-PAGE",
        revision=1,
        supersedes=None,
        controller=("own", "Calderholme County Council"),
        answers=judged.answers,
        not_asked=judged.not_asked,
        notices=judged.notices,
        signoffs=(),
        attachments=(),
        salt="0" * 64,
        at="2026-11-22T18:05:00Z",
    )
    return lambda audience: make_view(
        snapshot, plan, audience, verify_at="https://forms.example.org/verify", demonstration=True
    )
