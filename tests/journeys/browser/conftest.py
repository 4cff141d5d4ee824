"""A running service and a real Chromium for the journeys of people."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.browser.seat import WIDE, Seat
from tests.journeys.browser.site import Site, running

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

Sit = Callable[..., Seat]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Return a service with the demonstration in it, its documents issued and a worker beside it."""
    with running(tmp_path_factory.mktemp("site")) as found:
        yield found


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Return the system's Chromium, without a window; its event loop ends with the module that asked."""
    program = shutil.which("chromium")
    assert program, "Chromium is not there. Remedy: make setup"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def sit(site: Site, chromium: Browser) -> Iterator[Sit]:
    """Return what gives a window of its own: `sit("social_worker")` is signed in, `sit()` is nobody.

    Every keyword is Chromium's: `java_script_enabled=False`, `has_touch=True`. A script of ours that
    fails, or a page that the content security policy had to stop, fails the test.
    """
    contexts = []
    wrong: list[str] = []

    def seat(role: str = "", **options: Any) -> Seat:
        context = chromium.new_context(**{"viewport": WIDE, "locale": "en-GB", **options})
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "console",
            lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None,
        )
        made = Seat(page, site)
        if role:
            made.sign_in(role)
        return made

    yield seat
    for context in contexts:
        context.close()
    assert wrong == []
