"""Write the first version of the Word templates. Run once; afterwards the .docx files are the source.

    python -m tools.make_docx_templates docx_templates

Overwrites nothing without --force: a council may have restyled what stands there. What a template
may place is told in docs/document-templates.md.
"""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import docx
from PIL import Image, ImageDraw

from formsvc.documents.docx import package
from tools.docx_template_styles import FONT_TABLE, NUMBERING, SETTINGS, STYLES, THEME

WIDTH = 9864  # A4 less 18 mm margins, in twentieths of a point
MM = 36_000  # English Metric Units
PHOTO = (45 * MM, 60 * MM)
PHOTO_INSIDE = (30 * MM, 40 * MM)
CODE = (26 * MM, 26 * MM)
NEW_PAGE = '<w:pageBreakBefore/><w:spacing w:before="0"/>'

NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "r": package.OFFICE,
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "w15": "http://schemas.microsoft.com/office/word/2012/wordml",
    }.items()
)
THEME_TYPE = "application/vnd.openxmlformats-officedocument.theme+xml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


# ---------------------------------------------------------------- Word's own things, as XML


def run(text: str, style: str = "") -> str:
    shape = f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>' if style else ""
    return f'<w:r>{shape}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


TAB = "<w:r><w:tab/></w:r>"


def field(code: str, shown: str) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{shown}</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def para(style: str, *content: str, more: str = "") -> str:
    inside = "".join(one if one.startswith("<") else run(one) for one in content)
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{inside}</w:p>'


def say(code: str) -> str:
    """Return a paragraph that holds a direction to the template and is not printed."""
    return para("TemplateCode", f"{{%p {code} %}}")


def put(call: str) -> str:
    """Return a paragraph in whose place a piece is printed."""
    return para("TemplateCode", f"{{{{p {call} }}}}")


def note(words: str, *, more: str = "") -> str:
    """Return a remark to whoever opens the template; it is not printed."""
    return para("TemplateCode", f"{{#p {words} #}}", more=more)


def control(answer: str, inside: str) -> str:
    return (
        f'<w:sdt><w:sdtPr><w:alias w:val="{{{{ {answer}.alias }}}}"/><w:tag w:val="{{{{ {answer}.path }}}}"/>'
        f'<w:id w:val="1"/><w15:appearance w15:val="hidden"/></w:sdtPr><w:sdtContent>{inside}</w:sdtContent></w:sdt>'
    )


def cell(width: int, *content: str, span: int = 1, merge: str = "", style: str = "") -> str:
    shape = f'<w:tcW w:w="{width}" w:type="dxa"/>'
    shape += f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    shape += f"<w:vMerge{' w:val=' + quoteattr(merge) if merge == 'restart' else ''}/>" if merge else ""
    return f"<w:tc><w:tcPr>{shape}{style}</w:tcPr>{''.join(content)}</w:tc>"


def row(*cells: str, head: bool = False, whole: bool = True) -> str:
    shape = ("<w:cantSplit/>" if whole else "") + ("<w:tblHeader/>" if head else "")
    return f"<w:tr><w:trPr>{shape}</w:trPr>{''.join(cells)}</w:tr>"


def row_says(code: str, columns: int) -> str:
    return row(cell(WIDTH, para("TemplateCode", f"{{%tr {code} %}}"), span=columns), whole=False)


def table(
    style: str, grid: list[int], *rows: str, title: str, note: str, head: bool = False, labels: bool = False
) -> str:
    """Return a table; `head` says that its first row is a header, `labels` that its first column is one."""
    look = 0x600 + 0x20 * head + 0x80 * labels
    shape = (
        f'<w:tblStyle w:val="{style}"/><w:tblW w:w="{sum(grid)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f'<w:tblLook w:val="{look:04X}" w:firstRow="{int(head)}" w:lastRow="0" w:firstColumn="{int(labels)}"'
        ' w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f"<w:tblCaption w:val={quoteattr(title)}/><w:tblDescription w:val={quoteattr(note)}/>"
    )
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in grid)
    return f"<w:tbl><w:tblPr>{shape}</w:tblPr><w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"


