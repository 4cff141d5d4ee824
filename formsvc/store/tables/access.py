"""Who is signed in, by which proofs; who is on call; what was typed when nobody was signed in any more."""

from __future__ import annotations

import sqlalchemy as sa

from formsvc.store.tables.base import HASH, ID, WORD, id_column, metadata, moment, one_of, refers

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
    moment("locked_at", nullable=True),  # the screen is locked: nothing opens before the password
    moment("code_due_at", nullable=True),  # the password was right, the code of the second factor is due
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

invitation = sa.Table(
    "invitation",
    metadata,
    id_column(),
    sa.Column("token_hash", HASH, nullable=False, unique=True),
    refers("organisation_id", "organisation"),
    sa.Column("email", sa.String(254), nullable=False),  # lower case; whose it is, is not known here
    sa.Column("name", sa.String(200), nullable=False),  # as whoever invites wrote it
    sa.Column("role", WORD, nullable=False),
    refers("team_id", "team", nullable=True),
    refers("home_id", "home", nullable=True),
    refers("force_id", "force", nullable=True),
    refers("created_by", "user"),
    moment("created_at"),
    moment("expires_at"),
    moment("used_at", nullable=True),  # when the link was used: it opens nothing again
    moment("answered_at", nullable=True),
    sa.Column("answer", WORD),
    refers("user_id", "user", nullable=True),  # who accepted
    sa.CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answered"),
    one_of("answer", "accepted", "declined", "withdrawn"),
    sa.Index("ix_invitation_email", "email", "answered_at"),
    sa.Index("ix_invitation_organisation", "organisation_id", "created_at"),
)

second_factor = sa.Table(
    "second_factor",
    metadata,
    sa.Column("user_id", ID, sa.ForeignKey("user.id"), primary_key=True),
    sa.Column("content_key_id", sa.String(12), nullable=False),
    sa.Column("secret", sa.LargeBinary, nullable=False),  # sealed under the content key
    sa.Column("last_step", sa.Integer, nullable=False),  # the step of the last code that was taken
    moment("created_at"),
    moment("confirmed_at", nullable=True),  # null until a first code was right: it does not count before
)

recovery_code = sa.Table(
    "recovery_code",
    metadata,
    sa.Column("user_id", ID, sa.ForeignKey("user.id"), primary_key=True),
    sa.Column("code_hash", HASH, primary_key=True),
    moment("used_at", nullable=True),
)

on_call = sa.Table(
    "on_call",
    metadata,
    id_column(),
    refers("organisation_id", "organisation"),
    refers("membership_id", "membership"),
    refers("named_by", "user", nullable=True),
    moment("created_at"),
    moment("from_at"),
    moment("until_at"),
    sa.CheckConstraint("until_at >= from_at", name="in_order"),
    sa.Index("ix_on_call_now", "organisation_id", "until_at"),
)

kept_page = sa.Table(
    "kept_page",
    metadata,
    id_column(),
    refers("user_id", "user", index=True),  # who typed it
    refers("membership_id", "membership", nullable=True),  # in which role
    refers("record_id", "record"),
    refers("child_id", "child", index=True),
    sa.Column("page_id", WORD, nullable=False),
    sa.Column("group_id", WORD, nullable=False),  # empty: the page itself
    sa.Column("row_id", WORD, nullable=False),
    sa.Column("why", WORD, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),  # sealed
    moment("created_at"),
    moment("done_at", nullable=True),
    refers("done_by", "user", nullable=True),
    one_of("why", "signed_out", "switched", "locked", "shift_over"),
)
