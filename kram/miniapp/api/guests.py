"""Shoppers without Telegram: a signed cookie that holds an id and nothing else."""

from datetime import datetime, timedelta
from uuid import UUID

from litestar.datastructures import Cookie

from kram.kit.ids import new_id
from kram.kit.jwt import TokenRefused, Tokens
from kram.miniapp.requests import PREFIX
from kram.tenants.registry import ShopCard

COOKIE = "kram_guest"
LIFETIME = timedelta(days=180)
_PURPOSE = "storefront guest"


def guest_cookie(tokens: Tokens, shop: ShopCard, now: datetime, *, https: bool) -> Cookie:
    """Of a new guest. It goes to this shop's JSON addresses alone, and no script reads it."""
    return Cookie(
        key=COOKIE,
        value=tokens.issue(
            subject=str(new_id()),
            audience=str(shop.tenant.id),
            purpose=_PURPOSE,
            now=now,
            lifetime=LIFETIME,
        ),
        path=f"{PREFIX}{shop.tenant.slug}/api",
        max_age=int(LIFETIME.total_seconds()),
        httponly=True,
        secure=https,
        samesite="lax",
    )


def guest_of(tokens: Tokens, shop: ShopCard, cookie: str, now: datetime) -> UUID | None:
    """None for a cookie that is missing, forged, out of date or another shop's."""
    try:
        claims = tokens.read(cookie, audience=str(shop.tenant.id), purpose=_PURPOSE, now=now)
    except TokenRefused:
        return None
    return UUID(claims.subject)
