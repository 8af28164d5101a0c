import pytest

from kram.integrations.exports import queries, service
from kram.integrations.exports.models import ExportJob, ExportState, ExportWhat
from kram.integrations.imports.sources import Format
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.tenants.actor import Actor
from tests.factories.dashboard import Browser, Dashboard, shown

pytestmark = pytest.mark.anyio
STAFF = Actor.system("tests")


async def jobs(db: Database, tenant: Tenant) -> list[ExportJob]:
    async with db.tenant_read(tenant) as tx:
        return list(await queries.recent(tx, 10))


async def test_files_are_asked_for_and_watched(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    await browser.get(f"{path}/export")
    for what, form in (("products", "yml"), ("orders", "xlsx")):
        fields = {"format": form, "status": "placed", "text": "Olena"}
        assert (await browser.send(f"{path}/export/{what}", fields)).status_code == 303
    orders, products = await jobs(db, tenant)
    assert (products.what, products.format, products.filters) == ("products", "yml", {})
    assert (orders.what, orders.format) == ("orders", "xlsx")
    assert orders.filters == {"statuses": ["placed"], "text": "Olena"}
    page = await browser.get(f"{path}/export")
    assert 'hx-trigger="every 1s"' in page.text
    assert "Orders, XLSX" in shown(page)


async def test_orders_as_a_feed_are_refused(browser: Browser, path: str) -> None:
    await browser.get(f"{path}/export")
    answer = await browser.send(f"{path}/export/orders", {"format": "yml"})
    assert answer.status_code == 422
    assert "CSV or XLSX" in shown(answer)


async def test_a_file_is_fetched_by_its_shop_alone(
    browser: Browser,
    dashboard: Dashboard,
    db: Database,
    tenant: Tenant,
    other_tenant: Tenant,
    path: str,
) -> None:
    answers = []
    for owner in (tenant, other_tenant):
        async with db.tenant(owner) as tx:
            job = service.start_export(tx, ExportWhat.PRODUCTS, Format.CSV, STAFF)
        answers.append((await browser.get(f"{path}/export/{job.id}/file")).status_code)
        async with db.tenant(owner) as tx:
            ended = await service.get_export(tx, job.id)
            ended.state, ended.storage_key = ExportState.DONE, "private/goods"
            ended.finished_at, ended.expires_at = tx.now, tx.now.replace(year=tx.now.year + 1)
        await dashboard.services.storage.put("private/goods", b"sku\n", "text/csv")
        answer = await browser.get(f"{path}/export/{job.id}/file")
        answers.append(answer.status_code)
        if owner is tenant:
            assert answer.text == "sku\n"
            assert ".csv" in answer.headers["content-disposition"]
    assert answers == [409, 200, 404, 404]
