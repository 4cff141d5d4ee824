"""What `formsvc.view/1` prints never changes: files issued years ago must still equal their print."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

from formsvc import clock
from formsvc.access.views import View
from formsvc.definitions.library import load_library
from formsvc.documents.content import addressed, build
from formsvc.settings import PROJECT, load
from formsvc.workflow.preview import example_view

KEPT = PROJECT / "tests" / "data" / "view_1.json"
AT = datetime(2026, 11, 22, 18, 5, tzinfo=UTC)


def test_kept_view_still_prints_what_it_printed(golden: Callable[[str, str], None]) -> None:
    """A view made on the day the format was begun says word for word what it said then."""
    view = View(data=json.loads(KEPT.read_text("utf-8")))
    told = "\n".join(f"{path}\n    {text!r}" for path, text in addressed(build(view)).items())
    golden("view_1.txt", told + "\n")


def test_view_of_today_has_the_keys_of_the_format() -> None:
    """A view made today is of the same format: a new key needs a new one."""
    kept = json.loads(KEPT.read_text("utf-8"))
    effective = load_library(PROJECT / "form_templates").effective("trigger_plan")
    with clock.held(AT):
        made = example_view(effective, audience="full", settings=load({})).data
    assert made["format"] == kept["format"]
    assert set(made) == set(kept)
    assert set(made["document"]) == set(kept["document"])
    assert set(made["form"]) == set(kept["form"])
