"""Goods that shoppers cannot give back, and lines that were bought as such."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_TABLES = ("product", "order_line")


def upgrade() -> None:
    for table in _TABLES:
        op.add_column(
            table,
            sa.Column("is_returnable", sa.Boolean(), server_default=sa.true(), nullable=False),
        )


def downgrade() -> None:
    for table in _TABLES:
        op.drop_column(table, "is_returnable")
