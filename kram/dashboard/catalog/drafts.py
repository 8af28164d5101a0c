"""A product's form, read into what the catalogue takes and filled from what it holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from babel.numbers import format_decimal

from kram.dashboard.pages.choices import read_uuid
from kram.dashboard.pages.forms import FieldsRefused, Form
from kram.kit.currencies import EXPONENTS
from kram.kit.errors import AppError
from kram.kit.ids import public_code
from kram.kit.money import Money
from kram.shop.catalog.drafts import ProductDraft, VariantDraft, parse_price
from kram.shop.catalog.models import Product, ProductStatus, Variant
from kram.shop.inventory.errors import QuantityInvalid

_COLUMNS = ("variant_id", "variant_title", "variant_sku", "variant_price", "variant_stock")
_SKU_LETTERS = 8


@dataclass(frozen=True, slots=True)
class Row:
    """One variant as typed. `id` is empty for a new one."""

    id: str = ""
    title: str = ""
    sku: str = ""
    price: str = ""
    stock: str = ""

    @property
    def is_blank(self) -> bool:
        return not any(value.strip() for value in (self.id, self.title, self.sku, self.price))


def rows_of(form: Form) -> list[Row]:
    """At least one, so that the page has something to show."""
    columns = [form.all(name) for name in _COLUMNS]
    longest = max(len(column) for column in columns)
    padded = [column + [""] * (longest - len(column)) for column in columns]
    return [Row(*values) for values in zip(*padded, strict=True)] or [Row()]


def without_blanks(form: Form) -> Form:
    """Errors name a row by its place: blank rows go before places are counted."""
    removed = set(form.all("variant_remove"))
    kept = [row for row in rows_of(form) if not row.is_blank and row.id not in removed]
    return form.with_rows(
        {
            "variant_id": [row.id for row in kept],
            "variant_title": [row.title for row in kept],
            "variant_sku": [row.sku for row in kept],
            "variant_price": [row.price for row in kept],
            "variant_stock": [row.stock for row in kept],
        }
    )


def draft_of(form: Form, currency: str) -> ProductDraft:
    """A variant without a SKU gets a random one. Raises: FieldsRefused."""
    refused: dict[str, AppError] = {}
    variants = []
    for place, row in enumerate(rows_of(form)):
        try:
            price = parse_price(row.price, currency)
        except AppError as error:
            refused[f"variants.{place}.price"] = error
            price = Money.zero(currency)
        variants.append(
            VariantDraft(
                id=read_uuid(row.id),
                title=row.title,
                sku=row.sku.strip() or public_code(_SKU_LETTERS),
                price=price,
            )
        )
    if refused:
        raise FieldsRefused(refused)
    return ProductDraft(
        title=form.get("title"),
        description=form.get("description"),
        category_id=read_uuid(form.get("category_id")),
        status=_status(form.get("status")),
        variants=tuple(variants),
    )


def draft_beside_options(form: Form, product: Product) -> ProductDraft:
    """The same of a product whose variants are made of options: they are edited as a grid."""
    return ProductDraft(
        title=form.get("title"),
        description=form.get("description"),
        category_id=read_uuid(form.get("category_id")),
        status=_status(form.get("status")),
        variants=tuple(
            VariantDraft(id=each.id, sku=each.sku, price=each.price, title=each.title)
            for each in product.offered
        ),
    )


def units_of(form: Form) -> list[int]:
    """The first stock of each row; an empty field is none. Raises: FieldsRefused."""
    refused: dict[str, AppError] = {}
    units = []
    for place, row in enumerate(rows_of(form)):
        typed = row.stock.strip() or "0"
        if not typed.isdecimal() or len(typed) > 9:
            refused[f"variants.{place}.stock"] = QuantityInvalid()
            typed = "0"
        units.append(int(typed))
    if refused:
        raise FieldsRefused(refused)
    return units


def form_of(product: Product, language: str) -> Form:
    variants = product.offered
    return Form.of(
        title=product.title,
        description=product.description,
        category_id=str(product.category_id or ""),
        status=product.status,
        variant_id=[str(variant.id) for variant in variants],
        variant_title=[variant.title for variant in variants],
        variant_sku=[variant.sku for variant in variants],
        variant_price=[typed_price(variant, language) for variant in variants],
        variant_stock=["" for _ in variants],
    )


def typed_price(variant: Variant, language: str) -> str:
    """The price as its owner would type it: no currency, no thousands."""
    return typed_minor(variant.price_minor, variant.currency, language)


def typed_minor(amount: int | None, currency: str, language: str) -> str:
    """Empty for None."""
    if amount is None:
        return ""
    exponent = EXPONENTS[currency]
    major, minor = divmod(amount, 10**exponent)
    if not minor:
        return str(major)
    mark = format_decimal(0.5, format="0.0", locale=language)[1]
    return f"{major}{mark}{minor:0{exponent}d}"


def deltas_of(form: Form) -> Mapping[UUID, int]:
    """Changes of stock by variant; blank fields change nothing. Raises: FieldsRefused."""
    refused: dict[str, AppError] = {}
    deltas: dict[UUID, int] = {}
    for typed_id, typed in zip(form.all("stock_variant"), form.all("stock_delta"), strict=False):
        variant_id, text = read_uuid(typed_id), typed.strip().replace("\u2212", "-").lstrip("+")
        if variant_id is None or not text:
            continue
        digits = text.removeprefix("-")
        if not digits.isdecimal() or len(digits) > 9:
            refused[f"stock.{variant_id}"] = QuantityInvalid()
        elif int(text):
            deltas[variant_id] = int(text)
    if refused:
        raise FieldsRefused(refused)
    return deltas


def _status(text: str) -> ProductStatus:
    return ProductStatus.DRAFT if text == ProductStatus.DRAFT else ProductStatus.ACTIVE
