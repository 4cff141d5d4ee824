"""Bring a database up to the tables of this version, or down again, in one transaction."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from formsvc.store import audit
from formsvc.store.session import Store

ENTRIES_BEAR_MARKS: Final = "0005"
"""Since when an entry that waits to be linked bears a mark; those that wait just then are given one."""
_FOLDER: Final = Path(__file__).parent / "migrations"


def upgrade(store: Store, *, to: str = "head") -> None:
    """Run every migration up to `to` that has not run."""
    before = _revision(store)
    with store.migrating() as connection:
        command.upgrade(_config(connection), to)
    if before is not None and before < ENTRIES_BEAR_MARKS <= (_revision(store) or ""):
        with store.write() as tx:
            audit.mark_waiting(tx)


def downgrade(store: Store, *, to: str = "base") -> None:
    """Undo every migration after `to`, newest first."""
    with store.migrating() as connection:
        command.downgrade(_config(connection), to)


def is_current(store: Store) -> bool:
    """Say whether the database has every migration of this version, and no other."""
    return _revision(store) == ScriptDirectory.from_config(_config(None)).get_current_head()


def _revision(store: Store) -> str | None:
    with store.read() as tx:
        return MigrationContext.configure(tx.c).get_current_revision()


def _config(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
