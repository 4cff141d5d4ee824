"""What stands round the questions of a blank form: how to fill it in, whom to give it to, signatures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from formsvc.access.terms import ROLE_WORDS, Role
from formsvc.definitions.model import Effective, SignoffRule
from formsvc.documents.pdf.answers import Pen
from formsvc.documents.pdf.blank_flow import Slab
from formsvc.documents.pdf.blank_marks import (
    BOX_HEIGHT,
    BOX_WIDTH,
    LINE_GRAY,
    Abreast,
    Lowered,
    Mark,
    Ruled,
    Space,
    Stack,
)
from formsvc.documents.pdf.blank_rooms import ASKED, HINT, RULE, Rooms
from formsvc.documents.pdf.page import Page
from formsvc.documents.pdf.style import (
    BODY,
    GROUP,
    GUTTER,
    HEAD,
    LEFT,
    MM,
    PAPER_HEIGHT,
    SMALL,
    SMALL_QUIET,
    SMALL_STRONG,
    WIDTH,
)
from formsvc.documents.pdf.tags import COLUMN_HEAD, ROW_HEAD, Element
from formsvc.documents.pdf.text import Setter
from formsvc.fields.rooms import DAY, TIME, Boxes, Gap, Line

BLANK = "BLANK FORM"
USE = "Fill in by hand when systems are down; type it in as soon as they are back."
HOW = (
    "Write in black ink, names and addresses in capital letters. Answer every question marked Needed.",
    "Tick one box unless it says otherwise. Nobody knows? Tick Not known; leave nothing silently blank.",
    "Write the child's name and date of birth at the foot of every sheet, and number the sheets.",
    "No room left? Continue on another sheet, with the number of the question.",
    "This paper is not sealed and proves nothing. What counts is the sealed document made from it.",
)
_HALF = (WIDTH - 2 * GUTTER) / 2
_HEADER = "/Type/Pagination/Subtype/Header/Attached[/Top]"
_FOOTER = "/Type/Pagination/Subtype/Footer/Attached[/Bottom]"


class Front:
    """Makes what comes before the questions and after them."""

    def __init__(self, effective: Effective, pen: Pen, root: Element) -> None:
        self.effective, self.pen, self.root = effective, pen, root
        self.rooms = Rooms(pen)

    def first(self) -> Iterator[Slab]:
        """Yield the title, how to fill the form in, whom to give it to and whom to ring."""
        effective, pen = self.effective, self.pen
        section = self.root.child("Sect")
        title = pen.para(section.child("H1"), effective.title, HEAD, WIDTH)
        area = pen.para(
            section.child("P"), f"{effective.area.name} · form version {effective.version}", SMALL, WIDTH
        )
        area.align = "right"
        yield Slab(Abreast([(0, title), (0, area)], below=4, rule=2, width=WIDTH), keep_next=True)
        yield Slab(self._banner(section), gap=6)
        yield Slab(self._advice(section), gap=8)
        if effective.area.contacts:
            yield from self._contacts(section)
        yield self._begun(section)

    def _begun(self, section: Element) -> Slab:
        """Return where whoever begins the paper says so."""
        element = section.child("Div")
        stack = Stack()
        stack.add(self.pen.para(element.child("H2"), "Begun by", GROUP, WIDTH))
        stack.add(self._line(element, "Name", "Role"))
        stack.add(Space(4))
        stack.add(self._moment(element, "Telephone"))
        return Slab(Abreast([(0, stack)]), gap=10)

    def _banner(self, section: Element) -> Mark:
        pen = self.pen
        across = pen.setter.width(BLANK, HEAD) + 14
        words = pen.para(section.child("P"), BLANK, HEAD, across)
        said = pen.para(section.child("P"), USE, BODY, WIDTH - across - 20)
        return Abreast([(10, words), (10 + across, _low(said))], above=5, below=5, frame=2, width=WIDTH)

    def _advice(self, section: Element) -> Mark:
        effective = self.effective
        left, right = Stack(), Stack()
        self._bullets(left, section, "How to fill it in", HOW)
        roles = ", ".join(map(_role, effective.completed_by))
        self._say(right, section, "What it is for", effective.purpose)
        if roles:
            self._say(right, section, "Who fills it in", roles)
        if effective.circulation:
            self._bullets(right, section, "Whom to give it to", effective.circulation)
        return Abreast([(0, left), (_HALF + 2 * GUTTER, right)])

    def _say(self, stack: Stack, section: Element, title: str, words: str) -> None:
        stack.add(self.pen.para(section.child("H2"), title, GROUP, _HALF), gap=6)
        stack.add(self.pen.para(section.child("P"), words, SMALL, _HALF))

    def _bullets(self, stack: Stack, section: Element, title: str, entries: Sequence[str]) -> None:
        stack.add(self.pen.para(section.child("H2"), title, GROUP, _HALF), gap=6)
        listed = section.child("L")
        for one in entries:
            para = self.pen.para(listed.child("LI").child("LBody"), one, SMALL, _HALF, indent=9)
            para.bullet = True
            stack.add(para, gap=2)

    def _contacts(self, section: Element) -> Iterator[Slab]:
        pen = self.pen
        title = pen.para(section.child("H2"), "Whom to ring or write to", GROUP, WIDTH)
        check = pen.para(
            section.child("P"),
            "Printed in the protocol and perhaps out of date: check before use.",
            HINT,
            WIDTH,
        )
        stack = Stack()
        stack.add(title)
        stack.add(check)
        yield Slab(Abreast([(0, stack)], below=3), gap=10, keep_next=True)
        table = section.child("Table")
        starts, widths = (
            (0.0, 0.38 * WIDTH, 0.805 * WIDTH),
            (0.38 * WIDTH - 8, 0.425 * WIDTH - 5, 0.195 * WIDTH),
        )
        row = table.child("TR")
        heads: list[tuple[float, Mark]] = [
            (x, pen.para(row.child("TH", attributes=COLUMN_HEAD), words, SMALL_STRONG, width))
            for words, x, width in zip(("Who", "How", "When"), starts, widths, strict=True)
        ]
        yield Slab(Abreast(heads, above=1, below=2, rule=0.75, width=WIDTH), keep_next=True)
        for one in self.effective.area.contacts:
            row = table.child("TR")
            kinds = (("TH", ROW_HEAD), ("TD", ""), ("TD", ""))
            texts = (one["role"], one["channel"], one.get("hours", ""))
            cells: list[tuple[float, Mark]] = [
                (x, pen.para(row.child(kind, attributes=attributes), text, SMALL, width))
                for (kind, attributes), text, x, width in zip(kinds, texts, starts, widths, strict=True)
            ]
            yield Slab(Abreast(cells, above=1.5, below=1.5, rule=0.5, width=WIDTH))

    def last(self, *, number: int) -> Iterator[Slab]:
        """Yield the places for signatures, what to do when systems are back, and room to go on."""
        section = self.root.child("Sect")
        if self.effective.signoffs:
            yield self._heading(section, f"{number}  Signatures", "Signatures")
            for rule in self.effective.signoffs:
                yield self._signature(section, rule)
            number += 1
        section = self.root.child("Sect")
        yield self._heading(section, f"{number}  When systems are back", "When systems are back")
        yield self._typed_in(section)
        section = self.root.child("Sect")
        yield self._heading(section, f"{number + 1}  Continued answers", "Continued answers")
        lines = Ruled(WIDTH, 6)
        stack = Stack()
        words = "Write the number of the question before each. Copy this sheet for more room."
        stack.add(self.pen.para(section.child("P"), words, HINT, WIDTH))
        stack.add(lines)
        yield Slab(Abreast([(0, stack)], above=4), grows=lines, fills=True)

    def _heading(self, section: Element, words: str, bookmark: str) -> Slab:
        head = self.pen.para(section.child("H2"), words, HEAD, WIDTH)
        return Slab(
            Abreast([(0, head)], below=3, rule=1.5, width=WIDTH), gap=16, keep_next=True, bookmark=bookmark
        )

    def _signature(self, section: Element, rule: SignoffRule) -> Slab:
        element = section.child("Div")
        stack = Stack()
        stack.add(self.pen.para(element.child("P"), rule.title, ASKED, WIDTH))
        needed = "Needed. " if rule.required else ""
        stack.add(self.pen.para(element.child("P"), f"{needed}{rule.statement}", RULE, WIDTH))
        stack.add(self._line(element, "Name", "Role"))
        stack.add(Space(9))
        stack.add(self._moment(element, "Signature"))
        return Slab(Abreast([(0, stack)], above=5.5, below=5, rule=0.5, width=WIDTH))

    def _line(self, element: Element, *words: str) -> Mark:
        return self.rooms.drawn(element, [Line(tuple(Gap(before=one) for one in words))], WIDTH).mark

    def _moment(self, element: Element, before: str) -> Mark:
        boxes = self.rooms.drawn(element, [Boxes(DAY + TIME)], 0.5 * WIDTH).mark
        wide = 0.5 * WIDTH - 2 * GUTTER
        line = self.rooms.drawn(element, [Line((Gap(before=before),))], wide).mark
        return Abreast([(0, line), (0.5 * WIDTH, boxes)])

    def _typed_in(self, section: Element) -> Slab:
        element = section.child("Div")
        stack = Stack()
        words = (
            "Type every answer in as it stands here, issue the document, and give it to everybody who has"
            " a copy of this paper. Then keep or destroy the paper as your records office says."
        )
        stack.add(self.pen.para(element.child("P"), words, RULE, WIDTH))
        stack.add(self._line(element, "Typed in by", "Reference given"))
        stack.add(Space(4))
        stack.add(self._moment(element, "Checked by"))
        return Slab(Abreast([(0, stack)], above=5.5, below=5))


def furnish(page: Page, effective: Effective, setter: Setter, *, total: int) -> None:
    """Draw what stands on every page: the marking, and the foot in which a pen says whose sheet it is."""
    head = setter.lines(f"{effective.marking} when filled in · {BLANK}", SMALL_STRONG, WIDTH)
    page.aside(_HEADER)
    page.text(LEFT, PAPER_HEIGHT - 22, head, SMALL_STRONG, width=WIDTH, align="centre")
    page.aside(_FOOTER)
    page.rule(LEFT, 80, WIDTH, weight=0.75, gray=0)
    _child(page, setter)
    form = f"form version {effective.version} · {effective.hash[:8]}"
    left = f"{effective.short_title} · {effective.area.name} · {form}"
    right = f"Page {page.index + 1} of {total}"
    page.text(LEFT, 40, setter.lines(left, SMALL_QUIET, WIDTH), SMALL_QUIET, width=WIDTH, align="left")
    page.text(LEFT, 40, setter.lines(right, SMALL, WIDTH), SMALL, width=WIDTH, align="right")
    page.text(LEFT, 26, head, SMALL_STRONG, width=WIDTH, align="centre")
    page.close()


def _child(page: Page, setter: Setter) -> None:
    """Draw the line for name, date of birth and number of the sheet."""
    foot = 49.0

    def word(text: str, x: float) -> float:
        page.text(x, foot + 12, setter.lines(text, SMALL, WIDTH), SMALL, width=WIDTH, align="left")
        return x + setter.width(text, SMALL) + 4

    def line(x: float, width: float) -> None:
        page.rule(x, foot, width, weight=0.6, gray=LINE_GRAY)

    born = LEFT + WIDTH - 96 * MM
    at = word("Child's name", LEFT)
    line(at, born - 8 - at)
    at = word("Date of birth", born)
    for count in (2, 2, 4):
        for _ in range(count):
            page.frame(at, foot, BOX_WIDTH * 0.75 + 0.5, BOX_HEIGHT * 0.95, weight=0.6, gray=LINE_GRAY)
            at += BOX_WIDTH * 0.75
        at += 4
    at = word("Sheet", at + 8)
    line(at, 22)
    at = word("of", at + 25)
    line(at, LEFT + WIDTH - at)


def _role(id: str) -> str:
    """Return what a role is called; one that nobody signs in with is called by its id."""
    words = id.replace("_", " ")
    return ROLE_WORDS[Role(id)] if id in set(Role) else words[:1].upper() + words[1:]


def _low(mark: Mark) -> Mark:
    return Lowered(mark, 1.5)
