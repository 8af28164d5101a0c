"""What is one shopper's own: profile, favourites, reviews, their data; by every way they come."""

import io
import zipfile
from typing import Any

import pytest
from PIL import Image

from kram.integrations.people.events import ExportRequested
from kram.integrations.people.joining import join
from kram.integrations.people.queries import exports_of
from kram.integrations.people.tasks import PeopleElsewhere
from kram.kit.crypto import KeyRing
from kram.kit.events.handling import Delivery
from kram.kit.ids import new_id
from kram.shop.catalog.models import Product
from kram.shop.customers.queries import customer_by_telegram
from kram.tenants.registry import Registry
from tests.factories.catalog import make_product
from tests.factories.inventory import STAFF
from tests.factories.people import make_person
from tests.factories.storefront import Storefront
from tests.miniapp.test_cart import Headers
from tests.miniapp.test_checkout import shopper_with
from tests.miniapp.test_orders import make
from tests.statements import statements

pytestmark = pytest.mark.anyio


def png(width: int, height: int) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(target, "PNG")
    return target.getvalue()


ADDRESS = {"recipient": "Ivan", "phone": "+380441234567", "city": "Lviv", "line": "Rynok 1"}


async def ask(storefront: Storefront, method: str, path: str, session: Headers, **more: Any) -> Any:
    url = f"{storefront.base}/api{path}"
    headers = {**session, "accept-language": "en"}
    return await storefront.browse.request(method, url, headers=headers, **more)


async def told(
    storefront: Storefront, method: str, path: str, session: Headers, **more: Any
) -> Any:
    answer = await ask(storefront, method, path, session, **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def goods(storefront: Storefront, title: str = "Cup") -> Product:
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        return await make_product(tx, title=title, stock=3)


async def guest(storefront: Storefront) -> Headers:
    await storefront.browse.post(f"{storefront.base}/api/session", json={})
    return {}


@pytest.mark.parametrize("is_guest", [True, False])
async def test_a_profile_is_filled_in(storefront: Storefront, is_guest: bool) -> None:
    session = await guest(storefront) if is_guest else await storefront.sign_in()
    empty = await told(storefront, "GET", "/profile", session)
    assert (empty["phone"], empty["addresses"], empty["proved_phone"]) == ("", [], False)
    assert {consent["granted"] for consent in empty["consents"]} == {False}
    words = {"name": "Lesia", "phone": "+380 44 123 45 67", "email": "", "language": "uk"}
    filled = await told(storefront, "PUT", "/profile", session, json=words)
    assert (filled["name"], filled["phone"]) == ("Lesia", "+380441234567")
    added = await told(storefront, "POST", "/profile/addresses", session, json=ADDRESS)
    [address] = added["addresses"]
    consent = {"channel": "telegram", "purpose": "marketing", "granted": True}
    allowed = await told(storefront, "PUT", "/profile/consents", session, json=consent)
    assert [c["granted"] for c in allowed["consents"]] == [True, False, False, False]
    path = f"/profile/addresses/{address['id']}"
    assert (await told(storefront, "DELETE", path, session))["addresses"] == []
    bad = await ask(
        storefront, "PUT", "/profile", session, json={**words, "phone": "12", "name": ""}
    )
    assert [e["pointer"] for e in bad.json()["errors"]] == ["/name", "/phone"]


async def test_favourites_are_the_same_on_two_devices(
    storefront: Storefront, other_storefront: Storefront
) -> None:
    cup, mug = await goods(storefront), await goods(storefront, "Mug")
    session = await storefront.sign_in()
    for product in (cup, mug, cup):
        await told(storefront, "PUT", f"/favourites/{product.id}", session)
    another = await storefront.sign_in()
    assert len((await told(storefront, "GET", "/favourites/ids", another))["ids"]) == 2
    with statements(storefront.stall.db) as sent:
        page = await told(storefront, "GET", "/favourites", another)
    assert ([item["title"] for item in page["items"]], len(sent)) == (["Mug", "Cup"], 1)
    assert page["items"][0]["price"] == "₴125"
    left = await told(storefront, "DELETE", f"/favourites/{mug.id}", session)
    assert left["ids"] == [str(cup.id)]
    strange = await ask(
        other_storefront, "PUT", f"/favourites/{cup.id}", await guest(other_storefront)
    )
    assert (strange.status_code, strange.json()["code"]) == (404, "review_product_not_found")


async def test_a_review_with_a_photo_is_written_read_and_changed(storefront: Storefront) -> None:
    cup = await goods(storefront)
    session = await storefront.sign_in()
    path = f"/products/{cup.slug}"
    photo = await told(storefront, "POST", "/review-photos", session, content=png(40, 30))
    words = {"stars": 4, "body": "Lovely", "photos": [photo["token"]]}
    [mine] = (await told(storefront, "PUT", f"{path}/review", session, json=words))["items"]
    assert (mine["state"], len(mine["photos"])) == ("pending", 1)
    everybody = await told(storefront, "GET", f"{path}/reviews", {})
    assert (everybody["count"], everybody["items"]) == (0, [])
    [again] = (await told(storefront, "GET", f"{path}/review", session))["items"]
    kept = [each["token"] for each in again["photos"]]
    changed = {"stars": 5, "body": "", "photos": kept}
    await told(storefront, "PUT", f"{path}/review", session, json=changed)
    [own] = (await told(storefront, "GET", "/reviews", session))["items"]
    assert (own["product"], own["stars"], own["state"]) == ("Cup", 5, "pending")
    stars = {"stars": 5, "body": "", "photos": []}
    [shown] = (await told(storefront, "PUT", f"{path}/review", session, json=stars))["items"]
    assert shown["state"] == "published"
    read = await told(storefront, "GET", f"{path}/reviews", {})
    assert (read["count"], read["mean"], read["by_stars"]) == (1, "5.0", [0, 0, 0, 0, 1])
    assert [item["author"] for item in read["items"]] == ["Ivan"]
    assert (await told(storefront, "DELETE", f"{path}/review", session))["items"] == []
    assert (await told(storefront, "GET", f"{path}/reviews", {}))["count"] == 0


async def test_another_ones_photo_and_what_is_none_are_refused(storefront: Storefront) -> None:
    cup = await goods(storefront)
    session, other = await storefront.sign_in(), await storefront.sign_in(user=43)
    photo = await told(storefront, "POST", "/review-photos", other, content=png(9, 9))
    for token in (photo["token"], "x", photo["token"] + "x"):
        words = {"stars": 5, "photos": [token]}
        answer = await ask(storefront, "PUT", f"/products/{cup.slug}/review", session, json=words)
        assert (answer.status_code, answer.json()["code"]) == (422, "review_photo_unknown")
    broken = await ask(storefront, "POST", "/review-photos", session, content=b"<svg/>")
    assert (broken.status_code, broken.json()["code"]) == (422, "picture_unreadable")
    for stars in (0, 6, "x", None):
        answer = await ask(
            storefront, "PUT", f"/products/{cup.slug}/review", session, json={"stars": stars}
        )
        assert answer.status_code in (400, 422)
    nowhere = await ask(storefront, "GET", "/products/nothing/reviews", {})
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "review_product_not_found")


