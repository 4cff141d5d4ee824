"""Which answers of a revision arrived with it, from what, and who has confirmed them since."""

from __future__ import annotations

import sqlalchemy as sa

from formsvc.store.tables.base import WORD, id_column, metadata, moment, one_of, refers

prefill = sa.Table(
    "prefill",
    metadata,
    id_column(),
    refers("revision_id", "revision"),
    sa.Column("field_id", WORD, nullable=False),
    refers("fact_id", "fact", nullable=True),  # null: from the child's own page
    sa.Column("version", sa.Integer),  # of the fact
    sa.Column("source", WORD, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),  # sealed: the value as it was filled in
    moment("known_at"),  # when it had last been confirmed
    moment("filled_at"),
    refers("filled_by", "user", nullable=True),
    moment("confirmed_at", nullable=True),
    refers("confirmed_by", "user", nullable=True),
    sa.UniqueConstraint("revision_id", "field_id"),
    one_of("source", "fact", "child", "placement", "worker"),
    sa.CheckConstraint("(fact_id IS NULL) = (version IS NULL)", name="versioned"),
    sa.CheckConstraint("(source = 'fact') = (fact_id IS NOT NULL)", name="from_a_fact"),
)
