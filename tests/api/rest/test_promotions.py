"""Promotions, gift cards, points and taxes by REST."""

from typing import Any

import pytest
from sqlalchemy import text

from kram.kit.db.database import Database
from kram.kit.ids import new_id
from tests.factories.customers import make_customer
from tests.factories.rest import Desk, refused

pytestmark = pytest.mark.anyio

PERCENT = {"effect": {"kind": "percent", "basis_points": 1_000}}
TIERS = {
    "effect": {
        "kind": "tiers",
        "by": "sum",
        "steps": [
            {"at_least": 10_000, "off": {"kind": "percent", "basis_points": 500}},
            {"at_least": 50_000, "off": {"kind": "amount_off_order", "amount_minor": 9_900}},
        ],
    },
    "goods": {"tags": ["new"]},
    "when": {"first_order": True},
}


async def made(desk: Desk, **changes: Any) -> Any:
    answer = await desk.post("/promotions", {"name": "Sale", "rule": PERCENT, **changes})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_promotion_is_made_read_changed_and_listed(desk: Desk, other_desk: Desk) -> None:
    await made(other_desk, name="Theirs")
    first = await made(desk, rule=TIERS, total_limit=10)
    assert first["rule"] == TIERS
    assert (first["orders"], first["given_minor"], first["codes"]) == (0, 0, 0)
    path = f"/promotions/{first['id']}"
    assert (await desk.get(path)).json() == first
    changed = await desk.put(path, {"name": "Autumn", "rule": PERCENT, "is_active": False})
    assert (changed.json()["name"], changed.json()["is_active"]) == ("Autumn", False)
    second = await made(desk)
    listed = (await desk.get("/promotions?limit=1")).json()
    assert [each["id"] for each in listed["items"]] == [second["id"]]
    rest = (await desk.get(f"/promotions?cursor={listed['next_cursor']}")).json()
    assert [each["name"] for each in rest["items"]] == ["Autumn"]


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"name": "x" * 201},
        {"rule": {}},
        {"rule": {"effect": {"kind": "gift"}}},
        {"rule": {"effect": {"kind": "percent", "basis_points": 10_001}}},
        {"rule": {**PERCENT, "when": {"min_sum": 1}}},
        {"rule": {**PERCENT, "when": {"min_sum_minor": -1}}},
        {"rule": {**PERCENT, "when": {"channels": ["a\0"]}}},
        {"rule": {**PERCENT, "goods": {"tags": ["\0"]}}},
        {"total_limit": 0},
        {"priority": 10**30},
        {"starts_at": "2026-12-01T00:00:00Z", "ends_at": "2026-11-01T00:00:00Z"},
        {"starts_at": "2026-12-01T00:00:00"},
        {"is_automatik": True},
    ],
)
async def test_a_senseless_promotion_is_refused(desk: Desk, changes: Any) -> None:
    refused(
        await desk.post("/promotions", {"name": "Sale", "rule": PERCENT, **changes}),
        422,
        "invalid_input",
    )


async def test_codes_are_added_and_generated(desk: Desk) -> None:
    path = f"/promotions/{(await made(desk))['id']}/codes"
    added = await desk.post(path, {"code": "spring-10", "use_limit": 5})
    assert added.json() == {"code": "SPRING-10", "use_limit": 5, "used": 0}
    refused(await desk.post(path, {"code": "Spring-10"}), 409, "promo_code_taken")
    refused(await desk.post(path, {"code": "a b%"}), 422, "invalid_input")
    body, key = {"count": 30, "prefix": "bf-"}, {"idempotency-key": "codes-0001"}
    codes = (await desk.post(f"{path}/generate", body, headers=key)).json()["codes"]
    again = (await desk.post(f"{path}/generate", body, headers=key)).json()["codes"]
    assert codes == again
    assert len(set(codes)) == 30
    listed = (await desk.get(f"{path}?limit=100")).json()["items"]
    assert {each["code"] for each in listed} == {"SPRING-10", *codes}
    too_short = {"count": 10_000, "length": 4}
    refused(await desk.post(f"{path}/generate", too_short), 422, "promo_codes_too_short")


