"""Every definition, every area and every Word template of the project is sound."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import rfc8785

from formsvc.definitions.check import check
from formsvc.definitions.checks import SLOTS
from formsvc.definitions.compile import compile_document
from formsvc.definitions.library import load_library
from formsvc.definitions.printed import printed_fields, specs
from formsvc.documents.docx.templates import placeholders
from formsvc.documents.slots import SLOT_LABELS

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "form_templates"
LIBRARY = load_library(FOLDER)
AREAS = ("BED", "FRW", "HAR", "LAN", "NEL")
AUDIENCES = {"full", "police", "home", "health", "education", "reviewing_officer", "child", "parent"}
CLASSES = {
    "identity", "description", "contact", "health", "risk", "third_party", "place", "plan", "voice",
    "police_notice", "secret", "office", "carer_address", "confidential_place", "disclosure",
}  # fmt: skip
COMMON_TERMS = {
    "looked_after", "looked_after_plural", "return_interview", "return_interview_plural", "missing",
    "return_interview_short", "interviewer", "safe_and_well", "plan", "unauthorised_absence", "risk_meeting",
    "repeat_missing",
    "strategy_meeting", "panel", "coordinator", "police_force", "police_number", "police_system",
    "police_report_number", "intelligence_route", "social_care", "front_door", "out_of_hours", "escalation",
    "reviewing_officer", "protection_lead", "designated_officer", "advocacy", "helplines",
    "responsible_authority", "host_authority", "authority_system",
}  # fmt: skip
OWN_NAMES = {
    "BED": r"Bedford|MAMCOG|\bICS\b|COMPACT|\bURN\b|Keep Safe Plan",
    "FRW": r"Missing Children Escalation Policy",
    "HAR": r"Haringey|MERLIN|\bMASH\b|\bMACE\b|NYAS|Exploitation Panel",
    "LAN": r"Lancash|Constabulary|\bBCU\b|\bCADS\b|Blackpool|Blackburn|\bCONNECT\b",
    "NEL": r"Lincolnshire|Humberside|Locate Team|Liquid ?Logic|\bNiche\b|Catch Up|Community Partnership",
}
"""Names that belong to one area: no form of another area says them."""
EVERYWHERE = [(definition, area) for definition in LIBRARY.ids() for area in LIBRARY.areas_of(definition)]


def test_every_definition_area_and_template_is_sound() -> None:
    """What `formsvc definitions check` proves holds for the project as it is."""
    assert [
        str(problem) for problem in check(FOLDER, ROOT / "docx_templates", placeholders=placeholders)
    ] == []


def test_the_sheet_has_a_label_for_every_slot() -> None:
    """Every slot a definition may fill has its words in print, and print knows no other."""
    assert set(SLOTS) == set(SLOT_LABELS)


def test_there_are_definitions_and_areas_to_prove() -> None:
    """The guards of this file look at something."""
    assert "trigger_plan" in LIBRARY.ids()
    assert LIBRARY.areas() == AREAS


@pytest.mark.parametrize(("definition", "area"), EVERYWHERE)
def test_every_definition_comes_back_from_its_document(definition: str, area: str) -> None:
    """A record that keeps the document, as canonical JSON, keeps the whole form."""
    effective = LIBRARY.effective(definition, area)
    again = compile_document(json.loads(rfc8785.dumps(dict(effective.document))))
    assert again == effective
    assert again.hash == effective.hash


@pytest.mark.parametrize(("definition", "area"), EVERYWHERE)
def test_every_definition_can_be_printed_from_a_view(definition: str, area: str) -> None:
    """What a view carries of the fields is enough to print them."""
    fields = tuple(LIBRARY.effective(definition, area).fields())
    again = specs(json.loads(rfc8785.dumps(printed_fields(fields))))
    assert [(one.id, one.type, one.label, one.options) for one in again] == [
        (one.id, one.type, one.label, one.options) for one in fields
    ]


@pytest.mark.parametrize(("definition", "area"), EVERYWHERE)
def test_no_form_speaks_another_areas_language(definition: str, area: str) -> None:
    """Forces, systems, panels and places of one area stand in no title, question or hint elsewhere."""
    form = LIBRARY.effective(definition, area)
    said = [form.title, form.purpose, *form.circulation, *(one.words for one in form.cross_checks)]
    said += [f"{page.title} {page.intro}" for page in form.pages]
    said += [f"{one.title} {one.statement}" for one in form.signoffs]
    said += [f"{one.label} {one.hint} {one.help} {dict(one.raw_options)}" for _, one in form.walk()]
    others = "|".join(names for other, names in OWN_NAMES.items() if other != area)
    assert [words for words in said if re.search(others, words)] == []


@pytest.mark.parametrize("area", AREAS)
def test_every_area_knows_the_same_audiences_and_classes(area: str) -> None:
    """A definition can be used in any area: each maps every class, and names every audience."""
    assert set(LIBRARY.area(area).audiences) == AUDIENCES
    assert set(LIBRARY.area(area).readers) == CLASSES


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("name", ["secret", "office"])
def test_secret_and_office_never_leave_the_authority(area: str, name: str) -> None:
    """Where a secret is held, and what is for the file only, are in no copy but the full one."""
    assert LIBRARY.area(area).readers[name] == {"full"}


@pytest.mark.parametrize("area", AREAS)
def test_every_audience_has_a_sentence_of_its_own(area: str) -> None:
    """The sentence tells whose copy it is, and no two audiences share one."""
    sentences = [audience.sentence for audience in LIBRARY.area(area).audiences.values()]
    assert len(set(sentences)) == len(sentences)


@pytest.mark.parametrize("area", AREAS)
def test_no_area_keeps_secrets(area: str) -> None:
    """Secrets are off until a partnership turns them on."""
    assert LIBRARY.area(area).secrets is False


@pytest.mark.parametrize("area", AREAS)
def test_every_area_has_a_word_for_whatever_a_form_may_say(area: str) -> None:
    """A form may name any of these terms and is understood everywhere; a term is a few words, no sentence."""
    terms = LIBRARY.area(area).terms
    assert set(terms) >= COMMON_TERMS
    assert [name for name, words in terms.items() if words.endswith(".") or len(words) > 90] == []


def test_areas_name_their_own_words() -> None:
    """Each area calls the interview, the check, the plan and being away by its own protocol's names."""
    terms = {
        area: tuple(
            LIBRARY.area(area).terms[name]
            for name in ("return_interview", "safe_and_well", "plan", "looked_after_plural")
        )
        for area in AREAS
    }
    assert terms == {
        "BED": ("Return Interview", "Safe and Well Check", "Keep Safe Plan", "looked-after children"),
        "FRW": (
            "independent return interview",
            "prevention interview",
            "Missing Risk Assessment and Management Plan",
            "children looked after",
        ),
        "HAR": ("independent return interview", "Safe and Well Check", "Philomena form", "Children in Care"),
        "LAN": (
            "return interview",
            "Safe and Well check",
            "Trigger Plan and Profile",
            "children in our care",
        ),
        "NEL": ("Missing Catch Up", "prevention interview", "Philomena Protocol form", "children in care"),
    }
    away = {area: LIBRARY.area(area).terms["unauthorised_absence"] for area in AREAS}
    assert away == {
        "BED": "unauthorised absence",
        "FRW": "not where the child is expected to be",
        "HAR": "away from placement without authorisation",
        "LAN": "unauthorised absence",
        "NEL": "away from placement without authorisation",
    }
    assert [area for area in AREAS if "absent" in LIBRARY.area(area).terms] == ["HAR"]


