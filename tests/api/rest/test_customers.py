"""Customers, segments and reviews by REST."""

import io
import zipfile
from typing import Any
from uuid import UUID

import pytest

from kram.integrations.people.events import ExportRequested
from kram.integrations.people.models import PersonExport
from kram.integrations.people.tasks import PeopleElsewhere
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.events.handling import Delivery
from kram.kit.ids import new_id
from kram.shop.cart.store import CartStore
from kram.shop.customers.models import Customer
from kram.shop.reviews.rules import ReviewDraft
from kram.shop.reviews.service import write_review
from kram.tenants.models import Role, Shop
from tests.factories.catalog import make_product
from tests.factories.orders import make_order
from tests.factories.people import make_person
from tests.factories.rest import Api, Desk, pointers, refused
from tests.statements import statements

pytestmark = pytest.mark.anyio

ADDRESS = {"recipient": "Ivan", "phone": "+380441234567", "city": "Lviv", "line": "Rynok 1"}


async def person(db: Database, tenant: Tenant, **values: object) -> UUID:
    async with db.tenant(tenant) as tx:
        return (await make_person(tx, **values)).id


def names(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [item["name"] for item in answer.json()["items"]]


async def test_the_list_is_narrowed_by_words_tags_groups_and_segments(
    db: Database, tenant: Tenant, other_tenant: Tenant, desk: Desk
) -> None:
    await person(db, other_tenant, name="Ivan Secret", tags=["vip"])
    await person(db, tenant, name="Ivan Franko", phone="+380441234567", tags=["vip"])
    lesia = await person(db, tenant, name="Lesia", username="lesia_u", email="l@x.ua")
    await person(db, tenant, name="Gone", erased_at=(await _now(db, tenant)))
    assert names(await desk.get("/customers")) == ["Lesia", "Ivan Franko"]
    for query, expected in (
        ({"q": "FRANKO ivan"}, ["Ivan Franko"]),
        ({"q": "@lesia_u"}, ["Lesia"]),
        ({"q": "123-45-67"}, ["Ivan Franko"]),
        ({"q": "100%_"}, []),
        ({"tag": "VIP"}, ["Ivan Franko"]),
        ({"limit": 1}, ["Lesia"]),
    ):
        assert names(await desk.get("/customers", params=query)) == expected
    group = (await desk.post("/customer-groups", {"name": "Friends"})).json()["id"]
    await desk.put(f"/customers/{lesia}/groups", {"group_ids": [group]})
    assert names(await desk.get("/customers", params={"group_id": group})) == ["Lesia"]
    made = await desk.post("/segments", {"name": "V", "rule": {"is": "tag", "tag": "vip"}})
    found = await desk.get("/customers", params={"segment_id": made.json()["id"]})
    assert names(found) == ["Ivan Franko"]
    refused(
        await desk.get("/customers", params={"segment_id": str(new_id())}), 404, "segment_not_found"
    )


async def _now(db: Database, tenant: Tenant) -> Any:
    async with db.tenant_read(tenant) as tx:
        return tx.now


async def test_lists_cost_the_same_for_one_and_for_a_hundred(
    db: Database, tenant: Tenant, desk: Desk
) -> None:
    counts = []
    for more in (1, 99):
        for _ in range(more):
            only = await person(db, tenant)
        with statements(db) as sent:
            await desk.get("/customers", params={"limit": 100})
        with statements(db) as profile:
            await desk.get(f"/customers/{only}")
        counts.append((len(sent), len(profile)))
    assert counts[0] == counts[1]


async def test_a_profile_is_changed_and_kept(db: Database, tenant: Tenant, desk: Desk) -> None:
    ivan = await person(db, tenant)
    path = f"/customers/{ivan}"
    answer = await desk.ask("PATCH", path, json={"name": " Ivan  F ", "phone": "+380 44 1234567"})
    assert (answer.json()["name"], answer.json()["phone"]) == ("Ivan F", "+380441234567")
    problem = refused(
        await desk.ask("PATCH", path, json={"email": "nobody", "name": ""}), 422, "invalid_input"
    )
    assert pointers(problem) == ["/name", "/email"]
    address = (await desk.post(f"{path}/addresses", ADDRESS)).json()
    assert address["is_default"] is True
    changed = await desk.put(f"{path}/addresses/{address['id']}", {**ADDRESS, "city": "Kyiv"})
    assert changed.json()["city"] == "Kyiv"
    assert (await desk.delete(f"{path}/addresses/{address['id']}")).status_code == 204
    assert (await desk.get(f"{path}/addresses")).json() == []
    note = (await desk.post(f"{path}/notes", {"body": "Likes blue"})).json()
    assert [n["body"] for n in (await desk.get(f"{path}/notes")).json()] == ["Likes blue"]
    assert (await desk.delete(f"{path}/notes/{note['id']}")).status_code == 204
    tagged = await desk.put(f"{path}/tags", {"add": ["VIP", "Опт"]})
    assert tagged.json()["tags"] == ["vip", "опт"]
    consent = {"channel": "email", "purpose": "marketing", "granted": True}
    assert (await desk.put(f"{path}/consents", consent)).json()["consents"] == ["email:marketing"]
    history = (await desk.get(f"{path}/history")).json()
    assert [(h["kind"], h["facts"]["source"]) for h in history] == [("granted", "staff")]


async def test_a_person_is_joined_held_exported_and_erased(
    api: Api, db: Database, tenant: Tenant, desk: Desk, valkey: Any
) -> None:
    ivan, other = await person(db, tenant), await person(db, tenant)
    path = f"/customers/{ivan}"
    proof = {"kind": "phone", "value": "+380441234567"}
    assert (await desk.post(f"{path}/identities", proof)).json()["phone"] == proof["value"]
    assert (await desk.post(f"{path}/join", {"other_id": str(other)})).status_code == 202
    refused(await desk.post(f"{path}/join", {"other_id": str(ivan)}), 422, "same_profile")
    export = (await desk.post(f"{path}/exports")).json()
    refused(await desk.get(f"{path}/exports/{export['id']}/file"), 404, "person_export_not_found")
    elsewhere = PeopleElsewhere(CartStore(valkey), api.services.storage, api.services.registry)
    event = ExportRequested(export_id=UUID(export["id"]))
    await elsewhere.export(Delivery(db, tenant, new_id(), "people.export", 1, event))
    assert (await desk.get(f"{path}/exports/{export['id']}")).json()["state"] == "done"
    file = await desk.get(f"{path}/exports/{export['id']}/file")
    assert zipfile.ZipFile(io.BytesIO(file.content)).namelist() == ["data.json", "data.html"]
    stranger = f"/customers/{other}/exports/{export['id']}"
    refused(await desk.get(f"{stranger}/file"), 404, "person_export_not_found")
    await desk.put(f"{path}/hold", {"reason": "A dispute"})
    refused(await desk.post(f"{path}/erase", {}), 409, "erase_held")
    await desk.put(f"{path}/hold", {"reason": ""})
    erased = (await desk.post(f"{path}/erase", {})).json()
    assert (erased["name"], erased["phone"], erased["erased_at"] is not None) == ("", None, True)
    assert (await desk.post(f"{path}/erase", {})).status_code == 200
    refused(await desk.post(f"{path}/notes", {"body": "Again"}), 410, "profile_erased")
    async with db.tenant_read(tenant) as tx:
        assert await tx.get(PersonExport, UUID(export["id"])) is None


async def test_an_open_order_is_named_when_erasing_is_refused(
    db: Database, tenant: Tenant, desk: Desk
) -> None:
    async with db.tenant(tenant) as tx:
        order = await make_order(tx)
    answer = await desk.post(f"/customers/{order.customer_id}/erase", {})
    problem = refused(answer, 409, "erase_orders_open")
    assert str(order.number) in problem["detail"]
    async with db.tenant_read(tenant) as tx:
        customer = await tx.get(Customer, order.customer_id)
        assert customer is not None
        assert customer.erased_at is None


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.COURIER])
async def test_not_everybody_hands_out_and_erases(
    api: Api, shop: Shop, db: Database, tenant: Tenant, role: Role
) -> None:
    ivan = await person(db, tenant)
    desk = await api.member(shop, role)
    for path in ("erase", "exports"):
        refused(await desk.post(f"/customers/{ivan}/{path}", {}), 403, "not_allowed")
    expected = 200 if role is Role.SUPPORT else 403
    assert (await desk.get("/customers")).status_code == expected


