"""Reads what a price depends on, and computes it."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from kram.kit.db.tx import TenantRead
from kram.shop.cart.extras import Extras
from kram.shop.catalog.models import VariantKind
from kram.shop.catalog.queries import Offer
from kram.shop.giftcards import service as giftcards
from kram.shop.loyalty.service import loyalty_of
from kram.shop.orders.pricing import queries
from kram.shop.orders.pricing.compute import Facts, agreed, compute, reduced, taxed_sums
from kram.shop.orders.pricing.quote import Pricing, Quote
from kram.shop.promotions import service as promotions
from kram.shop.promotions.basket import Basket, Buyer, Line
from kram.shop.promotions.service import GoodsFacts, Offered
from kram.shop.segments.service import segments_of
from kram.shop.taxes.contract import TaxAnswer, TaxedLine, TaxRequest
from kram.shop.taxes.rules import TaxMode
from kram.shop.taxes.service import policy_of


class Goods(msgspec.Struct, frozen=True):
    """A line at the catalogue's price of this moment."""

    variant_id: UUID
    product_id: UUID
    sku: str
    unit_price_minor: int
    quantity: int
    is_gift_card: bool = False

    @classmethod
    def of(cls, offer: Offer, quantity: int, price_minor: int | None = None) -> "Goods":
        """At the catalogue's price, unless another one was agreed upon."""
        price = offer.price.minor if price_minor is None else price_minor
        is_card = offer.kind is VariantKind.GIFT_CARD
        return cls(offer.variant_id, offer.product_id, offer.sku, price, quantity, is_card)


class Outside(msgspec.Struct, frozen=True):
    """A tax service's answer, and the question: it counts only for exactly these sums."""

    service: str
    request: TaxRequest
    answer: TaxAnswer


async def quote(
    tx: TenantRead,
    goods: Sequence[Goods],
    *,
    currency: str,
    customer_id: UUID | None,
    delivery_minor: int | None,
    extras: Extras,
    channel: str | None = None,
    outside: Outside | None = None,
) -> Quote:
    """Two statements, one or two more for each thing that a rule or the shopper asks about: goods,
    the buyer, their segments, a gift card; never more for more lines."""
    facts = await _facts(tx, goods, currency, customer_id, delivery_minor, extras, channel)
    if outside is not None and outside.request == _request(facts, goods):
        facts = msgspec.structs.replace(facts, outside=(outside.service, outside.answer))
    return compute(facts)


async def agreed_quote(
    tx: TenantRead,
    goods: Sequence[Goods],
    *,
    currency: str,
    delivery_minor: int | None,
    discount_minor: int = 0,
    frozen: Pricing | None = None,
) -> Quote:
    """At the prices given, less a discount that somebody agreed to; promotions have no say.

    `frozen`: the tax mode and rounding of an order that is being changed.
    """
    policy = policy_of(await queries.settings(tx, None))
    if frozen is not None:
        policy = msgspec.structs.replace(policy, mode=frozen.tax_mode, rounding=frozen.tax_rounding)
    known: Mapping[UUID, GoodsFacts] = {}
    if policy.ask_about_goods:
        known = await promotions.goods_facts(tx, {each.product_id for each in goods})
    shelves = [known.get(each.product_id, GoodsFacts()) for each in goods]
    lines = tuple(_line(each, shelf) for each, shelf in zip(goods, shelves, strict=True))
    facts = Facts(
        currency=currency,
        basket=Basket(lines, delivery_minor, Buyer(), None),
        now=tx.now,
        policy=policy,
        shelves=[shelf.categories for shelf in shelves],
    )
    return agreed(facts, discount_minor)


async def tax_request(
    tx: TenantRead,
    goods: Sequence[Goods],
    *,
    currency: str,
    customer_id: UUID | None,
    delivery_minor: int,
    extras: Extras,
    channel: str | None = None,
) -> TaxRequest | None:
    """What to ask an outside service; None: the shop takes no tax."""
    facts = await _facts(tx, goods, currency, customer_id, delivery_minor, extras, channel)
    return None if facts.policy.mode is TaxMode.NONE else _request(facts, goods)


def _request(facts: Facts, goods: Sequence[Goods]) -> TaxRequest:
    sums = taxed_sums(facts, reduced(facts))
    return TaxRequest(
        currency=facts.currency,
        country=facts.policy.country,
        prices_include_tax=facts.policy.mode is TaxMode.INCLUDED,
        lines=tuple(
            TaxedLine(each.sku, each.quantity, amount)
            for each, amount in zip(goods, sums[:-1], strict=True)
        ),
        delivery_minor=sums[-1],
    )


async def _facts(
    tx: TenantRead,
    goods: Sequence[Goods],
    currency: str,
    customer_id: UUID | None,
    delivery_minor: int | None,
    extras: Extras,
    channel: str | None,
) -> Facts:
    settings = await queries.settings(tx, customer_id)
    policy, loyalty = policy_of(settings), loyalty_of(settings)
    offered = await promotions.offered(tx, extras.codes, customer_id)
    known: Mapping[UUID, GoodsFacts] = {}
    if offered.ask_about_goods or policy.ask_about_goods:
        known = await promotions.goods_facts(tx, {each.product_id for each in goods})
    shelves = [known.get(each.product_id, GoodsFacts()) for each in goods]
    return Facts(
        currency=currency,
        basket=Basket(
            tuple(_line(each, shelf) for each, shelf in zip(goods, shelves, strict=True)),
            delivery_minor,
            await _buyer(tx, offered, customer_id),
            channel,
        ),
        now=tx.now,
        candidates=offered.candidates,
        unknown=offered.unknown,
        policy=policy,
        shelves=[shelf.categories for shelf in shelves],
        loyalty=loyalty,
        points_balance=settings.balance or 0,
        use_points=extras.use_points,
        card=await _card(tx, extras, currency),
    )


def _line(goods: Goods, facts: GoodsFacts) -> Line:
    return Line(
        goods.variant_id,
        goods.product_id,
        goods.unit_price_minor,
        goods.quantity,
        frozenset(facts.categories),
        facts.collections,
        facts.tags,
        goods.is_gift_card,
    )


async def _buyer(tx: TenantRead, offered: Offered, customer_id: UUID | None) -> Buyer:
    if customer_id is None or not offered.ask_about_customer:
        return Buyer()
    row = await queries.buyer(tx, customer_id)
    asked = {each for candidate in offered.candidates for each in candidate.rule.when.segments}
    segments = await segments_of(tx, customer_id, asked)
    return Buyer(
        orders=row.orders,
        spent_minor=int(row.spent),
        segments=frozenset(segments),
        groups=frozenset(row.groups or ()),
    )


async def _card(tx: TenantRead, extras: Extras, currency: str) -> giftcards.CardFacts | None:
    if extras.gift_card_id is None:
        return None
    return await giftcards.by_id(tx, extras.gift_card_id, currency)
