"""What makes the file archival and readable by everyone: metadata, colour, the data inside.

PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1): an XMP packet that claims both, an sRGB output
intent, and the view's JSON as an associated file.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from xml.sax.saxutils import escape

from PIL import ImageCms

from formsvc.documents.carried import Carried
from formsvc.documents.pdf.objects import Book, name, string

DATA_NAME = "view.json"

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{creator}</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<dc:identifier>{identifier}</dc:identifier>
<xmp:CreateDate>{at}</xmp:CreateDate>
<xmp:ModifyDate>{at}</xmp:ModifyDate>
<xmp:CreatorTool>formsvc</xmp:CreatorTool>
<pdf:Producer>formsvc (ReportLab)</pdf:Producer>
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>A</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 to which the file conforms</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""


def write_metadata(
    book: Book, *, title: str, creator: str, language: str, identifier: str, at: datetime
) -> str:
    """Add the XMP packet, uncompressed as archives want it; return the reference to it."""
    packet = _XMP.format(
        title=escape(title),
        creator=escape(creator),
        language=escape(language),
        identifier=escape(identifier),
        at=at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
    return book.stream("/Type/Metadata /Subtype/XML", packet.encode("utf-8"))


def write_output_intent(book: Book) -> str:
    """Add the sRGB output intent; return the array for the catalog."""
    profile = book.deflated("/N 3", _srgb())
    return (
        "[<</Type/OutputIntent /S/GTS_PDFA1 /OutputConditionIdentifier(sRGB) /Info(sRGB IEC61966-2.1)"
        f" /RegistryName(http://www.color.org) /DestOutputProfile {profile}>>]"
    )


def write_files(
    book: Book, data: bytes, files: Sequence[tuple[Carried, bytes]], *, at: datetime
) -> tuple[list[str], str]:
    """Add the view's JSON and the files that the view names as associated files.

    Return their file specifications and the name tree, in the order of their names.
    """

    def put(inside: str, content: bytes, *, kind: str, described: str, relation: str) -> str:
        file = book.compressed(
            f"/Type/EmbeddedFile /Subtype{name(kind)} /Params<</Size {len(content)} /ModDate{day}>>", content
        )
        return book.add(
            f"<</Type/Filespec /F{string(inside)} /UF{string(inside)} /AFRelationship/{relation}"
            f" /Desc{string(described)} /EF<</F {file}/UF {file}>>>>"
        )

    day = string(f"D:{at:%Y%m%d%H%M%S}Z")
    found = {
        one.inside: put(
            one.inside, content, kind=one.media_type, described=one.described, relation="Supplement"
        )
        for one, content in files
    }
    found[DATA_NAME] = put(
        DATA_NAME, data, kind="application/json", described="The data of this document", relation="Data"
    )
    tree = " ".join(f"{string(inside)} {found[inside]}" for inside in sorted(found))
    return list(found.values()), f"<</Names[{tree}]>>"


@cache
def _srgb() -> bytes:
    """Return a deflated sRGB profile whose date is always the same."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = bytes.fromhex("07ea00010001000000000000")
    profile[84:100] = bytes(16)
    return zlib.compress(bytes(profile), 9)