def picture(subject: str, size: tuple[int, int], name: str) -> str:
    width, height = size
    return (
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{width}" cy="{height}"/>'
        f'<wp:docPr id="1" name="{name}" descr="{{{{ {subject}.alt }}}}"/>'
        '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
        f'<pic:nvPicPr><pic:cNvPr id="1" name="{name}"/><pic:cNvPicPr/></pic:nvPicPr>'
        '<pic:blipFill><a:blip r:embed="rIdPlaceholder"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r>"
    )


# ---------------------------------------------------------------- the pieces: how an answer is drawn


def piece(
    name: str, remark: str, *, value: str, quiet: str, photo: tuple[int, int], caption: str = ""
) -> str:
    """Return the macro that draws one answer inside its content control, in these styles."""
    lines = (
        say("for line in a.lines")
        + say("if line.kind == 'text'")
        + para(caption or value, "{{ line.text }}")
        + say("elif line.kind == 'quiet'")
        + para(quiet, "{{ line.text }}")
        + say("elif line.kind == 'pair'")
        + (
            para("Pair", "{{ line.label }}", TAB, run("{{ line.text }}"))
            if value == "Value"
            else para(value, run("{{ line.label }}", "PairLabel"), run(" {{ line.text }}"))
        )
        + say("elif line.kind == 'asked'")
        + para("Asked", "{{ line.label }}")
        + para(value, "{{ line.text }}")
        + say("elif line.kind == 'chosen'")
        + para("Tick", "Yes", TAB, run("{{ line.text }}"))
        + say("elif line.kind == 'not_chosen'")
        + para("TickNot", "No", TAB, run("{{ line.text }}"))
        + say("else")
        + para("Picture", picture("line", photo, "Photo"))
        + say("endif")
        + say("endfor")
    )
    return note(remark) + say(f"macro {name}(a)") + control("a", lines) + say("endmacro")


def slot_piece(name: str, answer: str) -> str:
    """Return the macro that draws a slot of the sheet: its label, its answers, and how many stand further in."""
    return (
        note("A slot of page one: its label, its entries, and how many stand further in")
        + say(f"macro {name}(s)")
        + say("if s")
        + para("SheetLabel", "{{ s.label }}")
        + say("for a in s.answers")
        + put(f"{answer}(a)")
        + say("endfor")
        + say("if s.more")
        + para("SheetMore", "and {{ s.more }} more in {{ s.more_in }}")
        + say("endif")
        + say("else")
        + para("SheetValue", "")
        + say("endif")
        + say("endmacro")
    )


TWO = "Each row: the question on the left, the answer on the right."
TWICE_TWO = "Each row: a question and its answer, once or twice."
CARD_GRID = [2000, 2932, 2000, 2932]
ANSWER_GRID = [3060, WIDTH - 3060]


def answer_rows(source: str) -> str:
    left, right = ANSWER_GRID
    return (
        row_says(f"for a in {source}", 2)
        + row(cell(left, para("Label", "{{ a.label }}")), cell(right, put("answer(a)")))
        + row_says("endfor", 2)
    )


def card_rows() -> str:
    one, two, three, four = CARD_GRID

    def answer(side: str) -> str:
        return put(f"card_answer(row.{side})")

    def label(side: str) -> str:
        return para("CardLabel", f"{{{{ row.{side}.label }}}}")

    return (
        row_says("for row in r.rows", 4)
        + row_says("if row.right", 4)
        + row(
            cell(one, label("left")),
            cell(two, answer("left")),
            cell(three, label("right")),
            cell(four, answer("right")),
        )
        + row_says("else", 4)
        + row(cell(one, label("left")), cell(two + three + four, answer("left"), span=3))
        + row_says("endif", 4)
        + row_says("endfor", 4)
    )


