"""The OPC package of a Word document: parts in, deterministic bytes out, and back under strict limits.

Equal parts give equal bytes: fixed order, fixed times, fixed attributes, one way to compress. XML is
read without DTD, entities, network or recovery. Nothing here knows what a document says.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree

from formsvc.errors import Unreadable

CONTENT_TYPES: Final = "[Content_Types].xml"
ROOT_RELS: Final = "_rels/.rels"

CT: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
REL: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

PARTS_MOST: Final = 200
PART_BYTES: Final = 40 * 1024 * 1024
PACKAGE_BYTES: Final = 100 * 1024 * 1024

_TIME: Final = (1980, 1, 1, 0, 0, 0)
_STORED: Final = (".jpeg", ".jpg", ".png")


@dataclass(frozen=True, kw_only=True)
class Relationship:
    """One relationship of a part; `target` is a part name, or an address when `external`."""

    id: str
    type: str
    target: str
    external: bool = False


def write(parts: Mapping[str, bytes]) -> bytes:
    """Return a package of the parts, in their order, with the content types first; equal in, equal out."""
    out = io.BytesIO()
    names = sorted(parts, key=lambda name: (name != CONTENT_TYPES, name != ROOT_RELS))
    with zipfile.ZipFile(out, "w") as package:
        for name in names:
            info = zipfile.ZipInfo(name, _TIME)
            info.create_system = 0
            info.compress_type = zipfile.ZIP_STORED if name.endswith(_STORED) else zipfile.ZIP_DEFLATED
            package.writestr(info, parts[name], compresslevel=6)
    return out.getvalue()


def read(data: bytes) -> dict[str, bytes]:
    """Return the parts of a package in their order; raise Unreadable for anything odd or too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return dict(_parts(package))
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError) as error:
        raise Unreadable("the file is not a readable package") from error
    except RuntimeError as error:
        raise Unreadable("the package is encrypted") from error


def _parts(package: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    entries = package.infolist()
    if len(entries) > PARTS_MOST:
        raise Unreadable(f"the package has more than {PARTS_MOST} parts")
    seen: set[str] = set()
    total = 0
    for entry in entries:
        name = entry.filename
        if name.lower() in seen or name.startswith("/") or "\\" in name or ".." in name.split("/"):
            raise Unreadable("the package has a part whose name is not allowed, or twice")
        seen.add(name.lower())
        if entry.is_dir():
            continue
        total += entry.file_size
        if entry.file_size > PART_BYTES or total > PACKAGE_BYTES:
            raise Unreadable("the package is too large")
        yield name, package.read(entry)


def parse(xml: bytes) -> etree._Element:
    """Parse the XML of a part strictly; raise Unreadable for DTDs, entities and anything malformed."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable("a part of the package is not well-formed XML") from error
    info: Any = root.getroottree().docinfo
    if info.doctype:
        raise Unreadable("a part of the package declares a document type")
    return root


def serialise(root: etree._Element) -> bytes:
    """Return the bytes of an XML part."""
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)


def rels_name(part: str) -> str:
    """Return the name of the part that holds the relationships of `part`."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def relationships(parts: Mapping[str, bytes], part: str) -> list[Relationship]:
    """Return the relationships of a part ("" for the package), targets resolved to part names."""
    name = rels_name(part) if part else ROOT_RELS
    if name not in parts:
        return []
    found = []
    for one in parse(parts[name]).iter(f"{{{REL}}}Relationship"):
        external = one.get("TargetMode") == "External"
        target = str(one.get("Target", ""))
        if not external:
            folder = "" if target.startswith("/") else posixpath.dirname(part)
            target = posixpath.normpath(posixpath.join(folder, target.lstrip("/")))
        found.append(
            Relationship(
                id=str(one.get("Id", "")), type=str(one.get("Type", "")), target=target, external=external
            )
        )
    return found


def content_types(data: bytes) -> tuple[dict[str, str], dict[str, str]]:
    """Return the content types a package declares: by part name, and by extension in lower case."""
    root = parse(data)
    overrides = {
        str(one.get("PartName", "")).lstrip("/"): str(one.get("ContentType", ""))
        for one in root.iter(f"{{{CT}}}Override")
    }
    defaults = {
        str(one.get("Extension", "")).lower(): str(one.get("ContentType", ""))
        for one in root.iter(f"{{{CT}}}Default")
    }
    return overrides, defaults
