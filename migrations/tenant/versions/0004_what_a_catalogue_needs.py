"""What a catalogue needs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


_FILL_PATHS = """
    WITH RECURSIVE tree AS (
        SELECT id, replace(id::text, '-', '') || '.' AS path FROM category WHERE parent_id IS NULL
        UNION ALL
        SELECT child.id, tree.path || replace(child.id::text, '-', '') || '.'
        FROM category AS child JOIN tree ON child.parent_id = tree.id
    )
    UPDATE category SET path = tree.path FROM tree WHERE category.id = tree.id
"""

# What goods cost before is not known: their history begins today.
_BEGIN_HISTORY = """
    INSERT INTO price_history (variant_id, at, price_minor, currency)
    SELECT id, now(), price_minor, currency FROM variant
"""

_READ_BY_LANES = (
    "collection, collection_product, bundle_component, price_list, list_price, price_history,"
    " slug_redirect, attribute"
)


def upgrade() -> None:
    op.create_table(
        "attribute",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), server_default="product", nullable=False),
        sa.Column("unit", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "choices",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
        sa.Column("is_filter", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column(
            "translations",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "kind IN ('text', 'number', 'choice', 'colour', 'date', 'reference')",
            name=op.f("ck_attribute_kind_known"),
        ),
        sa.CheckConstraint(
            "scope IN ('product', 'variant')", name=op.f("ck_attribute_scope_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attribute")),
        sa.UniqueConstraint("code", name=op.f("uq_attribute_code")),
    )
    op.create_table(
        "collection",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), server_default="manual", nullable=False),
        sa.Column(
            "rule", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("is_shown", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("picture_key", sa.Text(), nullable=True),
        sa.Column(
            "translations",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(kind = 'rule') = (rule IS NOT NULL)", name=op.f("ck_collection_rule_present")
        ),
        sa.CheckConstraint("kind IN ('manual', 'rule')", name=op.f("ck_collection_kind_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection")),
        sa.UniqueConstraint("slug", name=op.f("uq_collection_slug")),
    )
    op.create_table(
        "price_history",
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("sale_minor", sa.BigInteger(), nullable=True),
        sa.Column("sale_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sale_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.PrimaryKeyConstraint("variant_id", "at", name=op.f("pk_price_history")),
    )
    op.create_table(
        "price_list",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_price_list_time_runs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_list")),
    )
    op.create_table(
        "slug_redirect",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("kind", "slug", name=op.f("pk_slug_redirect")),
    )
    op.create_table(
        "collection_product",
        sa.Column("collection_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collection.id"],
            name=op.f("fk_collection_product_collection_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["product.id"],
            name=op.f("fk_collection_product_product_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("collection_id", "product_id", name=op.f("pk_collection_product")),
    )
    op.create_index(
        "ix_collection_product_product", "collection_product", ["product_id"], unique=False
    )
    op.create_table(
        "bundle_component",
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("component_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "bundle_id <> component_id", name=op.f("ck_bundle_component_not_itself")
        ),
        sa.CheckConstraint(
            "quantity BETWEEN 1 AND 999", name=op.f("ck_bundle_component_quantity_sane")
        ),
        sa.ForeignKeyConstraint(
            ["bundle_id"],
            ["variant.id"],
            name=op.f("fk_bundle_component_bundle_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["component_id"], ["variant.id"], name=op.f("fk_bundle_component_component_id")
        ),
        sa.PrimaryKeyConstraint("bundle_id", "component_id", name=op.f("pk_bundle_component")),
    )
    op.create_index(
        "ix_bundle_component_component", "bundle_component", ["component_id"], unique=False
    )
    op.create_table(
        "list_price",
        sa.Column("price_list_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("min_quantity", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "min_quantity BETWEEN 1 AND 999", name=op.f("ck_list_price_quantity_sane")
        ),
        sa.CheckConstraint(
            "minor >= 0 AND minor <= 10000000000000", name=op.f("ck_list_price_price_sane")
        ),
        sa.ForeignKeyConstraint(
            ["price_list_id"],
            ["price_list.id"],
            name=op.f("fk_list_price_price_list_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["variant.id"],
            name=op.f("fk_list_price_variant_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "price_list_id", "variant_id", "min_quantity", name=op.f("pk_list_price")
        ),
    )
    op.create_index("ix_list_price_variant", "list_price", ["variant_id"], unique=False)
    op.add_column("category", sa.Column("path", sa.Text(), server_default="", nullable=False))
    op.add_column(
        "category", sa.Column("description", sa.Text(), server_default="", nullable=False)
    )
    op.add_column("category", sa.Column("picture_key", sa.Text(), nullable=True))
    op.add_column(
        "category",
        sa.Column(
            "translations",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
    )
    op.create_index(op.f("ix_category_path"), "category", ["path"], unique=False)
    op.add_column(
        "media",
        sa.Column("has_avif", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column(
        "media",
        sa.Column(
            "alts",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
    )
    op.add_column(
        "product",
        sa.Column(
            "options",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
    )
    op.add_column(
        "product",
        sa.Column("tags", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    )
    op.add_column(
        "product",
        sa.Column(
            "attributes",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
    )
    op.add_column(
        "product",
        sa.Column(
            "translations",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
    )
    op.add_column(
        "product",
        sa.Column("related", sa.ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False),
    )
    op.add_column("product", sa.Column("video_url", sa.Text(), server_default="", nullable=False))
    op.add_column("product", sa.Column("publish_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("product", sa.Column("unpublish_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_product_attributes",
        "product",
        ["attributes"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"attributes": "jsonb_path_ops"},
    )
    op.create_index("ix_product_tags", "product", ["tags"], unique=False, postgresql_using="gin")
    op.add_column("variant", sa.Column("kind", sa.Text(), server_default="goods", nullable=False))
    op.add_column("variant", sa.Column("choice", sa.Text(), nullable=True))
    op.add_column("variant", sa.Column("barcode", sa.Text(), server_default="", nullable=False))
    op.add_column("variant", sa.Column("weight_grams", sa.BigInteger(), nullable=True))
    op.add_column("variant", sa.Column("length_mm", sa.BigInteger(), nullable=True))
    op.add_column("variant", sa.Column("width_mm", sa.BigInteger(), nullable=True))
    op.add_column("variant", sa.Column("height_mm", sa.BigInteger(), nullable=True))
    op.add_column("variant", sa.Column("compare_at_minor", sa.BigInteger(), nullable=True))
    op.add_column("variant", sa.Column("cost_minor", sa.BigInteger(), nullable=True))
    op.add_column("variant", sa.Column("sale_minor", sa.BigInteger(), nullable=True))
    op.add_column("variant", sa.Column("sale_from", sa.DateTime(timezone=True), nullable=True))
    op.add_column("variant", sa.Column("sale_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("variant", sa.Column("media_id", sa.Uuid(), nullable=True))
    op.add_column(
        "variant",
        sa.Column(
            "attributes",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
    )
    op.create_index(
        "ix_variant_barcode",
        "variant",
        ["barcode"],
        unique=False,
        postgresql_where=sa.text("barcode <> ''"),
    )
    op.create_index(
        "uq_variant_choice",
        "variant",
        ["product_id", "choice"],
        unique=True,
        postgresql_where=sa.text("archived_at IS NULL AND choice IS NOT NULL"),
    )
    op.create_check_constraint(
        "sale_sane", "variant", "sale_minor >= 0 AND sale_minor <= 10000000000000"
    )
    op.create_check_constraint("kind_known", "variant", "kind IN ('goods', 'bundle', 'digital')")
    op.execute(_FILL_PATHS)
    op.execute(_BEGIN_HISTORY)
    op.execute(f"GRANT SELECT ON {_READ_BY_LANES} TO kram_hot")
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON price_history FROM CURRENT_USER")


def downgrade() -> None:
    op.drop_constraint("kind_known", "variant", type_="check")
    op.drop_constraint("sale_sane", "variant", type_="check")
    op.drop_index(
        "uq_variant_choice",
        table_name="variant",
        postgresql_where=sa.text("archived_at IS NULL AND choice IS NOT NULL"),
    )
    op.drop_index(
        "ix_variant_barcode", table_name="variant", postgresql_where=sa.text("barcode <> ''")
    )
    op.drop_column("variant", "attributes")
    op.drop_column("variant", "media_id")
    op.drop_column("variant", "sale_until")
    op.drop_column("variant", "sale_from")
    op.drop_column("variant", "sale_minor")
    op.drop_column("variant", "cost_minor")
    op.drop_column("variant", "compare_at_minor")
    op.drop_column("variant", "height_mm")
    op.drop_column("variant", "width_mm")
    op.drop_column("variant", "length_mm")
    op.drop_column("variant", "weight_grams")
    op.drop_column("variant", "barcode")
    op.drop_column("variant", "choice")
    op.drop_column("variant", "kind")
    op.drop_index("ix_product_tags", table_name="product", postgresql_using="gin")
    op.drop_index(
        "ix_product_attributes",
        table_name="product",
        postgresql_using="gin",
        postgresql_ops={"attributes": "jsonb_path_ops"},
    )
    op.drop_column("product", "unpublish_at")
    op.drop_column("product", "publish_at")
    op.drop_column("product", "video_url")
    op.drop_column("product", "related")
    op.drop_column("product", "translations")
    op.drop_column("product", "attributes")
    op.drop_column("product", "tags")
    op.drop_column("product", "options")
    op.drop_column("media", "alts")
    op.drop_column("media", "has_avif")
    op.drop_index(op.f("ix_category_path"), table_name="category")
    op.drop_column("category", "translations")
    op.drop_column("category", "picture_key")
    op.drop_column("category", "description")
    op.drop_column("category", "path")
    op.drop_index("ix_list_price_variant", table_name="list_price")
    op.drop_table("list_price")
    op.drop_index("ix_bundle_component_component", table_name="bundle_component")
    op.drop_table("bundle_component")
    op.drop_index("ix_collection_product_product", table_name="collection_product")
    op.drop_table("collection_product")
    op.drop_table("slug_redirect")
    op.drop_table("price_list")
    op.drop_table("price_history")
    op.drop_table("collection")
    op.drop_table("attribute")
