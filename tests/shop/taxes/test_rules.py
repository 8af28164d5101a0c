"""Rates, modes and the two ways to round."""

import asyncio
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kram.kit.db.tx import TenantTx
from kram.kit.errors import InvalidInput
from kram.kit.ids import new_id
from kram.shop.taxes import service
from kram.shop.taxes.contract import TaxAnswer, TaxedLine, TaxRequest, ask
from kram.shop.taxes.errors import TaxServiceUnavailable
from kram.shop.taxes.rules import TaxMode, TaxPolicy, TaxRate, TaxRounding, taxes

pytestmark = pytest.mark.anyio

VAT = TaxRate("VAT", 200_000)
REQUEST = TaxRequest("UAH", "UA", True, (TaxedLine("K-1", 2, 1_000),), 100)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [(TaxMode.INCLUDED, [167, 0]), (TaxMode.ADDED, [200, 0]), (TaxMode.NONE, [200, 0])],
)
def test_inside_the_price_or_on_top(mode: TaxMode, expected: list[int]) -> None:
    assert taxes([(1_000, VAT), (1_000, None)], mode, TaxRounding.LINE) == expected


def test_the_two_ways_to_round_differ_and_both_are_whole() -> None:
    """Vendure's 1110.85 against 1110.92: the rule must be chosen, and kept with the order."""
    sums = [(13, VAT)] * 4
    assert taxes(sums, TaxMode.ADDED, TaxRounding.LINE) == [3, 3, 3, 3]
    assert taxes(sums, TaxMode.ADDED, TaxRounding.ORDER) == [3, 3, 2, 2]


@given(
    st.lists(st.tuples(st.integers(0, 10**12), st.integers(0, 10**6)), max_size=20),
    st.sampled_from([TaxMode.INCLUDED, TaxMode.ADDED]),
)
def test_rounding_by_order_is_within_half_a_unit_of_the_exact_sum(
    sums: list[tuple[int, int]], mode: TaxMode
) -> None:
    rated = [(base, TaxRate("x", ppm)) for base, ppm in sums]
    found = taxes(rated, mode, TaxRounding.ORDER)
    for ppm in {ppm for _, ppm in sums}:
        base = sum(base for base, each in sums if each == ppm)
        tax = sum(part for part, (_, each) in zip(found, sums, strict=True) if each == ppm)
        whole = 10**6 + ppm if mode is TaxMode.INCLUDED else 10**6
        assert abs(2 * (tax * whole - base * ppm)) <= whole
    assert all(0 <= tax <= base for tax, (base, _) in zip(found, sums, strict=True))


def test_the_nearest_category_counts() -> None:
    food, bread = new_id(), new_id()
    policy = TaxPolicy(
        mode=TaxMode.INCLUDED,
        rates=(
            VAT,
            TaxRate("Food", 70_000, "UA", food),
            TaxRate("Bread", 0, "UA", bread),
            TaxRate("DE", 190_000, "DE"),
        ),
    )
    names = [
        rate.name if (rate := policy.rate_for(path)) else None
        for path in ([], [food], [food, bread], [new_id()])
    ]
    assert names == ["VAT", "Food", "Bread", "VAT"]
    abroad = msgspec.structs.replace(policy, country="PL")
    assert abroad.rate_for([]) is None


async def test_settings_are_kept(tx: TenantTx) -> None:
    assert (await service.policy(tx)).mode is TaxMode.NONE
    wanted = TaxPolicy(
        mode=TaxMode.ADDED,
        rounding=TaxRounding.ORDER,
        country="PL",
        taxes_delivery=False,
        rates=(TaxRate("VAT", 230_000, "PL"), TaxRate("Books", 50_000, "PL", UUID(int=1))),
    )
    await service.save(tx, wanted)
    assert await service.policy(tx) == wanted


async def test_one_rate_for_one_place(tx: TenantTx) -> None:
    with pytest.raises(InvalidInput) as refused:
        await service.save(tx, TaxPolicy(rates=(VAT, TaxRate("Again", 1))))
    assert [error.pointer for error in refused.value.errors] == ["/rates/1"]


class Service:
    """Answers after a while."""

    name = "outside"

    def __init__(self, answer: TaxAnswer | Exception, seconds: float = 0) -> None:
        self.answer, self.seconds = answer, seconds

    async def quote(self, request: TaxRequest) -> TaxAnswer:
        await asyncio.sleep(self.seconds)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        (Service(TaxAnswer((166,), 16)), TaxAnswer((166,), 16)),
        (Service(TaxAnswer((166,), 16), seconds=5), None),
        (Service(TaxServiceUnavailable()), None),
        (Service(TaxAnswer((166, 1), 16)), None),
        (Service(TaxAnswer((-1,), 16)), None),
        (Service(TaxAnswer((1_001,), 16)), None),
    ],
)
async def test_late_missing_or_senseless_answers_are_none(
    service: Service, expected: TaxAnswer | None
) -> None:
    assert await ask(service, REQUEST, 0.05) == expected