async def test_customers_of_another_shop_do_not_exist(
    db: Database, tenant: Tenant, other_desk: Desk
) -> None:
    ivan = await person(db, tenant)
    for path in ("", "/addresses", "/notes", "/history"):
        refused(await other_desk.get(f"/customers/{ivan}{path}"), 404, "customer_not_found")
    refused(await other_desk.post(f"/customers/{ivan}/erase", {}), 404, "customer_not_found")


# --- segments ---------------------------------------------------------------------------------


async def test_segments_are_kept_previewed_and_asked(
    db: Database, tenant: Tenant, desk: Desk
) -> None:
    ivan = await person(db, tenant, tags=["vip"])
    rule = {"is": "or", "rules": [{"is": "tag", "tag": "vip"}, {"is": "orders", "at_least": 3}]}
    preview = await desk.post("/segments/preview", {"rule": rule})
    assert preview.json() == {"count": 1, "names": ["Ivan Franko"]}
    made = (await desk.post("/segments", {"name": "Best", "rule": rule})).json()
    mine = await desk.get(f"/customers/{ivan}/segments")
    assert [segment["name"] for segment in mine.json()] == ["Best"]
    changed = await desk.put(
        f"/segments/{made['id']}", {"name": "Best", "rule": {"is": "and", "rules": []}}
    )
    assert changed.json()["rule"] == {"is": "and", "rules": []}
    refused(await desk.post("/segments", {"name": "Best", "rule": rule}), 409, "segment_name_taken")
    for bad in ({}, {"is": "x"}, {"is": "tag", "tag": 5}, {"is": "bought"}):
        refused(await desk.post("/segments/preview", {"rule": bad}), 422, "segment_rule_refused")
    assert (await desk.delete(f"/segments/{made['id']}")).status_code == 204
    assert (await desk.get("/segments")).json() == []


