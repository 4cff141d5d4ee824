"""Each area carries what its protocol rules of times, counts and roles, with the clause, and no guess."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from formsvc.definitions.area_rules import RULES, read_rules, rules_document, rules_in_words
from formsvc.definitions.areas import area_document, read_area
from formsvc.definitions.library import load_library
from formsvc.definitions.reading import Entry, Report
from tests.builders import an_area

LIBRARY = load_library(Path(__file__).resolve().parents[2] / "form_templates")
AREAS = LIBRARY.areas()
IN_WORDS = ("strategy", "absence", "repeat", "age", "panel", "plan_lead", "return", "police_call", "check")


def of(*names: str) -> dict[str, dict[str, Any]]:
    """Return area -> what it rules under these names; what it does not rule is not there."""
    rules = {area: LIBRARY.area(area).rules for area in AREAS}
    return {area: {name: rules[area][name].value for name in names if name in rules[area]} for area in AREAS}


def clauses(name: str) -> dict[str, str]:
    """Return area -> the clause that a rule cites."""
    return {area: LIBRARY.area(area).rules[name].clause for area in AREAS if name in LIBRARY.area(area).rules}


@pytest.mark.parametrize("area", AREAS)
def test_every_rule_cites_a_clause_of_its_own_protocol(area: str) -> None:
    """Nothing is ruled that the area's own protocol does not print."""
    told = {name: rule.clause for name, rule in LIBRARY.area(area).rules.items()}
    assert told
    assert {name: clause for name, clause in told.items() if not clause.startswith(f"{area} ")} == {}


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("name", IN_WORDS)
def test_every_area_says_in_words_what_forms_and_people_ask_of_it(area: str, name: str) -> None:
    """Where no number is printed an area still says what it does, in a sentence of ours."""
    assert LIBRARY.area(area).word(name).endswith(".")


def test_areas_say_when_a_strategy_meeting_is_held() -> None:
    """24 hours, 48 hours, five days and six weeks, or by risk alone: what each prints, no more (P-15)."""
    assert of(
        "strategy_hours", "strategy_days", "strategy_weeks", "strategy_reason", "risk_meeting_hours"
    ) == {
        "BED": {"strategy_hours": 24},
        "FRW": {},
        "HAR": {"strategy_days": 5, "strategy_weeks": 6},
        "LAN": {"strategy_hours": 48, "strategy_reason": True},
        "NEL": {"risk_meeting_hours": 48},
    }
    assert clauses("strategy_hours") == {"BED": "BED 19.7, 20.2", "LAN": "LAN 5.5.3"}


def test_areas_say_when_being_away_becomes_missing() -> None:
    """Six hours and never overnight, 24 hours from 13 on, or no hour at all (P-16)."""
    assert of("absence_hours", "absence_overnight", "absence_report_hours") == {
        "BED": {"absence_report_hours": 12},
        "FRW": {},
        "HAR": {"absence_hours": 24},
        "LAN": {},
        "NEL": {"absence_hours": 6, "absence_overnight": True},
    }


def test_areas_say_who_is_offered_an_interview_and_what_has_to_be_in_time() -> None:
    """72 hours everywhere; offer and interview apart in three; all, the listed, or each decided (P-18)."""
    assert of("interview_hours", "interview_measures", "interview_for") == {
        "BED": {"interview_hours": 72, "interview_measures": "offered_and_held", "interview_for": "listed"},
        "FRW": {"interview_hours": 72, "interview_measures": "held", "interview_for": "reported"},
        "HAR": {"interview_hours": 72, "interview_measures": "held", "interview_for": "all"},
        "LAN": {"interview_hours": 72, "interview_measures": "offered_and_held", "interview_for": "decided"},
        "NEL": {"interview_hours": 72, "interview_measures": "offered_and_held", "interview_for": "all"},
    }
    assert len(LIBRARY.area("BED").rules["interview_reasons"].value) == 7  # type: ignore[arg-type]  # texts


def test_areas_say_from_when_the_interview_clock_runs() -> None:
    """From the return; holding it from the episode's end in one, the worker's from the incident (P-19)."""
    assert of("interview_from", "interview_held_from", "worker_interview_hours", "worker_interview_from") == {
        "BED": {
            "interview_from": "return",
            "worker_interview_hours": 72,
            "worker_interview_from": "incident",
        },
        "FRW": {"interview_from": "return"},
        "HAR": {"interview_from": "return"},
        "LAN": {"interview_from": "return", "interview_held_from": "episode_end"},
        "NEL": {"interview_from": "return"},
    }


def test_areas_say_who_interviews() -> None:
    """Each names its own kinds of interviewer, and a panel's agenda item is no person (P-20, X-18)."""
    told = {area: found["interviewers"] for area, found in of("interviewers").items()}
    assert {area: len(kinds) for area, kinds in told.items()} == {
        "BED": 3,
        "FRW": 1,
        "HAR": 4,
        "LAN": 5,
        "NEL": 4,
    }
    assert told["NEL"][0] == "The Missing Officer"
    assert not any("Panel" in one for one in told["HAR"])


