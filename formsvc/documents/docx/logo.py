"""The logo of who answers for a document, above all else on page one, whatever the template looks like."""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import quoteattr

from lxml import etree

from formsvc.documents.docx import package
from formsvc.documents.docx.reading import W
from formsvc.documents.docx.typeset import PIC, PICTURE, WP, A, R
from formsvc.errors import RenderFailed
from formsvc.fields.blocks import Item, Picture

_MM: Final = 36_000
SIZE: Final = (45 * _MM, 12 * _MM)
"""The room for it, wide and high, in EMU: the picture stands in it whole, in proportion."""
_NAMESPACES: Final = f'xmlns:w="{W}" xmlns:wp="{WP}" xmlns:a="{A}" xmlns:pic="{PIC}" xmlns:r="{R}"'


def put_logo(root: etree._Element, logo: Item) -> None:
    """Put the logo first into the body of a printed document, in its content control."""
    body = root.find(f"{{{W}}}body")
    picture = next((block for block in logo.blocks if isinstance(block, Picture)), None)
    if body is None or picture is None:
        raise RenderFailed("there is no place for the logo")
    body.insert(0, package.parse(_control(logo, picture).encode()))


def _control(logo: Item, picture: Picture) -> str:
    width, height = SIZE
    embed = quoteattr(PICTURE + picture.sha256)
    return (
        f"<w:sdt {_NAMESPACES}><w:sdtPr><w:alias w:val={quoteattr(logo.label)}/>"
        f'<w:tag w:val={quoteattr(logo.path)}/><w:id w:val="1"/></w:sdtPr><w:sdtContent>'
        '<w:p><w:pPr><w:jc w:val="right"/></w:pPr><w:r><w:drawing>'
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{width}" cy="{height}"/>'
        f'<wp:docPr id="1" name="Logo" descr={quoteattr(picture.alt)}/>'
        '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
        f'<a:graphic><a:graphicData uri="{PIC}"><pic:pic><pic:nvPicPr><pic:cNvPr id="1" name="Logo"/>'
        f"<pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed={embed}/><a:stretch><a:fillRect/>"
        '</a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>'
        f'<a:ext cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        "</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
        "</w:sdtContent></w:sdt>"
    )
