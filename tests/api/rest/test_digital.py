"""Files, keys and gift cards by REST."""

from typing import Any
from uuid import UUID

import pytest

from kram.kit.db.database import Database
from kram.kit.ids import new_id
from kram.shop.digital.service.files import LARGEST_FILE_BYTES
from kram.shop.orders import service as orders
from kram.shop.orders.models import Order
from kram.tenants.models import Role
from tests.factories.catalog import make_variant
from tests.factories.digital import make_card, make_pool, soon
from tests.factories.inventory import STAFF
from tests.factories.orders import make_order
from tests.factories.rest import Api, Desk, refused
from tests.statements import statements

pytestmark = pytest.mark.anyio

CANARY = "CANARY-0000-KEY"


async def variant(desk: Desk, kind: str, **terms: Any) -> str:
    async with desk.api.services.db.tenant(desk.shop.tenant) as tx:
        variant_id = await make_variant(tx)
    answer = await desk.put(f"/variants/{variant_id}/digital", {"kind": kind, "terms": terms})
    assert answer.status_code == 200, answer.text
    return str(variant_id)


async def paid(desk: Desk, variant_id: str, units: int = 1) -> Order:
    async with desk.api.services.db.tenant(desk.shop.tenant) as tx:
        order = await make_order(tx, lines={UUID(variant_id): units}, pay_until=soon())
        await orders.mark_paid(tx, order.id, STAFF)
    return order


async def test_a_pool_is_filled_looked_at_and_emptied(desk: Desk) -> None:
    pool = await variant(desk, "keys")
    body = {"keys": [CANARY, "B", CANARY]}
    key = {"idempotency-key": "keys-of-tuesday"}
    for _ in range(2):
        added = await desk.post(f"/variants/{pool}/keys", body, headers=key)
        assert added.json() == {"added": 2, "known": 1}
    shown = (await desk.get(f"/variants/{pool}/digital")).json()
    assert (shown["kind"], shown["pool"]) == ("keys", {"free": 2, "given": 0})
    first = (await desk.get(f"/variants/{pool}/keys", params={"limit": 1})).json()
    rest = (
        await desk.get(f"/variants/{pool}/keys", params={"cursor": first["next_cursor"]})
    ).json()
    [one], [other] = first["items"], rest["items"]
    assert {one["ending"], other["ending"]} == {"…-KEY", "…"}
    assert (await desk.delete(f"/variants/{pool}/keys/{one['id']}")).status_code == 204
    refused(await desk.delete(f"/variants/{pool}/keys/{one['id']}"), 404, "key_not_found")
    assert (await desk.get(f"/variants/{pool}/digital")).json()["pool"]["free"] == 1
    stock = (await desk.get(f"/variants/{pool}/stock")).json()
    assert stock["available"] == 1
    refused(await desk.post(f"/variants/{pool}/stock", {"delta": 1}), 409, "stock_of_keys")


async def test_files_come_and_go(desk: Desk) -> None:
    book = await variant(desk, "digital", downloads=3, days=30)
    sent = await desk.post(
        f"/variants/{book}/files", content=b"%PDF", params={"filename": "../Книга.pdf"}
    )
    assert (sent.status_code, sent.json()["name"]) == (201, "Книга.pdf")
    shown = (await desk.get(f"/variants/{book}/digital")).json()
    assert [file["size_bytes"] for file in shown["files"]] == [4]
    assert shown["terms"] == {"downloads": 3, "days": 30, "face_minor": 0, "valid_days": None}
    gone = await desk.delete(f"/variants/{book}/files/{sent.json()['id']}")
    assert gone.status_code == 204
    assert (await desk.get(f"/variants/{book}/digital")).json()["files"] == []


