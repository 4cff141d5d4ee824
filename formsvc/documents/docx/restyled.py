"""What restyling can break in a Word template, found in its parts and named by its place.

Most of it would be refused when a document is printed; headings, header rows, languages and alternative
text would not, and would be missed by whoever hears the document rather than sees it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from formsvc.documents.docx import package
from formsvc.documents.docx.dangers import MAIN, PLACES, STYLES, Fault, called, near, w
from formsvc.documents.docx.typeset import WP

LANGUAGE: Final = "en-GB"
SIGNED_MOST: Final = 30
"""The most parts that a seal may refer to: other people's verifiers refuse more."""
PARTS_OF_OURS: Final = 7
"""Parts that each document has beside its template's: data, its properties, three of relationships, two
pictures (the photo and the code)."""

_DIRECTIVE = re.compile(r"{%(p|tr|tc|r)?-?\s*(.*?)\s*-?%}|{([{#])(p|tr|tc|r)\s.*?[}#]}", re.DOTALL)
_PRINTED = re.compile(r"{{(?:p|tr|tc|r)?\s*(.*?)\s*}}", re.DOTALL)
_ANSWER_TEXT = re.compile(r"(line|[\w.\[\]'\"]+)\.(?:text|lines)\b")
_LINES = re.compile(r"for \w+ in ([\w.\[\]'\"]+)\.lines")
_TAG = re.compile(r"{{\s*(.+?)\.path\s*}}")
_OPENS: Final = frozenset({"for", "if", "macro", "call", "filter", "with"})
_ALONE: Final = {"p": "paragraph", "tr": "row", "tc": "cell"}
_HOLDER: Final = {"p": w("p"), "tr": w("tr"), "tc": w("tc")}
_HEADED: Final = ("document.title", "section.title", "card.heading", "card.title.text", "r.label")
_RUN_KIND = re.compile(r"r\.kind == \W(\w+)\W")
_NAMED: Final = {"pStyle": "paragraph", "rStyle": "character", "tblStyle": "table"}


def losses(parts: Mapping[str, bytes]) -> Iterator[Fault]:
    """Yield what a template lost or broke; raise Unreadable or KeyError for what is no Word document."""
    styles = _Styles(package.parse(parts[STYLES]))
    for name in filter(PLACES.fullmatch, parts):
        root, place = package.parse(parts[name]), called(name)
        yield from _controls(root, place)
        yield from _loops(root, place)
        yield from _missing_styles(root, place, styles)
        yield from _tables(root, place)
        yield from _pictures(root, place)
        if name == MAIN:
            yield from _headings(root, place, styles)
    yield from styles.language()
    yield from _many(parts)


class _Styles:
    """The styles of a template, by identifier."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.names = {
            (str(one.get(w("type"))), str(one.get(w("styleId")))): _value(one, "name")
            for one in root.iter(w("style"))
        }
        self.size = int(_value(root, "docDefaults/rPrDefault/rPr/sz") or 20)

    def is_heading(self, paragraph: etree._Element) -> bool:
        name = self.names.get(("paragraph", _value(paragraph, "pPr/pStyle")), "").lower()
        return name.startswith("heading ") or name == "title"

    def language(self) -> Iterator[Fault]:
        said = self.root.find("/".join(map(w, ("docDefaults", "rPrDefault", "rPr", "lang"))))
        lang = None if said is None else said.get(w("val"))
        if lang != LANGUAGE:
            yield Fault(
                place="styles",
                what=f"the language of the document is {lang or 'not set'}, not {LANGUAGE}",
                remedy="Select all; Review > Language > English (United Kingdom) > Set As Default",
            )
        for one in self.root.iter(w("style")):
            name = _value(one, "name").lower()
            level = _value(one, "pPr/outlineLvl")
            if re.fullmatch("heading [1-9]", name) and level != str(int(name[-1]) - 1):
                yield Fault(
                    place=f"style {_value(one, 'name')}",
                    what="it has lost its level in the outline",
                    remedy="Modify the style > Format > Paragraph > Outline level",
                )


def _value(element: etree._Element, path: str) -> str:
    found = element.find("/".join(map(w, path.split("/"))))
    return "" if found is None else str(found.get(w("val"), ""))


def _text(element: etree._Element) -> str:
    return "".join(one.text or "" for one in element.iter(w("t")))


def _controls(root: etree._Element, place: str) -> Iterator[Fault]:
    """Yield answers that stand in no content control, and controls whose tag is not their answer's path."""
    whose = ""
    for paragraph in root.iter(w("p")):
        said = _text(paragraph)
        for answer in _loose_answers(paragraph):
            if answer == "line" and not whose:
                continue  # said at the head of its loop, which stands in no control either
            yield Fault(
                place=f"{place}, paragraph {said[:60]!r}",
                what=f"the answer {whose if answer == 'line' else answer} stands in no content control",
                remedy=f"Put a Rich Text Content Control round it; Tag: {{{{ {whose or answer}.path }}}}",
                refused=True,
            )
        head = _LINES.search(said)
        if head is not None:
            whose = head.group(1) if next(paragraph.iterancestors(w("sdt")), None) is not None else ""
    for number, control in enumerate(root.iter(w("sdt")), 1):
        said = _text(control)
        if "{" in said:
            where = f"{place}, content control {number}, {said.strip()[:60]!r}"
            yield from _control(control, said, where)


