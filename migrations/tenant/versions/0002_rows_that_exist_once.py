"""Rows that exist once: the counters and the first warehouse."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MAIN_WAREHOUSE = "00000000-0000-7000-8000-000000000001"


def upgrade() -> None:
    op.execute("INSERT INTO catalog_version DEFAULT VALUES")
    op.execute("INSERT INTO order_counter DEFAULT VALUES")
    op.execute(f"INSERT INTO warehouse (id, name) VALUES ('{MAIN_WAREHOUSE}', 'Main')")


def downgrade() -> None:
    op.execute(f"DELETE FROM warehouse WHERE id = '{MAIN_WAREHOUSE}'")
    op.execute("DELETE FROM order_counter")
    op.execute("DELETE FROM catalog_version")
