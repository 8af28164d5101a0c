"""A shop that sells: its money, its acquirer and its worker in one process, without sockets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from litestar import Litestar
from redis.asyncio import Redis
from sqlalchemy import text

from kram.api.hooks import HookServices, routes
from kram.app.devstack.acquirer.acquirer import Acquirer, Config
from kram.app.devstack.acquirer.records import PaymentRecord
from kram.app.devstack.acquirer.server import create_acquirer
from kram.billing.checkout.requests import CheckoutRequest
from kram.billing.checkout.tasks import Checkout
from kram.billing.payments import queries
from kram.billing.payments.models import Payment, Refund
from kram.billing.payments.service import on_balance_due, on_cancelled, on_delivered
from kram.billing.payments.tasks import Payments
from kram.billing.providers.sandbox import sandbox_secrets
from kram.billing.providers.shops import ShopProviders
from kram.billing.refunds.tasks import Refunds
from kram.kit.clock import utc_now
from kram.kit.crypto import KeyRing
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.events.handling import Handler, in_tx
from kram.kit.ids import new_id
from kram.kit.web.problems import problem_handlers
from kram.shop.cart.store import CartStore
from kram.shop.catalog.queries import offers
from kram.shop.orders import service as orders
from kram.shop.orders.models import DeliveryMethod, Order
from kram.shop.orders.queries import order_with_lines
from kram.shop.orders.tasks import cancel_unpaid, earn_points
from kram.shop.returns.tasks import pay_for_cancelled, pay_what_is_left
from kram.tenants.models import Shop
from kram.tenants.registry import Registry, ShopCard
from tests.factories.catalog import make_variant
from tests.factories.customers import make_customer
from tests.factories.inventory import STAFF
from tests.house import House

ACQUIRER_URL = "http://acquirer.test/sandbox-pay"
PUBLIC_URL = "http://kram.test"
COURIER_MINOR = 9_000


def checkout_request(
    *, total_minor: int = 12_500 + COURIER_MINOR, payment: str = "sandbox", **changes: Any
) -> CheckoutRequest:
    """One unit of 125.00 UAH with the courier, unless told otherwise."""
    values = {
        "recipient": "Ivan Franko",
        "phone": "+380 44 123-45-67",
        "address": "Lviv, Rynok 1",
        "delivery": DeliveryMethod.COURIER,
        "payment": payment,
        "expected_total_minor": total_minor,
        "language": "uk",
    }
    return CheckoutRequest(**{**values, **changes})


@dataclass
class Stall:
    """Doors, relay and worker of one shop; `acquirer` is what it is paid through."""

    db: Database
    card: ShopCard
    carts: CartStore
    checkout: Checkout
    payments: Payments
    refunds: Refunds
    acquirer: Acquirer
    hooks: httpx.AsyncClient
    pages: httpx.AsyncClient
    handlers: dict[str, Handler[Any]]

    @property
    def tenant(self) -> Tenant:
        return self.card.tenant

    async def stock(self, units: int, price_minor: int = 12_500) -> UUID:
        """A variant with so many units on the shelf."""
        async with self.db.tenant(self.tenant) as tx:
            return await make_variant(tx, stock=units, price_minor=price_minor)

    async def customer(self) -> UUID:
        async with self.db.tenant(self.tenant) as tx:
            return (await make_customer(tx)).id

    async def shopper_with(self, variant_id: UUID, quantity: int = 1) -> UUID:
        """A new customer with that in the cart."""
        customer_id = await self.customer()
        await self.put(customer_id, variant_id, quantity)
        return customer_id

    async def put(self, customer_id: UUID, variant_id: UUID, quantity: int = 1) -> None:
        async with self.db.tenant_read(self.tenant) as tx:
            offer = (await offers(tx, [variant_id]))[variant_id]
        await self.carts.put_line(self.tenant.id, customer_id, offer, quantity)

    async def order(self, key: str = "key-00000001", **changes: Any) -> UUID:
        """One unit ordered by a new customer; its id."""
        customer_id = await self.shopper_with(await self.stock(1))
        answer = await self.checkout.place(self.card, customer_id, key, checkout_request(**changes))
        return answer.placed.order_id

    async def paid_order(self) -> UUID:
        """Like `order`, and paid by card."""
        order_id = await self.order(key=f"key-{new_id()}")
        _, [payment], _ = await self.look(order_id)
        self.acquirer.succeed(self.record_of(payment))
        await self.work()
        return order_id

    def record_of(self, payment: Payment) -> PaymentRecord:
        """The payment as the acquirer knows it."""
        record = self.acquirer.book.payment(payment.provider_ref or "")
        assert record is not None
        return record

    async def fulfil(self, order_id: UUID) -> None:
        """The staff brings it."""
        async with self.db.tenant(self.tenant) as tx:
            await orders.accept(tx, order_id, STAFF)
            await orders.ship(tx, order_id, STAFF)
            await orders.deliver(tx, order_id, STAFF)
        await self.work()

    async def cancel(self, order_id: UUID) -> None:
        async with self.db.tenant(self.tenant) as tx:
            await orders.cancel(tx, order_id, STAFF, "changed their mind")
        await self.work()

    async def look(self, order_id: UUID) -> tuple[Order, list[Payment], list[Refund]]:
        async with self.db.tenant_read(self.tenant) as tx:
            order = await order_with_lines(tx, order_id)
            assert order is not None
            payments = await queries.payments_of(tx, order_id)
            return order, list(payments), list(await queries.refunds_of(tx, order_id))

    async def orders(self) -> list[tuple[UUID, str, str]]:
        """(id, status, payment state), the oldest first."""
        query = text("SELECT id, status, payment_state FROM orders ORDER BY id")
        async with self.db.tenant_read(self.tenant) as tx:
            return [tuple(row) for row in await tx.execute(query)]  # type: ignore[misc]

    async def events(self, *names: str) -> list[str]:
        """Names of what this shop has published, the oldest first; only those if any are named."""
        query = text("SELECT name FROM relay.outbox WHERE tenant_id = :tenant ORDER BY id")
        async with self.db.platform() as tx:
            found = [row.name for row in await tx.execute(query, {"tenant": self.tenant.id})]
        return [name for name in found if not names or name in names]

    async def work(self) -> None:
        """Delivers callbacks and handles everything that is due, until nothing is left."""
        # A relay of its own: several may work at once, as several processes do.
        house = House(
            self.db,
            [self.tenant],
            self.handlers,
            events=_HEARD,
            inbox={"payment": ["apply_callback"]},
        )
        while True:
            callbacks = self.acquirer.book.due_callbacks(utc_now())
            for callback in callbacks:
                await self.acquirer.callbacks.send(callback)
            if await house.relay.step() == 0 and not callbacks:
                return

    async def let_time_pass(self, *names: str) -> None:
        """Makes timers ring, all of them or those of the named events; then works."""
        query = text(
            "UPDATE relay.outbox SET next_at = now() WHERE tenant_id = :tenant"
            " AND done_at IS NULL AND (:every OR name = ANY(:names))"
        )
        async with self.db.platform() as tx:
            await tx.execute(
                query, {"tenant": self.tenant.id, "every": not names, "names": list(names)}
            )
        await self.work()


_HEARD = {
    "reservation.due.v1": ["cancel_unpaid"],
    "payment.check_due.v1": ["check_payment"],
    "order.delivered.v1": ["collect_cash", "earn_points"],
    "order.cancelled.v1": ["return_money", "pay_for_cancelled"],
    "draft.credit_left.v1": ["pay_what_is_left"],
    "order.balance_due.v1": ["even"],
    "refund.requested.v1": ["give_back"],
}


def _handlers(payments: Payments, refunds: Refunds) -> dict[str, Handler[Any]]:
    return {
        "cancel_unpaid": in_tx(cancel_unpaid),
        "check_payment": payments.check,
        "collect_cash": in_tx(on_delivered),
        "earn_points": in_tx(earn_points),
        "return_money": in_tx(on_cancelled),
        "pay_for_cancelled": in_tx(pay_for_cancelled),
        "pay_what_is_left": in_tx(pay_what_is_left),
        "even": in_tx(on_balance_due),
        "give_back": refunds.give_back,
        "apply_callback": payments.apply_callback,
    }


def acquirer_app(keys: KeyRing, to_hooks: httpx.AsyncBaseTransport, **config: Any) -> Litestar:
    return create_acquirer(
        Config(
            public_url=ACQUIRER_URL,
            secret_of=lambda merchant: sandbox_secrets(keys, merchant)[0],
            **config,
        ),
        http=httpx.AsyncClient(transport=to_hooks),
    )


def the_acquirer(app: Litestar) -> Acquirer:
    provided = app.dependencies["acquirer"]
    acquirer = provided.dependency()  # type: ignore[union-attr]
    assert isinstance(acquirer, Acquirer)
    return acquirer


@asynccontextmanager
async def open_stall(
    db: Database, keys: KeyRing, valkey: Redis, shop: Shop
) -> AsyncIterator[Stall]:
    """The acquirer's own clockwork stands still: `Stall.work` moves it."""
    async with db.platform() as tx:
        stored = await tx.get(Shop, shop.id)
        assert stored is not None
        stored.payment_methods = ["cod", "sandbox"]
    registry = Registry(db, keys)
    card = await registry.by_id(shop.id)
    assert card is not None
    to_acquirer = _Late()
    http = httpx.AsyncClient(transport=to_acquirer)
    providers = ShopProviders(keys, http, PUBLIC_URL, ACQUIRER_URL)
    door = Litestar(
        routes(HookServices(db, registry, providers)),
        exception_handlers=problem_handlers(),
        openapi_config=None,
        logging_config=None,
    )
    to_hooks = httpx.ASGITransport(door)
    app = acquirer_app(keys, to_hooks)
    to_acquirer.inner = httpx.ASGITransport(app)
    payments = Payments(db, providers, registry, PUBLIC_URL)
    refunds = Refunds(providers)
    carts = CartStore(valkey)
    async with (
        http,
        httpx.AsyncClient(transport=to_hooks, base_url=PUBLIC_URL) as hooks,
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ACQUIRER_URL) as pages,
    ):
        yield Stall(
            db,
            card,
            carts,
            Checkout(db, carts, payments, providers),
            payments,
            refunds,
            the_acquirer(app),
            hooks,
            pages,
            _handlers(payments, refunds),
        )


class _Late(httpx.AsyncBaseTransport):
    """The stall and the acquirer know each other: one of them must come first."""

    inner: httpx.AsyncBaseTransport

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self.inner.handle_async_request(request)
