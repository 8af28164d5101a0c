from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kram.kit.db.base import TenantBase
from kram.shop.catalog.chosen import Chosen
from kram.shop.catalog.models import VariantKind
from kram.shop.configurator.lines import LineKey


class OrderLine(TenantBase):
    """A bought variant as it was called and priced at that moment: `title` by the shop, `local_…`
    in the order's language, as its buyer saw it (None: not translated).

    All sums are for the whole line, `total_minor` without discount and added tax; the part of some
    of its units is `rules.share`. Of its units `fulfilled_quantity` are in parcels that were not
    cancelled, `shipped_quantity` of these have left, `returned_quantity` of these are on their way
    back or were taken back, `cancelled_quantity` will never be sent; `credited_quantity` of the
    last two are no longer to be paid. `points_minor` is the part of the discount that was paid in
    points. `shelf` is what one unit takes from the shelves, by variant,
    if that is not one of the variant itself; frozen, so that a bundle may change its components.
    So are the `kind` of the variant and the `terms` of what is not sent: of that, fulfilled and
    shipped units are those that were given. `design` is `chosen`, its price inside the line's.
    `is_returnable` is what the shop said when it was bought.
    """

    __tablename__ = "order_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("total_minor = unit_price_minor * quantity", name="total_adds_up"),
        CheckConstraint(
            "discount_minor BETWEEN 0 AND total_minor AND tax_added_minor BETWEEN 0 AND tax_minor",
            name="parts_sane",
        ),
        CheckConstraint("points_minor BETWEEN 0 AND discount_minor", name="points_sane"),
        CheckConstraint(
            "returned_quantity >= 0 AND returned_quantity <= shipped_quantity"
            " AND shipped_quantity <= fulfilled_quantity AND cancelled_quantity >= 0"
            " AND fulfilled_quantity + cancelled_quantity <= quantity"
            " AND credited_quantity BETWEEN 0 AND cancelled_quantity + returned_quantity",
            name="units_add_up",
        ),
        Index("ix_order_line_order", "order_id", "position"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    position: Mapped[int]
    product_id: Mapped[UUID]
    variant_id: Mapped[UUID]
    sku: Mapped[str]
    title: Mapped[str]
    variant_title: Mapped[str] = mapped_column(server_default="")
    local_title: Mapped[str | None]
    local_variant_title: Mapped[str | None]
    unit_price_minor: Mapped[int]
    quantity: Mapped[int]
    total_minor: Mapped[int]
    discount_minor: Mapped[int] = mapped_column(server_default="0")
    tax_minor: Mapped[int] = mapped_column(server_default="0")
    tax_added_minor: Mapped[int] = mapped_column(server_default="0")
    points_minor: Mapped[int] = mapped_column(server_default="0")
    fulfilled_quantity: Mapped[int] = mapped_column(server_default="0")
    shipped_quantity: Mapped[int] = mapped_column(server_default="0")
    cancelled_quantity: Mapped[int] = mapped_column(server_default="0")
    returned_quantity: Mapped[int] = mapped_column(server_default="0")
    credited_quantity: Mapped[int] = mapped_column(server_default="0")
    shelf: Mapped[dict[str, int] | None] = mapped_column(JSONB(none_as_null=True))
    design: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    kind: Mapped[str] = mapped_column(server_default=VariantKind.GOODS)
    terms: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    is_returnable: Mapped[bool] = mapped_column(server_default=text("true"))

    @property
    def shown_title(self) -> str:
        """For the buyer."""
        return self.local_title or self.title

    @property
    def shown_variant_title(self) -> str:
        return self.local_variant_title or self.variant_title

    @property
    def chosen(self) -> Chosen | None:
        """What the buyer put together, as it was called and priced then."""
        return None if self.design is None else msgspec.convert(self.design, Chosen)

    @property
    def key(self) -> LineKey:
        """What to ask for to have more of it."""
        return LineKey(self.variant_id, self.chosen.design if self.chosen else "")

    @property
    def is_sent(self) -> bool:
        return VariantKind(self.kind or VariantKind.GOODS).is_sent

    @property
    def is_gift_card(self) -> bool:
        return self.kind == VariantKind.GIFT_CARD

    @property
    def left_quantity(self) -> int:
        """Units that no parcel holds yet."""
        return self._unfulfilled if self.is_sent else 0

    @property
    def ungiven_quantity(self) -> int:
        """Units that come onto the order's page once it is paid."""
        return 0 if self.is_sent else self._unfulfilled

    @property
    def given_quantity(self) -> int:
        return 0 if self.is_sent else self.shipped_quantity

    @property
    def returnable_quantity(self) -> int:
        """Units that can be sent back: what was read or downloaded cannot."""
        return self.shipped_quantity - self.returned_quantity if self.is_sent else 0

    @property
    def _unfulfilled(self) -> int:
        return self.quantity - self.fulfilled_quantity - self.cancelled_quantity

    def shelf_units(self, quantity: int) -> dict[UUID, int]:
        """What so many units take from the shelves: a bundle its components, a file nothing."""
        if self.shelf is None:
            return {self.variant_id: quantity}
        return {UUID(part): each * quantity for part, each in self.shelf.items()}

    @property
    def to_pay_minor(self) -> int:
        """What the line costs the shopper: after its discount, with the tax on top."""
        return self.total_minor - self.discount_minor + self.tax_added_minor
