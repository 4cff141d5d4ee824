"""Word templates: kept, checked and confined."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from formsvc.definitions.model import Effective
from formsvc.documents.content import addressed
from formsvc.documents.docx import package, read_print, render
from formsvc.documents.docx.checking import check
from formsvc.documents.docx.templates import load, placeholders
from formsvc.documents.slots import SLOT_LABELS
from formsvc.errors import RenderFailed
from tests.builders import a_definition, a_field
from tests.unit.documents.docx.contents import PLAN, TRIGGER_PLAN, content, view
from tests.unit.documents.docx.parts import changed, control, main, text_of, w

TITLE = "{{ document.title }}"
SECTIONS = "{%p for section in sections %}"
SLOTS_LOOP = "{%tr for s in slots %}"


@pytest.fixture
def definition() -> Effective:
    """Return a definition with a few of the fields that the ordinary plan has."""
    return a_definition(
        a_field("full_name"),
        a_field("review", "date"),
        search_sheet={"name": ["full_name"], "hair": ["full_name"]},
    )


def test_the_trigger_plan_places_every_slot() -> None:
    """Page one is designed: each slot has its place, and the fields follow in the order of the form."""
    slots = list(SLOT_LABELS)
    assert placeholders(TRIGGER_PLAN) == set(slots[: slots.index("meeting")]) - {"grade"}
    assert placeholders(PLAN) == set()


@pytest.mark.parametrize("template", [TRIGGER_PLAN, PLAN], ids=["trigger_plan", "plan"])
def test_our_templates_have_nothing_wrong(template: Path, definition: Effective) -> None:
    """Any definition can be printed by either."""
    assert check(template, definition) == []


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ([(TITLE, "{{ field.shoe_size.text }}")], "shoe_size"),
        ([(TITLE, "{{ sheet.shoe_size.label }}")], "shoe_size"),
        ([(TITLE, "{{ weather }}")], "weather"),
        ([(SECTIONS, "{%p for section in [] %}")], "sections"),
        ([(SLOTS_LOOP, "{%tr for s in [] %}"), ("{%p if slots %}", "{%p if document.title %}")], "hair"),
        ([(TITLE, "{{ document.title")], "template"),
        ([(TITLE, "{% include 'x' %}")], "template"),
        ([(TITLE, "{{ document.title|safe }}")], "template"),
    ],
    ids=["field", "slot", "name", "sections lost", "slots lost", "brace", "include", "filter"],
)
def test_check_names_what_is_wrong(
    changes: list[tuple[str, str]], key: str, definition: Effective, tmp_path: Path
) -> None:
    """What is not there, what is lost and what is broken: each is told with its remedy."""
    found = check(changed(PLAN, tmp_path, *changes), definition)
    assert key in [problem.key for problem in found]
    assert all(problem.file == "changed.docx" and problem.what and problem.remedy for problem in found)


def test_check_tells_of_a_file_that_is_no_template(definition: Effective, tmp_path: Path) -> None:
    """A file that is not a Word document, or not there, is one problem and no traceback."""
    (tmp_path / "odd.docx").write_bytes(b"not a document")
    assert [one.key for one in check(tmp_path / "odd.docx", definition)] == ["template"]
    assert [one.key for one in check(tmp_path / "none.docx", definition)] == ["template"]


@pytest.mark.parametrize(
    "code",
    [
        "{{ document.title|safe }}",
        "{% autoescape false %}{{ document.title }}{% endautoescape %}",
        "{% include 'word/styles.xml' %}",
        "{% import 'x' as y %}{{ y }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ document.__class__ }}",
        "{{ range(9) }}",
        "{{ document.update({}) }}",
        "{{ document.no_such_thing }}",
        "{{ self.__init__.__globals__ }}",
        "{{ lipsum.__globals__ }}",
    ],
)
def test_a_template_is_confined(code: str, tmp_path: Path) -> None:
    """No way out of the sandbox, no text as markup, no name that is not there."""
    with pytest.raises(RenderFailed):
        render(
            view(content(sheet=())),
            template=changed(PLAN, tmp_path, (TITLE, code)),
            content=content(sheet=()),
        )


@pytest.mark.parametrize("kind", ["attachedTemplate", "image", "oleObject", "frame"])
def test_a_template_that_fetches_is_refused(kind: str, tmp_path: Path) -> None:
    """Nothing from outside the file is referred to, whatever Word allows."""
    parts = package.read(PLAN.read_bytes())
    name = package.rels_name("word/document.xml")
    target = 'Target="file:///etc/hostname" TargetMode="External"'
    outside = f'<Relationship Id="x" Type="{package.OFFICE}/{kind}" {target}/>'
    parts[name] = parts[name].replace(b"</Relationships>", outside.encode() + b"</Relationships>")
    copy = tmp_path / "outside.docx"
    copy.write_bytes(package.write(parts))
    with pytest.raises(RenderFailed, match=kind):
        load(copy)


def test_a_template_that_hides_text_is_refused(tmp_path: Path) -> None:
    """A style that hides would let print and data differ without anybody seeing."""
    copy = changed(PLAN, tmp_path, ("<w:b/><w:bCs/>", "<w:b/><w:bCs/><w:vanish/>"), part="word/styles.xml")
    with pytest.raises(RenderFailed, match="hides"):
        load(copy)


def test_what_word_keeps_beside_the_document_is_left_out(tmp_path: Path) -> None:
    """Thumbnails, glossaries, web settings and other people's data parts do not travel."""
    parts = package.read(PLAN.read_bytes())
    name = package.rels_name("word/document.xml")
    kinds = {
        "webSettings": "webSettings.xml",
        "glossaryDocument": "glossary/document.xml",
        "customXml": "../customXml/item9.xml",
    }
    written = "".join(
        f'<Relationship Id="{kind}" Type="{package.OFFICE}/{kind}" Target="{target}"/>'
        for kind, target in kinds.items()
    )
    parts[name] = parts[name].replace(b"</Relationships>", written.encode() + b"</Relationships>")
    parts |= {
        "word/webSettings.xml": b"<a/>",
        "word/glossary/document.xml": b"<a/>",
        "customXml/item9.xml": b"<a/>",
    }
    copy = tmp_path / "more.docx"
    copy.write_bytes(package.write(parts))
    plan = content()
    made = render(view(plan), template=copy, content=plan)
    assert set(package.read(made)) == set(package.read(render(view(plan), template=PLAN, content=plan)))


