"""Sign-in: by Telegram's launch data, or as a guest."""

from datetime import datetime, timedelta

import msgspec
from litestar import Response, post
from litestar.params import JSONBody

from kram.kit.telegram import InitData, InitDataRefused, Refusal, verify_ed25519, verify_hmac
from kram.kit.web.problems import AnyRequest
from kram.miniapp.api import guests
from kram.miniapp.api.limits import limit_refusals, limit_sessions
from kram.miniapp.api.shopper import ServicesHere, ShopHere
from kram.miniapp.api.tokens import (
    SESSION_LIFETIME,
    refresh_token,
    refreshed_customer,
    session_token,
)
from kram.miniapp.services import Services
from kram.shop.customers.models import Customer
from kram.shop.customers.service import remember
from kram.shop.loyalty.rules import referral_code
from kram.shop.orders.service import bring
from kram.tenants.models import BotState
from kram.tenants.registry import ShopCard

FIRST_SIGN_IN = timedelta(hours=1)
LONGEST_VISIT = timedelta(hours=24)


class SessionRequest(msgspec.Struct, frozen=True):
    """`init_data` is empty in a plain browser; `refresh` is what the answer before gave."""

    init_data: str = ""
    refresh: str = ""


class SessionAnswer(msgspec.Struct, frozen=True):
    """`token` and `refresh` are None for a guest, who is known by a cookie."""

    token: str | None
    refresh: str | None
    expires_in_seconds: int


@post("/session", status_code=200)
async def open_session(
    data: JSONBody[SessionRequest], request: AnyRequest, shop: ShopHere, services: ServicesHere
) -> Response[SessionAnswer]:
    """Raises: InitDataRefused, TooManyRequests."""
    await limit_sessions(request, shop, services)
    if not data.init_data:
        return _for_guest(shop, services)
    try:
        answer = await _for_customer(data, shop, services)
    except InitDataRefused:
        await limit_refusals(request, shop, services)
        raise
    return Response(answer, headers=_UNCACHED)


_UNCACHED = {"cache-control": "no-store"}


def _for_guest(shop: ShopCard, services: Services) -> Response[SessionAnswer]:
    cookie = guests.guest_cookie(services.tokens, shop, services.clock(), https=services.https)
    seconds = int(guests.LIFETIME.total_seconds())
    answer = SessionAnswer(token=None, refresh=None, expires_in_seconds=seconds)
    return Response(answer, cookies=[cookie], headers=_UNCACHED)


async def _for_customer(data: SessionRequest, shop: ShopCard, services: Services) -> SessionAnswer:
    """Launch data signs in for an hour; for a day it renews the session of the same person.

    Raises: InitDataRefused.
    """
    now = services.clock()
    known = refreshed_customer(services.tokens, shop, data.refresh, now)
    longest = FIRST_SIGN_IN if known is None else LONGEST_VISIT
    launched = _verified(data.init_data, shop, services, now, longest)
    customer = await _customer(launched, shop, services)
    age = now - launched.auth_date
    if age > FIRST_SIGN_IN and customer.id != known:
        raise InitDataRefused(Refusal.TOO_OLD)
    left = max(LONGEST_VISIT - age, SESSION_LIFETIME)
    return SessionAnswer(
        token=session_token(services.tokens, shop, customer.id, now),
        refresh=refresh_token(services.tokens, shop, customer.id, now, left),
        expires_in_seconds=int(SESSION_LIFETIME.total_seconds()),
    )


async def _customer(launched: InitData, shop: ShopCard, services: Services) -> Customer:
    async with services.db.tenant(shop.tenant) as tx:
        customer = await remember(tx, launched.user, shop.language)
        code = referral_code(launched.start_param)
        if code is not None:
            await bring(tx, customer.id, code)
        return customer


def _verified(
    raw: str, shop: ShopCard, services: Services, now: datetime, max_age: timedelta
) -> InitData:
    """By the key of the shop's own bot; by Telegram's when the bot's token has just changed."""
    bot = shop.bot
    if bot is None or bot.state is BotState.REMOVED:
        raise InitDataRefused(Refusal.WRONG_SIGNATURE)
    try:
        return verify_hmac(raw, bot.webapp_key, now, max_age)
    except InitDataRefused as refused:
        if refused.reason is not Refusal.WRONG_SIGNATURE:
            raise
    return verify_ed25519(raw, bot.telegram_id, services.telegram_keys, now, max_age)
