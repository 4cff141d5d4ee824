"""Settings: read once from the environment, frozen, every bad value reported at once.

Defaults are safe in production and publishable. Each setting is documented in `docs/settings.md`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from formsvc.errors import SettingsInvalid

PROJECT = Path(__file__).resolve().parent.parent
PREFIX = "FORMSVC_"
KNOWN = frozenset(
    {
        "INSTANCE",
        "DATABASE_URL",
        "BASE_URL",
        "ORGANISATION",
        "SEAL_KEY",
        "SEAL_PASSPHRASE_FILE",
        "TRUST_ROOTS",
        "CONTENT_KEY",
        "FORM_TEMPLATES",
        "DOCX_TEMPLATES",
        "FONTS",
        "NODE_MODULES",
        "HOST",
        "PORT",
        "UPLOAD_LIMIT",
        "TRUSTED_PROXIES",
        "IDLE_LOCK",
        "REVOCATION",
        "TIMESTAMP_URL",
        "TIMESTAMP_PASSWORD_FILE",
        "CORPUS",
    }
)
"""Every setting, without its prefix."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The whole configuration. Paths are absolute; `instance` is where this installation keeps its own."""

    instance: Path
    database_url: str
    base_url: str
    organisation: str
    seal_key: Path
    seal_passphrase_file: Path
    trust_roots: Path
    revocation: bool
    """Whether the worker collects what authorities say of revoked certificates."""
    content_key: Path
    form_templates: Path
    docx_templates: Path
    fonts: Path
    node_modules: Path
    host: str
    port: int
    upload_limit: int
    """The largest file anyone may hand in, in bytes."""
    idle_lock: int
    """After how many minutes without use a screen locks itself."""
    trusted_proxies: int
    """How many proxies of ours stand before the service: each adds the address it was asked from."""
    timestamp_url: str
    """Where time stamps are asked for (RFC 3161 over HTTP); empty where none are."""
    timestamp_password_file: Path

    @property
    def demonstration_marker(self) -> Path:
        """Where the fingerprint of a demonstration key made here is kept."""
        return self.instance / "keys" / "demonstration.sha256"


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of an environment; raise SettingsInvalid naming every bad or unknown one."""
    given = {
        name.removeprefix(PREFIX): value
        for name, value in (os.environ if environment is None else environment).items()
        if name.startswith(PREFIX)
    }
    problems: list[tuple[str, str]] = []
    problems += [(PREFIX + name, "there is no such setting") for name in sorted(set(given) - KNOWN)]

    def path(name: str, default: Path) -> Path:
        return Path(given.get(name) or default).expanduser().resolve()

    def integer(name: str, default: int, low: int, high: int) -> int:
        text = given.get(name, str(default))
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            problems.append((PREFIX + name, f"must be a whole number from {low} to {high}"))
            return default
        return int(text)

    instance = path("INSTANCE", PROJECT / "instance")
    node_modules = path("NODE_MODULES", PROJECT / "node_modules")
    keys = instance / "keys"
    port = integer("PORT", 8000, 1, 65535)
    trusted_proxies = integer("TRUSTED_PROXIES", 0, 0, 9)
    idle_lock = integer("IDLE_LOCK", 10, 1, 29)
    upload_limit = integer("UPLOAD_LIMIT", 50 * 1024 * 1024, 1024, 200 * 1024 * 1024)
    database_url = given.get("DATABASE_URL") or f"sqlite:///{instance / 'formsvc.sqlite'}"
    if not database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
        problems.append((PREFIX + "DATABASE_URL", "must begin sqlite:/// or postgresql+psycopg://"))
    elif not _is_safe_way(database_url):
        problems.append((PREFIX + "DATABASE_URL", "must end in sslmode=verify-full for another machine"))
    host = given.get("HOST") or "127.0.0.1"
    base_url = (given.get("BASE_URL") or f"http://{host}:{port}").rstrip("/")
    if not base_url.startswith(("http://", "https://")):
        problems.append((PREFIX + "BASE_URL", "must begin http:// or https://"))
    timestamp_url = given.get("TIMESTAMP_URL", "")
    if timestamp_url and (wrong := _wrong_address(timestamp_url)):
        problems.append((PREFIX + "TIMESTAMP_URL", wrong))
    revocation = given.get("REVOCATION") or "on"
    if revocation not in ("on", "off"):
        problems.append((PREFIX + "REVOCATION", "must be on or off"))
    settings = Settings(
        instance=instance,
        database_url=database_url,
        base_url=base_url,
        organisation=given.get("ORGANISATION") or "Demonstration organisation",
        seal_key=path("SEAL_KEY", keys / "seal.p12"),
        seal_passphrase_file=path("SEAL_PASSPHRASE_FILE", keys / "seal.passphrase"),
        trust_roots=path("TRUST_ROOTS", instance / "trust"),
        revocation=revocation == "on",
        content_key=path("CONTENT_KEY", keys / "content.key"),
        form_templates=path("FORM_TEMPLATES", PROJECT / "form_templates"),
        docx_templates=path("DOCX_TEMPLATES", PROJECT / "docx_templates"),
        fonts=path("FONTS", node_modules / "@expo-google-fonts"),
        node_modules=node_modules,
        host=host,
        port=port,
        upload_limit=upload_limit,
        idle_lock=idle_lock,
        trusted_proxies=trusted_proxies,
        timestamp_url=timestamp_url,
        timestamp_password_file=path("TIMESTAMP_PASSWORD_FILE", keys / "timestamp.password"),
    )
    for name, folder in (
        ("FORM_TEMPLATES", settings.form_templates),
        ("DOCX_TEMPLATES", settings.docx_templates),
    ):
        if not folder.is_dir():
            problems.append((PREFIX + name, f"{folder} is not a folder"))
    if problems:
        raise SettingsInvalid(problems)
    return settings


_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


def _is_safe_way(database_url: str) -> bool:
    """Say whether a database is on this machine, or reached by TLS with its certificate checked."""
    try:
        parts = urlsplit(database_url)
        asked = parse_qs(parts.query)
        hosts = {*asked.get("host", []), *asked.get("hostaddr", []), parts.hostname or ""} - {""}
    except ValueError:
        return False
    is_here = all(one in _HERE or one.startswith("/") for one in hosts)
    return is_here or asked.get("sslmode") == ["verify-full"]


def _wrong_address(url: str) -> str:
    """Return what is wrong with the address of a time-stamping authority, never repeating it."""
    try:
        parts = urlsplit(url)
        bad = parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0
    except ValueError:
        bad = True
    if bad or not url.isascii() or not url.isprintable() or " " in url or parts.fragment:
        return "must be an address that begins http:// or https://"
    if parts.password is not None:
        return f"must hold no password: it belongs in the file {PREFIX}TIMESTAMP_PASSWORD_FILE"
    if parts.username and parts.scheme != "https":
        return "must begin https:// where it names a user"
    return ""