# --- reviews ----------------------------------------------------------------------------------


async def test_the_queue_is_worked_through(
    db: Database, tenant: Tenant, other_tenant: Tenant, desk: Desk
) -> None:
    for where in (other_tenant, tenant):
        async with db.tenant(where) as tx:
            product = await make_product(tx, title="Cup")
            ivan = await make_person(tx)
            draft = ReviewDraft(stars=4, body="See www.x")
            review = await write_review(tx, ivan.id, product.id, draft)
    [item] = (await desk.get("/reviews", params={"status": "pending"})).json()["items"]
    assert (item["id"], item["product_title"], item["held_for"][0]) == (
        str(review.id),
        "Cup",
        "link",
    )
    path = f"/reviews/{review.id}"
    for _ in range(2):
        assert (await desk.post(f"{path}/publish")).json()["state"] == "published"
    rating = (await desk.get(f"/products/{product.id}/rating")).json()
    assert rating == {"reviews": 1, "stars": 4, "by_stars": [0, 0, 0, 1, 0], "favourites": 0}
    assert (await desk.put(f"{path}/reply", {"reply": "Thanks"})).json()["reply"] == "Thanks"
    assert (await desk.post(f"{path}/reject")).json()["state"] == "rejected"
    assert (await desk.get(f"/products/{product.id}/rating")).json()["reviews"] == 0
    refused(await desk.post(f"/reviews/{new_id()}/publish"), 404, "review_not_found")
    refused(await desk.get(f"/products/{new_id()}/rating"), 404, "product_not_found")
