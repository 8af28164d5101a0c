import csv
import io

import pytest

from kram.dashboard.imports.files import table
from kram.integrations.imports.errors import ImportBusy
from kram.integrations.imports.models import ImportBatch, ImportJob, ImportRowError
from kram.integrations.imports.queries import recent_jobs
from kram.integrations.imports.service import storage_key
from kram.kit.clock import utc_now
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.ids import new_id
from tests.factories.dashboard import Browser, Dashboard, shown

pytestmark = pytest.mark.anyio

AMOUNT = "Write the amount in digits, for example 1250.50"
FORMULA = "=cmd|' /C calc'!A0"
GOODS = "sku;назва;ціна\nA-1;Чай;185,00\nA-2;Кава;250\n"


def a_file(content: str | bytes, name: str = "goods.csv") -> list[tuple[str, object]]:
    body = content.encode() if isinstance(content, str) else content
    return [("file", (name, body, "text/csv"))]


async def jobs(db: Database, tenant: Tenant) -> list[ImportJob]:
    async with db.tenant_read(tenant) as tx:
        return list(await recent_jobs(tx, 10))


async def a_job(db: Database, tenant: Tenant, **changes: object) -> ImportJob:
    job_id = new_id()
    values = {
        "state": "running",
        "total": 100,
        "done": 40,
        "created": 30,
        "updated": 5,
        "failed": 5,
        "storage_key": "private/x.csv",
    }
    job = ImportJob(
        id=job_id, filename="goods.csv", actor_id="1",
        actor_name="Olena", **(values | changes),
    )  # fmt: skip
    async with db.tenant(tenant) as tx:
        tx.add(job)
        await tx.flush()
        tx.add(
            ImportRowError(
                id=new_id(), job_id=job_id, row=7, column="price",
                message=AMOUNT, value=FORMULA,
            )
        )  # fmt: skip
    return job


async def test_a_file_is_stored_and_queued(
    browser: Browser, dashboard: Dashboard, db: Database, tenant: Tenant, path: str
) -> None:
    await browser.get(path)
    answer = await browser.send(f"{path}/import", files=a_file(GOODS))
    [job] = await jobs(db, tenant)
    assert answer.headers["location"] == f"{path}/import/{job.id}"
    assert (job.filename, job.total, job.state) == ("goods.csv", 2, "draft")
    stored = await dashboard.services.storage.get(storage_key(tenant.id, job.id))
    assert stored.decode() == GOODS
    page = await browser.get(answer.headers["location"])
    assert "Columns of the file" in shown(page)
    assert '<option value="1" selected>назва · Чай</option>' in page.text
    assert "hx-trigger" not in page.text
    chosen = {"columns.sku": "0", "columns.title": "1", "columns.price": "2", "action": "run"}
    answer = await browser.send(f"{path}/import/{job.id}", chosen)
    page = await browser.get(answer.headers["location"])
    assert "0 / 2" in shown(page)
    assert 'hx-trigger="every 1s"' in page.text


async def test_a_file_that_could_not_be_written_down_is_not_kept(
    browser: Browser,
    dashboard: Dashboard,
    tenant: Tenant,
    path: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def refuse(*_: object, **__: object) -> None:
        raise ImportBusy

    monkeypatch.setattr("kram.integrations.imports.service.prepare_import", refuse)
    await browser.get(path)
    answer = await browser.send(f"{path}/import", files=a_file(GOODS))
    assert answer.status_code == 409
    folder = storage_key(tenant.id, new_id()).rpartition("/")[0]
    assert await dashboard.services.storage.delete_under(folder) == 0


async def test_columns_must_be_complete_and_are_kept_as_chosen(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    await browser.get(path)
    await browser.send(f"{path}/import", files=a_file("a;b;c\n1;2;3\n"))
    [job] = await jobs(db, tenant)
    chosen = {"columns.sku": "2", "columns.title": "1", "columns.stock": "x", "action": "check"}
    answer = await browser.send(f"{path}/import/{job.id}", chosen)
    assert answer.status_code == 422
    assert "Choose the column of the file" in shown(answer)
    assert '<option value="2" selected>c · 3</option>' in answer.text
    assert (await jobs(db, tenant))[0].state == "draft"
    answer = await browser.send(f"{path}/import/{job.id}", chosen | {"columns.price": "0"})
    assert answer.status_code == 303
    [job] = await jobs(db, tenant)
    assert (job.state, job.columns) == ("checking", {"sku": 2, "title": 1, "price": 0})


async def test_a_check_shows_what_would_change_and_what_cannot(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    changes = [
        {"sku": "A", "field": "price", "before": "1.00", "after": "2.00"},
        {"sku": "A", "field": "status", "before": "draft", "after": "active"},
    ]
    job = await a_job(db, tenant, state="checked", done=100, checked={"changes": changes})
    page = await browser.get(f"{path}/import/{job.id}/progress")
    assert "To add 30 To change 5 Unchanged 0 With errors 5" in shown(page)
    assert "A Price 1.00 2.00 A Status Draft On sale" in shown(page)
    assert "Nothing has been written yet" in shown(page)
    assert "hx-trigger" not in page.text


async def test_refused_rows_come_back_to_be_mended(
    browser: Browser, dashboard: Dashboard, db: Database, tenant: Tenant, path: str
) -> None:
    job = await a_job(
        db, tenant, state="done", storage_key="private/goods", columns={"sku": 0}, headings=["sku"]
    )
    body = "sku\n" + "".join(f"S{n}\n" for n in range(2, 9))
    await dashboard.services.storage.put("private/goods", body.encode(), "text/csv")
    answer = await browser.get(f"{path}/import/{job.id}/refused")
    assert f"refused-{job.id}.csv" in answer.headers["content-disposition"]
    assert list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))) == [
        ["Error", "sku"],
        [f"price: {AMOUNT}", "S7"],
    ]
    job = await a_job(db, tenant, state="done", storage_key="")
    assert (await browser.get(f"{path}/import/{job.id}/refused")).status_code == 404


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("sku;назва;ціна\n", "The file has a header and no rows"),
        (b"PK\x03\x04 spreadsheet", "The spreadsheet is damaged"),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_with_what_to_do(
    browser: Browser, db: Database, tenant: Tenant, path: str, content: str | bytes, words: str
) -> None:
    await browser.get(path)
    answer = await browser.send(f"{path}/import", files=a_file(content))
    assert answer.status_code == 422
    assert words in shown(answer)
    assert await jobs(db, tenant) == []


