"""A customer's first order is one order, also for promotions."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_INDEX = "uq_promo_use_first_order"


def upgrade() -> None:
    op.add_column(
        "promo_use",
        sa.Column("is_first_order", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.create_index(
        _INDEX,
        "promo_use",
        ["customer_id"],
        unique=True,
        postgresql_where=sa.text("is_first_order AND state = 'held'"),
    )


def downgrade() -> None:
    op.drop_index(_INDEX, table_name="promo_use")
    op.drop_column("promo_use", "is_first_order")
