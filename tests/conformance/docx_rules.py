"""What a Word document must be for whoever hears it, searches it or restyles it: one rule, one function.

Each takes a document and yields its faults, in words that name the place.
"""

from __future__ import annotations

import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Mapping

from lxml import etree

from formsvc.documents.content import addressed, all_items
from formsvc.documents.docx import extract, package, read_print
from formsvc.documents.docx.reading import same_text
from formsvc.documents.docx.typeset import WHOLE_ROW_MOST
from formsvc.fields.blocks import Cards, Item, Picture, Table, leaves, text_of
from tests.conformance.docx_documents import MAIN, Word, text, value, w

Rule = Callable[[Word], Iterator[str]]

_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
GENUINE = {"How to check that this is genuine", "Is this real?"}
"""What the last page says of checking: to whoever works with a child, and to the child."""

_SIGNED_MOST = 30
_PLAIN_RUN = {"rStyle", "rtl", "lang", "rFonts"}
_PLAIN_PARAGRAPH = {"pStyle", "bidi", "pageBreakBefore", "spacing"}
_BYTES_MOST = 120_000
_MARGIN = "1021"  # 18 mm in twentieths of a point


def headings(word: Word) -> Iterator[str]:
    """Sections are headings in named styles; they nest; nothing else is dressed up as one."""
    found = [(int(name[-1]), text(one)) for name, one in word.paragraphs() if name.startswith("heading ")]
    level = 0
    for deep, said in found:
        if not said.strip() or deep > level + 1:
            yield f"heading {deep} after {level}: {said!r}"
        level = deep
    first = [said for deep, said in found if deep == 1]
    wanted = [section.title for section in word.content.sections]
    slots = {slot.label for slot in word.content.sheet}
    starts = (at for at in range(len(first)) if first[at : at + len(wanted)] == wanted)
    if not any(set(first[:at]) <= slots for at in starts) or GENUINE.isdisjoint(first):
        yield f"the headings are {first}"
    titles = [text(one) for name, one in word.paragraphs() if name == "Title"]
    if titles != [word.content.title]:
        yield f"the titles are {titles}"
    for name, one in word.paragraphs():
        style = next((each for each in word.styles.iter(w("style")) if value(each, "name") == name), None)
        if style is None or bool(value(style, "pPr/outlineLvl")) != name.startswith("heading "):
            yield f"the outline level of {name} is wrong: {text(one)!r}"


def groups_are_headed(word: Word) -> Iterator[str]:
    """Each group of the form, and each entry of it that is drawn as a card, stands below a heading."""
    said = {" ".join(text(one).split()) for name, one in word.paragraphs() if name.startswith("heading ")}
    for item in _groups(item for section in word.content.sections for item in section.items):
        if " ".join(item.label.split()) not in said:
            yield f"no heading for {item.label!r}"


def direct_formatting(word: Word) -> Iterator[str]:
    """All form comes from named styles: no run and no paragraph brings its own.

    But for the logo: no template has a place for it, so it says itself on which side it stands.
    """
    for root in word.running:
        for one in root.iter(w("rPr")):
            yield from (f"run: {name}" for name in _names(one) - _PLAIN_RUN)
        for one in root.iter(w("pPr")):
            if _is_logo(one):
                continue
            yield from (f"paragraph: {name}" for name in _names(one) - _PLAIN_PARAGRAPH)
            if not value(one, "pStyle"):
                yield "a paragraph without a style"


def empty_paragraphs(word: Word) -> Iterator[str]:
    """Nothing empty makes room; the format asks for a paragraph between tables and in an empty cell."""
    for one in word.main.iter(w("p")):
        if text(one) or next(one.iter(w("drawing")), None) is not None:
            continue
        before, after = one.getprevious(), one.getnext()
        between = before is not None and after is not None and before.tag == after.tag == w("tbl")
        parent = one.getparent()
        closes = parent is not None and parent.tag == w("tc") and after is None
        alone = closes and (before is None or before.tag in (w("tcPr"), w("tbl")))
        if not between and not alone:
            yield f"an empty paragraph after {'' if before is None else text(before)[:40]!r}"