def runs_piece() -> str:
    """Return the macro that draws how answers stand in a section; cards draw themselves with it again."""
    third = WIDTH // 3
    rows = (
        row(
            cell(third, para("TemplateCode", "{%tc for column in r.columns %}")),
            cell(third, para("TableHead", "{{ column }}")),
            cell(third, para("TemplateCode", "{%tc endfor %}")),
            head=True,
        )
        + row_says("for one in r.rows", 3)
        + row(
            cell(third, para("TemplateCode", "{%tc for a in one.cells %}")),
            cell(
                third,
                say("if a") + put("table_answer(a)") + say("else") + para("TableValue", "") + say("endif"),
            ),
            cell(third, para("TemplateCode", "{%tc endfor %}")),
        )
        + row_says("endfor", 3)
    )
    apart = say("if r.apart") + para("AfterTable", "") + say("endif")

    def heading(shown: str, high: str, low: str) -> str:
        return say("if inside") + para(low, shown) + say("else") + para(high, shown) + say("endif")

    title = control("card.title", run("{{ card.title.text }}"))
    return (
        note("How answers stand in a section; inside a card, with lower headings")
        + say("macro runs(rs, inside=false)")
        + say("for r in rs")
        + say("if r.kind == 'short'")
        + apart
        + table("Card", CARD_GRID, card_rows(), title="Details", note=TWICE_TWO, labels=True)
        + say("elif r.kind == 'pairs'")
        + apart
        + table("Answers", ANSWER_GRID, answer_rows("r.answers"), title="Answers", note=TWO, labels=True)
        + say("elif r.kind == 'long'")
        + para("LabelWide", "{{ r.label }}")
        + put("long_answer(r.answer)")
        + say("elif r.kind == 'table'")
        + heading("{{ r.label }}", "Heading2", "Heading4")
        + table(
            "Rows",
            [third, third, third],
            rows,
            title="{{ r.label }}",
            note="columns {{ r.weights }}; One row for each entry. Columns: {{ r.columns|join(', ') }}",
            head=True,
            labels=True,
        )
        + say("else")
        + heading("{{ r.label }}", "Heading2", "Heading4")
        + say("for card in r.cards")
        + say("if card.title")
        + heading(title, "Heading3", "Heading5")
        + say("else")
        + heading("{{ card.heading }}", "Heading3", "Heading5")
        + say("endif")
        + put("runs(card.runs, true)")
        + say("endfor")
        + say("endif")
        + say("endfor")
        + say("endmacro")
    )


def pieces() -> str:
    return (
        piece("answer", "An answer beside its label", value="Value", quiet="QuietValue", photo=PHOTO_INSIDE)
        + piece(
            "long_answer",
            "An answer in the full width",
            value="LongAnswer",
            quiet="QuietValue",
            photo=PHOTO_INSIDE,
        )
        + piece(
            "card_answer",
            "An answer in a card",
            value="CardValue",
            quiet="QuietCardValue",
            photo=PHOTO_INSIDE,
        )
        + piece(
            "table_answer",
            "An answer in a column",
            value="TableValue",
            quiet="QuietTableValue",
            photo=PHOTO_INSIDE,
        )
        + piece(
            "sheet_answer",
            "A fact about the child on page one",
            value="SheetValue",
            quiet="QuietSheetValue",
            photo=PHOTO,
        )
        + piece("sheet_name", "The name on page one", value="ChildName", quiet="ChildName", photo=PHOTO)
        + piece(
            "sheet_photo",
            "The photo on page one and what is written below it",
            value="PhotoCaption",
            quiet="NoPhoto",
            photo=PHOTO,
        )
        + piece(
            "sheet_entry", "An entry on page one", value="SheetEntry", quiet="QuietSheetValue", photo=PHOTO
        )
        + piece(
            "sheet_urgent",
            "An urgent entry on page one",
            value="SheetUrgent",
            quiet="QuietSheetValue",
            photo=PHOTO,
        )
        + slot_piece("slot", "sheet_entry")
        + slot_piece("urgent", "sheet_urgent")
        + runs_piece()
    )


# ---------------------------------------------------------------- page one


