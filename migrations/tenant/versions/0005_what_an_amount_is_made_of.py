"""What an amount is made of: discounts, taxes and the gift card's part."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ORDER_AMOUNTS = ("discount_minor", "tax_minor", "tax_added_minor", "gift_card_minor")
_LINE_AMOUNTS = ("discount_minor", "tax_minor", "tax_added_minor")
_CHECKS = (
    (
        "orders",
        "total_adds_up",
        "total_minor = subtotal_minor - discount_minor + delivery_minor + tax_added_minor",
    ),
    (
        "orders",
        "parts_sane",
        "discount_minor BETWEEN 0 AND subtotal_minor + delivery_minor"
        " AND tax_added_minor BETWEEN 0 AND tax_minor",
    ),
    ("orders", "tender_sane", "gift_card_minor BETWEEN 0 AND total_minor"),
    (
        "order_line",
        "parts_sane",
        "discount_minor BETWEEN 0 AND total_minor AND tax_added_minor BETWEEN 0 AND tax_minor",
    ),
)


def upgrade() -> None:
    for table, names in (("orders", _ORDER_AMOUNTS), ("order_line", _LINE_AMOUNTS)):
        for name in names:
            op.add_column(
                table, sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)
            )
    op.add_column(
        "orders",
        sa.Column(
            "pricing",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
    )
    op.drop_constraint(op.f("ck_orders_total_adds_up"), "orders")
    for table, name, rule in _CHECKS:
        _check(table, name, rule)


def downgrade() -> None:
    for table, name, _ in _CHECKS:
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table)
    op.drop_column("orders", "pricing")
    for table, names in (("order_line", _LINE_AMOUNTS), ("orders", _ORDER_AMOUNTS)):
        for name in reversed(names):
            op.drop_column(table, name)
    _check("orders", "total_adds_up", "total_minor = subtotal_minor + delivery_minor")


def _check(table: str, name: str, rule: str) -> None:
    op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, rule)
