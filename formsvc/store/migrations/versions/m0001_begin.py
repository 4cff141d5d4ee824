"""Begin: organisations, people, children, records, documents, jobs, audit."""
# ruff: noqa: E501, PLR0915  (one statement a table; the rules stand in it as the database has them)

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("actor_id", sa.String(length=32), nullable=True),
        sa.Column("organisation_id", sa.String(length=32), nullable=True),
        sa.Column("child_id", sa.String(length=32), nullable=True),
        sa.Column("record_id", sa.String(length=32), nullable=True),
        sa.Column("subject_id", sa.String(length=32), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.CheckConstraint("outcome IN ('done', 'refused')", name=op.f("ck_audit_entry_outcome")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_actor", "audit_entry", ["actor_id", "at"], unique=False)
    op.create_index("ix_audit_entry_child", "audit_entry", ["child_id", "at"], unique=False)
    op.create_index("ix_audit_entry_organisation", "audit_entry", ["organisation_id", "at"], unique=False)
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "audit_link",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.String(length=32), nullable=False),
        sa.Column("entry_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_link")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_audit_link_entry_id")),
    )
    op.create_table(
        "effective_definition",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("definition_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("first_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_effective_definition")),
    )
    op.create_index(
        "ix_effective_definition_of", "effective_definition", ["definition_id", "area_id"], unique=False
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('authority', 'provider', 'police', 'health', 'school', 'other')",
            name=op.f("ck_organisation_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "user",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("password", sa.String(length=200), nullable=True),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("email", name=op.f("uq_user_email")),
    )
    op.create_table(
        "audit_unlinked",
        sa.Column("entry_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["audit_entry.id"], name=op.f("fk_audit_unlinked_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_audit_unlinked")),
    )
    op.create_index("ix_audit_unlinked_at", "audit_unlinked", ["at", "entry_id"], unique=False)
    op.create_table(
        "force",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("area_id", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_force_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_force")),
    )
    op.create_index(op.f("ix_force_area_id"), "force", ["area_id"], unique=False)
    op.create_index(op.f("ix_force_organisation_id"), "force", ["organisation_id"], unique=False)
    op.create_table(
        "home",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("area_id", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_home_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_home")),
    )
    op.create_index(op.f("ix_home_organisation_id"), "home", ["organisation_id"], unique=False)
    op.create_table(
        "job",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=True),
        sa.Column("subject_id", sa.String(length=32), nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease", sa.String(length=32), nullable=True),
        sa.Column("worker", sa.String(length=160), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("progress", sa.String(length=40), server_default=sa.text("('')"), nullable=False),
        sa.Column("outcome", sa.String(length=80), server_default=sa.text("('')"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'running') = (lease IS NOT NULL)", name=op.f("ck_job_leased")),
        sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name=op.f("ck_job_state")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_job_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("key", name=op.f("uq_job_key")),
    )
    op.create_index("ix_job_due", "job", ["state", "due_at"], unique=False)
    op.create_index("ix_job_listed", "job", ["organisation_id", "created_at", "id"], unique=False)
    op.create_index(op.f("ix_job_subject_id"), "job", ["subject_id"], unique=False)
    op.create_table(
        "team",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_team_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
    )
    op.create_index(op.f("ix_team_organisation_id"), "team", ["organisation_id"], unique=False)
    op.create_table(
        "child",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("controller_id", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("identity", sa.LargeBinary(), nullable=True),
        sa.Column("team_id", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["controller_id"], ["organisation.id"], name=op.f("fk_child_controller_id")),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name=op.f("fk_child_created_by")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_child_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_child")),
        sa.UniqueConstraint("reference", name=op.f("uq_child_reference")),
    )
    op.create_index("ix_child_listed", "child", ["controller_id", "changed_at", "id"], unique=False)
    op.create_index(op.f("ix_child_team_id"), "child", ["team_id"], unique=False)
    op.create_table(
        "membership",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("team_id", sa.String(length=32), nullable=True),
        sa.Column("home_id", sa.String(length=32), nullable=True),
        sa.Column("force_id", sa.String(length=32), nullable=True),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(team_id IS NULL AND home_id IS NULL) OR (team_id IS NULL AND force_id IS NULL) OR (home_id IS NULL AND force_id IS NULL)",
            name=op.f("ck_membership_one_place"),
        ),
        sa.CheckConstraint("until_at IS NULL OR until_at >= from_at", name=op.f("ck_membership_in_order")),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_membership_force_id")),
        sa.ForeignKeyConstraint(["home_id"], ["home.id"], name=op.f("fk_membership_home_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_membership_organisation_id")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_membership_team_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_membership_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_force_id"), "membership", ["force_id"], unique=False)
    op.create_index(op.f("ix_membership_home_id"), "membership", ["home_id"], unique=False)
    op.create_index(op.f("ix_membership_organisation_id"), "membership", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_membership_team_id"), "membership", ["team_id"], unique=False)
    op.create_index(op.f("ix_membership_user_id"), "membership", ["user_id"], unique=False)
    op.create_table(
        "allocation",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("child_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_allocation_child_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_allocation_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation")),
    )
    op.create_index("ix_allocation_caseload", "allocation", ["user_id", "until_at", "child_id"], unique=False)
    op.create_index(op.f("ix_allocation_child_id"), "allocation", ["child_id"], unique=False)
    op.create_index(
        "uq_allocation_current",
        "allocation",
        ["child_id", "user_id"],
        unique=True,
        sqlite_where=sa.text("until_at IS NULL"),
        postgresql_where=sa.text("until_at IS NULL"),
    )
    op.create_table(
        "blob",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("child_id", sa.String(length=32), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_blob_child_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blob")),
        sa.UniqueConstraint("address", name=op.f("uq_blob_address")),
        sa.UniqueConstraint("child_id", "sha256", name=op.f("uq_blob_child_id_sha256")),
    )
    op.create_table(
        "child_key",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("child_id", sa.String(length=32), nullable=False),
        sa.Column("content_key_id", sa.String(length=12), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(wrapped IS NULL) = (destroyed_at IS NOT NULL)", name=op.f("ck_child_key_destroyed")
        ),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_child_key_child_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_child_key")),
        sa.UniqueConstraint("child_id", name=op.f("uq_child_key_child_id")),
    )
    op.create_table(
        "child_token",
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("child_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_child_token_child_id")),
        sa.PrimaryKeyConstraint("token", "child_id", name=op.f("pk_child_token")),
    )
    op.create_index(op.f("ix_child_token_child_id"), "child_token", ["child_id"], unique=False)
    op.create_table(
        "placement",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("child_id", sa.String(length=32), nullable=False),
        sa.Column("controller_id", sa.String(length=32), nullable=False),
        sa.Column("home_id", sa.String(length=32), nullable=True),
        sa.Column("area_id", sa.String(length=40), nullable=False),
        sa.Column("details", sa.LargeBinary(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("until_at IS NULL OR until_at >= from_at", name=op.f("ck_placement_in_order")),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_placement_child_id")),
        sa.ForeignKeyConstraint(
            ["controller_id"], ["organisation.id"], name=op.f("fk_placement_controller_id")
        ),
        sa.ForeignKeyConstraint(["home_id"], ["home.id"], name=op.f("fk_placement_home_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement")),
    )
    op.create_index("ix_placement_area", "placement", ["area_id", "until_at", "child_id"], unique=False)
    op.create_index(op.f("ix_placement_child_id"), "placement", ["child_id"], unique=False)
    op.create_index("ix_placement_home", "placement", ["home_id", "until_at", "child_id"], unique=False)
    op.create_index(
        "uq_placement_current",
        "placement",
        ["child_id"],
        unique=True,
        sqlite_where=sa.text("until_at IS NULL"),
        postgresql_where=sa.text("until_at IS NULL"),
    )
    op.create_table(
        "record",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("controller_id", sa.String(length=32), nullable=False),
        sa.Column("child_id", sa.String(length=32), nullable=False),
        sa.Column("definition_id", sa.String(length=40), nullable=False),
        sa.Column("area_id", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_record_child_id")),
        sa.ForeignKeyConstraint(["controller_id"], ["organisation.id"], name=op.f("fk_record_controller_id")),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name=op.f("fk_record_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
        sa.UniqueConstraint("reference", name=op.f("uq_record_reference")),
    )
    op.create_index("ix_record_child", "record", ["child_id", "changed_at"], unique=False)
    op.create_index(
        "ix_record_listed", "record", ["controller_id", "definition_id", "changed_at", "id"], unique=False
    )
    op.create_table(
        "secret",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("child_id", sa.String(length=32), nullable=False),
        sa.Column("controller_id", sa.String(length=32), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.String(length=12), server_default=sa.text("('')"), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=True),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_secret_child_id")),
        sa.ForeignKeyConstraint(["controller_id"], ["organisation.id"], name=op.f("fk_secret_controller_id")),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name=op.f("fk_secret_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_secret")),
    )
    op.create_index(op.f("ix_secret_child_id"), "secret", ["child_id"], unique=False)
    op.create_table(
        "attachment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("blob_id", sa.String(length=32), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["blob_id"], ["blob.id"], name=op.f("fk_attachment_blob_id")),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name=op.f("fk_attachment_created_by")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_attachment_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("record_id", "blob_id", name=op.f("uq_attachment_record_id_blob_id")),
    )
    op.create_index(op.f("ix_attachment_blob_id"), "attachment", ["blob_id"], unique=False)
    op.create_table(
        "revision",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("definition_hash", sa.String(length=64), nullable=False),
        sa.Column("supersedes", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=True),
        sa.Column("salt", sa.String(length=64), nullable=True),
        sa.Column("frozen_hash", sa.String(length=64), nullable=True),
        sa.Column("frozen", sa.LargeBinary(), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("frozen_by", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("final_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_why", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "(state = 'draft') = (frozen_hash IS NULL) AND (salt IS NULL) = (frozen_hash IS NULL)",
            name=op.f("ck_revision_frozen"),
        ),
        sa.CheckConstraint(
            "(state IN ('final', 'superseded', 'withdrawn')) = (final_at IS NOT NULL) AND (status IS NULL) = (final_at IS NULL)",
            name=op.f("ck_revision_final"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'awaiting_signoff', 'final', 'superseded', 'withdrawn')",
            name=op.f("ck_revision_state"),
        ),
        sa.CheckConstraint("status IN ('approved', 'not_yet_approved')", name=op.f("ck_revision_status")),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name=op.f("fk_revision_created_by")),
        sa.ForeignKeyConstraint(
            ["definition_hash"], ["effective_definition.hash"], name=op.f("fk_revision_definition_hash")
        ),
        sa.ForeignKeyConstraint(["frozen_by"], ["user.id"], name=op.f("fk_revision_frozen_by")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_revision_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("record_id", "number", name=op.f("uq_revision_record_id_number")),
    )
    op.create_index("ix_revision_drafts", "revision", ["created_by", "state", "changed_at"], unique=False)
    op.create_index(
        "uq_revision_current",
        "revision",
        ["record_id"],
        unique=True,
        sqlite_where=sa.text("state = 'final'"),
        postgresql_where=sa.text("state = 'final'"),
    )
    op.create_index(
        "uq_revision_open",
        "revision",
        ["record_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('draft', 'awaiting_signoff')"),
        postgresql_where=sa.text("state IN ('draft', 'awaiting_signoff')"),
    )
    op.create_table(
        "fact",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("child_id", sa.String(length=32), nullable=False),
        sa.Column("controller_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("audiences", sa.Text(), nullable=False),
        sa.Column("revision_id", sa.String(length=32), nullable=True),
        sa.Column("path", sa.String(length=64), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_fact_child_id")),
        sa.ForeignKeyConstraint(["controller_id"], ["organisation.id"], name=op.f("fk_fact_controller_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_fact_revision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact")),
        sa.UniqueConstraint("child_id", "name", "version", name=op.f("uq_fact_child_id_name_version")),
    )
    op.create_index(
        "uq_fact_current",
        "fact",
        ["child_id", "name"],
        unique=True,
        sqlite_where=sa.text("replaced_at IS NULL"),
        postgresql_where=sa.text("replaced_at IS NULL"),
    )
    op.create_table(
        "section",
        sa.Column("revision_id", sa.String(length=32), nullable=False),
        sa.Column("page_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_section_revision_id")),
        sa.ForeignKeyConstraint(["saved_by"], ["user.id"], name=op.f("fk_section_saved_by")),
        sa.PrimaryKeyConstraint("revision_id", "page_id", name=op.f("pk_section")),
    )
    op.create_table(
        "section_past",
        sa.Column("revision_id", sa.String(length=32), nullable=False),
        sa.Column("page_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_section_past_revision_id")),
        sa.ForeignKeyConstraint(["saved_by"], ["user.id"], name=op.f("fk_section_past_saved_by")),
        sa.PrimaryKeyConstraint("revision_id", "page_id", "version", name=op.f("pk_section_past")),
    )
    op.create_table(
        "sendback",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("revision_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_sendback_revision_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_sendback_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sendback")),
    )
    op.create_index(op.f("ix_sendback_revision_id"), "sendback", ["revision_id"], unique=False)
    op.create_table(
        "signoff",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("revision_id", sa.String(length=32), nullable=False),
        sa.Column("rule_id", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=True),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("binds", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_why", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('agreed', 'declined', 'not_sought')", name=op.f("ck_signoff_outcome")
        ),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_signoff_revision_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_signoff_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signoff")),
    )
    op.create_index(op.f("ix_signoff_revision_id"), "signoff", ["revision_id"], unique=False)
    op.create_index(
        "uq_signoff_standing",
        "signoff",
        ["revision_id", "rule_id"],
        unique=True,
        sqlite_where=sa.text("voided_at IS NULL"),
        postgresql_where=sa.text("voided_at IS NULL"),
    )
    op.create_table(
        "snapshot",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("revision_id", sa.String(length=32), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("audit_head", sa.String(length=64), nullable=True),
        sa.Column("audit_seq", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_snapshot_revision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot")),
        sa.UniqueConstraint("hash", name=op.f("uq_snapshot_hash")),
        sa.UniqueConstraint("revision_id", name=op.f("uq_snapshot_revision_id")),
    )
    op.create_table(
        "document",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("snapshot_id", sa.String(length=32), nullable=False),
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("blob_id", sa.String(length=32), nullable=False),
        sa.Column("audience_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("seal_id", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("view_hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('pdf', 'docx')", name=op.f("ck_document_kind")),
        sa.CheckConstraint(
            "state IN ('current', 'superseded', 'withdrawn', 'recalled')", name=op.f("ck_document_state")
        ),
        sa.ForeignKeyConstraint(["blob_id"], ["blob.id"], name=op.f("fk_document_blob_id")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_document_record_id")),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.id"], name=op.f("fk_document_snapshot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("seal_id", name=op.f("uq_document_seal_id")),
        sa.UniqueConstraint(
            "snapshot_id", "audience_id", "kind", name=op.f("uq_document_snapshot_id_audience_id_kind")
        ),
    )
    op.create_index(op.f("ix_document_blob_id"), "document", ["blob_id"], unique=False)
    op.create_index("ix_document_record", "document", ["record_id", "issued_at"], unique=False)
    op.create_index(op.f("ix_document_view_hash"), "document", ["view_hash"], unique=False)


def downgrade() -> None:
    """Drop every table."""
    op.drop_index(op.f("ix_document_view_hash"), table_name="document")
    op.drop_index("ix_document_record", table_name="document")
    op.drop_index(op.f("ix_document_blob_id"), table_name="document")
    op.drop_table("document")
    op.drop_table("snapshot")
    op.drop_index(
        "uq_signoff_standing",
        table_name="signoff",
        sqlite_where=sa.text("voided_at IS NULL"),
        postgresql_where=sa.text("voided_at IS NULL"),
    )
    op.drop_index(op.f("ix_signoff_revision_id"), table_name="signoff")
    op.drop_table("signoff")
    op.drop_index(op.f("ix_sendback_revision_id"), table_name="sendback")
    op.drop_table("sendback")
    op.drop_table("section_past")
    op.drop_table("section")
    op.drop_index(
        "uq_fact_current",
        table_name="fact",
        sqlite_where=sa.text("replaced_at IS NULL"),
        postgresql_where=sa.text("replaced_at IS NULL"),
    )
    op.drop_table("fact")
    op.drop_index(
        "uq_revision_open",
        table_name="revision",
        sqlite_where=sa.text("state IN ('draft', 'awaiting_signoff')"),
        postgresql_where=sa.text("state IN ('draft', 'awaiting_signoff')"),
    )
    op.drop_index(
        "uq_revision_current",
        table_name="revision",
        sqlite_where=sa.text("state = 'final'"),
        postgresql_where=sa.text("state = 'final'"),
    )
    op.drop_index("ix_revision_drafts", table_name="revision")
    op.drop_table("revision")
    op.drop_index(op.f("ix_attachment_blob_id"), table_name="attachment")
    op.drop_table("attachment")
    op.drop_index(op.f("ix_secret_child_id"), table_name="secret")
    op.drop_table("secret")
    op.drop_index("ix_record_listed", table_name="record")
    op.drop_index("ix_record_child", table_name="record")
    op.drop_table("record")
    op.drop_index(
        "uq_placement_current",
        table_name="placement",
        sqlite_where=sa.text("until_at IS NULL"),
        postgresql_where=sa.text("until_at IS NULL"),
    )
    op.drop_index("ix_placement_home", table_name="placement")
    op.drop_index(op.f("ix_placement_child_id"), table_name="placement")
    op.drop_index("ix_placement_area", table_name="placement")
    op.drop_table("placement")
    op.drop_index(op.f("ix_child_token_child_id"), table_name="child_token")
    op.drop_table("child_token")
    op.drop_table("child_key")
    op.drop_table("blob")
    op.drop_index(
        "uq_allocation_current",
        table_name="allocation",
        sqlite_where=sa.text("until_at IS NULL"),
        postgresql_where=sa.text("until_at IS NULL"),
    )
    op.drop_index(op.f("ix_allocation_child_id"), table_name="allocation")
    op.drop_index("ix_allocation_caseload", table_name="allocation")
    op.drop_table("allocation")
    op.drop_index(op.f("ix_membership_user_id"), table_name="membership")
    op.drop_index(op.f("ix_membership_team_id"), table_name="membership")
    op.drop_index(op.f("ix_membership_organisation_id"), table_name="membership")
    op.drop_index(op.f("ix_membership_home_id"), table_name="membership")
    op.drop_index(op.f("ix_membership_force_id"), table_name="membership")
    op.drop_table("membership")
    op.drop_index(op.f("ix_child_team_id"), table_name="child")
    op.drop_index("ix_child_listed", table_name="child")
    op.drop_table("child")
    op.drop_index(op.f("ix_team_organisation_id"), table_name="team")
    op.drop_table("team")
    op.drop_index(op.f("ix_job_subject_id"), table_name="job")
    op.drop_index("ix_job_listed", table_name="job")
    op.drop_index("ix_job_due", table_name="job")
    op.drop_table("job")
    op.drop_index(op.f("ix_home_organisation_id"), table_name="home")
    op.drop_table("home")
    op.drop_index(op.f("ix_force_organisation_id"), table_name="force")
    op.drop_index(op.f("ix_force_area_id"), table_name="force")
    op.drop_table("force")
    op.drop_index("ix_audit_unlinked_at", table_name="audit_unlinked")
    op.drop_table("audit_unlinked")
    op.drop_table("user")
    op.drop_table("organisation")
    op.drop_index("ix_effective_definition_of", table_name="effective_definition")
    op.drop_table("effective_definition")
    op.drop_table("audit_link")
    op.drop_table("audit_head")
    op.drop_index("ix_audit_entry_organisation", table_name="audit_entry")
    op.drop_index("ix_audit_entry_child", table_name="audit_entry")
    op.drop_index("ix_audit_entry_actor", table_name="audit_entry")
    op.drop_table("audit_entry")
