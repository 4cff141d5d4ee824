"""Compare pages with approved pictures, or write those anew with `make pictures`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from PIL import Image

from tests.pictures.comparing import Verdict
from tests.pictures.drawing import keep, kept

APPROVED = Path(__file__).parent / "approved"
FAILING = Path(__file__).resolve().parents[2] / "build" / "pictures"
WROTE = pytest.StashKey[list[str]]()

Pages = Mapping[str, Image.Image]
Compare = Callable[[Image.Image, Image.Image], Verdict]


class Gallery:
    """The approved pictures of a folder; what differs from them is kept in another."""

    def __init__(self, approved: Path, failing: Path) -> None:
        self.approved = approved
        self.failing = failing

    def write(self, pages: Pages) -> list[str]:
        """Approve these pages and no others; return what that changed."""
        changed = []
        for file in self.approved.glob("*.png"):
            if file.stem not in pages:
                file.unlink()
                changed.append(f"{self.approved.name}/{file.name} is gone")
        for name, page in pages.items():
            file = self.approved / f"{name}.png"
            before = file.read_bytes() if file.exists() else b""
            keep(page, file)
            if file.read_bytes() != before:
                changed.append(f"{self.approved.name}/{file.name} {'changed' if before else 'is new'}")
        return changed

    def wrong(self, pages: Pages, compare: Compare) -> list[str]:
        """Return what differs from what was approved, and keep the pictures that show it."""
        names = {file.stem for file in self.approved.glob("*.png")}
        found = [
            f"{name} is {'not drawn any more' if name in names else 'not approved'}"
            for name in sorted(names ^ set(pages))
        ]
        for name in sorted(names & set(pages)):
            approved = kept(self.approved / f"{name}.png")
            verdict = compare(approved, pages[name])
            if not verdict.same:
                found.append(f"{name} differs: {verdict.share:.5%} of it")
                self._keep(name, expected=approved, actual=pages[name], difference=verdict.difference)
        for name in sorted(set(pages) - names):
            self._keep(name, actual=pages[name])
        return found

    def _keep(self, name: str, **pictures: Image.Image) -> None:
        for what, picture in pictures.items():
            keep(picture, self.failing / f"{name}-{what}.png")


@pytest.fixture
def approved(request: pytest.FixtureRequest) -> Callable[[str, Pages, Compare], None]:
    """Return a function (name, pages, how) that compares pages with the approved ones, or approves them."""

    def compare(name: str, pages: Pages, how: Compare) -> None:
        gallery = Gallery(APPROVED / name, FAILING / name)
        if request.config.getoption("--write-golden"):
            request.config.stash.setdefault(WROTE, []).extend(gallery.write(pages))
        wrong = gallery.wrong(pages, how)
        remedy = f"See {gallery.failing}. If the new pages are right, look at each and run: make pictures"
        assert wrong == [], "\n".join([*wrong, remedy])

    return compare


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config
) -> None:
    """Say which approved pictures were written anew."""
    del exitstatus
    if config.getoption("--write-golden"):
        for line in config.stash.get(WROTE, []) or ["No approved picture changed."]:
            terminalreporter.write_line(line)
