"""The grid of variants: its rows as they are typed, and what they change."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from msgspec import UNSET, UnsetType

from kram.dashboard.catalog.drafts import typed_minor, typed_price
from kram.dashboard.catalog.moments import typed_moment
from kram.dashboard.catalog.typed import amount_of, measure_of
from kram.dashboard.pages.choices import read_uuid
from kram.dashboard.pages.forms import FieldsRefused, Form
from kram.dashboard.people import Desk
from kram.kit.errors import AppError
from kram.shop.catalog.models import Variant
from kram.shop.catalog.options.changes import Sale, VariantChange, barcode_doubt

_COLUMNS = ("variant_id", "variant_sku", "variant_price", "variant_sale", "variant_barcode")
Reads = Callable[[str, str], int | None]
_ALL = (*_COLUMNS, "variant_weight")


@dataclass(frozen=True, slots=True)
class Row:
    """One variant as typed; `doubt`: its barcode looks like an EAN and is none."""

    id: str
    title: str
    sku: str
    price: str
    sale: str
    barcode: str
    weight: str
    doubt: bool = False


@dataclass(frozen=True, slots=True)
class SaleDates:
    """When the sale prices of a page of the grid count; both ends may be open."""

    begins: datetime | None
    ends: datetime | None


def grid_changes(form: Form, desk: Desk, known: Mapping[UUID, Variant]) -> list[VariantChange]:
    """`known`: the variants as they are. Raises: FieldsRefused."""
    dates = SaleDates(
        typed_moment(form.get("sale_from"), desk.zone),
        typed_moment(form.get("sale_until"), desk.zone),
    )
    refused: dict[str, AppError] = {}
    changes = []
    gone = set(form.all("variant_off"))
    columns = (form.all(name) for name in _ALL)
    for place, cells in enumerate(zip(*columns, strict=False)):
        variant = known.get(read_uuid(cells[0]) or UUID(int=0))
        if variant is None:
            continue
        try:
            changes.append(_change(variant, cells, dates, gone))
        except FieldsRefused as error:
            refused |= {f"variants.{place}.{name}": each for name, each in error.fields.items()}
    if refused:
        raise FieldsRefused(refused)
    return changes


def _change(
    variant: Variant, cells: Sequence[str], dates: SaleDates, gone: set[str]
) -> VariantChange:
    """Raises: FieldsRefused."""
    _, sku, price, sale, barcode, weight = cells
    typed: dict[str, tuple[Reads, str]] = {
        "price_minor": (amount_of, price or "?"),
        "sale": (amount_of, sale),
        "weight_grams": (measure_of, weight),
    }
    refused: dict[str, AppError] = {}
    read: dict[str, int | None] = {}
    for name, (reads, text) in typed.items():
        try:
            read[name] = reads(text, variant.currency)
        except AppError as error:
            refused[name] = error
    if refused:
        raise FieldsRefused(refused)
    return VariantChange(
        id=variant.id,
        sku=sku,
        price_minor=read["price_minor"] or 0,
        sale=_sale(read["sale"], variant, dates),
        barcode=barcode,
        weight_grams=read["weight_grams"],
        archived=True if str(variant.id) in gone else UNSET,
    )


def _sale(minor: int | None, variant: Variant, dates: SaleDates) -> Sale | UnsetType | None:
    """The grid shows no dates of sales that there are: one that nobody touched keeps its own."""
    if minor is None:
        return None
    if minor == variant.sale_minor and dates == SaleDates(None, None):
        return UNSET
    return Sale(minor, dates.begins, dates.ends)


def grid_rows(variants: Sequence[Variant], language: str, typed: Form | None) -> list[Row]:
    rows = [
        Row(
            id=str(each.id),
            title=each.title,
            sku=each.sku,
            price=typed_price(each, language),
            sale=typed_minor(each.sale_minor, each.currency, language),
            barcode=each.barcode,
            weight="" if each.weight_grams is None else str(each.weight_grams),
            doubt=barcode_doubt(each.barcode),
        )
        for each in variants
    ]
    if typed is None:
        return rows
    titles = {row.id: row.title for row in rows}
    columns = (typed.all(name) for name in _ALL)
    return [
        Row(cells[0], titles.get(cells[0], ""), *cells[1:]) for cells in zip(*columns, strict=False)
    ]
