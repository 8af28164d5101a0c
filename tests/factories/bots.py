"""Shops with bots on a Telegram of this process: real sockets, real updates, real answers."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import msgspec
from granian.constants import Interfaces
from granian.server.embed import Server
from litestar import Litestar
from redis.asyncio import Redis
from sqlalchemy import text

from kram.app.devstack.telegram.app import create_app
from kram.app.devstack.telegram.calls import RecordedCall
from kram.app.devstack.telegram.telegram import Telegram
from kram.app.settings import Settings
from kram.bot.envelope import read_envelope
from kram.bot.inbox import store_update
from kram.bot.process import Bots, Needs, wire
from kram.bot.webhook import Intake, routes
from kram.integrations.notify.tasks import (
    GoodsNews,
    ShopperMessages,
    StaffCards,
    StockAlerts,
)
from kram.integrations.notify.tasks.outbox import Outbox
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.events.handling import Handler, Subscribers, in_tx
from kram.kit.events.queries import LeasedRow
from kram.kit.events.relay import Relay
from kram.kit.events.runner import Runner
from kram.kit.ids import public_code
from kram.kit.valkey import BOTS_CHANNEL, Waker
from kram.kit.web.problems import problem_handlers
from kram.shop.customers.models import Customer
from kram.shop.customers.queries import customer_by_telegram
from kram.shop.inventory.tasks import wake_subscribers
from kram.shop.orders.models import Order
from kram.shop.orders.queries import order_with_lines
from kram.tenants.bots import BotIdentity, connect_bot
from kram.tenants.links import issue_code
from kram.tenants.models import Bot, LinkPurpose, Role, Shop
from kram.tenants.queries import bot_of_shop, staff_of
from tests.factories.orders import make_order
from tests.factories.tenants import make_member, new_telegram_id

TEMPLATES = Path(__file__).parents[2] / "templates" / "bot"

Json = Any


async def until(holds: Callable[[], Awaitable[Any]], seconds: float = 30) -> Any:
    """Waits for something to become true; what it was when it did."""
    async with asyncio.timeout(seconds):
        while not (found := await holds()):
            await asyncio.sleep(0.02)
    return found


@dataclass
class ShopInTown:
    """A shop, its bot, and where to look."""

    stand: "Stand"
    shop: Shop
    bot_id: int
    token: str
    username: str

    # --- what people do ---

    async def person(self, name: str = "Ivan", language: str = "en") -> int:
        """Somebody new in Telegram, who has not met this bot yet."""
        person = await self.stand.control(
            "people", id=new_telegram_id(), first_name=name, language_code=language
        )
        return int(person["id"])

    async def starts(self, person_id: int, payload: str = "") -> None:
        await self.stand.control("start", bot=self.bot_id, user_id=person_id, payload=payload)

    async def says(self, person_id: int, said: str, chat: str | None = None, **more: Any) -> Json:
        where = chat or self.chat(person_id)
        return await self.stand.control(
            "messages", chat=where, user_id=person_id, text=said, **more
        )

    async def taps(
        self, person_id: int, message: Json, label: str, chat: str | None = None, wait: float = 15
    ) -> Json:
        """The bot's answer to the tap on the button with that label."""
        result = await self.stand.control(
            "tap",
            chat=chat or self.chat(person_id),
            user_id=person_id,
            message_id=message["message_id"],
            text=label,
            wait_seconds=wait,
        )
        return result["answer"]

    async def forges(self, person_id: int, message: Json, data: str, chat: str) -> Json:
        """The bot's answer to a tap whose data no button has."""
        result = await self.stand.control(
            "tap",
            chat=chat,
            user_id=person_id,
            message_id=message["message_id"],
            data=data,
            forged=True,
            wait_seconds=15,
        )
        return result["answer"]

    # --- staff ---

    async def member(self, role: Role, telegram_id: int, name: str = "Petro") -> UUID:
        """Somebody who works here, with a linked account."""
        async with self.stand.db.platform() as tx:
            merchant = await make_member(tx, self.shop, role, name=name, language="en")
            merchant.telegram_id = telegram_id
            return merchant.id

    async def owner_id(self) -> UUID:
        async with self.stand.db.platform() as tx:
            return (await staff_of(tx, self.shop.id))[0].merchant_id

    async def code(self, purpose: LinkPurpose) -> str:
        owner = await self.owner_id()
        async with self.stand.db.platform() as tx:
            return await issue_code(tx, self.shop.id, owner, purpose)

    async def staff_group(self, *member_ids: int) -> str:
        """A group with the bot in it that gets the cards; its chat id as the control API's key."""
        group = await self.stand.control(
            "groups", title="Staff", member_ids=list(member_ids), bots=[self.bot_id]
        )
        async with self.stand.db.platform() as tx:
            bot = await bot_of_shop(tx, self.shop.id)
            assert bot is not None
            bot.staff_chat_id = group["id"]
        self.stand.bots.directory.forget(self.shop.id)
        return str(group["id"])

    # --- orders ---

    async def order(self, telegram_id: int | None = None, **about: Any) -> Order:
        async with self.stand.db.tenant(self.shop.tenant) as tx:
            if telegram_id is not None:
                customer = await customer_by_telegram(tx, telegram_id)
                assert customer is not None
                about["customer_id"] = customer.id
            return await make_order(tx, **about)

    async def look(self, order_id: UUID) -> Order:
        async with self.stand.db.tenant_read(self.shop.tenant) as tx:
            order = await order_with_lines(tx, order_id)
            assert order is not None
            return order

    async def customer(self, telegram_id: int) -> Customer | None:
        async with self.stand.db.tenant_read(self.shop.tenant) as tx:
            return await customer_by_telegram(tx, telegram_id)

    async def bot_row(self) -> Bot:
        async with self.stand.db.platform() as tx:
            bot = await bot_of_shop(tx, self.shop.id)
            assert bot is not None
            return bot

    # --- what the phones show ---

    def chat(self, person_id: int) -> str:
        return f"{self.bot_id}:{person_id}"

    async def said_in(self, chat: str) -> list[Json]:
        """The bot's messages in a chat, oldest first."""
        messages = await self.stand.look("messages", chat=chat)
        return [message for message in messages if message["from"]["id"] == self.bot_id]

    async def reply(self, person_id: int, count: int = 1, chat: str | None = None) -> Json:
        """The bot's message number `count` in the chat, once it is there."""
        where = chat or self.chat(person_id)

        async def there() -> list[Json] | None:
            said = await self.said_in(where)
            return said if len(said) >= count else None

        return (await until(there))[count - 1]

    async def hears(self, person_id: int, beginning: str) -> Json:
        """The bot's first message to the person that begins so, once it is there."""

        async def there() -> Json:
            said = await self.said_in(self.chat(person_id))
            return next((one for one in said if one["text"].startswith(beginning)), None)

        return await until(there)

    def calls(self, method: str) -> list[RecordedCall]:
        return self.stand.telegram.calls.find(self.bot_id, method)