def banners() -> str:
    def banner(words: str, sentence: str) -> str:
        return para("Banner", run(words, "BannerWords"), run(f"   {sentence}"))

    return (
        say("if document.not_yet_approved")
        + banner(
            "NOT YET APPROVED",
            "Issued before anyone with authority could approve it. Use it, and ask for the approved one.",
        )
        + say("endif")
        + say("if document.demonstration")
        + banner(
            "DEMONSTRATION",
            "The people in it are invented, and its seal is a demonstration seal. Not for use.",
        )
        + say("endif")
    )


def facts() -> str:
    def fact(name: str) -> str:
        return control(f"fact.{name}", run(f"{{{{ fact.{name}.text }}}}", "Strong"))

    return para(
        "Facts",
        fact("reference"),
        run("   Revision "),
        fact("revision"),
        run("   Issued "),
        fact("issued_at"),
        run("   "),
        fact("status"),
    ) + para("Intro", control("fact.audience", run("{{ fact.audience.text }}")))


def search_sheet() -> str:
    photo, label = 2720, 2000
    value = WIDTH - photo - label
    listed = [
        *("known_as", "date_of_birth", "gender", "ethnicity", "height", "build", "hair", "eyes"),
        *("marks", "clothing", "phones", "language"),
    ]
    half = WIDTH // 2
    who = table(
        "Sheet",
        [photo, label, value],
        row(
            cell(
                photo,
                say("for a in sheet.photo.answers") + put("sheet_photo(a)") + say("endfor"),
                merge="restart",
            ),
            cell(
                label + value,
                say("for a in sheet.name.answers") + put("sheet_name(a)") + say("endfor"),
                span=2,
            ),
            whole=False,
        ),
        row_says(f"for s in [{', '.join(f'sheet.{one}' for one in listed)}] if s", 3),
        row(
            cell(photo, para("AfterTable", ""), merge="continue"),
            cell(label, para("SheetLabel", "{{ s.label }}")),
            cell(value, say("for a in s.answers") + put("sheet_answer(a)") + say("endfor")),
        ),
        row_says("endfor", 3),
        title="Who to look for",
        note="The photo on the left; on the right the name, and in each row what is known of one thing.",
    )

    def pair(left: str, right: str) -> str:
        drawn = ("urgent" if one in ("ring_now", "do_not_approach") else "slot" for one in (left, right))
        cells = [
            cell(half, put(f"{how}(sheet.{one})")) for how, one in zip(drawn, (left, right), strict=True)
        ]
        return row_says(f"if sheet.{left} or sheet.{right}", 2) + row(*cells) + row_says("endif", 2)

    danger = (
        row_says("if sheet.danger", 2)
        + row(cell(WIDTH, put("slot(sheet.danger)"), span=2))
        + row_says("endif", 2)
    )
    return (
        who
        + para("AfterTable", "")
        + say("if sheet.risks or sheet.do_not_approach or sheet.danger")
        + table(
            "RuledBox",
            [half, half],
            pair("risks", "do_not_approach"),
            danger,
            title="Risks",
            note="A box with the highest risks and the addresses that police alone may approach.",
        )
        + para("AfterTable", "")
        + say("endif")
        + table(
            "SheetPairs",
            [half, half],
            pair("ring_now", "medication"),
            pair("triggers", "runs_to"),
            pair("home", "lead"),
            row_says("for s in slots", 2),
            row(cell(WIDTH, put("slot(s)"), span=2)),
            row_says("endfor", 2),
            title="What a search needs",
            note="Two lists side by side in each row, each below its name.",
        )
    )


def plain_sheet() -> str:
    """Return the sheet of a definition without a template of its own: every slot, one below the other."""
    left, right = ANSWER_GRID
    answers = say("for a in s.answers") + put("sheet_answer(a)") + say("endfor")
    more = say("if s.more") + para("SheetMore", "and {{ s.more }} more in {{ s.more_in }}") + say("endif")
    return (
        say("if slots")
        + table(
            "Sheet",
            ANSWER_GRID,
            row_says("for s in slots", 2),
            row(cell(left, para("SheetLabel", "{{ s.label }}")), cell(right, answers + more)),
            row_says("endfor", 2),
            title="Who to look for",
            note=TWO,
            labels=True,
        )
        + say("endif")
    )


