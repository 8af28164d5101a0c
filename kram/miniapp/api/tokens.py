"""Tokens of shoppers who came from Telegram, each for one shop."""

from datetime import datetime, timedelta
from uuid import UUID

from kram.kit.jwt import TokenRefused, Tokens
from kram.tenants.registry import ShopCard

SESSION_LIFETIME = timedelta(minutes=30)
_SESSION, _REFRESH = "storefront", "storefront refresh"


def session_token(tokens: Tokens, shop: ShopCard, customer_id: UUID, now: datetime) -> str:
    return _issue(tokens, shop, customer_id, _SESSION, now, SESSION_LIFETIME)


def refresh_token(
    tokens: Tokens, shop: ShopCard, customer_id: UUID, now: datetime, lifetime: timedelta
) -> str:
    """Alone it opens nothing: it lets older launch data of the same person pass once more."""
    return _issue(tokens, shop, customer_id, _REFRESH, now, lifetime)


def customer_of(tokens: Tokens, shop: ShopCard, token: str, now: datetime) -> UUID:
    """Raises TokenRefused, also for the token of another shop."""
    return _subject(tokens, shop, token, _SESSION, now)


def refreshed_customer(tokens: Tokens, shop: ShopCard, token: str, now: datetime) -> UUID | None:
    """None for no token, or one that is worth nothing."""
    try:
        return _subject(tokens, shop, token, _REFRESH, now)
    except TokenRefused:
        return None


def _issue(
    tokens: Tokens,
    shop: ShopCard,
    customer_id: UUID,
    purpose: str,
    now: datetime,
    lifetime: timedelta,
) -> str:
    return tokens.issue(
        subject=str(customer_id),
        audience=str(shop.tenant.id),
        purpose=purpose,
        now=now,
        lifetime=lifetime,
    )


def _subject(tokens: Tokens, shop: ShopCard, token: str, purpose: str, now: datetime) -> UUID:
    claims = tokens.read(token, audience=str(shop.tenant.id), purpose=purpose, now=now)
    return UUID(claims.subject)
