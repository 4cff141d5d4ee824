"""The pieces of which the Word templates are made: Word's own things as XML, and how an answer is drawn."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from formsvc.documents.docx import package

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
        + say("macro runs(rs, inside=false, titled=true)")
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
        + say("if titled")
        + heading("{{ r.label }}", "Heading2", "Heading4")
        + say("endif")
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
