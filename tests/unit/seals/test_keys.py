"""A seal key is read once, says what it is, and is never shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from formsvc import clock
from formsvc.errors import KeyUnusable
from formsvc.seals.certificates import DEMONSTRATION_POLICY
from formsvc.seals.keys import (
    DEMONSTRATION_WORDS,
    P256_ORDER,
    describe,
    fingerprint,
    load,
    make_demonstration,
    new_key,
    read_key,
    read_pkcs12,
)
from tests.unit.seals.small import AT, demonstration_key, key

SECRET = b"correct horse"


def a_pkcs12(private: object, *, usage: bool = True, of: object = None) -> bytes:
    """Return PKCS#12 with a self-signed certificate; `of` gives it another private key."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Somebody")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key((of or private).public_key())  # type: ignore[attr-defined]
        .serial_number(1)
        .not_valid_before(AT)
        .not_valid_after(AT + timedelta(days=1))
    )
    if not usage:
        builder = builder.add_extension(
            x509.KeyUsage(
                digital_signature=False,
                content_commitment=False,
                key_encipherment=True,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=False,
                crl_sign=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
    digest = None if isinstance(private, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    certificate = builder.sign(private, digest)  # type: ignore[arg-type]
    return pkcs12.serialize_key_and_certificates(b"a", private, certificate, None, NoEncryption())  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["p256", "rsa"])
def test_new_key_is_read_back_with_its_chain(kind: str, tmp_path: Path) -> None:
    """A key made for an organisation loads from its file with its passphrase, chain in order."""
    made = new_key("Invented Council", kind=kind, at=AT, passphrase=SECRET)  # type: ignore[arg-type]
    file = tmp_path / "seal.p12"
    file.write_bytes(made)
    (tmp_path / "seal.passphrase").write_bytes(SECRET + b"\n")
    loaded = load(file, tmp_path / "seal.passphrase")
    assert (loaded.kind, loaded.organisation, loaded.demonstration) == (kind, "Invented Council", False)
    assert [one.subject for one in loaded.chain] == [loaded.certificate.issuer]


def pem(*, passphrase: bytes | None = None, form: PrivateFormat = PrivateFormat.PKCS8) -> bytes:
    """Return the council's key as PEM, without its certificates."""
    how = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    return key()._private.private_bytes(Encoding.PEM, form, how)


def certificates(*chosen: x509.Certificate) -> bytes:
    """Return certificates as PEM; without any, the council's chain."""
    return b"".join(one.public_bytes(Encoding.PEM) for one in chosen or (key().certificate, *key().chain))


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
@pytest.mark.parametrize("passphrase", [None, SECRET])
def test_pem_key_is_the_same_key(form: PrivateFormat, passphrase: bytes | None) -> None:
    """PEM in either form, encrypted or not, in any order, seals as the same key from PKCS#12 does."""
    private = pem(passphrase=passphrase, form=form)
    for data in (private + certificates(), certificates(*key().chain, key().certificate) + b"\n" + private):
        loaded = read_key(data, passphrase=passphrase)
        assert (loaded.fingerprint, loaded.certificates_der) == (key().fingerprint, key().certificates_der)
        assert loaded.sign(b"the same") == key().sign(b"the same")


def test_pem_key_may_have_its_certificates_beside_it(tmp_path: Path) -> None:
    """A key file as servers have it, with the certificates in a .crt file of the same name, loads."""
    (tmp_path / "seal.pem").write_bytes(pem())
    with pytest.raises(KeyUnusable, match="no certificate"):
        load(tmp_path / "seal.pem")
    (tmp_path / "seal.crt").write_bytes(certificates())
    assert load(tmp_path / "seal.pem").certificates_der == key().certificates_der


@pytest.mark.parametrize(
    ("data", "passphrase", "why"),
    [
        (lambda: pem(passphrase=SECRET) + certificates(), None, "there is no passphrase"),
        (lambda: pem(passphrase=SECRET) + certificates(), b"wrong horse", "its passphrase is another"),
        (
            lambda: pem(passphrase=SECRET, form=PrivateFormat.TraditionalOpenSSL) + certificates(),
            b"wrong horse",
            "its passphrase is another",
        ),
        (lambda: pem() + certificates(), SECRET, "the key is not encrypted"),
        (lambda: pem() + pem() + certificates(), None, "several private keys"),
        (lambda: pem() + certificates(*key().chain), None, "another private key"),
        (lambda: pem() + certificates(key().certificate, key().certificate), None, "several certificates"),
        (pem, None, "no certificate"),
        (certificates, None, "no private key"),
        (lambda: pem() + certificates().replace(b"MII", b"AAA", 1), None, "cannot be read"),
        (lambda: pem().replace(b"\nMI", b"\nAA", 1) + certificates(), None, "private key cannot be read"),
    ],
)
def test_pem_that_does_not_serve_is_refused_in_words(
    data: Callable[[], bytes], passphrase: bytes | None, why: str
) -> None:
    """Each thing that can be wrong with a PEM file has its words, and no secret is in them."""
    with pytest.raises(KeyUnusable, match=why) as caught:
        read_key(data(), passphrase=passphrase)
    assert "horse" not in repr(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_weak_key_in_pem_is_refused() -> None:
    """What may not seal from PKCS#12 may not seal from PEM."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505  it is refused
    packed = pkcs12.load_pkcs12(a_pkcs12(private), None)
    assert packed.cert is not None
    data = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(KeyUnusable, match="2048"):
        read_key(data + certificates(packed.cert.certificate))


def test_new_key_certificate_is_for_signing_documents_only() -> None:
    """The leaf may sign and commit to content; only its authority may issue."""
    usage = key().certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert usage.content_commitment
    assert not usage.key_cert_sign
    authority = key().chain[0].extensions.get_extension_for_class(x509.BasicConstraints).value
    assert (authority.ca, authority.path_length) == (True, 0)


def test_demonstration_says_so_in_its_certificate() -> None:
    """A demonstration key is known by its common name and by its policy, in leaf and authority."""
    made = demonstration_key()
    assert made.demonstration
    for certificate in (made.certificate, *made.chain):
        name = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
        assert DEMONSTRATION_WORDS in str(name)
        policies = certificate.extensions.get_extension_for_class(x509.CertificatePolicies).value
        assert policies[0].policy_identifier == DEMONSTRATION_POLICY
    assert made.certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value == (
        "Invented Council"
    )


def test_long_organisation_names_fit() -> None:
    """A name longer than a certificate allows is cut, not refused."""
    assert read_pkcs12(make_demonstration("C" * 200, at=AT)).organisation == "C" * 64
    assert read_pkcs12(new_key("C" * 200, at=AT)).organisation == "C" * 64


@pytest.mark.parametrize("passphrase", [None, b"", b"wrong horse"])
def test_wrong_passphrase_is_said_without_a_secret(passphrase: bytes | None) -> None:
    """A key that does not open says so, and neither the passphrase nor key bytes are in the error."""
    made = new_key("Invented Council", at=AT, passphrase=SECRET)
    with pytest.raises(KeyUnusable) as caught:
        read_pkcs12(made, passphrase=passphrase)
    assert "passphrase" in str(caught.value)
    assert "horse" not in repr(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("damage", [b"", b"x", b"0\x82", b"\x00" * 4000])
def test_file_that_is_no_key_is_refused(damage: bytes) -> None:
    """Whatever the bytes are, the answer is KeyUnusable."""
    with pytest.raises(KeyUnusable):
        read_pkcs12(damage)


def test_missing_file_is_refused_without_its_path(tmp_path: Path) -> None:
    """An error about a key file does not tell where keys are kept."""
    with pytest.raises(KeyUnusable) as caught:
        load(tmp_path / "nowhere" / "seal.p12")
    assert str(tmp_path) not in str(caught.value)


@pytest.mark.parametrize(
    "private",
    [
        ec.generate_private_key(ec.SECP384R1()),
        rsa.generate_private_key(public_exponent=65537, key_size=1024),  # noqa: S505  refused is the point
        ed25519.Ed25519PrivateKey.generate(),
    ],
    ids=["p384", "rsa1024", "ed25519"],
)
def test_other_kinds_of_key_are_refused(private: object) -> None:
    """Only P-256 and RSA of 2048 bits or more seal."""
    with pytest.raises(KeyUnusable, match="P-256"):
        read_pkcs12(a_pkcs12(private))


def test_certificate_for_another_purpose_is_refused() -> None:
    """A certificate whose key usage allows no signing does not seal."""
    with pytest.raises(KeyUnusable, match="key usage"):
        read_pkcs12(a_pkcs12(ec.generate_private_key(ec.SECP256R1()), usage=False))


def test_file_without_private_key_is_refused() -> None:
    """A PKCS#12 of certificates alone does not seal."""
    only = pkcs12.serialize_key_and_certificates(None, None, None, [key().certificate], NoEncryption())
    with pytest.raises(KeyUnusable, match="no private key"):
        read_pkcs12(only)


def test_repr_and_description_show_no_secret() -> None:
    """Neither a log line with the key in it nor `keys show` can hold key material."""
    private = key()._private.private_numbers()
    numbers = [str(getattr(private, "private_value", "")), f"{getattr(private, 'private_value', 0):x}"]
    with clock.held(AT):
        shown = repr(key()) + str(describe(key()))
    assert "_private" not in shown
    assert not any(number in shown for number in numbers)


def test_description_warns_of_expiry() -> None:
    """A key that ends within sixty days says so; one that does not, does not."""
    with clock.held(key().not_after - timedelta(days=59)):
        assert describe(key())["expires_soon"]
    with clock.held(key().not_after - timedelta(days=61)):
        assert not describe(key())["expires_soon"]


def test_description_hands_out_the_certificate_to_trust() -> None:
    """What another place needs to trust us is in the description, with its fingerprint."""
    with clock.held(AT):
        told = describe(key())
    root = x509.load_pem_x509_certificate(told["certificate_to_trust"].encode())
    assert fingerprint(root) == told["root_fingerprint"] == fingerprint(key().chain[-1])


def test_key_does_not_seal_outside_its_validity() -> None:
    """Before it begins and after it ends a key is refused; at both ends it holds."""
    key().refuse_unless_valid(key().not_before)
    key().refuse_unless_valid(key().not_after)
    with pytest.raises(KeyUnusable, match="not yet valid"):
        key().refuse_unless_valid(key().not_before - timedelta(seconds=1))
    with pytest.raises(KeyUnusable, match="expired"):
        key().refuse_unless_valid(key().not_after + timedelta(seconds=1))


def test_signatures_are_repeatable_and_in_one_form() -> None:
    """The same bytes give the same signature, and ECDSA always the smaller of its two forms."""
    for text in (b"one", b"two", b"three", b"four"):
        value = key().sign_plain(text)
        assert value == key().sign_plain(text)
        assert len(value) == 64
        assert int.from_bytes(value[32:], "big") <= P256_ORDER // 2