def _loose_answers(paragraph: etree._Element) -> Iterator[str]:
    """Yield the answers that a paragraph prints outside any control."""
    loose = (one for one in paragraph.iter(w("t")) if next(one.iterancestors(w("sdt")), None) is None)
    said = "".join(one.text or "" for one in loose)
    for code in _PRINTED.findall(said):
        yield from _ANSWER_TEXT.findall(code)
    for match in _DIRECTIVE.finditer(said):
        found = _LINES.fullmatch(match.group(2) or "")
        if found:
            yield found.group(1)


def _control(control: etree._Element, said: str, where: str) -> Iterator[Fault]:
    codes = [*_PRINTED.findall(said), *(match.group(2) or "" for match in _DIRECTIVE.finditer(said))]
    inside = {answer for code in codes for answer in _ANSWER_TEXT.findall(code)} - {"line"}
    if not inside:
        return
    answer = min(inside)
    tag = _TAG.fullmatch(_value(control, "sdtPr/tag"))
    remedy = f"Developer > Properties > Tag: {{{{ {answer}.path }}}}"
    if len(inside) > 1:
        what = f"it holds several answers: {', '.join(sorted(inside))}"
        yield Fault(place=where, what=what, remedy="Give each a control of its own", refused=True)
    elif tag is None:
        has = _value(control, "sdtPr/tag")
        what = f"its tag is {has!r}, not the path of {answer}" if has else "it has lost its tag"
        yield Fault(place=where, what=what, remedy=remedy, refused=True)
    elif tag.group(1) != answer:
        what = f"its tag is the path of {tag.group(1)}, and it holds {answer}"
        yield Fault(place=where, what=what, remedy=remedy, refused=True)
    if not _value(control, "sdtPr/alias"):
        remedy = f"Developer > Properties > Title: {{{{ {answer}.alias }}}}"
        yield Fault(place=where, what="it has lost its title", remedy=remedy)
    if next(control.iterancestors(w("sdt")), None) is not None:
        yield Fault(
            place=where,
            what="it stands inside another content control",
            remedy="Developer > right click > Remove Content Control on the outer one",
            refused=True,
        )


def _loops(root: etree._Element, place: str) -> Iterator[Fault]:
    """Yield directions that do not end where they began: in the same cell, table, row or paragraph."""
    open_: list[tuple[str, str, str, etree._Element | None]] = []
    for paragraph in root.iter(w("p")):
        said = _text(paragraph)
        for match in _DIRECTIVE.finditer(said):
            how, code = match.group(1) or match.group(4) or "", match.group(2) or ""
            where = f"{place}, paragraph {said[:60]!r}"
            yield from _not_alone(paragraph, how, match.group(), where)
            word = (code.split() or [""])[0]
            holder = _holder(paragraph, how)
            if word in _OPENS:
                open_.append((word, how, said, holder))
            elif word.startswith("end"):
                if not open_ or open_[-1][0] != word[3:]:
                    what = f"{word} closes nothing that is open here"
                    yield Fault(place=where, what=what, remedy="Put back what it closes", refused=True)
                    continue
                _, began_as, began, at = open_.pop()
                if began_as != how or at is not holder:
                    yield Fault(
                        place=where,
                        what=f"it closes {began[:60]!r}, which stands in another cell, table or paragraph",
                        remedy="Move both into one cell; round rows, use {%tr, each in a row of its own",
                        refused=True,
                    )
    for _, _, said, _ in open_:
        what = "it is opened and never closed"
        yield Fault(
            place=f"{place}, paragraph {said[:60]!r}", what=what, remedy="Put back its end", refused=True
        )


def _holder(paragraph: etree._Element, how: str) -> etree._Element | None:
    """Return what a direction of this kind must begin and end in."""
    if not how or how == "r":
        return paragraph
    own = next((one for one in (paragraph, *paragraph.iterancestors()) if one.tag == _HOLDER[how]), None)
    return None if own is None else own.getparent()


