"""Orders by REST beyond the simple steps: parcels, edits, drafts, returns, papers."""

from uuid import UUID

import pytest
from sqlalchemy import text

from kram.kit.db.database import Database
from kram.kit.ids import new_id
from kram.shop.orders import service as orders
from kram.shop.returns import service
from kram.shop.returns.models import ReturnReason
from kram.shop.returns.photos import new_photo_key
from kram.shop.returns.service import Wish
from kram.tenants.models import Role
from tests.factories.catalog import make_variant
from tests.factories.inventory import STAFF
from tests.factories.orders import SHOPPER, make_order
from tests.factories.rest import Desk, refused
from tests.factories.returns import ask_back, delivered_order
from tests.statements import statements

pytestmark = pytest.mark.anyio


async def accepted(desk: Desk, db: Database, units: int = 3) -> tuple[UUID, str, str]:
    """An order with its line and variant."""
    async with db.tenant(desk.shop.tenant) as tx:
        variant = await make_variant(tx, stock=10, price_minor=10_000)
        order = await make_order(tx, lines={variant: units})
        line = str(order.lines[0].id)
        await orders.accept(tx, order.id, STAFF)
    return order.id, line, str(variant)


async def test_an_order_leaves_in_parcels(desk: Desk, db: Database) -> None:
    order, line, _ = await accepted(desk, db)
    body = {"lines": [{"line_id": line, "quantity": 1}], "tracking": {"number": "42"}}
    key = {"idempotency-key": "parcel-number-one"}
    first = (await desk.post(f"/orders/{order}/parcels", body, headers=key)).json()
    again = (await desk.post(f"/orders/{order}/parcels", body, headers=key)).json()
    assert (first["id"], first["state"], first["tracking_number"]) == (again["id"], "packed", "42")
    sent = await desk.post(f"/orders/{order}/parcels/{first['id']}/ship", {"carrier": "Nova"})
    assert (sent.json()["state"], sent.json()["carrier"]) == ("shipped", "Nova")
    shown = (await desk.get(f"/orders/{order}")).json()
    assert (shown["status"], shown["lines"][0]["shipped"]) == ("partly_shipped", 1)
    assert [parcel["number"] for parcel in shown["parcels"]] == [1]
    rest = (await desk.post(f"/orders/{order}/cancel-rest", {"reason": "sold out"})).json()
    assert (rest["status"], rest["cancelled"]["minor"]) == ("shipped", 20_000)
    done = await desk.post(f"/orders/{order}/parcels/{first['id']}/deliver")
    assert done.json()["state"] == "delivered"
    slip = await desk.get(f"/orders/{order}/parcels/{first['id']}/packing-slip.pdf")
    assert (slip.status_code, slip.content[:5]) == (200, b"%PDF-")


async def test_a_parcel_of_too_much_is_refused(desk: Desk, db: Database) -> None:
    order, line, _ = await accepted(desk, db)
    body = {"lines": [{"line_id": line, "quantity": 2}, {"line_id": line, "quantity": 2}]}
    problem = refused(await desk.post(f"/orders/{order}/parcels", body), 409, "parcel_too_large")
    assert problem["extra"]["left"] == 3
    missing = await desk.post(f"/orders/{order}/parcels/{new_id()}/unpack")
    refused(missing, 404, "parcel_not_found")


async def test_an_edit_of_what_was_changed_is_refused(desk: Desk, db: Database) -> None:
    order, line, variant = await accepted(desk, db)
    body = {
        "version": 1,
        "lines": [{"line_id": line, "quantity": 1}],
        "add": [{"variant_id": variant, "quantity": 1}],
        "address": "Kyiv",
    }
    changed = (await desk.ask("PATCH", f"/orders/{order}", json=body)).json()
    assert (changed["version"], changed["address"], changed["subtotal"]["minor"]) == (
        2,
        "Kyiv",
        20_000,
    )
    refused(await desk.ask("PATCH", f"/orders/{order}", json=body), 409, "order_changed")


async def test_notes_and_tags(desk: Desk, db: Database) -> None:
    order, _, _ = await accepted(desk, db)
    noted = (await desk.post(f"/orders/{order}/notes", {"text": "fragile"})).json()
    assert (noted["steps"][-1]["kind"], noted["steps"][-1]["note"]) == ("noted", "fragile")
    tagged = (await desk.put(f"/orders/{order}/tags", {"tags": ["VIP", "vip"]})).json()
    assert tagged["tags"] == ["vip"]
    found = (await desk.get("/orders", params={"tag": "vip", "q": "franko"})).json()
    assert [item["id"] for item in found["items"]] == [str(order)]
    assert (await desk.get("/orders", params={"tag": "other"})).json()["items"] == []
    refused(await desk.post(f"/orders/{order}/notes", {"text": "  "}), 422, "note_empty")


