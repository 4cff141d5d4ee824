"""Each organisation its own seal: two councils on one instance, two keys, each under its own name."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from formsvc.cli import main
from formsvc.demo import AUTHORITY, CONSTABULARY, PROVIDER
from formsvc.errors import KeyUnusable
from formsvc.seals.keys import load as load_key
from formsvc.seals.verify import Verification, verify
from formsvc.settings import Settings, load
from formsvc.store import documents
from formsvc.store.session import Store, open_store
from formsvc.workflow.demo_documents import demo_documents
from formsvc.workflow.demo_log_ins import demo_log_ins
from formsvc.workflow.load_demo import load_demo
from formsvc.workflow.own_seal import certificates_of, make_own_key, seal_of
from formsvc.workflow.run_worker import run_worker
from formsvc.workflow.set_up import set_up
from formsvc.workflow.trust import key_place, own_chains, own_key, seals_for_show, trust_of
from tests.two_councils import SECOND, SECOND_NAME, add_second_council

FIRST_NAME = "Calderholme County Council"
RECORDS = {AUTHORITY: "demorecordplan222222", SECOND: "nextrecordplan222222"}


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, Store]]:
    """Return an instance with two councils, each with a key of its own, whose documents are issued."""
    made = load({"FORMSVC_INSTANCE": str(tmp_path_factory.mktemp("two"))})
    set_up(made)
    load_demo(made)
    store = open_store(made)
    add_second_council(made, store)
    for one in (AUTHORITY, SECOND):
        make_own_key(store, settings=made, organisation_id=one, kind="p256")
    run_worker(made, until_idle=True)
    yield made, store
    store.close()


def of_record(settings: Settings, store: Store, organisation_id: str) -> list[tuple[bytes, Verification]]:
    """Return every document of an organisation's plan with its verdict."""
    with store.read() as tx:
        issued = documents.of_record(tx, RECORDS[organisation_id])
        listed = [(one, documents.place(tx, one)) for one in issued]
    found = []
    for one, place in listed:
        data = store.blobs.get(place.stored, key=place.key)
        found.append((data, verify(data, name=f"x.{one.kind}", trust=trust_of(settings))))
    return found


def test_documents_of_two_councils_are_sealed_by_two_keys(two: tuple[Settings, Store]) -> None:
    """Every PDF and Word file is genuine here, and each names its own council, never the other."""
    settings, store = two
    seals = {}
    for organisation_id, name in ((AUTHORITY, FIRST_NAME), (SECOND, SECOND_NAME)):
        found = of_record(settings, store, organisation_id)
        assert {verdict.kind for _, verdict in found} == {"pdf", "docx"}
        assert all(verdict.genuine for _, verdict in found)
        assert {verdict.signatures[0].signer.detail["who"] for _, verdict in found} == {name}
        seals[organisation_id] = {one.signatures[0].signer.detail["fingerprint"] for _, one in found}
        assert seals[organisation_id] == {own_key(settings, organisation_id=organisation_id).fingerprint}
    assert not seals[AUTHORITY] & seals[SECOND]
    assert own_key(settings).fingerprint not in seals[AUTHORITY] | seals[SECOND]


def test_whoever_trusts_one_council_trusts_not_the_other(two: tuple[Settings, Store], tmp_path: Path) -> None:
    """Elsewhere, the certificate that one council hands out makes its own files genuine, not the other's."""
    settings, store = two
    elsewhere = load({"FORMSVC_INSTANCE": str(tmp_path / "elsewhere")})
    set_up(elsewhere)
    (elsewhere.trust_roots / "council.pem").write_bytes(certificates_of(settings, organisation_id=AUTHORITY))
    ours, theirs = (of_record(settings, store, one)[0][0] for one in (AUTHORITY, SECOND))
    trust = trust_of(elsewhere)
    assert verify(ours, name="x", trust=trust).genuine
    assert not verify(theirs, name="x", trust=trust).genuine


