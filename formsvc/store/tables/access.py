"""Who is signed in, and the one-time links that let somebody choose a password."""

from __future__ import annotations

import sqlalchemy as sa

from formsvc.store.tables.base import HASH, WORD, id_column, metadata, moment, one_of, refers

session = sa.Table(
    "session",
    metadata,
    id_column(),
    sa.Column("token_hash", HASH, nullable=False, unique=True),  # SHA-256 of what the cookie holds
    refers("user_id", "user", index=True),
    refers("membership_id", "membership", nullable=True),  # null until a role is chosen
    sa.Column("agent", sa.String(80), nullable=False),  # "Firefox on Windows", for the person's own list
    moment("created_at"),
    moment("seen_at"),
    moment("proven_at"),  # when the password was last given
    moment("ended_at", nullable=True),
    sa.Column("ended_why", WORD),
    sa.CheckConstraint("(ended_at IS NULL) = (ended_why IS NULL)", name="ended"),
)

password_link = sa.Table(
    "password_link",
    metadata,
    sa.Column("token_hash", HASH, primary_key=True),
    refers("user_id", "user", index=True),
    sa.Column("kind", WORD, nullable=False),
    sa.Column("state", HASH, nullable=False),  # of the account when it was made: any change kills the link
    refers("created_by", "user", nullable=True),
    moment("created_at"),
    moment("expires_at"),
    moment("used_at", nullable=True),
    one_of("kind", "invite", "reset"),
)