@dataclass
class Stand:
    """Telegram, Kram's webhook and Kram's bots in one loop."""

    telegram: Telegram
    http: httpx.AsyncClient
    db: Database
    redis: Redis
    needs: Needs
    bots: Bots
    handlers: dict[str, Handler[Any]] = field(default_factory=dict)
    shops: dict[UUID, Shop] = field(default_factory=dict)

    async def control(self, path: str, **body: Any) -> Json:
        answer = await self.http.post(f"/_control/{path}", json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def look(self, path: str, **params: Any) -> Json:
        answer = await self.http.get(f"/_control/{path}", params=params)
        assert answer.is_success, answer.text
        return answer.json()

    async def open(self, shop: Shop, *, configured: bool = True) -> ShopInTown:
        """Gives the shop a bot; `configured` with its webhook armed."""
        self.shops[shop.id] = shop
        username = f"shop_{public_code(6).lower()}_bot"
        made = await self.control("bots", name=shop.name, username=username)
        async with self.db.platform() as tx:
            identity = BotIdentity(made["id"], username, shop.name)
            await connect_bot(tx, shop.id, made["token"], identity, self.needs.keys)
        if configured:
            await self.bots.upkeep.configure(shop.id)
        return ShopInTown(self, shop, made["id"], made["token"], username)

    async def store(self, place: ShopInTown, update_id: int | None = None, **update: Any) -> int:
        """Puts an update into the inbox as the webhook would; its number."""
        number = update_id or new_telegram_id()
        body = msgspec.json.encode({"update_id": number, **update})
        async with self.db.platform() as tx:
            envelope = read_envelope(body)
            await store_update(tx, place.shop.id, place.bot_id, envelope, body)
        return number

    async def fault(self, **fault: Any) -> None:
        await self.control("faults", **fault)

    async def rows(self, shop: Shop) -> list[Any]:
        """The shop's updates in the inbox, oldest first."""
        query = text("SELECT * FROM relay.inbox WHERE tenant_id = :shop ORDER BY id")
        async with self.db.platform() as tx:
            return list(await tx.execute(query, {"shop": shop.id}))

    async def quiet(self, shop: Shop) -> None:
        """Waits until every stored update of the shop is finished or given up."""

        async def all_ended() -> bool:
            return all(row.done_at or row.dead_at for row in await self.rows(shop))

        await until(all_ended)

    async def tell(self) -> None:
        """Hands out the events until none is due."""
        relay = Relay(self.db, SUBSCRIBERS, self._run)
        while await relay.step():
            pass

    async def _run(self, row: LeasedRow, name: str) -> None:
        await Runner(self.db, self.handlers, self._tenant).run(row, name)

    async def _tenant(self, tenant_id: UUID) -> Tenant | None:
        """Other tests' shops have bots that this Telegram does not know."""
        shop = self.shops.get(tenant_id)
        return shop.tenant if shop else None


_HEARD = ("staff", "shopper")
SUBSCRIBERS = Subscribers(
    {
        f"order.{step}.v1": _HEARD
        for step in ("placed", "paid", "accepted", "shipped", "delivered", "cancelled", "refunded")
    }
    | {"order.digital_given.v1": _HEARD}
    | {"payment.held.v1": ("staff",), "refund.failed.v1": ("staff",)}
    | {
        "stock.low.v1": ("stock",),
        "stock.availability_changed.v1": ("wake",),
        "stock.subscribers_due.v1": ("wake",),
        "stock.back_in_stock.v1": ("goods",),
    },
    {},
)


def handlers_of(stand: Stand) -> dict[str, Handler[Any]]:
    bots, runtime = stand.bots, stand.bots.runtime
    outbox = Outbox(stand.db, bots.outgoing)
    staff = StaffCards(stand.db, bots.directory, outbox, runtime.texts)
    shopper = ShopperMessages(stand.db, bots.directory, outbox, runtime.texts, runtime.public_url)
    goods = GoodsNews(stand.db, bots.directory, outbox, runtime.texts, runtime.public_url)
    alerts = StockAlerts(stand.db, bots.directory, outbox, runtime.texts)
    return {
        "staff": staff.show,
        "shopper": shopper.tell,
        "goods": goods.tell,
        "stock": alerts.show,
        "wake": in_tx(wake_subscribers),
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def served(app: Any, port: int) -> AsyncIterator[str]:
    """Any ASGI application on a loopback port, in this loop."""
    server = Server(app, "127.0.0.1", port, interface=Interfaces.ASGI, log_enabled=False)
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve())
        await until(lambda: _answers(port))
        yield f"http://127.0.0.1:{port}"
        server.stop()


async def _answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


def webhook_app(db: Database, redis: Redis) -> Litestar:
    """The one route of the web process that bots need."""
    intake = Intake(db, Waker(redis, BOTS_CHANNEL))
    return Litestar([*routes(intake)], exception_handlers=problem_handlers(), openapi_config=None)


def asgi_client(app: Litestar) -> httpx.AsyncClient:
    """Calls the application without a socket."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://kram")


@asynccontextmanager
async def open_stand(
    db: Database, redis: Redis, settings: Settings, folder: Path
) -> AsyncIterator[Stand]:
    """Updates are stored by the webhook and wait there; see `working`.

    Begins without rows in flight: those of earlier tests belong to bots of another Telegram.
    """
    async with db.platform() as tx:
        await tx.execute(text("DELETE FROM relay.inbox"))
        await tx.execute(text("DELETE FROM relay.outbox"))
    telegram = Telegram(folder)
    # The database outlives a stand, and a bot's id is unique in it.
    telegram.world.next_bot_id = new_telegram_id  # type: ignore[method-assign]
    async with (
        served(create_app(telegram), free_port()) as telegram_url,
        served(webhook_app(db, redis), free_port()) as public_url,
        httpx.AsyncClient(base_url=telegram_url, timeout=30) as http,
    ):
        needs = Needs(
            db=db,
            redis=redis,
            keys=settings.keys,
            telegram_api_url=telegram_url,
            public_url=public_url,
            templates=TEMPLATES,
            heartbeat=folder / "bots.heartbeat",
        )
        stand = Stand(telegram, http, db, redis, needs, wire(needs))
        stand.handlers = handlers_of(stand)
        yield stand
        await stand.bots.client.close()


@asynccontextmanager
async def working(stand: Stand) -> AsyncIterator[None]:
    """Both lanes and the relay at work until the block ends."""
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for lane in (stand.bots.general, stand.bots.fast):
            lane.poll_seconds = 0.05
            group.create_task(lane.run(stop))
        group.create_task(_relaying(stand, stop))
        yield
        stop.set()
        stand.bots.general.woken.set()
        stand.bots.fast.woken.set()


async def _relaying(stand: Stand, stop: asyncio.Event) -> None:
    while not stop.is_set():
        await stand.tell()
        await asyncio.sleep(0.05)
