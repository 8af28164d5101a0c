"""Where orders are collected."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("pickup_point_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("orders", "pickup_point_id")