def test_areas_say_who_receives_an_interview_and_who_does_not() -> None:
    """Every area says to whom it goes; in Pan-Lancashire the placement provider has none (P-21)."""
    found = of("interview_goes_to", "interview_not_to")
    assert all("interview_goes_to" in one for one in found.values())
    assert [area for area, one in found.items() if "interview_not_to" in one] == ["LAN"]


def test_areas_name_their_panel() -> None:
    """Each says which panel looks at the hardest cases, and how often where that is printed (P-22)."""
    assert of("panel_months") == {
        "BED": {},
        "FRW": {},
        "HAR": {"panel_months": 1},
        "LAN": {},
        "NEL": {"panel_months": 1},
    }
    assert {area: LIBRARY.area(area).terms["panel"] for area in ("BED", "HAR", "NEL")} == {
        "BED": "Multi Agency Missing Children's Operational Group (MAMCOG)",
        "HAR": "Exploitation Panel",
        "NEL": "Multi-Agency Missing Children Meeting",
    }


def test_areas_count_repeated_episodes_in_their_own_window() -> None:
    """Three in 90 days, three in six months, or twice with no window (P-23)."""
    assert of("repeat_count", "repeat_days", "repeat_months") == {
        "BED": {"repeat_count": 2},
        "FRW": {},
        "HAR": {"repeat_count": 3, "repeat_months": 6},
        "LAN": {"repeat_count": 3, "repeat_days": 90},
        "NEL": {"repeat_count": 2},
    }


def test_areas_name_their_route_for_intelligence_and_their_front_door() -> None:
    """Where intelligence goes, and where a referral begins; one area has three front doors (P-24, P-25)."""
    assert {
        area: (LIBRARY.area(area).terms["intelligence_route"], LIBRARY.area(area).terms["front_door"])
        for area in ("BED", "HAR", "NEL")
    } == {
        "BED": ("Missing Persons Unit", "Intake and Assessment"),
        "HAR": ("MERLIN report to the MASH", "Multi-Agency Safeguarding Hub (MASH)"),
        "NEL": ("Community Partnership Intelligence Form", "Integrated Front Door"),
    }
    lan = LIBRARY.area("LAN").terms
    assert lan["intelligence_route"] == "Police Safeguarding Referral (PSR)"
    assert {words for name, words in lan.items() if name.startswith("front_door_")} == {
        "Children's Advice and Duty Service (CADS)",
        "Request for Support Hub",
        "Multi-Agency Safeguarding Hub (MASH)",
    }


def test_areas_say_whom_they_cover_by_age() -> None:
    """Only Haringey has an age under which nobody is merely absent; care leavers where covered (P-26)."""
    assert of("missing_under_age") == {
        "BED": {},
        "FRW": {},
        "HAR": {"missing_under_age": 13},
        "LAN": {},
        "NEL": {},
    }
    told = {area: LIBRARY.area(area).word("age") for area in AREAS}
    assert [area for area, words in told.items() if "care leavers" in words] == ["HAR", "LAN", "NEL"]
    assert "24" in told["BED"]


def test_areas_say_who_fetches_the_child() -> None:
    """Carers first, whoever found the child, the authority, or the police (P-27)."""
    assert {area: LIBRARY.area(area).word("returned_by") for area in AREAS} == {
        "BED": "carer",
        "FRW": "carer",
        "HAR": "police",
        "LAN": "finder",
        "NEL": "authority",
    }


def test_areas_say_who_oversees_a_protection_plan() -> None:
    """In Haringey the Child Protection Advisor and not the reviewing officer (P-28)."""
    assert "Child Protection Advisor" in LIBRARY.area("HAR").word("plan_lead")
    assert "Child Protection Advisor" not in "".join(
        LIBRARY.area(area).word("plan_lead") for area in AREAS if area != "HAR"
    )


def test_areas_say_whether_the_philomena_form_is_a_duty() -> None:
    """For every child in a residential home, given to carers, where known, or not named at all (P-30)."""
    assert {area: LIBRARY.area(area).word("philomena") for area in AREAS} == {
        "BED": "not_named",
        "FRW": "where_known",
        "HAR": "given",
        "LAN": "not_named",
        "NEL": "required",
    }


@pytest.mark.parametrize("area", AREAS)
def test_areas_give_helplines_and_words_to_stay_safe(area: str) -> None:
    """A child is given numbers that cost nothing and what to do in danger, each to be verified (P-31)."""
    found = LIBRARY.area(area)
    reach = {one["name"]: one["reach"] for one in found.helplines}
    assert {"Missing People", "Childline", "NSPCC"} <= set(reach)
    assert all("verify" in one["source"] for one in found.helplines)
    words = " ".join(found.stay_safe)
    assert "999" in words
    assert "116 000" in words
    assert "0800 1111" in words
    assert found.terms["helplines"].count("(") == 3


