"""The named styles of the Word templates, their fonts, lists and settings, as first written."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

BODY = "Atkinson Hyperlegible Next"
EAST = "Noto Sans SC"
COMPLEX = "Noto Naskh Arabic"
EMOJI = "Segoe UI Emoji"

QUIET = "505050"
HAIR = "9A9A9A"
TINT = "EEF0F2"


def size(points: float) -> str:
    """Return a font size; complex scripts stand a little larger, as Arabic letters are small."""
    return f'<w:sz w:val="{round(points * 2)}"/><w:szCs w:val="{round(points * 2) + 2}"/>'


BOLD = "<w:b/><w:bCs/>"


def spacing(before: float = 0, after: float = 0, line: float = 0) -> str:
    lines = f' w:line="{round(line * 20)}" w:lineRule="atLeast"' if line else ""
    return f'<w:spacing w:before="{round(before * 20)}" w:after="{round(after * 20)}"{lines}/>'


def hanging(at: int) -> str:
    """Return a first column that ends at a tab stop, and lines that go on below the second."""
    return f'<w:tabs><w:tab w:val="left" w:pos="{at}"/></w:tabs><w:ind w:left="{at}" w:hanging="{at}"/>'


def border(side: str, weight: int, space: int = 0, color: str = HAIR) -> str:
    return f'<w:{side} w:val="single" w:sz="{weight}" w:space="{space}" w:color="{color}"/>'


def paragraph(
    id: str,
    name: str,
    *,
    based: str = "Normal",
    shape: str = "",
    run: str = "",
    after: str = "",
    quick: bool = True,
) -> str:
    return (
        f'<w:style w:type="paragraph" w:styleId="{id}"{"" if id in BUILT_IN else " w:customStyle=" + quoteattr("1")}>'
        f'<w:name w:val="{name}"/><w:basedOn w:val="{based}"/>'
        + (f'<w:next w:val="{after}"/>' if after else "")
        + ("<w:qFormat/>" if quick else "")
        + f"<w:pPr>{shape}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def character(id: str, name: str, run: str) -> str:
    custom = "" if id in BUILT_IN else ' w:customStyle="1"'
    return (
        f'<w:style w:type="character" w:styleId="{id}"{custom}><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="DefaultParagraphFont"/><w:qFormat/><w:rPr>{run}</w:rPr></w:style>'
    )


def table(
    id: str, name: str, *, borders: str, margins: tuple[int, int, int, int], first_row: str = ""
) -> str:
    top, left, bottom, right = margins
    return (
        f'<w:style w:type="table" w:customStyle="1" w:styleId="{id}"><w:name w:val="{name}"/>'
        '<w:basedOn w:val="TableNormal"/><w:qFormat/><w:tblPr>'
        f"<w:tblBorders>{borders}</w:tblBorders><w:tblCellMar>"
        f'<w:top w:w="{top}" w:type="dxa"/><w:left w:w="{left}" w:type="dxa"/>'
        f'<w:bottom w:w="{bottom}" w:type="dxa"/><w:right w:w="{right}" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        + (f'<w:tblStylePr w:type="firstRow">{first_row}</w:tblStylePr>' if first_row else "")
        + "</w:style>"
    )


BUILT_IN = frozenset(
    {
        "Title",
        "Heading1",
        "Heading2",
        "Heading3",
        "Heading4",
        "Heading5",
        "Header",
        "Footer",
        "ListBullet",
        "Strong",
        "Normal",
    }
)

KEEP = "<w:keepNext/>"
ENTRY = '<w:ind w:left="142" w:hanging="142"/>'  # lines that go on stand in, so that entries stand apart
_DEFAULTS = (
    f'<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="{BODY}" w:hAnsi="{BODY}" w:eastAsia="{EAST}"'
    f' w:cs="{COMPLEX}" w:asciiTheme="minorHAnsi" w:hAnsiTheme="minorHAnsi"/>{size(10)}<w:lang w:val="en-GB" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
    "<w:pPrDefault><w:pPr><w:widowControl/>"
    f"{spacing(line=14)}</w:pPr></w:pPrDefault></w:docDefaults>"
)
_LISTED = (
    '<w:latentStyles w:defLockedState="0" w:defUIPriority="99" w:defSemiHidden="1" w:defUnhideWhenUsed="1"'
    ' w:defQFormat="0" w:count="376"/>'
)
_BASE = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
    '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
    '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
    '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>'
    '<w:top w:w="0" w:type="dxa"/><w:left w:w="0" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/>'
    '<w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
    '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/>'
    '<w:uiPriority w:val="99"/><w:semiHidden/></w:style>'
)
_PARAGRAPHS = (
    paragraph("Title", "Title", shape=KEEP + spacing(after=2, line=17), run=BOLD + size(13)),
    paragraph("ChildName", "Child name", shape=KEEP + spacing(line=28), run=BOLD + size(24)),
    paragraph(
        "Heading1",
        "heading 1",
        shape=KEEP
        + "<w:keepLines/>"
        + f"<w:pBdr>{border('top', 8, 4, '000000')}</w:pBdr>"
        + spacing(18, 4, 17)
        + '<w:outlineLvl w:val="0"/>',
        run=BOLD + size(13),
        after="Value",
    ),
    paragraph(
        "Heading2",
        "heading 2",
        shape=KEEP + "<w:keepLines/>" + spacing(12, 4, 14) + '<w:outlineLvl w:val="1"/>',
        run=BOLD + size(10.5),
        after="Value",
    ),
    paragraph(
        "Heading3",
        "heading 3",
        shape=KEEP + "<w:keepLines/>" + spacing(8, 2, 14) + '<w:outlineLvl w:val="2"/>',
        run=BOLD + size(10),
        after="Value",
    ),
    *(
        paragraph(
            f"Heading{level}",
            f"heading {level}",
            shape=KEEP + "<w:keepLines/>" + spacing(before, 2, 13) + f'<w:outlineLvl w:val="{level - 1}"/>',
            run=BOLD + size(9.5),
            after="Value",
        )
        for level, before in ((4, 6), (5, 4))
    ),
    paragraph("Facts", "Facts", shape=spacing(after=1, line=12), run=f'<w:color w:val="{QUIET}"/>' + size(9)),
    paragraph("Intro", "Quiet", shape=spacing(after=5, line=12), run=f'<w:color w:val="{QUIET}"/>' + size(9)),
    paragraph("Label", "Label", run=BOLD + size(9)),
    paragraph(
        "LabelWide",
        "Label wide",
        based="Label",
        shape=KEEP + f"<w:pBdr>{border('top', 2, 3)}</w:pBdr>" + spacing(before=6, after=1),
        after="LongAnswer",
    ),
    paragraph("Value", "Value"),
    paragraph("LongAnswer", "Long answer", based="Value", shape="<w:widowControl/>" + spacing(after=4)),
    paragraph("QuietValue", "Quiet value", based="Value", run=f'<w:color w:val="{QUIET}"/>'),
    paragraph("Pair", "Pair", based="Value", shape=hanging(2098)),
    paragraph(
        "Asked",
        "Asked",
        based="Value",
        shape=KEEP + spacing(before=2, line=11),
        run=f'<w:color w:val="{QUIET}"/>' + size(9),
    ),
    paragraph("Tick", "Tick", based="Value", shape=hanging(567), run=BOLD),
    paragraph("TickNot", "Tick not", based="Value", shape=hanging(567), run=f'<w:color w:val="{QUIET}"/>'),
    paragraph("CardLabel", "Card label", based="Label", shape=KEEP + spacing(line=12), run=size(8.5)),
    paragraph("CardValue", "Card value", based="Value", shape=spacing(line=12), run=size(9.5)),
    paragraph("QuietCardValue", "Quiet card value", based="CardValue", run=f'<w:color w:val="{QUIET}"/>'),
    paragraph("TableHead", "Table head", shape=KEEP + spacing(line=12), run=BOLD + size(9)),
    paragraph("TableValue", "Table value", shape=spacing(line=12), run=size(9)),
    paragraph("QuietTableValue", "Quiet table value", based="TableValue", run=f'<w:color w:val="{QUIET}"/>'),
    paragraph("SheetLabel", "Sheet label", shape=spacing(line=12), run=BOLD + size(8.5)),
    paragraph("SheetValue", "Sheet value", shape=spacing(line=12.5), run=size(10)),
    paragraph("QuietSheetValue", "Quiet sheet value", based="SheetValue", run=f'<w:color w:val="{QUIET}"/>'),
    paragraph("SheetEntry", "Sheet entry", based="SheetValue", shape=ENTRY),
    paragraph("SheetUrgent", "Sheet urgent", based="SheetEntry", run=BOLD + size(10)),
    paragraph("SheetMore", "Sheet more", based="SheetValue", run=f'<w:color w:val="{QUIET}"/>' + size(9)),
    paragraph("ChildNameTight", "Child name tight", based="ChildName", shape=spacing(line=21), run=size(18)),
    paragraph(
        "SheetLabelTight", "Sheet label tight", based="SheetLabel", shape=spacing(line=9), run=size(7.5)
    ),
    paragraph(
        "SheetValueTight", "Sheet value tight", based="SheetValue", shape=spacing(line=10), run=size(8.5)
    ),
    paragraph(
        "QuietSheetValueTight",
        "Quiet sheet value tight",
        based="QuietSheetValue",
        shape=spacing(line=10),
        run=size(8.5),
    ),
    paragraph(
        "SheetUrgentTight", "Sheet urgent tight", based="SheetUrgent", shape=spacing(line=10), run=size(8.5)
    ),
    paragraph("SheetEntryTight", "Sheet entry tight", based="SheetValueTight", shape=ENTRY),
    paragraph("SheetMoreTight", "Sheet more tight", based="SheetMore", shape=spacing(line=10), run=size(8)),
    paragraph(
        "Spoken",
        "Spoken",
        based="Value",
        shape=f"<w:pBdr>{border('left', 24, 10, '14505C')}</w:pBdr>"
        + spacing(before=2, after=6, line=18)
        + '<w:ind w:left="284" w:right="284"/>',
        run=size(11),
    ),
    paragraph(
        "SpokenAsked",
        "Spoken asked",
        based="Spoken",
        shape=KEEP + spacing(before=6, after=0, line=12),
        run=f'<w:color w:val="{QUIET}"/>' + size(9),
    ),
    paragraph("QuietSpoken", "Quiet spoken", based="Spoken", run=f'<w:color w:val="{QUIET}"/>'),
    paragraph(
        "BoxTitle", "Box title", based="Heading2", shape=KEEP + spacing(after=2, line=16), run=size(12)
    ),
    paragraph("Grade", "Grade", based="Value", shape=spacing(line=24), run=BOLD + size(18)),
    paragraph("Meaning", "Meaning", based="Intro", shape=spacing(before=2, after=4, line=11.5)),
    paragraph("Large", "Large", shape=spacing(after=4, line=20) + '<w:ind w:right="2600"/>', run=size(13)),
    paragraph("QuietLarge", "Quiet large", based="Large", run=f'<w:color w:val="{QUIET}"/>'),
    paragraph(
        "LargeLabel", "Large label", based="Large", shape=KEEP + spacing(before=6), run=BOLD + size(12)
    ),
    paragraph(
        "LargeSpoken",
        "Large spoken",
        based="Large",
        shape=f"<w:pBdr>{border('left', 24, 10, '14505C')}</w:pBdr>" + '<w:ind w:left="284" w:right="2600"/>',
    ),
    paragraph("Picture", "Picture", shape=spacing(line=2), run=size(1)),
    paragraph("PhotoCaption", "Photo caption", shape=spacing(before=1, line=10), run=size(8)),
    paragraph(
        "NoPhoto",
        "No photo",
        based="PhotoCaption",
        shape="<w:pBdr>"
        + "".join(border(side, 4, 4) for side in ("top", "left", "bottom", "right"))
        + "</w:pBdr>"
        + '<w:ind w:left="113" w:right="340"/>',
    ),
    paragraph(
        "CheckCode", "Check code", shape='<w:spacing w:line="240" w:lineRule="auto"/><w:jc w:val="right"/>'
    ),
    paragraph("AfterTable", "After table", shape=spacing(line=3), run=size(2)),
    paragraph(
        "Banner",
        "Banner",
        shape=KEEP
        + "<w:pBdr>"
        + "".join(border(side, 18, 2, "000000") for side in ("top", "left", "bottom", "right"))
        + "</w:pBdr>"
        + spacing(after=4, line=15)
        + '<w:ind w:left="85" w:right="85"/><w:jc w:val="center"/>',
        run=size(8.5),
    ),
    paragraph(
        "Marking",
        "Marking",
        shape='<w:tabs><w:tab w:val="right" w:pos="9864"/></w:tabs>' + spacing(line=12),
        run=BOLD + size(9),
    ),
    paragraph(
        "Footer",
        "footer",
        shape=KEEP
        + f"<w:pBdr>{border('top', 4, 4)}</w:pBdr>"
        + '<w:tabs><w:tab w:val="right" w:pos="9864"/></w:tabs>'
        + spacing(line=11),
        run=size(8),
    ),
    paragraph(
        "FooterLast",
        "Footer last",
        shape='<w:tabs><w:tab w:val="right" w:pos="9864"/></w:tabs>' + spacing(line=11),
        run=size(8),
    ),
    paragraph(
        "ListBullet",
        "List Bullet",
        shape='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
        + spacing(after=1)
        + "<w:contextualSpacing/>",
    ),
    paragraph(
        "TemplateCode",
        "Template code",
        shape=spacing(line=10),
        run='<w:noProof/><w:color w:val="1F5FA8"/>' + size(7.5),
        quick=False,
    ),
)
_CHARACTERS = (
    character("Strong", "Strong", BOLD),
    character("PairLabel", "Pair label", BOLD + size(9)),
    character("BannerWords", "Banner words", BOLD + '<w:spacing w:val="14"/>' + size(12)),
    character("Quieter", "Quieter", f'<w:color w:val="{QUIET}"/>'),
    character(
        "Emoji",
        "Emoji",
        f'<w:rFonts w:ascii="{EMOJI}" w:hAnsi="{EMOJI}" w:eastAsia="{EMOJI}" w:cs="{EMOJI}"/>',
    ),
)
_HAIRLINES = border("top", 2) + border("bottom", 2) + border("insideH", 2)
_TABLES = (
    table("Answers", "Answers", borders=border("top", 2) + border("insideH", 2), margins=(50, 0, 50, 113)),
    table("Card", "Card", borders=border("top", 2) + border("insideH", 2), margins=(30, 0, 30, 113)),
    table(
        "Rows",
        "Rows",
        borders=_HAIRLINES,
        margins=(50, 57, 50, 85),
        first_row=f'<w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="{TINT}"/></w:tcPr>',
    ),
    table("Sheet", "Sheet", borders=border("insideH", 2), margins=(20, 0, 20, 113)),
    table("SheetPairs", "Sheet pairs", borders=border("insideH", 2), margins=(40, 0, 50, 170)),
    table(
        "RuledBox",
        "Ruled box",
        borders="".join(border(side, 18, 0, "000000") for side in ("top", "left", "bottom", "right"))
        + border("insideH", 4, 0, "000000"),
        margins=(60, 113, 70, 113),
    ),
)
STYLES = (
    f"{HEAD}<w:styles {W}>{_DEFAULTS}{_LISTED}{_BASE}"
    + "".join((*_PARAGRAPHS, *_CHARACTERS, *_TABLES))
    + "</w:styles>"
)


_HEADING = '<w:style w:type="paragraph" w:styleId="Heading1">'


def large_headings(styles: str) -> str:
    """Return styles whose first heading is as large as the child's own copy wants it."""
    before, _, after = styles.partition(_HEADING)
    own, end, rest = after.partition("</w:style>")
    return before + _HEADING + own.replace(size(13), size(17)) + end + rest


