"""What a home printed for its paper folder, and the bundles that wait to be taken."""

from __future__ import annotations

import sqlalchemy as sa

from formsvc.store.tables.base import HASH, WORD, id_column, metadata, moment, one_of, refers

home_print = sa.Table(
    "home_print",
    metadata,
    id_column(),
    refers("home_id", "home"),
    refers("asked_by", "user"),
    moment("asked_at"),
    moment("until_at"),  # when what waits is deleted
    sa.Column("state", WORD, nullable=False),
    moment("ready_at", nullable=True),
    moment("ended_at", nullable=True),
    sa.Column("pages", sa.Integer),
    sa.Column("address", HASH),  # where the bundle lies, under a key of its own
    sa.Column("sha256", HASH),
    sa.Column("size", sa.BigInteger),
    sa.Column("key_id", WORD),
    sa.Column("key", sa.LargeBinary),  # sealed under the key of every child in it, one after the other
    one_of("state", "waiting", "ready", "ended"),
    sa.CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended"),
    sa.CheckConstraint("state != 'ready' OR (address IS NOT NULL AND key IS NOT NULL)", name="there"),
    sa.Index("ix_home_print_home", "home_id", "asked_at"),
)

home_print_line = sa.Table(
    "home_print_line",
    metadata,
    id_column(),
    refers("print_id", "home_print"),
    refers("child_id", "child", index=True),
    refers("record_id", "record"),
    refers("revision_id", "revision"),
    refers("document_id", "document"),
    sa.Column("place", sa.Integer, nullable=False),  # the order in the bundle
    sa.UniqueConstraint("print_id", "document_id"),
)

paper_copy = sa.Table(
    "paper_copy",
    metadata,
    id_column(),
    refers("home_id", "home"),
    refers("child_id", "child", index=True),
    refers("record_id", "record"),
    refers("revision_id", "revision", index=True),
    refers("document_id", "document"),
    refers("handed_out_id", "handed_out"),  # as which a recall knows it
    refers("print_id", "home_print"),
    moment("printed_at"),
    refers("printed_by", "user", nullable=True),
    moment("filed_at", nullable=True),  # put in the folder, as somebody ticked
    refers("filed_by", "user", nullable=True),
    moment("destroyed_at", nullable=True),  # taken out and destroyed, as somebody ticked
    refers("destroyed_by", "user", nullable=True),
    sa.UniqueConstraint("print_id", "document_id"),
    sa.Index("ix_paper_copy_home", "home_id", "destroyed_at"),
)
