"""Bring a database up to the tables of this version, or down again, in one transaction."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from formsvc.store.session import Store

_FOLDER: Final = Path(__file__).parent / "migrations"


def upgrade(store: Store, *, to: str = "head") -> None:
    """Run every migration up to `to` that has not run."""
    with store.migrating() as connection:
        command.upgrade(_config(connection), to)


def downgrade(store: Store, *, to: str = "base") -> None:
    """Undo every migration after `to`, newest first."""
    with store.migrating() as connection:
        command.downgrade(_config(connection), to)


def is_current(store: Store) -> bool:
    """Say whether the database has every migration of this version, and no other."""
    with store.read() as tx:
        found = MigrationContext.configure(tx.c).get_current_revision()
    return found == ScriptDirectory.from_config(_config(None)).get_current_head()


def _config(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
