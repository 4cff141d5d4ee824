"""Find the parts of the system that tests need, and install what is missing where that can be done.

    python tools/system_parts.py [--check]

With apt-get and as root the missing parts are installed. Anywhere else (or with --check) each is
named with its remedy and the exit status is 1: a test is never skipped for want of a part.
"""

from __future__ import annotations

import ctypes.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Part:
    """A part of the system: what it is for, how to see it, the Debian packages that bring it."""

    name: str
    wanted_for: str
    present: Callable[[], bool]
    packages: tuple[str, ...]
    elsewhere: str


def program(*names: str) -> Callable[[], bool]:
    return lambda: all(shutil.which(name) for name in names)


def uno() -> bool:
    asked = subprocess.run(["/usr/bin/python3", "-c", "import uno"], capture_output=True, check=False)
    return asked.returncode == 0


PARTS = (
    Part(
        "LibreOffice Writer",
        "judging Word signatures and drawing Word files",
        program("soffice"),
        ("libreoffice-writer-nogui",),
        "install LibreOffice so that `soffice` is on the PATH",
    ),
    Part(
        "UNO for the system's Python",
        "asking LibreOffice about signatures",
        lambda: Path("/usr/bin/python3").exists() and uno(),
        ("python3-uno",),
        "install the UNO bindings for /usr/bin/python3",
    ),
    Part(
        "a Java development kit",
        "running veraPDF",
        program("java", "javac"),
        ("default-jdk-headless",),
        "install a JDK, 11 or newer, so that `java` and `javac` are on the PATH",
    ),
    Part(
        "JAXB for Java",
        "running veraPDF",
        lambda: Path("/usr/share/java/jaxb-runtime.jar").exists(),
        ("libjaxb-java",),
        "put jaxb-api.jar and jaxb-runtime.jar 2.3 into /usr/share/java",
    ),
    Part(
        "Poppler (pdfsig, pdfinfo and others)",
        "reading PDFs independently",
        program("pdfsig", "pdfinfo", "pdftotext", "pdffonts", "pdfdetach", "pdftoppm"),
        ("poppler-utils",),
        "install poppler with its utilities",
    ),
    Part(
        "Pango",
        "drawing the same form with WeasyPrint, in the benchmark",
        lambda: all(map(ctypes.util.find_library, ("pango-1.0", "pangoft2-1.0"))),
        ("libpango-1.0-0", "libpangoft2-1.0-0"),
        "install Pango",
    ),
    Part("qpdf", "checking the syntax of PDFs", program("qpdf"), ("qpdf",), "install qpdf"),
    Part(
        "Chromium",
        "looking at pages as a browser does",
        program("chromium"),
        ("chromium",),
        "install Chromium so that `chromium` is on the PATH",
    ),
)


def missing() -> list[Part]:
    return [part for part in PARTS if not part.present()]


def install(parts: list[Part]) -> None:
    packages = [package for part in parts for package in part.packages]
    print(f"Installing {' '.join(packages)}", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=False)
    asked = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    subprocess.run(asked, env=quiet, check=False, stdout=subprocess.DEVNULL)


def main() -> int:
    lacking = missing()
    if lacking and "--check" not in sys.argv[1:] and os.geteuid() == 0 and shutil.which("apt-get"):
        install(lacking)
        lacking = missing()
    for part in lacking:
        remedy = f"as root: apt-get install {' '.join(part.packages)}; or {part.elsewhere}"
        print(f"{part.name} is missing (for {part.wanted_for}). Remedy: {remedy}", file=sys.stderr)
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
