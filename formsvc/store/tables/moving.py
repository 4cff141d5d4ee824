"""What a move of placement leaves to be done, and what a look at a secret leaves behind."""

from __future__ import annotations

import sqlalchemy as sa

from formsvc.store.tables.base import ID, WORD, id_column, metadata, moment, one_of, refers

review_request = sa.Table(
    "review_request",
    metadata,
    id_column(),
    refers("child_id", "child", index=True),
    refers("placement_id", "placement", index=True),  # the move that asks for it
    refers("record_id", "record"),
    refers("revision_id", "revision"),  # the one that was current at the move
    moment("due_at"),
    moment("created_at"),
    moment("wanted_at", nullable=True),  # when the new home said that something has to change
    refers("wanted_by", "user", nullable=True),
    sa.Column("wanted", sa.LargeBinary),  # sealed: what has to change
    moment("done_at", nullable=True),
    refers("done_by", "user", nullable=True),
    sa.Column("outcome", WORD),
    one_of("outcome", "no_change", "revised", "withdrawn", "moved_again", "undone"),
    sa.CheckConstraint("(done_at IS NULL) = (outcome IS NULL)", name="done"),
    sa.CheckConstraint("(wanted_at IS NULL) = (wanted IS NULL)", name="wanted"),
    sa.Index(
        "uq_review_request_open",
        "record_id",
        unique=True,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    ),
)

placement_undone = sa.Table(
    "placement_undone",
    metadata,
    sa.Column("placement_id", ID, sa.ForeignKey("placement.id"), primary_key=True),
    refers("child_id", "child", index=True),
    sa.Column("why", sa.LargeBinary),  # sealed
    moment("at"),
    refers("by", "user", nullable=True),
)

late_page = sa.Table(
    "late_page",
    metadata,
    id_column(),
    refers("child_id", "child", index=True),
    refers("record_id", "record", index=True),
    refers("user_id", "user", nullable=True),  # who typed it, in the home she had left
    sa.Column("page_id", WORD, nullable=False),
    sa.Column("content", sa.LargeBinary),  # sealed: what was typed
    moment("at"),
    moment("read_at", nullable=True),
    refers("read_by", "user", nullable=True),
)

secret_look = sa.Table(
    "secret_look",
    metadata,
    id_column(),  # of the page that asked: it opens once
    refers("secret_id", "secret", index=True),
    refers("child_id", "child"),
    refers("user_id", "user", nullable=True),
    sa.Column("why", sa.LargeBinary),  # sealed
    moment("at"),
)
