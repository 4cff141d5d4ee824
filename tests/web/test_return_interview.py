"""What a child says in a return interview is on no page, list or file of the home, and fills nothing in."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from formsvc.app import create_app
from formsvc.definitions.library import load_library
from formsvc.demo import AREA, CHILDREN, USERS
from formsvc.settings import PROJECT, load
from formsvc.store import facts, placements
from formsvc.store.session import Store
from formsvc.workflow.finalise import finalise
from formsvc.workflow.finality import copies_of
from formsvc.workflow.freeze import freeze
from formsvc.workflow.run_worker import run_worker
from formsvc.workflow.save_section import save_section
from formsvc.workflow.sign_off import sign_off
from formsvc.workflow.start_record import start_record
from tests.planted import Planted, actor_of, number_word, words_in
from tests.web.conftest import Installation, StrictClient, sign_in_as
from tests.web.plans import AUTHOR, MANAGER
from tests.web.test_planted_words import Searched, crawl

pytestmark = pytest.mark.long

FORM: Final = "return_interview"
SZYMON: Final = CHILDREN[0].id
PROSE: Final = re.compile(r"[^\W\d_]{3,}")


@pytest.fixture(scope="module")
def interviewed(
    demo_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Searched, Mapping[str, str]]]:
    """Return the demonstration with an issued interview of its first child, and word -> where it was planted.

    Every text of the example ends in a word that is nowhere else, those in rows too.
    """
    folder = tmp_path_factory.mktemp("interviewed")
    shutil.copytree(demo_template, folder / "instance")
    settings = load({"FORMSVC_INSTANCE": str(folder / "instance")})
    app = create_app(settings)
    app.test_client_class = StrictClient
    store: Store = app.extensions["formsvc"]["store"]
    try:
        record_id, words = _issued(store)
        run_worker(settings, until_idle=True)
        installation = Installation(settings=settings, app=app)
        clients = {
            role: sign_in_as(installation, user_id=one.id, membership_id=one.membership_id)
            for role in ("residential_manager", "home_staff", "return_interviewer", "police_coordinator")
            for one in [next(user for user in USERS if user.role == role)]
        }
        planted = Planted(words=(), records={FORM: record_id}, readers={})
        yield (
            Searched(
                settings=settings, store=store, planted=planted, clients=clients, logs=folder / "no.log"
            ),
            words,
        )
    finally:
        store.close()


def _issued(store: Store) -> tuple[str, dict[str, str]]:
    """Fill the example in with a word at the end of every text, sign and issue it; return (record, words)."""
    interviewer = actor_of("return_interviewer")
    assert interviewer.user_id
    effective = load_library(PROJECT / "form_templates").effective(FORM, AREA)
    with store.write() as tx:
        placements.allocate(tx, child_id=SZYMON, user_id=interviewer.user_id)
    begun = start_record(store, actor=interviewer, child_id=SZYMON, effective=effective)
    words: dict[str, str] = {}
    example = PROJECT / "form_templates" / "examples" / f"{FORM}.{AREA}.json"
    answers = _planted(json.loads(example.read_text("utf-8"))["answers"], "", words)
    for page in effective.pages:
        typed = {one.id: answers[one.id] for one in page.fields if one.id in answers}
        about: dict[str, Any] = {"revision_id": begun.revision_id, "page_id": page.id, "version": 0}
        save_section(store, actor=interviewer, typed=typed, **about)
    frozen = freeze(store, actor=interviewer, revision_id=begun.revision_id)
    signed: dict[str, Any] = {"revision_id": begun.revision_id, "binds": frozen.binds}
    sign_off(store, actor=interviewer, rule_id="author", name="Saoirse Dunmallet", **signed)
    words[said := number_word(len(words) + 1)] = "@signoff.child"
    sign_off(store, actor=AUTHOR, rule_id="child", role="child", name="The child", words=said, **signed)
    sign_off(store, actor=MANAGER, rule_id="manager", name="Rosalind Peverell-Shah", **signed)
    finalise(store, actor=MANAGER, revision_id=begun.revision_id, audiences=copies_of(effective))
    return begun.record_id, words


def _planted(value: Any, path: str, words: dict[str, str]) -> Any:
    """Return answers with a planted word at the end of every text that people wrote."""
    match value:
        case dict():
            return {
                key: inner
                if key in ("id", "choice", "answer", "choices")
                else _planted(inner, f"{path}.{key}", words)
                for key, inner in value.items()
            }
        case list():
            return [_planted(inner, path, words) for inner in value]
        case str() if " " in value and PROSE.search(value):
            words[made := number_word(len(words) + 1)] = path
            return f"{value} {made}"
    return value


@pytest.mark.parametrize("role", ["residential_manager", "home_staff"])
def test_home_meets_no_word_of_it(interviewed: tuple[Searched, Mapping[str, str]], role: str) -> None:
    """No page, list, reply or file that the home reaches holds one of its words, or names the document."""
    searched, words = interviewed
    client = searched.clients[role]
    met = crawl(client, searched)
    assert len(words) > 60
    assert {path: found for path, found in met.items() if found} == {}
    assert any(path.startswith("/documents/") for path in met)  # the search went as far as files
    record_id = searched.planted.records[FORM]
    for path in ("", "/history", "/issue", "/compare", "/pages/words"):
        assert client.get(f"/records/{record_id}{path}").status_code == 404, path
    for path in (f"/children/{SZYMON}", "/documents", "/"):
        assert "eturn interview" not in client.get(path).text.replace("Return interviewer", "")


def test_interviewer_and_police_meet_what_is_theirs(
    interviewed: tuple[Searched, Mapping[str, str]],
) -> None:
    """The same search finds every word for who wrote it, for the police what is not the authority's own."""
    searched, words = interviewed
    hers = frozenset().union(*crawl(searched.clients["return_interviewer"], searched).values())
    theirs = frozenset().union(*crawl(searched.clients["police_coordinator"], searched).values())
    office = load_library(PROJECT / "form_templates").effective(FORM, AREA)
    own = {one.id for one in office.fields() if one.part != "main"}
    kept = {word for word, path in words.items() if path.removeprefix(".").partition(".")[0] in own}
    assert kept
    assert hers == set(words)
    assert theirs == set(words) - kept


def test_plan_begun_afterwards_is_filled_in_with_nothing_it_taught(
    interviewed: tuple[Searched, Mapping[str, str]],
) -> None:
    """A worker who may read both begins a form that the home reads: no word of the interview stands in it."""
    searched, _ = interviewed
    with searched.store.read() as tx:
        taught = [one.fact for one in facts.standing(tx, child_id=SZYMON) if words_in(str(one.fact.value))]
    assert {one.name for one in taught} >= {"child.known_as", "child.languages", "child.needs"}
    assert [one.name for one in taught if "home" in one.audiences] == []
    worker = next(one for one in USERS if one.role == "social_worker")
    installation = Installation(settings=searched.settings, app=_app_of(searched))
    client = sign_in_as(installation, user_id=worker.id, membership_id=worker.membership_id)
    effective = load_library(PROJECT / "form_templates").effective("trigger_plan", AREA)
    begun = start_record(searched.store, actor=AUTHOR, child_id=SZYMON, effective=effective)
    for page in effective.pages:
        reply = client.get(f"/records/{begun.record_id}/pages/{page.id}")
        assert reply.status_code == 200
        assert words_in(reply.text) == frozenset(), page.id


def _app_of(searched: Searched) -> Any:
    return next(iter(searched.clients.values())).application
