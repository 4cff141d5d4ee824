"""Time stamps: the level of each document's seal, and the moment its authority vouches for."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Say of each document its level: what was issued until now is sealed without a time stamp."""
    with op.batch_alter_table("document") as table:
        table.add_column(
            sa.Column("level", sa.String(length=40), nullable=False, server_default=sa.text("'B-B'"))
        )
        table.add_column(sa.Column("stamped_at", sa.DateTime(timezone=True), nullable=True))
        table.create_check_constraint(op.f("ck_document_level"), "level IN ('B-B', 'B-T', 'B-LT', 'B-LTA')")
        table.create_check_constraint(op.f("ck_document_stamped"), "(level = 'B-B') = (stamped_at IS NULL)")


def downgrade() -> None:
    """Forget the levels."""
    with op.batch_alter_table("document") as table:
        table.drop_constraint(op.f("ck_document_stamped"), type_="check")
        table.drop_constraint(op.f("ck_document_level"), type_="check")
        table.drop_column("stamped_at")
        table.drop_column("level")