def font(name: str, *, instead: str, family: str, charset: str = "00") -> str:
    return (
        f'<w:font w:name="{name}"><w:altName w:val="{instead}"/><w:panose1 w:val="020B0604020202020204"/><w:charset w:val="{charset}"/>'
        f'<w:family w:val="{family}"/><w:pitch w:val="variable"/></w:font>'
    )


FONT_TABLE = (
    f"{HEAD}<w:fonts {W}>"
    + font(BODY, instead="Atkinson Hyperlegible,Arial", family="swiss")
    + font(EAST, instead="Microsoft YaHei,PingFang SC,SimSun", family="swiss", charset="86")
    + font(COMPLEX, instead="Segoe UI,Arial", family="swiss", charset="B2")
    + font(EMOJI, instead="Noto Emoji,Apple Color Emoji,Segoe UI Symbol", family="swiss")
    + "</w:fonts>"
)

NUMBERING = (
    f'{HEAD}<w:numbering {W}><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="singleLevel"/>'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:pStyle w:val="ListBullet"/>'
    '<w:lvlText w:val="\u2022"/><w:lvlJc w:val="left"/>'
    '<w:pPr><w:ind w:left="284" w:hanging="284"/></w:pPr></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)

_COLOURS = {
    "dk1": "000000",
    "lt1": "FFFFFF",
    "dk2": QUIET,
    "lt2": TINT,
    "accent1": "1F5FA8",
    "accent2": "505050",
    "accent3": "7A7A7A",
    "accent4": HAIR,
    "accent5": "C4C8CC",
    "accent6": TINT,
    "hlink": "1F5FA8",
    "folHlink": "505050",
}
_FILL = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
_FACES = f'<a:latin typeface="{BODY}"/><a:ea typeface="{EAST}"/><a:cs typeface="{COMPLEX}"/>'
THEME = (
    f'{HEAD}<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="Plain">'
    '<a:themeElements><a:clrScheme name="Plain">'
    + "".join(f'<a:{name}><a:srgbClr val="{value}"/></a:{name}>' for name, value in _COLOURS.items())
    + f'</a:clrScheme><a:fontScheme name="Plain"><a:majorFont>{_FACES}</a:majorFont><a:minorFont>{_FACES}'
    f'</a:minorFont></a:fontScheme><a:fmtScheme name="Plain"><a:fillStyleLst>{_FILL * 3}</a:fillStyleLst>'
    f"<a:lnStyleLst>{('<a:ln>' + _FILL + '</a:ln>') * 3}</a:lnStyleLst>"
    f"<a:effectStyleLst>{'<a:effectStyle><a:effectLst/></a:effectStyle>' * 3}</a:effectStyleLst>"
    f"<a:bgFillStyleLst>{_FILL * 3}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"
)

SETTINGS = (
    f'{HEAD}<w:settings {W}><w:zoom w:percent="100"/><w:hideSpellingErrors/><w:hideGrammaticalErrors/><w:defaultTabStop w:val="567"/>'
    '<w:characterSpacingControl w:val="doNotCompress"/><w:compat>'
    + "".join(
        f'<w:compatSetting w:name="{name}" w:uri="http://schemas.microsoft.com/office/word" w:val="{value}"/>'
        for name, value in (
            ("compatibilityMode", "15"),
            ("overrideTableStyleFontSizeAndJustification", "1"),
            ("enableOpenTypeFeatures", "1"),
            ("doNotFlipMirrorIndents", "1"),
            ("differentiateMultirowTableHeaders", "1"),
        )
    )
    + '</w:compat><w:themeFontLang w:val="en-GB" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'
    '<w:decimalSymbol w:val="."/><w:listSeparator w:val=","/></w:settings>'
)
