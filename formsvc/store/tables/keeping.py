"""How long things are kept: schedules, closed cases, legal holds, disposals, exports that wait."""

from __future__ import annotations

import sqlalchemy as sa

from formsvc.store.tables.base import HASH, ID, WORD, id_column, metadata, moment, one_of, refers

retention_rule = sa.Table(
    "retention_rule",
    metadata,
    sa.Column("organisation_id", ID, sa.ForeignKey("organisation.id"), primary_key=True),
    sa.Column("status", WORD, primary_key=True),
    sa.Column("number", sa.Integer),  # null: nothing is set, so nothing is ever due
    sa.Column("unit", WORD, nullable=False),
    sa.Column("starts", WORD, nullable=False),
    refers("changed_by", "user", nullable=True),
    moment("changed_at"),
    one_of("unit", "years", "months"),
    one_of("starts", "birth", "closing", "last_change"),
    sa.CheckConstraint("number IS NULL OR number > 0", name="number"),
)

closing = sa.Table(
    "closing",
    metadata,
    sa.Column("child_id", ID, sa.ForeignKey("child.id"), primary_key=True),
    sa.Column("status", WORD, nullable=False),  # why the case was closed: no row, and it is open
    sa.Column("on_day", sa.String(10), nullable=False),  # 2026-11-22
    refers("closed_by", "user", nullable=True),
    moment("at"),
)

legal_hold = sa.Table(
    "legal_hold",
    metadata,
    id_column(),
    refers("child_id", "child", index=True),
    sa.Column("why", sa.LargeBinary, nullable=False),  # sealed
    refers("put_by", "user", nullable=True),
    moment("from_at"),
    moment("until_at", nullable=True),
    refers("lifted_by", "user", nullable=True),
    sa.Column("lifted_why", sa.LargeBinary),  # sealed
    sa.CheckConstraint("(until_at IS NULL) = (lifted_why IS NULL)", name="lifted"),
)

disposal_due = sa.Table(
    "disposal_due",
    metadata,
    sa.Column("child_id", ID, sa.ForeignKey("child.id"), primary_key=True),
    refers("organisation_id", "organisation", index=True),
    moment("found_at"),
)

_ACTIVE = sa.text("state IN ('proposed', 'confirmed')")

disposal = sa.Table(
    "disposal",
    metadata,
    id_column(),
    refers("child_id", "child"),
    refers("organisation_id", "organisation"),
    sa.Column("state", WORD, nullable=False),
    sa.Column("status", WORD, nullable=False),  # the rule it was due under, as it stood
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("unit", WORD, nullable=False),
    sa.Column("starts", WORD, nullable=False),
    refers("proposed_by", "user", nullable=True),
    moment("proposed_at"),
    refers("confirmed_by", "user", nullable=True),
    moment("confirmed_at", nullable=True),
    moment("due_at", nullable=True),  # the end of the days in which it can still be stopped
    refers("ended_by", "user", nullable=True),
    sa.Column("ended_why", WORD),  # a code: why it was stopped
    moment("ended_at", nullable=True),  # stopped, or done
    moment("destroyed_at", nullable=True),
    sa.Column("audit_seq", sa.BigInteger),  # the last link that her snapshots carried away
    sa.Column("audit_hash", HASH),
    one_of("state", "proposed", "confirmed", "cancelled", "destroyed", "done"),
    sa.CheckConstraint(
        "proposed_by IS NULL OR confirmed_by IS NULL OR proposed_by <> confirmed_by", name="two_people"
    ),
    sa.Index("uq_disposal_active", "child_id", unique=True, sqlite_where=_ACTIVE, postgresql_where=_ACTIVE),
    sa.Index("ix_disposal_listed", "organisation_id", "proposed_at"),
)

disposed_file = sa.Table(
    "disposed_file",
    metadata,
    sa.Column("address", HASH, primary_key=True),  # under a key that is gone: still to be removed
    refers("disposal_id", "disposal", index=True),
)

disposed_seal = sa.Table(
    "disposed_seal",
    metadata,
    sa.Column("seal_id", HASH, primary_key=True),  # of a document that was issued here and is not kept
    sa.Column("printed", HASH, nullable=False, index=True),  # SHA-256 of its reference and check code
    moment("at"),
)

export = sa.Table(
    "export",
    metadata,
    id_column(),
    refers("child_id", "child", index=True),
    refers("asked_by", "user", nullable=True),
    sa.Column("why", sa.LargeBinary, nullable=False),  # sealed
    sa.Column("state", WORD, nullable=False),
    refers("blob_id", "blob", nullable=True, index=True),  # what it holds besides files that are kept anyway
    moment("asked_at"),
    moment("ready_at", nullable=True),
    moment("until_at"),  # when it is deleted, fetched or not
    moment("ended_at", nullable=True),
    one_of("state", "waiting", "ready", "fetched", "expired"),
)
