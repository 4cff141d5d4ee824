"""Revocation is collected from real authorities and honoured: what was revoked when, and what was proven."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from formsvc import clock
from formsvc.seals.keys import SealKey, read_pkcs12
from formsvc.seals.verify import Trust, Verification, verify
from formsvc.settings import Settings, load
from formsvc.workflow.refresh_revocation import refresh_revocation, remember_seen
from formsvc.workflow.set_up import set_up
from formsvc.workflow.trust import CLOCKS, revocation_folder, trust_of
from tests.authority import Authority, an_authority
from tests.unit.seals.small import AT, sealed_docx, sealed_pdf

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    """The council's authority and the clock, for every test here."""
    with an_authority(tmp_path_factory.mktemp("authority")) as running:
        yield running


@pytest.fixture
def here(tmp_path: Path, authority: Authority) -> Iterator[Settings]:
    """An installation that trusts the council's root and the clock, at the moment of the small documents."""
    settings = load({"FORMSVC_INSTANCE": str(tmp_path)})
    with clock.held(AT):
        set_up(settings)
        authority.hold(AT)
        (settings.trust_roots / "council.pem").write_bytes(authority.council_root.public_bytes(Encoding.PEM))
        (settings.trust_roots / CLOCKS / "clock.pem").write_bytes(
            authority.stamp_root.public_bytes(Encoding.PEM)
        )
        yield settings
    authority.instead.clear()
    authority.start()


def seen(settings: Settings, data: bytes) -> Verification:
    """Return the verdicts on a file here, its signer noted as the page and the command do."""
    found = verify(data, name="file", trust=trust_of(settings))
    remember_seen(settings, found)
    return found


def test_unasked_it_is_not_known_and_asked_it_is(here: Settings, authority: Authority) -> None:
    """Before anybody asked the verdict says so and stays good; afterwards it says as of when it holds."""
    pdf = sealed_pdf(by=read_pkcs12(authority.key("good")))
    before = seen(here, pdf)
    assert before.genuine, before.to_json()
    assert before.signer.detail["revocation"] == "not_known"
    told = refresh_revocation(here)
    assert {one.code for one in told.answers} == {"kept"}
    after = seen(here, pdf)
    assert (after.genuine, after.signer.detail["revocation"]) == (True, "good")
