"""What the columns of a file are, what a check found, and files on their way out."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_JSON = postgresql.JSONB(astext_type=sa.Text())
_CHECKED = postgresql.JSONB(none_as_null=True, astext_type=sa.Text())
_STATES = "state IN ('waiting', 'running', 'done', 'failed')"
_MORE_STATES = "state IN ('draft', 'checking', 'checked', 'waiting', 'running', 'done', 'failed')"


def upgrade() -> None:
    for column in (
        sa.Column("format", sa.Text(), server_default="csv", nullable=False),
        sa.Column("headings", _JSON, server_default=sa.text("'[]'"), nullable=False),
        sa.Column("headings_key", sa.Text(), server_default="", nullable=False),
        sa.Column("columns", _JSON, server_default=sa.text("'{}'"), nullable=False),
        sa.Column("sample", _JSON, server_default=sa.text("'[]'"), nullable=False),
        sa.Column("checked", _CHECKED, nullable=True),
    ):
        op.add_column("import_job", column)
    op.drop_constraint(op.f("ck_import_job_state_known"), "import_job", type_="check")
    op.create_check_constraint(op.f("ck_import_job_state_known"), "import_job", _MORE_STATES)
    op.create_check_constraint(
        op.f("ck_import_job_format_known"), "import_job", "format IN ('csv', 'xlsx', 'yml')"
    )
    op.create_table(
        "export_job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("filters", _JSON, server_default=sa.text("'{}'"), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("total", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("done", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("storage_key", sa.Text(), server_default="", nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(_STATES, name=op.f("ck_export_job_state_known")),
        sa.CheckConstraint("what IN ('products', 'orders')", name=op.f("ck_export_job_what_known")),
        sa.CheckConstraint(
            "format IN ('csv', 'xlsx', 'yml')", name=op.f("ck_export_job_format_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_job")),
    )


def downgrade() -> None:
    op.drop_table("export_job")
    op.execute(
        "UPDATE import_job SET state = 'failed' WHERE state LIKE 'check%' OR state = 'draft'"
    )
    op.drop_constraint(op.f("ck_import_job_format_known"), "import_job", type_="check")
    op.drop_constraint(op.f("ck_import_job_state_known"), "import_job", type_="check")
    op.create_check_constraint(op.f("ck_import_job_state_known"), "import_job", _STATES)
    for name in ("checked", "sample", "columns", "headings_key", "headings", "format"):
        op.drop_column("import_job", name)
