"""Codes, a gift card and points in the cart; what is shown is what is charged."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from kram.kit.money import Money
from kram.shop.catalog.queries import offers
from kram.shop.giftcards import service as giftcards
from kram.shop.loyalty import service as loyalty
from kram.shop.loyalty.rules import Loyalty
from kram.shop.orders.service import bring
from kram.shop.promotions.rule import AmountOffOrder, Conditions, FreeDelivery
from kram.shop.taxes import service as taxes
from kram.shop.taxes.rules import TaxMode, TaxPolicy, TaxRate
from tests.factories.catalog import make_variant
from tests.factories.customers import make_customer
from tests.factories.inventory import STAFF
from tests.factories.orders import make_order
from tests.factories.promotions import make_promotion
from tests.factories.storefront import Storefront
from tests.miniapp.test_cart import Headers, put
from tests.miniapp.test_checkout import order
from tests.statements import statements

pytestmark = pytest.mark.anyio


async def ask(
    storefront: Storefront, headers: Headers, method: str, path: str, body: Any = None
) -> Any:
    answer = await storefront.browse.request(
        method,
        f"{storefront.base}/api{path}",
        json=body,
        headers={"accept-language": "en", **headers},
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def with_goods(storefront: Storefront, quantity: int = 2) -> Headers:
    """100.00 each."""
    session: Headers = await storefront.sign_in()
    variant_id = await storefront.stall.stock(5, price_minor=10_000)
    await put(storefront, session, variant_id, quantity)
    return session


async def test_a_code_works_and_is_taken_out(storefront: Storefront) -> None:
    session = await with_goods(storefront)
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        await make_promotion(tx, AmountOffOrder(1_500), name="Spring", code="SPRING")
    cart = await ask(storefront, session, "POST", "/cart/codes", {"code": " spring "})
    assert cart["totals"]["codes"] == [{"code": "SPRING", "note": ""}]
    assert cart["totals"]["parts"] == [
        {"kind": "goods", "name": "Goods", "minor": 20_000},
        {"kind": "promotion", "name": "Spring (SPRING)", "minor": -1_500},
    ]
    assert cart["totals"]["to_pay_minor"] == 18_500
    cart = await ask(storefront, session, "POST", "/cart/codes/remove", {"code": "SPRING"})
    assert (cart["totals"]["codes"], cart["totals"]["to_pay_minor"]) == ([], 20_000)


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({"when": Conditions(min_sum_minor=30_000)}, "Add goods for ₴100 more, and the code works"),
        ({"when": Conditions(min_quantity=3)}, "Add 1 more units, and the code works"),
        (
            {"ends_at": datetime(2026, 11, 1, 12, tzinfo=UTC)},
            "This code worked until 1 November, 14:00",
        ),
        ({"when": Conditions(channels=("web",))}, "This code does not work here"),
    ],
)
async def test_why_not_is_said_in_words(
    storefront: Storefront, changes: dict[str, Any], note: str
) -> None:
    session = await with_goods(storefront)
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        await make_promotion(tx, code="CODE", **changes)
    cart = await ask(storefront, session, "POST", "/cart/codes", {"code": "code"})
    assert cart["totals"]["codes"] == [{"code": "CODE", "note": note}]
    assert cart["totals"]["to_pay_minor"] == 20_000


async def test_an_unknown_code_says_so(storefront: Storefront) -> None:
    session = await with_goods(storefront)
    cart = await ask(storefront, session, "POST", "/cart/codes", {"code": "OOPS"})
    [code] = cart["totals"]["codes"]
    assert code["note"] == "There is no such code: check how it is spelled"


async def test_five_codes_are_enough(storefront: Storefront) -> None:
    session = await with_goods(storefront)
    for number in range(5):
        await ask(storefront, session, "POST", "/cart/codes", {"code": f"CODE{number}"})
    answer = await storefront.browse.post(
        f"{storefront.base}/api/cart/codes", json={"code": "SIXTH"}, headers=session
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_codes")


@pytest.mark.parametrize("body", [{}, {"code": ""}, {"code": "x" * 65}, {"code": 5}])
async def test_a_code_that_is_none_is_refused(storefront: Storefront, body: Any) -> None:
    session = await storefront.sign_in()
    answer = await storefront.browse.post(
        f"{storefront.base}/api/cart/codes", json=body, headers=session
    )
    assert answer.status_code in (400, 422)


async def test_what_is_missing_to_an_automatic_promotion(storefront: Storefront) -> None:
    session = await with_goods(storefront)
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        when = Conditions(min_sum_minor=25_000)
        await make_promotion(tx, FreeDelivery(), name="Free delivery", when=when)
    cart = await ask(storefront, session, "GET", "/cart")
    assert cart["totals"]["hint"] == "Add goods for ₴50 more to get “Free delivery”"


async def test_what_is_shown_is_what_is_charged(storefront: Storefront) -> None:
    """Everything at once, through the doors; the cart is forgotten with its extras afterwards."""
    stall = storefront.stall
    session = await with_goods(storefront)
    async with stall.db.tenant(stall.tenant) as tx:
        await make_promotion(tx, AmountOffOrder(2_000), name="Sale")
        rates = (TaxRate("VAT 20%", 200_000),)
        await taxes.save(tx, TaxPolicy(mode=TaxMode.ADDED, rates=rates))
        await loyalty.save(tx, Loyalty(is_active=True, spend_limit=5_000))
        [card] = await giftcards.issue(tx, Money(5_000, "UAH"), STAFF)
    await ask(storefront, session, "POST", "/cart/codes", {"code": card.code})
    await grant(storefront, 1_000)
    await ask(storefront, session, "PUT", "/cart/points", {"is_on": True})
    cart = await ask(storefront, session, "GET", "/cart?delivery=courier")
    totals = cart["totals"]
    assert [(part["kind"], part["minor"]) for part in totals["parts"]] == [
        ("goods", 20_000),
        ("promotion", -2_000),
        ("points", -1_000),
        ("delivery", 9_000),
        ("tax", 5_200),
        ("gift_card", -5_000),
    ]
    assert totals["gift_card"] == card.code[-4:]
    assert totals["points"] == {"balance_minor": 1_000, "spendable_minor": 1_000, "is_on": True}
    assert sum(part["minor"] for part in totals["parts"]) == totals["to_pay_minor"] == 26_200

    answer = await order(
        storefront,
        session,
        totals["total_minor"],
        expected_to_pay_minor=totals["to_pay_minor"],
        payment="cod",
        delivery="courier",
    )
    assert answer.status_code == 200, answer.text
    placed = answer.json()["order_code"]
    told = await ask(storefront, session, "GET", f"/orders/{placed}")
    assert [part["amount"] for part in told["parts"]] == [
        "₴200",
        "-₴20",
        "-₴10",
        "₴90",
        "₴52",
        "-₴50",
    ]
    assert told["total"] == "₴262"
    assert (await ask(storefront, session, "GET", "/cart"))["totals"]["gift_card"] == ""


async def grant(storefront: Storefront, points: int) -> None:
    stall, customer_id = storefront.stall, await only_customer(storefront)
    async with stall.db.tenant(stall.tenant) as tx:
        await loyalty.adjust(tx, customer_id, points, STAFF, "")


async def only_customer(storefront: Storefront) -> UUID:
    async with storefront.stall.db.tenant_read(storefront.stall.tenant) as tx:
        customer_id: UUID = await tx.scalar(text("SELECT id FROM customer"))
    return customer_id


async def test_a_removed_card_pays_nothing(storefront: Storefront) -> None:
    stall = storefront.stall
    session = await with_goods(storefront)
    async with stall.db.tenant(stall.tenant) as tx:
        [card] = await giftcards.issue(tx, Money(5_000, "UAH"), STAFF)
    cart = await ask(storefront, session, "POST", "/cart/codes", {"code": card.code.lower()})
    assert (cart["totals"]["to_pay_minor"], cart["totals"]["total_minor"]) == (15_000, 20_000)
    cart = await ask(storefront, session, "DELETE", "/cart/gift-card")
    assert cart["totals"]["to_pay_minor"] == 20_000


async def test_the_cart_takes_as_many_statements_for_a_hundred_lines_as_for_one(
    storefront: Storefront,
) -> None:
    stall, counts = storefront.stall, []
    async with stall.db.tenant(stall.tenant) as tx:
        await make_promotion(tx, when=Conditions(first_order=True))
    for lines in (1, 99):
        session = await storefront.sign_in()
        async with stall.db.tenant(stall.tenant) as tx:
            wanted = {await make_variant(tx, stock=1): 1 for _ in range(lines)}
            sold = await offers(tx, wanted)
        buyer = await only_customer(storefront)
        await stall.carts.put_lines(stall.tenant.id, buyer, [(offer, 1) for offer in sold.values()])
        await ask(storefront, session, "GET", "/cart?delivery=courier")  # who asks is then known
        with statements(stall.db) as sent:
            await ask(storefront, session, "GET", "/cart?delivery=courier")
        counts.append(len(sent))
    assert counts[0] == counts[1]


async def test_who_has_ordered_was_brought_by_nobody(storefront: Storefront) -> None:
    stall = storefront.stall
    async with stall.db.tenant(stall.tenant) as tx:
        friend, old, new = [(await make_customer(tx)).id for _ in range(3)]
        code = await loyalty.referral_code(tx, friend)
        await make_order(tx, customer_id=old)
        assert not await bring(tx, old, code)
        assert await bring(tx, new, code)
        assert not await bring(tx, friend, code)


NO_LINK = {"link": "", "for_you": "", "for_friend": "", "rewards": []}


async def test_a_friends_first_order_is_listed_among_the_rewards(storefront: Storefront) -> None:
    stall = storefront.stall
    shopper = await storefront.sign_in(42) | {"accept-language": "en"}
    async with stall.db.tenant(stall.tenant) as tx:
        rules = Loyalty(is_active=True, referral_points=5_000, welcome_points=2_500)
        await loyalty.save(tx, rules)
        friend = (await make_customer(tx)).id
    asked = await ask(storefront, shopper, "GET", "/referral")
    async with stall.db.tenant(stall.tenant) as tx:
        await loyalty.remember_referrer(tx, friend, asked["link"].rpartition("_")[2])
        order = await make_order(tx, customer_id=friend)
        await loyalty.earn(tx, friend, order.id, 12_500)
    told = await ask(storefront, shopper, "GET", "/referral")

    assert (told["for_you"], told["for_friend"]) == ("₴50", "₴25")
    assert [reward["amount"] for reward in told["rewards"]] == ["₴50"]


async def test_a_guest_has_no_link_to_bring_friends_by(storefront: Storefront) -> None:
    stall = storefront.stall
    async with stall.db.tenant(stall.tenant) as tx:
        await loyalty.save(tx, Loyalty(is_active=True, referral_points=5_000))
    await storefront.browse.post(f"{storefront.base}/api/session", json={})
    assert await ask(storefront, {}, "GET", "/referral") == NO_LINK
    page = await storefront.browse.get(f"{storefront.base}/invite")
    assert (page.status_code, 'data-screen="invite"' in page.text) == (200, True)


async def test_a_friend_comes_by_a_link_and_is_remembered(storefront: Storefront) -> None:
    stall = storefront.stall
    friend = await storefront.sign_in(42)
    assert await ask(storefront, friend, "GET", "/referral") == NO_LINK
    async with stall.db.tenant(stall.tenant) as tx:
        await loyalty.save(tx, Loyalty(is_active=True, referral_points=5_000))
    link = await ask(storefront, friend, "GET", "/referral")
    address, _, start_param = link["link"].partition("?startapp=")
    assert (address[:13], start_param[:2]) == ("https://t.me/", "r_")
    assert (link["for_you"], link["for_friend"], link["rewards"]) == ("₴50", "", [])
    assert await ask(storefront, friend, "GET", "/referral") == link
    launched = storefront.launch_data(user=43, start_param=start_param)
    answer = await storefront.browse.post(
        f"{storefront.base}/api/session", json={"init_data": launched}
    )
    assert answer.status_code == 200, answer.text
    async with stall.db.tenant_read(stall.tenant) as reading:
        brought = await reading.scalar(
            text("SELECT count(*) FROM point_account WHERE referrer_id IS NOT NULL")
        )
    assert brought == 1
