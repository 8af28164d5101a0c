"""A shop's tax policy, read and changed."""

from typing import Any

import msgspec
from sqlalchemy import Row

from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.taxes import queries, rules
from kram.shop.taxes.models import TaxSettings
from kram.shop.taxes.rules import TaxMode, TaxPolicy, TaxRate, TaxRounding


async def policy(tx: TenantRead) -> TaxPolicy:
    return policy_of(await queries.settings(tx))


def policy_of(row: TaxSettings | Row[Any]) -> TaxPolicy:
    """Of the row, or of any other with its columns."""
    return TaxPolicy(
        mode=TaxMode(row.mode),
        rounding=TaxRounding(row.rounding),
        country=row.country,
        taxes_delivery=row.taxes_delivery,
        rates=msgspec.convert(row.rates, tuple[TaxRate, ...]),
    )


async def save(tx: TenantTx, wanted: TaxPolicy) -> None:
    """For the orders to come. Raises: InvalidInput."""
    rules.check(wanted)
    values: dict[str, Any] = msgspec.to_builtins(wanted)
    await queries.save(tx, values)
