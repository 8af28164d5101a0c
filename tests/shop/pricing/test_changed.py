"""What an order froze stays true whatever the staff does to its lines. Pure."""

from hypothesis import given
from hypothesis import strategies as st

from kram.kit.ids import new_id
from kram.shop.orders.models import OrderLine
from kram.shop.orders.pricing.changed import changed, moved
from kram.shop.orders.pricing.quote import AgreedDiscount, GivenPromotion, Pricing, TaxPart

UKRAINE, BOOKS = ("VAT", 200_000), ("Books", 70_000)


def line(position: int, tax: int = 0, discount: int = 0, points: int = 0) -> OrderLine:
    return OrderLine(
        id=new_id(),
        position=position,
        tax_minor=tax,
        discount_minor=discount,
        points_minor=points,
    )


def test_a_rate_keeps_what_its_lines_kept() -> None:
    frozen = Pricing(
        taxes=(TaxPart(*UKRAINE, 700, (0, 2), of_delivery=True), TaxPart(*BOOKS, 30, (1,))),
        delivery_tax_minor=100,
    )
    came = moved([TaxPart(*UKRAINE, 50, (0,)), TaxPart(*BOOKS, 7, (1,), of_delivery=True)], 3)
    lines = [line(0, 100), line(1, 30), line(3, 50), line(4, 7)]
    assert changed(frozen, lines, came, 0).taxes == (
        TaxPart(*UKRAINE, 250, (0, 3), of_delivery=True),
        TaxPart(*BOOKS, 37, (1, 4)),
    )


def test_a_rate_without_lines_is_gone() -> None:
    frozen = Pricing(taxes=(TaxPart(*UKRAINE, 200, (0,)), TaxPart(*BOOKS, 30, (1,))))
    assert changed(frozen, [line(1, 30)], [], 0).taxes == (TaxPart(*BOOKS, 30, (1,)),)


@given(
    given_=st.lists(st.integers(0, 10_000), min_size=1, max_size=4),
    delivery=st.integers(0, 500),
    points=st.integers(0, 3_000),
    kept=st.fractions(0, 1),
    points_gone=st.integers(0, 3_000),
)
def test_discounts_make_up_the_sum(
    given_: list[int], delivery: int, points: int, kept: float, points_gone: int
) -> None:
    points_gone = min(points_gone, points)
    *by_promotions, agreed = given_
    frozen = Pricing(
        promotions=(
            *(GivenPromotion("Sale", amount) for amount in by_promotions),
            GivenPromotion("Free delivery", delivery, delivery_minor=delivery),
        ),
        agreed=AgreedDiscount("friend", agreed),
        points=points,
        delivery_discount_minor=delivery,
    )
    points_left = points - points_gone
    goods = int(sum(given_) * kept)
    now = changed(frozen, [line(0, discount=goods + points_left)], [], points_gone)
    assert now.agreed is not None
    amounts = [each.amount_minor for each in now.promotions]
    assert amounts.pop() == delivery
    assert sum(amounts) + now.agreed.amount_minor + now.points == goods + points_left
    for after, before in zip([*amounts, now.agreed.amount_minor], given_, strict=True):
        assert 0 <= after <= before
