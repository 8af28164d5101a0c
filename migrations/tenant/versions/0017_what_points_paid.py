"""What points paid of a line, and money that came in another currency."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "order_line",
        sa.Column("points_minor", sa.BigInteger(), server_default="0", nullable=False),
    )
    op.create_check_constraint(
        op.f("ck_order_line_points_sane"),
        "order_line",
        "points_minor BETWEEN 0 AND discount_minor",
        postgresql_not_valid=True,
    )
    op.execute("ALTER TABLE order_line VALIDATE CONSTRAINT ck_order_line_points_sane")
    op.add_column("payment", sa.Column("captured_currency", sa.String(3), nullable=True))


def downgrade() -> None:
    op.drop_column("payment", "captured_currency")
    op.drop_constraint(op.f("ck_order_line_points_sane"), "order_line")
    op.drop_column("order_line", "points_minor")
