"""Somebody with ten seconds is told whether to rely on a file, why, and what to do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from formsvc.seals.verify import SignatureVerdicts, Status, Verdict, Verification
from formsvc.seals.verify.verdicts import NOT_APPLICABLE, bad, good, unknown
from formsvc.workflow.say_verdict import say_printed, say_verdict
from formsvc.workflow.standings import NOT_HERE, STANDINGS
from formsvc.workflow.verify_file import Checked, not_reached

GENUINE = Verification(
    name="document",
    kind="pdf",
    sha256="0" * 64,
    size=1,
    readable=good("readable"),
    integrity=good("intact", parts=1),
    coverage=good("whole", parts=1),
    algorithms=good("strong"),
    signer=good("trusted", who="Invented Council"),
    time=unknown("claimed", when="today"),
    level=good("level", level="PAdES B-B"),
    hidden=good("nothing_hidden"),
    data=good("data_good"),
    valid=unknown("valid_by_own_form"),
    print=good("print_equal"),
)


def standing(state: str, **detail: Any) -> Verdict:
    """Return the standing of a document in a state."""
    status, code, words = STANDINGS[state]
    return Verdict(status=status, code=code, words=words, detail=detail)


def traced(*, known: bool) -> Verdict:
    """Return the standing that a printed reference tells."""
    one = {"reference": "TP-AAAA-BBBB"} | ({"revision": 4} if known else {})
    said = (
        "The reference TP-AAAA-BBBB on it belongs to revision 4, which is the newest."
        if known
        else "Not here."
    )
    return Verdict(status=Status.UNKNOWN, code="x", words=said, detail={"traces": [one], "said": said})


@pytest.mark.parametrize(
    ("where", "code", "tone"),
    [
        (standing("current"), "genuine_newest", "good"),
        (standing("current", status="not_yet_approved"), "genuine_newest_unapproved", "caution"),
        (standing("superseded"), "genuine_superseded", "caution"),
        (standing("withdrawn"), "genuine_withdrawn", "bad"),
        (standing("recalled"), "genuine_recalled", "bad"),
        (NOT_HERE, "genuine_not_issued_here", "good"),
    ],
)
def test_genuine_file_is_answered_by_its_standing(where: Verdict, code: str, tone: str) -> None:
    """Genuine is not enough: what counts is whether it may be used."""
    answer = say_verdict(GENUINE, where)
    assert (answer.code, answer.tone) == (code, tone)
    assert answer.sentence.startswith(answer.headline)
    assert answer.sentence.endswith(answer.advice)


@pytest.mark.parametrize("state", ["current", "superseded"])
def test_demonstration_is_never_good(state: str) -> None:
    """A demonstration is one whatever its standing, and its standing is said."""
    shown = replace(GENUINE, signer=good("demonstration", demonstration=True, who="Demo"))
    answer = say_verdict(shown, standing(state))
    assert (answer.code, answer.tone) == ("demonstration", "caution")
    assert ("superseded" in answer.why) is (state == "superseded")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"integrity": bad("changed"), "signer": bad("demonstration_elsewhere")}, "bad_changed"),
        ({"coverage": bad("container_changed"), "print": bad("print_differs")}, "bad_container_changed"),
        ({"signer": bad("expired", who="X"), "hidden": bad("hidden", found="x")}, "bad_expired"),
        ({"time": bad("times_disagree"), "data": bad("data_odd", why="x")}, "bad_times_disagree"),
        ({"print": bad("print_differs"), "valid": bad("not_valid", count=1)}, "bad_print_differs"),
        ({"valid": bad("not_valid", count=1)}, "bad_not_valid"),
    ],
)
def test_worst_news_leads(wrong: dict[str, Any], code: str) -> None:
    """What decides most is said first, and the file is not to be relied on."""
    answer = say_verdict(replace(GENUINE, **wrong), NOT_HERE)
    assert (answer.code, answer.tone, answer.headline) == (code, "bad", "Do not rely on this file")
    assert "ring a number you already have" in answer.advice


def test_unknown_signer_is_not_an_accusation() -> None:
    """Intact and by a stranger: find out who it is; what else is unsettled does not hide that."""
    who = unknown("unknown_signer", who="Somebody")
    for coverage in (GENUINE.coverage, unknown("properties_not_covered", properties=[])):
        answer = say_verdict(replace(GENUINE, signer=who, coverage=coverage), NOT_HERE)
        assert (answer.code, answer.tone) == ("unknown_signer", "caution")


def test_one_of_several_signatures_is_said_to_be_one() -> None:
    """The reader is not left to think that there is only one."""
    verdicts: dict[str, Any] = {
        name: getattr(GENUINE, name) for name in ("integrity", "coverage", "algorithms", "time", "level")
    }
    one = SignatureVerdicts(label="a", identity="b", signer=bad("expired", who="X"), **verdicts)
    answer = say_verdict(replace(GENUINE, signer=one.signer, signatures=(one, one)), NOT_HERE)
    assert answer.why.startswith("It carries 2 signatures")


def test_foreign_file_of_a_trusted_signer_is_none_of_our_documents() -> None:
    """Signed by somebody trusted and without our data: sound, and not called genuine."""
    foreign = replace(GENUINE, data=NOT_APPLICABLE, valid=NOT_APPLICABLE, print=NOT_APPLICABLE)
    answer = say_verdict(foreign, NOT_HERE)
    assert (answer.code, answer.tone) == ("signed_elsewhere", "caution")
    assert not foreign.genuine


@pytest.mark.parametrize("known", [True, False])
def test_unsealed_file_with_a_reference_is_not_provable(*, known: bool) -> None:
    """The organisation is to be asked for the sealed file; a reference of nobody says so."""
    bare = replace(GENUINE, integrity=bad("not_signed"), signer=NOT_APPLICABLE)
    answer = say_verdict(bare, traced(known=known))
    assert (answer.code, answer.tone) == ("not_provable", "caution")
    assert answer.sentence.startswith("Not provable from this file. ")
    assert ("ring a number" in answer.advice) is not known


def test_unreadable_file_says_why_once() -> None:
    """The reason stands there, and the headline is not repeated."""
    answer = not_reached(b"x", name="document").answer
    assert (answer.code, answer.tone) == ("unreadable", "bad")
    assert answer.why == "The files before it took too long. Check it by itself."


def test_wrong_print_has_one_answer() -> None:
    """Nothing tells which half was wrong."""
    answer = say_printed(None, reference="TP-AAAA-BBBB", code="0000 0000 0000 0000")
    assert (answer.code, answer.tone) == ("print_unknown", "bad")


def test_report_and_data_say_the_same() -> None:
    """Words on a terminal and the data for programs are made of one answer."""
    checked = Checked(verification=GENUINE, standing=standing("current"))
    told = checked.to_json()
    assert told["sentence"] == checked.answer.sentence
    assert told["answer"]["code"] == "genuine_newest"
    assert told["accepted"] is True
    report = checked.report()
    assert all(told["answer"][part] in report for part in ("headline", "why", "advice"))
