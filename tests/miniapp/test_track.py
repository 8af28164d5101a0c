"""An order by its signed link: what is shown, to whom, and what never is."""

import pytest

from kram.kit.ids import new_id
from kram.shop.orders import service as orders
from kram.shop.orders.queries import lines_of, order_by_code
from kram.shop.orders.service import Tracking
from kram.shop.orders.track import TrackLinks
from tests.factories.inventory import STAFF
from tests.factories.storefront import Storefront

pytestmark = pytest.mark.anyio


async def link_to(storefront: Storefront, payment: str = "cod") -> tuple[str, str]:
    """The path of the page, and the order's code."""
    order_id = await storefront.stall.order(payment=payment)
    order, _, _ = await storefront.stall.look(order_id)
    tenant = storefront.stall.tenant
    token = storefront.services.track.token(tenant.id, order.code)
    return f"/m/{tenant.slug}/track/{token}", order.code


async def test_it_tells_where_the_order_is_and_nothing_personal(storefront: Storefront) -> None:
    path, code = await link_to(storefront)
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        order = await order_by_code(tx, code)
        assert order is not None
        await orders.accept(tx, order.id, STAFF)
        [line] = await lines_of(tx, order.id)
        parcel = await orders.pack(tx, order.id, {line.id: 1}, STAFF)
        await tx.flush()
        way = Tracking("20450001", "https://carrier.example/20450001", "Nova")
        await orders.send(tx, order.id, parcel.id, STAFF, way)
        await orders.note(tx, order.id, "a secret of the staff", STAFF)
    answer = await storefront.browse.get(path)
    assert answer.status_code == 200
    for words in ("Ivan", "20450001", "https://carrier.example/20450001", "Kettle"):
        assert words in answer.text
    for words in ("Franko", "441234567", "Rynok", "a secret of the staff"):
        assert words not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert answer.headers["referrer-policy"] == "no-referrer"


async def test_no_other_link_opens_it(storefront: Storefront) -> None:
    path, code = await link_to(storefront)
    shop, _, token = path.rpartition("/")
    sign = token.partition("-")[2]
    wrong = (code, f"{code}-", f"{code}-{sign[:-1]}", f"{code}-{'a' * 24}", f"0000000000-{sign}")
    for other in (*wrong, f"{code}-{sign.upper()}", "é-é", "-"):
        answer = await storefront.browse.get(f"{shop}/{other}")
        assert answer.status_code == 404, other
        assert "Kettle" not in answer.text


def test_a_link_of_another_shop_opens_nothing(storefront: Storefront) -> None:
    links = storefront.services.track
    ours, theirs = storefront.stall.tenant.id, new_id()
    token = links.token(ours, "0123456789")
    assert links.read(ours, token) == "0123456789"
    assert links.read(theirs, token) is None
    assert isinstance(links, TrackLinks)


async def test_an_unpaid_order_is_paid_from_there(storefront: Storefront) -> None:
    path, _ = await link_to(storefront, payment="sandbox")
    page = (await storefront.browse.get(path)).text
    assert "/pay" in page
    assert 'http-equiv="refresh"' in page  # it says that it will tell of the money by itself
    assert page.count("<li data-ahead>") == 4  # paid, accepted, sent, received: none of it yet
    answer = await storefront.browse.get(f"{path}/pay")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("http://acquirer.test/")


async def test_a_paid_order_asks_for_nothing(storefront: Storefront) -> None:
    path, _ = await link_to(storefront)
    page = (await storefront.browse.get(path)).text
    assert "/pay" not in page
    assert 'http-equiv="refresh"' not in page
    answer = await storefront.browse.get(f"{path}/pay")
    assert (answer.status_code, answer.headers["location"]) == (303, path)
