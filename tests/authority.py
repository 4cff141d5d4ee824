"""A certificate authority and a time-stamping authority on loopback: certomancer, served over HTTP.

A council's root and intermediate stand above five seal keys (`good`, `revoked`, `expired`, `not-yet-valid`,
`wrong-usage`); the clock has a root of its own. CRL and OCSP addresses in the certificates lead to the
port. An authority can be down and up again, be held at a moment, and revoke whenever a test says so.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from asn1crypto import crl
from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig
from certomancer.registry.issued.general import RevocationStatus
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

COUNCIL: Final = ArchLabel("council")
CLOCK: Final = ArchLabel("clock")
SEALS: Final = ("good", "other", "revoked", "expired", "not-yet-valid", "wrong-usage")
"""The seal keys there are. Nothing is revoked before a test revokes it, but `revoked`."""
REVOKED_SINCE: Final = datetime(2026, 3, 1, tzinfo=UTC)
"""Since when the certificate of the key `revoked` is revoked."""
_ENTITIES: Final = ("root", "issuer", "responder", *SEALS)
_CLOCKS: Final = ("clock-root", "clock")
_WIDE: Final = ("2020-01-01T00:00:00+0000", "2045-01-01T00:00:00+0000")
_VALIDITIES: Final = {
    "expired": ("2024-01-01T00:00:00+0000", "2026-06-01T00:00:00+0000"),
    "not-yet-valid": ("2030-01-01T00:00:00+0000", "2035-01-01T00:00:00+0000"),
}

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Authority:
    """The authority on its port: `stop()` takes it down, `start()` brings it up on the same port again."""

    def __init__(self, folder: Path, *, fresh: bool = False) -> None:
        self.asked: list[str] = []
        """The path of every request, in order."""
        self.instead: dict[str, Application] = {}
        """What answers at a path instead of the authority, for a test that wants it to misbehave."""
        self._port = 0
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None
        self._application: Animator | None = None
        self.start()
        for name in (*_ENTITIES, *_CLOCKS):
            made = _key_pem.__wrapped__(name) if fresh else _key_pem(name)
            (folder / f"{name}.pem").write_bytes(made)
        self._archs = CertomancerConfig(
            _config(self.url), str(folder), external_url_prefix=self.url
        ).pki_archs
        self._application = Animator(
            AnimatorArchStore(self._archs), with_web_ui=False, allow_time_override=False
        )

    @property
    def url(self) -> str:
        """Return where it listens, without a slash at the end."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def tsa_url(self) -> str:
        """Return the address of the time-stamping authority (RFC 3161 over HTTP)."""
        return f"{self.url}/clock/tsa/tsa"

    @property
    def stamp_root(self) -> x509.Certificate:
        """Return the root above the time-stamping authority."""
        return self.certificate("clock-root", arch=CLOCK)

    @property
    def council_root(self) -> x509.Certificate:
        """Return the root above the seal keys."""
        return self.certificate("root")

    def certificate(self, name: str, *, arch: ArchLabel = COUNCIL) -> x509.Certificate:
        """Return a certificate by its name."""
        return x509.load_der_x509_certificate(self._archs[arch].get_cert(CertLabel(name)).dump())

    def key(self, name: str, passphrase: bytes | None = None) -> bytes:
        """Return a seal key with its chain as PKCS#12."""
        packed: bytes = self._archs[COUNCIL].package_pkcs12(CertLabel(name), password=passphrase)
        return packed

    def crl(self, name: str, at: datetime) -> bytes:
        """Return the CRL `leaves` or `authorities` as it stood at a moment (DER); each holds for an hour."""
        found: bytes = self._archs[COUNCIL].service_registry.get_crl(name, at_time=at).dump()
        return found

    def hold(self, at: datetime | None) -> None:
        """Hold the authority's own time at a moment; None lets it run."""
        assert self._application is not None
        self._application.fixed_time = at

    @contextmanager
    def revoked(
        self, name: str, *, since: datetime, reason: str | None = None, arch: ArchLabel = COUNCIL
    ) -> Iterator[None]:
        """Revoke a certificate within the block, since a moment; a CRL is issued every full hour.

        `reason` is as RFC 5280 names it: key_compromise, superseded, cessation_of_operation ...
        """
        specs = self._archs[arch]._cert_specs
        before = specs[CertLabel(name)]
        why = crl.CRLReason(reason) if reason else None
        specs[CertLabel(name)] = replace(before, revocation=RevocationStatus(revoked_since=since, reason=why))
        try:
            yield
        finally:
            specs[CertLabel(name)] = before

    def start(self) -> None:
        """Listen, on the port it had before if it had one."""
        if self._server is None:
            self._server = make_server(
                "127.0.0.1", self._port, self._answer, threaded=True, request_handler=_Silent
            )
            self._port = self._server.server_port
            self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop listening: who asks is refused the connection."""
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._server = self._thread = None

    def _answer(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        self.asked.append(path)
        answer: Iterable[bytes] = self.instead.get(path, self._application)(environ, start)  # type: ignore[misc]
        return answer


class _Silent(WSGIRequestHandler):
    def log(self, *_: object) -> None:
        """Log nothing."""


@contextmanager
def an_authority(folder: Path, *, fresh: bool = False) -> Iterator[Authority]:
    """Return a running authority that keeps its keys in `folder`, and stop it at the end.

    Its keys are those of every authority of the run, unless `fresh` ones are wanted.
    """
    made = Authority(folder, fresh=fresh)
    try:
        yield made
    finally:
        made.stop()


@cache
def _key_pem(name: str) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _config(url: str) -> dict[str, Any]:
    """Return certomancer's configuration; its addresses lead to `url`."""
    return {
        "external-url-prefix": url,
        "keysets": {
            "all": {"keys": {name: {"path": f"{name}.pem"} for name in (*_ENTITIES, *_CLOCKS)}},
        },
        "pki-architectures": {str(COUNCIL): _council(), str(CLOCK): _clock()},
    }