def tables(word: Word) -> Iterator[str]:
    """Each table says what it is; a table of entries repeats its head; a short row never splits."""
    for one in word.main.iter(w("tbl")):
        properties = one.find(w("tblPr"))
        assert properties is not None
        name = value(properties, "tblCaption")
        if not name.strip() or not value(properties, "tblDescription").strip():
            yield f"a table without title or description: {text(one)[:40]!r}"
        rows = one.findall(w("tr"))
        heads = [row.find(f"{w('trPr')}/{w('tblHeader')}") is not None for row in rows]
        listed = value(properties, "tblStyle") == "Rows"
        if heads != [listed, *[False] * (len(rows) - 1)]:
            yield f"{name}: its head is not its first row"
        look = properties.find(w("tblLook"))
        if look is None or look.get(w("firstRow")) != str(int(listed)):
            yield f"{name}: does not say whether its first row is a head"
        for row in rows:
            whole = row.find(f"{w('trPr')}/{w('cantSplit')}") is not None
            if not whole and len(text(row)) <= WHOLE_ROW_MOST and row.find(f".//{w('vMerge')}") is None:
                yield f"{name}: a short row may split: {text(row)[:40]!r}"
    entries = [block for item in all_items(word.content) for block in _tables(item)]
    drawn = [one for one in word.main.iter(w("tbl")) if value(one, "tblPr/tblStyle") == "Rows"]
    if [len(one.rows) for one in entries] != [len(one.findall(w("tr"))) - 1 for one in drawn]:
        yield "a table of entries is lost, or a row of one"


def controls(word: Word) -> Iterator[str]:
    """Every printed answer stands once in a content control with its address as tag and a title."""
    found: dict[str, str] = {}
    for root in word.running:
        for one in root.iter(w("sdt")):
            path = value(one, "sdtPr/tag")
            if not value(one, "sdtPr/alias").strip():
                yield f"{path}: no title"
            if path in found:
                yield f"{path}: twice"
            found[path] = text(one)
    wanted = addressed(word.content)
    for path in sorted(wanted.keys() - found.keys()):
        yield f"{path}: no content control"


def pictures(word: Word) -> Iterator[str]:
    """Every picture has alternative text; every picture of the view is there."""
    told = [str(one.get("descr") or "").strip() for one in word.main.iter(f"{_WP}docPr")]
    if not all(told):
        yield "a picture without alternative text"
    leafs = [leaf for item in all_items(word.content) for leaf in leaves(item)]
    shown = sum(isinstance(block, Picture) for leaf in leafs for block in leaf.blocks)
    if len(told) != shown + 1:
        yield f"{len(told)} pictures where {shown} and the code are wanted"


def languages(word: Word) -> Iterator[str]:
    """The document is British English; what reads from right to left says so, and in which language."""
    default = word.styles.find(f"{w('docDefaults')}/{w('rPrDefault')}/{w('rPr')}/{w('lang')}")
    if default is None or default.get(w("val")) != "en-GB":
        yield "the language is not en-GB"
    for root in word.running:
        for run in root.iter(w("r")):
            said = text(run)
            if any(unicodedata.bidirectional(one) in ("R", "AL") for one in said):
                lang = run.find(f"{w('rPr')}/{w('lang')}")
                if run.find(f"{w('rPr')}/{w('rtl')}") is None or lang is None or not lang.get(w("bidi")):
                    yield f"not marked as right to left: {said[:30]!r}"
        for one in root.iter(w("p")):
            strong = (unicodedata.bidirectional(each) for each in text(one))
            first = next((each for each in strong if each in ("L", "R", "AL")), "L")
            if (first != "L") != (one.find(f"{w('pPr')}/{w('bidi')}") is not None):
                yield f"the paragraph's direction is wrong: {text(one)[:30]!r}"