async def test_what_is_not_there(desk: Desk) -> None:
    path = f"/promotions/{new_id()}"
    refused(await desk.get(path), 404, "promotion_not_found")
    refused(await desk.put(path, {"name": "x", "rule": PERCENT}), 404, "promotion_not_found")
    refused(await desk.get(f"{path}/codes"), 404, "promotion_not_found")
    refused(await desk.post(f"{path}/codes", {"code": "CODE"}), 404, "promotion_not_found")
    card = f"/gift-cards/{new_id()}"
    refused(await desk.get(f"{card}/moves"), 404, "gift_card_not_found")
    refused(await desk.post(f"{card}/block", {"is_blocked": True}), 404, "gift_card_not_found")
    refused(await desk.get(f"/customers/{new_id()}/points"), 404, "customer_not_found")


async def test_a_cards_code_is_told_once_and_kept_nowhere(desk: Desk, db: Database) -> None:
    body, key = {"amount_minor": 5_000, "count": 2, "note": "VIP"}, {"idempotency-key": "cards-01"}
    issued = (await desk.post("/gift-cards", body, headers=key)).json()["items"]
    again = (await desk.post("/gift-cards", body, headers=key)).json()["items"]
    assert [card["id"] for card in again] == [card["id"] for card in issued]
    assert [card["code"] for card in again] == [None, None]
    [first, _] = issued
    assert first["balance"] == {"minor": 5_000, "currency": "UAH"}
    async with db.tenant_read(desk.shop.tenant) as tx:
        kept = await tx.scalar(text("SELECT string_agg(response::text, '') FROM idempotency_key"))
    assert all(card["code"] not in kept for card in issued)
    found = (await desk.get(f"/gift-cards?last4={first['last4'].lower()}")).json()["items"]
    assert [card["id"] for card in found] == [first["id"]]
    moves = (await desk.get(f"/gift-cards/{first['id']}/moves")).json()
    assert [(move["cause"], move["delta_minor"]) for move in moves] == [("issued", 5_000)]
    blocked = await desk.post(f"/gift-cards/{first['id']}/block", {"is_blocked": True})
    assert blocked.json()["is_blocked"] is True


async def test_points_change_by_differences(desk: Desk, db: Database) -> None:
    async with db.tenant(desk.shop.tenant) as tx:
        customer = await make_customer(tx)
    path = f"/customers/{customer.id}/points"
    await desk.post(path, {"delta": 500, "note": "sorry"})
    answer = (await desk.post(path, {"delta": -200})).json()
    assert answer["balance"] == 300
    assert [(move["delta"], move["note"]) for move in answer["moves"]] == [
        (-200, ""),
        (500, "sorry"),
    ]
    assert (await desk.get(path)).json() == answer
    refused(await desk.post(path, {"delta": -301}), 409, "points_spent")
    refused(await desk.post(path, {"delta": 0}), 422, "points_invalid")


async def test_taxes_and_loyalty_are_kept(desk: Desk) -> None:
    rates = [{"name": "ПДВ", "rate_ppm": 200_000, "country": "UA"}]
    taxes = {"mode": "included", "rounding": "order", "country": "UA", "rates": rates}
    assert (await desk.put("/taxes", taxes)).status_code == 200
    kept = (await desk.get("/taxes")).json()
    assert (kept["mode"], kept["rounding"], kept["taxes_delivery"]) == ("included", "order", True)
    assert kept["rates"][0]["rate_ppm"] == 200_000
    refused(await desk.put("/taxes", {**taxes, "rates": rates * 2}), 422, "invalid_input")
    loyalty = {"is_active": True, "earn_rate": 500, "referral_points": 5_000}
    assert (await desk.put("/loyalty", loyalty)).status_code == 200
    assert (await desk.get("/loyalty")).json()["earn_rate"] == 500
    refused(await desk.put("/loyalty", {"is_active": True, "earn_rate": -1}), 422, "invalid_input")
