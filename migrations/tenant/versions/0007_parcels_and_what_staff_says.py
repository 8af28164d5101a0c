"""Parcels, what became of each unit, tags and notes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_STATUSES = (
    "status IN ('awaiting_payment', 'placed', 'accepted', 'partly_packed', 'packed',"
    " 'partly_shipped', 'shipped', 'delivered', 'cancelled')"
)
_OLD_STATUSES = (
    "status IN ('awaiting_payment', 'placed', 'accepted', 'shipped', 'delivered', 'cancelled')"
)
_PAYMENTS = "payment_state IN ('unpaid', 'partly_paid', 'paid', 'refunded')"
_OLD_PAYMENTS = "payment_state IN ('unpaid', 'paid', 'refunded')"
_UNITS = (
    "fulfilled_quantity",
    "shipped_quantity",
    "cancelled_quantity",
    "returned_quantity",
    "credited_quantity",
)
_UNITS_ADD_UP = (
    "returned_quantity >= 0 AND returned_quantity <= shipped_quantity"
    " AND shipped_quantity <= fulfilled_quantity AND cancelled_quantity >= 0"
    " AND fulfilled_quantity + cancelled_quantity <= quantity"
    " AND credited_quantity BETWEEN 0 AND cancelled_quantity + returned_quantity"
)
# Orders that left before there were parcels: one parcel each, as the one-tap step makes it now.
_OLD_UNITS = """
    UPDATE order_line SET fulfilled_quantity = quantity, shipped_quantity = quantity
    FROM orders
    WHERE orders.id = order_line.order_id AND orders.status IN ('shipped', 'delivered')
"""
_OLD_PARCELS = """
    INSERT INTO fulfilment (id, order_id, number, state, tracking_number, lines, created_at,
                            shipped_at, delivered_at)
    SELECT gen_random_uuid(), orders.id, 1, orders.status, orders.tracking,
           jsonb_agg(jsonb_build_object('line_id', order_line.id, 'quantity', order_line.quantity)
                     ORDER BY order_line.position),
           orders.updated_at, orders.updated_at,
           CASE WHEN orders.status = 'delivered' THEN orders.updated_at END
    FROM orders JOIN order_line ON order_line.order_id = orders.id
    WHERE orders.status IN ('shipped', 'delivered')
    GROUP BY orders.id
"""


def upgrade() -> None:
    op.add_column(
        "orders",
        sa.Column("tags", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
    )
    op.add_column(
        "orders", sa.Column("version", sa.BigInteger(), server_default="1", nullable=False)
    )
    op.add_column(
        "orders", sa.Column("cancelled_minor", sa.BigInteger(), server_default="0", nullable=False)
    )
    for name in _UNITS:
        op.add_column(
            "order_line", sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)
        )
    op.add_column(
        "order_step",
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    )
    op.create_table(
        "fulfilment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default="packed", nullable=False),
        sa.Column("warehouse_id", sa.Uuid(), nullable=True),
        sa.Column("carrier", sa.Text(), server_default="", nullable=False),
        sa.Column("tracking_number", sa.Text(), server_default="", nullable=False),
        sa.Column("tracking_url", sa.Text(), server_default="", nullable=False),
        sa.Column("lines", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('packed', 'shipped', 'delivered', 'cancelled')",
            name=op.f("ck_fulfilment_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_fulfilment_order_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fulfilment")),
        sa.UniqueConstraint("order_id", "number", name=op.f("uq_fulfilment_order_id_number")),
    )
    op.create_index("ix_orders_tags", "orders", ["tags"], postgresql_using="gin")
    _exchange("orders", "status_known", _STATUSES)
    _exchange("orders", "payment_known", _PAYMENTS)
    op.execute(_OLD_UNITS)
    op.execute(_OLD_PARCELS)
    op.create_check_constraint(
        op.f("ck_orders_cancelled_sane"), "orders", "cancelled_minor BETWEEN 0 AND total_minor"
    )
    op.create_check_constraint(op.f("ck_order_line_units_add_up"), "order_line", _UNITS_ADD_UP)


def downgrade() -> None:
    op.drop_constraint(op.f("ck_order_line_units_add_up"), "order_line")
    op.drop_constraint(op.f("ck_orders_cancelled_sane"), "orders")
    _exchange("orders", "payment_known", _OLD_PAYMENTS)
    _exchange("orders", "status_known", _OLD_STATUSES)
    op.drop_index("ix_orders_tags", "orders")
    op.drop_table("fulfilment")
    op.drop_column("order_step", "detail")
    for name in reversed(_UNITS):
        op.drop_column("order_line", name)
    op.drop_column("orders", "cancelled_minor")
    op.drop_column("orders", "version")
    op.drop_column("orders", "tags")


def _exchange(table: str, name: str, rule: str) -> None:
    op.drop_constraint(op.f(f"ck_{table}_{name}"), table)
    op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, rule)
