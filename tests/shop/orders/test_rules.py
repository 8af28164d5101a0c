"""The state machine, over every status, payment and action there is."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kram.kit.money import Money
from kram.shop.orders.errors import StepImpossible
from kram.shop.orders.models import OrderStatus, PaymentState
from kram.shop.orders.rules import (
    Action,
    Priced,
    Progress,
    Standing,
    after,
    possible_actions,
    share,
    status_after,
    subtotal,
)

S, P, A = OrderStatus, PaymentState, Action
EVERYWHERE = [Standing(status, payment) for status, payment in product(S, P)]
NEW = [Standing(S.AWAITING_PAYMENT, P.UNPAID), Standing(S.PLACED, P.UNPAID)]
"""How an order begins: to be paid first, or on delivery."""


def outcome(standing: Standing, action: Action) -> Standing | None:
    """None where it is impossible."""
    try:
        return after(standing, action)
    except StepImpossible:
        return None


def journey(start: Standing, actions: list[Action]) -> list[Standing]:
    seen = [start]
    for action in actions:
        seen.append(outcome(seen[-1], action) or seen[-1])
    return seen


def reachable() -> set[Standing]:
    found, todo = set(NEW), list(NEW)
    while todo:
        standing = todo.pop()
        for action in Action:
            reached = outcome(standing, action)
            if reached is not None and reached not in found:
                found.add(reached)
                todo.append(reached)
    return found


@pytest.mark.parametrize("standing", EVERYWHERE, ids=str)
@pytest.mark.parametrize("action", list(A))
def test_asking_again_changes_nothing(standing: Standing, action: Action) -> None:
    reached = outcome(standing, action)
    if reached is not None and action is not A.REVIVE:
        assert after(reached, action) == reached


@pytest.mark.parametrize("standing", EVERYWHERE, ids=str)
def test_the_clock_is_never_refused(standing: Standing) -> None:
    expected = S.CANCELLED if standing.status is S.AWAITING_PAYMENT else standing.status
    assert after(standing, A.EXPIRE) == Standing(expected, standing.payment)


@pytest.mark.parametrize(
    ("status", "action", "reached"),
    [
        (S.PLACED, A.ACCEPT, S.ACCEPTED),
        (S.ACCEPTED, A.ACCEPT, S.ACCEPTED),
        (S.SHIPPED, A.ACCEPT, S.SHIPPED),
        (S.DELIVERED, A.ACCEPT, S.DELIVERED),
        (S.AWAITING_PAYMENT, A.ACCEPT, None),
        (S.CANCELLED, A.ACCEPT, None),
        (S.ACCEPTED, A.SHIP, S.SHIPPED),
        (S.SHIPPED, A.SHIP, S.SHIPPED),
        (S.DELIVERED, A.SHIP, S.DELIVERED),
        (S.PLACED, A.SHIP, None),
        (S.AWAITING_PAYMENT, A.SHIP, None),
        (S.CANCELLED, A.SHIP, None),
        (S.SHIPPED, A.DELIVER, S.DELIVERED),
        (S.DELIVERED, A.DELIVER, S.DELIVERED),
        (S.ACCEPTED, A.DELIVER, None),
        (S.PLACED, A.DELIVER, None),
        (S.AWAITING_PAYMENT, A.DELIVER, None),
        (S.CANCELLED, A.DELIVER, None),
        (S.AWAITING_PAYMENT, A.CANCEL, S.CANCELLED),
        (S.PLACED, A.CANCEL, S.CANCELLED),
        (S.ACCEPTED, A.CANCEL, S.CANCELLED),
        (S.CANCELLED, A.CANCEL, S.CANCELLED),
        (S.SHIPPED, A.CANCEL, None),
        (S.DELIVERED, A.CANCEL, None),
    ],
)
@pytest.mark.parametrize("payment", list(P))
def test_where_the_staffs_actions_lead(
    status: OrderStatus, action: Action, reached: OrderStatus | None, payment: PaymentState
) -> None:
    waits = payment is P.PARTLY_PAID and (status, action) == (S.ACCEPTED, A.SHIP)
    expected = None if reached is None or waits else Standing(reached, payment)
    assert outcome(Standing(status, payment), action) == expected


@pytest.mark.parametrize(
    ("before", "reached"),
    [
        ((S.AWAITING_PAYMENT, P.UNPAID), (S.PLACED, P.PAID)),
        ((S.PLACED, P.UNPAID), (S.PLACED, P.PAID)),
        ((S.DELIVERED, P.UNPAID), (S.DELIVERED, P.PAID)),
        ((S.ACCEPTED, P.PARTLY_PAID), (S.ACCEPTED, P.PAID)),
        ((S.CANCELLED, P.UNPAID), None),
        ((S.CANCELLED, P.PAID), (S.CANCELLED, P.PAID)),
        ((S.SHIPPED, P.REFUNDED), (S.SHIPPED, P.REFUNDED)),
    ],
)
def test_where_money_leads(
    before: tuple[OrderStatus, PaymentState], reached: tuple[OrderStatus, PaymentState] | None
) -> None:
    expected = None if reached is None else Standing(*reached)
    assert outcome(Standing(*before), A.PAY) == expected


@pytest.mark.parametrize("standing", EVERYWHERE, ids=str)
def test_only_a_cancelled_unpaid_order_is_revived(standing: Standing) -> None:
    dead = standing == Standing(S.CANCELLED, P.UNPAID)
    assert outcome(standing, A.REVIVE) == (Standing(S.PLACED, P.PAID) if dead else None)


@pytest.mark.parametrize("standing", EVERYWHERE, ids=str)
def test_only_what_was_paid_is_refunded(standing: Standing) -> None:
    paid = standing.payment is not P.UNPAID
    expected = Standing(standing.status, P.REFUNDED) if paid else None
    assert outcome(standing, A.REFUND) == expected


def test_nothing_unpaid_waits_for_goods_it_must_pay_first() -> None:
    assert Standing(S.AWAITING_PAYMENT, P.PAID) not in reachable()
    assert Standing(S.AWAITING_PAYMENT, P.REFUNDED) not in reachable()


@given(st.sampled_from(NEW), st.lists(st.sampled_from(A), max_size=12))
def test_no_journey_goes_back(start: Standing, actions: list[Action]) -> None:
    """Statuses only move on, apart from the revival; money only comes, then only goes."""
    progress, money = list(S), list(P)
    for before, now in zip(journey(start, actions), journey(start, actions)[1:], strict=False):
        assert money.index(now.payment) >= money.index(before.payment)
        if not (before.status is S.CANCELLED and now.status is S.PLACED):
            assert progress.index(now.status) >= progress.index(before.status)


@given(st.sampled_from(NEW), st.lists(st.sampled_from(A), max_size=12))
def test_the_buttons_shown_are_those_that_do_something(
    start: Standing, actions: list[Action]
) -> None:
    standing = journey(start, actions)[-1]
    for action in Action:
        changes = outcome(standing, action) not in (None, standing)
        assert (action in possible_actions(standing)) == changes


@given(st.lists(st.tuples(st.integers(0, 10**13), st.integers(1, 999)), max_size=100))
def test_the_subtotal_is_exact(lines: list[tuple[int, int]]) -> None:
    prices = [(Money(minor, "KWD"), quantity) for minor, quantity in lines]
    exact = sum(minor * quantity for minor, quantity in lines)
    assert subtotal(prices, "KWD") == Money(exact, "KWD")


@given(st.integers(0, 10**13), st.data())
def test_any_split_of_units_makes_up_the_sum(sum_minor: int, data: st.DataObject) -> None:
    parts = data.draw(st.lists(st.integers(1, 50), min_size=1, max_size=20))
    quantity, before, shares = sum(parts), 0, []
    for units in parts:
        shares.append(share(sum_minor, quantity, before, units))
        before += units
    assert sum(shares) == sum_minor
    assert all(
        abs(part * quantity - sum_minor * units) < quantity
        for part, units in zip(shares, parts, strict=True)
    ), "each part is within one minor unit of its exact value"


@pytest.mark.parametrize(("before", "units"), [(0, 4), (3, 1), (-1, 1), (1, -1)])
def test_units_that_a_line_does_not_have_are_a_bug(before: int, units: int) -> None:
    with pytest.raises(ValueError, match="units of the line"):
        share(100, 3, before, units)


@given(st.integers(0, 50), st.data())
def test_a_status_says_how_far_the_parcels_are(wanted: int, data: st.DataObject) -> None:
    packed = data.draw(st.integers(0, wanted))
    shipped = data.draw(st.integers(0, packed))
    delivered = data.draw(st.integers(0, shipped))
    status = status_after(Progress(wanted, packed, shipped, delivered))
    assert (status is S.CANCELLED) == (wanted == 0)
    if wanted:
        assert (status is S.DELIVERED) == (delivered == wanted)
        assert (status in (S.SHIPPED, S.DELIVERED)) == (shipped == wanted)
        assert (status in (S.ACCEPTED, S.PARTLY_PACKED, S.PACKED)) == (shipped == 0)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=9), st.data())
def test_costs_of_units_make_up_the_line(parts: list[int], data: st.DataObject) -> None:
    total = data.draw(st.integers(0, 10**9))
    discount, tax = data.draw(st.integers(0, total)), data.draw(st.integers(0, 10**9))
    line, before, costs = Priced(sum(parts), total, discount, tax), 0, []
    for units in parts:
        costs.append(line.cost(before, units))
        before += units
    assert sum(costs) == total - discount + tax
