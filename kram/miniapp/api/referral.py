"""The link by which a shopper brings friends, and what they got for it."""

import msgspec
from babel.dates import format_date
from litestar import Response, get

from kram.kit.db.tx import TenantTx
from kram.kit.money import Money
from kram.kit.money_text import format_money
from kram.miniapp.api.shopper import ServicesHere, Shopper, ShopperHere
from kram.shop.loyalty import queries
from kram.shop.loyalty import service as loyalty
from kram.shop.loyalty.models import PointMove
from kram.shop.loyalty.rules import REFERRAL_PREFIX, Loyalty


class RewardAnswer(msgspec.Struct, frozen=True):
    at: str
    amount: str


class ReferralAnswer(msgspec.Struct, frozen=True):
    """`link` opens the shop in Telegram for a friend; empty where the shop rewards nobody for it.

    `for_you` and `for_friend` are what both get, written out; empty for nothing.
    """

    link: str = ""
    for_you: str = ""
    for_friend: str = ""
    rewards: tuple[RewardAnswer, ...] = ()


@get("/referral")
async def own_referral(shopper: ShopperHere, services: ServicesHere) -> Response[ReferralAnswer]:
    """Nothing for a guest, whose browser is all that is known of them."""
    answer = ReferralAnswer()
    if not shopper.is_guest and shopper.shop.bot is not None:
        async with services.db.tenant(shopper.shop.tenant) as tx:
            rules = await loyalty.loyalty(tx)
            if rules.is_active and rules.referral_points:
                answer = await _answer(tx, rules, shopper)
    return Response(answer, headers={"cache-control": "no-store"})


async def _answer(tx: TenantTx, rules: Loyalty, shopper: Shopper) -> ReferralAnswer:
    bot = shopper.shop.bot
    assert bot is not None, "asked by the caller"
    code = await loyalty.referral_code(tx, shopper.customer_id)
    moves = await queries.referral_moves(tx, shopper.customer_id)
    return ReferralAnswer(
        link=f"https://t.me/{bot.username}?startapp={REFERRAL_PREFIX}{code}",
        for_you=_written(rules.referral_points, shopper),
        for_friend=_written(rules.welcome_points, shopper) if rules.welcome_points else "",
        rewards=tuple(_reward(move, shopper) for move in moves),
    )


def _reward(move: PointMove, shopper: Shopper) -> RewardAnswer:
    at = format_date(move.created_at, "long", locale=shopper.words.language)
    return RewardAnswer(at, _written(move.delta, shopper))


def _written(points: int, shopper: Shopper) -> str:
    """A point is a minor unit."""
    money = Money(points, shopper.shop.currency)
    return format_money(money, shopper.words.language, trim_zeros=True)
