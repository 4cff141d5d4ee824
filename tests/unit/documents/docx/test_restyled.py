"""What restyling can break in a template: each is broken in just that way, and the check names it."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path

import docx
import pytest
from lxml import etree

from formsvc.definitions.library import load_library
from formsvc.documents.docx import package, render
from formsvc.documents.docx.checking import advice, check
from formsvc.documents.docx.templates import chosen, load, serving, strangers
from formsvc.errors import RenderFailed
from formsvc.settings import PROJECT
from tests.unit.documents.docx.contents import PLAN, TRIGGER_PLAN, content, view
from tests.unit.documents.docx.parts import tag_of, text_of, w

MAIN = "word/document.xml"
STYLES = "word/styles.xml"
SETTINGS = "word/settings.xml"
RELS = package.rels_name(MAIN)
FONTS = "word/fontTable.xml"

Parts = dict[str, bytes]
Break = Callable[[Parts], None]

EFFECTIVE = load_library(PROJECT / "form_templates").effective("trigger_plan")


def instead(part: str, old: str, new: str) -> Break:
    """Return a change: the first `old` of a part gives way to `new`."""

    def change(parts: Parts) -> None:
        text = parts[part].decode()
        assert old in text, f"{part} does not say {old}"
        parts[part] = text.replace(old, new, 1).encode()

    return change


def tree(part: str, edit: Callable[[etree._Element], None]) -> Break:
    """Return a change to the tree of a part."""

    def change(parts: Parts) -> None:
        root = package.parse(parts[part])
        edit(root)
        parts[part] = package.serialise(root)

    return change


def related(kind: str, target: str, *, source: str = MAIN, external: bool = False) -> Break:
    """Return a change: a part refers to something more."""

    def change(parts: Parts) -> None:
        name = package.rels_name(source)
        mode = ' TargetMode="External"' if external else ""
        one = f'<Relationship Id="rIdMore" Type="{package.OFFICE}/{kind}" Target="{target}"{mode}/>'
        empty = f'<Relationships xmlns="{package.REL}"></Relationships>'.encode()
        whole = parts.get(name, empty)
        parts[name] = whole.replace(b"</Relationships>", one.encode() + b"</Relationships>")

    return change


def paragraph(root: etree._Element, said: str, nth: int = 0) -> etree._Element:
    """Return the paragraph that says something and nothing else."""
    return [one for one in root.iter(w("p")) if text_of(one).strip() == said][nth]


def without_control(tag: str) -> Callable[[etree._Element], None]:
    """Return an edit: Developer > Remove Content Control, its content stays."""

    def edit(root: etree._Element) -> None:
        one = next(each for each in root.iter(w("sdt")) if tag_of(each) == tag)
        parent = one.getparent()
        assert parent is not None
        at = parent.index(one)
        inside = one.find(w("sdtContent"))
        assert inside is not None
        parent[at : at + 1] = list(inside)

    return edit


def head_of_loop_moved(root: etree._Element) -> None:
    """Move the head of a loop over paragraphs out of its cell into the one before."""
    head = paragraph(root, "{%p for a in s.answers %}", -1)
    cell = head.getparent()
    assert cell is not None
    before = cell.getprevious()
    assert before is not None
    before.append(head)


def signoffs_lost(root: etree._Element) -> None:
    """Copy the table of changes over the table of sign-offs."""
    for one in root.iter(w("t")):
        one.text = (one.text or "").replace("signoffs", "changes")


def style_deleted(root: etree._Element) -> None:
    """Delete a style that is in use."""
    gone(next(one for one in root.iter(w("style")) if one.get(w("styleId")) == "Tick"))


def words_of_picture_deleted(root: etree._Element) -> None:
    """Empty the alternative text of a picture."""
    next(one for one in root.iter() if str(one.tag).endswith("docPr")).set("descr", "")


def appended(xml: str) -> Callable[[etree._Element], None]:
    """Return an edit: something more stands at the end of the paragraph "Sign-offs"."""
    named = xml.replace(" w:", f' xmlns:w="{w("")[1:-1]}" w:', 1)
    return lambda root: paragraph(root, "Sign-offs").append(etree.fromstring(named))


def faked_heading(root: etree._Element) -> None:
    """Dress "Sign-offs" up by hand: Normal, bold, 16 points."""
    one = paragraph(root, "Sign-offs")
    style = one.find(f"{w('pPr')}/{w('pStyle')}")
    run = one.find(w("r"))
    assert style is not None
    assert run is not None
    style.set(w("val"), "Value")
    shape = etree.Element(w("rPr"))
    etree.SubElement(shape, w("b"))
    etree.SubElement(shape, w("sz")).set(w("val"), "32")
    run.insert(0, shape)


def plain_heading(root: etree._Element) -> None:
    """Give the title of a section the style of a value."""
    style = paragraph(root, "{{ section.title }}").find(f"{w('pPr')}/{w('pStyle')}")
    assert style is not None
    style.set(w("val"), "Value")


def each(name: str, edit: Callable[[etree._Element], None]) -> Callable[[etree._Element], None]:
    """Return an edit of the first element of a name."""
    return lambda root: edit(next(root.iter(w(name))))


def gone(one: etree._Element) -> None:
    """Take an element away."""
    parent = one.getparent()
    assert parent is not None
    parent.remove(one)


def macros(parts: Parts) -> None:
    """Save as a document with macros."""
    related("vbaProject", "vbaProject.bin")(parts)
    parts["word/vbaProject.bin"] = b"not run"
    instead(
        package.CONTENT_TYPES,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        "application/vnd.ms-word.document.macroEnabled.main+xml",
    )(parts)


def object_(parts: Parts) -> None:
    """Insert > Object."""
    related("oleObject", "embeddings/oleObject1.bin")(parts)
    parts["word/embeddings/oleObject1.bin"] = b"not opened"
    instead(MAIN, "<w:body>", '<w:body><w:p><w:r><w:object w:dxaOrig="1"/></w:r></w:p>')(parts)


def many_pictures(parts: Parts) -> None:
    """Insert two dozen pictures into the header."""
    for number in range(24):
        parts[f"word/media/logo{number}.png"] = b"a picture"


TAG = "{{ a.path }}"
FIELD = '<w:fldSimple w:instr="INCLUDETEXT C:\\\\x.docx"/>'
INSERTED = (
    '<w:ins w:id="9" w:author="A. Person" w:date="2026-11-22T18:05:00Z"><w:r><w:t>x</w:t></w:r></w:ins>'
)

BROKEN: Mapping[str, tuple[Break, str, str]] = {
    "a macro": (macros, "file", "macros"),
    "a macro's part": (macros, "text", "a macro"),
    "an OLE object": (object_, "text, near", "an OLE object"),
    "an OLE part": (object_, "text", "an OLE object (rIdMore)"),
    "a Word template": (
        instead(package.CONTENT_TYPES, "wordprocessingml.document.main", "wordprocessingml.template.main"),
        "file",
        "*.dotx",
    ),
    "a remote template": (
        related("attachedTemplate", "https://example.org/x.dotm", source=SETTINGS, external=True),
        "settings",
        "attachedTemplate outside itself",
    ),
    "a picture elsewhere": (
        related("image", "https://example.org/x.png", source="word/header1.xml", external=True),
        "header",
        "image outside itself",
    ),
    "an embedded font": (related("font", "fonts/font1.odttf", source=FONTS), "fontTable", "embedded font"),
    "a field that fetches": (
        tree(MAIN, appended(FIELD)),
        "text, near 'Sign-offs'",
        "INCLUDETEXT",
    ),
    "a mail merge": (
        instead(SETTINGS, "<w:defaultTabStop", "<w:mailMerge/><w:defaultTabStop"),
        "settings",
        "mail merge",
    ),
    "hidden text": (
        instead(MAIN, '<w:rStyle w:val="Strong"/>', '<w:rStyle w:val="Strong"/><w:vanish/>'),
        "text, near",
        "hides text",
    ),
    "a control removed": (
        tree(MAIN, without_control(TAG)),
        "paragraph '{%p for line in a.lines %}'",
        "the answer a stands in no content control",
    ),
    "a fact's control removed": (
        tree(MAIN, without_control("{{ fact.revision.path }}")),
        "{{ fact.reference.text }}",
        "the answer fact.revision stands in no content control",
    ),
    "a tag changed": (instead(MAIN, f'w:tag w:val="{TAG}"', 'w:tag w:val="notes"'), "control 1,", "'notes'"),
    "a tag lost": (instead(MAIN, f'<w:tag w:val="{TAG}"/>', ""), "content control 1,", "lost its tag"),
    "a tag of another": (
        instead(MAIN, "{{ fact.status.path }}", "{{ fact.revision.path }}"),
        "'{{ fact.status.text }}'",
        "path of fact.revision",
    ),
    "a control's title lost": (
        tree(MAIN, lambda root: gone(next(next(root.iter(w("sdtPr"))).iter(w("alias"))))),
        "content control 1,",
        "lost its title",
    ),
    "a control in a control": (
        instead(
            MAIN,
            "<w:sdtContent>",
            "<w:sdtContent><w:sdt><w:sdtPr/><w:sdtContent><w:p><w:r><w:t>"
            "{{ a.text }}</w:t></w:r></w:p></w:sdtContent></w:sdt>",
        ),
        "content control 2,",
        "inside another content control",
    ),
    "a misspelt placeholder": (
        instead(MAIN, "{{ document.title }}", "{{ document.titel }}"),
        "document.titel",
        "not a name",
    ),
    "a lost placeholder": (instead(MAIN, "{{ document.title }}", "Plan"), "document.title", "never printed"),
    "a lost fact": (
        tree(MAIN, lambda root: gone(next(one for one in root.iter(w("sdt")) if "issued" in tag_of(one)))),
        "fact.issued_at",
        "never printed",
    ),
    "an unknown name": (instead(MAIN, "{{ document.title }}", "{{ weather }}"), "weather", "not a name"),
    "an unclosed brace": (
        instead(MAIN, "{{ document.title }}", "{{ document.title"),
        "template",
        "not closed",
    ),
    "a loop across cells": (tree(MAIN, head_of_loop_moved), "'{%p endfor %}'", "in another cell"),
    "a loop without its end": (
        tree(MAIN, lambda root: gone(paragraph(root, "{%p endfor %}", -1))),
        "for one in notices",
        "never closed",
    ),
    "an end without its loop": (
        tree(MAIN, lambda root: gone(paragraph(root, "{%p for one in notices %}"))),
        "'{%p endfor %}'",
        "closes nothing",
    ),
    "words beside a direction": (
        instead(MAIN, "{%p for one in notices %}", "Notices: {%p for one in notices %}"),
        "'Notices: {%p for one in notices %}'",
        "takes away its whole paragraph",
    ),
    "the remainder lost": (
        instead(MAIN, "{%p for section in sections %}", "{%p for section in [] %}"),
        "sections",
        "never printed",
    ),
    "the sign-offs lost": (
        tree(MAIN, signoffs_lost),
        "signoffs",
        "never printed",
    ),
    "a style deleted": (
        tree(STYLES, style_deleted),
        "text, near",
        "the paragraph style Tick is used and does not exist",
    ),
    "a level lost": (instead(STYLES, '<w:outlineLvl w:val="1"/>', ""), "style heading 2", "outline"),
    "protection": (
        instead(
            SETTINGS,
            "<w:defaultTabStop",
            '<w:documentProtection w:edit="readOnly" w:enforcement="1"/><w:defaultTabStop',
        ),
        "settings",
        "documentProtection",
    ),
    "a tracked change": (
        tree(MAIN, appended(INSERTED)),
        "text, near 'x'",
        "a tracked change is left in (ins, by A. Person)",
    ),
    "tracking left on": (
        instead(SETTINGS, "<w:defaultTabStop", "<w:trackRevisions/><w:defaultTabStop"),
        "settings",
        "tracked",
    ),
    "a comment": (
        instead(MAIN, "<w:r><w:t", '<w:r><w:commentReference w:id="0"/></w:r><w:r><w:t'),
        "near",
        "comment",
    ),
    "a heading by hand": (tree(MAIN, faked_heading), "'Sign-offs'", "looks like a heading and is none"),
    "a section's title in another style": (
        tree(MAIN, plain_heading),
        "'{{ section.title }}'",
        "looks like a heading and is none",
    ),
    "a header row unmarked": (instead(MAIN, "<w:tblHeader/>", ""), "table 3", "not marked as one"),
    "the language removed": (instead(STYLES, '<w:lang w:val="en-GB"', "<w:lang"), "styles", "not set"),
    "another language": (instead(STYLES, 'w:lang w:val="en-GB"', 'w:lang w:val="de-DE"'), "styles", "de-DE"),
    "a table without words": (tree(MAIN, each("tblDescription", gone)), "table 1 Details", "(description)"),
    "a picture without words": (
        tree(MAIN, words_of_picture_deleted),
        "picture Photo",
        "no alternative text",
    ),
    "page numbers lost": (
        instead("word/footer1.xml", " NUMPAGES ", " PAGE "),
        "header and footer",
        "NUMPAGES",
    ),
    "too many parts": (many_pictures, "file", "parts"),
}
"""How somebody broke it -> how to break it so, the place and the words by which the check must name it."""


@pytest.fixture
def broken(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a copy of the shared template, broken in one way."""
    return written(BROKEN[request.param][0], tmp_path)