def test_pan_lancashire_calls_no_child_absent() -> None:
    """The protocol abolished the word in 2020: no label, hint or help of its forms says it."""
    mine = [LIBRARY.effective(definition, area) for definition, area in EVERYWHERE if area == "LAN"]
    said = " ".join(f"{one.label} {one.hint} {one.help}" for form in mine for _, one in form.walk())
    assert said
    assert "absent" not in said.lower()


def test_areas_name_their_systems_and_forces() -> None:
    """Which police force and which systems an area has; the national framework has none."""
    assert {area: LIBRARY.area(area).systems.get("police", "") for area in AREAS} == {
        "BED": "COMPACT, and the incident's unique reference number (URN)",
        "FRW": "",
        "HAR": "MERLIN",
        "LAN": "CONNECT",
        "NEL": "Niche",
    }
    assert {area: LIBRARY.area(area).terms["police_force"] for area in AREAS} == {
        "BED": "Bedfordshire Police",
        "FRW": "local police force",
        "HAR": "Metropolitan Police",
        "LAN": "Lancashire Constabulary",
        "NEL": "Humberside Police",
    }


def test_areas_print_their_own_grades_and_none_they_bar() -> None:
    """Grades are the area's own, quoted with their source; what is barred for children is not offered."""
    assert {area: tuple(grade["code"] for grade in LIBRARY.area(area).grades) for area in AREAS} == {
        "BED": ("high", "medium"),
        "FRW": ("no_immediate", "carer", "police"),
        "HAR": ("missing", "absent", "red", "amber", "green"),
        "LAN": ("high", "medium"),
        "NEL": ("high", "medium"),
    }
    assert all(
        grade.get("definition") and grade.get("source")
        for area in AREAS
        for grade in LIBRARY.area(area).grades
    )


@pytest.mark.parametrize(
    ("area", "channel"),
    [
        ("BED", "01234 841212"),
        ("BED", "missingpersons@bedfordshire.pnn.police.uk"),
        ("HAR", "020 8489 4470"),
        ("HAR", "020 8489 0000"),
        ("HAR", "grp.haringeyyot@haringey.cjsm.net"),
        ("HAR", "0808 705 1011"),
        ("HAR", "0843 515 8453"),
        ("LAN", "01254 587547"),
        ("LAN", "outofhours@blackpool.gov.uk"),
        ("LAN", "0300 123 6722"),
        ("LAN", "bfwh.contextualteam@nhs.net"),
        ("LAN", "Vcl.019.safeguardingteam@nhs.net"),
        ("LAN", "CFHS.CFHS@lscft.nhs.uk"),
        ("LAN", "West-MFHCO-ORDINATOR@lancashire.police.uk"),
        ("NEL", "01472 326292"),
        ("NEL", "116 000"),
    ],
)
def test_areas_hold_their_contacts_as_roles(area: str, channel: str) -> None:
    """A printed contact is held under a role, with its source and the word that it is to be verified."""
    (contact, *_) = [one for one in LIBRARY.area(area).contacts if channel in one["channel"]]
    assert "verify" in contact["source"]
    assert contact["role"]


def test_areas_say_what_they_rest_on_and_when_that_is_due() -> None:
    """An area names its legal basis, and the review date where its protocol has one."""
    assert all(LIBRARY.area(area).based_on for area in AREAS)
    assert {area: LIBRARY.area(area).review_due for area in AREAS} == {
        "BED": "2012-12-31",
        "FRW": "",
        "HAR": "2022-06-30",
        "LAN": "2024-02-28",
        "NEL": "",
    }
