"""Promotions, gift cards, points."""

from datetime import datetime
from uuid import UUID

import msgspec

from kram.api.rest.views.base import View
from kram.kit.money import Money
from kram.shop.giftcards.models import GiftCard, GiftCardMove
from kram.shop.giftcards.service import IssuedCard
from kram.shop.loyalty.models import PointMove
from kram.shop.promotions.models import PromoCode, Promotion
from kram.shop.promotions.rule import Rule


class PromotionView(View, frozen=True, kw_only=True):
    """`orders` got it so far, for `given_minor` minor units altogether."""

    id: UUID
    name: str
    rule: Rule
    is_automatic: bool
    is_active: bool
    is_exclusive: bool
    priority: int
    starts_at: datetime | None
    ends_at: datetime | None
    total_limit: int | None
    buyer_limit: int | None
    orders: int
    given_minor: int
    codes: int
    created_at: datetime

    @classmethod
    def of(cls, promotion: Promotion, used: tuple[int, int], codes: int) -> "PromotionView":
        return cls(
            id=promotion.id,
            name=promotion.name,
            rule=msgspec.convert(promotion.rule, Rule),
            is_automatic=promotion.is_automatic,
            is_active=promotion.is_active,
            is_exclusive=promotion.is_exclusive,
            priority=promotion.priority,
            starts_at=promotion.starts_at,
            ends_at=promotion.ends_at,
            total_limit=promotion.total_limit,
            buyer_limit=promotion.buyer_limit,
            orders=used[0],
            given_minor=used[1],
            codes=codes,
            created_at=promotion.created_at,
        )


class PromotionPage(View, frozen=True):
    items: list[PromotionView]
    next_cursor: str | None


class CodeView(View, frozen=True):
    """`used` is counted for codes with a `use_limit`."""

    code: str
    use_limit: int | None
    used: int

    @classmethod
    def of(cls, code: PromoCode) -> "CodeView":
        return cls(code.code, code.use_limit, code.used)


class CodePage(View, frozen=True):
    items: list[CodeView]
    next_cursor: str | None


class MadeCodes(View, frozen=True):
    codes: list[str]


class GiftCardView(View, frozen=True, kw_only=True):
    """`code` stands only in the answer to the request that issued the card; a repeated one has
    null."""

    id: UUID
    last4: str
    issued: Money
    balance: Money
    note: str
    expires_at: datetime | None
    is_blocked: bool
    created_at: datetime
    code: str | None = None

    @classmethod
    def of(cls, card: GiftCard) -> "GiftCardView":
        return cls(
            id=card.id,
            last4=card.last4,
            issued=Money(card.issued_minor, card.currency),
            balance=Money(card.balance_minor, card.currency),
            note=card.note,
            expires_at=card.expires_at,
            is_blocked=card.blocked_at is not None,
            created_at=card.created_at,
        )

    @classmethod
    def of_new(cls, card: IssuedCard, note: str, created_at: datetime) -> "GiftCardView":
        return cls(
            id=card.id,
            last4=card.code[-4:],
            issued=card.amount,
            balance=card.amount,
            note=note,
            expires_at=card.expires_at,
            is_blocked=False,
            created_at=created_at,
        )


class GiftCardPage(View, frozen=True):
    items: list[GiftCardView]
    next_cursor: str | None


class IssuedCards(View, frozen=True):
    items: list[GiftCardView]


class CardMoveView(View, frozen=True):
    delta_minor: int
    cause: str
    order_id: UUID | None
    at: datetime

    @classmethod
    def of(cls, move: GiftCardMove) -> "CardMoveView":
        return cls(move.delta_minor, move.cause, move.order_id, move.created_at)


class PointMoveView(View, frozen=True):
    delta: int
    cause: str
    note: str
    order_id: UUID | None
    expires_at: datetime | None
    at: datetime

    @classmethod
    def of(cls, move: PointMove) -> "PointMoveView":
        return cls(
            move.delta, move.cause, move.note, move.order_id, move.expires_at, move.created_at
        )


class PointsView(View, frozen=True):
    """In minor units of the shop's currency; the newest moves first, at most a hundred."""

    customer_id: UUID
    balance: int
    moves: list[PointMoveView]
