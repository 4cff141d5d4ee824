"""The five documents: what each part of it needs, part by part."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and columns of each part in turn."""
    _prefilling_up()
    _carrying_up()
    _inviting_up()
    _filing_up()
    _sheets("'pdf', 'docx', 'sheet'")
    _printing_up()


def downgrade() -> None:
    """Drop them, the last first."""
    _printing_down()
    op.execute("DELETE FROM document WHERE kind = 'sheet'")
    _sheets("'pdf', 'docx'")
    _filing_down()
    _inviting_down()
    _carrying_down()
    _prefilling_down()


def _prefilling_up() -> None:
    """Let each kind of form say a fact for itself, and keep what a form was filled in from."""
    op.add_column(
        "fact", sa.Column("definition_id", sa.String(length=40), server_default=sa.text("''"), nullable=False)
    )
    op.add_column("fact", sa.Column("origin_id", sa.String(length=32), nullable=True))
    op.execute(
        "UPDATE fact SET definition_id = (SELECT record.definition_id FROM revision"
        " JOIN record ON record.id = revision.record_id WHERE revision.id = fact.revision_id)"
        " WHERE revision_id IS NOT NULL"
    )
    _current_fact("child_id", "name", "definition_id")
    op.create_table(
        "prefill",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("revision_id", sa.String(length=32), nullable=False),
        sa.Column("field_id", sa.String(length=40), nullable=False),
        sa.Column("fact_id", sa.String(length=32), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filled_by", sa.String(length=32), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.String(length=32), nullable=True),
        sa.CheckConstraint("(fact_id IS NULL) = (version IS NULL)", name=op.f("ck_prefill_versioned")),
        sa.CheckConstraint("(source = 'fact') = (fact_id IS NOT NULL)", name=op.f("ck_prefill_from_a_fact")),
        sa.CheckConstraint(
            "source IN ('fact', 'child', 'placement', 'worker')", name=op.f("ck_prefill_source")
        ),
        sa.ForeignKeyConstraint(["confirmed_by"], ["user.id"], name=op.f("fk_prefill_confirmed_by")),
        sa.ForeignKeyConstraint(["fact_id"], ["fact.id"], name=op.f("fk_prefill_fact_id")),
        sa.ForeignKeyConstraint(["filled_by"], ["user.id"], name=op.f("fk_prefill_filled_by")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_prefill_revision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prefill")),
        sa.UniqueConstraint("revision_id", "field_id", name=op.f("uq_prefill_revision_id_field_id")),
    )


def _prefilling_down() -> None:
    op.drop_table("prefill")
    op.execute(
        "UPDATE fact SET replaced_at = confirmed_at WHERE replaced_at IS NULL AND version <"
        " (SELECT max(later.version) FROM fact AS later WHERE later.child_id = fact.child_id"
        " AND later.name = fact.name AND later.replaced_at IS NULL)"
    )
    _current_fact("child_id", "name")
    op.drop_column("fact", "origin_id")
    op.drop_column("fact", "definition_id")


def _current_fact(*columns: str) -> None:
    """Make anew the index that says of what one fact may stand."""
    stands = sa.text("replaced_at IS NULL")
    op.drop_index("uq_fact_current", table_name="fact", sqlite_where=stands, postgresql_where=stands)
    op.create_index(
        "uq_fact_current", "fact", list(columns), unique=True, sqlite_where=stands, postgresql_where=stands
    )


def _carrying_up() -> None:
    """Keep what was found of a file's signatures when it came."""
    op.add_column("attachment", sa.Column("signed", sa.LargeBinary(), nullable=True))


def _carrying_down() -> None:
    op.drop_column("attachment", "signed")


def _sheets(kinds: str) -> None:
    """Let a document be of one of these kinds."""
    with op.batch_alter_table("document") as table:
        table.drop_constraint(op.f("ck_document_kind"), type_="check")
        table.create_check_constraint(op.f("ck_document_kind"), f"kind IN ({kinds})")


def _inviting_up() -> None:
    """Let a role be accepted by whoever is invited to it, and one person's copy alone be asked back."""
    op.create_table(
        "invitation",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("team_id", sa.String(length=32), nullable=True),
        sa.Column("home_id", sa.String(length=32), nullable=True),
        sa.Column("force_id", sa.String(length=32), nullable=True),
        sa.Column("created_by", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=40), nullable=True),
        sa.Column("user_id", sa.String(length=32), nullable=True),
        sa.CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name=op.f("ck_invitation_answered")),
        sa.CheckConstraint(
            "answer IN ('accepted', 'declined', 'withdrawn')", name=op.f("ck_invitation_answer")
        ),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name=op.f("fk_invitation_created_by")),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_invitation_force_id")),
        sa.ForeignKeyConstraint(["home_id"], ["home.id"], name=op.f("fk_invitation_home_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_invitation_organisation_id")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_invitation_team_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_invitation_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    op.create_index("ix_invitation_email", "invitation", ["email", "answered_at"], unique=False)
    op.create_index(
        "ix_invitation_organisation", "invitation", ["organisation_id", "created_at"], unique=False
    )
    op.add_column(
        "recall",
        sa.Column("scope", sa.String(length=40), server_default=sa.text("'revision'"), nullable=False),
    )


def _filing_up() -> None:
    """Keep what other systems know a child by, and what is still to be taken to them."""
    op.create_table(
        "external_reference",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("child_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("replaces_id", sa.String(length=32), nullable=True),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=True),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=32), nullable=True),
        sa.Column("ended_why", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "kind IN ('case_system', 'nhs_number', 'police_person', 'police_record', 'upn')",
            name=op.f("ck_external_reference_kind"),
        ),
        sa.CheckConstraint(
            "ended_why IN ('corrected', 'mistaken', 'not_used')",
            name=op.f("ck_external_reference_ended_why"),
        ),
        sa.CheckConstraint(
            "(until_at IS NULL) = (ended_why IS NULL)", name=op.f("ck_external_reference_ended")
        ),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_external_reference_child_id")),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name=op.f("fk_external_reference_created_by")),
        sa.ForeignKeyConstraint(["ended_by"], ["user.id"], name=op.f("fk_external_reference_ended_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_reference")),
    )
    op.create_index(op.f("ix_external_reference_child_id"), "external_reference", ["child_id"], unique=False)
    op.create_table(
        "upload_task",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("child_id", sa.String(length=32), nullable=False),
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("revision_id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(length=32), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("why", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(done_at IS NULL) = (outcome IS NULL)", name=op.f("ck_upload_task_done")),
        sa.CheckConstraint(
            "outcome IN ('uploaded', 'not_needed', 'superseded', 'withdrawn')",
            name=op.f("ck_upload_task_outcome"),
        ),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_upload_task_child_id")),
        sa.ForeignKeyConstraint(["done_by"], ["user.id"], name=op.f("fk_upload_task_done_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_upload_task_organisation_id")
        ),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_upload_task_record_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_upload_task_revision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload_task")),
        sa.UniqueConstraint("revision_id", name=op.f("uq_upload_task_revision_id")),
    )
    op.create_index(op.f("ix_upload_task_child_id"), "upload_task", ["child_id"], unique=False)
    op.create_index(op.f("ix_upload_task_record_id"), "upload_task", ["record_id"], unique=False)
    op.create_index(
        "ix_upload_task_open", "upload_task", ["organisation_id", "done_at", "opened_at"], unique=False
    )


def _filing_down() -> None:
    op.drop_table("upload_task")
    op.drop_table("external_reference")


def _inviting_down() -> None:
    op.execute(
        "DELETE FROM recall_answer WHERE line_id IN (SELECT recall_line.id FROM recall_line"
        " JOIN recall ON recall.id = recall_line.recall_id WHERE recall.scope = 'copy')"
    )
    op.execute("DELETE FROM recall_line WHERE recall_id IN (SELECT id FROM recall WHERE scope = 'copy')")
    op.execute("DELETE FROM recall WHERE scope = 'copy'")
    op.drop_column("recall", "scope")
    op.drop_table("invitation")


def _printing_up() -> None:
    """Keep what a home printed for its paper folder, and the bundles that wait to be taken."""
    op.create_table(
        "home_print",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("home_id", sa.String(length=32), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("key_id", sa.String(length=40), nullable=True),
        sa.Column("key", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'ready', 'ended')", name=op.f("ck_home_print_state")),
        sa.CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name=op.f("ck_home_print_ended")),
        sa.CheckConstraint(
            "state != 'ready' OR (address IS NOT NULL AND key IS NOT NULL)", name=op.f("ck_home_print_there")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["user.id"], name=op.f("fk_home_print_asked_by")),
        sa.ForeignKeyConstraint(["home_id"], ["home.id"], name=op.f("fk_home_print_home_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_home_print")),
    )
    op.create_index("ix_home_print_home", "home_print", ["home_id", "asked_at"], unique=False)
    op.create_table(
        "home_print_line",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("print_id", sa.String(length=32), nullable=False),
        *_of_a_document("home_print_line"),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["print_id"], ["home_print.id"], name=op.f("fk_home_print_line_print_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_home_print_line")),
        sa.UniqueConstraint("print_id", "document_id", name=op.f("uq_home_print_line_print_id_document_id")),
    )
    op.create_index(op.f("ix_home_print_line_child_id"), "home_print_line", ["child_id"], unique=False)
    op.create_table(
        "paper_copy",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("home_id", sa.String(length=32), nullable=False),
        *_of_a_document("paper_copy"),
        sa.Column("handed_out_id", sa.String(length=32), nullable=False),
        sa.Column("print_id", sa.String(length=32), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("printed_by", sa.String(length=32), nullable=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("filed_by", sa.String(length=32), nullable=True),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("destroyed_by", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["destroyed_by"], ["user.id"], name=op.f("fk_paper_copy_destroyed_by")),
        sa.ForeignKeyConstraint(["filed_by"], ["user.id"], name=op.f("fk_paper_copy_filed_by")),
        sa.ForeignKeyConstraint(
            ["handed_out_id"], ["handed_out.id"], name=op.f("fk_paper_copy_handed_out_id")
        ),
        sa.ForeignKeyConstraint(["home_id"], ["home.id"], name=op.f("fk_paper_copy_home_id")),
        sa.ForeignKeyConstraint(["print_id"], ["home_print.id"], name=op.f("fk_paper_copy_print_id")),
        sa.ForeignKeyConstraint(["printed_by"], ["user.id"], name=op.f("fk_paper_copy_printed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_copy")),
        sa.UniqueConstraint("print_id", "document_id", name=op.f("uq_paper_copy_print_id_document_id")),
    )
    op.create_index(op.f("ix_paper_copy_child_id"), "paper_copy", ["child_id"], unique=False)
    op.create_index(op.f("ix_paper_copy_revision_id"), "paper_copy", ["revision_id"], unique=False)
    op.create_index("ix_paper_copy_home", "paper_copy", ["home_id", "destroyed_at"], unique=False)


def _of_a_document(table: str) -> tuple[sa.Column[str] | sa.ForeignKeyConstraint, ...]:
    """Return the columns that name a document with its child, record and revision."""
    named = ("child", "record", "revision", "document")
    columns = (sa.Column(f"{one}_id", sa.String(length=32), nullable=False) for one in named)
    return (
        *columns,
        *(
            sa.ForeignKeyConstraint([f"{one}_id"], [f"{one}.id"], name=op.f(f"fk_{table}_{one}_id"))
            for one in named
        ),
    )


def _printing_down() -> None:
    op.drop_table("paper_copy")
    op.drop_table("home_print_line")
    op.drop_table("home_print")
