"""Discounts, gift cards, points and taxes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "gift_card",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("last4", sa.String(length=4), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("issued_minor", sa.BigInteger(), nullable=False),
        sa.Column("balance_minor", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "balance_minor BETWEEN 0 AND issued_minor", name=op.f("ck_gift_card_balance_sane")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gift_card")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_gift_card_code_hash")),
    )
    op.create_index("ix_gift_card_recent", "gift_card", ["created_at", "id"], unique=False)
    op.create_table(
        "loyalty_settings",
        sa.Column("id", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("earn_rate", sa.BigInteger(), server_default="300", nullable=False),
        sa.Column("spend_limit", sa.BigInteger(), server_default="3000", nullable=False),
        sa.Column("kept_days", sa.BigInteger(), server_default="365", nullable=True),
        sa.Column("welcome_points", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("referral_points", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "earn_rate BETWEEN 0 AND 10000 AND spend_limit BETWEEN 0 AND 10000",
            name=op.f("ck_loyalty_settings_rates_sane"),
        ),
        sa.CheckConstraint("id = 1", name=op.f("ck_loyalty_settings_single")),
        sa.CheckConstraint("kept_days > 0", name=op.f("ck_loyalty_settings_kept_sane")),
        sa.CheckConstraint(
            "welcome_points >= 0 AND referral_points >= 0",
            name=op.f("ck_loyalty_settings_gifts_sane"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_settings")),
    )
    op.create_table(
        "promotion",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rule", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("is_automatic", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("is_exclusive", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("priority", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("total_limit", sa.BigInteger(), nullable=True),
        sa.Column("buyer_limit", sa.BigInteger(), nullable=True),
        sa.Column("used", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_promotion_time_runs")),
        sa.CheckConstraint(
            "total_limit > 0 AND buyer_limit > 0", name=op.f("ck_promotion_limits_positive")
        ),
        sa.CheckConstraint("used >= 0", name=op.f("ck_promotion_used_sane")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotion")),
    )
    op.create_index("ix_promotion_recent", "promotion", ["created_at", "id"], unique=False)
    op.create_table(
        "tax_settings",
        sa.Column("id", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("mode", sa.Text(), server_default="none", nullable=False),
        sa.Column("rounding", sa.Text(), server_default="line", nullable=False),
        sa.Column("country", sa.String(length=2), server_default="UA", nullable=False),
        sa.Column("taxes_delivery", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column(
            "rates",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "mode IN ('none', 'included', 'added')", name=op.f("ck_tax_settings_mode_known")
        ),
        sa.CheckConstraint(
            "rounding IN ('line', 'order')", name=op.f("ck_tax_settings_rounding_known")
        ),
        sa.CheckConstraint("id = 1", name=op.f("ck_tax_settings_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax_settings")),
    )
    op.create_table(
        "gift_card_move",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("delta_minor", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("delta_minor <> 0", name=op.f("ck_gift_card_move_delta_real")),
        sa.ForeignKeyConstraint(
            ["card_id"], ["gift_card.id"], name=op.f("fk_gift_card_move_card_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gift_card_move")),
    )
    op.create_index("ix_gift_card_move_card", "gift_card_move", ["card_id", "id"], unique=False)
    op.create_index(
        "ix_gift_card_move_order",
        "gift_card_move",
        ["order_id"],
        unique=False,
        postgresql_where=sa.text("order_id IS NOT NULL"),
    )
    op.create_table(
        "point_account",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("balance", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("referral_code", sa.Text(), nullable=True),
        sa.Column("referrer_id", sa.Uuid(), nullable=True),
        sa.Column("rewarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("balance >= 0", name=op.f("ck_point_account_balance_sane")),
        sa.CheckConstraint("referrer_id <> customer_id", name=op.f("ck_point_account_not_oneself")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_point_account_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["referrer_id"], ["customer.id"], name=op.f("fk_point_account_referrer_id")
        ),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_point_account")),
        sa.UniqueConstraint("referral_code", name=op.f("uq_point_account_referral_code")),
    )
    op.create_table(
        "promo_buyer",
        sa.Column("promotion_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("used >= 0", name=op.f("ck_promo_buyer_used_sane")),
        sa.ForeignKeyConstraint(
            ["promotion_id"],
            ["promotion.id"],
            name=op.f("fk_promo_buyer_promotion_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("promotion_id", "customer_id", name=op.f("pk_promo_buyer")),
    )
    op.create_table(
        "promo_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("promotion_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("use_limit", sa.BigInteger(), nullable=True),
        sa.Column("used", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("use_limit > 0", name=op.f("ck_promo_code_limit_positive")),
        sa.CheckConstraint("used BETWEEN 0 AND use_limit", name=op.f("ck_promo_code_used_within")),
        sa.ForeignKeyConstraint(
            ["promotion_id"],
            ["promotion.id"],
            name=op.f("fk_promo_code_promotion_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promo_code")),
        sa.UniqueConstraint("code", name=op.f("uq_promo_code_code")),
    )
    op.create_index("ix_promo_code_promotion", "promo_code", ["promotion_id", "id"], unique=False)
    op.create_table(
        "point_move",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("delta", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("delta <> 0", name=op.f("ck_point_move_delta_real")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["point_account.customer_id"], name=op.f("fk_point_move_customer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_move")),
    )
    op.create_index("ix_point_move_customer", "point_move", ["customer_id", "id"], unique=False)
    op.create_index(
        "ix_point_move_order",
        "point_move",
        ["order_id"],
        unique=False,
        postgresql_where=sa.text("order_id IS NOT NULL"),
    )
    op.create_index(
        "uq_point_move_once",
        "point_move",
        ["order_id", "cause"],
        unique=True,
        postgresql_where=sa.text("cause IN ('earned', 'welcome', 'referral')"),
    )
    op.create_table(
        "promo_use",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("promotion_id", sa.Uuid(), nullable=False),
        sa.Column("code_id", sa.Uuid(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default="held", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("state IN ('held', 'released')", name=op.f("ck_promo_use_state_known")),
        sa.ForeignKeyConstraint(["code_id"], ["promo_code.id"], name=op.f("fk_promo_use_code_id")),
        sa.ForeignKeyConstraint(
            ["promotion_id"], ["promotion.id"], name=op.f("fk_promo_use_promotion_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promo_use")),
    )
    op.create_index("ix_promo_use_order", "promo_use", ["order_id"], unique=False)
    op.create_index("ix_promo_use_promotion", "promo_use", ["promotion_id", "id"], unique=False)
    op.execute("INSERT INTO tax_settings DEFAULT VALUES")
    op.execute("INSERT INTO loyalty_settings DEFAULT VALUES")
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON gift_card_move, point_move FROM CURRENT_USER")


def downgrade() -> None:
    op.drop_index("ix_promo_use_promotion", table_name="promo_use")
    op.drop_index("ix_promo_use_order", table_name="promo_use")
    op.drop_table("promo_use")
    op.drop_index(
        "uq_point_move_once",
        table_name="point_move",
        postgresql_where=sa.text("cause IN ('earned', 'welcome', 'referral')"),
    )
    op.drop_index(
        "ix_point_move_order",
        table_name="point_move",
        postgresql_where=sa.text("order_id IS NOT NULL"),
    )
    op.drop_index("ix_point_move_customer", table_name="point_move")
    op.drop_table("point_move")
    op.drop_index("ix_promo_code_promotion", table_name="promo_code")
    op.drop_table("promo_code")
    op.drop_table("promo_buyer")
    op.drop_table("point_account")
    op.drop_index(
        "ix_gift_card_move_order",
        table_name="gift_card_move",
        postgresql_where=sa.text("order_id IS NOT NULL"),
    )
    op.drop_index("ix_gift_card_move_card", table_name="gift_card_move")
    op.drop_table("gift_card_move")
    op.drop_table("tax_settings")
    op.drop_index("ix_promotion_recent", table_name="promotion")
    op.drop_table("promotion")
    op.drop_table("loyalty_settings")
    op.drop_index("ix_gift_card_recent", table_name="gift_card")
    op.drop_table("gift_card")
