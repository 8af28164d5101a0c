"""Sign-ins and shops."""

from datetime import datetime
from uuid import UUID

from kram.api.rest.views.base import View
from kram.tenants.models import Role, Shop


class TokenPair(View, frozen=True):
    """`expires_in` seconds for the access token; a refresh token is good for one use."""

    access_token: str
    refresh_token: str
    expires_in: int
    token_type: str = "Bearer"  # noqa: S105 (a scheme, not a secret)


class ShopView(View, frozen=True):
    """`role` is the caller's own."""

    id: UUID
    slug: str
    name: str
    status: str
    currency: str
    language: str
    timezone: str
    created_at: datetime
    role: Role

    @classmethod
    def of(cls, shop: Shop, role: Role = Role.OWNER) -> "ShopView":
        return cls(
            shop.id,
            shop.slug,
            shop.name,
            shop.status,
            shop.currency,
            shop.language,
            shop.timezone,
            shop.created_at,
            role,
        )
