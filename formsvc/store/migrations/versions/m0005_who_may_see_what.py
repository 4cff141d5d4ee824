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
    _correcting_up()
    _moving_up()
    _keeping_up()
    _reading_up()


def downgrade() -> None:
    """Drop them, the last first."""
    _reading_down()
    _keeping_down()
    _moving_down()
    _correcting_down()
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
    """Make the place of an organisation's logo."""
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


def _correcting_up() -> None:
    """Make room for copies handed out, recalls and their answers, disputes; list the audit by act."""
    op.create_table(
        "dispute",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("child_id", sa.String(length=32), nullable=False),
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("revision_id", sa.String(length=32), nullable=False),
        sa.Column("path", sa.String(length=64), nullable=False),
        sa.Column("fact", sa.String(length=80), nullable=True),
        sa.Column("said_by", sa.String(length=40), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("said_on", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=32), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("outcome IN ('changed', 'not_changed')", name=op.f("ck_dispute_outcome")),
        sa.CheckConstraint("said_by IN ('child', 'parent')", name=op.f("ck_dispute_said_by")),
        sa.CheckConstraint("(settled_at IS NULL) = (outcome IS NULL)", name=op.f("ck_dispute_settled")),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_dispute_child_id")),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name=op.f("fk_dispute_created_by")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_dispute_record_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_dispute_revision_id")),
        sa.ForeignKeyConstraint(["settled_by"], ["user.id"], name=op.f("fk_dispute_settled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
    )
    op.create_index(op.f("ix_dispute_child_id"), "dispute", ["child_id"], unique=False)
    op.create_index(op.f("ix_dispute_record_id"), "dispute", ["record_id"], unique=False)
    op.create_table(
        "recall",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("revision_id", sa.String(length=32), nullable=False),
        sa.Column("child_id", sa.String(length=32), nullable=False),
        sa.Column("controller_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("why", sa.LargeBinary(), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_by", sa.String(length=32), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=32), nullable=True),
        sa.Column("closed_how", sa.String(length=40), nullable=True),
        sa.Column("remark", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("closed_how IN ('answered', 'reasoned')", name=op.f("ck_recall_closed_how")),
        sa.CheckConstraint(
            "kind IN ('wrong_child', 'dangerous', 'wrong_person', 'mistaken', 'other')",
            name=op.f("ck_recall_kind"),
        ),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_how IS NULL)", name=op.f("ck_recall_closed")),
        sa.ForeignKeyConstraint(["begun_by"], ["user.id"], name=op.f("fk_recall_begun_by")),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_recall_child_id")),
        sa.ForeignKeyConstraint(["closed_by"], ["user.id"], name=op.f("fk_recall_closed_by")),
        sa.ForeignKeyConstraint(["controller_id"], ["organisation.id"], name=op.f("fk_recall_controller_id")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_recall_record_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_recall_revision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall")),
        sa.UniqueConstraint("revision_id", name=op.f("uq_recall_revision_id")),
    )
    op.create_index(op.f("ix_recall_child_id"), "recall", ["child_id"], unique=False)
    op.create_index("ix_recall_open", "recall", ["controller_id", "closed_at", "due_at"], unique=False)
    op.create_index(op.f("ix_recall_record_id"), "recall", ["record_id"], unique=False)
    op.create_table(
        "handed_out",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("document_id", sa.String(length=32), nullable=False),
        sa.Column("child_id", sa.String(length=32), nullable=False),
        sa.Column("recipient", sa.LargeBinary(), nullable=True),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "channel IN ('in_person', 'post', 'secure_mail', 'mail', 'other')",
            name=op.f("ck_handed_out_channel"),
        ),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_handed_out_child_id")),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name=op.f("fk_handed_out_created_by")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_handed_out_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handed_out")),
    )
    op.create_index(op.f("ix_handed_out_child_id"), "handed_out", ["child_id"], unique=False)
    op.create_index(op.f("ix_handed_out_document_id"), "handed_out", ["document_id"], unique=False)
    op.create_table(
        "recall_line",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("recall_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=True),
        sa.Column("role", sa.String(length=40), nullable=True),
        sa.Column("organisation_id", sa.String(length=32), nullable=True),
        sa.Column("handed_out_id", sa.String(length=32), nullable=True),
        sa.Column("copies", sa.Text(), nullable=False),
        sa.Column("had_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(user_id IS NULL) <> (handed_out_id IS NULL)", name=op.f("ck_recall_line_one_holder")
        ),
        sa.ForeignKeyConstraint(
            ["handed_out_id"], ["handed_out.id"], name=op.f("fk_recall_line_handed_out_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_recall_line_organisation_id")
        ),
        sa.ForeignKeyConstraint(["recall_id"], ["recall.id"], name=op.f("fk_recall_line_recall_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_recall_line_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall_line")),
        sa.UniqueConstraint(
            "recall_id", "handed_out_id", name=op.f("uq_recall_line_recall_id_handed_out_id")
        ),
        sa.UniqueConstraint("recall_id", "user_id", name=op.f("uq_recall_line_recall_id_user_id")),
    )
    op.create_index("ix_recall_line_holder", "recall_line", ["user_id", "answered_at"], unique=False)
    op.create_index(op.f("ix_recall_line_recall_id"), "recall_line", ["recall_id"], unique=False)
    op.create_table(
        "recall_answer",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("line_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "channel IN ('in_person', 'post', 'secure_mail', 'mail', 'phone', 'other')",
            name=op.f("ck_recall_answer_channel"),
        ),
        sa.CheckConstraint(
            "kind IN ('asked', 'destroyed', 'replaced', 'not_kept')", name=op.f("ck_recall_answer_kind")
        ),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name=op.f("fk_recall_answer_created_by")),
        sa.ForeignKeyConstraint(["line_id"], ["recall_line.id"], name=op.f("fk_recall_answer_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall_answer")),
    )
    op.create_index(op.f("ix_recall_answer_line_id"), "recall_answer", ["line_id"], unique=False)
    op.create_index("ix_audit_entry_act", "audit_entry", ["organisation_id", "act", "at"], unique=False)

    op.create_index(
        "ix_audit_entry_refused",
        "audit_entry",
        ["organisation_id", "at"],
        unique=False,
        sqlite_where=sa.text("outcome = 'refused'"),
        postgresql_where=sa.text("outcome = 'refused'"),
    )
    op.add_column("audit_unlinked", sa.Column("mark", sa.String(length=64), nullable=True))


