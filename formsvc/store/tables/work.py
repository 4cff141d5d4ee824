"""Background work and the audit: jobs, entries, the chain, its head."""

from __future__ import annotations

import sqlalchemy as sa

from formsvc.store.tables.base import HASH, ID, WORD, Json, id_column, metadata, moment, one_of, refers

job = sa.Table(
    "job",
    metadata,
    id_column(),
    sa.Column("kind", WORD, nullable=False),
    sa.Column("key", sa.String(120), nullable=False, unique=True),  # ids only: the same work is enqueued once
    refers("organisation_id", "organisation", nullable=True),
    sa.Column("subject_id", ID, index=True),  # what it is about: the snapshot that is issued
    sa.Column("payload", Json(), nullable=False),  # ids only
    sa.Column("state", WORD, nullable=False),
    moment("due_at"),
    sa.Column("lease", ID),
    sa.Column("worker", sa.String(160)),  # which process holds the lease
    moment("leased_until", nullable=True),
    sa.Column("attempts", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("progress", WORD, nullable=False, server_default=sa.text("''")),
    sa.Column("outcome", sa.String(80), nullable=False, server_default=sa.text("''")),  # a code
    moment("created_at"),
    moment("finished_at", nullable=True),
    one_of("state", "waiting", "running", "done", "failed"),
    sa.CheckConstraint("(state = 'running') = (lease IS NOT NULL)", name="leased"),
    sa.Index("ix_job_due", "state", "due_at"),
    sa.Index("ix_job_listed", "organisation_id", "created_at", "id"),
)

audit_entry = sa.Table(
    "audit_entry",
    metadata,
    id_column(),
    moment("at"),
    sa.Column("act", WORD, nullable=False),
    sa.Column("outcome", WORD, nullable=False),
    # Plain ids, no foreign keys: an entry outlives what it speaks of.
    sa.Column("actor_id", ID),
    sa.Column("organisation_id", ID),
    sa.Column("child_id", ID),
    sa.Column("record_id", ID),
    sa.Column("subject_id", ID),
    sa.Column("data", Json(), nullable=False),  # ids, codes, numbers and hashes, never content
    one_of("outcome", "done", "refused"),
    sa.Index("ix_audit_entry_child", "child_id", "at"),
    sa.Index("ix_audit_entry_actor", "actor_id", "at"),
    sa.Index("ix_audit_entry_organisation", "organisation_id", "at"),
    sa.Index("ix_audit_entry_act", "organisation_id", "act", "at"),
    sa.Index(
        "ix_audit_entry_refused",
        "organisation_id",
        "at",
        sqlite_where=sa.text("outcome = 'refused'"),
        postgresql_where=sa.text("outcome = 'refused'"),
    ),
)

audit_unlinked = sa.Table(
    "audit_unlinked",
    metadata,
    sa.Column("entry_id", ID, sa.ForeignKey("audit_entry.id"), primary_key=True),
    moment("at"),
    sa.Column("mark", HASH),  # HMAC under the content key: who has the database alone adds and edits nothing
    sa.Index("ix_audit_unlinked_at", "at", "entry_id"),
)

audit_link = sa.Table(
    "audit_link",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("entry_id", ID, nullable=False, unique=True),
    sa.Column("entry_hash", HASH, nullable=False),
    sa.Column("hash", HASH, nullable=False),  # SHA-256 over the hash before, the number and the entry's hash
)

audit_head = sa.Table(
    "audit_head",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("hash", HASH, nullable=False),
    sa.Column("mark", HASH, nullable=False),  # HMAC under the content key: the database alone cannot make it
    moment("at"),
    sa.CheckConstraint("id = 1", name="single"),
)
