"""The parts of an Office package (ISO/IEC 29500-2): names, content types, relationships.

What signing and verifying must do alike stands here once: which parts a signature covers, what a
part's content type is, and the relationship transform (29500-2, 10.6).
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote
from xml.sax.saxutils import quoteattr

from lxml import etree

from formsvc.errors import Unreadable

CONTENT_TYPES: Final = "[Content_Types].xml"
RELATIONSHIPS_TYPE: Final = "application/vnd.openxmlformats-package.relationships+xml"
ORIGIN_TYPE: Final = "application/vnd.openxmlformats-package.digital-signature-origin"
SIGNATURE_TYPE: Final = "application/vnd.openxmlformats-package.digital-signature-xmlsignature+xml"
ORIGIN_RELATIONSHIP: Final = (
    "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin"
)
SIGNATURE_RELATIONSHIP: Final = (
    "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/signature"
)
CORE_RELATIONSHIP: Final = (
    "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
)
UNSIGNED_RELATIONSHIPS: Final = frozenset(
    {
        ORIGIN_RELATIONSHIP,
        CORE_RELATIONSHIP,
        "http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties",
    }
)
"""What Word leaves unsigned in the package's own relationships: properties and the signature itself."""

_XML_BYTES: Final = 40_000_000
_NO_MEMORY: Final = etree.ErrorTypes.ERR_NO_MEMORY
_TYPES_NS = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELS_NS = "http://schemas.openxmlformats.org/package/2006/relationships"


@dataclass(frozen=True, kw_only=True)
class Relationship:
    """One arrow from a part (or the package) to another part, or out of the package."""

    id: str
    type: str
    target: str
    external: bool


@dataclass(frozen=True, kw_only=True)
class ContentTypes:
    """`[Content_Types].xml` as two tables; extensions and part names are folded to lower case."""

    defaults: Mapping[str, str]
    overrides: Mapping[str, str] = field(default_factory=dict)

    def of(self, part: str) -> str | None:
        """Return the content type of a part (`word/document.xml`), or None when it has none."""
        folded = part.lower()
        name = posixpath.basename(folded)
        extension = name.rpartition(".")[2] if "." in name else ""
        return self.overrides.get("/" + folded) or self.defaults.get(extension)


def parse_xml(data: bytes, *, name: str) -> etree._Element:
    """Return the root of an XML part; raise Unreadable for what is not plain, safe XML."""
    if len(data) > _XML_BYTES:
        raise Unreadable(f"{name} is larger than {_XML_BYTES // 1_000_000} MB")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_blank_text=False
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        if getattr(error, "code", None) == _NO_MEMORY:
            raise MemoryError from None
        raise Unreadable(f"{name} is not proper XML") from None
    info = root.getroottree().docinfo
    if info is None or info.internalDTD is not None:
        raise Unreadable(f"{name} declares a document type, which is not allowed")
    return root


def content_types(data: bytes) -> ContentTypes:
    """Return the content types of a package; raise Unreadable for doubles and strangers."""
    root = parse_xml(data, name=CONTENT_TYPES)
    if root.tag != f"{{{_TYPES_NS}}}Types" or (root.text or "").strip():
        raise Unreadable(f"{CONTENT_TYPES} is not what it should be")
    defaults: dict[str, str] = {}
    overrides: dict[str, str] = {}
    for child in root:
        where = {f"{{{_TYPES_NS}}}Default": "Extension", f"{{{_TYPES_NS}}}Override": "PartName"}.get(
            str(child.tag)
        )
        if where is None or set(child.attrib) != {where, "ContentType"} or not _is_bare(child):
            raise Unreadable(f"{CONTENT_TYPES} holds something unknown")
        table = defaults if where == "Extension" else overrides
        key = _attribute(child, where).lower()
        if key in table:
            raise Unreadable(f"{CONTENT_TYPES} speaks twice of {key}")
        table[key] = _attribute(child, "ContentType")
    return ContentTypes(defaults=defaults, overrides=overrides)


