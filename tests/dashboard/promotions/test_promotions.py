"""Promotions, codes, gift cards, taxes and points on the dashboard's pages."""

import re
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from kram.dashboard.pages.forms import FieldsRefused, Form
from kram.dashboard.promotions.rule_form import EffectKind, filled_form, read_rule, told
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.errors import filled
from kram.shop.giftcards.models import GiftCard
from kram.shop.loyalty import service as loyalty
from kram.shop.promotions.models import PromoCode, Promotion
from kram.shop.promotions.rule import Rule
from kram.shop.taxes import service as taxes
from kram.shop.taxes.rules import TaxMode
from tests.factories.dashboard import Browser, shown
from tests.factories.orders import make_order
from tests.factories.promotions import make_promotion, rules
from tests.statements import statements

pytestmark = pytest.mark.anyio

SIMPLE = {"kind": "percent", "name": "Spring", "percent": "12.5", "given": "code"}


async def promotions(db: Database, tenant: Tenant) -> list[Promotion]:
    async with db.tenant_read(tenant) as tx:
        return list(await tx.scalars(select(Promotion).order_by(Promotion.id)))


async def test_an_empty_list_teaches(browser: Browser, path: str) -> None:
    text = shown(await browser.get(f"{path}/promotions"))
    assert "No promotions yet" in text
    for name in ("Percent off", "Free delivery", "The more, the cheaper"):
        assert name in text


@pytest.mark.parametrize("kind", list(EffectKind))
async def test_each_kind_has_its_form(browser: Browser, path: str, kind: str) -> None:
    answer = await browser.get(f"{path}/promotions/new?kind={kind}")
    assert answer.status_code == 200
    assert f'name="kind" value="{kind}"' in answer.text


async def test_a_promotion_is_made_with_its_code_and_changed(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    fields = {
        **SIMPLE,
        "code": "spring",
        "min_sum": "250",
        "first_order": "yes",
        "buyer_limit": "1",
        "ends_at": "2030-05-01T12:30",
    }
    text = await browser.send_on(f"{path}/promotions", fields)
    assert "The promotion is ready" in text
    assert "SPRING" in text
    [made] = await promotions(db, tenant)
    assert made.rule["effect"] == {"kind": "percent", "basis_points": 1_250}
    assert made.rule["when"] == {"min_sum_minor": 25_000, "first_order": True}
    assert made.ends_at is not None
    assert (made.ends_at.isoformat(), made.buyer_limit) == ("2030-05-01T09:30:00+00:00", 1)
    at = f"{path}/promotions/{made.id}"
    page = (await browser.get(at)).text
    assert 'value="12.5"' in page
    assert 'value="2030-05-01T12:30"' in page
    await browser.send(at, {**SIMPLE, "percent": "20", "given": "automatic"})
    await browser.send(f"{at}/switch", {"active": "no"})
    [changed] = await promotions(db, tenant)
    assert (changed.is_automatic, changed.is_active) == (True, False)
    assert changed.rule["effect"] == {"kind": "percent", "basis_points": 2_000}
    assert changed.rule["when"] == {}
    assert "Paused" in shown(await browser.get(f"{path}/promotions"))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"percent": "0"}, "percent"),
        ({"percent": "101"}, "percent"),
        ({"percent": "ten"}, "percent"),
        ({"min_sum": "-5"}, "min_sum"),
        ({"min_quantity": "1.5"}, "min_quantity"),
        ({"total_limit": "0"}, "total_limit"),
        ({"buyer_limit": "many"}, "buyer_limit"),
        ({"priority": "99999"}, "priority"),
        ({"starts_at": "tomorrow"}, "starts_at"),
        ({"starts_at": "2030-01-02T00:00", "ends_at": "2030-01-01T00:00"}, "ends_at"),
        ({"code": "a%"}, "code"),
    ],
)
async def test_what_is_wrong_stands_beside_its_field(
    browser: Browser, db: Database, tenant: Tenant, path: str, changes: Any, field: str
) -> None:
    answer = await browser.send(f"{path}/promotions", {**SIMPLE, **changes})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert await promotions(db, tenant) == []


