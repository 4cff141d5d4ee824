"""Where a person of a journey sits: one browser window, and what people do in it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, Response, expect

from formsvc.demo import PASSWORD, USERS, DemoUser
from formsvc.settings import PROJECT
from tests.journeys.browser.site import Site

WIDE = {"width": 1100, "height": 900}
PHONE = {"width": 390, "height": 844}
SIZES = {"wide": WIDE, "phone": PHONE}

SCREENSHOTS = os.environ.get("SCREENSHOTS", "")
"""A folder to keep a picture of every page in; empty keeps none."""

AXE = PROJECT / "node_modules" / "axe-core" / "axe.min.js"
JUDGE = """() => axe.run(document, {resultTypes: ["violations"]}).then(found => found.violations.flatMap(
    one => one.nodes.map(node => [one.id, node.target.join(" "), node.failureSummary, node.html])))"""

CONDITIONAL = re.compile(r'^<input[^>]* type="(radio|checkbox)"')
EXPANDED = re.compile(r'ARIA attribute is not allowed: aria-expanded="(true|false)"$')

WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def who(role: str) -> DemoUser:
    """Return the demo's first person in a role."""
    return next(one for one in USERS if one.role == role)


class Seat:
    """A window of a browser, at a service."""

    def __init__(self, page: Page, site: Site) -> None:
        self.page = page
        self.site = site

    # ---------------------------------------------------------------- where one is

    def go(self, path: str) -> Response:
        """Open an address of the service and return the reply."""
        reply = self.page.goto(self.site.address + path)
        assert reply is not None
        return reply

    @property
    def path(self) -> str:
        """Where the window is, without the host, the query or the fragment."""
        return re.split(r"[?#]", self.page.url.removeprefix(self.site.address))[0]

    @property
    def heading(self) -> str:
        """The heading of the page."""
        return self.page.locator("h1").inner_text()

    @property
    def words(self) -> str:
        """Every word of the page that can be seen."""
        return self.page.locator("body").inner_text()

    # ---------------------------------------------------------------- what one does

    def sign_in(self, role: str) -> None:
        """Sign in as the demo's person in a role, by hand."""
        self.go("/sign-in")
        self.page.get_by_label("Email address").fill(who(role).email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.press("Sign in")
        expect(self.page.get_by_role("button", name="Sign out")).to_be_visible()

    def press(self, name: str, *, within: Locator | None = None) -> None:
        """Press a button by its name."""
        (within or self.page).get_by_role("button", name=name, exact=True).first.click()

    def follow(self, name: str, *, within: Locator | None = None) -> None:
        """Follow a link by its name, also one that looks like a button."""
        place = within or self.page
        link = place.get_by_role("link", name=name, exact=True)
        link.or_(place.get_by_role("button", name=name, exact=True)).first.click()

    def question(self, field_id: str) -> Locator:
        """Return everything of one question of a form."""
        return self.page.locator(f"#q-{field_id}")

    def write(self, field_id: str, **typed: str) -> None:
        """Type into the inputs of a question, each by its name after the field's: `write("x", day="3")`.

        `value` is the question's only input.
        """
        for part, text in typed.items():
            name = field_id if part == "value" else f"{field_id}-{part}"
            self.page.locator(f'[name="{name}"]').fill(text)

    def choose(self, field_id: str, value: str, *, part: str = "value") -> None:
        """Choose a radio or tick a box of a question by its value."""
        name = field_id if part == "value" else f"{field_id}-{part}"
        self.page.locator(f'input[name="{name}"][value="{value}"]').check()

    # ---------------------------------------------------------------- what is judged

    def problems(self) -> list[str]:
        """Return what the focused error summary lists; each of its links leads to an input of the page."""
        summary = self.page.locator(".govuk-error-summary")
        expect(summary).to_be_focused()
        links = summary.locator("ul a")
        for link in links.all():
            target = (link.get_attribute("href") or "").removeprefix("#")
            assert target, link.inner_text()
            assert self.page.locator(f'[id="{target}"]').count() == 1, target
        return [one.strip() for one in links.all_inner_texts()]

    def look(self, name: str) -> list[str]:
        """Judge this page wide and at a phone's width; return what is wrong, and keep pictures of it."""
        found = []
        for size, viewport in SIZES.items():
            self.page.set_viewport_size(viewport)  # type: ignore[arg-type]  # a dictionary of the right shape
            self.picture(f"{name} {size}")
            found += [f"{self.path} {size}: {one}" for one in axe(self.page)]
            if over := self.page.evaluate(WIDER):
                found.append(f"{self.path} {size}: is {over} px wider than the window")
        self.page.set_viewport_size(WIDE)  # type: ignore[arg-type]  # as above
        return found

    def picture(self, name: str) -> None:
        """Keep a picture of the whole page where pictures are kept."""
        if SCREENSHOTS:
            file = Path(SCREENSHOTS) / f"{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=file, full_page=True)


def axe(page: Page) -> list[str]:
    """Return what axe-core finds wrong with a page, one line a node."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    found: Any = page.evaluate(JUDGE)
    return [
        f"{rule} at {target}: {' '.join(why.split())}"
        for rule, target, why, markup in found
        if not _is_conditional_question(rule, why, markup)
    ]


def _is_conditional_question(rule: str, why: str, markup: str) -> bool:
    """Say whether a finding is the one exception of docs/accessibility.md (conditional radios)."""
    is_it = rule == "aria-allowed-attr" and CONDITIONAL.match(markup) is not None
    return is_it and len(why.splitlines()) == 2 and EXPANDED.search(why) is not None
