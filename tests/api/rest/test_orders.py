"""Orders by REST: looked at, taken through their steps, refunded."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from redis.asyncio import Redis
from sqlalchemy import text

from kram.kit.crypto import KeyRing
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.ids import new_id
from kram.tenants.models import Shop
from tests.factories.billing import Stall, open_stall
from tests.factories.orders import make_order
from tests.factories.rest import Desk, pointers, refused

pytestmark = pytest.mark.anyio

KEY = {"idempotency-key": "refund-of-tuesday-1"}


@pytest.fixture
async def stall(db: Database, keys: KeyRing, valkey: Redis, shop: Shop) -> AsyncIterator[Stall]:
    async with open_stall(db, keys, valkey, shop) as stall:
        yield stall


async def placed(db: Database, tenant: Tenant) -> UUID:
    async with db.tenant(tenant) as tx:
        return (await make_order(tx)).id


async def standing(db: Database, tenant: Tenant) -> list[Any]:
    """Everything that a refusal must leave as it is."""
    async with db.tenant_read(tenant) as tx:
        orders = await tx.execute(text("SELECT id, status, payment_state FROM orders ORDER BY id"))
        steps = await tx.execute(text("SELECT order_id, kind FROM order_step ORDER BY id"))
        refunds = await tx.execute(text("SELECT id, amount_minor, status FROM refund ORDER BY id"))
        return [[tuple(row) for row in rows] for rows in (orders, steps, refunds)]


async def test_an_order_is_shown_with_its_money_and_timeline(desk: Desk, db: Database) -> None:
    order_id = await placed(db, desk.shop.tenant)
    shown = (await desk.get(f"/orders/{order_id}")).json()
    assert (shown["number"], shown["status"], shown["payment_state"]) == (1001, "placed", "unpaid")
    assert shown["total"] == {"minor": 19_500, "currency": "UAH"}
    assert shown["delivery"] == {"minor": 7_000, "currency": "UAH"}
    [line] = shown["lines"]
    assert (line["quantity"], line["total"]) == (1, {"minor": 12_500, "currency": "UAH"})
    assert [step["kind"] for step in shown["steps"]] == ["placed"]


async def test_lists_hold_nothing_of_another_shop(
    desk: Desk, other_desk: Desk, db: Database
) -> None:
    ours = [str(await placed(db, desk.shop.tenant)) for _ in range(3)]
    theirs = str(await placed(db, other_desk.shop.tenant))
    await desk.post(f"/orders/{ours[0]}/accept")
    first = (await desk.get("/orders", params={"limit": 2})).json()
    rest = (await desk.get("/orders", params={"cursor": first["next_cursor"]})).json()
    assert [item["id"] for item in first["items"] + rest["items"]] == ours[::-1]
    accepted = (await desk.get("/orders", params={"status": "accepted"})).json()
    assert [item["id"] for item in accepted["items"]] == [ours[0]]
    assert [item["id"] for item in (await other_desk.get("/orders")).json()["items"]] == [theirs]
    refused(await desk.get("/orders", params={"status": "lost"}), 422, "invalid_input")


async def test_an_order_goes_through_its_steps_and_repeating_changes_nothing(
    desk: Desk, db: Database
) -> None:
    path = f"/orders/{await placed(db, desk.shop.tenant)}"
    for step, body, status in [
        ("accept", None, "accepted"),
        ("ship", {"tracking": " TTN-1 "}, "shipped"),
        ("deliver", None, "delivered"),
    ]:
        first = await desk.post(f"{path}/{step}", body)
        again = await desk.post(f"{path}/{step}", body)
        assert (first.status_code, first.json()["status"]) == (200, status), first.text
        assert first.json() == again.json()
    shown = (await desk.get(path)).json()
    assert shown["tracking"] == "TTN-1"
    assert [(step["kind"], step["actor_name"]) for step in shown["steps"]] == [
        ("placed", "Ivan"),
        ("accepted", "Olena"),
        ("shipped", "Olena"),
        ("delivered", "Olena"),
    ]


async def test_a_cancelled_order_says_why_and_cannot_be_shipped(desk: Desk, db: Database) -> None:
    path = f"/orders/{await placed(db, desk.shop.tenant)}"
    ended = (await desk.post(f"{path}/cancel", {"reason": "sold out"})).json()
    assert (ended["status"], ended["steps"][-1]["note"]) == ("cancelled", "sold out")
    before = await standing(db, desk.shop.tenant)
    for step, body in (("accept", None), ("ship", {}), ("deliver", None)):
        problem = refused(await desk.post(f"{path}/{step}", body), 409, "order_step_impossible")
        assert problem["extra"]["status"] == "cancelled"
    assert await standing(db, desk.shop.tenant) == before


BAD_STEPS = [
    ("ship", {"tracking": "x" * 201}, ["/tracking"]),
    ("ship", {"tracking": "a\0b"}, ["/tracking"]),
    ("ship", {"carrier": "x"}, [""]),
    ("ship", None, [""]),
    ("cancel", {}, ["/reason"]),
    ("cancel", {"reason": "x" * 1001}, ["/reason"]),
    ("cancel", {"reason": "\0"}, ["/reason"]),
    ("cancel", {"reason": 5}, ["/reason"]),
]


@pytest.mark.parametrize(("step", "body", "expected"), BAD_STEPS)
async def test_a_bad_step_is_refused_by_its_field(
    desk: Desk, db: Database, step: str, body: Any, expected: list[str]
) -> None:
    path = f"/orders/{await placed(db, desk.shop.tenant)}"
    await desk.post(f"{path}/accept")
    before = await standing(db, desk.shop.tenant)
    problem = refused(await desk.post(f"{path}/{step}", body), 422, "invalid_input")
    assert pointers(problem) == expected
    assert await standing(db, desk.shop.tenant) == before


async def test_an_order_of_another_shop_or_of_nobody_is_not_found(
    desk: Desk, other_desk: Desk, db: Database
) -> None:
    theirs = await placed(db, other_desk.shop.tenant)
    before = await standing(db, other_desk.shop.tenant)
    for order_id in (theirs, new_id()):
        path = f"/orders/{order_id}"
        answers = [
            await desk.get(path),
            await desk.post(f"{path}/accept"),
            await desk.post(f"{path}/ship", {}),
            await desk.post(f"{path}/deliver"),
            await desk.post(f"{path}/cancel", {"reason": "x"}),
            await desk.post(f"{path}/refunds", {"reason": "x"}, headers=KEY),
        ]
        for answer in answers:
            refused(answer, 404, "order_not_found")
    assert await standing(db, other_desk.shop.tenant) == before


# --- refunds ----------------------------------------------------------------------------------


async def test_a_refund_is_promised_once_and_arrives(
    desk: Desk, db: Database, stall: Stall
) -> None:
    path = f"/orders/{await stall.paid_order()}"
    body = {"reason": "torn", "amount": {"minor": 500, "currency": "UAH"}}
    first = await desk.post(f"{path}/refunds", body, headers=KEY)
    again = await desk.post(f"{path}/refunds", body, headers=KEY)
    assert (first.status_code, first.json()["status"]) == (202, "created"), first.text
    assert first.json() == again.json()
    assert first.json()["amount"] == {"minor": 500, "currency": "UAH"}
    await stall.work()
    rest = await desk.post(
        f"{path}/refunds", {"reason": "all of it"}, headers={"idempotency-key": "another-key"}
    )
    assert rest.json()["amount"]["minor"] == 21_500 - 500
    await stall.work()
    assert (await desk.get(path)).json()["payment_state"] == "refunded"
    assert len((await standing(db, desk.shop.tenant))[2]) == 2


BAD_REFUNDS = [
    ({"minor": 21_501, "currency": "UAH"}, 409, "refund_too_large"),
    ({"minor": 10**18, "currency": "UAH"}, 409, "refund_too_large"),
    ({"minor": 0, "currency": "UAH"}, 422, "invalid_input"),
    ({"minor": -1, "currency": "UAH"}, 422, "invalid_input"),
    ({"minor": 100, "currency": "EUR"}, 422, "currency_differs"),
    ({"minor": 0.5, "currency": "UAH"}, 422, "invalid_input"),
    ("5.00", 422, "invalid_input"),
]


@pytest.mark.parametrize(("amount", "status", "code"), BAD_REFUNDS)
async def test_a_refund_that_cannot_be_changes_nothing(
    desk: Desk, db: Database, stall: Stall, amount: Any, status: int, code: str
) -> None:
    path = f"/orders/{await stall.paid_order()}/refunds"
    before = await standing(db, desk.shop.tenant)
    refused(await desk.post(path, {"reason": "x", "amount": amount}, headers=KEY), status, code)
    assert await standing(db, desk.shop.tenant) == before


async def test_a_refund_needs_a_key(desk: Desk, db: Database, stall: Stall) -> None:
    path = f"/orders/{await stall.paid_order()}/refunds"
    refused(await desk.post(path, {"reason": "x"}), 422, "idempotency_key_invalid")
    assert (await standing(db, desk.shop.tenant))[2] == []


async def test_an_unpaid_order_has_nothing_to_refund(desk: Desk, db: Database) -> None:
    path = f"/orders/{await placed(db, desk.shop.tenant)}/refunds"
    refused(await desk.post(path, {"reason": "x"}, headers=KEY), 409, "nothing_to_refund")
