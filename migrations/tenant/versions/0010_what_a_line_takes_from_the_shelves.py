"""What a line takes from the shelves, of bundles and files."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "order_line",
        sa.Column(
            "shelf", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
    )
    op.drop_constraint("kind_known", "variant", type_="check")
    op.create_check_constraint(
        "kind_known", "variant", "kind IN ('goods', 'bundle', 'digital', 'keys')"
    )


def downgrade() -> None:
    op.drop_constraint("kind_known", "variant", type_="check")
    op.create_check_constraint("kind_known", "variant", "kind IN ('goods', 'bundle', 'digital')")
    op.drop_column("order_line", "shelf")
