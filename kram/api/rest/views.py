"""What REST answers. Names and shapes are public: fields are added, never changed."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec

from kram.integrations.imports.models import ImportJob, ImportRowError, ImportState
from kram.kit.money import Money
from kram.shop.catalog.models import Category, Product, Variant
from kram.shop.inventory.service import StockLevel
from kram.shop.orders.models import Order, OrderLine, OrderStep
from kram.tenants.models import Role, Shop


class View(msgspec.Struct, frozen=True):
    """What an answer holds."""


class TokenPair(View, frozen=True):
    """`expires_in` seconds for the access token; a refresh token is good for one use."""

    access_token: str
    refresh_token: str
    expires_in: int
    token_type: str = "Bearer"  # noqa: S105 (a scheme, not a secret)


class ShopView(View, frozen=True):
    """`role` is the caller's own."""

    id: UUID
    slug: str
    name: str
    status: str
    currency: str
    language: str
    timezone: str
    created_at: datetime
    role: Role

    @classmethod
    def of(cls, shop: Shop, role: Role = Role.OWNER) -> "ShopView":
        return cls(
            shop.id,
            shop.slug,
            shop.name,
            shop.status,
            shop.currency,
            shop.language,
            shop.timezone,
            shop.created_at,
            role,
        )


class CategoryView(View, frozen=True):
    id: UUID
    parent_id: UUID | None
    slug: str
    name: str
    position: int

    @classmethod
    def of(cls, category: Category) -> "CategoryView":
        return cls(category.id, category.parent_id, category.slug, category.name, category.position)


class VariantView(View, frozen=True):
    """`on_hand` are units in the warehouse, `reserved` of them promised to orders."""

    id: UUID
    sku: str
    title: str
    price: Money
    on_hand: int
    reserved: int

    @classmethod
    def of(cls, variant: Variant, level: StockLevel) -> "VariantView":
        price = Money(variant.price_minor, variant.currency)
        return cls(variant.id, variant.sku, variant.title, price, level.on_hand, level.reserved)


class StockView(View, frozen=True):
    """`on_hand` are units in the warehouse, `reserved` of them promised to orders."""

    variant_id: UUID
    on_hand: int
    reserved: int

    @classmethod
    def of(cls, variant_id: UUID, level: StockLevel) -> "StockView":
        return cls(variant_id, level.on_hand, level.reserved)


class ProductView(View, frozen=True):
    """`pictures` are addresses of the widest size."""

    id: UUID
    slug: str
    title: str
    description: str
    status: str
    category_id: UUID | None
    variants: tuple[VariantView, ...]
    pictures: tuple[str, ...]
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(
        cls, product: Product, levels: dict[UUID, StockLevel], pictures: Iterable[str]
    ) -> "ProductView":
        return cls(
            id=product.id,
            slug=product.slug,
            title=product.title,
            description=product.description,
            status=product.status,
            category_id=product.category_id,
            variants=tuple(
                VariantView.of(variant, levels[variant.id]) for variant in product.offered
            ),
            pictures=tuple(pictures),
            created_at=product.created_at,
            updated_at=product.updated_at,
        )


class ProductPage(View, frozen=True):
    """`next_cursor` is null on the last page."""

    items: list[ProductView]
    next_cursor: str | None


class LineView(View, frozen=True):
    variant_id: UUID
    sku: str
    title: str
    variant_title: str
    unit_price: Money
    quantity: int
    total: Money

    @classmethod
    def of(cls, line: OrderLine, currency: str) -> "LineView":
        return cls(
            line.variant_id,
            line.sku,
            line.title,
            line.variant_title,
            Money(line.unit_price_minor, currency),
            line.quantity,
            Money(line.total_minor, currency),
        )


class StepView(View, frozen=True):
    kind: str
    actor_kind: str
    actor_name: str
    note: str
    at: datetime

    @classmethod
    def of(cls, step: OrderStep) -> "StepView":
        return cls(step.kind, step.actor_kind, step.actor_name, step.note, step.at)


class OrderView(View, frozen=True):
    """`number` is None until the order reached the staff; `steps` only in a single order."""

    id: UUID
    code: str
    number: int | None
    status: str
    payment_state: str
    payment_method: str
    customer_id: UUID
    recipient: str
    phone: str
    address: str
    comment: str
    tracking: str
    subtotal: Money
    delivery: Money
    total: Money
    lines: tuple[LineView, ...]
    created_at: datetime
    updated_at: datetime
    steps: tuple[StepView, ...] = ()

    @classmethod
    def of(cls, order: Order, steps: Iterable[OrderStep] = ()) -> "OrderView":
        currency = order.currency
        return cls(
            id=order.id,
            code=order.code,
            number=order.number,
            status=order.status,
            payment_state=order.payment_state,
            payment_method=order.payment_method,
            customer_id=order.customer_id,
            recipient=order.recipient,
            phone=order.phone,
            address=order.address,
            comment=order.comment,
            tracking=order.tracking,
            subtotal=Money(order.subtotal_minor, currency),
            delivery=Money(order.delivery_minor, currency),
            total=Money(order.total_minor, currency),
            lines=tuple(LineView.of(line, currency) for line in order.lines),
            created_at=order.created_at,
            updated_at=order.updated_at,
            steps=tuple(StepView.of(step) for step in steps),
        )


class OrderPage(View, frozen=True):
    """`next_cursor` is null on the last page."""

    items: list[OrderView]
    next_cursor: str | None


class ImportView(View, frozen=True):
    """Counts are rows, `created` to `unchanged` products; `problem` says why a file failed."""

    id: UUID
    filename: str
    state: ImportState
    total: int
    done: int
    created: int
    updated: int
    unchanged: int
    failed: int
    problem: str
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, job: ImportJob) -> "ImportView":
        return cls(**{name: getattr(job, name) for name in cls.__struct_fields__})


class ImportPage(View, frozen=True):
    """`next_cursor` is null on the last page."""

    items: list[ImportView]
    next_cursor: str | None


class RowErrorView(View, frozen=True):
    """`row` counts as a spreadsheet does: the header is row 1."""

    row: int
    column: str
    message: str
    value: str

    @classmethod
    def of(cls, error: ImportRowError) -> "RowErrorView":
        return cls(error.row, error.column, error.message, error.value)
