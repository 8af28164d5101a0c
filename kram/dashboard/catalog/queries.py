"""What the pages about goods ask besides: samples, names of what is put together."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import exists, or_, select

from kram.dashboard.pages.forms import FieldsRefused, Form
from kram.integrations.imports.samples import SKU_PREFIX
from kram.kit.db.tx import TenantRead
from kram.shop.catalog.models import BundleComponent, Product, ProductStatus, Variant
from kram.shop.catalog.queries import owners_of_skus
from kram.shop.orders.desk.errors import SkuUnknown

_IS_SAMPLE = exists().where(
    Variant.product_id == Product.id, Variant.sku.startswith(SKU_PREFIX, autoescape=True)
)


async def sample_products(tx: TenantRead) -> Sequence[UUID]:
    """Those that are on sale."""
    found = await tx.scalars(
        select(Product.id).where(Product.status == ProductStatus.ACTIVE, _IS_SAMPLE)
    )
    return found.all()


async def has_own_products(tx: TenantRead) -> bool:
    """Whether something is on sale that is no sample."""
    found: bool = await tx.scalar(
        select(
            select(Product.id).where(Product.status == ProductStatus.ACTIVE, ~_IS_SAMPLE).exists()
        )
    )
    return found


async def products_named(tx: TenantRead, form: Form, field: str) -> list[UUID]:
    """Of SKUs, one a line, in their order, each product once. Raises: FieldsRefused."""
    skus = [line.strip() for line in form.get(field).splitlines() if line.strip()]
    owners = await owners_of_skus(tx, skus) if skus else {}
    for sku in skus:
        if sku not in owners:
            raise FieldsRefused({field: SkuUnknown(sku=sku)})
    return list(dict.fromkeys(owners[sku] for sku in skus))


async def variants_by_code(tx: TenantRead, codes: Collection[str]) -> dict[str, UUID]:
    """Of SKUs or barcodes, bundles and digital goods too; a SKU goes before a barcode."""
    found = await tx.execute(
        select(Variant.id, Variant.sku, Variant.barcode)
        .where(
            Variant.archived_at.is_(None),
            or_(Variant.sku.in_(codes), Variant.barcode.in_(set(codes) - {""})),
        )
        .order_by(Variant.id.desc())
    )
    rows = found.all()
    by_barcode = {row.barcode: row.id for row in rows if row.barcode}
    return by_barcode | {row.sku: row.id for row in rows}


@dataclass(frozen=True, slots=True)
class Part:
    """`quantity` units of a variant that go into one bundle."""

    variant_id: UUID
    product_id: UUID
    sku: str
    title: str
    quantity: int


async def components_typed(tx: TenantRead, bundle_id: UUID) -> list[Part]:
    """What a bundle is made of, named; nothing for what is no bundle."""
    found = await tx.execute(
        select(
            BundleComponent.component_id,
            Variant.product_id,
            Variant.sku,
            Product.title,
            Variant.title.label("variant_title"),
            BundleComponent.quantity,
        )
        .join(Variant, Variant.id == BundleComponent.component_id)
        .join(Product, Product.id == Variant.product_id)
        .where(BundleComponent.bundle_id == bundle_id)
        .order_by(Product.title, Variant.position, Variant.id)
    )
    return [
        Part(
            row.component_id,
            row.product_id,
            row.sku,
            _named(row.title, row.variant_title),
            row.quantity,
        )
        for row in found
    ]


def _named(title: str, variant_title: str) -> str:
    return f"{title} · {variant_title}" if variant_title else title
