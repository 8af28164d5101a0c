"""Gift cards: issued, looked at, blocked."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody

from kram.api.rest.caller import DeskHere, needs
from kram.api.rest.inputs import Cursor, Input, Instant, Limit, told
from kram.api.rest.once import OnceHere
from kram.api.rest.services import ServicesHere
from kram.api.rest.views.promotions import CardMoveView, GiftCardPage, GiftCardView, IssuedCards
from kram.kit.db.tx import TenantTx
from kram.kit.money import Money
from kram.kit.pagination import page_size
from kram.kit.text import line
from kram.shop.giftcards import queries, service
from kram.shop.giftcards.errors import GiftCardMissing
from kram.shop.giftcards.models import GiftCard
from kram.shop.giftcards.service import MOST_AT_ONCE
from kram.tenants.permissions import Permission

_ISSUE = needs(Permission.GIFT_CARDS_ISSUE)


class NewGiftCards(Input, frozen=True):
    """`count` cards of `amount_minor` minor units each, in the shop's currency."""

    amount_minor: Annotated[int, msgspec.Meta(ge=1, le=10**13)]
    count: Annotated[int, msgspec.Meta(ge=1, le=MOST_AT_ONCE)] = 1
    expires_at: Instant | None = None
    note: Annotated[str, told(max_length=200)] = ""


class Blocking(Input, frozen=True):
    is_blocked: bool


@get("/gift-cards", opt=_ISSUE)
async def list_gift_cards(
    desk: DeskHere,
    services: ServicesHere,
    cursor: Cursor = None,
    limit: Limit = None,
    last4: FromQuery[str] = "",
) -> GiftCardPage:
    """The newest first; by the last letters of a code, if they are given."""
    async with services.db.tenant_read(desk.tenant) as tx:
        page = await queries.cards_page(
            tx, last4=line(last4).replace("\0", "").upper(), cursor=cursor, limit=page_size(limit)
        )
    return GiftCardPage([GiftCardView.of(card) for card in page.items], page.next_cursor)


@post("/gift-cards", opt=_ISSUE)
async def issue_gift_cards(
    desk: DeskHere, once: OnceHere, data: JSONBody[NewGiftCards]
) -> IssuedCards:
    """Codes stand in this answer only: nobody can read them later, and a repeated request with the
    same key gets the same cards without them. Send an `Idempotency-Key`.
    """
    codes: dict[UUID, str] = {}

    async def issue(tx: TenantTx) -> IssuedCards:
        cards = await service.issue(
            tx,
            Money(data.amount_minor, desk.shop.currency),
            desk.actor,
            count=data.count,
            expires_at=data.expires_at,
            note=data.note,
        )
        codes.update({card.id: card.code for card in cards})
        return IssuedCards([GiftCardView.of_new(card, line(data.note), tx.now) for card in cards])

    stored = await once.run(issue, IssuedCards)
    return IssuedCards(
        [msgspec.structs.replace(card, code=codes.get(card.id)) for card in stored.items]
    )


@get("/gift-cards/{card_id:uuid}/moves", opt=_ISSUE)
async def list_gift_card_moves(
    desk: DeskHere, services: ServicesHere, card_id: FromPath[UUID]
) -> list[CardMoveView]:
    """The newest first, at most a hundred."""
    async with services.db.tenant_read(desk.tenant) as tx:
        if await tx.get(GiftCard, card_id) is None:
            raise GiftCardMissing
        return [CardMoveView.of(move) for move in await queries.moves_of(tx, card_id)]


@post("/gift-cards/{card_id:uuid}/block", opt=_ISSUE, status_code=200)
async def block_gift_card(
    desk: DeskHere,
    services: ServicesHere,
    card_id: FromPath[UUID],
    data: JSONBody[Blocking],
) -> GiftCardView:
    """A lost card pays nothing any more, until it is let go again."""
    async with services.db.tenant(desk.tenant) as tx:
        await service.set_blocked(tx, card_id, data.is_blocked)
        card = await tx.get(GiftCard, card_id)
        assert card is not None
        return GiftCardView.of(card)


ROUTES = [list_gift_cards, issue_gift_cards, list_gift_card_moves, block_gift_card]
