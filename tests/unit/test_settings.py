"""Settings: every bad value at once, safe defaults, unknown names refused."""

from pathlib import Path

import pytest

from formsvc.errors import SettingsInvalid
from formsvc.settings import load


def test_settings_defaults_keep_to_this_machine(tmp_path: Path) -> None:
    """With nothing set, the service listens on this machine alone and keeps all in its instance."""
    settings = load({"FORMSVC_INSTANCE": str(tmp_path)})
    assert settings.host == "127.0.0.1"
    assert settings.database_url == f"sqlite:///{tmp_path}/formsvc.sqlite"
    assert settings.seal_key.parent == tmp_path / "keys"


def test_settings_report_every_bad_value_at_once(tmp_path: Path) -> None:
    """Whoever sets the service up sees all that is wrong in one go, by name."""
    with pytest.raises(SettingsInvalid) as caught:
        load(
            {
                "FORMSVC_INSTANCE": str(tmp_path),
                "FORMSVC_PORT": "seventy",
                "FORMSVC_UPLOAD_LIMIT": "-1",
                "FORMSVC_DATABASE_URL": "mysql://db",
                "FORMSVC_BASE_URL": "forms.example.org",
                "FORMSVC_DATABSE_URL": "sqlite:///x",
                "FORMSVC_FORM_TEMPLATES": str(tmp_path / "none"),
            }
        )
    assert {name for name, _ in caught.value.problems} == {
        "FORMSVC_PORT",
        "FORMSVC_UPLOAD_LIMIT",
        "FORMSVC_DATABASE_URL",
        "FORMSVC_BASE_URL",
        "FORMSVC_DATABSE_URL",
        "FORMSVC_FORM_TEMPLATES",
    }


@pytest.mark.parametrize("port", ("0", "65536", "٣", "80 "))
def test_settings_refuse_a_port_that_is_none(tmp_path: Path, port: str) -> None:
    """A port is a whole number from 1 to 65535 in plain digits."""
    with pytest.raises(SettingsInvalid):
        load({"FORMSVC_INSTANCE": str(tmp_path), "FORMSVC_PORT": port})


@pytest.mark.parametrize(
    ("address", "is_taken"),
    (
        ("postgresql+psycopg://formsvc@127.0.0.1/formsvc", True),
        ("postgresql+psycopg:///formsvc?host=/run/postgresql", True),
        ("postgresql+psycopg://formsvc@db.example.org/formsvc?sslmode=verify-full", True),
        ("postgresql+psycopg://formsvc@db.example.org/formsvc?sslmode=require", False),
        ("postgresql+psycopg://formsvc@db.example.org/formsvc", False),
        ("postgresql+psycopg:///formsvc?host=db.example.org", False),
        ("postgresql+psycopg://formsvc@localhost/formsvc?hostaddr=192.0.2.7", False),
        ("postgresql+psycopg://formsvc@[/formsvc", False),
    ),
)
def test_settings_let_no_database_be_asked_in_the_clear(address: str, is_taken: bool) -> None:  # noqa: FBT001 - pytest gives it by name
    """A database on another machine is reached by TLS, its certificate and name checked, or not at all."""
    if is_taken:
        assert load({"FORMSVC_DATABASE_URL": address}).database_url == address
        return
    with pytest.raises(SettingsInvalid) as told:
        load({"FORMSVC_DATABASE_URL": address})
    assert [name for name, _ in told.value.problems] == ["FORMSVC_DATABASE_URL"]
