"""The link by which a shopper brings friends."""

import msgspec
from litestar import Response, get

from kram.miniapp.api.shopper import ServicesHere, ShopperHere
from kram.shop.loyalty import service as loyalty


class ReferralAnswer(msgspec.Struct, frozen=True):
    """`start_param` is for `t.me/<bot>?startapp=…`; empty where the shop rewards nobody for it.

    What both get is in minor units of the shop's currency.
    """

    start_param: str = ""
    for_you_minor: int = 0
    for_friend_minor: int = 0


@get("/referral")
async def own_referral(shopper: ShopperHere, services: ServicesHere) -> Response[ReferralAnswer]:
    """Nothing for a guest, whose browser is all that is known of them."""
    answer = ReferralAnswer()
    if not shopper.is_guest:
        async with services.db.tenant(shopper.shop.tenant) as tx:
            shop = await loyalty.loyalty(tx)
            if shop.is_active and shop.referral_points:
                code = await loyalty.referral_code(tx, shopper.customer_id)
                answer = ReferralAnswer(f"r_{code}", shop.referral_points, shop.welcome_points)
    return Response(answer, headers={"cache-control": "no-store"})
