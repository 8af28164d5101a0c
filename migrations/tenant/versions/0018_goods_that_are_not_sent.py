"""Files, licence keys and gift cards as goods."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_JSON = postgresql.JSONB(astext_type=sa.Text())
_MOMENT = sa.DateTime(timezone=True)
_KINDS = "'goods', 'bundle', 'digital', 'keys'"
_METHODS = "'pickup', 'courier'"
_STANDS = sa.text("revoked_at IS NULL")


def upgrade() -> None:
    _allow("variant", "kind_known", f"kind IN ({_KINDS}, 'gift_card')")
    _allow("orders", "ck_orders_delivery_known", f"delivery_method IN ({_METHODS}, 'digital')")
    op.add_column("variant", sa.Column("terms", _JSON, nullable=True))
    op.add_column("order_line", sa.Column("terms", _JSON, nullable=True))
    op.add_column(
        "order_line", sa.Column("kind", sa.Text(), server_default="goods", nullable=False)
    )
    _files()
    _keys()
    _grants()


def _allow(table: str, name: str, condition: str) -> None:
    op.drop_constraint(op.f(name), table, type_="check")
    op.create_check_constraint(op.f(name), table, condition, postgresql_not_valid=True)
    op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")


def _created_at() -> sa.Column[object]:
    return sa.Column("created_at", _MOMENT, server_default=sa.text("now()"), nullable=False)


def _files() -> None:
    op.create_table(
        "digital_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        _created_at(),
        sa.Column("removed_at", _MOMENT, nullable=True),
        sa.CheckConstraint("size_bytes >= 0", name=op.f("ck_digital_file_size_sane")),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["variant.id"],
            name=op.f("fk_digital_file_variant_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digital_file")),
        sa.UniqueConstraint("key", name=op.f("uq_digital_file_key")),
    )
    op.create_index("ix_digital_file_variant", "digital_file", ["variant_id", "id"])


def _keys() -> None:
    op.create_table(
        "licence_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        _created_at(),
        sa.Column("given_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["variant.id"],
            name=op.f("fk_licence_key_variant_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licence_key")),
    )
    op.create_index(
        "uq_licence_key_fingerprint", "licence_key", ["variant_id", "fingerprint"], unique=True
    )
    op.create_index(
        "ix_licence_key_free",
        "licence_key",
        ["variant_id", "id"],
        postgresql_where=sa.text("given_at IS NULL"),
    )


def _grants() -> None:
    op.create_table(
        "digital_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("card_id", sa.Uuid(), nullable=True),
        sa.Column("face_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("downloads", _JSON, server_default=sa.text("'{}'"), nullable=False),
        sa.Column("download_limit", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", _MOMENT, nullable=True),
        sa.Column("seen_at", _MOMENT, nullable=True),
        sa.Column("revoked_at", _MOMENT, nullable=True),
        _created_at(),
        sa.CheckConstraint(
            "kind IN ('files', 'key', 'card')", name=op.f("ck_digital_grant_kind_known")
        ),
        sa.CheckConstraint(
            "kind = 'key' OR key_id IS NULL", name=op.f("ck_digital_grant_key_fits")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders.id"],
            name=op.f("fk_digital_grant_order_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["line_id"],
            ["order_line.id"],
            name=op.f("fk_digital_grant_line_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["key_id"],
            ["licence_key.id"],
            name=op.f("fk_digital_grant_key_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["card_id"], ["gift_card.id"], name=op.f("fk_digital_grant_card_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digital_grant")),
    )
    op.create_index("ix_digital_grant_order", "digital_grant", ["order_id"])
    for name, columns in (
        ("uq_digital_grant_unit", ["line_id", "unit"]),
        ("uq_digital_grant_key", ["key_id"]),
    ):
        op.create_index(name, "digital_grant", columns, unique=True, postgresql_where=_STANDS)


def downgrade() -> None:
    op.drop_table("digital_grant")
    op.drop_table("licence_key")
    op.drop_table("digital_file")
    op.drop_column("order_line", "kind")
    op.drop_column("order_line", "terms")
    op.drop_column("variant", "terms")
    _allow("orders", "ck_orders_delivery_known", f"delivery_method IN ({_METHODS})")
    _allow("variant", "kind_known", f"kind IN ({_KINDS})")
