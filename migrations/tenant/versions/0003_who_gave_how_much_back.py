"""Who gave how much back: refunds keep a name, steps an amount."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("order_step", sa.Column("amount_minor", sa.BigInteger(), nullable=True))
    op.add_column(
        "refund", sa.Column("actor_name", sa.Text(), server_default="Kram", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("refund", "actor_name")
    op.drop_column("order_step", "amount_minor")