async def test_a_draft_becomes_an_order_once(desk: Desk, db: Database) -> None:
    async with db.tenant(desk.shop.tenant) as tx:
        variant = str(await make_variant(tx, stock=5, price_minor=10_000))
    body = {
        "lines": [{"variant_id": variant, "quantity": 2, "agreed_minor": 9_000}],
        "recipient": "Lesia",
        "phone": "+380501112233",
        "discount_minor": 500,
        "discount_reason": "old friend",
    }
    draft = (await desk.post("/draft-orders", body)).json()
    assert (draft["total"]["minor"], draft["state"]) == (17_500, "open")
    changed = {"version": 1, "draft": {**body, "discount_minor": 0}}
    put = (await desk.put(f"/draft-orders/{draft['id']}", changed)).json()
    assert (put["version"], put["total"]["minor"]) == (2, 18_000)
    key = {"idempotency-key": "place-it-just-once"}
    place = f"/draft-orders/{draft['id']}/place"
    first = (await desk.post(place, {"payment": "cash"}, headers=key)).json()
    again = (await desk.post(place, {"payment": "cash"}, headers=key)).json()
    assert (first["id"], first["status"], first["payment_state"]) == (again["id"], "placed", "paid")
    refused(await desk.post(place, {"payment": "cash"}), 409, "draft_moved")
    receipt = await desk.get(f"/orders/{first['id']}/receipt.pdf")
    assert receipt.content[:5] == b"%PDF-"


async def test_other_prices_take_a_right_of_their_own(desk: Desk, db: Database) -> None:
    support = await desk.api.member(desk.shop, Role.SUPPORT)
    body = {"discount_minor": 1, "discount_reason": "because"}
    refused(await support.post("/draft-orders", body), 403, "not_allowed")
    assert (await support.post("/draft-orders", {})).status_code == 201


async def test_goods_come_back_and_are_exchanged(desk: Desk, db: Database) -> None:
    async with db.tenant(desk.shop.tenant) as tx:
        order, (line,), _ = await delivered_order(tx)
        back = await ask_back(tx, order.id, {line: 1})
        other = str(await make_variant(tx, stock=5, price_minor=4_000))
    listed = (await desk.get("/returns", params={"state": "requested"})).json()
    assert [item["code"] for item in listed["items"]] == [back.code]
    approved = await desk.post(f"/returns/{back.id}/approve", {"answer": "Send it"})
    assert approved.json()["state"] == "approved"
    came = {"lines": [{"line_id": str(line), "quantity": 1, "restock": False}]}
    assert (await desk.post(f"/returns/{back.id}/receive", came)).json()["state"] == "received"
    wish = {"lines": [{"variant_id": other, "quantity": 1}]}
    closed = (await desk.post(f"/returns/{back.id}/exchange", wish)).json()
    assert (closed["state"], closed["refund"]["minor"]) == ("closed", 10_000)
    draft = (await desk.get(f"/draft-orders/{closed['exchange_id']}")).json()
    assert [draft[each]["minor"] for each in ("total", "discount", "credit")] == [0, 0, 10_000]
    change = {"version": 1, "draft": {"lines": wish["lines"], "discount_minor": 0}}
    draft = (await desk.put(f"/draft-orders/{draft['id']}", change)).json()
    assert [draft[each]["minor"] for each in ("total", "credit")] == [0, 10_000]
    more = {"lines": [{"line_id": str(line), "quantity": 3}], "reason": "other"}
    refused(await desk.post(f"/orders/{order.id}/returns", more), 409, "return_too_large")


async def test_an_invoice_needs_a_seller_and_is_a_file(desk: Desk, db: Database) -> None:
    order, _, _ = await accepted(desk, db)
    refused(await desk.post(f"/orders/{order}/invoices"), 409, "seller_unknown")
    refused(await desk.get(f"/orders/{order}/invoice.pdf"), 404, "order_not_invoiced")
    told = {"return_days": 30, "invoice_series": "kv", "seller": {"legal_name": "ФОП Квітка"}}
    assert (await desk.put("/order-settings", told)).json()["invoice_series"] == "KV"
    issued = [(await desk.post(f"/orders/{order}/invoices")).json()["name"] for _ in range(2)]
    assert issued == ["KV-000001", "KV-000001"]
    file = await desk.get(f"/orders/{order}/invoice.pdf")
    assert file.headers["content-type"] == "application/pdf"
    assert file.content[:5] == b"%PDF-"


