"""Shops by REST."""

from typing import Any

import asyncpg
import pytest

from kram.kit.ids import new_id
from kram.tenants.models import Shop
from tests.factories.rest import Desk, refused

pytestmark = pytest.mark.anyio


async def test_a_caller_sees_and_opens_shops(desk: Desk, other_desk: Desk, shop: Shop) -> None:
    headers = {"authorization": f"Bearer {desk.token}"}
    http = desk.api.http
    [mine] = (await http.get("/api/v1/shops", headers=headers)).json()
    assert (mine["slug"], mine["role"], mine["currency"]) == (shop.slug, "owner", "UAH")
    assert (await desk.get("")).json() == mine
    body = {"name": "Друга крамниця", "currency": "EUR"}
    made = await http.post("/api/v1/shops", json=body, headers=headers)
    assert (made.status_code, made.json()["currency"]) == (201, "EUR"), made.text
    slugs = [one["slug"] for one in (await http.get("/api/v1/shops", headers=headers)).json()]
    assert slugs == [shop.slug, made.json()["slug"]]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"currency": "ZZZ"}, 422, "setting_invalid"),
        ({"language": "xx"}, 422, "setting_invalid"),
        ({"slug": "a"}, 422, "slug_invalid"),
        ({"slug": "admin"}, 422, "slug_reserved"),
        ({"name": "\0"}, 422, "name_invalid"),
        ({"name": ""}, 422, "name_invalid"),
        ({"colour": "red"}, 422, "invalid_input"),
        ({"name": 5}, 422, "invalid_input"),
    ],
)
async def test_a_shop_that_cannot_be_is_refused(
    desk: Desk, change: dict[str, Any], status: int, code: str
) -> None:
    headers = {"authorization": f"Bearer {desk.token}"}
    body = {"name": "Kvitka", "currency": "UAH", **change}
    refused(await desk.api.http.post("/api/v1/shops", json=body, headers=headers), status, code)
    assert len((await desk.api.http.get("/api/v1/shops", headers=headers)).json()) == 1


async def test_a_shop_is_opened_without_a_spare_schema(
    desk: Desk, owner: asyncpg.Connection
) -> None:
    taken = await owner.fetch(
        "UPDATE platform.tenant_schema SET shop_id = gen_random_uuid()"
        " WHERE shop_id IS NULL RETURNING name"
    )
    headers = {"authorization": f"Bearer {desk.token}"}
    body = {"name": "Kvitka", "currency": "UAH", "slug": f"s-{new_id().hex[-8:]}"}
    made = await desk.api.http.post("/api/v1/shops", json=body, headers=headers)
    assert made.status_code == 201
    again = await desk.api.http.post("/api/v1/shops", json=body, headers=headers)
    refused(again, 409, "slug_taken")
    await owner.execute(
        "UPDATE platform.tenant_schema SET shop_id = NULL WHERE name = ANY($1)",
        [row["name"] for row in taken],
    )