def written(change: Break, folder: Path, template: Path = PLAN) -> Path:
    """Return a changed copy of a template, under its own name."""
    parts = package.read(template.read_bytes())
    change(parts)
    copy = folder / template.name
    copy.write_bytes(package.write(parts))
    return copy


@pytest.mark.parametrize("broken", BROKEN, indirect=True)
def test_check_names_what_broke(broken: Path, request: pytest.FixtureRequest) -> None:
    """File, place, what is wrong and what mends it: enough to find it in Word, before anything is issued."""
    _, place, words = BROKEN[request.node.callspec.params["broken"]]
    found = check(broken, EFFECTIVE)
    assert [one for one in found if place in one.key and words in one.what], "\n".join(map(str, found))
    assert all(one.file == "plan.docx" and one.remedy for one in found)


REFUSED = (
    *("a macro", "an OLE object", "a remote template", "a picture elsewhere", "an embedded font"),
    *("a field that fetches", "a mail merge", "hidden text", "protection", "a tracked change", "a comment"),
    "a Word template",
)


@pytest.mark.parametrize("broken", REFUSED, indirect=True)
def test_what_runs_fetches_or_hides_prints_nothing(broken: Path) -> None:
    """What a template may never hold makes it unusable, checked or not."""
    with pytest.raises(RenderFailed):
        load(broken)


