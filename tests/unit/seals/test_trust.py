"""A signer is trusted for a path to a root that is trusted here, at the moment of signing, for documents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from formsvc import clock
from formsvc.seals.keys import SealKey
from formsvc.seals.pades import contents_bytes
from formsvc.seals.verify import Trust, Verification, verify
from tests.unit.seals.chains import Plan, a_chain
from tests.unit.seals.small import AT, sealed_docx, sealed_pdf

SEALERS: dict[str, Callable[..., bytes]] = {"pdf": sealed_pdf, "docx": sealed_docx}


def judged(kind: str, by: SealKey, root: x509.Certificate) -> Verification:
    """Return the verification of a small document sealed with this key, where this root is trusted."""
    with clock.held(AT):
        return verify(SEALERS[kind](by=by), name="", trust=Trust(roots=(root,)))


@pytest.mark.parametrize("kind", SEALERS)
@pytest.mark.parametrize("left_out", [False, True])
def test_long_chain_is_carried_and_followed(kind: str, *, left_out: bool) -> None:
    """Seven authorities above the leaf fit into the place, and the path is found from the file alone."""
    by, root = a_chain(Plan(authorities=7, root_left_out=left_out))
    assert len(by.chain) == (6 if left_out else 7)
    assert contents_bytes(by) > 2500
    found = judged(kind, by, root)
    assert found.genuine, found.to_json()
    assert len(found.signer.detail["path"]) == 8


@pytest.mark.parametrize("kind", SEALERS)
@pytest.mark.parametrize(
    ("plan", "code"),
    [
        (Plan(may_issue=False), "path_invalid"),
        (Plan(authority_until=AT - timedelta(days=1)), "path_invalid"),
        (Plan(purposes=[ExtendedKeyUsageOID.SERVER_AUTH]), "wrong_usage"),
    ],
    ids=["issuer is no authority", "issuer expired", "meant for servers"],
)
def test_path_that_does_not_hold_is_bad(kind: str, plan: Plan, code: str) -> None:
    """A trusted root is no help to a path that is broken, or a certificate that is for something else."""
    found = judged(kind, *a_chain(plan))
    assert found.signer.code == code
    assert not found.genuine


@pytest.mark.parametrize("kind", SEALERS)
def test_certificates_for_documents_are_fine(kind: str) -> None:
    """Purposes that document certificates carry are accepted."""
    for purpose in ("1.3.6.1.5.5.7.3.36", "1.3.6.1.4.1.311.10.3.12", "1.3.6.1.5.5.7.3.4"):
        assert judged(kind, *a_chain(Plan(purposes=[x509.ObjectIdentifier(purpose)]))).genuine


@pytest.mark.parametrize("kind", SEALERS)
def test_same_names_with_other_keys_are_not_trusted(kind: str) -> None:
    """A chain that only looks like a trusted one, name for name, is not."""
    impostor, _ = a_chain(Plan())
    _, root = a_chain(Plan())
    found = judged(kind, impostor, root)
    assert found.integrity.code == "intact"
    assert found.signer.code in ("path_invalid", "unknown_signer")
    assert not found.genuine


def test_known_path_is_judged_anew_for_another_moment() -> None:
    """A path found to hold once is not believed outside the validity of its certificates."""
    by, root = a_chain(Plan(authority_until=AT + timedelta(days=5)))
    trust = Trust(roots=(root,))
    pdf = sealed_pdf(by=by)
    with clock.held(AT):
        assert verify(pdf, name="", trust=trust).genuine
    late = AT + timedelta(days=9)
    moved = pdf.replace(b"D:20261122180500", f"D:{late:%Y%m%d%H%M%S}".encode())
    with clock.held(late):
        assert verify(moved, name="", trust=trust).signer.code == "path_invalid"
