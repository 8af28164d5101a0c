"""Files on their way out: whole, harmless, and fit to come in again."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import asyncpg
import pytest
from openpyxl import load_workbook

from kram.app.settings import Settings
from kram.integrations.exports import service, tasks
from kram.integrations.exports.errors import ExportExpired, ExportNotReady, ExportUnknown
from kram.integrations.exports.models import ExportJob, ExportWhat
from kram.integrations.exports.orders import HEADINGS
from kram.integrations.exports.queries import recent as exports_of
from kram.integrations.exports.service import OrderFilters
from kram.integrations.exports.tasks import Exporter
from kram.integrations.imports.batches import batches
from kram.integrations.imports.intake import kept_fields, take_in
from kram.integrations.imports.layout import inspect, rows
from kram.integrations.imports.service import new_job
from kram.integrations.imports.sources import Format
from kram.integrations.people.erasing import erase
from kram.kit.crypto import KeyRing
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.ids import new_id
from kram.kit.storage.addresses import storage_from_url
from kram.shop.orders.models import OrderStatus
from kram.tenants.actor import Actor
from kram.tenants.registry import Registry
from tests.factories.catalog import make_product
from tests.factories.customers import make_customer
from tests.factories.orders import make_order
from tests.house import House, empty, make_due
from tests.integrations.imports.test_export import everything, furnish

pytestmark = pytest.mark.anyio
STAFF = Actor.system("tests")


class Office:
    """Where files go out."""

    def __init__(self, db: Database, tenant: Tenant, house: House, storage: Any) -> None:
        self.db, self.tenant, self.house, self.storage = db, tenant, house, storage

    async def ask(self, what: ExportWhat, form: Format, filters: Any = None) -> ExportJob:
        async with self.db.tenant(self.tenant) as tx:
            return service.start_export(tx, what, form, STAFF, filters or service.NO_FILTERS)

    async def job(self, job: ExportJob) -> ExportJob:
        async with self.db.tenant_read(self.tenant) as tx:
            return await service.get_export(tx, job.id)

    async def made(self, what: ExportWhat, form: Format, filters: Any = None) -> bytes:
        asked = await self.ask(what, form, filters)
        await self.house.settle()
        async with self.db.tenant_read(self.tenant) as tx:
            job = await service.ready_export(tx, asked.id)
        body: bytes = await self.storage.get(job.storage_key)
        assert (job.done, job.total, job.size_bytes) == (job.total, job.done, len(body))
        return body


@pytest.fixture
async def office(
    db: Database,
    settings: Settings,
    keys: KeyRing,
    tenant: Tenant,
    other_tenant: Tenant,
    owner: asyncpg.Connection,
) -> Office:
    await empty(owner)
    storage = storage_from_url(settings.storage_url)
    exporter = Exporter(Registry(db, keys), storage, "https://kram.example")
    handlers = {"exports.run": exporter.run, "exports.end": exporter.end}
    events = {"export.requested.v1": ["exports.run"], "export.ended.v1": ["exports.end"]}
    return Office(db, tenant, House(db, [tenant, other_tenant], handlers, events=events), storage)


async def taken_in(db: Database, tenant: Tenant, path: Path) -> tuple[int, int, int, int]:
    layout, job_id = inspect(path, "uk"), new_id()
    async with db.tenant(tenant) as tx:
        new_job(tx, job_id, "", "goods", layout, STAFF)
        await tx.flush()
        for batch in batches(rows(path, layout.columns), "UAH"):
            keep = kept_fields(layout.columns)
            job = await take_in(tx, job_id, batch, keep=keep, actor=STAFF)
    return job.created, job.updated, job.unchanged, job.failed


@pytest.mark.parametrize("form", Format)
async def test_goods_that_went_out_come_in_and_change_nothing(
    office: Office, other_tenant: Tenant, tmp_path: Path, form: Format
) -> None:
    await furnish(office.db, office.tenant)
    async with office.db.tenant(other_tenant) as tx:
        await make_product(tx, title="Theirs", sku="THEIRS")
    before = await everything(office.db, office.tenant)
    path = tmp_path / "goods"
    path.write_bytes(await office.made(ExportWhat.PRODUCTS, form))
    assert b"THEIRS" not in path.read_bytes()
    created, updated, unchanged, failed = await taken_in(office.db, office.tenant, path)
    assert (created, updated, failed) == (0, 0, 0)
    assert unchanged >= 4
    assert await everything(office.db, office.tenant) == before


async def test_what_is_promised_is_not_for_sale_but_comes_back(
    office: Office, tmp_path: Path
) -> None:
    async with office.db.tenant(office.tenant) as tx:
        made = await make_product(tx, title="Cup", sku="A", stock=5)
        await make_order(tx, lines={made.variants[0].id: 3})
    path = tmp_path / "feed"
    path.write_bytes(await office.made(ExportWhat.PRODUCTS, Format.YML))
    assert "<count>2</count>" in path.read_text()
    before = await everything(office.db, office.tenant)
    assert await taken_in(office.db, office.tenant, path) == (0, 0, 1, 0)
    assert await everything(office.db, office.tenant) == before


async def test_the_feed_has_what_a_marketplace_needs(office: Office) -> None:
    await furnish(office.db, office.tenant)
    tree = ET.fromstring(await office.made(ExportWhat.PRODUCTS, Format.YML))
    assert tree.tag == "yml_catalog"
    assert tree.attrib.keys() == {"date"}
    shop = tree.find("shop")
    assert shop is not None
    assert [child.tag for child in shop] == [
        "name", "company", "url", "currencies", "categories", "offers",
    ]  # fmt: skip
    known = {category.attrib["id"] for category in shop.iter("category")}
    parents = {category.attrib.get("parentId") for category in shop.iter("category")} - {None}
    assert parents <= known
    offers = list(shop.iter("offer"))
    assert len({offer.attrib["id"] for offer in offers}) == len(offers) > 3
    for offer in offers:
        assert offer.attrib["available"] in ("true", "false")
        assert {"url", "price", "currencyId", "categoryId", "name", "vendorCode"} <= {
            child.tag for child in offer
        }
        assert offer.findtext("categoryId") in known
        assert str(offer.findtext("url")).startswith("https://kram.example/m/")


def table_of(form: Format, body: bytes) -> list[list[Any]]:
    if form == Format.CSV:
        return [list(row) for row in csv.reader(io.StringIO(body.decode("utf-8-sig")))]
    sheet = load_workbook(io.BytesIO(body)).active
    assert sheet is not None
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


@pytest.mark.parametrize("form", [Format.CSV, Format.XLSX])
async def test_orders_have_a_row_for_each_line_and_one_sum(
    office: Office, other_tenant: Tenant, monkeypatch: pytest.MonkeyPatch, form: Format
) -> None:
    monkeypatch.setattr(tasks, "_ROWS_AT_ONCE", 2)
    async with office.db.tenant(other_tenant) as tx:
        await make_order(tx)
    async with office.db.tenant(office.tenant) as tx:
        cup = await make_product(tx, title="=Cup", sku="A", stock=50, price_minor=1050)
        mug = await make_product(tx, title="Mug", sku="B", stock=50, price_minor=200)
        wanted = {cup.variants[0].id: 2, mug.variants[0].id: 1}
        orders = [await make_order(tx, lines=wanted) for _ in range(5)]
    header, *found = table_of(form, await office.made(ExportWhat.ORDERS, form))
    assert len(header) == len(HEADINGS)
    place = {name: number for number, name in enumerate(HEADINGS)}
    total, line = place["Order total"], place["Line total"]
    assert len(found) == 10
    assert [row[place["Code"]] for row in found[::2]] == [order.code for order in orders[::-1]]
    sums = [float(row[total]) for row in found if row[total]]
    assert sums == [order.total_minor / 100 for order in orders[::-1]]
    assert {float(row[line]) for row in found} == {21.0, 2.0}
    title = {row[place["Product"]] for row in found}
    assert title == ({"'=Cup", "Mug"} if form == Format.CSV else {"=Cup", "Mug"})


async def test_orders_are_filtered(office: Office) -> None:
    async with office.db.tenant(office.tenant) as tx:
        order = await make_order(tx)
        await make_order(tx)
    only = OrderFilters(text=order.code)
    body = await office.made(ExportWhat.ORDERS, Format.CSV, only)
    assert [row[1] for row in table_of(Format.CSV, body)[1:]] == [order.code]
    for nothing in (
        OrderFilters(statuses=(OrderStatus.DELIVERED,)),
        OrderFilters(until=order.created_at - timedelta(days=1)),
        OrderFilters(tag="wholesale"),
    ):
        body = await office.made(ExportWhat.ORDERS, Format.CSV, nothing)
        assert len(table_of(Format.CSV, body)) == 1


async def test_orders_are_no_feed(office: Office) -> None:
    with pytest.raises(ExportUnknown):
        await office.ask(ExportWhat.ORDERS, Format.YML)


async def test_a_file_is_gone_a_day_later(office: Office, owner: asyncpg.Connection) -> None:
    job = await office.ask(ExportWhat.PRODUCTS, Format.CSV)
    async with office.db.tenant_read(office.tenant) as tx:
        with pytest.raises(ExportNotReady):
            await service.ready_export(tx, job.id)
    await office.house.settle()
    key = (await office.job(job)).storage_key
    assert await office.storage.exists(key)
    await make_due(owner)
    await office.house.settle()
    assert not await office.storage.exists(key)
    async with office.db.tenant_read(office.tenant) as tx:
        with pytest.raises(ExportExpired):
            await service.ready_export(tx, job.id)


async def test_a_killed_export_begins_anew(
    office: Office, owner: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await furnish(office.db, office.tenant)
    whole = await office.made(ExportWhat.PRODUCTS, Format.CSV)

    class Killed(Exception):
        pass

    def dying(write: Callable[..., Any]) -> Callable[..., Any]:
        async def pour(*arguments: Any) -> Any:
            await write(*arguments)
            raise Killed

        return pour

    with monkeypatch.context() as patched:
        patched.setattr(tasks, "_pour", dying(tasks._pour))
        job = await office.ask(ExportWhat.PRODUCTS, Format.CSV)
        await office.house.settle()
    assert (await office.job(job)).state == "running"
    await make_due(owner)
    await office.house.settle()
    ended = await office.job(job)
    assert (ended.state, await office.storage.get(ended.storage_key)) == ("done", whole)


async def test_lists_of_orders_go_when_somebody_is_erased_and_goods_stay(
    office: Office, other_tenant: Tenant
) -> None:
    """One is ready, one is asked for, one is another shop's."""
    async with office.db.tenant(office.tenant) as tx:
        await make_order(tx)
        person = await make_customer(tx)
    ready = await office.ask(ExportWhat.ORDERS, Format.CSV, OrderFilters(text="+380"))
    goods = await office.ask(ExportWhat.PRODUCTS, Format.CSV)
    async with office.db.tenant(other_tenant) as tx:
        service.start_export(tx, ExportWhat.ORDERS, Format.CSV, STAFF)
    await office.house.settle()
    asked = await office.ask(ExportWhat.ORDERS, Format.CSV)
    kept = {job.id: (await office.job(job)).storage_key for job in (ready, goods)}
    async with office.db.tenant(office.tenant) as tx:
        await erase(tx, person.id, STAFF, keeps_reviews=False)
    async with office.db.tenant_read(office.tenant) as tx:
        with pytest.raises(ExportExpired):
            await service.ready_export(tx, ready.id)
    await office.house.settle()
    assert [await office.storage.exists(key) for key in kept.values()] == [False, True]
    assert (await office.job(ready)).filters == {}
    late = await office.job(asked)
    assert (late.state, late.storage_key) == ("done", "")
    assert not await office.storage.exists(service.storage_key(office.tenant.id, asked.id))
    async with office.db.tenant_read(other_tenant) as tx:
        theirs = (await exports_of(tx, 1))[0]
    assert await office.storage.exists(theirs.storage_key)
