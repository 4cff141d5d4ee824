"""Page one of the Word templates of minutes, interviews, assessments and sheets."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tools.docx_template_pieces import (
    MM,
    PHOTO_INSIDE,
    TWO,
    WIDTH,
    banners,
    cell,
    facts,
    note,
    para,
    piece,
    put,
    row,
    row_says,
    say,
    table,
)  # fmt: skip

IDENTITY = (
    "known_as", "date_of_birth", "gender", "ethnicity", "height", "build", "hair", "eyes", "marks",
    "clothing", "language", "home", "phones", "lead",
)  # fmt: skip
STRIP_PHOTO = (24 * MM, 32 * MM)


def own_pieces() -> str:
    """Return the pieces that these templates have beside the common ones."""
    return (
        piece("spoken", "Words that somebody said", value="Spoken", quiet="QuietSpoken", photo=PHOTO_INSIDE)
        + piece("large", "An answer for the child", value="Large", quiet="QuietLarge", photo=PHOTO_INSIDE)
        + piece(
            "large_spoken",
            "The child's words, large",
            value="LargeSpoken",
            quiet="QuietLarge",
            photo=PHOTO_INSIDE,
        )
        + piece("grade", "A grade, large", value="Grade", quiet="QuietValue", photo=PHOTO_INSIDE)
        + piece(
            "strip_photo",
            "The photo beside the name",
            value="PhotoCaption",
            quiet="NoPhoto",
            photo=STRIP_PHOTO,
        )
        + note("A slot of page one in a column: each answer below what was asked, where it holds several")
        + say("macro told(s)")
        + say("if s and (s.asked or s.answers|length == 1)")
        + para("SheetLabel", "{{ s.label }}")
        + say("for a in s.answers")
        + say("if s.answers|length > 1 and a.label != s.label")
        + para("SheetMore", "{{ a.label }}")
        + say("endif")
        + put("sheet_answer(a)")
        + say("endfor")
        + say("if s.more")
        + para("SheetMore", "and {{ s.more }} more in {{ s.more_in }}")
        + say("endif")
        + say("else")
        + put("slot(s)")
        + say("endif")
        + say("endmacro")
        + note("A slot of page one as a section: its heading, its answers, and how many stand further in")
        + say("macro part(s, short=false)")
        + say("if s")
        + para("Heading1", "{{ s.label }}")
        + say("if s.intro")
        + para("Intro", "{{ s.intro }}")
        + say("endif")
        + say("if s.answers|length == 1 and s.answers[0].label == s.label and not s.table")
        + put("long_answer(s.answers[0])")
        + say("elif short")
        + put("runs(s.short, false, s.several)")
        + say("else")
        + put("runs(s.runs, false, s.several)")
        + say("endif")
        + say("if s.more")
        + para("SheetMore", "and {{ s.more }} more in {{ s.more_in }}")
        + say("endif")
        + say("endif")
        + say("endmacro")
    )


def head() -> str:
    """Return what the document is, and who it is about."""
    photo, label = 1700, 1900
    value = WIDTH - photo - label
    listed = f"for s in [{', '.join(f'sheet.{one}' for one in IDENTITY)}] if s"
    answers = say("for a in s.answers") + put("sheet_answer(a)") + say("endfor")
    name = say("for a in sheet.name.answers") + put("sheet_name(a)") + say("endfor")
    with_photo = table(
        "Sheet",
        [photo, label, value],
        row(
            cell(
                photo,
                say("for a in sheet.photo.answers") + put("strip_photo(a)") + say("endfor"),
                merge="restart",
            ),
            cell(label + value, name, span=2),
            whole=False,
        ),
        row_says(listed, 3),
        row(
            cell(photo, para("AfterTable", ""), merge="continue"),
            cell(label, para("SheetLabel", "{{ s.label }}")),
            cell(value, answers),
        ),
        row_says("endfor", 3),
        title="The child",
        note="The photo on the left; on the right the name, and in each row what is known of one thing.",
    )
    without = name + table(
        "Sheet",
        [label, WIDTH - label],
        row_says(listed, 2),
        row(cell(label, para("SheetLabel", "{{ s.label }}")), cell(WIDTH - label, answers)),
        row_says("endfor", 2),
        title="The child",
        note=TWO,
        labels=True,
    )
    return (
        own_pieces()
        + banners()
        + para("Title", "{{ document.title }}")
        + facts()
        + say("if sheet.photo")
        + with_photo
        + say("elif sheet.name or sheet.date_of_birth or sheet.known_as or sheet.home")
        + without
        + say("endif")
        + para("AfterTable", "")
    )


def part(name: str, *, short: bool = False) -> str:
    """Return a slot as a section."""
    return put(f"part(sheet.{name}, {'true' if short else 'false'})")


def box(name: str) -> str:
    """Return a slot in a ruled box: what must be found at once."""
    inside = (
        para("BoxTitle", f"{{{{ sheet.{name}.label }}}}")
        + say(f"for a in sheet.{name}.answers")
        + say(f"if sheet.{name}.several")
        + para("Label", "{{ a.label }}")
        + say("endif")
        + put("answer(a)")
        + say("endfor")
    )
    return (
        say(f"if sheet.{name}.table")
        + put(f"part(sheet.{name})")
        + say(f"elif sheet.{name}")
        + para("AfterTable", "")
        + table(
            "RuledBox",
            [WIDTH],
            row(cell(WIDTH, inside)),
            title=f"{{{{ sheet.{name}.label }}}}",
            note="A box with what must be found at once.",
        )
        + para("AfterTable", "")
        + say("endif")
    )


def graded() -> str:
    """Return the grade in its box, with what it means and why it was given."""
    inside = (
        para("BoxTitle", "{{ sheet.grade.label }}")
        + say("for a in sheet.grade.answers")
        + say("if loop.first")
        + put("grade(a)")
        + say("else")
        + para("Label", "{{ a.label }}")
        + put("answer(a)")
        + say("endif")
        + say("endfor")
        + say("if sheet.grade.intro")
        + para("Meaning", "{{ sheet.grade.intro }}")
        + say("endif")
        + say("if not sheet.reasons.table")
        + say("for a in sheet.reasons.answers")
        + para("Label", "{{ a.label }}")
        + put("answer(a)")
        + say("endfor")
        + say("endif")
    )
    return (
        say("if sheet.grade")
        + para("AfterTable", "")
        + table(
            "RuledBox",
            [WIDTH],
            row(cell(WIDTH, inside)),
            title="Grade of risk",
            note="A box with the grade, what it means and the reasons for it.",
        )
        + para("AfterTable", "")
        + say("else")
        + part("reasons")
        + say("endif")
        + say("if sheet.grade and sheet.reasons.table")
        + part("reasons")
        + say("endif")
    )


def spoken(name: str) -> str:
    """Return words set apart from all others, each below what was asked."""
    return (
        say(f"if sheet.{name}.table")
        + part(name)
        + say(f"elif sheet.{name}")
        + para("Heading1", f"{{{{ sheet.{name}.label }}}}")
        + say(f"for a in sheet.{name}.answers")
        + para("SpokenAsked", "{{ a.label }}")
        + put("spoken(a)")
        + say("endfor")
        + say("endif")
    )


def others() -> str:
    """Return the slots that have no place of their own."""
    return say("for s in slots") + put("part(s)") + say("endfor")


def minutes() -> str:
    """Return page one of minutes: what was decided, when it is looked at again, who does what by when."""
    return (
        head()
        + part("meeting", short=True)
        + box("decision")
        + part("next_review", short=True)
        + part("grade", short=True)
        + part("alerts", short=True)
        + part("reasons")
        + part("actions")
        + part("present")
        + others()
    )


def interview() -> str:
    """Return page one of an interview: what happened, harm, needs, actions; then what was said."""
    return (
        head()
        + part("episode", short=True)
        + part("outcome", short=True)
        + box("harm")
        + box("needs")
        + part("actions")
        + spoken("account")
        + spoken("family")
        + others()
    )


def assessment() -> str:
    """Return page one of an assessment: the grade and why, then what is done about it."""
    return (
        head()
        + graded()
        + box("danger")
        + part("decision")
        + part("actions")
        + part("next_review", short=True)
        + part("episode", short=True)
        + part("factors")
        + others()
    )


def one_sheet() -> str:
    """Return page one of a report: in the order in which a call-taker asks."""
    danger = "sheet.risks or sheet.danger or sheet.do_not_approach"
    return (
        head()
        + table(
            "SheetPairs",
            [WIDTH // 2, WIDTH // 2],
            _across("last_seen"),
            _across("circumstances"),
            title="Since when, from where, and how",
            note="Two lists one below the other, each below its name.",
        )
        + say(f"if {danger}")
        + para("AfterTable", "")
        + table(
            "RuledBox",
            [WIDTH // 2, WIDTH // 2],
            _pair("risks", "danger"),
            row_says("if sheet.do_not_approach", 2),
            row(cell(WIDTH, put("urgent(sheet.do_not_approach)"), span=2)),
            row_says("endif", 2),
            title="Risks",
            note="A box with the highest risks and the addresses that police alone may approach.",
        )
        + para("AfterTable", "")
        + say("endif")
        + table(
            "SheetPairs",
            [WIDTH // 2, WIDTH // 2],
            *(
                _pair(*one)
                for one in (
                    ("harm", "medication"), ("grade", "reasons"), ("transport", "runs_to"),
                    ("triggers", "needs"), ("reported", "ring_now"), ("actions", "next_review"),
                )
            ),
            row_says("for s in slots", 2),
            row(cell(WIDTH, put("told(s)"), span=2)),
            row_says("endfor", 2),
            title="What is asked",
            note="Two lists side by side in each row, each below its name.",
        )
    )  # fmt: skip


def own_copy() -> str:
    """Return the child's own copy: large and plain, her words set apart."""
    made = (
        own_pieces()
        + banners()
        + para("Title", "{{ document.title }}")
        + say("for a in sheet.photo.answers")
        + put("strip_photo(a)")
        + say("endfor")
        + say("for a in sheet.name.answers")
        + put("sheet_name(a)")
        + say("endfor")
        + say("for a in sheet.known_as.answers")
        + put("large(a)")
        + say("endfor")
    )
    for name in ("said", "will_happen", "ring", "disagree"):
        made += say(f"if sheet.{name}") + _large(
            f"sheet.{name}", "large_spoken" if name == "said" else "large"
        )
        made += say("endif")
    return made + say("for s in slots") + _large("s", "large") + say("endfor")