def opening(*, sheet: bool) -> str:
    title = para("Title", "{{ document.title }}")
    if sheet:
        return banners() + title + facts() + search_sheet()
    name = say("if subject.name") + para("ChildName", "{{ subject.name }}") + say("endif")
    return banners() + title + name + facts() + plain_sheet()


# ---------------------------------------------------------------- the rest


def sections(*, new_page: bool) -> str:
    return (
        say("for section in sections")
        + (
            say("if loop.first") + para("Heading1", "{{ section.title }}", more=NEW_PAGE) + say("else")
            if new_page
            else ""
        )
        + para("Heading1", "{{ section.title }}")
        + (say("endif") if new_page else "")
        + say("if section.intro")
        + para("Intro", "{{ section.intro }}")
        + say("endif")
        + put("runs(section.runs)")
        + say("endfor")
    )


def last_page() -> str:
    code_width = 1900
    check = table(
        "Sheet",
        [WIDTH - code_width, code_width],
        row(
            cell(
                WIDTH - code_width,
                para(
                    "Value",
                    "{{ document.controller }} sealed this file. Nothing in it can be changed without breaking the "
                    "seal.",
                ),
                para(
                    "Value",
                    "Hand the file in at the address below, or type the reference and the check code that are printed "
                    "here and at the foot of every page. The answer says whether it is genuine and whether it is the "
                    "newest. It says nothing about the child.",
                ),
                para("Value", run("{{ document.verify_at }}", "Strong")),
                para("Value", "Reference {{ document.reference }}, check code {{ document.short_hash }}"),
            ),
            cell(code_width, para("CheckCode", picture("document.code", CODE, "Code"))),
        ),
        title="How to check",
        note="The words on the left; on the right a code that opens the page where this is checked.",
    )
    return (
        para("Heading1", "Sign-offs", more=NEW_PAGE)
        + say("if signoffs")
        + table("Answers", ANSWER_GRID, answer_rows("signoffs"), title="Sign-offs", note=TWO, labels=True)
        + say("else")
        + para("QuietValue", "Nobody has signed this document off.")
        + say("endif")
        + say("if document.changes_since")
        + para("Heading1", "What changed since revision {{ document.changes_since }}")
        + say("if changes")
        + table("Answers", ANSWER_GRID, answer_rows("changes"), title="Changes", note=TWO, labels=True)
        + say("else")
        + para("QuietValue", "Nothing that this copy shows.")
        + say("endif")
        + say("endif")
        + para("Heading1", "How to check that this is genuine")
        + check
        + para("Heading1", "Where this may go")
        + say("for one in circulation")
        + para("ListBullet", "{{ one }}")
        + say("endfor")
        + para("Value", "This copy was made for: {{ document.audience }}.")
        + say("for one in notices")
        + para("Intro", "{{ one }}")
        + say("endfor")
    )


MARKING = (
    "{{ document.marking }}{% if document.not_yet_approved %} · NOT YET APPROVED{% endif %}"
    "{% if document.demonstration %} · DEMONSTRATION{% endif %}"
)


def header() -> str:
    who = run("{{ document.short_title }} · {{ subject.initials }}", "Quieter")
    return f"{HEAD}<w:hdr {NAMESPACES}>{para('Marking', MARKING, TAB, who)}</w:hdr>"


def footer() -> str:
    who = "{{ document.short_title }} · {{ subject.initials }} · {{ document.reference }}"
    first = para(
        "Footer",
        f"{who} · Revision {{{{ document.revision }}}}",
        TAB,
        run("Page "),
        field("PAGE", "1"),
        run(" of "),
        field("NUMPAGES", "1"),
    )
    issued = "Issued {{ document.issued }} · Check code {{ document.short_hash }}"
    last = para("FooterLast", issued, TAB, run(MARKING, "Strong"))
    return f"{HEAD}<w:ftr {NAMESPACES}>{first}{last}</w:ftr>"


