"""The cart as it would be bought now, and what has changed since it was filled."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

import msgspec

from kram.kit.db.tx import TenantRead
from kram.kit.messages import gettext_noop
from kram.kit.money import LARGEST_PAYABLE, Money, total
from kram.shop.cart.store import Cart, CartLine
from kram.shop.catalog import bundles
from kram.shop.catalog.models import VariantKind
from kram.shop.catalog.queries import Offer
from kram.shop.configurator.lines import Impossible, LineKey, Sold, seal_of, sold
from kram.shop.configurator.problems import Trouble
from kram.shop.inventory.service import available


class Change(StrEnum):
    DEARER = "dearer"
    CHEAPER = "cheaper"
    FEWER_LEFT = "fewer_left"
    SOLD_OUT = "sold_out"
    GONE = "gone"
    OTHERWISE = "otherwise"
    IMPOSSIBLE = "impossible"


CHANGE_MESSAGES: Mapping[Change, str] = MappingProxyType(
    {
        Change.DEARER: gettext_noop("The price went up from %(before)s to %(now)s"),
        Change.CHEAPER: gettext_noop("The price went down from %(before)s to %(now)s"),
        Change.FEWER_LEFT: gettext_noop("Only %(left)s left"),
        Change.SOLD_OUT: gettext_noop("Sold out"),
        Change.GONE: gettext_noop("No longer sold"),
        Change.OTHERWISE: gettext_noop("The shop has changed what you chose: look at it again"),
        Change.IMPOSSIBLE: gettext_noop("Can no longer be made so: open it and choose again"),
    }
)
"""To be translated and filled by the door: `before` and `now` are prices, `left` units."""


class ViewedLine(msgspec.Struct, frozen=True):
    """`wanted` units were put in, `quantity` of them can be bought: `total` is for these.

    `price` is today's, `seen_price` the one of then; of a line that is gone both are of then, and
    it has no `product_id`. `troubles` say why what was chosen cannot be made.
    """

    variant_id: UUID
    slug: str
    title: str
    variant_title: str
    picture: str | None
    price: Money
    seen_price: Money
    wanted: int
    quantity: int
    left: int
    total: Money
    changes: tuple[Change, ...]
    product_id: UUID | None = None
    sku: str = ""
    design: str = ""
    seal: str = ""
    troubles: tuple[Trouble, ...] = ()
    is_sent: bool = True
    is_gift_card: bool = False

    @property
    def key(self) -> LineKey:
        return LineKey(self.variant_id, self.design)


class CartView(msgspec.Struct, frozen=True):
    """`units` and `subtotal` are of `lines`; what lies `aside` costs nothing yet."""

    lines: tuple[ViewedLine, ...]
    units: int
    subtotal: Money
    aside: tuple[ViewedLine, ...] = ()
    is_known: bool = False

    @property
    def unchanged(self) -> bool:
        return not any(line.changes for line in (*self.lines, *self.aside))

    @property
    def is_sent(self) -> bool:
        """Whether any of it has to be; an empty cart would be."""
        bought = [line for line in self.lines if line.quantity]
        return not bought or any(line.is_sent for line in bought)

    @property
    def payable(self) -> bool:
        """Whether one order can hold it; see `OrderTooLarge`."""
        return self.subtotal.minor <= LARGEST_PAYABLE

    @property
    def settled(self) -> Cart:
        """The changed lines as they are now, for `CartStore.settle`; 0 units take one out.

        What lies aside waits there also while it is sold out.
        """
        return Cart(
            tuple(_settled(line, line.quantity) for line in self.lines if line.changes),
            tuple(_settled(line, line.wanted) for line in self.aside if line.changes),
        )


async def view(
    tx: TenantRead,
    cart: Cart,
    currency: str,
    customer_id: UUID | None = None,
    language: str | None = None,
) -> CartView:
    """`currency` is the shop's; a customer has the prices of their groups. Goods are called as in
    that language, or as the shop calls them.

    Two statements for any number of lines, two more where something was put together, none for no
    line.
    """
    wanted = {line.key: line.quantity for line in (*cart.lines, *cart.aside)}
    if not wanted:
        return compare(cart, Sold({}), {}, currency)
    found = await sold(tx, wanted, customer_id=customer_id, language=language)
    free = await available(tx, bundles.on_shelves(found.offers.values()))
    return compare(cart, found, free, currency)


def compare(cart: Cart, found: Sold, left: Mapping[UUID, int], currency: str) -> CartView:
    """`left` are free units on shelves, which lines of bundles and their components share."""
    free = dict(left)
    lines = tuple(_viewed(line, found, free, currency) for line in cart.lines)
    return CartView(
        lines=lines,
        units=sum(line.quantity for line in lines),
        subtotal=total((line.total for line in lines), currency),
        aside=tuple(_viewed(line, found, dict(left), currency) for line in cart.aside),
        is_known=cart.is_known,
    )


def _settled(line: ViewedLine, quantity: int) -> CartLine:
    return CartLine(line.variant_id, quantity, line.title, line.price, line.design, line.seal)


def _viewed(line: CartLine, found: Sold, free: dict[UUID, int], currency: str) -> ViewedLine:
    """Takes what the line would buy out of `free`."""
    if line.key in found.impossible:
        return _impossible(line, found.impossible[line.key], currency)
    offer = found.offers.get(line.key)
    if offer is None:
        return _gone(line, currency)
    left = bundles.left(offer, free)
    quantity = max(0, min(line.quantity, left))
    for part, each in bundles.shelf(offer).items():
        free[part] = free.get(part, 0) - each * quantity
    return ViewedLine(
        variant_id=line.variant_id,
        slug=offer.slug,
        title=offer.shown_title,
        variant_title=offer.shown_variant_title,
        picture=offer.picture,
        price=offer.price,
        seen_price=line.price,
        wanted=line.quantity,
        quantity=quantity,
        left=left,
        total=offer.price * quantity,
        changes=_changes(line, offer, left),
        product_id=offer.product_id,
        sku=offer.sku,
        design=line.design,
        seal=seal_of(offer),
        is_sent=offer.kind.is_sent,
        is_gift_card=offer.kind is VariantKind.GIFT_CARD,
    )


def _impossible(line: CartLine, found: Impossible, currency: str) -> ViewedLine:
    return msgspec.structs.replace(
        _gone(line, currency),
        slug=found.offer.slug,
        picture=found.offer.picture,
        changes=(Change.IMPOSSIBLE,),
        troubles=found.troubles,
    )


def _gone(line: CartLine, currency: str) -> ViewedLine:
    return ViewedLine(
        variant_id=line.variant_id,
        slug="",
        title=line.title,
        variant_title="",
        picture=None,
        price=line.price,
        seen_price=line.price,
        wanted=line.quantity,
        quantity=0,
        left=0,
        total=Money.zero(currency),
        changes=(Change.GONE,),
        design=line.design,
        seal=line.seal,
    )


def _changes(line: CartLine, offer: Offer, left: int) -> tuple[Change, ...]:
    found: list[Change] = []
    if seal_of(offer) != line.seal:
        found.append(Change.OTHERWISE)
    if offer.price != line.price:
        found.append(Change.DEARER if offer.price > line.price else Change.CHEAPER)
    if left <= 0:
        found.append(Change.SOLD_OUT)
    elif left < line.quantity:
        found.append(Change.FEWER_LEFT)
    return tuple(found)
