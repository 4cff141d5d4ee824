"""Attacks on the package: parts, relationships, content types, properties, signatures beside the seal."""

from __future__ import annotations

from dataclasses import dataclass

from formsvc.seals.opc import SIGNATURE_PART
from tests.attacks.attack import OOXML_2023, Attack
from tests.attacks.docx_forging import (
    ARROWS,
    DATA,
    DOCUMENT,
    ORIGIN_ARROWS,
    ROOT_ARROWS,
    TYPES,
    Change,
    Parts,
    added,
    arrow,
    both,
    changed,
    changed_foreign,
    foreign,
    replaced,
)
from tests.unit.seals.small import OFFICE, PACKAGE, demonstration_key, sealed_docx, unzipped

_CORE = f"{PACKAGE}/relationships/metadata/core-properties"
_SIGNATURE = f"{PACKAGE}/relationships/digital-signature/signature"
_SIGNATURE_TYPE = "application/vnd.openxmlformats-package.digital-signature-xmlsignature+xml"
_END, _TYPES_END = "</Relationships>", "</Types>"
_TEXT = "<w:p><w:r><w:t>Forged</w:t></w:r></w:p>"
_FORGED = (
    '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    f"<w:body>{_TEXT}</w:body></w:document>"
).encode()
_HEADER = _FORGED.replace(b"document", b"hdr").replace(b"<w:body>", b"").replace(b"</w:body>", b"")


@dataclass(frozen=True, kw_only=True)
class Both:
    """One change, and what must be said of our document and of a foreign one after it."""

    name: str
    does: str
    change: Change
    ours: dict[str, str]
    foreign: dict[str, str] | None = None
    published: str = ""

    def rows(self) -> list[Attack]:
        """Return the attack on our document, and on a foreign one where it makes sense there."""
        made = [
            Attack(
                name=self.name,
                does=self.does,
                published=self.published,
                make=lambda: changed(self.change),
                expect=self.ours,
            )
        ]
        if self.foreign is not None:
            made.append(
                Attack(
                    name=f"{self.name}, signed by Word",
                    does=self.does,
                    published=self.published,
                    make=lambda: changed_foreign(self.change),
                    expect=self.foreign,
                )
            )
        return made


def _type(part: str, kind: str = "application/xml") -> Change:
    return replaced(TYPES, _TYPES_END, f'<Override PartName="/{part}" ContentType="{kind}"/></Types>')


def _arrow(part: str, kind: str, target: str, *, id: str = "rIdX", more: str = "") -> Change:
    return replaced(part, _END, arrow(id, kind, target, more=more))


def _rename(old: str, new: str) -> Change:
    return lambda contents: contents.update({new: contents.pop(old)})


def _without(*names: str) -> Change:
    return lambda contents: [contents.pop(name) for name in names]


def _swap(one: str, two: str) -> Change:
    return lambda contents: contents.update({one: contents[two], two: contents[one]})


def _strip(contents: Parts) -> None:
    for name in [name for name in contents if name.startswith("_xmlsignatures/")]:
        del contents[name]


def _second(contents: Parts) -> None:
    """Add a signature by another key, properly made over the same parts, beside the first."""
    ours = DATA in contents
    other = sealed_docx(by=demonstration_key()) if ours else foreign("another")
    contents["_xmlsignatures/sig2.xml"] = unzipped(other)[SIGNATURE_PART]
    _arrow(ORIGIN_ARROWS, _SIGNATURE, "sig2.xml", id="rId2")(contents)
    _type("_xmlsignatures/sig2.xml", _SIGNATURE_TYPE)(contents)


def _copied(contents: Parts) -> None:
    contents["_xmlsignatures/sig2.xml"] = contents[SIGNATURE_PART]
    _arrow(ORIGIN_ARROWS, _SIGNATURE, "sig2.xml", id="rId2")(contents)
    _type("_xmlsignatures/sig2.xml", _SIGNATURE_TYPE)(contents)


