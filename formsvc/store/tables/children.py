"""Children: their keys, where they live, who works with them, what is known, what is secret."""

from __future__ import annotations

import sqlalchemy as sa

from formsvc.store.tables.base import HASH, ID, WORD, Json, id_column, metadata, moment, refers

child = sa.Table(
    "child",
    metadata,
    id_column(),
    refers("controller_id", "organisation"),
    sa.Column("reference", sa.String(20), nullable=False, unique=True),
    sa.Column("identity", sa.LargeBinary),  # sealed: names, date of birth; null once disposed of
    refers("team_id", "team", nullable=True, index=True),
    moment("created_at"),
    refers("created_by", "user", nullable=True),
    moment("changed_at"),
    moment("disposed_at", nullable=True),
    sa.Index("ix_child_listed", "controller_id", "changed_at", "id"),
)

child_key = sa.Table(
    "child_key",
    metadata,
    sa.Column("id", ID, primary_key=True),
    refers("child_id", "child"),
    sa.Column("content_key_id", sa.String(12), nullable=False),
    sa.Column("wrapped", sa.LargeBinary),
    moment("created_at"),
    moment("destroyed_at", nullable=True),
    sa.UniqueConstraint("child_id"),
    sa.CheckConstraint("(wrapped IS NULL) = (destroyed_at IS NOT NULL)", name="destroyed"),
)

child_token = sa.Table(
    "child_token",
    metadata,
    sa.Column("token", sa.String(32), primary_key=True),  # a blind index: never the text itself
    sa.Column("child_id", ID, sa.ForeignKey("child.id"), primary_key=True, index=True),
)

allocation = sa.Table(
    "allocation",
    metadata,
    id_column(),
    refers("child_id", "child", index=True),
    refers("user_id", "user"),
    moment("from_at"),
    moment("until_at", nullable=True),
    sa.Index("ix_allocation_caseload", "user_id", "until_at", "child_id"),
    sa.Index(
        "uq_allocation_current",
        "child_id",
        "user_id",
        unique=True,
        sqlite_where=sa.text("until_at IS NULL"),
        postgresql_where=sa.text("until_at IS NULL"),
    ),
)

placement = sa.Table(
    "placement",
    metadata,
    id_column(),
    refers("child_id", "child", index=True),
    refers("controller_id", "organisation"),
    refers("home_id", "home", nullable=True),
    sa.Column("area_id", WORD, nullable=False),
    sa.Column("details", sa.LargeBinary, nullable=False),  # sealed: kind, address, carer, why confidential
    moment("from_at"),
    moment("until_at", nullable=True),
    moment("created_at"),
    sa.CheckConstraint("until_at IS NULL OR until_at >= from_at", name="in_order"),
    sa.Index("ix_placement_home", "home_id", "until_at", "child_id"),
    sa.Index("ix_placement_area", "area_id", "until_at", "child_id"),
    sa.Index(
        "uq_placement_current",
        "child_id",
        unique=True,
        sqlite_where=sa.text("until_at IS NULL"),
        postgresql_where=sa.text("until_at IS NULL"),
    ),
)

fact = sa.Table(
    "fact",
    metadata,
    id_column(),
    refers("child_id", "child"),
    refers("controller_id", "organisation"),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("value", sa.LargeBinary, nullable=False),  # sealed
    sa.Column("audiences", Json(), nullable=False),  # who may have it: travels with the fact
    refers("revision_id", "revision", nullable=True),
    sa.Column("path", sa.String(64), nullable=False),
    moment("confirmed_at"),
    moment("replaced_at", nullable=True),
    sa.Column(
        "definition_id", WORD, nullable=False, server_default=sa.text("''")
    ),  # what kind of form says it
    sa.Column("origin_id", ID),  # the fact it was filled in from and nobody has confirmed since
    sa.UniqueConstraint("child_id", "name", "version"),
    sa.Index(
        "uq_fact_current",
        "child_id",
        "name",
        "definition_id",
        unique=True,
        sqlite_where=sa.text("replaced_at IS NULL"),
        postgresql_where=sa.text("replaced_at IS NULL"),
    ),
)

secret = sa.Table(
    "secret",
    metadata,
    id_column(),  # what an answer refers to
    refers("child_id", "child", index=True),
    refers("controller_id", "organisation"),
    sa.Column("field", WORD, nullable=False),
    sa.Column("row_id", sa.String(12), nullable=False, server_default=sa.text("''")),
    sa.Column("value", sa.LargeBinary),  # sealed with child, field and row as associated data
    sa.Column("record_id", ID),  # whose answer refers to it
    moment("created_at"),
    refers("created_by", "user", nullable=True),
    moment("changed_at", nullable=True),  # when another value was last put in its place
    moment("destroyed_at", nullable=True),
)

blob = sa.Table(
    "blob",
    metadata,
    id_column(),
    refers("child_id", "child"),
    sa.Column("sha256", HASH, nullable=False),
    sa.Column("address", HASH, nullable=False, unique=True),
    sa.Column("size", sa.BigInteger, nullable=False),
    moment("created_at"),
    moment("destroyed_at", nullable=True),
    sa.UniqueConstraint("child_id", "sha256"),
)
