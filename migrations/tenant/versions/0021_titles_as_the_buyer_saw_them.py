"""What bought goods were called in the buyer's language."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("order_line", sa.Column("local_title", sa.Text(), nullable=True))
    op.add_column("order_line", sa.Column("local_variant_title", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("order_line", "local_variant_title")
    op.drop_column("order_line", "local_title")