_CHANGED = {"integrity": "changed"}
_PARTS = {"coverage": "parts_not_covered"}
_ARROWS = {"coverage": "relationships_not_covered"}
_TYPED = {"coverage": "types_changed"}
_CONTAINER = {"coverage": "container_changed"}
_OPEN = {"coverage": "properties_not_covered"}
_UNREADABLE = {"readable": "unreadable"}

_TABLE = (
    # ------------------------------------------------------------ parts
    Both(
        name="part added",
        does="a part nobody points at",
        published=f"content injection: {OOXML_2023}",
        change=added("word/extra.xml", b"<x/>"),
        ours=_PARTS,
        foreign=_PARTS,
    ),
    Both(
        name="header injected",
        does="a header part with a relationship and a content type of its own",
        published=f"content injection: {OOXML_2023}",
        change=both(
            added("word/header9.xml", _HEADER),
            _arrow(ARROWS, f"{OFFICE}/header", "header9.xml"),
            _type(
                "word/header9.xml",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml",
            ),
        ),
        ours=_PARTS,
        foreign=_PARTS,
    ),
    Both(
        name="relationships for a part that had none",
        does="a .rels part beside the custom XML",
        published=f"content injection: {OOXML_2023}",
        change=added(
            "docProps/_rels/core.xml.rels",
            _FORGED.replace(
                _FORGED,
                b'<Relationships xmlns="%s">%s'
                % (
                    f"{PACKAGE}/relationships".encode(),
                    arrow("rId1", f"{OFFICE}/image", "../word/document.xml"),
                ),
            ),
        ),
        ours=_PARTS,
        foreign=_PARTS,
    ),
    Both(
        name="empty relationships added",
        does="a .rels part that says nothing",
        change=added(
            "word/_rels/extra.xml.rels", f'<Relationships xmlns="{PACKAGE}/relationships"/>'.encode()
        ),
        ours=_CONTAINER,
        foreign=_OPEN,
    ),
    Both(
        name="part removed",
        does="the document itself",
        change=_without(DOCUMENT),
        ours=_CHANGED,
        foreign=_CHANGED,
    ),
    Both(name="data removed", does="our data", change=_without(DATA), ours=_CHANGED),
    Both(
        name="part renamed by case",
        does="word/document.xml as word/Document.xml",
        change=_rename(DOCUMENT, "word/Document.xml"),
        ours=_CHANGED,
        foreign=_CHANGED,
    ),
    Both(
        name="part renamed, original forged",
        does="the signed document under another name, a forged one in its place",
        published=f"content masking: {OOXML_2023}",
        change=both(_rename(DOCUMENT, "word/signed.xml"), added(DOCUMENT, _FORGED)),
        ours=_CHANGED,
        foreign=_CHANGED,
    ),
    Both(
        name="forged document beside the signed one",
        does="the package's own relationship pointed at a forged document",
        published=f"content masking: {OOXML_2023}",
        change=both(
            added("word/forged.xml", _FORGED),
            replaced(ROOT_ARROWS, "word/document.xml", "word/forged.xml"),
            replaced(TYPES, "/word/document.xml", "/word/forged.xml"),
        ),
        ours=_CHANGED,
        foreign=_CHANGED,
    ),
    Both(
        name="second main document",
        does="another officeDocument relationship before the signed one",
        published=f"content masking: {OOXML_2023}",
        change=both(
            added("word/forged.xml", _FORGED),
            _type("word/forged.xml"),
            _arrow(ROOT_ARROWS, f"{OFFICE}/officeDocument", "word/forged.xml", id="rId0"),
        ),
        ours=_PARTS,
        foreign=_PARTS,
    ),
    Both(
        name="parts swapped",
        does="data and its properties change places",
        change=_swap(DATA, "customXml/itemProps1.xml"),
        ours=_CHANGED,
    ),
    Both(
        name="document and properties swapped",
        does="the text shown in the unsigned properties' place",
        change=_swap(DOCUMENT, "docProps/core.xml"),
        ours=_CHANGED,
        foreign=_CHANGED,
    ),
    Both(
        name="text changed",
        does="one letter",
        change=replaced(DOCUMENT, "Nobody", "Nobodx"),
        ours=_CHANGED,
        foreign=_CHANGED,
    ),
    Both(
        name="data replaced",
        does="one letter of the data",
        change=replaced(DATA, "Nobody", "Nobodx"),
        ours=_CHANGED,
    ),
    Both(
        name="document with a byte order mark",
        does="the same XML, other bytes",
        change=replaced(DOCUMENT, b"<?xml", b"\xef\xbb\xbf<?xml"),
        ours=_CHANGED,
        foreign=_CHANGED,
    ),
    Both(
        name="document in UTF-16",
        does="the same characters in another encoding",
        change=lambda contents: contents.update(
            {DOCUMENT: contents[DOCUMENT].decode().replace("UTF-8", "UTF-16").encode("utf-16")}
        ),
        ours=_CHANGED,
        foreign=_CHANGED,
    ),
    # ------------------------------------------------------------ relationships
    Both(
        name="relationship added",
        does="one more from the document",
        change=_arrow(ARROWS, "http://x.example.org/t", "document.xml"),
        ours=_ARROWS,
        foreign=_ARROWS,
    ),
    Both(
        name="remote picture added",
        does="an external relationship, fetched when the file is opened",
        change=_arrow(ARROWS, f"{OFFICE}/image", "http://x.example.org/a.png", more=' TargetMode="External"'),
        ours=_ARROWS | {"hidden": "hidden"},
        foreign=_ARROWS | {"hidden": "hidden"},
    ),
    Both(
        name="template added",
        does="an attached template elsewhere",
        change=_arrow(ARROWS, f"{OFFICE}/attachedTemplate", "file:///t.dotm", more=' TargetMode="External"'),
        ours=_ARROWS | {"hidden": "hidden"},
        foreign=_ARROWS | {"hidden": "hidden"},
    ),
    Both(
        name="relationship of a kind Word leaves open",
        does="a thumbnail that is the document",
        change=_arrow(ROOT_ARROWS, f"{PACKAGE}/relationships/metadata/thumbnail", "word/document.xml"),
        ours=_ARROWS,
        foreign=_ARROWS,
    ),
    Both(
        name="open kind in the document's own relationships",
        does="core properties as a relationship of the document part",
        change=_arrow(ARROWS, _CORE, "../docProps/core.xml"),
        ours=_ARROWS,
        foreign=_ARROWS,
    ),
    Both(
        name="second core properties",
        does="two relationships to core properties",
        change=_arrow(ROOT_ARROWS, _CORE, "docProps/app.xml"),
        ours=_UNREADABLE,
        foreign=_UNREADABLE,
    ),
    Both(
        name="properties from outside",
        does="core properties as an external relationship",
        change=_arrow(
            ROOT_ARROWS,
            f"{OFFICE}/custom-properties",
            "http://x.example.org/c",
            more=' TargetMode="External"',
        ),
        ours=_ARROWS | {"hidden": "hidden"},
        foreign=_ARROWS | {"hidden": "hidden"},
    ),
    Both(
        name="relationship turned",
        does="the document relationship to another part",
        change=replaced(ROOT_ARROWS, "word/document.xml", "word/documenu.xml"),
        ours=_CHANGED,
        foreign=_CHANGED,
    ),
    Both(
        name="relationship made external",
        does="TargetMode added to a signed relationship",
        change=replaced(
            ROOT_ARROWS, 'Target="word/document.xml"', 'Target="word/document.xml" TargetMode="External"'
        ),
        ours=_CHANGED,
        foreign=_CHANGED,
    ),
    Both(
        name="relationship mode in another case",
        does="TargetMode external, which some programs read",
        change=replaced(
            ROOT_ARROWS, 'Target="word/document.xml"', 'Target="word/document.xml" TargetMode="external"'
        ),
        ours=_UNREADABLE,
        foreign=_UNREADABLE,
    ),
    Both(
        name="relationship id twice",
        does="two relationships of one id",
        change=_arrow(ROOT_ARROWS, f"{OFFICE}/officeDocument", "word/forged.xml", id="rId1"),
        ours=_UNREADABLE,
        foreign=_UNREADABLE,
    ),
    Both(
        name="relationship ids that differ by case",
        does="RID1 beside rId1",
        change=_arrow(ROOT_ARROWS, f"{OFFICE}/officeDocument", "word/document.xml", id="RID1"),
        ours=_ARROWS,
        foreign=_ARROWS,
    ),
    Both(
        name="relationship path outwards",
        does="a signed target written with ..",
        change=replaced(ROOT_ARROWS, '"word/document.xml"', '"../word/document.xml"'),
        ours=_CHANGED,
        foreign=_CHANGED,
    ),
    Both(
        name="relationship attribute in a namespace",
        does="a second Target under another name",
        change=replaced(ROOT_ARROWS, "<Relationship ", '<Relationship xmlns:x="x" x:Target="y" '),
        ours=_UNREADABLE,
        foreign=_UNREADABLE,
    ),
    Both(
        name="relationship with content",
        does="an element inside a relationship",
        change=replaced(
            ROOT_ARROWS, '"docProps/app.xml"/>', '"docProps/app.xml"><Relationship Id="rId8"/></Relationship>'
        ),
        ours=_UNREADABLE,
        foreign=_UNREADABLE,
    ),
    Both(
        name="relationships in alternate content",
        does="markup compatibility inside the relationships, which some programs resolve",
        change=replaced(
            ROOT_ARROWS,
            "</Relationships>",
            '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"/>'
            "</Relationships>",
        ),
        ours=_UNREADABLE,
        foreign=_UNREADABLE,
    ),
    # ------------------------------------------------------------ content types
    Both(
        name="content type changed",
        does="the document declared a template",
        change=replaced(TYPES, "document.main+xml", "template.main+xml"),
        ours=_TYPED,
        foreign=_TYPED,
    ),
    Both(
        name="content type of the default changed",
        does="every .xml declared something else",
        change=replaced(
            TYPES, 'Extension="xml" ContentType="application/xml"', 'Extension="xml" ContentType="text/html"'
        ),
        ours=_TYPED,
        foreign={"coverage": "properties_not_covered"},
    ),
    Both(
        name="content type of relationships changed",
        does="every .rels declared something else",
        change=replaced(TYPES, "package.relationships+xml", "package.other+xml"),
        ours=_PARTS,
        foreign=_PARTS,
    ),
    Both(
        name="content type added",
        does="an override for a part that is not there",
        change=_type("word/extra.xml"),
        ours=_CONTAINER,
        foreign=_OPEN,
    ),
    Both(
        name="content type override twice",
        does="two overrides of one part",
        change=_type("word/document.xml"),
        ours=_UNREADABLE,
        foreign=_UNREADABLE,
    ),
    Both(
        name="content type override twice by case",
        does="two overrides whose names differ by case",
        change=_type("WORD/document.xml"),
        ours=_UNREADABLE,
        foreign=_UNREADABLE,
    ),
    Both(
        name="content type default twice",
        does="two defaults of one extension",
        change=replaced(TYPES, _TYPES_END, '<Default Extension="XML" ContentType="text/html"/></Types>'),
        ours=_UNREADABLE,
        foreign=_UNREADABLE,
    ),
    Both(
        name="content types in another case",
        does="[content_types].xml",
        change=_rename(TYPES, "[content_types].xml"),
        ours=_UNREADABLE,
        foreign=_UNREADABLE,
    ),
    Both(
        name="content types with a stranger",
        does="an element nobody knows among the content types",
        change=replaced(TYPES, _TYPES_END, "<Other/></Types>"),
        ours=_UNREADABLE,
        foreign=_UNREADABLE,
    ),
    # ------------------------------------------------------------ properties
    Both(
        name="properties changed",
        does="another title, which no Word signature covers",
        change=replaced("docProps/core.xml", "Small Plan", "Other Plan"),
        ours=_CONTAINER | {"data": "properties_changed"},
        foreign=_OPEN,
    ),
    Both(
        name="properties removed",
        does="no core properties",
        change=_without("docProps/core.xml"),
        ours=_CONTAINER | {"data": "properties_changed"},
        foreign=_OPEN,
    ),
    Both(
        name="properties added without a type",
        does="custom properties whose content type is another",
        change=added("docProps/custom.xml", b"<x/>"),
        ours=_TYPED | {"data": "properties_changed"},
        foreign=_TYPED,
    ),
    Both(
        name="properties that hold a document",
        does="a document among the properties, declared as one",
        published=f"content injection: {OOXML_2023}",
        change=both(
            added("docProps/document.xml", _FORGED),
            _type(
                "docProps/document.xml",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
            ),
        ),
        ours=_TYPED,
        foreign=_TYPED,
    ),
    # ------------------------------------------------------------ signatures
    Both(
        name="signature stripped",
        does="the signature parts taken out",
        change=_strip,
        ours={"integrity": "not_signed"},
        foreign={"integrity": "not_signed"},
    ),
    Both(
        name="signature stripped whole",
        does="its parts and the relationship to them",
        change=both(_strip, replaced(ROOT_ARROWS, "digital-signature/origin", "x")),
        ours={"integrity": "not_signed"},
        foreign={"integrity": "not_signed"},
    ),
    Both(
        name="signature part removed, origin kept",
        does="the origin names a signature that is not there",
        change=_without(SIGNATURE_PART),
        ours=_UNREADABLE,
        foreign=_UNREADABLE,
    ),
    Both(
        name="origin's relationships removed",
        does="the signature stands there and nothing points at it",
        change=_without(ORIGIN_ARROWS),
        ours={"integrity": "not_signed"},
        foreign={"integrity": "not_signed"},
    ),
    Both(
        name="second signature by another key",
        does="a good signature of a demonstration key beside the first",
        change=_second,
        ours=_CONTAINER,
        foreign={"signer": "demonstration_elsewhere"},
    ),
    Both(
        name="signature copied",
        does="the same signature twice",
        change=_copied,
        ours=_CONTAINER,
        foreign=_OPEN,
    ),
    Both(
        name="part beside the signature",
        does="a part in the signatures' folder",
        change=added("_xmlsignatures/extra.xml", b"<x/>"),
        ours=_PARTS,
        foreign=_PARTS,
    ),
    Both(
        name="document in the signatures' folder",
        does="a forged document declared as a signature, and the document relationship beside it",
        published=f"content injection: {OOXML_2023}",
        change=both(
            added("_xmlsignatures/forged.xml", _FORGED), _type("_xmlsignatures/forged.xml", _SIGNATURE_TYPE)
        ),
        ours=_PARTS,
        foreign=_PARTS,
    ),
    Both(
        name="origin that holds something",
        does="bytes in the origin part, which is empty",
        change=added("_xmlsignatures/origin.sigs", b"<x/>"),
        ours=_PARTS,
        foreign=_PARTS,
    ),
    Both(
        name="two origins",
        does="a second origin with no signatures before the first",
        change=both(
            added("_xmlsignatures/other.sigs", b""),
            _arrow(
                ROOT_ARROWS, f"{PACKAGE}/relationships/digital-signature/origin", "_xmlsignatures/other.sigs"
            ),
        ),
        ours=_UNREADABLE,
        foreign=_UNREADABLE,
    ),
    Both(
        name="signature declared another kind",
        does="the content type of the signature part",
        change=replaced(TYPES, _SIGNATURE_TYPE, "application/xml"),
        ours={"integrity": "signature_wrong"},
        foreign={"integrity": "signature_wrong"},
    ),
    Both(
        name="signature of another document",
        does="the whole signatures folder of the foreign document in ours",
        published=f"universal signature forgery: {OOXML_2023}",
        change=lambda contents: contents.update({SIGNATURE_PART: unzipped(foreign())[SIGNATURE_PART]}),
        ours=_PARTS,
    ),
)


PACKAGE_ATTACKS = tuple(row for one in _TABLE for row in one.rows())
