"""Who may see what: what is withheld from a person by name, and looks taken in an emergency."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "withholding",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("child_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("record_id", sa.String(length=32), nullable=True),
        sa.Column("part", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("why", sa.LargeBinary(), nullable=True),
        sa.Column("created_by", sa.String(length=32), nullable=True),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=32), nullable=True),
        sa.CheckConstraint("kind IN ('withheld', 'allegation')", name=op.f("ck_withholding_kind")),
        sa.CheckConstraint(
            "record_id IS NOT NULL OR part = ''", name=op.f("ck_withholding_part_of_a_record")
        ),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_withholding_child_id")),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name=op.f("fk_withholding_created_by")),
        sa.ForeignKeyConstraint(["ended_by"], ["user.id"], name=op.f("fk_withholding_ended_by")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_withholding_record_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_withholding_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withholding")),
    )
    op.create_index("ix_withholding_child", "withholding", ["child_id", "from_at"], unique=False)
    op.create_index("ix_withholding_person", "withholding", ["user_id", "child_id", "until_at"], unique=False)
    op.create_table(
        "emergency",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("child_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("membership_id", sa.String(length=32), nullable=False),
        sa.Column("why", sa.LargeBinary(), nullable=True),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by", sa.String(length=32), nullable=True),
        sa.Column("finding", sa.String(length=40), nullable=True),
        sa.Column("remark", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("finding IN ('justified', 'not_justified')", name=op.f("ck_emergency_finding")),
        sa.CheckConstraint("(reviewed_at IS NULL) = (finding IS NULL)", name=op.f("ck_emergency_reviewed")),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_emergency_child_id")),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_emergency_membership_id")
        ),
        sa.ForeignKeyConstraint(["reviewed_by"], ["user.id"], name=op.f("fk_emergency_reviewed_by")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_emergency_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency")),
    )
    op.create_index("ix_emergency_child", "emergency", ["child_id", "from_at"], unique=False)
    op.create_index(
        "ix_emergency_person", "emergency", ["membership_id", "child_id", "until_at"], unique=False
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("emergency")
    op.drop_table("withholding")