def test_organisation_without_a_key_seals_with_the_instances(two: tuple[Settings, Store]) -> None:
    """The settings' key seals for whoever has none; what is shown says whose it is."""
    settings, _ = two
    for one in (PROVIDER, CONSTABULARY):
        assert key_place(settings, organisation_id=one).key == settings.seal_key
        assert own_key(settings, organisation_id=one).fingerprint == own_key(settings).fingerprint
        shown = seal_of(settings, organisation_id=one)
        assert shown is not None
        assert not shown.is_own
    own = seal_of(settings, organisation_id=SECOND)
    assert own is not None
    assert own.is_own
    assert SECOND_NAME in own.subject


def test_own_key_is_for_its_owner_alone_and_its_certificate_is_no_key(two: tuple[Settings, Store]) -> None:
    """Nobody else on the machine may read key or passphrase; what is handed out holds neither."""
    settings, _ = two
    place = key_place(settings, organisation_id=SECOND)
    for one in (place.key, place.passphrase):
        assert stat.S_IMODE(one.stat().st_mode) == 0o600
    handed = certificates_of(settings, organisation_id=SECOND)
    assert b"PRIVATE" not in handed
    assert handed.startswith(b"-----BEGIN CERTIFICATE-----")


def test_real_key_of_one_council_ends_the_demonstration(two: tuple[Settings, Store]) -> None:
    """Where anybody seals for real, no log-in is listed and no document shown to everybody."""
    settings, store = two
    assert own_key(settings).demonstration
    assert not seals_for_show(settings)
    assert demo_log_ins(store, settings=settings) is None
    assert demo_documents(store, settings=settings) == ()


def test_key_that_cannot_be_read_is_never_replaced_by_another(two: tuple[Settings, Store]) -> None:
    """A council's damaged key stops its documents; they are not sealed in the instance's name."""
    settings, _ = two
    place = key_place(settings, organisation_id=SECOND)
    data = place.key.read_bytes()
    try:
        place.key.write_bytes(data[:40])
        with pytest.raises(KeyUnusable):
            own_key(settings, organisation_id=SECOND)
        assert not seals_for_show(settings)
    finally:
        place.key.write_bytes(data)


@pytest.mark.parametrize("id", ["../seal", "a/b", "A", "", ".", "x" * 33])
def test_id_that_is_none_names_no_file(two: tuple[Settings, Store], id: str) -> None:
    """What is no id of an organisation leads out of the folder of keys nowhere."""
    settings, _ = two
    if not id:
        assert key_place(settings, organisation_id=id).key == settings.seal_key
        return
    with pytest.raises(KeyUnusable):
        key_place(settings, organisation_id=id)


def run(settings: Settings, *arguments: Any) -> Any:
    """Run a command in an instance."""
    return CliRunner(env={"FORMSVC_INSTANCE": str(settings.instance)}).invoke(
        main, [str(one) for one in arguments]
    )


def test_key_is_made_shown_and_rotated_for_an_organisation(tmp_path: Path) -> None:
    """On the command line: made once, shown, rotated in its own place; the instance's key stays as it was."""
    settings = load({"FORMSVC_INSTANCE": str(tmp_path / "instance")})
    set_up(settings)
    load_demo(settings)
    before = own_key(settings).fingerprint
    assert run(settings, "keys", "new", "--for", AUTHORITY).exit_code == 0
    assert run(settings, "keys", "new", "--for", AUTHORITY).exit_code != 0
    assert run(settings, "keys", "new", "--for", "nobody").exit_code != 0
    assert run(settings, "keys", "new").exit_code == 2
    assert FIRST_NAME in run(settings, "keys", "show", "--for", AUTHORITY).output
    assert run(settings, "keys", "check", "--for", AUTHORITY).exit_code == 0
    first = own_key(settings, organisation_id=AUTHORITY).fingerprint
    out = tmp_path / "next.p12"
    assert run(settings, "keys", "new", "--organisation", FIRST_NAME, "--out", out).exit_code == 0
    passphrase = out.with_suffix(".passphrase")
    rotate = ("keys", "rotate", "--to", out, "--passphrase-file", passphrase, "--for")
    assert run(settings, *rotate, SECOND).exit_code != 0
    assert run(settings, *rotate, AUTHORITY).exit_code == 0
    now = own_key(settings, organisation_id=AUTHORITY).fingerprint
    assert now == load_key(out, passphrase).fingerprint != first
    assert own_key(settings).fingerprint == before
    assert len(own_chains(settings)) == 3
