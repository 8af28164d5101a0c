"""Handles one stored update: understood, routed, committed, answered, and only then finished."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import structlog
from aiogram import Dispatcher
from aiogram.types import Update
from aiogram.types.update import UpdateTypeLookupError

from kram.bot import queries
from kram.bot.answer import Answer
from kram.bot.apology import apology, one_moment
from kram.bot.envelope import CALLBACK_MARK, CHECKOUT_MARK
from kram.bot.inbox import source_of
from kram.bot.people import Person, person_behind
from kram.bot.queries import LeasedUpdate
from kram.bot.retry import GiveUp, Retry, verdict
from kram.bot.saying import Speaker, as_answer
from kram.bot.shelf import RouterShelf
from kram.integrations.telegram.bots import BotDirectory, ShopBot
from kram.integrations.telegram.links import ShopLinks
from kram.integrations.telegram.texts import Texts
from kram.kit.clock import utc_now
from kram.kit.db.database import Database
from kram.kit.errors import AppError
from kram.kit.events.handling import Delivery

HANDLER = "bot"
"""The name under which a shop's transaction says that it handled an update."""

LONGEST_HANDLING_SECONDS = 20.0
FIRST_TAP_SECONDS = 2.0
"""A tap is answered within 3 s; a handler that needs longer starts again after that answer."""

_STALE_AFTER = {CALLBACK_MARK: timedelta(seconds=60), CHECKOUT_MARK: timedelta(seconds=10)}
"""Nobody waits for these any longer, and Telegram would refuse the answer."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Runtime:
    db: Database
    bots: BotDirectory
    shelf: RouterShelf
    dispatcher: Dispatcher
    speaker: Speaker
    texts: Texts
    public_url: str

    async def handle(self, row: LeasedUpdate) -> None:
        """Ends with the row finished, to be retried, or given up."""
        try:
            async with asyncio.timeout(LONGEST_HANDLING_SECONDS):
                note = await self._handled(row)
        except Exception as error:
            await self._failed(row, error)
        else:
            async with self.db.platform() as tx:
                await queries.finish(tx, row.id, note)

    async def _handled(self, row: LeasedUpdate) -> str | None:
        """Why nothing had to be done, if so."""
        shop = await self.bots.of_shop(row.tenant_id)
        if shop is None or row.source != source_of(shop.telegram.id):
            return "the shop has no such bot any more"
        if _is_stale(row):
            return "nobody waits for it any more"
        update = Update.model_validate_json(row.body, context={"bot": shop.telegram})
        if not _is_known(update):
            return "a kind of update that we never asked for"
        person = await person_behind(self.db, shop, update, self.texts)
        answer = await self._answer(row, shop, update, person)
        await self.speaker.say(shop, update, answer, attempt=row.attempt)
        return None

    async def _answer(
        self, row: LeasedUpdate, shop: ShopBot, update: Update, person: Person
    ) -> Answer:
        is_first_tap = update.callback_query is not None and row.attempt == 1
        try:
            async with asyncio.timeout(FIRST_TAP_SECONDS if is_first_tap else None):
                return as_answer(await self._feed(row, shop, update, person))
        except AppError as refusal:
            return apology(update, refusal, person.words)
        except Exception:
            if is_first_tap:
                await self.speaker.say(shop, update, one_moment(update, person.words))
            raise

    async def _feed(
        self, row: LeasedUpdate, shop: ShopBot, update: Update, person: Person
    ) -> object:
        delivery = Delivery(self.db, shop.tenant, row.id, HANDLER, row.attempt, update)
        return await self.dispatcher.feed_update(
            shop.telegram,
            update,
            shop=shop,
            shop_router=self.shelf.router(shop.id, shop.settings),
            delivery=delivery,
            directory=self.bots,
            staff=person.staff,
            words=person.words,
            texts=self.texts,
            links=ShopLinks(self.public_url, shop.tenant.slug),
        )

    async def _failed(self, row: LeasedUpdate, error: Exception) -> None:
        text = f"{type(error).__name__}: {error}"[:1000]
        now = utc_now()
        async with self.db.platform() as tx:
            match verdict(row, error, now):
                case Retry(at):
                    _log.warning("update fails", row=str(row.id), attempt=row.attempt, why=text)
                    await queries.retry_at(tx, row.id, at, text)
                case GiveUp():
                    _log.error("update given up", row=str(row.id), exc_info=error, alert=True)
                    await queries.bury(tx, row.id, text)


def _is_known(update: Update) -> bool:
    try:
        return bool(update.event_type)
    except UpdateTypeLookupError:
        return False


def _is_stale(row: LeasedUpdate) -> bool:
    patience = _STALE_AFTER.get((row.ordering_key or "-")[0])
    return patience is not None and utc_now() - row.received_at > patience
