"""Filled forms: records, revisions, the draft's sections, sign-offs, snapshots, attachments, documents."""

from __future__ import annotations

import sqlalchemy as sa

from formsvc.store.tables.base import HASH, ID, WORD, id_column, metadata, moment, one_of, refers

record = sa.Table(
    "record",
    metadata,
    id_column(),
    sa.Column("reference", sa.String(20), nullable=False, unique=True),  # what print and people say
    refers("controller_id", "organisation"),
    refers("child_id", "child"),
    sa.Column("definition_id", WORD, nullable=False),
    sa.Column("area_id", WORD, nullable=False),
    moment("created_at"),
    refers("created_by", "user", nullable=True),
    moment("changed_at"),
    sa.Index("ix_record_child", "child_id", "changed_at"),
    sa.Index("ix_record_listed", "controller_id", "definition_id", "changed_at", "id"),
)

OPEN = sa.text("state IN ('draft', 'awaiting_signoff')")
CURRENT = sa.text("state = 'final'")

revision = sa.Table(
    "revision",
    metadata,
    id_column(),
    refers("record_id", "record"),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("state", WORD, nullable=False),
    sa.Column("definition_hash", HASH, sa.ForeignKey("effective_definition.hash"), nullable=False),
    sa.Column("supersedes", sa.Integer),  # the number of the final revision this one grew from
    sa.Column("status", WORD),  # from final on: approved or not_yet_approved
    sa.Column("salt", HASH),
    sa.Column("frozen_hash", HASH),  # what every sign-off binds to; null in a draft
    sa.Column("frozen", sa.LargeBinary),  # sealed: answers, not asked, notices, attachments
    moment("frozen_at", nullable=True),
    refers("frozen_by", "user", nullable=True),
    moment("created_at"),
    refers("created_by", "user", nullable=True),
    moment("changed_at"),
    moment("final_at", nullable=True),
    moment("ended_at", nullable=True),  # superseded or withdrawn
    sa.Column("ended_why", WORD),  # a code, never prose
    sa.UniqueConstraint("record_id", "number"),
    one_of("state", "draft", "awaiting_signoff", "final", "superseded", "withdrawn"),
    one_of("status", "approved", "not_yet_approved"),
    sa.CheckConstraint(
        "(state = 'draft') = (frozen_hash IS NULL) AND (salt IS NULL) = (frozen_hash IS NULL)",
        name="frozen",
    ),
    sa.CheckConstraint(
        "(state IN ('final', 'superseded', 'withdrawn')) = (final_at IS NOT NULL)"
        " AND (status IS NULL) = (final_at IS NULL)",
        name="final",
    ),
    sa.Index("uq_revision_open", "record_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    sa.Index("uq_revision_current", "record_id", unique=True, sqlite_where=CURRENT, postgresql_where=CURRENT),
    sa.Index("ix_revision_drafts", "created_by", "state", "changed_at"),
)

section = sa.Table(
    "section",
    metadata,
    sa.Column("revision_id", ID, sa.ForeignKey("revision.id"), primary_key=True),
    sa.Column("page_id", WORD, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),  # the token a later save must name
    sa.Column("content", sa.LargeBinary, nullable=False),  # sealed: answers, and typed what was not read
    moment("saved_at"),
    refers("saved_by", "user", nullable=True),
)

section_past = sa.Table(
    "section_past",
    metadata,
    sa.Column("revision_id", ID, sa.ForeignKey("revision.id"), primary_key=True),
    sa.Column("page_id", WORD, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
    moment("saved_at"),
    refers("saved_by", "user", nullable=True),
)

signoff = sa.Table(
    "signoff",
    metadata,
    id_column(),
    refers("revision_id", "revision", index=True),
    sa.Column("rule_id", WORD, nullable=False),
    refers("user_id", "user", nullable=True),  # who recorded it
    sa.Column("role", WORD, nullable=False),
    sa.Column("outcome", WORD, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),  # sealed: name, capacity, words
    sa.Column("binds", HASH, nullable=False),  # the frozen hash it was given for
    moment("at"),
    moment("voided_at", nullable=True),
    sa.Column("voided_why", WORD),
    one_of("outcome", "agreed", "declined", "not_sought"),
    sa.Index(
        "uq_signoff_standing",
        "revision_id",
        "rule_id",
        unique=True,
        sqlite_where=sa.text("voided_at IS NULL"),
        postgresql_where=sa.text("voided_at IS NULL"),
    ),
)

sendback = sa.Table(
    "sendback",
    metadata,
    id_column(),
    refers("revision_id", "revision", index=True),
    refers("user_id", "user", nullable=True),
    sa.Column("content", sa.LargeBinary, nullable=False),  # sealed: why, and at which paths
    moment("at"),
    moment("resolved_at", nullable=True),
)

snapshot = sa.Table(
    "snapshot",
    metadata,
    id_column(),
    refers("revision_id", "revision"),
    sa.Column("envelope", sa.LargeBinary, nullable=False),  # sealed canonical JSON
    sa.Column("hash", HASH, nullable=False, unique=True),
    sa.Column("audit_head", HASH),  # the last link when this was frozen
    sa.Column("audit_seq", sa.BigInteger),
    moment("at"),
    sa.UniqueConstraint("revision_id"),
)

attachment = sa.Table(
    "attachment",
    metadata,
    id_column(),
    refers("record_id", "record"),
    refers("blob_id", "blob", index=True),
    sa.Column("media_type", sa.String(100), nullable=False),
    sa.Column("signed", sa.LargeBinary),  # sealed: what was found of its signatures when it came
    moment("created_at"),
    refers("created_by", "user", nullable=True),
    sa.UniqueConstraint("record_id", "blob_id"),
)

document = sa.Table(
    "document",
    metadata,
    id_column(),
    refers("snapshot_id", "snapshot"),
    refers("record_id", "record"),
    refers("blob_id", "blob", index=True),
    sa.Column("audience_id", WORD, nullable=False),
    sa.Column("kind", WORD, nullable=False),
    sa.Column("seal_id", HASH, nullable=False, unique=True),  # SHA-256 of the first seal's signature value
    sa.Column("sha256", HASH, nullable=False),
    sa.Column("view_hash", HASH, nullable=False, index=True),
    sa.Column("state", WORD, nullable=False),
    sa.Column("level", WORD, nullable=False, server_default=sa.text("'B-B'")),  # it only ever rises
    moment("stamped_at", nullable=True),  # when the authority says; null below B-T
    moment("issued_at"),
    moment("ended_at", nullable=True),
    sa.UniqueConstraint("snapshot_id", "audience_id", "kind"),
    one_of("kind", "pdf", "docx", "sheet"),
    one_of("level", "B-B", "B-T", "B-LT", "B-LTA"),
    sa.CheckConstraint("(level = 'B-B') = (stamped_at IS NULL)", name="stamped"),
    one_of("state", "current", "superseded", "withdrawn", "recalled"),
    sa.Index("ix_document_record", "record_id", "issued_at"),
)
