"""A shop's first page: what to do next, and how today goes."""

from dataclasses import dataclass
from datetime import datetime, time

from litestar import get

from kram.dashboard.catalog.queries import has_own_products
from kram.dashboard.home.chart import Bar, bars, days_until
from kram.dashboard.home.queries import DayOfSales, has_orders, sales_by_day
from kram.dashboard.pages.view import Answer, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.kit.db.tx import TenantRead
from kram.shop.orders.models import OrderStatus
from kram.shop.orders.queries import count_by_status
from kram.tenants import bots
from kram.tenants.models import Bot, BotState
from kram.tenants.permissions import Permission


@dataclass(frozen=True, slots=True)
class Steps:
    """The way from an empty shop to a first order."""

    goods: bool
    bot: bool
    staff_chat: bool
    order: bool

    @property
    def done(self) -> int:
        return sum((self.goods, self.bot, self.staff_chat, self.order))

    @property
    def all_done(self) -> bool:
        return self.done == 4


@dataclass(frozen=True, slots=True)
class Today:
    sales: DayOfSales
    bars: list[Bar]
    minor_in_period: int
    orders_in_period: int


@get("/{shop_slug:str}", opt=needs(Permission.ORDERS_VIEW))
async def home(view: ViewHere, desk: DeskHere) -> Answer:
    async with view.services.db.platform() as platform_tx:
        bot = await bots.bot_of_shop(platform_tx, desk.shop.id)
    async with view.services.db.tenant_read(desk.tenant) as tx:
        statuses = await count_by_status(tx)
        steps = await _steps(tx, bot)
        today = await _today(tx, desk) if desk.can(Permission.REPORTS_VIEW) else None
    return view.page(
        "home/home.html",
        desk=desk,
        bot=bot,
        steps=steps,
        today=today,
        waiting=statuses[OrderStatus.PLACED],
        to_ship=statuses[OrderStatus.ACCEPTED],
    )


async def _steps(tx: TenantRead, bot: Bot | None) -> Steps:
    is_connected = bot is not None and bot.state == BotState.ACTIVE
    return Steps(
        goods=await has_own_products(tx),
        bot=is_connected,
        staff_chat=bot is not None and bot.staff_chat_id is not None,
        order=await has_orders(tx),
    )


async def _today(tx: TenantRead, desk: Desk) -> Today:
    days = days_until(tx.now.astimezone(desk.zone).date())
    since = datetime.combine(days[0], time.min, desk.zone)
    sold = {
        entry.day: entry
        for entry in await sales_by_day(tx, desk.shop.timezone, since, desk.shop.currency)
    }
    return Today(
        sales=sold.get(days[-1], DayOfSales(days[-1], 0, 0)),
        bars=bars(days, sold),
        minor_in_period=sum(entry.minor for entry in sold.values()),
        orders_in_period=sum(entry.orders for entry in sold.values()),
    )