def _council() -> dict[str, Any]:
    seals = {name: _certificate(name, "issuer", [*_SEAL, *_ASK]) for name in SEALS}
    seals["wrong-usage"]["extensions"] = [*_SEAL, *_ASK, _purpose("server_auth")]
    seals["revoked"]["revocation"] = {
        "revoked-since": REVOKED_SINCE.isoformat(),
        "reason": "cessation_of_operation",
    }
    return {
        "keyset": "all",
        "entity-defaults": {"country-name": "GB", "organization-name": "Invented County Council"},
        "entities": {name: {"common-name": f"Invented {name}"} for name in _ENTITIES},
        "certs": {
            "root": _certificate("root", "root", [*_MAY_ISSUE]),
            "issuer": _certificate("issuer", "root", [*_MAY_ISSUE, _crl_at("authorities")]),
            "responder": _certificate(
                "responder", "issuer", [_usage("digital_signature"), _purpose("ocsp_signing"), _NO_CHECK]
            ),
            **seals,
        },
        "services": {
            "crl-repo": {
                "authorities": _crl_of("root"),
                "leaves": _crl_of("issuer"),
            },
            "ocsp": {
                "ocsp": {"for-issuer": "issuer", "responder-cert": "responder", "signing-key": "responder"}
            },
        },
    }


def _clock() -> dict[str, Any]:
    return {
        "keyset": "all",
        "entity-defaults": {"country-name": "GB", "organization-name": "Invented Clocks"},
        "entities": {name: {"common-name": f"Invented {name}"} for name in _CLOCKS},
        "certs": {
            "clock-root": _certificate("clock-root", "clock-root", [*_MAY_ISSUE]),
            "clock": _certificate(
                "clock",
                "clock-root",
                [
                    _usage("digital_signature"),
                    {**_purpose("time_stamping"), "critical": True},
                    _crl_at("clock-leaves"),
                ],
            ),
        },
        "services": {
            "crl-repo": {"clock-leaves": _crl_of("clock-root")},
            "time-stamping": {"tsa": {"signing-cert": "clock", "certs-to-embed": ["clock-root"]}},
        },
    }


def _certificate(name: str, issuer: str, extensions: list[dict[str, Any]]) -> dict[str, Any]:
    begins, ends = _VALIDITIES.get(name, _WIDE)
    return {
        "subject": name,
        "issuer": issuer,
        "validity": {"valid-from": begins, "valid-to": ends},
        "extensions": extensions,
    }


def _crl_of(issuer: str) -> dict[str, Any]:
    return {
        "for-issuer": issuer,
        "signing-key": issuer,
        "simulated-update-schedule": "PT1H",
    }


def _crl_at(repo: str) -> dict[str, Any]:
    return {
        "id": "crl_distribution_points",
        "smart-value": {"schema": "crl-dist-url", "params": {"crl-repo-names": [repo]}},
    }


def _usage(*names: str) -> dict[str, Any]:
    return {
        "id": "key_usage",
        "critical": True,
        "smart-value": {"schema": "key-usage", "params": list(names)},
    }


def _purpose(name: str) -> dict[str, Any]:
    return {"id": "extended_key_usage", "value": [name]}


_NO_CHECK: Final = {"id": "ocsp_no_check"}
_MAY_ISSUE: Final = (
    {"id": "basic_constraints", "critical": True, "value": {"ca": True}},
    _usage("key_cert_sign", "crl_sign"),
)
_SEAL: Final = (_usage("digital_signature", "non_repudiation"),)
_ASK: Final = (
    _crl_at("leaves"),
    {
        "id": "authority_information_access",
        "smart-value": {"schema": "aia-urls", "params": {"ocsp-responder-names": ["ocsp"]}},
    },
)
