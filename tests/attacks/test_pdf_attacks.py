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
from tests.attacks.pdf_victims import (
    a_tagged_form,
    appended,
    body_of,
    foreign_key,
    ours,
    roomy,
    signed_by_pyhanko,
)
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


def test_second_signature_in_a_tagged_file_is_no_tampering() -> None:
    """A tagged file signed twice: the first covers an earlier revision; what came after is named."""
    twice = a_tagged_form()
    for field in ("Sig1", "Sig2"):
        twice = signed_by_pyhanko(twice, field=field, existing=True)
    first, second = judged(twice).signatures
    assert (first.integrity.code, second.integrity.code) == ("intact", "intact")
    assert (first.coverage.code, second.coverage.code) == ("earlier_revision", "whole")
    assert first.coverage.detail["changes"] == ["the form field Sig2 was filled or signed"]


@pytest.mark.parametrize(
    ("number", "old", "new"),
    [
        (21, b"/Rect[0 0 0 0]", b"/Rect[0 0 595 842]"),
        (13, b"/Obj 21 0 R", b"/Obj 20 0 R"),
        (9, b"/K[11 0 R", b"/K[10 0 R"),
        (11, b"/K 0", b"/K 1"),
    ],
)
def test_other_changes_in_a_tagged_file_are_tampering(number: int, old: bytes, new: bytes) -> None:
    """The rule that lets a tagged field be filled in lets nothing else of it, or of the tree, be changed."""
    signed = signed_by_pyhanko(a_tagged_form(), field="Sig1", existing=True)
    body = body_of(signed, number)
    assert old in body
    assert judged(appended(signed, {number: body.replace(old, new)})).coverage.code == "added_after"


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
