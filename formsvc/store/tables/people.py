"""Who works here and who controls the data: organisations, teams, homes, forces, users, memberships."""

from __future__ import annotations

import sqlalchemy as sa

from formsvc.store.tables.base import HASH, ID, WORD, Json, id_column, metadata, moment, one_of, refers

organisation = sa.Table(
    "organisation",
    metadata,
    id_column(),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("kind", WORD, nullable=False),
    sa.Column("totp_roles", Json),  # roles in which nobody works here without a second factor; null: none
    moment("created_at"),
    moment("closed_at", nullable=True),
    one_of("kind", "authority", "provider", "police", "health", "school", "other"),
)

logo = sa.Table(
    "logo",
    metadata,
    sa.Column("organisation_id", ID, sa.ForeignKey("organisation.id"), primary_key=True),
    sa.Column("sha256", HASH, nullable=False),
    sa.Column("png", sa.LargeBinary, nullable=False),  # made anew by us: nothing about anybody
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("height", sa.Integer, nullable=False),
    moment("created_at"),
)

team = sa.Table(
    "team",
    metadata,
    id_column(),
    refers("organisation_id", "organisation", index=True),
    sa.Column("name", sa.String(200), nullable=False),
    moment("created_at"),
    moment("closed_at", nullable=True),
)

home = sa.Table(
    "home",
    metadata,
    id_column(),
    refers("organisation_id", "organisation", index=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("area_id", WORD, nullable=False),
    moment("created_at"),
    moment("closed_at", nullable=True),
)

force = sa.Table(
    "force",
    metadata,
    id_column(),
    refers("organisation_id", "organisation", index=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("area_id", WORD, nullable=False, index=True),
    moment("created_at"),
    moment("closed_at", nullable=True),
)

user = sa.Table(
    "user",
    metadata,
    id_column(),
    sa.Column("email", sa.String(254), nullable=False, unique=True),  # lower case
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("password", sa.String(200)),  # argon2id, with its own parameters and salt
    sa.Column("code", sa.String(200)),  # argon2id of a one-time code that stands for the password
    moment("code_until", nullable=True),
    moment("password_changed_at", nullable=True),
    sa.Column("failures", sa.Integer, nullable=False, server_default=sa.text("0")),
    moment("failed_at", nullable=True),
    moment("locked_at", nullable=True),
    moment("signed_in_at", nullable=True),
    moment("created_at"),
    moment("closed_at", nullable=True),
)

membership = sa.Table(
    "membership",
    metadata,
    id_column(),
    refers("user_id", "user", index=True),
    refers("organisation_id", "organisation", index=True),
    sa.Column("role", WORD, nullable=False),
    refers("team_id", "team", nullable=True, index=True),
    refers("home_id", "home", nullable=True, index=True),
    refers("force_id", "force", nullable=True, index=True),
    moment("from_at"),
    moment("until_at", nullable=True),
    sa.CheckConstraint("until_at IS NULL OR until_at >= from_at", name="in_order"),
    sa.CheckConstraint(
        "(team_id IS NULL AND home_id IS NULL) OR (team_id IS NULL AND force_id IS NULL)"
        " OR (home_id IS NULL AND force_id IS NULL)",
        name="one_place",
    ),
)

effective_definition = sa.Table(
    "effective_definition",
    metadata,
    sa.Column("hash", HASH, primary_key=True),
    sa.Column("definition_id", WORD, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("area_id", WORD, nullable=False),
    sa.Column("title", sa.String(200), nullable=False),
    sa.Column("document", sa.Text, nullable=False),  # canonical JSON, whole: `hash` is its SHA-256
    moment("first_used_at"),
    sa.Index("ix_effective_definition_of", "definition_id", "area_id"),
)

__all__ = [
    "ID",
    "effective_definition",
    "force",
    "home",
    "logo",
    "membership",
    "organisation",
    "team",
    "user",
]
