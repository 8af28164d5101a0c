"""Webhook endpoints, their log and replays by REST."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text

from kram.integrations.crm import queries
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.ids import new_id
from tests.factories.rest import Desk, pointers, refused
from tests.house import empty

pytestmark = pytest.mark.anyio

URL = "https://crm.example/hooks"


async def endpoint(desk: Desk) -> dict[str, Any]:
    made: dict[str, Any] = (await desk.post("/webhooks", {"url": URL})).json()
    return made


async def deliver(db: Database, tenant: Tenant, endpoint_id: str) -> str:
    """A delivery that has failed for good, with one attempt."""
    delivery_id = new_id()
    async with db.tenant(tenant) as tx:
        values = {
            "id": delivery_id,
            "endpoint_id": UUID(endpoint_id),
            "event_id": new_id(),
            "event_name": "order.paid.v1",
            "body": "{}",
            "state": "failed",
            "attempts": 10,
            "created_at": tx.now,
        }
        await queries.add_delivery(tx, values)
        await tx.execute(
            text(
                "INSERT INTO webhook_attempt (id, delivery_id, at, status, duration_ms, error)"
                " VALUES (:id, :delivery, :at, 500, 12, '')"
            ),
            {"id": new_id(), "delivery": delivery_id, "at": tx.now},
        )
    return str(delivery_id)


async def state(db: Database, tenant: Tenant) -> list[Any]:
    async with db.tenant_read(tenant) as tx:
        ends = await tx.execute(
            text("SELECT id, url, is_enabled FROM webhook_endpoint ORDER BY id")
        )
        rows = await tx.execute(
            text("SELECT id, state, attempts FROM webhook_delivery ORDER BY id")
        )
        return [[tuple(row) for row in found] for found in (ends, rows)]


async def test_an_endpoint_shows_its_secret_once(desk: Desk, other_desk: Desk) -> None:
    await endpoint(other_desk)
    made = await endpoint(desk)
    assert made["secret"].startswith("whsec_")
    assert (made["url"], made["is_enabled"], made["failing_since"]) == (URL, True, None)
    [listed] = (await desk.get("/webhooks")).json()
    assert listed == {**made, "secret": None}
    rotated = (await desk.post(f"/webhooks/{made['id']}/rotate")).json()
    assert rotated["id"] == made["id"]
    assert rotated["secret"] not in (None, made["secret"])


async def test_an_endpoint_is_switched_and_removed(desk: Desk) -> None:
    path = f"/webhooks/{(await endpoint(desk))['id']}"
    assert (await desk.post(f"{path}/switch", {"enabled": False})).json()["is_enabled"] is False
    assert (await desk.post(f"{path}/switch", {"enabled": True})).json()["is_enabled"] is True
    assert (await desk.delete(path)).status_code == 204
    assert (await desk.get("/webhooks")).json() == []
    refused(await desk.delete(path), 404, "webhook_endpoint_not_found")


BAD_ADDRESSES = [
    "http://crm.example/hooks",
    "https://127.0.0.1/hooks",
    "https://169.254.169.254/latest",
    "https://localhost/hooks",
    "https://crm.example:8443/hooks",
    "https://user:secret@crm.example/hooks",
    "ftp://crm.example/",
    "crm",
    "",
    "https://crm.example/" + "x" * 3000,
    "https://crm.example/\0",
]


@pytest.mark.parametrize("url", BAD_ADDRESSES)
async def test_an_address_that_may_not_be_called_is_refused(
    desk: Desk, db: Database, url: str
) -> None:
    refused(await desk.post("/webhooks", {"url": url}), 422, "url_refused")
    assert await state(db, desk.shop.tenant) == [[], []]


async def test_the_log_is_paged_and_holds_nothing_of_others(
    desk: Desk, other_desk: Desk, db: Database
) -> None:
    ours, theirs = await endpoint(desk), await endpoint(other_desk)
    made = [await deliver(db, desk.shop.tenant, ours["id"]) for _ in range(3)]
    await deliver(db, other_desk.shop.tenant, theirs["id"])
    path = f"/webhooks/{ours['id']}/deliveries"
    first = (await desk.get(path, params={"limit": 2})).json()
    rest = (await desk.get(path, params={"cursor": first["next_cursor"]})).json()
    assert [row["id"] for row in first["items"] + rest["items"]] == made[::-1]
    assert rest["next_cursor"] is None
    assert first["items"][0]["event_name"] == "order.paid.v1"
    [attempt] = (await desk.get(f"/webhook-deliveries/{made[0]}/attempts")).json()
    assert (attempt["status"], attempt["duration_ms"]) == (500, 12)


async def test_a_delivery_is_replayed(desk: Desk, db: Database, owner: asyncpg.Connection) -> None:
    made = await endpoint(desk)
    delivery_id = await deliver(db, desk.shop.tenant, made["id"])
    await empty(owner)
    answer = await desk.post(f"/webhook-deliveries/{delivery_id}/replay")
    assert (answer.status_code, answer.json()["state"]) == (202, "pending")
    names = [row["name"] for row in await owner.fetch("SELECT name FROM relay.outbox")]
    assert names == ["webhook.attempt_due.v1"]


async def test_a_stretch_of_time_is_replayed(desk: Desk, db: Database) -> None:
    made = await endpoint(desk)
    for _ in range(2):
        await deliver(db, desk.shop.tenant, made["id"])
    path = f"/webhooks/{made['id']}/replay"
    for since, until, count in [
        ("2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z", 0),
        ("2020-01-01T00:00:00+02:00", "2100-01-01T00:00:00Z", 2),
        ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", 2),
    ]:
        answer = await desk.post(path, {"since": since, "until": until})
        assert (answer.status_code, answer.json()) == (202, {"count": count}), answer.text


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"since": "2026-01-01T00:00:00", "until": "2026-01-02T00:00:00Z"}, ["/since"]),
        ({"since": "yesterday", "until": "2026-01-02T00:00:00Z"}, ["/since"]),
        ({"since": "2026-01-01T00:00:00Z"}, ["/until"]),
    ],
)
async def test_a_stretch_needs_its_offsets(desk: Desk, body: Any, expected: list[str]) -> None:
    path = f"/webhooks/{(await endpoint(desk))['id']}/replay"
    assert pointers(refused(await desk.post(path, body), 422, "invalid_input")) == expected


async def test_what_another_shop_has_is_not_found(
    desk: Desk, other_desk: Desk, db: Database
) -> None:
    theirs = (await endpoint(other_desk))["id"]
    delivery = await deliver(db, other_desk.shop.tenant, theirs)
    before = await state(db, other_desk.shop.tenant)
    stretch = {"since": "2020-01-01T00:00:00Z", "until": "2100-01-01T00:00:00Z"}
    for endpoint_id in (theirs, new_id()):
        path = f"/webhooks/{endpoint_id}"
        for answer in (
            await desk.post(f"{path}/rotate"),
            await desk.post(f"{path}/switch", {"enabled": False}),
            await desk.delete(path),
            await desk.get(f"{path}/deliveries"),
            await desk.post(f"{path}/replay", stretch),
        ):
            refused(answer, 404, "webhook_endpoint_not_found")
    for delivery_id in (delivery, new_id()):
        path = f"/webhook-deliveries/{delivery_id}"
        for answer in (await desk.get(f"{path}/attempts"), await desk.post(f"{path}/replay")):
            refused(answer, 404, "webhook_delivery_not_found")
    assert await state(db, other_desk.shop.tenant) == before
