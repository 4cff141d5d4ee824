"""Who of those near a child may not see what is held, and who looked in an emergency."""

from __future__ import annotations

import sqlalchemy as sa

from formsvc.store.tables.base import id_column, metadata, moment, one_of, refers

withholding = sa.Table(
    "withholding",
    metadata,
    id_column(),
    refers("child_id", "child"),
    refers("user_id", "user"),
    refers("record_id", "record", nullable=True),  # null: everything about the child
    sa.Column("part", sa.String(40), nullable=False, server_default=sa.text("''")),  # empty: the whole record
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("why", sa.LargeBinary),  # sealed
    refers("created_by", "user", nullable=True),
    moment("from_at"),
    moment("until_at", nullable=True),
    refers("ended_by", "user", nullable=True),
    one_of("kind", "withheld", "allegation"),
    sa.CheckConstraint("record_id IS NOT NULL OR part = ''", name="part_of_a_record"),
    sa.Index("ix_withholding_person", "user_id", "child_id", "until_at"),
    sa.Index("ix_withholding_child", "child_id", "from_at"),
)

part_reader = sa.Table(
    "part_reader",
    metadata,
    id_column(),
    refers("child_id", "child", index=True),
    refers("record_id", "record", index=True),
    sa.Column("part", sa.String(40), nullable=False),
    refers("user_id", "user"),
    refers("created_by", "user", nullable=True),
    moment("from_at"),
    moment("until_at", nullable=True),
    refers("ended_by", "user", nullable=True),
    sa.Index("ix_part_reader_person", "user_id", "record_id", "until_at"),
)

fact_release = sa.Table(
    "fact_release",
    metadata,
    id_column(),
    refers("child_id", "child", index=True),
    refers("fact_id", "fact"),
    sa.Column("audience_id", sa.String(40), nullable=False),
    sa.Column("why", sa.LargeBinary),  # sealed
    refers("released_by", "user", nullable=True),
    moment("released_at"),
    sa.UniqueConstraint("fact_id", "audience_id"),
)

emergency = sa.Table(
    "emergency",
    metadata,
    id_column(),
    refers("child_id", "child"),
    refers("user_id", "user"),
    refers("membership_id", "membership"),
    sa.Column("why", sa.LargeBinary),  # sealed
    moment("from_at"),
    moment("until_at"),
    moment("reviewed_at", nullable=True),
    refers("reviewed_by", "user", nullable=True),
    sa.Column("finding", sa.String(40)),
    sa.Column("remark", sa.LargeBinary),  # sealed
    one_of("finding", "justified", "not_justified"),
    sa.CheckConstraint("(reviewed_at IS NULL) = (finding IS NULL)", name="reviewed"),
    sa.Index("ix_emergency_person", "membership_id", "child_id", "until_at"),
    sa.Index("ix_emergency_child", "child_id", "from_at"),
)
