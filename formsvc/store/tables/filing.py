"""What other systems know a child by, and what is still to be taken to them."""

from __future__ import annotations

import sqlalchemy as sa

from formsvc.store.tables.base import ID, WORD, id_column, metadata, moment, one_of, refers

external_reference = sa.Table(
    "external_reference",
    metadata,
    id_column(),
    refers("child_id", "child", index=True),
    sa.Column("kind", WORD, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),  # sealed: the reference, whose system it is of
    sa.Column("replaces_id", ID),  # the one that it corrects
    moment("from_at"),
    refers("created_by", "user", nullable=True),
    moment("until_at", nullable=True),
    refers("ended_by", "user", nullable=True),
    sa.Column("ended_why", WORD),
    one_of("kind", "case_system", "nhs_number", "police_person", "police_record", "upn"),
    one_of("ended_why", "corrected", "mistaken", "not_used"),
    sa.CheckConstraint("(until_at IS NULL) = (ended_why IS NULL)", name="ended"),
)

upload_task = sa.Table(
    "upload_task",
    metadata,
    id_column(),
    refers("child_id", "child", index=True),
    refers("record_id", "record", index=True),
    refers("revision_id", "revision"),
    refers("organisation_id", "organisation"),  # whose case file it is for
    moment("opened_at"),
    moment("done_at", nullable=True),
    refers("done_by", "user", nullable=True),
    sa.Column("outcome", WORD),
    sa.Column("why", sa.LargeBinary),  # sealed: why it is not needed
    sa.UniqueConstraint("revision_id"),
    one_of("outcome", "uploaded", "not_needed", "superseded", "withdrawn"),
    sa.CheckConstraint("(done_at IS NULL) = (outcome IS NULL)", name="done"),
    sa.Index("ix_upload_task_open", "organisation_id", "done_at", "opened_at"),
)
