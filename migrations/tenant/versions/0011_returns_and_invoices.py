"""Returns, invoices, staff's drafts, and what a merchant decides about orders."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_JSON = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    _settings()
    _returns()
    _invoices()
    _drafts()


def downgrade() -> None:
    for table in (
        "draft_order",
        "invoice",
        "invoice_counter",
        "return_request",
        "order_settings",
    ):
        op.drop_table(table)


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
    )


def _settings() -> None:
    op.create_table(
        "order_settings",
        sa.Column("id", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("return_days", sa.BigInteger(), server_default="14", nullable=False),
        sa.Column("invoice_series", sa.Text(), server_default="INV", nullable=False),
        sa.Column("seller", _JSON, server_default=sa.text("'{}'"), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_order_settings_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_settings")),
    )
    op.execute("INSERT INTO order_settings DEFAULT VALUES")


def _returns() -> None:
    op.create_table(
        "return_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), server_default="requested", nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("photos", _JSON, server_default=sa.text("'[]'"), nullable=False),
        sa.Column("lines", _JSON, nullable=False),
        sa.Column(
            "refunds_delivery", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
        sa.Column("refund_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("by_staff", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("exchange_id", sa.Uuid(), nullable=True),
        _moment("created_at"),
        _moment("updated_at"),
        sa.CheckConstraint(
            "state IN ('requested', 'approved', 'declined', 'received', 'closed')",
            name=op.f("ck_return_request_state_known"),
        ),
        sa.CheckConstraint("refund_minor >= 0", name=op.f("ck_return_request_refund_sane")),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders.id"],
            name=op.f("fk_return_request_order_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_request")),
        sa.UniqueConstraint("code", name=op.f("uq_return_request_code")),
    )
    op.create_index("ix_return_request_order", "return_request", ["order_id"])
    op.create_index("ix_return_request_recent", "return_request", ["created_at", "id"])


def _invoices() -> None:
    op.create_table(
        "invoice_counter",
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("next_number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_invoice_counter")),
    )
    op.create_table(
        "invoice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("order_version", sa.BigInteger(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("content", _JSON, nullable=False),
        _moment("issued_at"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_invoice_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
        sa.UniqueConstraint("series", "number", name=op.f("uq_invoice_series_number")),
        sa.UniqueConstraint(
            "order_id", "order_version", name=op.f("uq_invoice_order_id_order_version")
        ),
    )
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON invoice FROM CURRENT_ROLE")


def _drafts() -> None:
    op.create_table(
        "draft_order",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("content", _JSON, nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("return_id", sa.Uuid(), nullable=True),
        sa.Column("author", sa.Text(), server_default="", nullable=False),
        _moment("created_at"),
        _moment("updated_at"),
        sa.CheckConstraint(
            "state IN ('open', 'placed', 'dropped')", name=op.f("ck_draft_order_state_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_order")),
        sa.UniqueConstraint("code", name=op.f("uq_draft_order_code")),
    )
    op.create_index("ix_draft_order_recent", "draft_order", ["created_at", "id"])
