"""What every table shares: names of constraints, moments, canonical JSON, closed lists of words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from formsvc.store import canonical

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ID = sa.String(32)
WORD = sa.String(40)
HASH = sa.String(64)


class Moment(sa.types.TypeDecorator[datetime]):
    """A moment: aware in Python, UTC in the database. SQLite keeps it without a zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Refuse a naive moment; hand the database UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment must be aware")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Return the moment aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(sa.types.TypeDecorator[Any]):
    """Plain data kept as the text of its canonical JSON, so that equal data has equal text."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:
        """Return the canonical text."""
        return None if value is None else canonical.dumps(value)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:
        """Return the data."""
        return None if value is None else canonical.loads(value)


def id_column() -> sa.Column[str]:
    """Return the primary key: a random opaque id."""
    return sa.Column("id", ID, primary_key=True)


def refers(name: str, to: str, *, nullable: bool = False, index: bool = False) -> sa.Column[str]:
    """Return a foreign key to a table's id."""
    return sa.Column(name, ID, sa.ForeignKey(f"{to}.id"), nullable=nullable, index=index)


def moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    """Return a column that holds a moment."""
    return sa.Column(name, Moment(), nullable=nullable)


def one_of(column: str, *words: str) -> sa.CheckConstraint:
    """Return the check that a column holds one of a closed list of words."""
    listed = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)
