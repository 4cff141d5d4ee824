"""Every published way to cheat with a signed PDF, and ours, with what the verifier says of each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from formsvc import clock
from formsvc.seals.verify import NOT_UNDERSTOOD, Verification, verify
from formsvc.settings import PROJECT
from tests.attacks.pdf_additions import ADDITIONS
from tests.attacks.pdf_attack import Attack
from tests.attacks.pdf_disguise import DISGUISES, titled
from tests.attacks.pdf_forgery import FORGERIES
from tests.attacks.pdf_shadow import SHADOWS
from tests.attacks.pdf_victims import foreign_key, ours, roomy
from tests.unit.seals.small import AT, key, trust

ATTACKS: Final[Mapping[str, Attack]] = {**FORGERIES, **ADDITIONS, **DISGUISES, **SHADOWS}


def judged(pdf: bytes) -> Verification:
    """Return the verification by a place that trusts the sealer, and the attacker's organisation too."""
    with clock.held(AT):
        return verify(pdf, name="file.pdf", trust=trust(key(), foreign_key()))


def test_victims_are_genuine_before_the_attack() -> None:
    """What is attacked was good: every verdict below is the attack's doing."""
    assert judged(ours()).genuine
    assert judged(roomy()).genuine
    assert judged(titled(b"Small Plan, N, SP-AAAA-BBBB")).genuine


@pytest.mark.parametrize("name", ATTACKS)
def test_attack_is_called_by_its_name(name: str) -> None:
    """The file is never genuine, and each verdict that matters says exactly what is wrong."""
    attack = ATTACKS[name]
    found = judged(attack.make())
    assert not found.genuine
    assert NOT_UNDERSTOOD not in found.readable.words
    said = {verdict: getattr(found, verdict).code for verdict in attack.says}
    assert said == attack.says, found.to_json()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an installation that trusts the sealer, for the command to run in."""
    folder = tmp_path_factory.mktemp("place")
    (folder / "trust").mkdir()
    (folder / "trust" / "sealer.pem").write_bytes(key().chain[-1].public_bytes(Encoding.PEM))
    return folder


def ran(place: Path, files: Iterable[Path]) -> tuple[int, list[dict[str, Any]]]:
    """Run `formsvc verify` and return its exit code and what it says of each file."""
    done = subprocess.run(
        [sys.executable, "-m", "formsvc", "verify", "--json", *files],
        cwd=PROJECT,
        env=os.environ
        | {"FORMSVC_INSTANCE": str(place / "instance"), "FORMSVC_TRUST_ROOTS": str(place / "trust")},
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=600,
        check=False,
    )
    told = json.loads(done.stdout)
    return done.returncode, told if isinstance(told, list) else [told]


def written(place: Path, names: Iterable[str]) -> list[Path]:
    """Write attacks into files of their own."""
    files = []
    for at, name in enumerate(names):
        files.append(place / f"attack{at}.pdf")
        files[-1].write_bytes(ATTACKS[name].make())
    return files


def test_command_accepts_the_victim_and_no_attack(place: Path) -> None:
    """`formsvc verify` leaves with 0 for a genuine file of a trusted sealer, and with 1 for one attacked."""
    victim = place / "victim.pdf"
    victim.write_bytes(ours())
    code, (told,) = ran(place, [victim])
    assert (code, told["genuine"]) == (0, True)
    code, told_of = ran(place, written(place, ["white text", "page replaced, under a time stamp"]))
    assert code == 1
    assert [told["genuine"] for told in told_of] == [False, False]


@pytest.mark.long
@pytest.mark.parametrize("name", ATTACKS)
def test_command_leaves_with_one(place: Path, name: str) -> None:
    """`formsvc verify` refuses every attack by its exit code, too."""
    code, (told,) = ran(place, written(place, [name]))
    assert (code, told["genuine"]) == (1, False)