async def test_codes_are_added_made_and_downloaded(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    async with db.tenant(tenant) as tx:
        promotion = await make_promotion(tx, is_automatic=False)
    at = f"{path}/promotions/{promotion.id}"
    assert "The code VIP works now" in await browser.send_on(f"{at}/codes", {"code": "vip"})
    assert "exists already" in await browser.send_on(f"{at}/codes", {"code": "VIP"})
    assert "Use 3 to 40" in await browser.send_on(f"{at}/codes", {"code": "!"})
    made = {"count": "120", "prefix": "BF-", "length": "8", "use_limit": "1"}
    assert "120 codes are ready" in await browser.send_on(f"{at}/codes/generate", made)
    assert "Make 1 to" in await browser.send_on(f"{at}/codes/generate", {"count": "0"})
    file = await browser.get(f"{at}/codes.csv")
    assert file.headers["content-disposition"] == 'attachment; filename="codes.csv"'
    assert len(file.text.splitlines()) == 122
    async with db.tenant_read(tenant) as reading:
        assert len(list(await reading.scalars(select(PromoCode)))) == 121


async def test_the_list_takes_as_many_statements_for_twenty_as_for_one(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    counts = []
    for more in (1, 19):
        async with db.tenant(tenant) as tx:
            for _ in range(more):
                await make_promotion(tx)
        with statements(db) as sent:
            text = shown(await browser.get(f"{path}/promotions"))
        counts.append(sum("promo" in each for each in sent))
    assert text.count("10 % off") == 20
    assert counts == [3, 3]


async def test_gift_cards_show_their_codes_once(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    assert "No gift cards yet" in shown(await browser.get(f"{path}/gift-cards"))
    answer = await browser.send(
        f"{path}/gift-cards", {"amount": "500", "count": "2", "note": "Prize"}
    )
    codes = re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", answer.text)
    assert len(codes) == 2
    again = (await browser.get(f"{path}/gift-cards")).text
    assert codes[0] not in again
    assert f"••{codes[0][-4:]}" in again
    async with db.tenant_read(tenant) as tx:
        card = (await tx.scalars(select(GiftCard).limit(1))).one()
    await browser.send(f"{path}/gift-cards/{card.id}/block", {"blocked": "yes"})
    assert "Blocked" in shown(await browser.get(f"{path}/gift-cards?q={card.last4}"))


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"amount": "0"}, "amount"), ({"amount": "x"}, "amount"), ({"count": "0"}, "count")],
)
async def test_senseless_cards_are_refused(
    browser: Browser, path: str, changes: Any, field: str
) -> None:
    fields = {"amount": "100", "count": "1", **changes}
    answer = await browser.send(f"{path}/gift-cards", fields)
    assert (answer.status_code, f'id="{field}-error"' in answer.text) == (422, True)


async def test_taxes_are_saved_with_their_rates(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    fields = {
        "mode": "included",
        "rounding": "order",
        "country": "ua",
        "taxes_delivery": "yes",
        "rate_name": ["ПДВ", ""],
        "rate_percent": ["20", ""],
        "rate_country": ["UA", ""],
        "rate_category": ["", ""],
    }
    assert "Saved" in await browser.send_on(f"{path}/settings/taxes", fields)
    async with db.tenant_read(tenant) as tx:
        policy = await taxes.policy(tx)
    assert (policy.mode, [rate.rate_ppm for rate in policy.rates]) == (TaxMode.INCLUDED, [200_000])
    wrong = {**fields, "rate_percent": ["200", ""]}
    assert (await browser.send(f"{path}/settings/taxes", wrong)).status_code == 422


async def test_points_are_switched_on(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    fields = {
        "active": "yes",
        "earn_rate": "5",
        "spend_limit": "30",
        "kept_days": "",
        "referral_points": "50",
        "welcome_points": "0",
    }
    assert "Saved" in await browser.send_on(f"{path}/settings/points", fields)
    async with db.tenant_read(tenant) as tx:
        shop = await loyalty.loyalty(tx)
    assert (shop.earn_rate, shop.kept_days, shop.referral_points) == (500, None, 5_000)
    answer = await browser.send(f"{path}/settings/points", {**fields, "earn_rate": "101"})
    assert (answer.status_code, 'id="earn_rate-error"' in answer.text) == (422, True)


async def test_an_order_shows_what_its_sum_is_made_of(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    async with db.tenant(tenant) as tx:
        await make_promotion(tx, name="Black Friday")
        order = await make_order(tx)
    text = shown(await browser.get(f"{path}/orders/{order.code}"))
    assert "Black Friday" in text
    assert "-₴12.50" in text
    assert "₴182.50" in text


@given(rules)
def test_a_rule_keeps_what_its_form_does_not_show(rule: Rule) -> None:
    """Opened and saved: nothing that REST has set is lost."""
    form = Form.of(**filled_form(rule, "UAH"))
    assert msgspec.to_builtins(read_rule(form, "UAH", rule)) == msgspec.to_builtins(rule)


@given(rules)
def test_every_rule_is_told(rule: Rule) -> None:
    message, values = told(rule, "KWD")
    assert "%(" not in filled(message, {**values, "": ""})


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "kind",
                "percent",
                "amount",
                "buy",
                "get",
                "times",
                "from_0",
                "off_0",
                "from_1",
                "off_1",
                "min_sum",
                "min_quantity",
                "category_id",
            ]
        ),
        st.text(max_size=12),
    )
)
def test_any_form_is_a_rule_or_refused(fields: dict[str, str]) -> None:
    try:
        rule = read_rule(Form.of(**fields), "UAH", None)
    except FieldsRefused:
        return
    assert msgspec.json.decode(msgspec.json.encode(rule), type=Rule)
