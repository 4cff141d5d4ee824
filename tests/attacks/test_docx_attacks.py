"""No attack on a Word document makes it genuine, and the verdict says what was done to it."""

from __future__ import annotations

import pytest

from formsvc import clock
from formsvc.seals.verify import NOT_UNDERSTOOD, Verification, verify
from tests.attacks.attack import Attack
from tests.attacks.docx_container import CONTAINER_ATTACKS
from tests.attacks.docx_content import CONTENT_ATTACKS
from tests.attacks.docx_forging import foreign, ours
from tests.attacks.docx_package import PACKAGE_ATTACKS
from tests.attacks.docx_signature import SIGNATURE_ATTACKS
from tests.unit.seals.small import AT, trust

ALL = (*PACKAGE_ATTACKS, *CONTAINER_ATTACKS, *SIGNATURE_ATTACKS, *CONTENT_ATTACKS)
ATTACKS = {one.name: one for one in ALL}


def judged(docx: bytes) -> Verification:
    """Return the verification on the day of sealing, at the place that trusts the signer."""
    with clock.held(AT):
        return verify(docx, name="file.docx", trust=trust())


def test_untouched_documents_are_what_they_are() -> None:
    """Before any attack our document is genuine, and a foreign one intact with its properties open."""
    assert judged(ours()).genuine
    found = judged(foreign())
    assert (found.integrity.code, found.coverage.code) == ("intact", "properties_not_covered")
    assert found.signer.code == "trusted"


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=list(ATTACKS))
def test_attack_is_seen(attack: Attack) -> None:
    """Whatever is done to a document, it is not genuine, and the expected verdicts say why."""
    found = judged(attack.make())
    told = {question: getattr(found, question).code for question in attack.expect}
    assert told == attack.expect, found.to_json()
    assert not found.genuine
    assert NOT_UNDERSTOOD not in found.readable.words


def test_every_attack_has_a_name_of_its_own() -> None:
    """The tables name each attack once."""
    assert len(ATTACKS) == len(ALL)