def test_several_things_are_all_named(tmp_path: Path) -> None:
    """Whoever mends a template is told everything at once, not one thing after another."""

    def all_of_them(parts: Parts) -> None:
        for name in ("a heading by hand", "a header row unmarked", "a tag lost", "another language"):
            BROKEN[name][0](parts)

    found = check(written(all_of_them, tmp_path), EFFECTIVE)
    assert len(found) == len(set(found)) >= 4


def test_a_template_that_python_docx_saved_is_sound(tmp_path: Path) -> None:
    """Another program that keeps what Word keeps may restyle a template."""
    opened = docx.Document(io.BytesIO(TRIGGER_PLAN.read_bytes()))
    opened.styles["Heading 1"].font.name = "Arial"
    copy = tmp_path / "trigger_plan.docx"
    opened.save(str(copy))
    assert check(copy, EFFECTIVE) == []
    assert render(view(content()), template=copy, content=content())


def test_fonts_that_few_readers_have_are_advised_against(tmp_path: Path) -> None:
    """A font that Word does not bring is named with its style; ours and Arial are not."""
    assert advice(PLAN) == []
    fonts = instead(STYLES, '<w:rFonts w:ascii="', '<w:rFonts w:ascii="Council Grotesk" w:was="')
    (one,) = advice(written(fonts, tmp_path))
    assert "Council Grotesk" in one.what
    assert check(tmp_path / "plan.docx", EFFECTIVE) == []


