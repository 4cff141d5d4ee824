"""Attacks by somebody who holds a trusted key: the seal is good, and what is shown is not what is meant."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from formsvc.access.views import View
from formsvc.documents.docx.data import NAMESPACE, RELATIONSHIP
from formsvc.documents.docx.data import parts as data_parts
from tests.attacks.attack import OOXML_2023, Attack
from tests.unit.seals.small import (
    AT,
    OFFICE,
    W,
    a_view,
    demonstration_key,
    key,
    printed_by,
    sealed_docx,
    unsealed_docx,
    unzipped,
    zipped,
)

_WORDML = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_DRAWN = 'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
_MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
_HIDDEN, _DIFFERS = {"hidden": "hidden"}, {"print": "print_differs"}
_UNREADABLE = {"print": "print_unreadable"}
_GOOD = {"integrity": "intact", "coverage": "whole", "signer": "trusted"}


def _sealed(**changes: Any) -> Callable[[], bytes]:
    return lambda: sealed_docx(**changes)


def _run(text: str, properties: str = "") -> str:
    told = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f"<w:p><w:r>{told}<w:t>{text}</w:t></w:r></w:p>"


def _arrow(kind: str, target: str, *, external: bool = False) -> str:
    mode = ' TargetMode="External"' if external else ""
    return f'<Relationship Id="rIdX" Type="{OFFICE}/{kind}" Target="{target}"{mode}/>'


def _override(part: str, kind: str) -> str:
    return f'<Override PartName="/{part}" ContentType="{kind}"/>'


def _part(kind: str, inside: str, *, name: str = "") -> Callable[[], bytes]:
    """Return a maker of a document with one more Word part, pointed at and sealed: headers, notes, styles."""
    part = f"word/{name or kind}.xml"
    root = {"header": "hdr", "footer": "ftr"}.get(kind, kind)
    return _sealed(
        parts={part: f'{_HEAD}<w:{root} xmlns:w="{W}">{inside}</w:{root}>'.encode()},
        types=_override(part, f"{_WORDML}.{kind}+xml"),
        arrows=_arrow(kind, f"{name or kind}.xml"),
    )


def _control(old: str, new: str) -> Callable[[], bytes]:
    """Return a maker of a sealed document whose body was changed by a replacement."""

    def make() -> bytes:
        from formsvc.seals.opc import seal_docx

        contents = unzipped(unsealed_docx(a_view()))
        body = contents["word/document.xml"].decode()
        assert old in body, old
        contents["word/document.xml"] = body.replace(old, new, 1).encode()
        return seal_docx(zipped(contents), key(), at=AT)

    return make


def _data(change: Callable[[dict[str, Any]], object]) -> Callable[[], bytes]:
    """Return a maker of a sealed document that prints the view, and holds the data of a changed one."""

    def make() -> bytes:
        told = json.loads(a_view().json)
        change(told)
        return sealed_docx(parts=data_parts(View(data=told).json))

    return make


def _answer(told: dict[str, Any]) -> None:
    told["answers"]["full_name"] = "Somebody Else"


def _printed(**texts: str | None) -> Callable[[], bytes]:
    """Return a maker of a sealed document whose print was changed and its data not; None leaves one out."""
    told = {name: text for name, text in (printed_by(a_view()) | texts).items() if text is not None}
    return _sealed(texts=told)


def _row(
    name: str, does: str, make: Callable[[], bytes], expect: dict[str, str], published: str = ""
) -> Attack:
    return Attack(name=name, does=does, make=make, expect=_GOOD | expect, published=published)


_NAME = "<w:t>Nobody Invented</w:t>"
_RUN = f"<w:r>{_NAME}</w:r>"
_BIN = {"word/x.bin": b"\xd0\xcf\x11\xe0"}

CONTENT_ATTACKS = (
    # ------------------------------------------------------------ data and print disagree
    _row(
        "print changed",
        "another name printed, the data as they were",
        _printed(full_name="Somebody Else"),
        _DIFFERS,
    ),
    _row(
        "print changed by a letter that looks alike",
        "a Cyrillic о",
        _printed(full_name="Nоbody Invented"),
        _DIFFERS,
    ),
    _row(
        "print changed by an invisible letter",
        "a zero-width joiner",
        _printed(full_name="No\u200dbody Invented"),
        _DIFFERS,
    ),
    _row(
        "print turned round",
        "a mark that reverses what follows",
        _printed(full_name="\u202eNobody Invented"),
        _DIFFERS,
    ),
    _row("print changed by a digit of another script", "an Arabic figure", _printed(told="٤"), _DIFFERS),
    _row("answer left out", "one answer not printed", _printed(told=None), _DIFFERS),
    _row("answer added", "one printed that is not in the data", _printed(other="x"), _DIFFERS),
    _row(
        "answers exchanged",
        "each printed under the other's address",
        _printed(full_name=printed_by(a_view())["told"], told="Nobody Invented"),
        _DIFFERS,
    ),
    _row("answer printed empty", "an address with nothing in it", _printed(full_name=""), _DIFFERS),
    _row(
        "data changed",
        "another name in the data, the print as it was",
        _data(_answer),
        _DIFFERS | {"data": "data_good"},
    ),
    _row(
        "data of another reference",
        "the reference changed in the data",
        _data(lambda told: told["document"].update(reference="SP-XXXX-YYYY")),
        {"data": "properties_changed"},
    ),
    _row(
        "data of another revision",
        "the revision changed in the data",
        _data(lambda told: told["document"].update(revision=2)),
        {"data": "properties_changed"},
    ),
    _row(
        "data of an unknown format",
        "a format to come",
        _data(lambda told: told.update(format="formsvc.view/9")),
        {"data": "data_newer"},
    ),
    _row(
        "data with an answer nobody asked",
        "an answer without a field",
        _data(lambda told: told["answers"].update(other="x")),
        {"valid": "not_valid"},
    ),
    _row(
        "data not in their one form",
        "a blank in the JSON",
        lambda: sealed_docx(parts=data_parts(a_view().json.replace(b'","', b'", "', 1))),
        {"data": "data_odd"},
    ),
    _row(
        "data with a key twice",
        "the last one wins for some readers",
        lambda: sealed_docx(
            parts=data_parts(a_view().json.replace(b'"audience"', b'"answers":{},"audience"', 1))
        ),
        {"data": "data_odd"},
    ),
    _row(
        "data twice",
        "two custom XML parts of ours",
        _sealed(
            parts={"customXml/item2.xml": data_parts(a_view().json)["customXml/item1.xml"]},
            arrows=f'<Relationship Id="rIdTwo" Type="{RELATIONSHIP}" Target="../customXml/item2.xml"/>',
        ),
        {"data": "data_odd"},
    ),
    _row(
        "data beside, not pointed at",
        "a second data part that other programs find by its folder",
        _sealed(parts={"customXml/item9.xml": f'<view xmlns="{NAMESPACE}">{{}}</view>'.encode()}),
        {"data": "data_odd"},
    ),
    _row(
        "data with markup",
        "an element in the JSON",
        _sealed(parts={"customXml/item1.xml": f'<view xmlns="{NAMESPACE}">{{}}<x/></view>'.encode()}),
        {"data": "data_odd"},
    ),
    _row(
        "properties of another document",
        "a title that does not follow from the data",
        _sealed(parts={"docProps/core.xml": b"<x/>"}),
        {"data": "properties_changed"},
    ),
    _row(
        "properties added",
        "custom properties, sealed",
        _sealed(
            parts={"docProps/custom.xml": b"<x/>"},
            types=_override(
                "docProps/custom.xml", "application/vnd.openxmlformats-officedocument.custom-properties+xml"
            ),
        ),
        {"data": "properties_changed"},
    ),
    Attack(
        name="demonstration sealed as real",
        does="data of a demonstration under a real key",
        make=lambda: sealed_docx(a_view(demonstration=True)),
        expect={"data": "demonstration_disagrees"},
    ),
    Attack(
        name="real sealed with a demonstration key",
        does="a demonstration key of another place",
        make=lambda: sealed_docx(by=demonstration_key()),
        expect={"signer": "demonstration_elsewhere"},
    ),
    # ------------------------------------------------------------ the same address twice, or elsewhere
    _row(
        "control twice",
        "two controls of one address, one forged",
        _sealed(
            body='<w:sdt><w:sdtPr><w:tag w:val="full_name"/></w:sdtPr><w:sdtContent><w:p/></w:sdtContent></w:sdt>'
        ),
        _UNREADABLE,
    ),
    _row(
        "control in a control",
        "a forged control inside another",
        _control(
            _RUN,
            f'<w:sdt><w:sdtPr><w:tag w:val="told"/></w:sdtPr><w:sdtContent>{_RUN}</w:sdtContent></w:sdt>',
        ),
        _UNREADABLE,
    ),
    _row(
        "control in a header",
        "the address again, in a header",
        _part(
            "header",
            f'<w:sdt><w:sdtPr><w:tag w:val="full_name"/></w:sdtPr><w:sdtContent>{_run("Forged")}</w:sdtContent></w:sdt>',
        ),
        _UNREADABLE,
    ),
    _row(
        "data binding",
        "a control that Word fills from elsewhere when it opens",
        _control(
            '<w:tag w:val="full_name"/>',
            '<w:tag w:val="full_name"/><w:dataBinding w:prefixMappings="" w:xpath="/x" w:storeItemID="{1}"/>',
        ),
        _HIDDEN,
    ),
    _row(
        "placeholder shown",
        "a control whose text is replaced when clicked",
        _control('<w:tag w:val="full_name"/>', '<w:tag w:val="full_name"/><w:showingPlcHdr/>'),
        _HIDDEN,
    ),
    # ------------------------------------------------------------ text nobody sees
    _row("hidden text", "w:vanish", _sealed(body=_run("x", "<w:vanish/>")), _HIDDEN),
    _row(
        "hidden text said otherwise",
        "w:vanish with a value that means yes",
        _sealed(body=_run("x", '<w:vanish w:val="on"/>')),
        _HIDDEN,
    ),
    _row("hidden on the web", "w:webHidden", _sealed(body=_run("x", "<w:webHidden/>")), _HIDDEN),
    _row(
        "hidden by a style",
        "a style that hides",
        _part("styles", '<w:style w:styleId="x"><w:rPr><w:vanish/></w:rPr></w:style>'),
        _HIDDEN | _UNREADABLE,
    ),
    _row(
        "hidden by the paragraph mark",
        "a paragraph whose mark vanishes",
        _sealed(body="<w:p><w:pPr><w:rPr><w:specVanish/></w:rPr></w:pPr></w:p>"),
        _HIDDEN,
    ),
    _row(
        "white text",
        "an answer in white",
        _control(_RUN, f'<w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr>{_NAME}</w:r>'),
        _HIDDEN,
    ),
    _row("nearly white text", "FEFEFE", _sealed(body=_run("x", '<w:color w:val="FEFEFE"/>')), _HIDDEN),
    _row(
        "white by a theme",
        "the theme's background colour",
        _sealed(body=_run("x", '<w:color w:val="auto" w:themeColor="background1"/>')),
        _HIDDEN,
    ),
    _row(
        "text on its own colour",
        "black shading",
        _sealed(body=_run("x", '<w:shd w:val="clear" w:fill="000000"/>')),
        _HIDDEN,
    ),
    _row(
        "black highlight", "black on black", _sealed(body=_run("x", '<w:highlight w:val="black"/>')), _HIDDEN
    ),
    _row("tiny text", "half a point", _sealed(body=_run("x", '<w:sz w:val="1"/>')), _HIDDEN),
    _row("narrowed text", "one per cent wide", _sealed(body=_run("x", '<w:w w:val="1"/>')), _HIDDEN),
    _row(
        "raised text",
        "a thousand points above the line",
        _sealed(body=_run("x", '<w:position w:val="2000"/>')),
        _HIDDEN,
    ),
    _row(
        "condensed text",
        "letters on top of each other",
        _sealed(body=_run("x", '<w:spacing w:val="-400"/>')),
        _HIDDEN,
    ),
    _row(
        "line of no height",
        "lines one twentieth of a point high",
        _sealed(
            body='<w:p><w:pPr><w:spacing w:line="1" w:lineRule="exact"/></w:pPr><w:r><w:t>x</w:t></w:r></w:p>'
        ),
        _HIDDEN,
    ),
    _row(
        "row of no height",
        "a table row one twentieth of a point high",
        _sealed(
            body='<w:tbl><w:tr><w:trPr><w:trHeight w:val="1" w:hRule="exact"/></w:trPr><w:tc><w:p/></w:tc></w:tr></w:tbl>'
        ),
        _HIDDEN,
    ),
    _row(
        "hidden row",
        "a table row that does not show",
        _sealed(body="<w:tbl><w:tr><w:trPr><w:hidden/></w:trPr><w:tc><w:p/></w:tc></w:tr></w:tbl>"),
        _HIDDEN,
    ),
    _row(
        "struck through",
        "an answer struck out",
        _control(_RUN, f"<w:r><w:rPr><w:strike/></w:rPr>{_NAME}</w:r>"),
        _HIDDEN,
    ),
    _row(
        "frame off the page",
        "a paragraph placed outside",
        _sealed(
            body='<w:p><w:pPr><w:framePr w:x="-20000" w:y="-20000"/></w:pPr><w:r><w:t>x</w:t></w:r></w:p>'
        ),
        _HIDDEN,
    ),
    _row(
        "indented off the page",
        "a paragraph that begins beyond the margin",
        _sealed(body='<w:p><w:pPr><w:ind w:left="31000"/></w:pPr><w:r><w:t>x</w:t></w:r></w:p>'),
        _HIDDEN,
    ),
    _row(
        "letters by a symbol font",
        "text that another font shows as other letters",
        _sealed(body='<w:p><w:r><w:sym w:font="Wingdings" w:char="F04A"/></w:r></w:p>'),
        _HIDDEN,
    ),
    _row(
        "embedded font",
        "letters drawn as other letters",
        _part("fontTable", '<w:font w:name="x"><w:embedRegular w:fontKey="{0}"/></w:font>'),
        _HIDDEN,
    ),
    _row(
        "right to left override",
        "w:bdo",
        _sealed(body='<w:p><w:bdo w:val="rtl"><w:r><w:t>x</w:t></w:r></w:bdo></w:p>'),
        _HIDDEN,
    ),
    # ------------------------------------------------------------ other text for other readers
    _row(
        "tracked insertion",
        "text that is there or not",
        _sealed(body='<w:p><w:ins w:id="1" w:author="x"><w:r><w:t>x</w:t></w:r></w:ins></w:p>'),
        _HIDDEN,
    ),
    _row(
        "tracked deletion",
        "text that some views show",
        _sealed(body='<w:p><w:del w:id="1" w:author="x"><w:r><w:delText>x</w:delText></w:r></w:del></w:p>'),
        _HIDDEN,
    ),
    _row(
        "tracked move",
        "text in two places",
        _sealed(body='<w:p><w:moveFrom w:id="1" w:author="x"/></w:p>'),
        _HIDDEN,
    ),
    _row(
        "tracked formatting",
        "other formatting for other views",
        _sealed(body='<w:p><w:r><w:rPr><w:rPrChange w:id="1" w:author="x"/></w:rPr></w:r></w:p>'),
        _HIDDEN,
    ),
    _row(
        "comments",
        "words beside the text",
        _part("comments", f'<w:comment w:id="0">{_run("x")}</w:comment>'),
        _HIDDEN,
    ),
    _row(
        "footnotes",
        "words below the text",
        _part("footnotes", f'<w:footnote w:id="2">{_run("x")}</w:footnote>'),
        _HIDDEN,
    ),
    _row(
        "endnotes",
        "words behind the text",
        _part("endnotes", f'<w:endnote w:id="2">{_run("x")}</w:endnote>'),
        _HIDDEN,
    ),
    _row(
        "alternate content",
        "one text for new programs, another for old",
        _sealed(
            body=f'<w:p><mc:AlternateContent {_MC}><mc:Choice Requires="w14"><w:r><w:t>a</w:t></w:r></mc:Choice><mc:Fallback><w:r><w:t>b</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p>'
        ),
        _HIDDEN,
        f"content masking: {OOXML_2023}",
    ),
    _row(
        "alternate content in a control",
        "the same, inside an answer",
        _control(
            _RUN,
            f'<mc:AlternateContent {_MC}><mc:Choice Requires="w14">{_RUN}</mc:Choice></mc:AlternateContent>',
        ),
        _HIDDEN | _UNREADABLE,
    ),
    _row(
        "ignorable content",
        "elements some programs leave out",
        _sealed(body=f'<w:p {_MC} xmlns:n="urn:n" mc:Ignorable="n"><n:x><w:r><w:t>x</w:t></w:r></n:x></w:p>'),
        _HIDDEN,
    ),
    _row(
        "content to process",
        "elements some programs look into",
        _sealed(body=f'<w:p {_MC} xmlns:n="urn:n" mc:Ignorable="n" mc:ProcessContent="n:x"/>'),
        _HIDDEN,
    ),
    _row(
        "text box",
        "a drawing with text in it",
        _sealed(
            body=f"<w:p><w:r><w:drawing><wp:inline {_DRAWN}><w:txbxContent>{_run('x')}</w:txbxContent></wp:inline></w:drawing></w:r></w:p>"
        ),
        _HIDDEN,
    ),
    _row(
        "old drawing",
        "VML, with text in it",
        _sealed(
            body='<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"/></w:pict></w:r></w:p>'
        ),
        _HIDDEN,
    ),
    _row(
        "floating drawing",
        "a picture over an answer",
        _sealed(body=f'<w:p><w:r><w:drawing><wp:anchor {_DRAWN} behindDoc="0"/></w:drawing></w:r></w:p>'),
        _HIDDEN,
    ),
    _row(
        "equation",
        "text in an equation",
        _sealed(
            body='<w:p><m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"/></w:p>'
        ),
        _HIDDEN,
    ),
    _row("ruby", "text above text", _sealed(body="<w:p><w:r><w:ruby/></w:r></w:p>"), _HIDDEN),
    _row(
        "glossary",
        "a document in the document",
        _part(
            "glossaryDocument",
            f"<w:docParts><w:docPart><w:docPartBody>{_run('x')}</w:docPartBody></w:docPart></w:docParts>",
            name="glossary",
        ),
        _HIDDEN,
    ),
    _row(
        "mail merge",
        "settings that fill the text from a source",
        _part("settings", '<w:mailMerge><w:query w:val="SELECT 1"/></w:mailMerge>'),
        _HIDDEN,
    ),
    _row(
        "fields updated on opening",
        "settings that compute again",
        _part("settings", '<w:updateFields w:val="true"/>'),
        _HIDDEN,
    ),
    # ------------------------------------------------------------ what acts
    _row(
        "field that includes text",
        "INCLUDETEXT",
        _sealed(body='<w:p><w:fldSimple w:instr=" INCLUDETEXT x "/></w:p>'),
        _HIDDEN,
    ),
    _row(
        "field that includes a picture",
        "INCLUDEPICTURE",
        _sealed(
            body='<w:p><w:fldSimple w:instr=" INCLUDEPICTURE &quot;http://x.example.org/&quot; "/></w:p>'
        ),
        _HIDDEN,
    ),
    _row(
        "field in pieces",
        "DDEAUTO over two runs",
        _sealed(
            body="<w:p><w:r><w:instrText>DDE</w:instrText></w:r><w:r><w:instrText>AUTO x</w:instrText></w:r></w:p>"
        ),
        _HIDDEN,
    ),
    _row(
        "field after a harmless word",
        "a second run of the instruction",
        _sealed(body="<w:p><w:r><w:instrText> QUOTE </w:instrText></w:r></w:p>"),
        _HIDDEN,
    ),
    _row(
        "field that computes",
        "IF",
        _sealed(body='<w:p><w:r><w:instrText> IF 1 = 1 "a" "b" </w:instrText></w:r></w:p>'),
        _HIDDEN,
    ),
    _row(
        "link to a file",
        "a hyperlink to a program",
        _sealed(arrows=_arrow("hyperlink", "file:///c:/x.exe", external=True)),
        _HIDDEN,
    ),
    _row(
        "link with a script",
        "a hyperlink that runs",
        _sealed(arrows=_arrow("hyperlink", "javascript:x", external=True)),
        _HIDDEN,
    ),
    _row(
        "remote picture",
        "fetched when the file is opened",
        _sealed(arrows=_arrow("image", "https://x.example.org/a.png", external=True)),
        _HIDDEN,
    ),
    _row(
        "remote template",
        "CVE-2017-0199's way",
        _sealed(arrows=_arrow("attachedTemplate", "https://x.example.org/t.dotm", external=True)),
        _HIDDEN,
    ),
    _row(
        "remote frame",
        "a frame set",
        _sealed(arrows=_arrow("frame", "https://x.example.org/", external=True)),
        _HIDDEN,
    ),
    _row(
        "remote object",
        "an OLE link (Follina, CVE-2022-30190)",
        _sealed(arrows=_arrow("oleObject", "https://x.example.org/x.html!", external=True)),
        _HIDDEN,
    ),
    _row(
        "other content",
        "altChunk with a page of HTML",
        _sealed(
            body="<w:altChunk/>",
            parts={"word/x.xhtml": b"<html/>"},
            types='<Default Extension="xhtml" ContentType="application/xhtml+xml"/>',
            arrows=_arrow("aFChunk", "x.xhtml"),
        ),
        _HIDDEN,
    ),
    _row(
        "macros",
        "a VBA project",
        _sealed(
            parts=_BIN, types='<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
        ),
        _HIDDEN,
    ),
    _row(
        "embedded object",
        "an OLE object",
        _sealed(
            parts=_BIN,
            types='<Default Extension="bin" ContentType="application/vnd.openxmlformats-officedocument.oleObject"/>',
        ),
        _HIDDEN,
    ),
    _row(
        "embedded package",
        "another document inside",
        _sealed(
            parts={"word/x.docx": b"PK"},
            types='<Default Extension="docx" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document"/>',
            arrows=_arrow("package", "x.docx"),
        ),
        _HIDDEN,
    ),
    _row(
        "programs in customUI",
        "a ribbon of its own",
        _sealed(
            parts={"customUI/customUI.xml": b"<x/>"},
            arrows='<Relationship Id="rIdU" Type="http://schemas.microsoft.com/office/2006/relationships/ui/extensibility" Target="../customUI/customUI.xml"/>',
        ),
        _HIDDEN,
    ),
    _row(
        "web extension",
        "a task pane that loads a page",
        _sealed(
            parts={"word/webextensions/x.xml": b"<x/>"},
            arrows='<Relationship Id="rIdW" Type="http://schemas.microsoft.com/office/2011/relationships/webextension" Target="webextensions/x.xml"/>',
        ),
        _HIDDEN,
    ),
    _row(
        "Word part under another folder",
        "hidden text in a part that is not under word/",
        _sealed(
            parts={
                "other/header.xml": f'{_HEAD}<w:hdr xmlns:w="{W}">{_run("x", "<w:vanish/>")}</w:hdr>'.encode()
            },
            types=_override("other/header.xml", f"{_WORDML}.header+xml"),
            arrows=_arrow("header", "../other/header.xml"),
        ),
        _HIDDEN,
    ),
    _row(
        "picture of another kind",
        "SVG, which has scripts",
        _sealed(
            parts={"word/media/x.svg": b"<svg/>"},
            types='<Default Extension="svg" ContentType="image/svg+xml"/>',
            arrows=_arrow("image", "media/x.svg"),
        ),
        _HIDDEN,
    ),
)
