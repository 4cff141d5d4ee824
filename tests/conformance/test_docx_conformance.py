"""Every Word document there is, and the hard ones, judged by the Open XML schemas and in Word's own terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from formsvc.documents.docx import package
from tests.conformance.documents import HARD, HARDEST, Maker, library_names
from tests.conformance.docx_documents import MAIN, Word
from tests.conformance.docx_rules import RULES
from tests.conftest import Validators
from tests.validators.openxml import openxml_errors

Words = Mapping[str, Word]


def test_documents_are_valid_against_the_schemas(words: Words) -> None:
    """The Open XML schemas and Word's own rules have nothing to say, of the hardest and each definition."""
    wanted = [*HARDEST, *(words.keys() - HARD.keys())]
    assert {name: errors for name in wanted if (errors := openxml_errors(words[name].file))} == {}


@pytest.mark.long
def test_every_hard_document_is_valid_against_the_schemas(words: Words) -> None:
    """Nor of any other hard document."""
    assert {name: errors for name in HARD if (errors := openxml_errors(words[name].file))} == {}


@pytest.mark.parametrize("rule", RULES)
def test_documents_keep_the_rule(rule: str, words: Words) -> None:
    """What stands in the rule's own sentence holds for each document."""
    assert {name: faults for name, one in words.items() if (faults := list(RULES[rule](one)))} == {}


@pytest.mark.long
def test_every_definition_in_every_area_for_every_audience(
    all_words: Words, maker: Maker, record_property: Callable[[str, object], None]
) -> None:
    """Whatever the library holds, in whichever area and for whomever: valid, and every rule is kept."""
    assert set(all_words) == set(library_names(maker.library))
    record_property("documents", len(all_words))
    faults: dict[str, object] = {}
    for name, one in all_words.items():
        faults |= {f"{name} schemas": errors} if (errors := openxml_errors(one.file)) else {}
        faults |= {f"{name} {rule}": told for rule, judge in RULES.items() if (told := list(judge(one)))}
    assert faults == {}


@pytest.mark.long
def test_libreoffice_opens_every_document_and_accepts_its_signature(
    all_words: Words, validators: Validators
) -> None:
    """Another office opens each without a question, shows all its sections, and finds its seal whole."""
    files = {one.file: name for name, one in all_words.items()}
    opened = validators.libreoffice.opened(files)
    lacking = {
        files[file]: missing
        for file, shown in opened.items()
        if (
            missing := [
                section.title
                for section in all_words[files[file]].content.sections
                if f"1 {section.title}" not in shown.headings
            ]
        )
    }
    assert lacking == {}
    signed = validators.libreoffice.signatures(files)
    assert {files[file]: said for file, said in signed.items() if [one.valid for one in said] != [True]} == {}


BREAKS: Mapping[str, tuple[str, str, str]] = {
    "headings": (MAIN, 'w:val="Heading1"', 'w:val="Heading3"'),
    "groups_are_headed": (MAIN, 'w:val="Heading2"', 'w:val="LabelWide"'),
    "direct_formatting": (MAIN, "<w:r><w:t", "<w:r><w:rPr><w:b/></w:rPr><w:t"),
    "empty_paragraphs": (MAIN, '<w:p><w:pPr><w:pStyle w:val="Heading1"/>', "<w:p/>"),
    "tables": (MAIN, "<w:tblHeader/>", ""),
    "controls": (MAIN, '<w:tag w:val="full_name"/>', '<w:tag w:val="half_name"/>'),
    "pictures": (MAIN, ' descr="', ' title="'),
    "languages": (MAIN, "<w:rtl/>", ""),
    "typed_order": (MAIN, "اسمها ليلى", "ليلى اسمها"),
    "properties": ("docProps/core.xml", "en-GB", "en-US"),
    "used_styles": (MAIN, '<w:pStyle w:val="Intro"/>', '<w:pStyle w:val="Nowhere"/>'),
    "parts": ("docProps/thumbnail.jpeg", "", "JFIF"),
    "package_form": ("word/settings.xml", "", "".join(map(str, range(90_000)))),
    "page": (MAIN, 'w:w="11906"', 'w:w="12240"'),
    "nothing_odd": (MAIN, "<w:p>", "<w:p><w:ins/>"),
    "whole_for_word": (MAIN, '<w:id w:val="2"/>', '<w:id w:val="3"/>'),
    "print_equals_data": (MAIN, "<w:t", "<w:t>x</w:t><w:t"),
}
"""Rule -> part, what stands in it, what stands there instead in a document that breaks the rule."""


MORE_BREAKS: Mapping[str, tuple[str, str, str, str]] = {
    "a cell without an end": ("whole_for_word", MAIN, "</w:p></w:tc>", "</w:p><w:bookmarkEnd/></w:tc>"),
    "a size in words": ("whole_for_word", "word/styles.xml", '<w:sz w:val="', '<w:sz w:val="big'),
    "a part without a type": ("whole_for_word", package.CONTENT_TYPES, 'Extension="png"', 'Extension="p"'),
    "another paper": ("page", MAIN, 'w:h="16838"', 'w:h="15840"'),
    "a picture outside": (
        "parts",
        "word/_rels/document.xml.rels",
        'Target="media/',
        'TargetMode="External" Target="',
    ),
    "no language": ("languages", "word/styles.xml", 'w:val="en-GB"', 'w:val="en-US"'),
    "a table without words": ("tables", MAIN, "<w:tblDescription ", "<w:tblOverlap "),
    "a control without a title": ("controls", MAIN, '<w:alias w:val="', '<w:alias w:was="'),
}
"""What more is wrong -> the rule that must find it, the part, what stands in it, what stands instead."""


@pytest.mark.parametrize("fault", MORE_BREAKS)
def test_a_rule_sees_each_of_its_faults(fault: str, words: Words, tmp_path: Path) -> None:
    """A rule that asks for several things misses none of them."""
    rule, part, old, new = MORE_BREAKS[fault]
    whole = words["arabic"]
    assert old.encode() in whole.parts[part]
    broken = tmp_path / "broken.docx"
    parts = dict(whole.parts) | {part: whole.parts[part].replace(old.encode(), new.encode())}
    broken.write_bytes(package.write(parts))
    assert list(RULES[rule](Word(view=whole.view, file=broken))) != []


@pytest.mark.parametrize("rule", RULES)
def test_a_document_that_breaks_the_rule_is_found(rule: str, words: Words, tmp_path: Path) -> None:
    """No rule is silent by mistake: each finds the one fault that was put in for it."""
    whole = words["arabic"]
    part, old, new = BREAKS[rule]
    stood = whole.parts.get(part, b"").decode()
    assert old in stood
    changed = stood.replace(old, new + old if old.startswith("<w:p><w:pPr>") else new) if old else stood + new
    if rule == "typed_order":
        changed = stood.replace("اسمها", "\0").replace("ليلى", "اسمها").replace("\0", "ليلى")
    parts = dict(whole.parts) | {part: changed.encode()}
    broken = tmp_path / "broken.docx"
    broken.write_bytes(package.write(parts))
    assert list(RULES[rule](whole)) == []
    assert list(RULES[rule](Word(view=whole.view, file=broken))) != []