async def test_an_import_is_taken_back_after_a_second_step(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    job = await a_job(db, tenant, state="done", done=100, finished_at=utc_now())
    at = f"{path}/import/{job.id}"
    assert "Take the import back" not in shown(await browser.get(at))
    async with db.tenant(tenant) as tx:
        tx.add(
            ImportBatch(job_id=job.id, after=0, created=[new_id()], changed=2, moved=3, image=b"")
        )
    page = shown(await browser.get(at))
    assert "1 new product goes to the archive 2 changed products become what they were" in page
    assert "3 counts of stock are reversed" in page
    answer = await browser.send(f"{at}/undo")
    assert answer.headers["location"] == at
    [found] = await jobs(db, tenant)
    assert found.state == "undoing"
    page = await browser.get(f"{at}/progress")
    assert 'hx-trigger="every 1s"' in page.text
    assert "It is being taken back 0 / 1" in shown(page)


async def test_what_cannot_be_taken_back_is_said(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    job = await a_job(db, tenant, state="done", finished_at=utc_now())
    at = f"{path}/import/{job.id}"
    await browser.get(at)
    answer = await browser.send(f"{at}/undo")
    assert answer.headers["location"] == at
    assert "There is nothing to take back" in shown(await browser.get(at))


async def test_what_stays_is_shown_and_can_be_fetched(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    job = await a_job(db, tenant, state="undone", kept=1, finished_at=utc_now())
    message = "It was changed since, or fits no longer: it stays as it is"
    async with db.tenant(tenant) as tx:
        tx.add(
            ImportRowError(
                id=new_id(), job_id=job.id, row=9, column="sale_price",
                message=message, value="A-1", of_undo=True,
            )
        )  # fmt: skip
    page = shown(await browser.get(f"{path}/import/{job.id}"))
    assert "The import was taken back. Some of it was changed since" in page
    assert f"9 A-1 Sale price {message}" in page
    answer = await browser.get(f"{path}/import/{job.id}/kept.csv")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[1:] == [["9", "sale_price", message, "A-1"]]


async def test_without_a_file_one_is_asked_for(browser: Browser, path: str) -> None:
    answer = await browser.send(f"{path}/import")
    assert answer.status_code == 422
    assert "Choose a file first" in shown(answer)


async def test_progress_is_asked_for_until_the_end(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    job = await a_job(db, tenant)
    running = await browser.get(f"{path}/import/{job.id}/progress")
    assert 'max="100" value="40"' in running.text
    assert "hx-trigger" in running.text
    assert "Added 30 Updated 5 Unchanged 0 With errors 5" in shown(running)
    done = await a_job(db, tenant, state="done", done=100)
    ended = await browser.get(f"{path}/import/{done.id}/progress")
    assert "hx-trigger" not in ended.text
    assert "7 Price Write the amount in digits" in shown(ended)


async def test_errors_come_as_a_file_that_no_spreadsheet_runs(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    job = await a_job(db, tenant, state="done")
    answer = await browser.get(f"{path}/import/{job.id}/errors.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows == [
        ["row", "column", "error", "value"],
        ["7", "price", AMOUNT, f"'{FORMULA}"],
    ]


async def test_the_example_can_be_imported_as_it_is(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    example = await browser.get(f"{path}/import/example.csv")
    answer = await browser.send(f"{path}/import", files=a_file(example.text))
    assert answer.status_code == 303
    assert [job.total for job in await jobs(db, tenant)] == [3]


async def test_another_shops_import_does_not_exist_here(
    browser: Browser, db: Database, other_tenant: Tenant, path: str
) -> None:
    foreign = await a_job(db, other_tenant)
    for page in ("", "/progress", "/errors.csv"):
        assert (await browser.get(f"{path}/import/{foreign.id}{page}")).status_code == 404


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "'=1"])
def test_a_cell_that_would_be_run_is_disarmed(cell: str) -> None:
    assert f"'{cell}" in table(("a",), [(cell,)])
