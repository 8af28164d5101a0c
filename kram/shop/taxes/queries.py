"""Every statement on tax settings."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update

from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.taxes.models import TaxSettings


async def settings(tx: TenantRead) -> TaxSettings:
    found: TaxSettings = (await tx.scalars(select(TaxSettings))).one()
    return found


async def save(tx: TenantTx, values: Mapping[str, Any]) -> None:
    await tx.execute(
        update(TaxSettings).values(**values).execution_options(synchronize_session=False)
    )
