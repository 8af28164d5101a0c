"""Invoices: numbered without gaps, the same when asked for again, frozen."""

import random

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from kram.billing.invoices import service
from kram.billing.invoices.errors import NothingToInvoice, SellerUnknown
from kram.billing.invoices.models import Invoice
from kram.billing.invoices.queries import invoices_of
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantTx
from kram.kit.errors import InvalidInput
from kram.shop.orders import service as orders
from kram.shop.orders.models import Order
from kram.shop.orders.queries import order_with_lines
from kram.shop.orders.settings import Choices, Seller, change_settings
from tests.factories.catalog import make_variant
from tests.factories.inventory import STAFF
from tests.factories.orders import make_order
from tests.races.test_orders import Step, together

pytestmark = pytest.mark.anyio

KVITKA = Seller(legal_name="ФОП Квітка О. П.", tax_id="1234567890")


async def name_seller(tx: TenantTx, series: str = "INV") -> None:
    await change_settings(tx, Choices(14, series, KVITKA))


async def test_an_order_has_one_invoice_for_each_version_of_it(tx: TenantTx) -> None:
    await name_seller(tx)
    order = await make_order(tx)
    first = await service.issue(tx, order.id, "Kvitka", STAFF)
    assert (first.name, first.content["buyer"]) == ("INV-000001", "Ivan Franko")
    assert (await service.issue(tx, order.id, "Kvitka", STAFF)).id == first.id
    order.version += 1
    assert (await service.issue(tx, order.id, "Kvitka", STAFF)).name == "INV-000002"
    assert [invoice.number for invoice in await invoices_of(tx, order.id)] == [2, 1]
    tx.session.expunge_all()
    stored = await order_with_lines(tx, order.id)
    assert stored is not None
    assert [(step.kind, step.note) for step in stored.steps[1:]] == [
        ("invoiced", "INV-000001"),
        ("invoiced", "INV-000002"),
    ]


async def test_each_series_counts_for_itself(tx: TenantTx) -> None:
    numbers = []
    for series in ("A", "B", "A", ""):
        await name_seller(tx, series)
        order = await make_order(tx)
        numbers.append((await service.issue(tx, order.id, "Kvitka", STAFF)).name)
    assert numbers == ["A-000001", "B-000001", "A-000002", "000001"]


async def test_nothing_is_invoiced_that_was_not_sold(tx: TenantTx) -> None:
    order = await make_order(tx)
    with pytest.raises(SellerUnknown):
        await service.issue(tx, order.id, "Kvitka", STAFF)
    await name_seller(tx)
    await orders.cancel(tx, order.id, STAFF, "")
    with pytest.raises(NothingToInvoice):
        await service.issue(tx, order.id, "Kvitka", STAFF)
    assert await invoices_of(tx, order.id) == []


async def test_an_invoice_cannot_be_changed(db: Database, tenant: Tenant) -> None:
    for change in ("UPDATE invoice SET number = 1", "DELETE FROM invoice", "TRUNCATE invoice"):
        with pytest.raises(DBAPIError) as refused:
            async with db.tenant(tenant) as tx:
                await tx.execute(text(change))
        assert refused.value.orig.sqlstate == "42501"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "wanted",
    [
        Choices(-1, "A", KVITKA),
        Choices(366, "A", KVITKA),
        Choices(14, "A" * 13, KVITKA),
        Choices(14, "\0", KVITKA),
        Choices(14, "A", Seller(legal_name="x" * 301)),
        Choices(14, "A", Seller(tax_id="\0")),
    ],
)
async def test_choices_that_make_no_sense_are_refused(tx: TenantTx, wanted: Choices) -> None:
    with pytest.raises(InvalidInput):
        await change_settings(tx, wanted)


async def _numbers_after(db: Database, tenant: Tenant, issue: Step, count: int) -> list[int]:
    """Issued by so many transactions at once, of which a tenth rolls back in the end."""
    chance = random.Random(17)
    fates = [chance.random() < 0.1 for _ in range(count)]

    def attempt(fails: bool) -> Step:
        async def step(tx: TenantTx) -> None:
            await issue(tx)
            if fails:
                raise ConnectionAbortedError

        return step

    ended = await together(db, tenant, *map(attempt, fates))
    assert ended == {"done": fates.count(False), "rolled back": fates.count(True)}
    async with db.tenant(tenant) as tx:
        found = await tx.scalars(select(Invoice.number).order_by(Invoice.number))
        return list(found)


@pytest.mark.parametrize("count", [150, pytest.param(1000, marks=pytest.mark.stress)])
@pytest.mark.parametrize("guarded", [True, False], ids=["counter", "sequence"])
async def test_numbers_have_no_gaps_and_no_doubles(
    db: Database, tenant: Tenant, count: int, guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Property 17; numbered by a sequence instead of the counter it has gaps."""
    async with db.tenant(tenant) as tx:
        await name_seller(tx)
        variant = await make_variant(tx, stock=count)
        waiting = [(await make_order(tx, lines={variant: 1})).id for _ in range(count)]
        await tx.execute(text("CREATE SEQUENCE invoice_number"))

    async def by_sequence(tx: TenantTx, values: dict[str, object]) -> int:
        number = int(await tx.scalar(text("SELECT nextval('invoice_number')")))
        order = await tx.get(Order, values["order"])  # type: ignore[arg-type]
        assert order is not None
        tx.add(
            Invoice(
                id=values["id"],
                order_id=order.id,
                order_version=1,
                series="",
                number=number,
                content={},
            )
        )
        return number

    if not guarded:
        monkeypatch.setattr(service.queries, "issue", by_sequence)

    async def issue(tx: TenantTx) -> None:
        await service.issue(tx, waiting.pop(), "Kvitka", STAFF)

    numbers = await _numbers_after(db, tenant, issue, count)
    assert len(set(numbers)) == len(numbers)
    assert (numbers == list(range(1, len(numbers) + 1))) is guarded
