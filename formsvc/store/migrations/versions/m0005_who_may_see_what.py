"""Who may see what, the rest: what each part of it needs, part by part."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and columns of each part in turn."""
    _signing_in_up()
    _administration_up()


def downgrade() -> None:
    """Drop them, the last first."""
    _administration_down()
    _signing_in_down()


def _signing_in_up() -> None:
    """Locked screens, one-time codes, second factors, who is on call, what was typed too late."""
    op.add_column("organisation", sa.Column("totp_roles", sa.Text(), nullable=True))
    op.add_column("user", sa.Column("code", sa.String(length=200), nullable=True))
    op.add_column("user", sa.Column("code_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("session", sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("session", sa.Column("code_due_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "second_factor",
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("content_key_id", sa.String(length=12), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_second_factor_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_recovery_code_user_id")),
        sa.PrimaryKeyConstraint("user_id", "code_hash", name=op.f("pk_recovery_code")),
    )
    op.create_table(
        "on_call",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("membership_id", sa.String(length=32), nullable=False),
        sa.Column("named_by", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("until_at >= from_at", name=op.f("ck_on_call_in_order")),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_on_call_membership_id")),
        sa.ForeignKeyConstraint(["named_by"], ["user.id"], name=op.f("fk_on_call_named_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_on_call_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_on_call")),
    )
    op.create_index("ix_on_call_now", "on_call", ["organisation_id", "until_at"], unique=False)
    op.create_table(
        "kept_page",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("membership_id", sa.String(length=32), nullable=True),
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("child_id", sa.String(length=32), nullable=False),
        sa.Column("page_id", sa.String(length=40), nullable=False),
        sa.Column("group_id", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.String(length=40), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "why IN ('signed_out', 'switched', 'locked', 'shift_over')", name=op.f("ck_kept_page_why")
        ),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_kept_page_child_id")),
        sa.ForeignKeyConstraint(["done_by"], ["user.id"], name=op.f("fk_kept_page_done_by")),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_kept_page_membership_id")
        ),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_kept_page_record_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_kept_page_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_page")),
    )
    op.create_index(op.f("ix_kept_page_child_id"), "kept_page", ["child_id"], unique=False)
    op.create_index(op.f("ix_kept_page_user_id"), "kept_page", ["user_id"], unique=False)


def _signing_in_down() -> None:
    for table in ("kept_page", "on_call", "recovery_code", "second_factor"):
        op.drop_table(table)
    for table, column in (
        ("session", "code_due_at"),
        ("session", "locked_at"),
        ("user", "code_until"),
        ("user", "code"),
        ("organisation", "totp_roles"),
    ):
        op.drop_column(table, column)


def _administration_up() -> None:
    """The logo of an organisation."""
    op.create_table(
        "logo",
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_logo_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_logo")),
    )


def _administration_down() -> None:
    op.drop_table("logo")
