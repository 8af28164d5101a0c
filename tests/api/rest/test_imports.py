"""Goods from a file by REST."""

import csv
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text

from kram.integrations.imports.service import LARGEST_FILE_BYTES, storage_key
from kram.integrations.imports.tasks import Importer
from kram.kit.db.database import Database
from kram.kit.ids import new_id
from tests.factories.rest import Desk, refused
from tests.house import House, empty

pytestmark = pytest.mark.anyio

GOODS = Path(__file__).parents[2] / "fixtures" / "goods" / "goods_1000.csv"
KEY = {"idempotency-key": "price-list-of-tuesday"}
BAD = "sku,title,price\n=cmd|' /C calc'!A1,,-1\nGOOD,Cup,1\nX,\"-2+3\",@SUM(A1)\n"


@pytest.fixture
async def house(desk: Desk, other_desk: Desk, owner: asyncpg.Connection) -> House:
    await empty(owner)
    services = desk.api.services
    importer = Importer(services.registry, services.storage)
    return House(
        services.db,
        [desk.shop.tenant, other_desk.shop.tenant],
        {"imports.run": importer.run, "imports.undo": importer.undo},
        events={
            "import.requested.v1": ["imports.run"],
            "import.undo_requested.v1": ["imports.undo"],
        },
    )


def files(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "media").rglob("imports/*") if path.is_file()]


async def send(desk: Desk, content: bytes | str, **request: Any) -> Any:
    data = content.encode() if isinstance(content, str) else content
    return await desk.post("/imports", content=data, **request)


async def test_a_file_is_taken_in_and_watched(desk: Desk, house: House) -> None:
    started = await send(desk, GOODS.read_bytes(), params={"filename": "goods.csv"})
    assert started.status_code == 202, started.text
    shown = started.json()
    assert (shown["state"], shown["total"], shown["done"]) == ("waiting", 1000, 0)
    assert shown["filename"] == "goods.csv"
    await house.settle()
    shown = (await desk.get(f"/imports/{shown['id']}")).json()
    assert (shown["state"], shown["done"], shown["created"]) == ("done", 1000, 1000)
    assert shown["finished_at"]
    assert len((await desk.get("/products", params={"limit": 100})).json()["items"]) == 100


async def test_a_file_is_prepared_checked_and_run(desk: Desk, house: House) -> None:
    body = "art,name,cost,old\nA,Cup,2,9\nB,Mug,-1,\n"
    refused(await send(desk, body), 422, "import_file_refused")
    draft = (await send(desk, body, params={"start": "nothing"})).json()
    assert (draft["state"], draft["columns"]) == ("draft", {"title": 1})
    assert (draft["format"], draft["headings"]) == ("csv", ["art", "name", "cost", "old"])
    assert draft["sample"] == [["A", "Cup", "2", "9"], ["B", "Mug", "-1", ""]]
    path = f"/imports/{draft['id']}"
    refused(await desk.post(f"{path}/run"), 422, "import_file_refused")
    problem = refused(
        await desk.put(f"{path}/columns", json={"columns": {"sku": 0, "price": 7}}),
        422,
        "import_columns_refused",
    )
    assert [error["pointer"] for error in problem["errors"]] == ["/columns/title", "/columns/price"]
    chosen = {"columns": {"sku": 0, "title": 1, "price": 2}}
    assert (await desk.put(f"{path}/columns", json=chosen)).json()["columns"] == chosen["columns"]
    assert (await desk.post(f"{path}/check")).status_code == 202
    await house.settle()
    checked = (await desk.get(path)).json()
    assert (checked["state"], checked["checked"]) == (
        "checked",
        {"created": 1, "updated": 0, "unchanged": 0, "failed": 1, "changes": []},
    )
    assert (await desk.get("/products")).json()["items"] == []
    for _ in range(2):
        assert (await desk.post(f"{path}/run")).status_code == 202
    await house.settle()
    assert (await desk.get(path)).json()["state"] == "done"
    assert len((await desk.get("/products")).json()["items"]) == 1
    refused(await desk.put(f"{path}/columns", json=chosen), 409, "import_busy")
    back = await desk.get(f"{path}/refused")
    assert list(csv.reader(io.StringIO(back.text.removeprefix("\ufeff")))) == [
        ["Error", "art", "name", "cost", "old"],
        ["price: The amount may not be below zero", "B", "Mug", "'-1", ""],
    ]


async def test_faults_are_told_by_their_rows(desk: Desk, house: House) -> None:
    job_id = (await send(desk, BAD)).json()["id"]
    await house.settle()
    shown = (await desk.get(f"/imports/{job_id}")).json()
    assert (shown["state"], shown["created"], shown["failed"]) == ("done", 1, 2)
    found = (await desk.get(f"/imports/{job_id}/errors")).json()
    assert [(error["row"], error["column"]) for error in found] == [
        (2, "price"),
        (2, "title"),
        (4, "price"),
    ]
    assert found[0] == {
        "row": 2,
        "column": "price",
        "message": "The amount may not be below zero",
        "value": "-1",
    }


