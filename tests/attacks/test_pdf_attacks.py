"""Every published way to cheat with a signed PDF, and ours, with what the verifier says of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pytest

from formsvc import clock
from formsvc.seals.verify import NOT_UNDERSTOOD, Verification, verify
from tests.attacks.pdf_additions import ADDITIONS
from tests.attacks.pdf_attack import Attack
from tests.attacks.pdf_forgery import FORGERIES
from tests.attacks.pdf_victims import foreign_key, ours, roomy
from tests.unit.seals.small import AT, key, trust

ATTACKS: Final[Mapping[str, Attack]] = {**FORGERIES, **ADDITIONS}


def judged(pdf: bytes) -> Verification:
    """Return the verification by a place that trusts the sealer, and the attacker's organisation too."""
    with clock.held(AT):
        return verify(pdf, name="file.pdf", trust=trust(key(), foreign_key()))


def test_victims_are_genuine_before_the_attack() -> None:
    """What is attacked was good: every verdict below is the attack's doing."""
    assert judged(ours()).genuine
    assert judged(roomy()).genuine


@pytest.mark.parametrize("name", ATTACKS)
def test_attack_is_called_by_its_name(name: str) -> None:
    """The file is never genuine, and each verdict that matters says exactly what is wrong."""
    attack = ATTACKS[name]
    found = judged(attack.make())
    assert not found.genuine
    assert NOT_UNDERSTOOD not in found.readable.words
    said = {verdict: getattr(found, verdict).code for verdict in attack.says}
    assert said == attack.says, found.to_json()