async def test_nothing_of_another_shop_is_found(desk: Desk, other_desk: Desk, db: Database) -> None:
    order, _, _ = await accepted(other_desk, db)
    async with db.tenant(other_desk.shop.tenant) as tx:
        sent, (line,), _ = await delivered_order(tx)
        back = await ask_back(tx, sent.id, {line: 1})
    draft = (await other_desk.post("/draft-orders", {})).json()
    for path, code in (
        (f"/returns/{back.id}", "return_not_found"),
        (f"/draft-orders/{draft['id']}", "draft_not_found"),
        (f"/orders/{order}/receipt.pdf", "order_not_found"),
    ):
        refused(await desk.get(path), 404, code)
    for path in ("/returns", "/draft-orders"):
        assert (await desk.get(path)).json()["items"] == []
    refused(await desk.post(f"/orders/{order}/notes", {"text": "x"}), 404, "order_not_found")


async def test_lists_take_the_same_statements_for_one_and_many(desk: Desk, db: Database) -> None:
    counts: dict[str, set[int]] = {}
    for more in (1, 5):
        for _ in range(more):
            async with db.tenant(desk.shop.tenant) as tx:
                order, (line,), _ = await delivered_order(tx)
                await ask_back(tx, order.id, {line: 1})
            await desk.post("/draft-orders", {})
        for path in ("/orders", "/returns", "/draft-orders"):
            with statements(db) as sent:
                assert (await desk.get(path)).status_code == 200
            counts.setdefault(path, set()).add(len(sent))
    assert {path: len(found) for path, found in counts.items()} == dict.fromkeys(counts, 1)


@pytest.mark.parametrize("table", ["fulfilment", "return_request", "draft_order", "invoice"])
async def test_refusals_leave_nothing_behind(desk: Desk, db: Database, table: str) -> None:
    order, line, _ = await accepted(desk, db)
    bad = {"lines": [{"line_id": line, "quantity": 4}]}
    await desk.post(f"/orders/{order}/parcels", bad)
    await desk.post(f"/orders/{order}/returns", {**bad, "reason": "other"})
    await desk.post("/draft-orders", {"discount_minor": 1})
    await desk.post(f"/orders/{order}/invoices")
    counting = {
        "fulfilment": text("SELECT count(*) FROM fulfilment"),
        "return_request": text("SELECT count(*) FROM return_request"),
        "draft_order": text("SELECT count(*) FROM draft_order"),
        "invoice": text("SELECT count(*) FROM invoice"),
    }
    async with db.tenant_read(desk.shop.tenant) as tx:
        assert await tx.scalar(counting[table]) == 0


async def test_who_waits_too_long_for_an_order_may_come_again(desk: Desk, db: Database) -> None:
    order, _, _ = await accepted(desk, db)
    async with db.tenant(desk.shop.tenant) as slow:
        await slow.execute(text("SELECT 1 FROM orders FOR UPDATE"))
        answer = await desk.post(f"/orders/{order}/ship", {})
    refused(answer, 503, "busy")
    assert answer.headers["retry-after"] == "1"
    again = await desk.post(f"/orders/{order}/ship", {})
    assert again.json()["status"] == "shipped"


async def test_the_photos_of_a_return_are_read_by_its_shop_alone(
    desk: Desk, other_desk: Desk, db: Database
) -> None:
    key = new_photo_key(desk.shop.tenant.id)
    await desk.api.services.storage.put(f"{key}/1280.webp", b"RIFF", "image/webp")
    async with db.tenant(desk.shop.tenant) as tx:
        order, (line,), _ = await delivered_order(tx)
        wish = Wish(units={line: 1}, reason=ReturnReason.DEFECTIVE, photos=(key,))
        back = await service.request(tx, order.id, wish, SHOPPER)
    path = f"/returns/{back.id}"
    assert (await desk.get(path)).json()["photos"] == 1
    shown = await desk.get(f"{path}/photos/0")
    assert (shown.content, shown.headers["content-type"]) == (b"RIFF", "image/webp")
    refused(await desk.get(f"{path}/photos/1"), 404, "return_photo_not_found")
    refused(await other_desk.get(f"{path}/photos/0"), 404, "return_not_found")