def document(*, sheet: bool) -> str:
    layout = (
        '<w:sectPr><w:headerReference w:type="default" r:id="rIdHeader"/>'
        '<w:footerReference w:type="default" r:id="rIdFooter"/><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1021" w:right="1021" w:bottom="1021" w:left="1021" w:header="454" w:footer="397"'
        ' w:gutter="0"/></w:sectPr>'
    )
    head = note("Blue lines direct the printing and are not printed. First the pieces that draw answers.")
    first = note("Page one begins here.", more="<w:pageBreakBefore/>")
    body = head + pieces() + first + opening(sheet=sheet) + sections(new_page=sheet) + last_page() + layout
    return f'{HEAD}<w:document {NAMESPACES} mc:Ignorable="w15"><w:body>{body}</w:body></w:document>'


def placeholder_picture() -> bytes:
    shown = Image.new("L", (90, 120), 225)
    drawn = ImageDraw.Draw(shown)
    drawn.rectangle((0, 0, 89, 119), outline=140)
    drawn.ellipse((28, 22, 62, 60), fill=180)
    drawn.pieslice((10, 68, 80, 168), 180, 360, fill=180)
    out = io.BytesIO()
    shown.save(out, "PNG", optimize=True)
    return out.getvalue()


def template(*, sheet: bool) -> bytes:
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    named = {
        "document": ("document.main", document(sheet=sheet)),
        "styles": ("styles", STYLES),
        "settings": ("settings", SETTINGS),
        "fontTable": ("fontTable", FONT_TABLE),
        "numbering": ("numbering", NUMBERING),
        "theme": ("theme", THEME),
        "header1": ("header", header()),
        "footer1": ("footer", footer()),
    }
    types = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{THEME_TYPE if kind == "theme" else f"{word}.{kind}+xml"}"/>'
        for name, (kind, _) in named.items()
    )
    relations = "".join(
        f'<Relationship Id="{id}" Type="{package.OFFICE}/{kind}" Target="{target}"/>'
        for id, kind, target in (
            ("rIdStyles", "styles", "styles.xml"),
            ("rIdSettings", "settings", "settings.xml"),
            ("rIdFonts", "fontTable", "fontTable.xml"),
            ("rIdTheme", "theme", "theme.xml"),
            ("rIdNumbering", "numbering", "numbering.xml"),
            ("rIdHeader", "header", "header1.xml"),
            ("rIdFooter", "footer", "footer1.xml"),
            ("rIdPlaceholder", "image", "media/placeholder.png"),
        )
    )
    parts = {
        package.CONTENT_TYPES: f'{HEAD}<Types xmlns="{package.CT}">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
        f"{types}</Types>",
        package.ROOT_RELS: f'{HEAD}<Relationships xmlns="{package.REL}"><Relationship Id="rId1"'
        f' Type="{package.OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'{HEAD}<Relationships xmlns="{package.REL}">{relations}</Relationships>',
    } | {f"word/{name}.xml": xml for name, (_, xml) in named.items()}
    made = package.write(
        {name: xml.encode() for name, xml in parts.items()}
        | {"word/media/placeholder.png": placeholder_picture()}
    )
    docx.Document(io.BytesIO(made))  # Word's stand-in opens it, or this fails
    return made


def main() -> int:
    """Write the templates that do not stand there yet; return how many were left alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--force", action="store_true", help="overwrite what stands there")
    chosen = parser.parse_args()
    left = 0
    for name, sheet in (("trigger_plan", True), ("plan", False)):
        path = chosen.folder / f"{name}.docx"
        if path.exists() and not chosen.force:
            print(f"{path} stands already: left alone")
            left += 1
            continue
        path.write_bytes(template(sheet=sheet))
        print(f"wrote {path}")
    return left


if __name__ == "__main__":
    sys.exit(main())
