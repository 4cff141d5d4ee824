"""Fetch the fonts and the front-end assets with npm, exactly as package-lock.json names them.

    python tools/assets.py          fetch them into node_modules/
    python tools/assets.py css      make the style sheet from static/scss/ and what was fetched

Takes the npm on the PATH when its Node is new enough. Otherwise it installs the Node that PyPI
carries (requirements/node.txt) beside the Python that runs this script, and takes that one.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST_NODE = 18
NEEDED = (
    "@expo-google-fonts/atkinson-hyperlegible-next/400Regular/AtkinsonHyperlegibleNext_400Regular.ttf",
    "@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf",
    "@ministryofjustice/frontend/moj/all.mjs",
    "govuk-frontend/dist/govuk/govuk-frontend.min.css",
)


def node_version(folder: Path) -> int | None:
    """Return the major version of the Node in a folder, or None when there is none that runs."""
    try:
        said = subprocess.run([folder / "node", "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.match(r"v(\d+)\.", said.stdout)
    return int(found.group(1)) if found else None


def npm_on_path() -> Path | None:
    """Return the npm on the PATH when the Node it runs on is new enough."""
    npm, node = shutil.which("npm"), shutil.which("node")
    version = node_version(Path(node).parent) if node else None
    return Path(npm) if npm and version is not None and version >= OLDEST_NODE else None


def npm_from_pypi() -> Path:
    """Install Node from PyPI into the environment this script runs in, unless it is there; return its npm."""
    scripts = Path(sys.executable).parent
    npm = scripts / "npm"
    if not npm.exists():
        print("No npm with Node 18 or newer on the PATH: installing the Node that PyPI carries", flush=True)
        lock = ROOT / "requirements" / "node.txt"
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
        subprocess.run([*pip, "--require-hashes", "-r", lock], check=True)
    return npm


def npm(*arguments: str) -> bool:
    """Run npm in the project and say whether it ended well."""
    program = npm_on_path() or npm_from_pypi()
    path = os.pathsep.join([str(program.parent), os.environ.get("PATH", "")])
    environment = {**os.environ, "PATH": path}
    return subprocess.run([program, *arguments], cwd=ROOT, env=environment, check=False).returncode == 0


def main() -> int:
    if sys.argv[1:] == ["css"]:
        print("Making the style sheet", flush=True)
        return 0 if npm("run", "--silent", "css") else 1
    print("Fetching fonts and front-end assets", flush=True)
    fetched = npm("ci", "--no-progress", "--loglevel=error")
    missing = [one for one in NEEDED if not (ROOT / "node_modules" / one).is_file()]
    if fetched and not missing:
        return 0
    print(*(f"node_modules/{one} is missing" for one in missing), sep="\n", file=sys.stderr)
    print("Remedy: see what npm says above; it needs the npm registry or a mirror of it", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