def _large(slot: str, answer: str) -> str:
    return (
        para("Heading1", f"{{{{ {slot}.label }}}}")
        + say(f"if {slot}.intro")
        + para("Large", f"{{{{ {slot}.intro }}}}")
        + say("endif")
        + say(f"for a in {slot}.answers")
        + say(f"if {slot}.several and a.label != {slot}.label")
        + para("LargeLabel", "{{ a.label }}")
        + say("endif")
        + put(f"{answer}(a)")
        + say("endfor")
        + say(f"if {slot}.more")
        + para("Large", f"and {{{{ {slot}.more }}}} more in {{{{ {slot}.more_in }}}}")
        + say("endif")
    )


def large_sections() -> str:
    """Return the sections of the child's own copy: everything in the full width, large."""
    return (
        say("for section in sections")
        + para("Heading1", "{{ section.title }}")
        + say("if section.intro")
        + para("Large", "{{ section.intro }}")
        + say("endif")
        + say("for r in section.runs")
        + say("if r.kind == 'pairs'")
        + say("for a in r.answers")
        + para("LargeLabel", "{{ a.label }}")
        + put("large(a)")
        + say("endfor")
        + say("elif r.kind == 'long'")
        + para("LargeLabel", "{{ r.label }}")
        + put("large(r.answer)")
        + say("else")
        + put("runs([r])")
        + say("endif")
        + say("endfor")
        + say("endfor")
    )


def _across(name: str) -> str:
    """Return a slot in the full width."""
    cells = row(cell(WIDTH, put(f"told(sheet.{name})"), span=2))
    return row_says(f"if sheet.{name}", 2) + cells + row_says("endif", 2)


def _pair(left: str, right: str) -> str:
    """Return two slots side by side; one alone has the full width."""
    half = WIDTH // 2
    one, two = f"sheet.{left}", f"sheet.{right}"
    return (
        row_says(f"if {one} and {two}", 2)
        + row(cell(half, put(f"told({one})")), cell(half, put(f"told({two})")))
        + row_says(f"elif {one} or {two}", 2)
        + row(cell(WIDTH, put(f"told({one} or {two})"), span=2))
        + row_says("endif", 2)
    )


LAYOUTS: Mapping[str, Callable[[], str]] = {
    "minutes": minutes,
    "interview": interview,
    "assessment": assessment,
    "one_sheet": one_sheet,
    "own_copy": own_copy,
}
"""Template -> its page one."""
