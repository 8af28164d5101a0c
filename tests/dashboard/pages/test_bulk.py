from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from kram.dashboard.bulk.forms import change_of, goods_of
from kram.dashboard.pages.forms import Form
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.errors import InvalidInput
from tests.factories.catalog import make_product
from tests.factories.dashboard import Browser, shown

CHANGE = {"change": "price_percent", "value": "10", "step": "1", "rounding": "up"}


async def price(db: Database, tenant: Tenant) -> int:
    async with db.tenant_read(tenant) as tx:
        found: int = await tx.scalar(text("SELECT price_minor FROM variant"))
    return found


@pytest.mark.anyio
async def test_goods_are_shown_changed_and_taken_back(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    async with db.tenant(tenant) as tx:
        await make_product(tx, title="Cup", sku="A", price_minor=1050)
    bulk = f"{path}/products/bulk"
    await browser.get(bulk)
    seen = await browser.send(bulk, CHANGE | {"action": "preview", "text": "cup"})
    assert "A Cup 10.50 12.00" in shown(seen)
    assert await price(db, tenant) == 1050
    answer = await browser.send(bulk, CHANGE | {"action": "edit", "text": "cup"})
    assert answer.status_code == 303
    assert await price(db, tenant) == 1200
    page = await browser.get(bulk)
    assert "1 products changed" in shown(page)
    [undo] = {
        part.split('"')[0] for part in page.text.split('action="')[1:] if "/undo" in part[:99]
    }
    assert (await browser.send(undo)).status_code == 303
    assert await price(db, tenant) == 1050
    assert "Taken back" in shown(await browser.get(bulk))


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"value": "ten"}, "Write a percentage"),
        ({"value": "NaN"}, "Write a percentage"),
        ({"value": "-101"}, "Write a percentage"),
        ({"price_from": "x"}, "Write the amount in digits"),
        ({"stock_to": "-1"}, "Write a whole number"),
        ({"change": "stock", "value": "1.5"}, "Write units"),
        ({"change": "status", "to_status": "gone"}, "Choose a status"),
        ({"text": "nothing", "action": "edit"}, "Nothing would change"),
    ],
)
async def test_what_cannot_be_is_told_beside_its_field(
    browser: Browser, path: str, fields: dict[str, str], said: str
) -> None:
    await browser.get(f"{path}/products/bulk")
    answer = await browser.send(f"{path}/products/bulk", CHANGE | fields)
    assert answer.status_code == 422
    assert said in shown(answer)


NAMES = ("change", "value", "step", "rounding", "to_category", "to_status", "text", "category",
         "tag", "status", "price_from", "price_to", "stock_from", "stock_to")  # fmt: skip
KINDS = st.sampled_from(["price_percent", "price_amount", "stock", "category", "status", "x"])


@given(typed=st.dictionaries(st.sampled_from(NAMES), st.text(max_size=30)), kind=KINDS)
def test_whatever_is_typed_is_a_change_or_a_refusal(typed: dict[str, str], kind: str) -> None:
    form = Form.of(**(typed | {"change": kind}))
    for read in (goods_of, change_of):
        with suppress(InvalidInput):
            read(form, "UAH")