def _correcting_down() -> None:
    op.drop_column("audit_unlinked", "mark")
    op.drop_index("ix_audit_entry_refused", table_name="audit_entry")
    op.drop_index("ix_audit_entry_act", table_name="audit_entry")
    for table in ("recall_answer", "recall_line", "handed_out", "recall", "dispute"):
        op.drop_table(table)


def _moving_up() -> None:
    """Reviews after a move, moves undone, pages typed too late for one, looks at secrets."""
    op.add_column("secret", sa.Column("record_id", sa.String(length=32), nullable=True))
    op.add_column("secret", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "review_request",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("child_id", sa.String(length=32), nullable=False),
        sa.Column("placement_id", sa.String(length=32), nullable=False),
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("revision_id", sa.String(length=32), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wanted_by", sa.String(length=32), nullable=True),
        sa.Column("wanted", sa.LargeBinary(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(length=32), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.CheckConstraint("(done_at IS NULL) = (outcome IS NULL)", name=op.f("ck_review_request_done")),
        sa.CheckConstraint(
            "outcome IN ('no_change', 'revised', 'withdrawn', 'moved_again', 'undone')",
            name=op.f("ck_review_request_outcome"),
        ),
        sa.CheckConstraint("(wanted_at IS NULL) = (wanted IS NULL)", name=op.f("ck_review_request_wanted")),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_review_request_child_id")),
        sa.ForeignKeyConstraint(["done_by"], ["user.id"], name=op.f("fk_review_request_done_by")),
        sa.ForeignKeyConstraint(
            ["placement_id"], ["placement.id"], name=op.f("fk_review_request_placement_id")
        ),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_review_request_record_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_review_request_revision_id")),
        sa.ForeignKeyConstraint(["wanted_by"], ["user.id"], name=op.f("fk_review_request_wanted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_request")),
    )
    op.create_index(op.f("ix_review_request_child_id"), "review_request", ["child_id"], unique=False)
    op.create_index(op.f("ix_review_request_placement_id"), "review_request", ["placement_id"], unique=False)
    op.create_index(
        "uq_review_request_open",
        "review_request",
        ["record_id"],
        unique=True,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "placement_undone",
        sa.Column("placement_id", sa.String(length=32), nullable=False),
        sa.Column("child_id", sa.String(length=32), nullable=False),
        sa.Column("why", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["user.id"], name=op.f("fk_placement_undone_by")),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_placement_undone_child_id")),
        sa.ForeignKeyConstraint(
            ["placement_id"], ["placement.id"], name=op.f("fk_placement_undone_placement_id")
        ),
        sa.PrimaryKeyConstraint("placement_id", name=op.f("pk_placement_undone")),
    )
    op.create_index(op.f("ix_placement_undone_child_id"), "placement_undone", ["child_id"], unique=False)
    op.create_table(
        "late_page",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("child_id", sa.String(length=32), nullable=False),
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=True),
        sa.Column("page_id", sa.String(length=40), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_by", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_late_page_child_id")),
        sa.ForeignKeyConstraint(["read_by"], ["user.id"], name=op.f("fk_late_page_read_by")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_late_page_record_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_late_page_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_page")),
    )
    op.create_index(op.f("ix_late_page_child_id"), "late_page", ["child_id"], unique=False)
    op.create_index(op.f("ix_late_page_record_id"), "late_page", ["record_id"], unique=False)
    op.create_table(
        "secret_look",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("secret_id", sa.String(length=32), nullable=False),
        sa.Column("child_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=True),
        sa.Column("why", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_secret_look_child_id")),
        sa.ForeignKeyConstraint(["secret_id"], ["secret.id"], name=op.f("fk_secret_look_secret_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_secret_look_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_secret_look")),
    )
    op.create_index(op.f("ix_secret_look_secret_id"), "secret_look", ["secret_id"], unique=False)


def _moving_down() -> None:
    for table in ("secret_look", "late_page", "placement_undone", "review_request"):
        op.drop_table(table)
    op.drop_column("secret", "changed_at")
    op.drop_column("secret", "record_id")


def _keeping_up() -> None:
    """Schedules, closed cases, legal holds, disposals, exports that wait."""
    op.create_table(
        "retention_rule",
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("starts", sa.String(length=40), nullable=False),
        sa.Column("changed_by", sa.String(length=32), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "starts IN ('birth', 'closing', 'last_change')", name=op.f("ck_retention_rule_starts")
        ),
        sa.CheckConstraint("unit IN ('years', 'months')", name=op.f("ck_retention_rule_unit")),
        sa.CheckConstraint("number IS NULL OR number > 0", name=op.f("ck_retention_rule_number")),
        sa.ForeignKeyConstraint(["changed_by"], ["user.id"], name=op.f("fk_retention_rule_changed_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_retention_rule_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "status", name=op.f("pk_retention_rule")),
    )
    op.create_table(
        "closing",
        sa.Column("child_id", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("on_day", sa.String(length=10), nullable=False),
        sa.Column("closed_by", sa.String(length=32), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_closing_child_id")),
        sa.ForeignKeyConstraint(["closed_by"], ["user.id"], name=op.f("fk_closing_closed_by")),
        sa.PrimaryKeyConstraint("child_id", name=op.f("pk_closing")),
    )
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("child_id", sa.String(length=32), nullable=False),
        sa.Column("why", sa.LargeBinary(), nullable=False),
        sa.Column("put_by", sa.String(length=32), nullable=True),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.String(length=32), nullable=True),
        sa.Column("lifted_why", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(until_at IS NULL) = (lifted_why IS NULL)", name=op.f("ck_legal_hold_lifted")),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_legal_hold_child_id")),
        sa.ForeignKeyConstraint(["lifted_by"], ["user.id"], name=op.f("fk_legal_hold_lifted_by")),
        sa.ForeignKeyConstraint(["put_by"], ["user.id"], name=op.f("fk_legal_hold_put_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    op.create_index(op.f("ix_legal_hold_child_id"), "legal_hold", ["child_id"], unique=False)
    op.create_table(
        "disposal_due",
        sa.Column("child_id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_disposal_due_child_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_disposal_due_organisation_id")
        ),
        sa.PrimaryKeyConstraint("child_id", name=op.f("pk_disposal_due")),
    )
    op.create_index(
        op.f("ix_disposal_due_organisation_id"), "disposal_due", ["organisation_id"], unique=False
    )
    op.create_table(
        "disposal",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("child_id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("starts", sa.String(length=40), nullable=False),
        sa.Column("proposed_by", sa.String(length=32), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.String(length=32), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=32), nullable=True),
        sa.Column("ended_why", sa.String(length=40), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("audit_seq", sa.BigInteger(), nullable=True),
        sa.Column("audit_hash", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "state IN ('proposed', 'confirmed', 'cancelled', 'destroyed', 'done')",
            name=op.f("ck_disposal_state"),
        ),
        sa.CheckConstraint(
            "proposed_by IS NULL OR confirmed_by IS NULL OR proposed_by <> confirmed_by",
            name=op.f("ck_disposal_two_people"),
        ),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_disposal_child_id")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["user.id"], name=op.f("fk_disposal_confirmed_by")),
        sa.ForeignKeyConstraint(["ended_by"], ["user.id"], name=op.f("fk_disposal_ended_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_disposal_organisation_id")
        ),
        sa.ForeignKeyConstraint(["proposed_by"], ["user.id"], name=op.f("fk_disposal_proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposal")),
    )
    op.create_index("ix_disposal_listed", "disposal", ["organisation_id", "proposed_at"], unique=False)
    op.create_index(
        "uq_disposal_active",
        "disposal",
        ["child_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('proposed', 'confirmed')"),
        postgresql_where=sa.text("state IN ('proposed', 'confirmed')"),
    )
    op.create_table(
        "disposed_file",
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("disposal_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["disposal_id"], ["disposal.id"], name=op.f("fk_disposed_file_disposal_id")),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_disposed_file")),
    )
    op.create_index(op.f("ix_disposed_file_disposal_id"), "disposed_file", ["disposal_id"], unique=False)
    op.create_table(
        "disposed_seal",
        sa.Column("seal_id", sa.String(length=64), nullable=False),
        sa.Column("printed", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seal_id", name=op.f("pk_disposed_seal")),
    )
    op.create_index(op.f("ix_disposed_seal_printed"), "disposed_seal", ["printed"], unique=False)
    op.create_table(
        "export",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("child_id", sa.String(length=32), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=True),
        sa.Column("why", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("blob_id", sa.String(length=32), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'ready', 'fetched', 'expired')", name=op.f("ck_export_state")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["user.id"], name=op.f("fk_export_asked_by")),
        sa.ForeignKeyConstraint(["blob_id"], ["blob.id"], name=op.f("fk_export_blob_id")),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_export_child_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export")),
    )
    op.create_index(op.f("ix_export_blob_id"), "export", ["blob_id"], unique=False)
    op.create_index(op.f("ix_export_child_id"), "export", ["child_id"], unique=False)


def _keeping_down() -> None:
    for table in (
        "export",
        "disposed_seal",
        "disposed_file",
        "disposal",
        "disposal_due",
        "legal_hold",
        "closing",
        "retention_rule",
    ):
        op.drop_table(table)


def _reading_up() -> None:
    """Make what names readers of parts, and releases facts to more audiences."""
    op.create_table(
        "part_reader",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("child_id", sa.String(length=32), nullable=False),
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=True),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_part_reader_child_id")),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name=op.f("fk_part_reader_created_by")),
        sa.ForeignKeyConstraint(["ended_by"], ["user.id"], name=op.f("fk_part_reader_ended_by")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_part_reader_record_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_part_reader_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part_reader")),
    )
    op.create_index(op.f("ix_part_reader_child_id"), "part_reader", ["child_id"], unique=False)
    op.create_index(op.f("ix_part_reader_record_id"), "part_reader", ["record_id"], unique=False)
    op.create_index(
        "ix_part_reader_person", "part_reader", ["user_id", "record_id", "until_at"], unique=False
    )
    op.create_table(
        "fact_release",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("child_id", sa.String(length=32), nullable=False),
        sa.Column("fact_id", sa.String(length=32), nullable=False),
        sa.Column("audience_id", sa.String(length=40), nullable=False),
        sa.Column("why", sa.LargeBinary(), nullable=True),
        sa.Column("released_by", sa.String(length=32), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_fact_release_child_id")),
        sa.ForeignKeyConstraint(["fact_id"], ["fact.id"], name=op.f("fk_fact_release_fact_id")),
        sa.ForeignKeyConstraint(["released_by"], ["user.id"], name=op.f("fk_fact_release_released_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_release")),
        sa.UniqueConstraint("fact_id", "audience_id", name=op.f("uq_fact_release_fact_id_audience_id")),
    )
    op.create_index(op.f("ix_fact_release_child_id"), "fact_release", ["child_id"], unique=False)


def _reading_down() -> None:
    op.drop_table("fact_release")
    op.drop_table("part_reader")