def test_areas_say_how_the_police_are_called() -> None:
    """999 when it cannot wait; otherwise 101, in Bedfordshire the number its protocol prints (P-32)."""
    told = {area: LIBRARY.area(area).word("police_call") for area in AREAS}
    assert all("999" in words for words in told.values())
    assert {area: LIBRARY.area(area).terms["police_number"] in words for area, words in told.items()} == (
        dict.fromkeys(AREAS, True)
    )
    assert [area for area in AREAS if LIBRARY.area(area).terms["police_number"] != "101"] == ["BED"]


def test_areas_name_the_authoritys_own_system() -> None:
    """ICS, the recording system, Liquid Logic: what the file is called where the worker keeps it (P-07)."""
    assert {area: LIBRARY.area(area).terms["authority_system"] for area in ("BED", "HAR", "NEL")} == {
        "BED": "ICS",
        "HAR": "Children's Social Care Recording system",
        "NEL": "Liquid Logic",
    }


def test_no_area_rules_what_no_source_times() -> None:
    """A referral about trafficking, and the police's answer to a carer, have no clock (T-38, X-15)."""
    assert not any(re.search(r"referral|trafficking|home_office|police_answer", name) for name in RULES)


def test_hours_of_offices_stand_beside_their_numbers() -> None:
    """The unit's and the hub's hours are told with their numbers, and who answers then (T-40, T-41)."""
    bed = {one["role"]: one for one in LIBRARY.area("BED").contacts if "8469" in one["channel"]}
    assert "08:00 to 22:00 Monday to Friday" in bed["Police, Missing Persons Unit"]["hours"]
    har = {one["role"]: one["hours"] for one in LIBRARY.area("HAR").contacts}
    assert "Friday 08:45 to 16:45" in har["Multi-Agency Safeguarding Hub (MASH)"]
    assert har["Emergency Duty Team"] == "Out of office hours and at weekends"


def test_an_episode_begins_where_the_protocol_says() -> None:
    """Only Haringey prints it: at the later of leaving and being last seen (T-75)."""
    assert of("episode_from") == {
        "BED": {},
        "FRW": {},
        "HAR": {"episode_from": "latest"},
        "LAN": {},
        "NEL": {},
    }


def test_bedfordshire_knows_three_kinds_of_absence() -> None:
    """Missing, an unauthorised absence, and an absence that causes concern are three words (G-16)."""
    terms = LIBRARY.area("BED").terms
    assert len({terms[name] for name in ("missing", "unauthorised_absence", "absence_of_concern")}) == 3


def test_north_east_lincolnshire_quotes_serious_harm() -> None:
    """What serious harm means stands with the grade that rests on it, with its source (G-14)."""
    (high,) = [one for one in LIBRARY.area("NEL").grades if one["code"] == "high"]
    assert "life threatening and/or traumatic" in high["note"]
    assert "Inspector or above" in high["note"]


@pytest.mark.parametrize("area", AREAS)
def test_rules_survive_being_stored(area: str) -> None:
    """What a record keeps of its area gives back the same rules, and each is told in words."""
    found = LIBRARY.area(area)
    report = Report("stored")
    again, _ = read_area(area_document(found), report=report)
    assert report.problems == []
    assert again == found
    assert len(list(rules_in_words(found.rules))) == len(found.rules)
    assert all(lines and all(lines) for _, lines, _ in rules_in_words(found.rules))


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ({"tea_hours": {"value": 4, "clause": "TST 1"}}, "rules.tea_hours"),
        ({"interview_hours": {"value": 72}}, "rules.interview_hours.clause"),
        ({"interview_hours": {"value": "72", "clause": "TST 1"}}, "rules.interview_hours.value"),
        ({"interview_hours": {"value": 0, "clause": "TST 1"}}, "rules.interview_hours.value"),
        ({"interview_from": {"value": "tea", "clause": "TST 1"}}, "rules.interview_from.value"),
        ({"strategy_reason": {"clause": "TST 1"}}, "rules.strategy_reason.value"),
        ({"interviewers": {"value": "Anybody", "clause": "TST 1"}}, "rules.interviewers.value"),
        ({"panel": {"value": "", "clause": "TST 1"}}, "rules.panel.value"),
        ({"panel": {"value": "One.", "clause": "TST 1", "why": "because"}}, "rules.panel.why"),
        ({"panel": "One."}, "rules.panel"),
    ],
)
def test_a_rule_that_is_not_one_is_refused_by_name(written: dict[str, Any], key: str) -> None:
    """Unknown rules, rules without a clause and values of the wrong kind are each reported at their place."""
    report = Report("area")
    read_rules(Entry({"rules": written}, key="", report=report, known=("rules",)))
    assert key in {problem.key for problem in report.problems}


def test_an_area_without_rules_is_stored_as_it_always_was() -> None:
    """An area that rules nothing keeps the document it had, so that what was stored keeps its hash."""
    assert {"rules", "helplines", "stay_safe"}.isdisjoint(area_document(an_area()))
    assert rules_document({}) == {}
    assert an_area().number("interview_hours") is None
    assert an_area().word("panel") == ""
