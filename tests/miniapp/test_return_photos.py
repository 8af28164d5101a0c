"""Photos of a return: re-encoded, private to the shop and to who took them."""

import io
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from PIL import Image

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.storage import BadKey
from kram.kit.storage.local import LocalStorage
from kram.shop.returns.events import ReturnPhotoTaken
from kram.shop.returns.models import ReturnReason
from kram.shop.returns.queries import returns_of
from kram.shop.returns.service import Wish, request
from kram.shop.returns.tasks import ReturnPhotos
from tests.factories.orders import SHOPPER
from tests.factories.returns import delivered_order
from tests.factories.storefront import Storefront
from tests.house import House, empty
from tests.miniapp.test_after_sale import delivered, post
from tests.miniapp.test_cart import Headers
from tests.miniapp.test_checkout import all_orders, shopper_with
from tests.miniapp.test_people import png

pytestmark = pytest.mark.anyio


async def upload(storefront: Storefront, session: Headers, content: bytes) -> Any:
    address = f"{storefront.base}/api/return-photos"
    return await storefront.browse.post(address, headers=session, content=content)


def wish(line: str, *photos: str) -> dict[str, Any]:
    lines = [{"line_id": line, "quantity": 1}]
    return {"lines": lines, "reason": "defective", "photos": list(photos)}


async def test_photos_go_with_a_return_and_have_no_public_address(storefront: Storefront) -> None:
    session = await shopper_with(storefront)
    code, line = await delivered(storefront, session)
    taken = (await upload(storefront, session, png(40, 30))).json()
    seen = await storefront.browse.get(taken["picture"]["src"])
    asked = await post(storefront, session, f"{code}/returns", wish(line, taken["token"]))

    assert asked.status_code == 200, asked.text
    assert (seen.status_code, seen.headers["content-type"]) == (200, "image/webp")
    assert "private" in seen.headers["cache-control"]
    assert Image.open(io.BytesIO(seen.content)).format == "WEBP"
    [made] = await all_orders(storefront)
    async with storefront.stall.db.tenant_read(storefront.stall.tenant) as tx:
        [back] = await returns_of(tx, made.id)
    [key] = back.photos
    with pytest.raises(BadKey):
        storefront.services.storage.url(f"{key}/320.webp")


@pytest.mark.parametrize("content", [b"", b"<svg/>", b"GIF89a", b"\x89PNG broken"])
async def test_what_is_no_picture_is_not_taken_in(storefront: Storefront, content: bytes) -> None:
    session = await storefront.sign_in()
    answer = await upload(storefront, session, content)

    assert answer.status_code in (400, 413, 422)


async def test_nobody_sends_another_ones_photo_nor_looks_without_a_token(
    storefront: Storefront,
) -> None:
    session = await shopper_with(storefront)
    code, line = await delivered(storefront, session)
    stranger = await storefront.sign_in(43)
    theirs = (await upload(storefront, stranger, png(9, 9))).json()["token"]
    for token in (theirs, "forged", "a.b.c"):
        answer = await post(storefront, session, f"{code}/returns", wish(line, token))
        assert (answer.status_code, answer.json()["code"]) == (422, "return_photo_unknown")
    many = await post(storefront, session, f"{code}/returns", wish(line, *[theirs] * 7))
    assert many.status_code in (400, 422)
    nothing = await storefront.browse.get(f"{storefront.base}/api/return-photos/forged")
    assert nothing.status_code == 404
    async with storefront.another_browser() as nobody:
        refused = await nobody.post(f"{storefront.base}/api/return-photos", content=png(9, 9))
    assert refused.status_code == 401
    [made] = await all_orders(storefront)
    async with storefront.stall.db.tenant_read(storefront.stall.tenant) as tx:
        assert await returns_of(tx, made.id) == []


async def test_a_photo_that_no_return_has_is_swept_and_the_others_stay(
    db: Database, tenant: Tenant, owner: asyncpg.Connection, tmp_path: Path
) -> None:
    await empty(owner)
    storage = LocalStorage(tmp_path)
    handlers = {"sweep": ReturnPhotos(storage).sweep}
    house = House(db, [tenant], handlers, events={"return.photo_taken.v1": ["sweep"]})
    sent, unsent = [f"private/{tenant.id}/returns/{name}" for name in ("sent", "unsent")]
    for key in (sent, unsent):
        await storage.put(f"{key}/320.webp", b"", "image/webp")
    async with db.tenant(tenant) as tx:
        order, (line,), _ = await delivered_order(tx)
        asked = Wish(units={line: 1}, reason=ReturnReason.DEFECTIVE, photos=(sent,))
        await request(tx, order.id, asked, SHOPPER)
        for key in (sent, unsent):
            tx.publish(ReturnPhotoTaken(key=key))
    await house.settle()
    assert await storage.exists(f"{sent}/320.webp")
    assert not await storage.exists(f"{unsent}/320.webp")