def _not_alone(paragraph: etree._Element, how: str, said: str, where: str) -> Iterator[Fault]:
    """Yield a direction that takes its paragraph, row or cell away, and other words with it."""
    if how not in _ALONE:
        return
    taken = next((one for one in (paragraph, *paragraph.iterancestors()) if one.tag == _HOLDER[how]), None)
    if taken is None:
        what = f"{said[:40]} stands in no table"
        yield Fault(place=where, what=what, remedy="Use {%p outside tables", refused=True)
    elif _text(taken).strip() != said:
        yield Fault(
            place=where,
            what=f"{said[:40]} takes away its whole {_ALONE[how]}, and other words stand in it",
            remedy=f"Give it a {_ALONE[how]} of its own",
            refused=True,
        )


def _missing_styles(root: etree._Element, place: str, styles: _Styles) -> Iterator[Fault]:
    seen: set[str] = set()
    for one in root.iter(*map(w, _NAMED)):
        kind = _NAMED[etree.QName(one).localname]
        id = str(one.get(w("val")))
        if (kind, id) not in styles.names and id not in seen:
            seen.add(id)
            yield Fault(
                place=f"{place}, near {near(next(one.iterancestors(w('p'), w('tbl')), one))}",
                what=f"the {kind} style {id} is used and does not exist",
                remedy="Make a style of that name, or give what uses it another",
            )


def _tables(root: etree._Element, place: str) -> Iterator[Fault]:
    for number, table in enumerate(root.iter(w("tbl")), 1):
        rows = table.findall(w("tr"))
        where = f"{place}, table {number} {_value(table, 'tblPr/tblCaption') or near(table)}"
        lost = [
            word
            for word, name in (("title", "tblCaption"), ("description", "tblDescription"))
            if not _value(table, f"tblPr/{name}").strip()
        ]
        if lost:
            remedy = "Table Properties > Alt Text: say what it holds and how it is read"
            yield Fault(place=where, what=f"it has no alternative text ({' and '.join(lost)})", remedy=remedy)
        look = table.find(f"{w('tblPr')}/{w('tblLook')}")
        says = look is not None and (
            look.get(w("firstRow")) == "1" or int(str(look.get(w("val"), "0")), 16) & 0x20
        )
        headed = bool(rows) and rows[0].find(f"{w('trPr')}/{w('tblHeader')}") is not None
        if len(rows) > 1 and not headed and (says or ".columns" in _text(rows[0])):
            yield Fault(
                place=where,
                what="its first row is a header and is not marked as one",
                remedy="Select the row; Layout > Repeat Header Rows",
            )


def _pictures(root: etree._Element, place: str) -> Iterator[Fault]:
    for one in root.iter(f"{{{WP}}}docPr"):
        if not str(one.get("descr") or "").strip():
            yield Fault(
                place=f"{place}, picture {one.get('name') or one.get('id')}",
                what="it has no alternative text",
                remedy="Right click > View Alt Text; say what it shows",
            )


def _headings(root: etree._Element, place: str, styles: _Styles) -> Iterator[Fault]:
    """Yield what is dressed up as a heading by hand, and titles that stand in no heading style."""
    kind = ""
    for paragraph in root.iter(w("p")):
        said = _text(paragraph).strip()
        kind = next(iter(_RUN_KIND.findall(said)), kind)
        if not said or styles.is_heading(paragraph):
            continue
        runs = [one for one in paragraph.iter(w("r")) if _text(one).strip()]
        dressed = all(_is_bold(one) for one in runs) and any(_size(one) > styles.size for one in runs)
        title = _PRINTED.fullmatch(said)
        headed = title is not None and title.group(1) in _HEADED and not _in_table(paragraph)
        if dressed or (headed and not (kind == "long" and "r.label" in said)):
            yield Fault(
                place=f"{place}, paragraph {said[:60]!r}",
                what="it looks like a heading and is none",
                remedy="Give it Heading 1 to 5 or Title, and modify that style",
            )


def _in_table(paragraph: etree._Element) -> bool:
    return next(paragraph.iterancestors(w("tbl")), None) is not None


def _is_bold(run: etree._Element) -> bool:
    bold = run.find(f"{w('rPr')}/{w('b')}")
    return bold is not None and bold.get(w("val")) not in ("0", "false", "off")


def _size(run: etree._Element) -> int:
    size = _value(run, "rPr/sz")
    return int(size) if size.isdigit() else 0


def _many(parts: Mapping[str, bytes]) -> Iterator[Fault]:
    """Yield that a template brings so many parts that no seal over its documents would be understood."""
    kept = [name for name in parts if name.startswith("word/") and name != f"{MAIN}.rels"]
    if len(kept) + PARTS_OF_OURS > SIGNED_MOST:
        yield Fault(
            place="file",
            what=f"it has {len(kept)} parts; with those of ours more than {SIGNED_MOST} would be signed",
            remedy="Delete pictures, headers and footers that it can do without",
            refused=True,
        )