def test_an_area_has_a_template_of_its_own(tmp_path: Path) -> None:
    """A template in the area's folder prints its definition there, and nowhere else."""
    (tmp_path / "LAN").mkdir()
    for name in ("LAN/trigger_plan", "trigger_plan", "plan"):
        (tmp_path / f"{name}.docx").write_bytes(PLAN.read_bytes())

    def names(area: str, definition: str = "trigger_plan") -> list[str]:
        found = serving(tmp_path, definition=definition, layout="plan", area=area)
        assert found[0] == chosen(tmp_path, definition=definition, layout="plan", area=area)
        return [str(one.relative_to(tmp_path)) for one in found]

    assert names("LAN") == ["LAN/trigger_plan.docx", "plan.docx"]
    assert names("NEL") == ["trigger_plan.docx", "plan.docx"]
    assert names("LAN", "another") == ["plan.docx"]
    assert names("../LAN") == ["trigger_plan.docx", "plan.docx"]


def test_a_file_that_prints_nothing_is_named(tmp_path: Path) -> None:
    """A restyled copy under a wrong name, or in a folder of no area, is never used: that is said."""
    for name in ("plan.docx", "Plan (2).docx", "~$plan.docx", "LAN/plan.docx", "XYZ/plan.docx"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"")
    found = strangers(tmp_path, names={"plan"}, areas={"LAN"})
    assert [one.file for one in found] == ["Plan (2).docx", "XYZ/plan.docx"]
