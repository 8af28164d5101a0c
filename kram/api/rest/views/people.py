"""Customers, segments and reviews."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kram.api.rest.views.base import View
from kram.integrations.people.models import PersonExport
from kram.kit.money import Money
from kram.shop.customers.models import (
    Customer,
    CustomerAddress,
    CustomerGroup,
    CustomerNote,
    CustomerStep,
)
from kram.shop.reviews.models import ProductRating, Review
from kram.shop.reviews.queries import Listed
from kram.shop.segments.models import Segment


class CustomerView(View, frozen=True):
    """`spent` is money that came and stayed. `erased_at`: nothing personal is left of them."""

    id: UUID
    name: str
    username: str | None
    telegram_id: int | None
    phone: str | None
    email: str | None
    language: str
    can_message: bool
    tags: tuple[str, ...]
    group_ids: tuple[UUID, ...]
    consents: tuple[str, ...]
    orders_count: int
    spent: Money
    first_order_at: datetime | None
    last_order_at: datetime | None
    hold_reason: str | None
    erased_at: datetime | None
    created_at: datetime
    seen_at: datetime

    @classmethod
    def of(cls, customer: Customer, currency: str) -> "CustomerView":
        return cls(
            id=customer.id,
            name=customer.name,
            username=customer.username,
            telegram_id=customer.telegram_id,
            phone=customer.phone,
            email=customer.email,
            language=customer.language,
            can_message=customer.can_message,
            tags=tuple(customer.tags),
            group_ids=tuple(customer.group_ids),
            consents=tuple(customer.consents),
            orders_count=customer.orders_count,
            spent=Money(customer.spent_minor, currency),
            first_order_at=customer.first_order_at,
            last_order_at=customer.last_order_at,
            hold_reason=customer.hold_reason,
            erased_at=customer.erased_at,
            created_at=customer.created_at,
            seen_at=customer.seen_at,
        )


class CustomerPage(View, frozen=True):
    """`next_cursor` is null on the last page."""

    items: list[CustomerView]
    next_cursor: str | None


class AddressView(View, frozen=True):
    id: UUID
    recipient: str
    phone: str
    country: str
    city: str
    line: str
    postal_code: str
    is_default: bool

    @classmethod
    def of(cls, address: CustomerAddress) -> "AddressView":
        return cls(
            address.id,
            address.recipient,
            address.phone,
            address.country,
            address.city,
            address.line,
            address.postal_code,
            address.is_default,
        )


class NoteView(View, frozen=True):
    id: UUID
    body: str
    actor_name: str
    at: datetime

    @classmethod
    def of(cls, note: CustomerNote) -> "NoteView":
        return cls(note.id, note.body, note.actor_name, note.created_at)


class HistoryView(View, frozen=True):
    """An entry that is never changed: consents, merges, exports."""

    kind: str
    facts: Mapping[str, Any]
    actor_kind: str
    actor_name: str
    at: datetime

    @classmethod
    def of(cls, step: CustomerStep) -> "HistoryView":
        return cls(step.kind, step.facts, step.actor_kind, step.actor_name, step.at)


class GroupView(View, frozen=True):
    id: UUID
    name: str

    @classmethod
    def of(cls, group: CustomerGroup) -> "GroupView":
        return cls(group.id, group.name)


class PersonExportView(View, frozen=True):
    """`state` "done": the file is to be had until `expires_at`."""

    id: UUID
    state: str
    expires_at: datetime | None

    @classmethod
    def of(cls, export: PersonExport) -> "PersonExportView":
        return cls(export.id, export.state, export.expires_at)


class SegmentView(View, frozen=True):
    id: UUID
    name: str
    rule: Mapping[str, Any]
    updated_at: datetime

    @classmethod
    def of(cls, segment: Segment) -> "SegmentView":
        return cls(segment.id, segment.name, segment.rule, segment.updated_at)


class SegmentPreviewView(View, frozen=True):
    """`names` are of the latest few."""

    count: int
    names: list[str]


class PhotoView(View, frozen=True):
    url: str
    width: int
    height: int


class ReviewView(View, frozen=True):
    """`held_for` says why a person has to look at it."""

    id: UUID
    product_id: UUID
    product_title: str
    customer_id: UUID
    author: str
    stars: int
    body: str
    photos: tuple[PhotoView, ...]
    is_bought: bool
    state: str
    held_for: tuple[str, ...]
    reply: str
    created_at: datetime
    published_at: datetime | None

    @classmethod
    def of(cls, item: Listed, photos: Iterable[PhotoView]) -> "ReviewView":
        review: Review = item.review
        return cls(
            id=review.id,
            product_id=review.product_id,
            product_title=item.product_title,
            customer_id=review.customer_id,
            author=review.author,
            stars=review.stars,
            body=review.body,
            photos=tuple(photos),
            is_bought=review.is_bought,
            state=review.state,
            held_for=tuple(review.held_for),
            reply=review.reply,
            created_at=review.created_at,
            published_at=review.published_at,
        )


class ReviewPage(View, frozen=True):
    """`next_cursor` is null on the last page."""

    items: list[ReviewView]
    next_cursor: str | None


class RatingView(View, frozen=True):
    """Of published reviews. `stars` is their sum: the mean is `stars` by `reviews`.
    `by_stars` counts those of one star, of two, and so on."""

    reviews: int
    stars: int
    by_stars: list[int]
    favourites: int

    @classmethod
    def of(cls, rating: ProductRating | None, favourites: int) -> "RatingView":
        if rating is None:
            return cls(0, 0, [0] * 5, favourites)
        by_stars = [rating.ones, rating.twos, rating.threes, rating.fours, rating.fives]
        return cls(rating.reviews, rating.stars, by_stars, favourites)
