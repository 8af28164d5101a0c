"""What a merchant decides once for all orders: who sells, how invoices are called, returns."""

import msgspec

from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.errors import FieldError, InvalidInput
from kram.kit.messages import gettext_noop
from kram.kit.text import line, lines
from kram.shop.orders.models import OrderSettings

MOST_DAYS = 365
LONGEST_SERIES = 12
_LONGEST = 300
_ROW = 1


class Seller(msgspec.Struct, frozen=True, omit_defaults=True):
    """As documents name them; empty where it is not told."""

    legal_name: str = ""
    tax_id: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    bank_account: str = ""


class Choices(msgspec.Struct, frozen=True):
    return_days: int
    invoice_series: str
    seller: Seller


async def order_settings(tx: TenantRead) -> Choices:
    row = await tx.get(OrderSettings, _ROW)  # type: ignore[arg-type]
    assert row is not None, "made with the shop"
    return Choices(row.return_days, row.invoice_series, msgspec.convert(row.seller, Seller))


async def change_settings(tx: TenantTx, wanted: Choices) -> None:
    """Raises: InvalidInput."""
    seller = _tidy(wanted.seller)
    series = line(wanted.invoice_series).upper()
    errors = []
    if not 0 <= wanted.return_days <= MOST_DAYS:
        detail = gettext_noop("Enter 0 to 365 days")
        errors.append(FieldError("/return_days", "out_of_range", detail))
    if len(series) > LONGEST_SERIES or "\0" in series:
        detail = gettext_noop("At most 12 characters")
        errors.append(FieldError("/invoice_series", "too_long", detail))
    for name in Seller.__struct_fields__:
        if len(getattr(seller, name)) > _LONGEST or "\0" in getattr(seller, name):
            detail = gettext_noop("Make this shorter")
            errors.append(FieldError(f"/seller/{name}", "too_long", detail))
    if errors:
        raise InvalidInput(errors=errors)
    row = await tx.get(OrderSettings, _ROW, lock=True)  # type: ignore[arg-type]
    assert row is not None, "made with the shop"
    row.return_days, row.invoice_series = wanted.return_days, series
    row.seller = msgspec.to_builtins(seller)


def _tidy(seller: Seller) -> Seller:
    told = {name: line(getattr(seller, name)) for name in Seller.__struct_fields__}
    return Seller(**{**told, "address": lines(seller.address)})
