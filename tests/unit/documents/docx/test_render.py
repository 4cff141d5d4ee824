"""The Word document of a view."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

from formsvc.access.views import View
from formsvc.documents.content import Content, Section, addressed
from formsvc.documents.docx import extract, package, property_parts, read_print, render
from formsvc.documents.docx.reading import TAG_MOST, same_text
from formsvc.documents.docx.typeset import WP, A, R
from formsvc.errors import RenderFailed
from formsvc.fields.blocks import Item, Picture, Text
from tests.unit.documents.docx.contents import (
    HARD_TEXTS,
    PLAN,
    TRIGGER_PLAN,
    content,
    hard_content,
    picture,
    said,
    view,
)
from tests.unit.documents.docx.parts import control, main, paragraphs, tag_of, text_of, w

DC = "{http://purl.org/dc/elements/1.1/}"


def _made(plan: Content | None = None) -> bytes:
    given = plan or content()
    return render(view(given), template=TRIGGER_PLAN, content=given)


def _one(text: str, **changes: object) -> Content:
    item = Item(path="it", label="It", blocks=(Text(text),), wide=len(text) > 200)
    sections = (Section(id="only", title="Only", intro="", items=(item,)),)
    return content(sheet=(), sections=sections, signoffs=(), changes_since=None, changes=(), **changes)


@pytest.mark.parametrize("plan", [content(), hard_content()], ids=["ordinary", "hard"])
@pytest.mark.parametrize("template", [TRIGGER_PLAN, PLAN], ids=["trigger_plan", "plan"])
def test_the_print_is_what_the_content_says(plan: Content, template: Path) -> None:
    """Every address stands in the print once, with its text, and nothing else is addressed."""
    printed = read_print(render(view(plan), template=template, content=plan))
    wanted = addressed(plan)
    assert printed.keys() == wanted.keys()
    assert {path for path in wanted if not same_text(printed[path], wanted[path])} == set()


def test_a_document_is_the_same_each_time() -> None:
    """The same view and template give the same bytes, whenever and wherever."""
    assert _made() == _made()


def test_the_view_comes_back_exactly() -> None:
    """What is embedded is the canonical JSON, byte for byte."""
    given = view(hard_content(), odd=list(HARD_TEXTS.values()))
    assert extract(render(given, template=TRIGGER_PLAN, content=hard_content())) == given.json


@given(st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co")), max_size=300))
def test_any_text_survives(text: str) -> None:
    """Whatever can be typed is printed in the same words."""
    if any("\u202a" <= character <= "\u202e" for character in text):
        return
    plan = _one(f"said: {text}")
    assert same_text(read_print(render(view(plan), template=PLAN, content=plan))["it"], f"said: {text}")


@pytest.mark.parametrize("name", ["markup", "template", "quotes", "spaces"])
def test_text_that_looks_like_code_is_printed_as_it_stands(name: str) -> None:
    """Braces, tags and entities are words like any others: nothing runs and nothing is lost."""
    plan = _one(HARD_TEXTS[name])
    root = main(render(view(plan), template=PLAN, content=plan))
    assert text_of(control(root, "it")) == HARD_TEXTS[name]


def test_a_printed_document_is_no_template() -> None:
    """Braces that a person typed are not run when somebody takes the document for a template."""
    plan = _one("{{ 7*7 }}")
    assert "49" not in text_of(main(render(view(plan), template=PLAN, content=plan)))


def test_labels_and_names_are_escaped_everywhere() -> None:
    """What stands in attributes, headings, header and properties is escaped there too."""
    odd = '<b>"O\'Hara" & co</b> ]]> 🐟'
    plan = replace(
        _one("x"),
        title=odd,
        short_title=odd,
        marking=odd,
        controller=odd,
        initials=odd,
        verify_at=odd,
        subject=odd,
    )
    plan = replace(plan, sections=(replace(plan.sections[0], title=odd, items=(said("it", odd, odd),)),))
    parts = package.read(render(view(plan), template=PLAN, content=plan))
    assert text_of(control(package.parse(parts["word/document.xml"]), "it")) == odd
    assert odd in text_of(package.parse(parts["word/header1.xml"]))
    assert package.parse(parts["docProps/core.xml"]).findtext(f"{DC}creator") == odd


def test_every_answer_stands_in_one_control() -> None:
    """Tags and identifiers are unique, no tag is longer than Word allows, and each has a title."""
    root = main(_made(hard_content()))
    controls = list(root.iter(w("sdt")))
    tags = [tag_of(one) for one in controls]
    numbers = [one.get(w("val")) for one in root.iter(w("id"))]
    numbers += [one.get("id") for one in root.iter(f"{{{WP}}}docPr")]
    titles = [str(one.get(w("val"))) for one in root.iter(w("alias"))]
    assert len(tags) == len(set(tags)) == len(titles)
    assert max(map(len, tags)) <= TAG_MOST
    assert all(0 < len(title) <= TAG_MOST for title in titles)
    assert len(numbers) == len(set(numbers))


def test_a_path_that_is_too_long_is_refused() -> None:
    """A document that Word would call damaged is not made."""
    item = said("x" * (TAG_MOST + 1), "X", "x")
    plan = replace(_one("x"), sections=(Section(id="only", title="Only", intro="", items=(item,)),))
    with pytest.raises(RenderFailed):
        render(view(plan), template=PLAN, content=plan)


def test_the_package_is_whole_and_slim() -> None:
    """Relationships resolve, every part has a type and is reached, and there are few enough parts to sign."""
    parts = package.read(_made())
    overrides, defaults = package.content_types(parts[package.CONTENT_TYPES])
    assert set(overrides) <= set(parts)
    assert all(name in overrides or name.rpartition(".")[2] in defaults for name in parts)
    reached = {package.CONTENT_TYPES, package.ROOT_RELS}
    waiting = [""]
    while waiting:
        for one in package.relationships(parts, waiting.pop()):
            assert not one.external
            assert one.target in parts, one
            if one.target not in reached:
                reached |= {one.target, package.rels_name(one.target)} & set(parts)
                waiting.append(one.target)
    assert set(parts) == reached
    assert len(parts) <= 20
    used = set(etree.tostring(main(_made()), encoding="unicode").split('"'))
    assert {
        one.id for one in package.relationships(parts, "word/document.xml") if "image" in one.type
    } <= used


def test_every_style_that_is_used_exists() -> None:
    """A template refers to no style that it does not have."""
    parts = package.read(_made(hard_content()))
    styles = {one.get(w("styleId")) for one in package.parse(parts["word/styles.xml"]).iter(w("style"))}
    used = {
        one.get(w("val"))
        for name in ("word/document.xml", "word/header1.xml", "word/footer1.xml")
        for one in package.parse(parts[name]).iter(w("pStyle"), w("rStyle"), w("tblStyle"))
    }
    assert used <= styles
    assert "TemplateCode" not in used


def test_python_docx_opens_it() -> None:
    """Another reader finds the headings, the tables and the title."""
    opened = docx.Document(io.BytesIO(_made()))
    headings = [
        one.text for one in opened.paragraphs if one.style is not None and one.style.name == "Heading 1"
    ]
    assert headings == [
        *("Profile", "Background and risk", "People and places", "The plan", "Sign-offs"),
        *("What changed since revision 2", "How to check that this is genuine", "Where this may go"),
    ]
    assert opened.core_properties.title == "Trigger Plan and Profile WNH TP-7Q4K-2M9X revision 3"
    assert opened.core_properties.author == "Netherwick Children's Services"
    assert opened.core_properties.language == "en-GB"


def test_properties_say_what_the_view_says() -> None:
    """Nothing seals the properties: they are made from the content alone, so that they can be made again."""
    parts = package.read(_made())
    assert {name: parts[name] for name in parts if name.startswith("docProps/")} == property_parts(content())


def test_a_long_title_is_cut_where_it_may_be() -> None:
    """Word takes 255 characters: the title gives way, reference and revision stay."""
    core = package.parse(property_parts(content(title="T" * 400))["docProps/core.xml"])
    title = str(core.findtext(f"{DC}title"))
    assert len(title) == 255
    assert title.endswith("T WNH TP-7Q4K-2M9X revision 3")


def test_the_photo_is_the_one_the_view_names_and_says_what_it_shows() -> None:
    """The bytes are kept as they are, and a person who cannot see them is told what they show."""
    given = view()
    parts = package.read(render(given, template=TRIGGER_PLAN, content=content()))
    assert given.files[picture().sha256] in parts.values()
    told = [one.get("descr") for one in package.parse(parts["word/document.xml"]).iter(f"{{{WP}}}docPr")]
    assert told.count(picture().alt) == 2
    assert all(told)


def test_the_photo_keeps_its_proportions() -> None:
    """The portrait fills its frame of 45 x 60 mm."""
    sizes = [
        (int(str(one.get("cx"))), int(str(one.get("cy")))) for one in main(_made()).iter(f"{{{WP}}}extent")
    ]
    assert sizes[0] == (45 * 36000, 60 * 36000)


@pytest.mark.parametrize("files", [{}, {picture().sha256: b"another"}], ids=["absent", "another"])
def test_a_picture_that_is_not_what_the_view_names_is_refused(files: dict[str, bytes]) -> None:
    """A document shows the picture that was frozen, or it is not made."""
    with pytest.raises(RenderFailed):
        render(View(data=view().data, files=files), template=TRIGGER_PLAN, content=content())


def test_the_code_leads_to_the_page_that_checks() -> None:
    """The address carries the reference and the check code, and nothing about the child."""
    assert (
        content().check_address
        == "https://forms.example.org/verify?reference=TP-7Q4K-2M9X&code=9f2c41aa07bed31c"
    )


def test_a_document_nobody_approved_says_so_first() -> None:
    """Words, not colour: on page one, in the header and in the footer of every page."""
    parts = package.read(_made(content(status="not_yet_approved", demonstration=True)))
    (_, first), (_, second), *_ = paragraphs(package.parse(parts["word/document.xml"]))
    assert first.startswith("NOT YET APPROVED")
    assert second.startswith("DEMONSTRATION")
    for name in ("word/header1.xml", "word/footer1.xml"):
        assert "OFFICIAL-SENSITIVE · NOT YET APPROVED · DEMONSTRATION" in text_of(package.parse(parts[name]))
    assert "APPROVED ·" not in text_of(main(_made()))


def test_silence_is_not_mistaken_for_none() -> None:
    """What was not recorded or not known says so, in a style of its own."""
    root = main(_made())
    for path, words in (("nationality", "Not recorded"), ("imei", "Not known")):
        paragraph = next(control(root, path).iterancestors(w("p")))
        assert text_of(paragraph) == words
        assert next(paragraph.iter(w("pStyle"))).get(w("val")) == "QuietValue"


def test_tables_repeat_their_heads_and_keep_rows_whole() -> None:
    """The first row of a table of rows is its head; no short row splits."""
    (wide,) = [
        one for one in main(_made()).iter(w("tbl")) if next(one.iter(w("tblStyle"))).get(w("val")) == "Rows"
    ]
    rows = wide.findall(w("tr"))
    assert [row.find(f"{w('trPr')}/{w('tblHeader')}") is not None for row in rows] == [True, *[False] * 4]
    assert all(row.find(f"{w('trPr')}/{w('cantSplit')}") is not None for row in rows)
    assert next(wide.iter(w("tblCaption"))).get(w("val")) == "Relevant addresses"


def test_a_crowded_sheet_is_set_tight() -> None:
    """A sheet that holds much exchanges its styles for smaller ones; an ordinary one does not."""
    tight = {style for style, _ in paragraphs(main(_made(hard_content())))}
    assert {"ChildNameTight", "SheetValueTight", "SheetLabelTight"} <= tight
    assert "SheetValue" not in tight


def test_the_language_is_told() -> None:
    """The document is English as written in Britain; a stretch of Arabic says that it is Arabic."""
    parts = package.read(_made(hard_content()))
    default = next(package.parse(parts["word/styles.xml"]).iter(w("lang")))
    assert default.get(w("val")) == "en-GB"
    told = {one.get(w("bidi")) for one in package.parse(parts["word/document.xml"]).iter(w("lang"))}
    assert {"ar-SA", "ur-PK", "he-IL"} <= told


def test_golden_text_of_the_ordinary_plan(golden: Callable[[str, str], None]) -> None:
    """A document reads as before, paragraph by paragraph, unless somebody says otherwise."""
    lines = [f"{style}: {text!r}" for style, text in paragraphs(main(_made()))]
    golden("trigger_plan_docx.txt", "\n".join([*lines, ""]))


def test_no_picture_is_left_without_a_part() -> None:
    """Every picture that is shown has its bytes in the package."""
    parts = package.read(_made())
    known = {one.id: one.target for one in package.relationships(parts, "word/document.xml")}
    shown = [
        one.get(f"{{{R}}}embed") for one in package.parse(parts["word/document.xml"]).iter(f"{{{A}}}blip")
    ]
    assert shown
    assert all(known[str(one)] in parts for one in shown)


def with_pictures(count: int) -> tuple[Content, View]:
    """Return a plan that shows so many different pictures, and its view with their bytes."""
    files = {}
    for number in range(count):
        out = io.BytesIO()
        Image.new("RGB", (8, 8), (number * 5, 9, 9)).save(out, "PNG")
        files[hashlib.sha256(out.getvalue()).hexdigest()] = out.getvalue()
    items = tuple(
        Item(
            path=f"shown.{number}",
            label=f"Picture {number}",
            blocks=(Picture(sha256=sha256, media_type="image/png", alt=f"Picture {number}"),),
        )
        for number, sha256 in enumerate([*files, *files])
    )
    plan = content(sheet=(), sections=(Section(id="shown", title="Shown", intro="", items=items),))
    return plan, replace(view(plan), files=files)


def test_pictures_that_stand_twice_are_carried_once() -> None:
    """Sixteen pictures, each shown twice, are sixteen parts; a seal over them refers to thirty."""
    plan, shown = with_pictures(16)
    made = package.read(render(shown, template=PLAN, content=plan))
    assert sum(name.startswith("word/media/") for name in made) == 17  # and the code
    assert len(made.keys() - {package.CONTENT_TYPES, "docProps/core.xml", "docProps/app.xml"}) == 30


@pytest.mark.parametrize("count", [17, 40])
def test_more_pictures_than_a_seal_may_cover_are_refused(count: int) -> None:
    """A document whose seal other people's verifiers would not read is never made: the refusal says why."""
    plan, shown = with_pictures(count)
    with pytest.raises(RenderFailed, match=rf"would show {count} different pictures, and can carry 16"):
        render(shown, template=PLAN, content=plan)
