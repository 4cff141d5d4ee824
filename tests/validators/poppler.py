"""Poppler: signatures, structure, attachments, fonts, text and pictures of a PDF."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tests.validators.running import run


@dataclass(frozen=True, kw_only=True)
class Signature:
    """One signature as `pdfsig` sees it. It judges neither certificates nor what was added later."""

    valid: bool
    covers_whole_file: bool
    signer: str
    kind: str
    hash: str
    said: str


@dataclass(frozen=True, kw_only=True)
class Font:
    """A font as `pdffonts` lists it."""

    name: str
    embedded: bool
    subset: bool
    unicode: bool


def pdfsig(file: Path) -> tuple[Signature, ...]:
    """Return what `pdfsig` says of each signature; empty for an unsigned or unreadable file."""
    done = run(["pdfsig", "-nocert", file])
    found = []
    for block in re.split(r"^Signature #\d+:\s*$", done.stdout, flags=re.MULTILINE)[1:]:
        said = re.search(r"Signature Validation: (.*)", block)
        found.append(
            Signature(
                valid=bool(said) and "Signature is Valid" in block,
                covers_whole_file="Total document signed" in block,
                signer=_after(block, "Signer Certificate Common Name"),
                kind=_after(block, "Signature Type"),
                hash=_after(block, "Signing Hash Algorithm"),
                said=said.group(1).strip() if said else "",
            )
        )
    return tuple(found)


def pdfinfo(file: Path) -> dict[str, str]:
    """Return the pairs `pdfinfo` prints ("Tagged": "yes", "Title": ...)."""
    pairs = (line.partition(":") for line in run(["pdfinfo", file]).stdout.splitlines())
    return {key.strip(): value.strip() for key, _, value in pairs}


def pdfinfo_struct(file: Path, *, text: bool = False) -> tuple[tuple[int, str], ...]:
    """Return the structure tree as (depth, line) in reading order; with `text`, the contents quoted."""
    done = run(["pdfinfo", "-struct-text" if text else "-struct", file])
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    return tuple(((len(line) - len(line.lstrip())) // 2, line.strip()) for line in lines)


def pdftotext(file: Path, *, layout: bool = False) -> str:
    """Return the text of the pages in reading order, or with `layout` as it stands on them."""
    return run(["pdftotext", *(["-layout"] if layout else []), file, "-"]).stdout


def pdffonts(file: Path) -> tuple[Font, ...]:
    """Return the fonts of a file."""
    fonts = []
    for line in run(["pdffonts", file]).stdout.splitlines()[2:]:
        found = re.search(r"^(.{36}) .*\b(yes|no) +(yes|no) +(yes|no) +\S", line)
        if found:
            name, *flags = found.groups()
            embedded, subset, unicode = (flag == "yes" for flag in flags)
            fonts.append(Font(name=name.strip(), embedded=embedded, subset=subset, unicode=unicode))
    return tuple(fonts)


def pdfdetach(file: Path, folder: Path) -> dict[str, bytes]:
    """Return the embedded files by name, written to `folder` on the way."""
    folder.mkdir(parents=True, exist_ok=True)
    run(["pdfdetach", "-saveall", "-o", folder, file])
    return {one.name: one.read_bytes() for one in sorted(folder.iterdir())}


def pdftoppm(file: Path, folder: Path, *, dpi: int = 60) -> tuple[Path, ...]:
    """Draw each page as a PNG in `folder` and return them in order."""
    folder.mkdir(parents=True, exist_ok=True)
    run(["pdftoppm", "-png", "-r", str(dpi), file, folder / "page"])
    return tuple(sorted(folder.glob("page-*.png")))


def _after(block: str, label: str) -> str:
    found = re.search(rf"{re.escape(label)}: (.*)", block)
    return found.group(1).strip() if found else ""
