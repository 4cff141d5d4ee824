"""Check the documentation by itself: every link leads somewhere, every decision and target is listed.

python tools/check_docs.py
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"!?\[[^\]]*\]\(([^()\s]+(?:\([^()]*\)[^()\s]*)?)(?:\s+\"[^\"]*\")?\)")
FENCE = re.compile(r"^(```|~~~).*?^\1", flags=re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")


def pages(root: Path) -> list[Path]:
    """Return the Markdown files that belong to the project, those not yet committed included."""
    asked = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    listed = subprocess.run(asked, cwd=root, capture_output=True, text=True, check=True).stdout
    return [root / name for name in listed.splitlines() if (root / name).exists()]


def anchors(text: str) -> set[str]:
    """Return the anchors of a page's headings, as the usual forges make them."""
    found: set[str] = set()
    for heading in re.findall(r"^#{1,6}\s+(.*?)\s*#*$", FENCE.sub("", text), flags=re.MULTILINE):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").strip().lower()
        slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        number = 1
        unique = slug
        while unique in found:
            unique, number = f"{slug}-{number}", number + 1
        found.add(unique)
    return found


def broken_links(root: Path) -> Iterator[str]:
    """Yield each link inside the project that leads nowhere."""
    for page in pages(root):
        text = page.read_text(encoding="utf-8")
        for target in LINK.findall(CODE.sub("", FENCE.sub("", text))):
            if re.match(r"[a-z][a-z0-9+.-]*:", target):
                continue
            path, _, anchor = target.partition("#")
            file = (page.parent / path).resolve() if path else page
            where = page.relative_to(root)
            if not file.exists():
                yield f"{where}: {target} leads nowhere. Remedy: mend or remove the link"
            elif anchor and file.suffix == ".md" and anchor not in anchors(file.read_text(encoding="utf-8")):
                yield f"{where}: {target}: there is no such heading. Remedy: link to one that is there"


def unlisted_decisions(root: Path) -> Iterator[str]:
    """Yield each decision that the index of decisions does not name."""
    folder = root / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    for decision in sorted(folder.glob("*.md")):
        if decision.name != "README.md" and f"({decision.name})" not in index:
            yield f"docs/decisions/README.md does not list {decision.name}. Remedy: add a line for it"


def unknown_targets(root: Path) -> Iterator[str]:
    """Yield each `make TARGET` of the documentation that does not exist, and each target without help."""
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, flags=re.MULTILINE))
    for page in pages(root):
        for target in re.findall(r"`make ([a-z][a-z-]*)", page.read_text(encoding="utf-8")):
            if target not in targets:
                yield f"{page.relative_to(root)}: there is no `make {target}`. Remedy: name one that is there"
    for line in re.findall(r"^[a-z][a-z-]*:.*$", makefile, flags=re.MULTILINE):
        if "## " not in line:
            yield f"Makefile: `{line.split(':')[0]}` has no help. Remedy: add ## and a line"


def main() -> int:
    found = [*broken_links(ROOT), *unlisted_decisions(ROOT), *unknown_targets(ROOT)]
    for one in found:
        print(one, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
