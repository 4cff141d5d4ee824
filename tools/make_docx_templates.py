"""Write the first version of the Word templates. Run once; afterwards the .docx files are the source.

    python -m tools.make_docx_templates docx_templates

Overwrites nothing without --force: a council may have restyled what stands there. What a template
may place is told in docs/document-templates.md.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Mapping
from pathlib import Path

import docx
from PIL import Image, ImageDraw

from formsvc.documents.docx import package
from tools.docx_layouts import LAYOUTS, large_sections
from tools.docx_template_pieces import (
    ANSWER_GRID,
    CODE,
    HEAD,
    NAMESPACES,
    NEW_PAGE,
    TAB,
    THEME_TYPE,
    TWO,
    WIDTH,
    answer_rows,
    banners,
    cell,
    facts,
    field,
    note,
    para,
    picture,
    pieces,
    put,
    row,
    row_says,
    run,
    say,
    table,
)  # fmt: skip
from tools.docx_template_styles import FONT_TABLE, NUMBERING, SETTINGS, STYLES, THEME, large_headings


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


def opening(name: str) -> str:
    """Return what stands on page one of a template."""
    if name in LAYOUTS:
        return LAYOUTS[name]()
    title = para("Title", "{{ document.title }}")
    if name == "trigger_plan":
        return banners() + title + facts() + search_sheet()
    named = say("if subject.name") + para("ChildName", "{{ subject.name }}") + say("endif")
    return banners() + title + named + facts() + plain_sheet()


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


USUAL: Mapping[str, str] = {
    "heading": "Heading1",
    "signoffs": "Sign-offs",
    "nobody": "Nobody has signed this document off.",
    "changed": "What changed since revision",
    "nothing": "Nothing that this copy shows.",
    "genuine": "How to check that this is genuine",
    "sealed": "sealed this file. Nothing in it can be changed without breaking the seal.",
    "how": "Hand the file in at the address below, or type the reference and the check code that are printed here "
    "and at the foot of every page. The answer says whether it is genuine and whether it is the newest. It says "
    "nothing about the child.",
    "goes": "Where this may go",
    "made": "This copy was made for:",
}
TO_HER: Mapping[str, str] = {
    "heading": "Heading1",
    "signoffs": "Who agreed",
    "nobody": "Nobody has signed this yet.",
    "changed": "What is new since number",
    "nothing": "Nothing that I can see here.",
    "genuine": "Is this real?",
    "sealed": "made this and closed it, so that nobody can change it.",
    "how": "To check, hand the file in at this address, or type the reference and the code. The answer says if it is "
    "real and if it is the newest. It says nothing about me.",
    "goes": "Who gets this",
    "made": "This one is for:",
}


def last_page(words: Mapping[str, str], *, new_page: bool) -> str:
    code_width = 1900
    check = table(
        "Sheet",
        [WIDTH - code_width, code_width],
        row(
            cell(
                WIDTH - code_width,
                para(
                    "Value",
                    f"{{{{ document.controller }}}} {words['sealed']}",
                ),
                para(
                    "Value",
                    words["how"],
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
        para(words["heading"], words["signoffs"], more=NEW_PAGE if new_page else "")
        + say("if signoffs")
        + table("Answers", ANSWER_GRID, answer_rows("signoffs"), title="Sign-offs", note=TWO, labels=True)
        + say("else")
        + para("QuietValue", words["nobody"])
        + say("endif")
        + say("if document.changes_since")
        + para(words["heading"], f"{words['changed']} {{{{ document.changes_since }}}}")
        + say("if changes")
        + table("Answers", ANSWER_GRID, answer_rows("changes"), title="Changes", note=TWO, labels=True)
        + say("else")
        + para("QuietValue", words["nothing"])
        + say("endif")
        + say("endif")
        + para(words["heading"], words["genuine"])
        + check
        + para(words["heading"], words["goes"])
        + say("for one in circulation")
        + para("ListBullet", "{{ one }}")
        + say("endfor")
        + para("Value", f"{words['made']} {{{{ document.audience }}}}.")
        + say("for one in notices")
        + para("Intro", "{{ one }}")
        + say("endfor")
    )


MARKING = (
    "{{ document.marking }}{% if document.not_yet_approved %} · NOT YET APPROVED{% endif %}"
    "{% if document.demonstration %} · DEMONSTRATION{% endif %}"
)


def header(name: str) -> str:
    """Return the header; over the child's own copy no marking stands but the one in the footer."""
    if name == "own_copy":
        own = run("{{ document.short_title }} · {{ subject.initials }}", "Quieter")
        return f"{HEAD}<w:hdr {NAMESPACES}>{para('FooterLast', own)}</w:hdr>"
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


def document(name: str) -> str:
    layout = (
        '<w:sectPr><w:headerReference w:type="default" r:id="rIdHeader"/>'
        '<w:footerReference w:type="default" r:id="rIdFooter"/><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1021" w:right="1021" w:bottom="1021" w:left="1021" w:header="454" w:footer="397"'
        ' w:gutter="0"/></w:sectPr>'
    )
    head = note("Blue lines direct the printing and are not printed. First the pieces that draw answers.")
    first = note("Page one begins here.", more="<w:pageBreakBefore/>")
    sheet = name == "trigger_plan"
    hers = name == "own_copy"
    body = head + pieces() + first + opening(name)
    body += large_sections() if hers else sections(new_page=sheet)
    body += last_page(TO_HER if hers else USUAL, new_page=name not in ("one_sheet", "own_copy"))
    body += (para("Heading1", "About this copy") + facts() if hers else "") + layout
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


def template(name: str) -> bytes:
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    named = {
        "document": ("document.main", document(name)),
        "styles": ("styles", large_headings(STYLES) if name == "own_copy" else STYLES),
        "settings": ("settings", SETTINGS),
        "fontTable": ("fontTable", FONT_TABLE),
        "numbering": ("numbering", NUMBERING),
        "theme": ("theme", THEME),
        "header1": ("header", header(name)),
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
    for name in ("trigger_plan", "plan", *LAYOUTS):
        path = chosen.folder / f"{name}.docx"
        if path.exists() and not chosen.force:
            print(f"{path} stands already: left alone")
            left += 1
            continue
        path.write_bytes(template(name))
        print(f"wrote {path}")
    return left


if __name__ == "__main__":
    sys.exit(main())