async def test_reviews_cost_the_same_for_one_and_for_ten(storefront: Storefront) -> None:
    cup = await goods(storefront)
    counts = []
    for user in range(100, 110):
        session = await storefront.sign_in(user=user)
        words = {"stars": 5, "body": "", "photos": []}
        await told(storefront, "PUT", f"/products/{cup.slug}/review", session, json=words)
        with statements(storefront.stall.db) as sent:
            await told(storefront, "GET", f"/products/{cup.slug}/reviews", {})
        counts.append(len(sent))
    assert set(counts) == {3}


async def test_a_joined_session_is_the_profile_that_is_left(storefront: Storefront) -> None:
    session = await shopper_with(storefront)
    code = await make(storefront, session)
    db, tenant = storefront.stall.db, storefront.stall.tenant
    async with db.tenant(tenant) as tx:
        mine = await customer_by_telegram(tx, 42)
        assert mine is not None
        older = await make_person(tx, name="Ivan", created_at=mine.created_at.replace(year=2020))
        await join(tx, older.id, mine.id, STAFF)
    storefront.services.profiles.forget(tenant, mine.id)
    orders = await told(storefront, "GET", "/orders", session)
    assert [order["code"] for order in orders["items"]] == [code]
    assert (await told(storefront, "GET", "/profile", session))["name"] == "Ivan"


async def test_all_that_is_known_comes_in_a_file(storefront: Storefront, keys: KeyRing) -> None:
    session = await storefront.sign_in()
    asked = await told(storefront, "POST", "/profile/file", session)
    assert asked == {"waiting": True, "url": None}
    db, tenant = storefront.stall.db, storefront.stall.tenant
    elsewhere = PeopleElsewhere(
        storefront.stall.carts, storefront.services.storage, Registry(db, keys)
    )
    async with db.tenant_read(tenant) as tx:
        mine = await customer_by_telegram(tx, 42)
        assert mine is not None
        [export] = await exports_of(tx, [mine.id])
    event = ExportRequested(export_id=export.id)
    await elsewhere.export(Delivery(db, tenant, new_id(), "people.export", 1, event))
    ready = await told(storefront, "GET", "/profile/file", session)
    file = await storefront.browse.get(ready["url"])
    assert zipfile.ZipFile(io.BytesIO(file.content)).namelist() == ["data.json", "data.html"]
    forged = await storefront.browse.get(ready["url"][:-3] + "abc")
    assert (forged.status_code, forged.json()["code"]) == (404, "person_export_not_found")


async def test_who_was_erased_is_signed_in_no_more(storefront: Storefront) -> None:
    session = await shopper_with(storefront)
    await make(storefront, session)
    open_order = await ask(storefront, "POST", "/profile/erase", session, json={})
    assert (open_order.status_code, open_order.json()["code"]) == (409, "erase_orders_open")
    other = await storefront.sign_in(user=43)
    assert await told(storefront, "POST", "/profile/erase", other, json={}) == {"erased": True}
    refused = await ask(storefront, "GET", "/profile", other)
    assert (refused.status_code, refused.json()["code"]) == (401, "session_needed")
    fresh = await storefront.sign_in(user=43)
    assert (await told(storefront, "GET", "/profile", fresh))["addresses"] == []


async def test_a_guest_who_is_erased_is_somebody_new(storefront: Storefront) -> None:
    await guest(storefront)
    await told(storefront, "POST", "/profile/addresses", {}, json=ADDRESS)
    await told(storefront, "POST", "/profile/erase", {}, json={})
    assert (await ask(storefront, "GET", "/profile", {})).status_code == 401


@pytest.mark.parametrize("path", ["/profile", "/favourites"])
async def test_pages_are_the_same_for_everybody(storefront: Storefront, path: str) -> None:
    page = await storefront.browse.get(f"{storefront.base}{path}")
    assert page.status_code == 200
    assert "data-screen" in page.text


async def test_the_product_page_has_a_heart_and_reviews(storefront: Storefront) -> None:
    cup = await goods(storefront)
    page = (await storefront.browse.get(f"{storefront.base}/p/{cup.slug}")).text
    assert f'data-like="{cup.id}"' in page
    assert f'data-reviews="{cup.slug}"' in page
