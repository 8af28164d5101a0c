"""Changes of many goods at once, and what it takes to go back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_JSON = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    op.create_table(
        "bulk_edit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("filters", _JSON, nullable=False),
        sa.Column("change", _JSON, nullable=False),
        sa.Column("products", sa.BigInteger(), nullable=False),
        sa.Column("variants", sa.BigInteger(), nullable=False),
        sa.Column("reverse", _JSON, nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_edit")),
    )


def downgrade() -> None:
    op.drop_table("bulk_edit")
