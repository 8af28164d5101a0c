"""Several places, promises without units, documents of the stock, and who waits for goods."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

WHOLE_SHOP = "00000000-0000-7000-8000-000000000000"


def upgrade() -> None:
    _widen_what_was_there()
    _make_policies()
    _make_documents()
    op.create_table(
        "stock_subscription",
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["variant.id"],
            name=op.f("fk_stock_subscription_variant_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customer.id"],
            name=op.f("fk_stock_subscription_customer_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("variant_id", "customer_id", name=op.f("pk_stock_subscription")),
    )
    # The storefront's fast path asks which places sell and what may be sold without units.
    op.execute("GRANT SELECT ON warehouse, stock_policy TO kram_hot")


def _widen_what_was_there() -> None:
    op.add_column(
        "warehouse",
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
    )
    op.add_column("warehouse", sa.Column("address", sa.Text(), server_default="", nullable=False))
    op.add_column(
        "warehouse",
        sa.Column("is_pickup", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column("warehouse", sa.Column("hours", sa.Text(), server_default="", nullable=False))
    op.add_column("warehouse", sa.Column("latitude", sa.Double(), nullable=True))
    op.add_column("warehouse", sa.Column("longitude", sa.Double(), nullable=True))
    op.add_column("warehouse", sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("stock_move", sa.Column("note", sa.Text(), server_default="", nullable=False))
    op.add_column(
        "reservation", sa.Column("shipped", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.drop_constraint(op.f("ck_reservation_state_known"), "reservation")
    op.create_check_constraint(
        op.f("ck_reservation_state_known"),
        "reservation",
        "state IN ('held', 'taken', 'released', 'awaited')",
        postgresql_not_valid=True,
    )
    op.execute("ALTER TABLE reservation VALIDATE CONSTRAINT ck_reservation_state_known")
    op.drop_index("ix_reservation_due", table_name="reservation")
    op.create_index(
        "ix_reservation_due",
        "reservation",
        ["expires_at"],
        postgresql_where=sa.text("state IN ('held','awaited')"),
    )
    op.create_index(
        "ix_reservation_awaited",
        "reservation",
        ["variant_id", "order_id"],
        postgresql_where=sa.text("state = 'awaited'"),
    )


def _make_policies() -> None:
    op.create_table(
        "stock_policy",
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("selling", sa.Text(), server_default="in_stock", nullable=False),
        sa.Column("available_from", sa.Date(), nullable=True),
        sa.Column("backorder_limit", sa.BigInteger(), nullable=True),
        sa.Column("backordered", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("low_at", sa.BigInteger(), nullable=True),
        sa.Column("low_told", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint(
            "selling IN ('in_stock', 'backorder', 'preorder')",
            name=op.f("ck_stock_policy_selling_known"),
        ),
        sa.CheckConstraint(
            "backordered >= 0 AND (backorder_limit IS NULL OR backordered <= backorder_limit)",
            name=op.f("ck_stock_policy_backordered_within"),
        ),
        sa.CheckConstraint("low_at >= 0", name=op.f("ck_stock_policy_low_at_sane")),
        sa.PrimaryKeyConstraint("variant_id", name=op.f("pk_stock_policy")),
    )
    op.execute(f"INSERT INTO stock_policy (variant_id) VALUES ('{WHOLE_SHOP}')")


def _make_documents() -> None:
    op.create_table(
        "stock_document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("warehouse_id", sa.Uuid(), nullable=False),
        sa.Column("to_warehouse_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('transfer', 'stocktake')", name=op.f("ck_stock_document_kind_known")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'done', 'cancelled')", name=op.f("ck_stock_document_state_known")
        ),
        sa.CheckConstraint(
            "(kind = 'transfer') = (to_warehouse_id IS NOT NULL)",
            name=op.f("ck_stock_document_destination_fits"),
        ),
        sa.CheckConstraint(
            "to_warehouse_id <> warehouse_id", name=op.f("ck_stock_document_somewhere_else")
        ),
        sa.ForeignKeyConstraint(
            ["warehouse_id"], ["warehouse.id"], name=op.f("fk_stock_document_warehouse_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_warehouse_id"], ["warehouse.id"], name=op.f("fk_stock_document_to_warehouse_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_document")),
    )
    op.create_table(
        "stock_document_line",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("expected", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_stock_document_line_quantity_sane")),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["stock_document.id"],
            name=op.f("fk_stock_document_line_document_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("document_id", "variant_id", name=op.f("pk_stock_document_line")),
    )


def downgrade() -> None:
    op.execute("REVOKE SELECT ON warehouse FROM kram_hot")
    op.drop_table("stock_subscription")
    op.drop_table("stock_document_line")
    op.drop_table("stock_document")
    op.drop_table("stock_policy")
    op.drop_index("ix_reservation_awaited", table_name="reservation")
    op.drop_index("ix_reservation_due", table_name="reservation")
    op.create_index(
        "ix_reservation_due",
        "reservation",
        ["expires_at"],
        postgresql_where=sa.text("state = 'held'"),
    )
    op.execute("UPDATE reservation SET state = 'released' WHERE state = 'awaited'")
    op.drop_constraint(op.f("ck_reservation_state_known"), "reservation")
    op.create_check_constraint(
        op.f("ck_reservation_state_known"), "reservation", "state IN ('held', 'taken', 'released')"
    )
    op.drop_column("reservation", "shipped")
    op.drop_column("stock_move", "note")
    for column in (
        "removed_at",
        "longitude",
        "latitude",
        "hours",
        "is_pickup",
        "address",
        "is_active",
    ):
        op.drop_column("warehouse", column)
