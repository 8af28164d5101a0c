"""The shop's bot: connected by a pasted token, its staff linked by one-time codes."""

from typing import Any
from urllib.parse import quote

from litestar import get, post

from kram.dashboard.account.limits import limit_tokens
from kram.dashboard.pages.forms import Form, read_form
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.kit.errors import AppError
from kram.kit.messages import gettext_noop
from kram.tenants import bots, links
from kram.tenants.errors import NoBot
from kram.tenants.models import Bot, LinkPurpose
from kram.tenants.permissions import Permission

_PATH = "/{shop_slug:str}/bot"
_MANAGE = needs(Permission.BOT_MANAGE)
_TOKEN_ERRORS = {"bot_token_refused": "token", "bot_taken": "token"}
_START = "staff_"
"""What the bot expects in front of a code that comes by a link."""


@get(_PATH, opt=_MANAGE)
async def bot_page(view: ViewHere, desk: DeskHere) -> Answer:
    return _page(view, desk, Form(), await _bot(view, desk))


@get(f"{_PATH}/state", opt=_MANAGE)
async def bot_state(view: ViewHere, desk: DeskHere) -> Answer:
    """Polled while Telegram is being told of the webhook."""
    polls = view.services.bots_poll
    return view.page("bot/polled.html", desk=desk, bot=await _bot(view, desk), polls=polls)


@post(_PATH, opt=_MANAGE)
async def connect_bot(view: ViewHere, desk: DeskHere) -> Answer:
    form = await read_form(view.request)
    try:
        await _connect(view, desk, form.get("token").strip())
    except AppError as error:
        form.refuse(error, view.translate, _TOKEN_ERRORS)
        return _page(view, desk, form, await _bot(view, desk), error=error)
    view.services.registry.forget(desk.shop.id)
    await view.services.bots.configure()
    return view.go(desk.path("bot"), gettext_noop("The bot is connected"))


async def _connect(view: View, desk: Desk, token: str) -> Bot:
    await limit_tokens(view, desk.person.merchant.id)
    identity = await view.services.bots.connect(token)
    async with view.services.db.platform() as tx:
        return await bots.connect_bot(tx, desk.shop.id, token, identity, view.services.keys)


@post(f"{_PATH}/staff-code", opt=_MANAGE)
async def staff_chat_code(view: ViewHere, desk: DeskHere) -> Answer:
    return await _code_page(view, desk, LinkPurpose.STAFF_CHAT)


@post(f"{_PATH}/account-code", opt=_MANAGE)
async def account_code(view: ViewHere, desk: DeskHere) -> Answer:
    return await _code_page(view, desk, LinkPurpose.ACCOUNT)


async def _code_page(view: View, desk: Desk, purpose: LinkPurpose) -> Answer:
    """The code stands on this one answer and nowhere else. Raises: NoBot."""
    bot = await _bot(view, desk)
    if bot is None:
        raise NoBot
    async with view.services.db.platform() as tx:
        code = await links.issue_code(tx, desk.shop.id, desk.person.merchant.id, purpose)
    parameter = "startgroup" if purpose is LinkPurpose.STAFF_CHAT else "start"
    return _page(
        view,
        desk,
        Form(),
        bot,
        at=desk.path("bot"),
        code=code,
        purpose=purpose,
        link=f"https://t.me/{quote(bot.username)}?{parameter}={_START}{code}",
    )


def _page(view: View, desk: Desk, form: Form, bot: Bot | None, **shown: Any) -> Answer:
    context = {"code": None, **shown}
    polls = view.services.bots_poll
    return view.page("bot/bot.html", desk=desk, form=form, bot=bot, polls=polls, **context)


async def _bot(view: View, desk: Desk) -> Bot | None:
    async with view.services.db.platform() as tx:
        return await bots.bot_of_shop(tx, desk.shop.id)