async def test_faults_are_downloaded_with_their_formulas_disarmed(desk: Desk, house: House) -> None:
    job_id = (await send(desk, BAD)).json()["id"]
    await house.settle()
    answer = await desk.get(f"/imports/{job_id}/errors.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    name = f'attachment; filename="errors-{job_id}.csv"'
    assert answer.headers["content-disposition"] == name
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows[0] == ["row", "column", "message", "value"]
    assert [row[3] for row in rows[1:]] == ["'-1", "", "'@SUM(A1)"]


async def test_lists_hold_nothing_of_another_shop(
    desk: Desk, other_desk: Desk, house: House
) -> None:
    ours = [(await send(desk, BAD)).json()["id"] for _ in range(3)]
    theirs = (await send(other_desk, BAD)).json()["id"]
    await house.settle()
    first = (await desk.get("/imports", params={"limit": 2})).json()
    rest = (await desk.get("/imports", params={"cursor": first["next_cursor"]})).json()
    assert [job["id"] for job in first["items"] + rest["items"]] == ours[::-1]
    for job_id in (theirs, new_id()):
        path = f"/imports/{job_id}"
        for answer in (
            await desk.get(path),
            await desk.get(f"{path}/errors"),
            await desk.get(f"{path}/errors.csv"),
        ):
            refused(answer, 404, "import_not_found")


async def test_a_key_starts_one_import_and_stores_one_file(desk: Desk, tmp_path: Path) -> None:
    first, again = [await send(desk, BAD, headers=KEY) for _ in range(2)]
    assert first.json() == again.json()
    assert len((await desk.get("/imports")).json()["items"]) == 1
    refused(await send(desk, BAD + "Y,Cup,2\n", headers=KEY), 422, "idempotency_key_reused")
    stored = [path.name for path in files(tmp_path)]
    assert stored == [first.json()["id"]]


BAD_FILES = [
    (b"", "empty"),
    (b"sku,title,price\n", "no rows"),
    (b"sku,title\nA,Cup\n", "price"),
    (bytes(range(256)), "UTF-8"),
    ("sku,title,price\nA,Cup,1\n".encode("utf-16-le"), "UTF-8"),
    (b"PK\x03\x04", "spreadsheet"),
    (b'sku,title,price\nA,"' + b"x" * 10_000_000, "too long"),
    (b"sku,title,price\n" + b"A,Cup,1\n" * 10**6, "100000 rows"),
]


@pytest.mark.parametrize(("content", "said"), BAD_FILES)
async def test_a_file_that_cannot_be_read_is_refused(
    desk: Desk, tmp_path: Path, content: bytes, said: str
) -> None:
    problem = refused(await send(desk, content), 422, "import_file_refused")
    assert said in problem["detail"]
    assert (await desk.get("/imports")).json()["items"] == []
    assert files(tmp_path) == []


async def test_a_file_over_the_limit_is_refused_before_it_is_read(
    desk: Desk, tmp_path: Path
) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield b"sku,title,price\n"
        for _ in range(LARGEST_FILE_BYTES // 2**20 + 1):
            yield b"A,Cup,1\n" * 2**17

    refused(await send(desk, b"x" * (LARGEST_FILE_BYTES + 1)), 413, "request_entity_too_large")
    refused(await desk.post("/imports", content=chunks()), 413, "request_entity_too_large")
    assert (await desk.get("/imports")).json()["items"] == []
    assert files(tmp_path) == []


async def test_a_filename_that_cannot_be(desk: Desk) -> None:
    for name in ("x" * 201, "a\0b"):
        refused(await send(desk, BAD, params={"filename": name}), 422, "invalid_input")


async def test_the_stored_file_cannot_be_fetched(desk: Desk, db: Database) -> None:
    job_id = (await send(desk, BAD)).json()["id"]
    storage = desk.api.services.storage
    key = storage_key(desk.shop.id, job_id)
    assert await storage.get(key) == BAD.encode()
    with pytest.raises(ValueError, match="private"):
        storage.url(key)


async def test_an_import_is_taken_back_and_what_stays_is_told(desk: Desk, house: House) -> None:
    started = (await send(desk, "sku,title,price,stock\nA,Cup,1,5\nB,Mug,2,6\n")).json()
    at = f"/imports/{started['id']}"
    refused(await desk.get(f"{at}/undo"), 409, "import_nothing_to_undo")
    refused(await desk.post(f"{at}/undo"), 409, "import_busy")
    await house.settle()
    undo = (await desk.get(f"{at}/undo")).json()
    assert undo.pop("until") > started["created_at"]
    assert undo == {"created": 2, "changed": 0, "moved": 2, "batches": 1, "left": 1}
    async with desk.api.services.db.tenant(desk.shop.tenant) as tx:
        await tx.execute(text("UPDATE stock SET reserved = 2"))
    for _ in range(2):
        begun = await desk.post(f"{at}/undo")
        assert (begun.status_code, begun.json()["state"]) == (202, "undoing")
    await house.settle()
    ended = (await desk.get(at)).json()
    assert (ended["state"], ended["kept"], ended["undone_at"] is None) == ("undone", 2, False)
    kept = (await desk.get(f"{at}/undo/kept")).json()
    assert [(row["row"], row["column"], row["value"]) for row in kept] == [
        (2, "stock", "A"),
        (3, "stock", "B"),
    ]
    assert (await desk.get(f"{at}/errors")).json() == []


async def test_an_undo_of_another_shops_import_is_not_found(
    desk: Desk, other_desk: Desk, house: House
) -> None:
    started = (await send(desk, "sku,title,price\nA,Cup,1\n")).json()
    await house.settle()
    at = f"/imports/{started['id']}/undo"
    for answer in (
        await other_desk.get(at),
        await other_desk.post(at),
        await other_desk.get(f"{at}/kept"),
    ):
        refused(answer, 404, "import_not_found")
    assert (await desk.get(f"/imports/{started['id']}")).json()["state"] == "done"