def relationships(data: bytes, *, name: str) -> tuple[Relationship, ...]:
    """Return the relationships in a `.rels` part in its order; raise Unreadable for doubles and strangers."""
    root = parse_xml(data, name=name)
    if root.tag != f"{{{_RELS_NS}}}Relationships" or (root.text or "").strip():
        raise Unreadable(f"{name} is not what it should be")
    found: list[Relationship] = []
    for child in root:
        known = {"Id", "Type", "Target", "TargetMode"}
        strange = child.tag != f"{{{_RELS_NS}}}Relationship" or not set(child.attrib) <= known
        if strange or not _is_bare(child):
            raise Unreadable(f"{name} holds something unknown")
        mode = child.get("TargetMode", "Internal")
        if not {"Id", "Type", "Target"} <= set(child.attrib) or mode not in ("Internal", "External"):
            raise Unreadable(f"{name} holds a relationship that is not whole")
        found.append(
            Relationship(
                id=_attribute(child, "Id"),
                type=_attribute(child, "Type"),
                target=_attribute(child, "Target"),
                external=mode == "External",
            )
        )
    if len({one.id for one in found}) != len(found):
        raise Unreadable(f"{name} uses one id twice")
    return tuple(found)


def transformed(chosen: Iterable[Relationship]) -> bytes:
    """Return the canonical octets of the relationship transform over the chosen relationships.

    Sorted by id, with the target mode always said, in Canonical XML 1.0 (29500-2, 10.6.2).
    """
    lines = [f'<Relationships xmlns="{_RELS_NS}">']
    for one in sorted(chosen, key=lambda one: one.id):
        mode = "External" if one.external else "Internal"
        lines.append(
            f'<Relationship Id="{canonical_attribute(one.id)}" Target="{canonical_attribute(one.target)}" '
            f'TargetMode="{mode}" Type="{canonical_attribute(one.type)}"></Relationship>'
        )
    lines.append("</Relationships>")
    return "".join(lines).encode()


def relationships_part(part: str) -> str:
    """Return where the relationships of a part are kept; of the package itself for an empty name."""
    folder, _, base = part.rpartition("/")
    return posixpath.join(folder, "_rels", base + ".rels")


def source_of(rels_part: str) -> str:
    """Return the part whose relationships a `.rels` part holds; empty for the package."""
    folder, _, base = rels_part.rpartition("/")
    return posixpath.join(posixpath.dirname(folder), base.removesuffix(".rels"))


def target_part(source: str, target: str) -> str | None:
    """Return the part an internal relationship points at, or None when it leaves the package."""
    path = unquote(target.partition("#")[0])
    joined = path if path.startswith("/") else posixpath.join("/", posixpath.dirname(source), path)
    normal = posixpath.normpath(joined)
    return None if "\\" in path or "//" in path else normal.lstrip("/")


def is_relationships(part: str) -> bool:
    """Say whether a part is a `.rels` part."""
    return part.lower().endswith(".rels") and posixpath.basename(posixpath.dirname(part)) == "_rels"


def is_properties(part: str) -> bool:
    """Say whether a part holds document properties, which Word never signs."""
    return part.startswith("docProps/")


def is_signature(part: str) -> bool:
    """Say whether a part belongs to the signatures themselves."""
    return part.startswith("_xmlsignatures/")


def add_seal_parts(types: bytes, package_relationships: bytes) -> tuple[bytes, bytes]:
    """Return content types and package relationships with those of one signature added at their end."""
    added = (
        f'<Default Extension="sigs" ContentType="{ORIGIN_TYPE}"/>'
        f'<Override PartName="/_xmlsignatures/sig1.xml" ContentType="{SIGNATURE_TYPE}"/></Types>'
    )
    used = {one.id for one in relationships(package_relationships, name="_rels/.rels")}
    own = next(name for n in range(len(used) + 1) if (name := f"rIdSeal{n or ''}") not in used)
    arrow = (
        f"<Relationship Id={quoteattr(own)} Type={quoteattr(ORIGIN_RELATIONSHIP)} "
        'Target="_xmlsignatures/origin.sigs"/></Relationships>'
    )
    return _before_end(types, "</Types>", added), _before_end(
        package_relationships, "</Relationships>", arrow
    )


def _before_end(data: bytes, end: str, added: str) -> bytes:
    head, found, tail = data.rpartition(end.encode())
    if not found:
        raise Unreadable("the package's tables are written in a form that cannot be added to")
    return head + added.encode() + tail


def _is_bare(element: etree._Element) -> bool:
    """Say whether an element says all it says in its attributes: nothing inside, no words behind."""
    return not (len(element) or (element.text or "").strip() or (element.tail or "").strip())


def _attribute(element: etree._Element, name: str) -> str:
    value = element.get(name)
    return value if isinstance(value, str) else ""


def canonical_attribute(text: str) -> str:
    """Return an attribute value escaped as Canonical XML has it."""
    for plain, escaped in (
        ("&", "&amp;"),
        ("<", "&lt;"),
        ('"', "&quot;"),
        ("\t", "&#x9;"),
        ("\n", "&#xA;"),
        ("\r", "&#xD;"),
    ):
        text = text.replace(plain, escaped)
    return text
