"""Blank forms in the browser: links to them, and the file they lead to."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from formsvc.definitions.library import load_library
from formsvc.demo import CHILDREN
from formsvc.workflow.blank_form import blank_form
from tests.web.completing import begun, shared, the_plan
from tests.web.conftest import Installation, StrictClient

As = Callable[[str], StrictClient]
LINK = re.compile(r'href="(/forms/[^"]+/blank)"')


@pytest.fixture(scope="module")
def demo(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Return the demonstration that this file's tests share."""
    yield from shared(demo_template, tmp_path_factory.mktemp("shared"))


def link(client: StrictClient, address: str) -> str:
    """Return the address of the blank form that a page leads to."""
    found = LINK.search(client.get(address).text)
    assert found, address
    return html.unescape(found[1])


def test_task_list_and_child_lead_to_the_blank_form(demo: Installation, as_: As) -> None:
    """Whoever begins or goes on with a form finds its blank form, for the area the child is in."""
    worker = as_("social_worker")
    record = begun(demo, the_plan(demo))
    assert link(worker, f"/records/{record}") == "/forms/trigger_plan/LAN/blank"
    page = worker.get(f"/children/{CHILDREN[0].id}").text
    offered = set(re.findall(r'href="/forms/([a-z_]+)/LAN/blank"', page))
    assert {"trigger_plan", "return_interview", "missing_report"} <= offered


def test_blank_form_is_the_one_of_the_command_line(demo: Installation, as_: As) -> None:
    """Another process draws it, to the same bytes, under a name that says which form it is."""
    reply = as_("social_worker").get("/forms/trigger_plan/LAN/blank")
    effective = load_library(demo.settings.form_templates).effective("trigger_plan", "LAN")
    assert reply.mimetype == "application/pdf"
    assert 'filename="trigger_plan_LAN_v1_blank.pdf"' in reply.headers["Content-Disposition"]
    assert reply.get_data() == blank_form(effective, settings=demo.settings)


@pytest.mark.parametrize("address", ["/forms/trigger_plan/ZZZ/blank", "/forms/nothing/LAN/blank"])
def test_form_or_area_that_is_not_there_is_not_found(as_: As, address: str) -> None:
    """An address that names no form says so, like any other."""
    assert as_("social_worker").get(address).status_code == 404
