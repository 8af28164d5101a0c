"""Makes a bot a shop's: its looks, and last of all the way in which its updates come."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import structlog
from aiogram.methods import (
    DeleteWebhook,
    GetMyName,
    GetWebhookInfo,
    SetChatMenuButton,
    SetMyCommands,
    SetMyDescription,
    SetMyName,
    SetMyShortDescription,
    SetWebhook,
    TelegramMethod,
)
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    MenuButtonWebApp,
    WebAppInfo,
    WebhookInfo,
)

from kram.bot.assemble import ALLOWED_UPDATES
from kram.integrations.telegram.bots import BotDirectory, ShopBot
from kram.integrations.telegram.errors import CallRefused, Flooded
from kram.integrations.telegram.links import ShopLinks
from kram.integrations.telegram.outgoing import Outgoing
from kram.integrations.telegram.texts import Texts, Words
from kram.kit.crypto import KeyRing
from kram.kit.db.database import Database
from kram.kit.i18n import LANGUAGES
from kram.kit.messages import gettext_noop
from kram.tenants.bots import arm, disarm

MAX_CONNECTIONS = 8
"""Telegram's default of 40 would let a thousand bots open 40,000 sockets to us."""

_COMMANDS = {
    "start": gettext_noop("Open the shop"),
    "orders": gettext_noop("My orders"),
    "language": gettext_noop("Language"),
    "support": gettext_noop("Ask the shop"),
    "terms": gettext_noop("Terms"),
    "help": gettext_noop("What this bot can do"),
}
_DESCRIPTION = gettext_noop(
    "%(shop)s in Telegram: look around, order in a few taps, follow your parcel here."
)
_SHORT_DESCRIPTION = gettext_noop("The shop %(shop)s in Telegram")

_log = structlog.get_logger(__name__)


def webhook_secret(keys: KeyRing, telegram_id: int) -> str:
    """Derived, not drawn: two processes that set up one bot at once tell Telegram the same."""
    derived = keys.derive(f"telegram webhook {telegram_id}")
    return base64.urlsafe_b64encode(derived).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Setup:
    db: Database
    directory: BotDirectory
    outgoing: Outgoing
    keys: KeyRing
    texts: Texts
    public_url: str
    polls: bool = False
    """Whether updates are asked for (`polling.py`); otherwise Telegram calls our webhook."""

    async def configure(self, shop: ShopBot) -> None:
        """May be repeated. Raises: TelegramFailure; the bot then stays unconfigured."""
        await self._dress(shop)
        known = await self._webhook(shop)
        if self.polls:
            await self._disarm(shop, known)
        else:
            await self._arm(shop, known)

    async def _dress(self, shop: ShopBot) -> None:
        """Menu button, commands, texts and name."""
        for call in self._looks(shop):
            try:
                await self.outgoing.call(shop, call)
            except CallRefused as error:  # a bot without a description still sells
                _log.error("telegram refused", call=call.__api_method__, why=str(error))
        await self._name(shop)

    async def reconcile(self, shop: ShopBot) -> bool:
        """Sets the webhook again, or removes it, if Telegram has another one than we want.

        Whether it did.
        """
        known = await self._webhook(shop)
        if self._is_wanted(shop, known):
            return False
        _log.warning("webhook differs", shop=shop.tenant.slug, url=known.url)
        await (self._disarm(shop, known) if self.polls else self._arm(shop, known))
        return True

    def _looks(self, shop: ShopBot) -> Iterator[TelegramMethod[Any]]:
        # Clients keep the menu button that they saw when the chat was opened: it goes first.
        links = ShopLinks(self.public_url, shop.tenant.slug)
        words = self.texts.words(shop.language)
        button = MenuButtonWebApp(text=words("Shop"), web_app=WebAppInfo(url=links.shop))
        yield SetChatMenuButton(menu_button=button)
        yield from self._texts(shop, "", words)
        for code in LANGUAGES:
            yield from self._texts(shop, code, self.texts.words(code))

    def _texts(self, shop: ShopBot, code: str, words: Words) -> Iterator[TelegramMethod[Any]]:
        """`code` is empty for people whose language we do not speak."""
        description = words(_DESCRIPTION, shop=shop.shop_name)
        short = words(_SHORT_DESCRIPTION, shop=shop.shop_name)
        yield SetMyCommands(
            commands=_commands(shop, words),
            scope=BotCommandScopeAllPrivateChats(),
            language_code=code,
        )
        yield SetMyDescription(description=description, language_code=code)
        yield SetMyShortDescription(short_description=short[:120], language_code=code)

    async def _name(self, shop: ShopBot) -> None:
        """Names may be set a few times a day only: not when it is right, and not at any price."""
        try:
            known = await self.outgoing.call(shop, GetMyName())
            if known.name != shop.shop_name:
                await self.outgoing.call(shop, SetMyName(name=shop.shop_name[:64]))
        except (CallRefused, Flooded) as error:
            _log.warning("the bot keeps its name", shop=shop.tenant.slug, why=str(error))

    async def _webhook(self, shop: ShopBot) -> WebhookInfo:
        return await self.outgoing.call(shop, GetWebhookInfo())

    def _url(self, shop: ShopBot) -> str:
        return f"{self.public_url}/tg/{shop.public_id}"

    def _is_wanted(self, shop: ShopBot, known: WebhookInfo) -> bool:
        if self.polls:
            return not known.url
        return (
            known.url == self._url(shop)
            and known.max_connections == MAX_CONNECTIONS
            and set(known.allowed_updates or ()) == set(ALLOWED_UPDATES)
        )

    async def _arm(self, shop: ShopBot, known: WebhookInfo) -> None:
        """The row accepts the secret before Telegram uses it: no update is turned away between."""
        secret = webhook_secret(self.keys, shop.telegram.id)
        async with self.db.platform() as tx:
            await arm(tx, shop.tenant.id, secret, configured=shop.is_configured)
        await self.outgoing.call(
            shop,
            SetWebhook(
                url=self._url(shop),
                secret_token=secret,
                allowed_updates=list(ALLOWED_UPDATES),
                max_connections=MAX_CONNECTIONS,
                drop_pending_updates=self._is_new(shop, known),
            ),
        )
        async with self.db.platform() as tx:
            await arm(tx, shop.tenant.id, secret, configured=True)
        self.directory.forget(shop.tenant.id)

    async def _disarm(self, shop: ShopBot, known: WebhookInfo) -> None:
        """The row refuses the secret only after Telegram has stopped using it."""
        drop = self._is_new(shop, known)
        await self.outgoing.call(shop, DeleteWebhook(drop_pending_updates=drop))
        async with self.db.platform() as tx:
            await disarm(tx, shop.tenant.id)
        self.directory.forget(shop.tenant.id)

    def _is_new(self, shop: ShopBot, known: WebhookInfo) -> bool:
        """What was said to a bot before it was the shop's is dropped; later never: that is orders.

        A bot whose settings were saved is unconfigured too, but has our webhook, or is polled.
        """
        return not (shop.is_configured or shop.is_polled) and known.url != self._url(shop)


def _commands(shop: ShopBot, words: Words) -> list[BotCommand]:
    wanted = {
        name: words(about)
        for name, about in _COMMANDS.items()
        if name != "orders" or shop.settings.shows_orders
    }
    wanted |= {custom.command: custom.description for custom in shop.settings.commands}
    return [BotCommand(command=name, description=about) for name, about in wanted.items()]
