"""Who may see what, the rest: what each part of it needs, part by part."""

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and columns of each part in turn."""


def downgrade() -> None:
    """Drop them, the last first."""
