"""What payments keep about people, as `Holder`."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from kram.billing.payments import person_queries
from kram.kit.db.tx import TenantRead
from kram.kit.errors import AppError
from kram.kit.messages import gettext_noop
from kram.shop.customers.errors import EraseRefused
from kram.shop.customers.holder import Holder


class MoneyUnderway(EraseRefused):
    code = "erase_money_underway"
    title = gettext_noop("A payment or a refund is still on its way: wait until it has arrived")


async def _tell(tx: TenantRead, ids: Sequence[UUID]) -> Mapping[str, Any]:
    return {
        "payments": [
            {
                "order": code,
                "at": payment.created_at,
                "method": payment.provider,
                "status": payment.status,
                "currency": payment.money_currency,
                "paid_minor": payment.captured_minor,
                "given_back_minor": payment.refunded_minor,
            }
            for payment, code in await person_queries.payments_of_people(tx, ids)
        ]
    }


async def _obstacle(tx: TenantRead, ids: Sequence[UUID]) -> AppError | None:
    return MoneyUnderway() if await person_queries.is_money_underway(tx, ids) else None


HOLDER = Holder(
    tables=frozenset({"payment", "refund"}),
    tell=_tell,
    erase=person_queries.forget,
    obstacle=_obstacle,
)
