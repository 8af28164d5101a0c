"""Who buys, and what they say of it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# The words of a ledger may be forgotten together with a person; what happened and when may not.
_WORDS_MAY_GO = "GRANT UPDATE (actor_name, note, detail) ON order_step TO CURRENT_USER"

_COUNT_ORDERS = """
    UPDATE customer SET
        orders_count = counted.orders,
        spent_minor = counted.spent,
        first_order_at = counted.first_at,
        last_order_at = counted.last_at
    FROM (
        SELECT orders.customer_id,
            count(*) AS orders,
            coalesce(sum(paid.kept), 0) AS spent,
            min(orders.created_at) AS first_at,
            max(orders.created_at) AS last_at
        FROM orders
        LEFT JOIN (
            SELECT order_id, sum(captured_minor - refunded_minor) AS kept
            FROM payment GROUP BY order_id
        ) AS paid ON paid.order_id = orders.id
        WHERE orders.number IS NOT NULL AND orders.status <> 'cancelled'
        GROUP BY orders.customer_id
    ) AS counted
    WHERE counted.customer_id = customer.id
"""


def upgrade() -> None:
    op.create_table(
        "customer_group",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_group")),
        sa.UniqueConstraint("name", name=op.f("uq_customer_group_name")),
    )
    op.create_table(
        "segment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rule", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment")),
        sa.UniqueConstraint("name", name=op.f("uq_segment_name")),
    )
    op.create_table(
        "customer_address",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=2), server_default="", nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("postal_code", sa.Text(), server_default="", nullable=False),
        sa.Column("is_default", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_customer_address_customer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_address")),
    )
    op.create_index(
        "ix_customer_address_customer",
        "customer_address",
        ["customer_id", "created_at"],
        unique=False,
    )
    op.create_index(
        "uq_customer_address_default",
        "customer_address",
        ["customer_id"],
        unique=True,
        postgresql_where=sa.text("is_default"),
    )
    op.create_table(
        "customer_identity",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('phone', 'email')", name=op.f("ck_customer_identity_kind_known")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_customer_identity_customer_id")
        ),
        sa.PrimaryKeyConstraint("kind", "value", name=op.f("pk_customer_identity")),
    )
    op.create_index(
        "ix_customer_identity_customer", "customer_identity", ["customer_id"], unique=False
    )
    op.create_table(
        "customer_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_customer_note_customer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_note")),
    )
    op.create_index(
        "ix_customer_note_customer", "customer_note", ["customer_id", "id"], unique=False
    )
    op.create_table(
        "customer_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "facts",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_customer_step_customer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_step")),
    )
    op.create_index(
        "ix_customer_step_customer", "customer_step", ["customer_id", "id"], unique=False
    )
    op.create_table(
        "person_export",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("file_key", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'done')", name=op.f("ck_person_export_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_person_export_customer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_export")),
    )
    op.create_index(
        "ix_person_export_customer", "person_export", ["customer_id", "id"], unique=False
    )
    op.create_index(
        "uq_person_export_waiting",
        "person_export",
        ["customer_id"],
        unique=True,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "favourite",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_favourite_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_favourite_product_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("customer_id", "product_id", name=op.f("pk_favourite")),
    )
    op.create_index("ix_favourite_product", "favourite", ["product_id"], unique=False)
    op.create_table(
        "product_rating",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("reviews", sa.BigInteger(), nullable=False),
        sa.Column("stars", sa.BigInteger(), nullable=False),
        sa.Column("ones", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("twos", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("threes", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("fours", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("fives", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "ones >= 0 AND twos >= 0 AND threes >= 0 AND fours >= 0 AND fives >= 0",
            name=op.f("ck_product_rating_never_below_nothing"),
        ),
        sa.CheckConstraint(
            "reviews = ones + twos + threes + fours + fives",
            name=op.f("ck_product_rating_counts_add_up"),
        ),
        sa.CheckConstraint(
            "stars = ones + 2 * twos + 3 * threes + 4 * fours + 5 * fives",
            name=op.f("ck_product_rating_stars_add_up"),
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["product.id"],
            name=op.f("fk_product_rating_product_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_product_rating")),
    )
    op.create_table(
        "review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("stars", sa.SmallInteger(), nullable=False),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "photos",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column("is_bought", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("state", sa.Text(), server_default="pending", nullable=False),
        sa.Column("held_for", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("fingerprint", sa.Text(), server_default="", nullable=False),
        sa.Column("reply", sa.Text(), server_default="", nullable=False),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
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
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'published', 'rejected')", name=op.f("ck_review_state_known")
        ),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_review_stars_known")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_review_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_review_product_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint(
            "product_id", "customer_id", name=op.f("uq_review_product_id_customer_id")
        ),
    )
    op.create_index("ix_review_customer", "review", ["customer_id", "created_at"], unique=False)
    op.create_index(
        "ix_review_fingerprint",
        "review",
        ["fingerprint"],
        unique=False,
        postgresql_where=sa.text("fingerprint <> ''"),
    )
    op.create_index("ix_review_queue", "review", ["state", "created_at", "id"], unique=False)
    op.create_index(
        "ix_review_shown",
        "review",
        ["product_id", "published_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'published'"),
    )
    op.add_column("customer", sa.Column("email", sa.Text(), nullable=True))
    op.add_column(
        "customer",
        sa.Column("tags", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    )
    op.add_column(
        "customer",
        sa.Column("group_ids", sa.ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False),
    )
    op.add_column(
        "customer",
        sa.Column("consents", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    )
    op.add_column(
        "customer", sa.Column("orders_count", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.add_column(
        "customer", sa.Column("spent_minor", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.add_column(
        "customer", sa.Column("first_order_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("customer", sa.Column("last_order_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("customer", sa.Column("merged_into", sa.Uuid(), nullable=True))
    op.add_column("customer", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("customer", sa.Column("hold_reason", sa.Text(), nullable=True))
    op.create_index(
        "ix_customer_group_ids", "customer", ["group_ids"], unique=False, postgresql_using="gin"
    )
    op.create_index(
        "ix_customer_merged_into",
        "customer",
        ["merged_into"],
        unique=False,
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )
    op.create_index("ix_customer_recent", "customer", ["created_at", "id"], unique=False)
    op.create_index("ix_customer_tags", "customer", ["tags"], unique=False, postgresql_using="gin")
    op.create_foreign_key(
        op.f("fk_customer_merged_into"), "customer", "customer", ["merged_into"], ["id"]
    )
    op.create_check_constraint(
        op.f("ck_customer_not_merged_into_itself"), "customer", "merged_into <> id"
    )
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON customer_step FROM CURRENT_USER")
    op.execute(_WORDS_MAY_GO)
    op.execute(_COUNT_ORDERS)


def downgrade() -> None:
    op.execute("REVOKE UPDATE (actor_name, note, detail) ON order_step FROM CURRENT_USER")
    op.drop_constraint(op.f("ck_customer_not_merged_into_itself"), "customer", type_="check")
    op.drop_constraint(op.f("fk_customer_merged_into"), "customer", type_="foreignkey")
    op.drop_index("ix_customer_tags", table_name="customer", postgresql_using="gin")
    op.drop_index("ix_customer_recent", table_name="customer")
    op.drop_index(
        "ix_customer_merged_into",
        table_name="customer",
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )
    op.drop_index("ix_customer_group_ids", table_name="customer", postgresql_using="gin")
    op.drop_column("customer", "hold_reason")
    op.drop_column("customer", "erased_at")
    op.drop_column("customer", "merged_into")
    op.drop_column("customer", "last_order_at")
    op.drop_column("customer", "first_order_at")
    op.drop_column("customer", "spent_minor")
    op.drop_column("customer", "orders_count")
    op.drop_column("customer", "consents")
    op.drop_column("customer", "group_ids")
    op.drop_column("customer", "tags")
    op.drop_column("customer", "email")
    op.drop_index(
        "ix_review_shown", table_name="review", postgresql_where=sa.text("state = 'published'")
    )
    op.drop_index("ix_review_queue", table_name="review")
    op.drop_index(
        "ix_review_fingerprint", table_name="review", postgresql_where=sa.text("fingerprint <> ''")
    )
    op.drop_index("ix_review_customer", table_name="review")
    op.drop_table("review")
    op.drop_table("product_rating")
    op.drop_index("ix_favourite_product", table_name="favourite")
    op.drop_table("favourite")
    op.drop_index(
        "uq_person_export_waiting",
        table_name="person_export",
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.drop_index("ix_person_export_customer", table_name="person_export")
    op.drop_table("person_export")
    op.drop_index("ix_customer_step_customer", table_name="customer_step")
    op.drop_table("customer_step")
    op.drop_index("ix_customer_note_customer", table_name="customer_note")
    op.drop_table("customer_note")
    op.drop_index("ix_customer_identity_customer", table_name="customer_identity")
    op.drop_table("customer_identity")
    op.drop_index(
        "uq_customer_address_default",
        table_name="customer_address",
        postgresql_where=sa.text("is_default"),
    )
    op.drop_index("ix_customer_address_customer", table_name="customer_address")
    op.drop_table("customer_address")
    op.drop_table("segment")
    op.drop_table("customer_group")