async def test_files_that_are_none_are_refused(desk: Desk) -> None:
    book = await variant(desk, "digital")
    refused(await desk.post(f"/variants/{book}/files", content=b""), 422, "digital_file_refused")
    announced = {"content-length": str(LARGEST_FILE_BYTES + 1)}
    answer = await desk.post(f"/variants/{book}/files", content=b"x", headers=announced)
    assert answer.status_code == 413
    missing = await desk.post(f"/variants/{new_id()}/files", content=b"x")
    refused(missing, 404, "variant_not_found")


async def test_what_was_given_is_told_without_its_key(desk: Desk) -> None:
    pool = await variant(desk, "keys")
    await desk.post(f"/variants/{pool}/keys", {"keys": [CANARY, "OTHER"]})
    order = await paid(desk, pool)
    given = await desk.get(f"/orders/{order.id}/digital")
    [key] = given.json()
    assert (key["kind"], key["unit"], key["seen_at"]) == ("key", 1, None)
    assert CANARY not in given.text
    opened = await desk.post(f"/orders/{order.id}/digital/{key['id']}/open")
    assert opened.json() == {"text": CANARY}
    old, again = (await desk.post(f"/orders/{order.id}/digital/{key['id']}/give-again")).json()
    assert (old["id"], again["revoked_at"]) == (key["id"], None)
    assert again["id"] != key["id"]
    missing = await desk.post(f"/orders/{order.id}/digital/{key['id']}/open")
    refused(missing, 404, "grant_not_found")
    none_left = await desk.post(f"/orders/{order.id}/digital/{again['id']}/give-again")
    refused(none_left, 409, "out_of_stock")
    assert (await desk.post(f"/orders/{order.id}/digital/tell")).status_code == 202
    ended = (await desk.post(f"/orders/{order.id}/digital/{again['id']}/revoke")).json()
    assert [each["id"] for each in ended if each["revoked_at"]] == [key["id"], again["id"]]
    refused(await desk.post(f"/orders/{order.id}/digital/tell"), 409, "nothing_given")
    timeline = (await desk.get(f"/orders/{order.id}")).text
    assert "key_read" in timeline
    assert CANARY not in timeline


async def test_whoever_may_not_issue_cards_makes_none(desk: Desk, api: Api, db: Database) -> None:
    support = await api.member(desk.shop, Role.SUPPORT)
    async with db.tenant(desk.shop.tenant) as tx:
        plain, card = await make_variant(tx), await make_card(tx)
        pool = await make_pool(tx, api.services.keys, 1)
    order = await paid(desk, str(card))
    [given] = (await support.get(f"/orders/{order.id}/digital")).json()
    answers = [
        await support.put(f"/variants/{plain}/digital", {"kind": "digital"}),
        await support.post(f"/variants/{pool}/keys", {"keys": ["A"]}),
        await support.get(f"/variants/{pool}/keys"),
        await support.post(f"/orders/{order.id}/digital/{given['id']}/open"),
        await support.post(f"/orders/{order.id}/digital/{given['id']}/give-again"),
    ]
    for answer in answers:
        refused(answer, 403, "not_allowed")


async def test_another_shop_sees_nothing_of_it(desk: Desk, other_desk: Desk) -> None:
    pool = await variant(desk, "keys")
    await desk.post(f"/variants/{pool}/keys", {"keys": [CANARY]})
    order = await paid(desk, pool)
    refused(await other_desk.get(f"/variants/{pool}/digital"), 404, "variant_not_found")
    refused(await other_desk.get(f"/variants/{pool}/keys"), 404, "variant_not_found")
    refused(await other_desk.get(f"/orders/{order.id}/digital"), 404, "order_not_found")


@pytest.mark.parametrize("units", [1, 30])
async def test_the_list_of_what_was_given_costs_the_same(
    desk: Desk, db: Database, units: int
) -> None:
    pool = await variant(desk, "keys")
    await desk.post(f"/variants/{pool}/keys", {"keys": [f"K{n}" for n in range(units)]})
    order = await paid(desk, pool, units)
    with statements(db) as sent:
        assert len((await desk.get(f"/orders/{order.id}/digital")).json()) == units
    assert len(sent) == 5