def test_a_changed_template_is_read_again(tmp_path: Path) -> None:
    """A template is kept until its file changes."""
    copy = changed(PLAN, tmp_path)
    first = load(copy)
    assert load(copy) is first
    changed(PLAN, tmp_path, (TITLE, f"Another {TITLE}"))
    os.utime(copy, ns=(1, 1))
    assert load(copy) is not first


def test_placeholders_that_word_tore_apart_are_mended(tmp_path: Path) -> None:
    """Word splits runs, marks spelling and curls quotes inside a placeholder: it is read all the same."""
    torn = (
        "{{ subject</w:t></w:r><w:proofErr w:type='spellStart'/><w:r><w:rPr><w:b/></w:rPr><w:t>.name"
        " if document.title != ‘x’ </w:t></w:r><w:proofErr w:type='spellEnd'/><w:r><w:t>}}"
    )
    template = changed(PLAN, tmp_path, ("{{ subject.name }}", torn))
    plan = content(sheet=())
    assert "Wioletta Nkemelu-Hartnoll" in text_of(main(render(view(plan), template=template, content=plan)))


def test_a_field_placed_by_name_leaves_the_sections(tmp_path: Path) -> None:
    """A council moves a field by placing it; everything else is still printed."""
    template = changed(PLAN, tmp_path, (TITLE, "{{p answer(field.review) }}"))
    plan = content(sheet=())
    made = render(view(plan), template=template, content=plan)
    first = next(main(made).iter(w("sdt")))
    assert first is not None
    assert text_of(first) == "18 December 2026"
    assert read_print(made).keys() == addressed(plan).keys()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (TITLE, "{{ field.review.text }}"),
        (TITLE, "{% if field.review %}x{% endif %}"),
        (SECTIONS, "{%p for section in sections[1:] %}"),
        ("{{ a.path }}", "x{{ a.path }}"),
        ("{{ line.text }}", "{{ line.text }}!"),
        ("{{ line.text }}", "{{ line.text|upper }}"),
        ("{{p long_answer(r.answer) }}", "{{p long_answer(r.answer) }}{{p long_answer(r.answer) }}"),
    ],
    ids=["no control", "not printed", "section lost", "other path", "more text", "other text", "twice"],
)
def test_a_template_that_loses_or_changes_an_answer_prints_nothing(
    old: str, new: str, tmp_path: Path
) -> None:
    """What was printed is read back and compared with the view before anybody gets it."""
    old, new = (one.replace("}}{{", "}}</w:t></w:r></w:p><w:p><w:r><w:t>{{") for one in (old, new))
    plan = content(sheet=())
    with pytest.raises(RenderFailed):
        render(view(plan), template=changed(PLAN, tmp_path, (old, new)), content=plan)


def test_a_restyled_template_prints_the_same_words(tmp_path: Path) -> None:
    """Fonts, sizes and colours are the council's: the print does not change with them."""
    restyled = changed(
        TRIGGER_PLAN,
        tmp_path,
        ("Atkinson Hyperlegible Next", "Arial"),
        ('w:sz w:val="20"', 'w:sz w:val="24"'),
        part="word/styles.xml",
    )
    assert read_print(render(view(), template=restyled, content=content())) == read_print(
        render(view(), template=TRIGGER_PLAN, content=content())
    )


def test_a_control_of_the_designers_own_may_hold_a_field(tmp_path: Path) -> None:
    """A content control drawn in Word, with placeholders as its title and tag, is as good as ours."""
    own = (
        "</w:t></w:r><w:sdt><w:sdtPr><w:alias w:val='{{ field.review.alias }}'/>"
        "<w:tag w:val='{{ field.review.path }}'/><w:id w:val='-5'/></w:sdtPr>"
        "<w:sdtContent><w:r><w:t>{{ field.review.text }}</w:t></w:r></w:sdtContent></w:sdt><w:r><w:t>"
    )
    plan = content(sheet=())
    made = render(view(plan), template=changed(PLAN, tmp_path, (TITLE, own)), content=plan)
    assert text_of(control(main(made), "review")) == "18 December 2026"


def test_placeholders_of_ours_are_whole() -> None:
    """A placeholder is whole in one run, so that a person can find and move it."""
    for template in (TRIGGER_PLAN, PLAN):
        said = package.read(template.read_bytes())["word/document.xml"].decode()
        for one in re.findall(r"{[{%](?:(?![}%]}).)*[}%]}", said):
            assert "<" not in one
