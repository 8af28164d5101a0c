"""The handlers of `wiring.py` by their names, with what they need; built in workers alone."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx

from kram.app.parts import TEMPLATES, payments, url_policy
from kram.app.process import Core
from kram.billing.payments.service import follow
from kram.billing.refunds.tasks import Refunds
from kram.integrations.crm.tasks import Webhooks
from kram.integrations.exports.tasks import Exporter
from kram.integrations.imports.tasks import Importer
from kram.integrations.notify.tasks import (
    GoodsNews,
    ShopperMessages,
    StaffCards,
    StockAlerts,
)
from kram.integrations.notify.tasks.outbox import Outbox
from kram.integrations.people import tasks as people
from kram.integrations.telegram.bots import BotDirectory
from kram.integrations.telegram.client import TelegramClient
from kram.integrations.telegram.outgoing import Outgoing
from kram.integrations.telegram.texts import Texts
from kram.integrations.telegram.throttle import Throttle
from kram.kit.events.handling import Handler, in_tx
from kram.kit.http import OutgoingClient
from kram.kit.storage.addresses import storage_from_url
from kram.miniapp.cache.news import CatalogueNews
from kram.shop.cart.store import CartStore
from kram.shop.catalog.tasks import Pictures, follow_dates
from kram.shop.digital.tasks import Removals
from kram.shop.inventory.tasks import fill_backorders, renew_storefront, wake_subscribers
from kram.shop.orders.tasks import BoughtCards, cancel_unpaid, earn_points, give_arrived
from kram.shop.orders.track import TrackLinks
from kram.shop.returns.tasks import ReturnPhotos, pay_for_cancelled, pay_what_is_left
from kram.shop.reviews.tasks import ReviewPhotos, mark_bought

Handlers = Mapping[str, Handler[Any]]


@asynccontextmanager
async def open_handlers(core: Core) -> AsyncIterator[Handlers]:
    telegram = TelegramClient(core.settings.telegram_api_url, Throttle(core.redis))
    async with (
        httpx.AsyncClient(trust_env=False) as http,
        OutgoingClient(url_policy(core.settings)) as outside,
    ):
        try:
            yield {
                **_money(core, http),
                **_messages(core, telegram),
                **_webhooks(core, outside),
                **_goods(core),
                **_people(core),
            }
        finally:
            await telegram.close()


def _money(core: Core, http: httpx.AsyncClient) -> Handlers:
    collecting = payments(core, http)
    refunds = Refunds(collecting.providers)
    return {
        "billing.apply": collecting.apply_callback,
        "billing.check": collecting.check,
        "billing.give_back": refunds.give_back,
        "billing.delivered": in_tx(follow.on_delivered),
        "billing.cancelled": in_tx(follow.on_cancelled),
        "billing.balance_due": in_tx(follow.on_balance_due),
        "returns.pay_what_is_left": in_tx(pay_what_is_left),
        "returns.pay_for_cancelled": in_tx(pay_for_cancelled),
        "orders.cancel_unpaid": in_tx(cancel_unpaid),
        "loyalty.earn": in_tx(earn_points),
        "orders.give_arrived": in_tx(give_arrived),
        "orders.issue_cards": in_tx(BoughtCards(core.settings.keys).issue),
    }


def _messages(core: Core, telegram: TelegramClient) -> Handlers:
    directory = BotDirectory(core.db, core.settings.keys, telegram)
    outbox = Outbox(core.db, Outgoing(telegram, directory, core.redis))
    texts = Texts(TEMPLATES / "bot")
    public_url = core.settings.public_url
    return {
        "notify.staff": StaffCards(core.db, directory, outbox, texts).show,
        "notify.shopper": ShopperMessages(
            core.db, directory, outbox, texts, public_url, TrackLinks(core.settings.keys)
        ).tell,
        "notify.stock": StockAlerts(core.db, directory, outbox, texts).show,
        "notify.back_in_stock": GoodsNews(core.db, directory, outbox, texts, public_url).tell,
    }


def _webhooks(core: Core, outside: OutgoingClient) -> Handlers:
    webhooks = Webhooks(core.settings.keys, outside)
    return {"crm.fan_out": webhooks.fan_out, "crm.attempt": webhooks.attempt}


def _goods(core: Core) -> Handlers:
    storage = storage_from_url(core.settings.storage_url)
    exporter = Exporter(core.registry, storage, core.settings.public_url.rstrip("/"))
    return {
        "imports.run": Importer(core.registry, storage).run,
        "imports.undo": Importer(core.registry, storage).undo,
        "exports.run": exporter.run,
        "exports.end": exporter.end,
        "storefront.announce": CatalogueNews(core.redis).catalogue_changed,
        "catalog.renew": in_tx(renew_storefront),
        "inventory.fill": in_tx(fill_backorders),
        "catalog.follow_dates": in_tx(follow_dates),
        "inventory.wake": in_tx(wake_subscribers),
        "catalog.draw_avif": Pictures(storage).draw_avif,
        "catalog.delete_pictures": Pictures(storage).delete,
        "digital.delete_file": Removals(storage).delete,
    }


def _people(core: Core) -> Handlers:
    storage = storage_from_url(core.settings.storage_url)
    elsewhere = people.PeopleElsewhere(CartStore(core.redis), storage, core.registry)
    return {
        "people.count_order": in_tx(people.count_order),
        "people.count_refund": in_tx(people.count_refund),
        "people.join_matched": in_tx(people.join_matched),
        "people.join_requested": in_tx(people.join_requested),
        "people.move_cart": elsewhere.move_cart,
        "people.forget": elsewhere.forget,
        "people.export": elsewhere.export,
        "people.end_export": elsewhere.end_export,
        "reviews.mark_bought": in_tx(mark_bought),
        "reviews.delete_photos": ReviewPhotos(storage).delete,
        "reviews.sweep_photo": ReviewPhotos(storage).sweep,
        "returns.sweep_photo": ReturnPhotos(storage).sweep,
    }