def typed_order(word: Word) -> Iterator[str]:
    """Text stands in the order in which it was typed, in any direction: copied, it is what was typed."""
    found = {value(one, "sdtPr/tag"): one for root in word.running for one in root.iter(w("sdt"))}
    for item in (leaf for one in all_items(word.content) for leaf in leaves(one)):
        if not item.blocks or any(isinstance(block, Picture) for block in item.blocks):
            continue
        typed = "".join(text_of(item).split())
        if item.path in found and typed.isascii() is False and len(item.blocks) == 1:
            copied = "".join(text(found[item.path]).split())
            if sorted(copied) == sorted(typed) and copied != typed:
                yield f"{item.path}: {copied[:40]!r}"


def properties(word: Word) -> Iterator[str]:
    """Title and language stand in the properties; no address or name of a program's user does."""
    core = package.parse(word.parts["docProps/core.xml"])
    dc = "{http://purl.org/dc/elements/1.1/}"
    if word.content.reference not in str(core.findtext(f"{dc}title")):
        yield "no title"
    if core.findtext(f"{dc}language") != "en-GB":
        yield "no language"


def used_styles(word: Word) -> Iterator[str]:
    """No style is carried that nothing uses, and none is used that is not there."""
    carried = {
        str(one.get(w("styleId"))): one for one in word.styles.iter(w("style")) if not one.get(w("default"))
    }
    named = {
        str(one.get(w("val")))
        for root in word.running
        for one in root.iter(w("pStyle"), w("rStyle"), w("tblStyle"))
    }
    built = {value(one, path) for one in carried.values() for path in ("basedOn", "link")}
    defaults = {str(one.get(w("styleId"))) for one in word.styles.iter(w("style")) if one.get(w("default"))}
    yield from (f"unused: {one}" for one in sorted(carried.keys() - named - built))
    yield from (f"missing: {one}" for one in sorted(named - carried.keys() - defaults))


def parts(word: Word) -> Iterator[str]:
    """Every part is reached and typed, none is a thumbnail or a program, and few enough are signed."""
    reached = {package.CONTENT_TYPES, package.ROOT_RELS}
    waiting = [""]
    while waiting:
        for one in package.relationships(word.parts, waiting.pop()):
            if one.external:
                yield f"{one.id} leads outside"
            elif one.target not in reached:
                reached |= {one.target, package.rels_name(one.target)} & set(word.parts)
                waiting.append(one.target)
    yield from (f"unused: {one}" for one in sorted(set(word.parts) - reached))
    if word.parts[MAIN].count(b"numId") + word.parts["word/styles.xml"].count(b"numId") == 0:
        yield from ("unused: numbering" for one in word.parts if one == "word/numbering.xml")
    signature = package.parse(word.parts["_xmlsignatures/sig1.xml"])
    manifest = next(signature.iter("{http://www.w3.org/2000/09/xmldsig#}Manifest"))
    if not 0 < len(manifest) <= _SIGNED_MOST:
        yield f"{len(manifest)} signed parts"


def package_form(word: Word) -> Iterator[str]:
    """The package is small, and in the one form that a seal is made over."""
    with zipfile.ZipFile(word.file) as opened:
        for one in opened.infolist():
            if one.date_time != (1980, 1, 1, 0, 0, 0) or one.extra or one.comment or one.is_dir():
                yield f"{one.filename}: not in canonical form"
    carried = ("word/media/", "word/attachments/")
    drawn = sum(len(data) for name, data in word.parts.items() if name.startswith(carried))
    rest = word.file.stat().st_size - drawn - len(word.parts["customXml/item1.xml"])
    if rest > _BYTES_MOST:
        yield f"{rest} bytes beside its pictures, its files and its data"


def page(word: Word) -> Iterator[str]:
    """Paper is A4 with margins of 18 mm; no line stands alone; a header and a footer run on every page."""
    (section,) = word.main.iter(w("sectPr"))
    size, margins = section.find(w("pgSz")), section.find(w("pgMar"))
    assert size is not None
    assert margins is not None
    if (size.get(w("w")), size.get(w("h"))) != ("11906", "16838"):
        yield "not A4"
    yield from (side for side in ("top", "right", "bottom", "left") if margins.get(w(side)) != _MARGIN)
    yield from ("a line may stand alone" for one in word.styles.iter(w("widowControl")) if one.attrib)
    if section.find(w("titlePg")) is not None or {
        str(one.get(w("type"))) for one in section.iter(w("headerReference"), w("footerReference"))
    } != {"default"}:
        yield "header and footer are not the same on every page"
    said = "".join(text(root) for root in word.running[1:])
    if word.content.reference not in said or word.content.marking not in said:
        yield "no reference or marking at the foot"
    codes = [one.text.strip() for root in word.running[1:] for one in root.iter(w("instrText")) if one.text]
    if codes != ["PAGE", "NUMPAGES"]:
        yield f"the fields are {codes}"


