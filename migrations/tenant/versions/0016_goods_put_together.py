"""Goods that a shopper puts together: what can be chosen, and what was."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_JSON = postgresql.JSONB(astext_type=sa.Text())
_NOW = sa.text("now()")


def upgrade() -> None:
    op.add_column(
        "product",
        sa.Column("is_configurable", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column("order_line", sa.Column("design", _JSON, nullable=True))
    op.create_table(
        "configurator",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("definition", _JSON, nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["product.id"],
            name=op.f("fk_configurator_product_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_configurator")),
    )
    op.create_table(
        "design",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("selection", _JSON, nullable=False),
        sa.Column("words", _JSON, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.CheckConstraint("code <> ''", name=op.f("ck_design_code_filled")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_design_product_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_design")),
    )
    op.create_index("uq_design_same", "design", ["product_id", "digest"], unique=True)
    op.execute("GRANT SELECT ON configurator TO kram_hot")
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON design FROM CURRENT_USER")


def downgrade() -> None:
    op.drop_table("design")
    op.drop_table("configurator")
    op.drop_column("order_line", "design")
    op.drop_column("product", "is_configurable")
