"""What was wrong and who has it: copies handed out, recalls and their answers, what is disputed."""

from __future__ import annotations

import sqlalchemy as sa

from formsvc.store.tables.base import WORD, Json, id_column, metadata, moment, one_of, refers

handed_out = sa.Table(
    "handed_out",
    metadata,
    id_column(),
    refers("document_id", "document", index=True),
    refers("child_id", "child", index=True),
    sa.Column("recipient", sa.LargeBinary),  # sealed: name, role, organisation
    sa.Column("channel", WORD, nullable=False),
    moment("at"),  # when it was handed over
    moment("created_at"),
    refers("created_by", "user", nullable=True),
    one_of("channel", "in_person", "post", "secure_mail", "mail", "other"),
)

recall = sa.Table(
    "recall",
    metadata,
    id_column(),
    refers("record_id", "record", index=True),
    refers("revision_id", "revision"),
    refers("child_id", "child", index=True),
    refers("controller_id", "organisation"),
    sa.Column("kind", WORD, nullable=False),
    sa.Column("scope", WORD, nullable=False, server_default=sa.text("'revision'")),  # or "copy": of some
    sa.Column("why", sa.LargeBinary),  # sealed
    moment("begun_at"),
    refers("begun_by", "user", nullable=True),
    moment("due_at"),
    moment("closed_at", nullable=True),
    refers("closed_by", "user", nullable=True),
    sa.Column("closed_how", WORD),
    sa.Column("remark", sa.LargeBinary),  # sealed: why it was closed with an answer missing
    sa.UniqueConstraint("revision_id"),
    one_of("kind", "wrong_child", "dangerous", "wrong_person", "mistaken", "other"),
    one_of("closed_how", "answered", "reasoned"),
    sa.CheckConstraint("(closed_at IS NULL) = (closed_how IS NULL)", name="closed"),
    sa.Index("ix_recall_open", "controller_id", "closed_at", "due_at"),
)

recall_line = sa.Table(
    "recall_line",
    metadata,
    id_column(),
    refers("recall_id", "recall", index=True),
    refers("user_id", "user", nullable=True),  # who took it from here; else it was handed to somebody outside
    sa.Column("role", WORD),
    refers("organisation_id", "organisation", nullable=True),
    refers("handed_out_id", "handed_out", nullable=True),
    sa.Column("copies", Json(), nullable=False),  # [document id, when], each time it was taken
    moment("had_at"),  # when it was first had
    moment("created_at"),
    moment("asked_at", nullable=True),  # when they saw the message, or were sent it
    moment("answered_at", nullable=True),
    sa.CheckConstraint("(user_id IS NULL) <> (handed_out_id IS NULL)", name="one_holder"),
    sa.UniqueConstraint("recall_id", "user_id"),
    sa.UniqueConstraint("recall_id", "handed_out_id"),
    sa.Index("ix_recall_line_holder", "user_id", "answered_at"),
)

recall_answer = sa.Table(
    "recall_answer",
    metadata,
    id_column(),
    refers("line_id", "recall_line", index=True),
    sa.Column("kind", WORD, nullable=False),
    sa.Column("channel", WORD),  # how a holder outside was asked
    moment("at"),  # when it was done or said
    moment("created_at"),
    refers("created_by", "user", nullable=True),
    one_of("kind", "asked", "destroyed", "replaced", "not_kept"),
    one_of("channel", "in_person", "post", "secure_mail", "mail", "phone", "other"),
)

dispute = sa.Table(
    "dispute",
    metadata,
    id_column(),
    refers("child_id", "child", index=True),
    refers("record_id", "record", index=True),
    refers("revision_id", "revision"),  # the one that was disputed
    sa.Column("path", sa.String(64), nullable=False),
    sa.Column("fact", sa.String(80)),  # what the answer is a fact for: it is disputed wherever that stands
    sa.Column("said_by", WORD, nullable=False),
    sa.Column("content", sa.LargeBinary),  # sealed: who says so, their words, what the answer was
    sa.Column("said_on", sa.String(10), nullable=False),  # a day in London, as 2026-11-22
    moment("created_at"),
    refers("created_by", "user", nullable=True),
    moment("settled_at", nullable=True),
    refers("settled_by", "user", nullable=True),
    sa.Column("outcome", WORD),
    sa.Column("answer", sa.LargeBinary),  # sealed: why
    one_of("said_by", "child", "parent"),
    one_of("outcome", "changed", "not_changed"),
    sa.CheckConstraint("(settled_at IS NULL) = (outcome IS NULL)", name="settled"),
)