def nothing_odd(word: Word) -> Iterator[str]:
    """No note, comment, tracked change, hidden text, floating picture or text box stands in a document."""
    odd = (
        "footnoteReference",
        "endnoteReference",
        "commentReference",
        "ins",
        "del",
        "vanish",
        "object",
        "pict",
    )
    for root in word.running:
        yield from (f"{etree.QName(one).localname}" for one in root.iter(*map(w, odd), f"{_WP}anchor"))


def whole_for_word(word: Word) -> Iterator[str]:
    """What Word repairs and the schemas do not see: numbers twice, cells without an end, sizes in words."""
    controls = [value(one, "id") for root in word.running for one in root.iter(w("sdtPr"))]
    drawn = [str(one.get("id")) for root in word.running for one in root.iter(f"{_WP}docPr")]
    for numbers in (controls, drawn):
        if len(numbers) != len(set(numbers)) or not all(one.isascii() and one.isdigit() for one in numbers):
            yield "an identifier stands twice, or is none"
    for root in word.running:
        for one in root.iter(w("tc")):
            if len(one) == 0 or one[-1].tag != w("p"):
                inner = one[-1].find(f"{w('sdtContent')}") if len(one) and one[-1].tag == w("sdt") else None
                if inner is None or len(inner) == 0 or inner[-1].tag != w("p"):
                    yield f"a cell does not end in a paragraph: {text(one)[:40]!r}"
    for size in word.styles.iter(w("sz"), w("szCs")):
        if not str(size.get(w("val"))).isdigit():
            yield f"a size is no number: {size.get(w('val'))}"
    overrides, defaults = package.content_types(word.parts[package.CONTENT_TYPES])
    for name in word.parts:
        if name != package.CONTENT_TYPES and not {name, name.rpartition(".")[2]} & {*overrides, *defaults}:
            yield f"{name} has no content type"


def print_equals_data(word: Word) -> Iterator[str]:
    """What is read back by address is what the view says."""
    if extract(word.parts) != word.view.json:
        yield "the data is not the view"
    printed, wanted = read_print(word.parts), addressed(word.content)
    yield from (
        path
        for path in sorted(printed.keys() | wanted.keys())
        if not same_text(printed.get(path), wanted.get(path))
    )


RULES: Mapping[str, Rule] = {
    rule.__name__: rule
    for rule in (
        headings, groups_are_headed, direct_formatting, empty_paragraphs, tables, controls, pictures,
        languages, typed_order, properties, used_styles, parts, package_form, page, nothing_odd,
        whole_for_word, print_equals_data,
    )
}  # fmt: skip


def _is_logo(properties: etree._Element) -> bool:
    """Say whether these are the properties of the paragraph in which the logo stands."""
    paragraph = properties.getparent()
    drawn = [] if paragraph is None else list(paragraph.iter(f"{_WP}docPr"))
    return [one.get("name") for one in drawn] == ["Logo"]


def _names(properties: etree._Element) -> set[str]:
    return {etree.QName(one).localname for one in properties}


def _tables(item: Item) -> Iterator[Table]:
    for block in item.blocks:
        if isinstance(block, Table) and block.rows:
            yield block
        elif isinstance(block, Cards):
            for row in block.rows:
                for one in row.items:
                    yield from _tables(one)


def _groups(items: Iterator[Item]) -> Iterator[Item]:
    for item in items:
        for block in item.blocks:
            if isinstance(block, Table | Cards) and block.rows:
                yield item
            if isinstance(block, Cards):
                for row in block.rows:
                    yield from _groups(iter(row.items))
