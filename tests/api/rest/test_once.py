"""A repeated request has one effect."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from kram.billing.checkout import idempotency
from kram.kit.db.database import Database
from kram.tenants.models import Role
from tests.factories.rest import Desk, refused

pytestmark = pytest.mark.anyio

KEY = {"idempotency-key": "order-of-tuesday-1"}


def product(sku: str = "CUP", title: str = "Cup") -> dict[str, Any]:
    price = {"minor": 12_500, "currency": "UAH"}
    return {"title": title, "variants": [{"sku": sku, "price": price}]}


async def counts(db: Database, desk: Desk) -> tuple[int, int]:
    query = "SELECT (SELECT count(*) FROM product), (SELECT count(*) FROM idempotency_key)"
    async with db.tenant_read(desk.shop.tenant) as tx:
        row = (await tx.execute(text(query))).one()
    return row[0], row[1]


async def test_a_key_used_twice_makes_one_product_and_one_answer(desk: Desk, db: Database) -> None:
    first = await desk.post("/products", product(), headers=KEY)
    again = await desk.post("/products", product(), headers=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert await counts(db, desk) == (1, 1)


async def test_requests_at_the_same_time_make_one_product(desk: Desk, db: Database) -> None:
    answers = await asyncio.gather(
        *(desk.post("/products", product(), headers=KEY) for _ in range(20))
    )
    made = {answer.json()["id"] for answer in answers if answer.status_code == 201}
    waiting = [answer for answer in answers if answer.status_code != 201]
    assert len(made) == 1
    for answer in waiting:
        refused(answer, 409, "idempotent_request_running")
        assert answer.headers["retry-after"] == "1"
    assert (await counts(db, desk))[0] == 1


async def test_a_key_with_another_body_or_path_is_refused(desk: Desk, db: Database) -> None:
    await desk.post("/products", product(), headers=KEY)
    for path, body in (("/products", product("MUG")), ("/categories", {"name": "Tea"})):
        refused(await desk.post(path, body, headers=KEY), 422, "idempotency_key_reused")
    assert await counts(db, desk) == (1, 1)


async def test_a_key_is_the_persons_and_the_shops_own(
    desk: Desk, other_desk: Desk, db: Database
) -> None:
    colleague = await desk.api.member(desk.shop, Role.MANAGER)
    await desk.post("/products", product("A"), headers=KEY)
    await colleague.post("/products", product("B"), headers=KEY)
    await other_desk.post("/products", product("A"), headers=KEY)
    assert await counts(db, desk) == (2, 2)
    assert await counts(db, other_desk) == (1, 1)


async def test_a_refused_request_frees_its_key(desk: Desk, db: Database) -> None:
    refused(await desk.post("/products", product(title=""), headers=KEY), 422, "invalid_input")
    assert await counts(db, desk) == (0, 0)
    assert (await desk.post("/products", product(), headers=KEY)).status_code == 201


@pytest.mark.parametrize("key", ["short", "x" * 256, "with space", "Ж" * 10])
async def test_a_malformed_key_is_refused(desk: Desk, db: Database, key: str) -> None:
    answer = await desk.post("/products", product(), headers={"idempotency-key": key.encode()})
    refused(answer, 422, "idempotency_key_invalid")
    assert await counts(db, desk) == (0, 0)


async def test_without_a_key_a_repeated_change_counts_twice(desk: Desk) -> None:
    made = (await desk.post("/products", product())).json()
    path = f"/variants/{made['variants'][0]['id']}/stock"
    for _ in range(2):
        await desk.post(path, {"delta": 5})
    assert (await desk.post(path, {"delta": 1}, headers=KEY)).json()["on_hand"] == 11
    assert (await desk.post(path, {"delta": 1}, headers=KEY)).json()["on_hand"] == 11


async def test_a_request_whose_first_run_died_may_run_after_its_lease(
    desk: Desk, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies(*_: object) -> None:
        raise RuntimeError("the process is gone")

    with monkeypatch.context() as patched:
        patched.setattr(idempotency, "finish", dies)
        refused(await desk.post("/products", product(), headers=KEY), 500, "internal_error")
    refused(await desk.post("/products", product(), headers=KEY), 409, "idempotent_request_running")
    async with db.tenant(desk.shop.tenant) as tx:
        await tx.execute(text("UPDATE idempotency_key SET lease_until = now()"))
    assert (await desk.post("/products", product(), headers=KEY)).status_code == 201
    assert await counts(db, desk) == (1, 1)


async def test_secrets_of_webhooks_are_not_kept_for_a_repetition(desk: Desk, db: Database) -> None:
    body = {"url": "https://crm.example/hooks"}
    for _ in range(2):
        assert (await desk.post("/webhooks", body, headers=KEY)).status_code == 201
    assert (await counts(db, desk))[1] == 0
    assert len((await desk.get("/webhooks")).json()) == 2
