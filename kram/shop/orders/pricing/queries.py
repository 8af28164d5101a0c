"""What pricing reads besides promotions."""

from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, func, select

from kram.kit.db.hot import HotStatement
from kram.kit.db.tx import TenantRead
from kram.shop.customers.models import Customer
from kram.shop.loyalty.models import LoyaltySettings, PointAccount
from kram.shop.orders.models import Order, OrderStatus, PaymentState
from kram.shop.taxes.models import TaxSettings

# Both rows and the balance in one statement: every cart and every checkout asks it.
_SETTINGS = HotStatement(
    select(
        *(column for column in TaxSettings.__table__.c if column.key != "id"),
        *(column for column in LoyaltySettings.__table__.c if column.key != "id"),
        select(PointAccount.balance)
        .where(PointAccount.customer_id == bindparam("customer", type_=Uuid()))
        .scalar_subquery()
        .label("balance"),
    ).select_from(TaxSettings.__table__.join(LoyaltySettings.__table__, TaxSettings.id == 1))
)

_BUYER = HotStatement(
    select(
        func.count().label("orders"),
        func.coalesce(
            func.sum(Order.total_minor).filter(Order.payment_state == PaymentState.PAID), 0
        ).label("spent"),
        select(Customer.group_ids)
        .where(Customer.id == bindparam("customer", type_=Uuid()))
        .scalar_subquery()
        .label("groups"),
    ).where(
        Order.customer_id == bindparam("customer", type_=Uuid()),
        Order.status != OrderStatus.CANCELLED,
    )
)


async def settings(tx: TenantRead, customer_id: UUID | None) -> Any:
    """A row: the columns of both settings' rows, and `balance` (None: no account)."""
    return (await tx.rows(_SETTINGS, {"customer": customer_id}))[0]


async def buyer(tx: TenantRead, customer_id: UUID) -> Any:
    """A row: (orders that were not cancelled, minor units paid in them, the customer's groups)."""
    return (await tx.rows(_BUYER, {"customer": customer_id}))[0]
