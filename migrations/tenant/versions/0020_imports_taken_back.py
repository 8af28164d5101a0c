"""Imports that can be taken back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_BEFORE = "state IN ('draft', 'checking', 'checked', 'waiting', 'running', 'done', 'failed')"
_AFTER = (
    "state IN ('draft', 'checking', 'checked', 'waiting', 'running', 'done', 'failed',"
    " 'undoing', 'undone')"
)


def upgrade() -> None:
    op.add_column("import_job", sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "import_job",
        sa.Column("kept", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
    )
    op.add_column(
        "import_row_error",
        sa.Column("of_undo", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.drop_constraint(op.f("ck_import_job_state_known"), "import_job", type_="check")
    op.create_check_constraint(op.f("ck_import_job_state_known"), "import_job", _AFTER)
    op.create_table(
        "import_batch",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("after", sa.BigInteger(), nullable=False),
        sa.Column("created", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("moved", sa.BigInteger(), nullable=False),
        sa.Column("image", sa.LargeBinary(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["job_id"],
            ["import_job.id"],
            name=op.f("fk_import_batch_job_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("job_id", "after", name=op.f("pk_import_batch")),
    )
    op.create_index("ix_import_batch_undone", "import_batch", ["undone_at"])


def downgrade() -> None:
    """Imports that were taken back are as if they had ended otherwise: they have a word of old."""
    op.drop_table("import_batch")
    op.drop_constraint(op.f("ck_import_job_state_known"), "import_job", type_="check")
    op.execute("UPDATE import_job SET state = 'done' WHERE state IN ('undoing', 'undone')")
    op.create_check_constraint(op.f("ck_import_job_state_known"), "import_job", _BEFORE)
    op.drop_column("import_row_error", "of_undo")
    op.drop_column("import_job", "kept")
    op.drop_column("import_job", "undone_at")
