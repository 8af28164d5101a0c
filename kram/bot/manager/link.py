"""Joining the staff: codes come from the dashboard, are good once and for a day."""

from aiogram import Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.methods import SendMessage
from aiogram.types import Message

from kram.bot.answer import Answer
from kram.bot.filters import InGroup, InPrivate, Payload
from kram.bot.transaction import PLATFORM
from kram.integrations.telegram.bots import BotDirectory, ShopBot
from kram.integrations.telegram.texts import Words
from kram.kit.db.tx import PlatformTx
from kram.tenants.bots import bot_of_shop
from kram.tenants.errors import LinkCodeRefused
from kram.tenants.links import link_account, link_staff_chat
from kram.tenants.queries import StaffMember

START_PREFIX = "staff_"


def register(router: Router) -> None:
    code = (CommandStart(deep_link=True), Payload(START_PREFIX))
    router.message.register(join, InPrivate(), *code, flags=PLATFORM)
    router.message.register(adopt_group, InGroup(), *code, flags=PLATFORM)
    router.message.register(adopt_group_by_command, InGroup(), Command("staff"), flags=PLATFORM)
    router.message.register(explain, InPrivate(), Command("staff"), flags=PLATFORM)


async def join(
    message: Message,
    payload: str,
    tx: PlatformTx,
    shop: ShopBot,
    staff: StaffMember | None,
    words: Words,
) -> SendMessage:
    assert message.from_user is not None
    try:
        merchant = await link_account(tx, shop.tenant.id, payload, message.from_user.id)
    except LinkCodeRefused:
        if staff is None:
            raise
        name = staff.name  # the same link again, or the same update after a crash
    else:
        name = merchant.name
    return message.answer(words.render("staff_welcome.html", name=name, shop=shop.shop_name))


async def adopt_group(
    message: Message,
    payload: str,
    tx: PlatformTx,
    shop: ShopBot,
    words: Words,
    directory: BotDirectory,
) -> Answer:
    """From now on this group gets the orders' cards."""
    try:
        await link_staff_chat(tx, shop.tenant.id, payload, message.chat.id)
    except LinkCodeRefused:
        bot = await bot_of_shop(tx, shop.tenant.id)
        if bot is None or bot.staff_chat_id != message.chat.id:
            raise

    async def forget() -> None:
        directory.forget(shop.tenant.id)

    text = words.html("New orders of %(shop)s will be announced here", shop=shop.shop_name)
    return Answer.of(message.answer(text)).followed_by(forget)


async def adopt_group_by_command(
    message: Message,
    command: CommandObject,
    tx: PlatformTx,
    shop: ShopBot,
    words: Words,
    directory: BotDirectory,
) -> Answer:
    code = (command.args or "").strip()
    if not code:
        return Answer.of(await explain(message, words))
    return await adopt_group(message, code, tx, shop, words, directory)


async def explain(message: Message, words: Words) -> SendMessage:
    return message.answer(
        words.html(
            "Take a code in the dashboard, add this bot to your group and write: /staff code"
        )
    )
