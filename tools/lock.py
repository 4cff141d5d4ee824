"""Write the lock files: every package by version and hash, and the address of no index.

python tools/lock.py [--upgrade]     versions already locked stay unless --upgrade is given
python tools/lock.py --check         say whether the locks still answer pyproject.toml
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "requirements"
LOCKS: dict[str, tuple[str, ...]] = {
    "runtime.txt": ("pyproject.toml", "--group", "build"),
    "dev.txt": ("pyproject.toml", "--group", "dev", "-c", "requirements/runtime.txt"),
    "node.txt": ("--group", "node"),
}


def resolve(name: str, sources: tuple[str, ...], *, upgrade: bool) -> None:
    """Resolve one lock with uv, for every system and Python that the project runs on."""
    command: list[str | Path] = [
        Path(sys.executable).with_name("uv"),
        *("pip", "compile", *sources, "--output-file", f"requirements/{name}"),
        *("--universal", "--python-version", "3.11", "--generate-hashes"),
        *("--no-emit-index-url", "--no-emit-find-links", "--no-config", "--quiet"),
        *("--custom-compile-command", "make lock"),
        *(["--upgrade"] if upgrade else []),
    ]
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("UV_", "PIP_"))}
    keep = {key: value for key, value in os.environ.items() if key in {"UV_DEFAULT_INDEX", "UV_INDEX_URL"}}
    subprocess.run(command, cwd=ROOT, env={**clean, **keep}, check=True)


def canonical(requirement: str) -> str:
    """Return the name of a requirement as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[^A-Za-z0-9._-]", requirement.strip(), maxsplit=1)[0]).lower()


def problems() -> list[str]:
    """Return what is wrong with the locks as they stand; no network is needed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    runtime = [*project["project"]["dependencies"], *groups["build"]]
    wanted = {
        "runtime.txt": runtime,
        "dev.txt": [*runtime, *(one for one in groups["dev"] if isinstance(one, str))],
        "node.txt": groups["node"],
    }
    found: list[str] = []
    pins: dict[str, dict[str, str]] = {}
    for name in LOCKS:
        text = (FOLDER / name).read_text() if (FOLDER / name).exists() else ""
        pins[name] = {
            canonical(package): version
            for package, version in re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", text, flags=re.MULTILINE)
        }
        absent = sorted({canonical(one) for one in wanted[name]} - set(pins[name]))
        found += [f"requirements/{name} does not lock {one}" for one in absent]
        if "://" in text or re.search(r"^-", text, flags=re.MULTILINE):
            found.append(f"requirements/{name} names an index")
        found += [
            f"requirements/{name} has no hash for {entry.split('==')[0]}"
            for entry in re.split(r"\n(?=[A-Za-z0-9])", text)
            if "==" in entry.split("\n", 1)[0] and "--hash=sha256:" not in entry
        ]
    found += [
        f"requirements/dev.txt locks {package} {pins['dev.txt'].get(package)}, runtime.txt {version}"
        for package, version in pins["runtime.txt"].items()
        if pins["dev.txt"].get(package) != version
    ]
    return found


def main() -> int:
    if "--check" not in sys.argv[1:]:
        FOLDER.mkdir(exist_ok=True)
        for name, sources in LOCKS.items():
            resolve(name, sources, upgrade="--upgrade" in sys.argv[1:])
    wrong = problems()
    for one in wrong:
        print(f"{one}. Remedy: make lock", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
