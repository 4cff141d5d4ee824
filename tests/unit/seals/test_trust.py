"""A signer is trusted for a path to a root that is trusted here, at the moment of signing, for documents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from formsvc import clock
from formsvc.seals.keys import SealKey, fingerprint
from formsvc.seals.pades import contents_bytes
from formsvc.seals.revocation import Revoked
from formsvc.seals.verify import Trust, Verification, trust_in, verify
from formsvc.seals.verify.trust import Distrust
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


def test_own_root_vouches_for_own_seals_alone() -> None:
    """That our certificate comes from an authority does not make us trust whoever else has one from it."""
    ours, _ = a_chain(Plan())
    others, root = a_chain(Plan())
    posing = Trust(own=((ours.certificates_der[0], root.public_bytes(Encoding.DER)),))
    with clock.held(AT):
        assert verify(sealed_pdf(by=ours), name="", trust=trust_in(ours)).genuine
        assert verify(sealed_pdf(by=others), name="", trust=posing).signer.code == "unknown_signer"


def test_distrust_of_a_signer_who_is_not_known_is_said() -> None:
    """Distrust is told of a certificate that leads nowhere here, too."""
    by, _ = a_chain(Plan())
    doubt = Distrust(fingerprint=by.fingerprint, since=AT - timedelta(days=1), why="lost")
    with clock.held(AT):
        found = verify(sealed_pdf(by=by), name="", trust=Trust(distrusted=(doubt,)))
    assert (found.signer.code, found.genuine) == ("distrusted", False)


def test_known_path_does_not_hide_a_revocation() -> None:
    """A path that was found to hold once is asked about again when evidence against it comes in."""
    by, root = a_chain(Plan())
    pdf = sealed_pdf(by=by)
    doubt = Distrust(fingerprint=fingerprint(by.chain[0]), since=AT, why="lost")
    with clock.held(AT):
        assert verify(pdf, name="", trust=Trust(roots=(root,))).genuine
        assert not verify(pdf, name="", trust=Trust(roots=(root,), distrusted=(doubt,))).genuine


@pytest.mark.parametrize(
    ("reason", "lost", "proven", "reaches"),
    [
        ("superseded", None, None, True),
        ("superseded", None, -1, False),
        ("superseded", None, 0, True),
        ("keyCompromise", None, -1, True),
        ("keyCompromise", -2, -3, False),
        ("keyCompromise", -2, -1, True),
        ("keyCompromise", 2, 1, True),
        ("cACompromise", None, -1, True),
    ],
)
def test_revocation_reaches_what_is_not_proven_to_be_older(
    reason: str, lost: int | None, proven: int | None, *, reaches: bool
) -> None:
    """A proven moment counts against that of the revocation, or of the loss of the key where it is told."""
    days = [None if one is None else AT + timedelta(days=one) for one in (lost, proven)]
    assert Revoked(at=AT, reason=reason, compromised_at=days[0]).reaches(days[1]) is reaches
