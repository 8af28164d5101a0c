"""Issue cards, pay with them, and put money back onto them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.errors import FieldError, InvalidInput
from kram.kit.ids import new_id
from kram.kit.messages import gettext_noop
from kram.kit.money import LARGEST, LARGEST_PAYABLE, Money
from kram.kit.text import line
from kram.shop.giftcards import codes, queries
from kram.shop.giftcards.errors import GiftCardMissing, GiftCardSpent
from kram.shop.giftcards.models import GiftCard, MoveCause
from kram.tenants.actor import Actor

MOST_AT_ONCE = 1_000
_LONGEST_NOTE = 200


class IssuedCard(msgspec.Struct, frozen=True):
    """The only moment at which `code` is known."""

    id: UUID
    code: str
    amount: Money
    expires_at: datetime | None


class CardFacts(msgspec.Struct, frozen=True):
    """A card that can pay now."""

    id: UUID
    last4: str
    balance: Money


async def issue(
    tx: TenantTx,
    amount: Money,
    actor: Actor,
    *,
    count: int = 1,
    expires_at: datetime | None = None,
    note: str = "",
) -> Sequence[IssuedCard]:
    """`count` cards of that amount each; two statements. Raises: InvalidInput."""
    _check(tx, amount, count, expires_at, note)
    cards = [IssuedCard(new_id(), codes.new_code(), amount, expires_at) for _ in range(count)]
    await queries.insert_cards(
        tx,
        [
            {
                "id": card.id,
                "code_hash": codes.hashed(card.code),
                "last4": codes.last4(card.code),
                "currency": amount.currency,
                "issued_minor": amount.minor,
                "balance_minor": amount.minor,
                "note": line(note),
                "expires_at": expires_at,
                "created_at": tx.now,
            }
            for card in cards
        ],
        [
            {
                "id": new_id(),
                "card_id": card.id,
                "delta_minor": amount.minor,
                "cause": MoveCause.ISSUED,
                "actor": f"{actor.kind}:{actor.id}",
                "created_at": tx.now,
            }
            for card in cards
        ],
    )
    return cards


async def find(tx: TenantRead, typed: str, currency: str) -> CardFacts | None:
    """The card behind a typed code, if it can pay an order in that currency now."""
    if not codes.may_be_card(typed):
        return None
    card = await queries.by_hash(tx, codes.hashed(typed))
    return _usable(tx, card, currency)


async def by_id(tx: TenantRead, card_id: UUID, currency: str) -> CardFacts | None:
    return _usable(tx, await tx.get(GiftCard, card_id), currency)


async def redeem(
    tx: TenantTx, card_id: UUID, order_id: UUID, amount_minor: int, actor: Actor
) -> None:
    """Takes the amount off the card, all of it or nothing.

    Raises GiftCardSpent when it has less by now: then the order must be priced anew.
    """
    if not await queries.redeem(tx, card_id, order_id, amount_minor, f"{actor.kind}:{actor.id}"):
        raise GiftCardSpent


async def give_back(
    tx: TenantTx, order_id: UUID, actor: Actor, most_minor: int | None = None
) -> int:
    """Puts back what the order had of its card, at most `most_minor`; returns how much that was.

    The order's row is locked by the caller. Also for a card that has expired or was blocked: the
    money is on it, and the staff decides. Repeated, it gives nothing twice.
    """
    most = LARGEST if most_minor is None else most_minor
    if most <= 0:
        return 0
    return await queries.give_back(tx, order_id, most, f"{actor.kind}:{actor.id}")


async def owed(tx: TenantRead, order_id: UUID) -> int:
    """Minor units that the order has of its card and has not given back."""
    return await queries.owed(tx, order_id)


async def redeem_again(tx: TenantTx, order_id: UUID, actor: Actor) -> None:
    """For an order that comes back to life. Raises: GiftCardSpent."""
    last = await queries.last_redeemed(tx, order_id)
    if last is not None and await queries.owed(tx, order_id) == 0:
        await redeem(tx, last.card_id, order_id, -last.delta_minor, actor)


async def set_blocked(tx: TenantTx, card_id: UUID, is_blocked: bool) -> None:
    """A lost card pays nothing any more. Raises: GiftCardMissing."""
    if not await queries.set_blocked(tx, card_id, tx.now if is_blocked else None):
        raise GiftCardMissing


def _usable(tx: TenantRead, card: GiftCard | None, currency: str) -> CardFacts | None:
    if card is None or card.currency != currency or card.blocked_at is not None:
        return None
    if card.balance_minor == 0 or (card.expires_at is not None and card.expires_at <= tx.now):
        return None
    return CardFacts(card.id, card.last4, Money(card.balance_minor, card.currency))


def _check(tx: TenantTx, amount: Money, count: int, expires_at: datetime | None, note: str) -> None:
    errors = []
    if not 0 < amount.minor <= LARGEST_PAYABLE:
        detail = gettext_noop("Enter an amount above zero")
        errors.append(FieldError("/amount", "out_of_range", detail))
    if not 1 <= count <= MOST_AT_ONCE:
        detail = gettext_noop("Issue 1 to 1000 cards at once")
        errors.append(FieldError("/count", "out_of_range", detail))
    if expires_at is not None and (expires_at.tzinfo is None or expires_at <= tx.now):
        detail = gettext_noop("Choose a day that is still to come")
        errors.append(FieldError("/expires_at", "out_of_range", detail))
    if len(note) > _LONGEST_NOTE or "\0" in note:
        errors.append(FieldError("/note", "too_long", gettext_noop("Make this shorter")))
    if errors:
        raise InvalidInput(errors=errors)
