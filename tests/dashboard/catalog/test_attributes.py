"""An attribute is renamed, translated, and given other choices."""

import pytest

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.shop.catalog.attributes.queries import attributes
from kram.shop.catalog.attributes.service import choices_of
from kram.shop.catalog.models import Attribute
from tests.factories.dashboard import Browser, shown

pytestmark = pytest.mark.anyio


async def only_one(db: Database, tenant: Tenant) -> Attribute:
    async with db.tenant_read(tenant) as tx:
        [attribute] = await attributes(tx)
    return attribute


async def make_tint(browser: Browser, db: Database, tenant: Tenant, path: str) -> Attribute:
    await browser.send_on(
        f"{path}/attributes",
        {"label": "Tint", "kind": "colour", "choices": "Red #ff0000\nBlue", "is_filter": "1"},
    )
    return await only_one(db, tenant)


async def test_choices_keep_their_codes_when_they_are_renamed(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    tint = await make_tint(browser, db, tenant, path)
    at = f"{path}/attributes/{tint.id}"
    assert "Shoppers may filter by it" in shown(await browser.get(at))
    await browser.send_on(
        at,
        {
            "label": "Shade",
            "unit": "",
            "position": "2",
            "choice_code": ["red", "blue"],
            "choice_label": ["Crimson", "Blue"],
            "choice_colour": ["#dc143c", ""],
            "choice_uk": ["Багряний", ""],
            "choice_ru": ["", ""],
            "choice_off": ["blue"],
            "choices": "Green #00ff00",
            "translations.uk.label": "Відтінок",
        },
    )
    kept = await only_one(db, tenant)
    assert (kept.code, kept.kind, kept.label, kept.position) == ("tint", "colour", "Shade", 2)
    assert (kept.is_filter, kept.translations) == (False, {"uk": {"label": "Відтінок"}})
    assert [(each.code, each.label, each.colour) for each in choices_of(kept)] == [
        ("red", "Crimson", "#dc143c"),
        ("green", "Green", "#00ff00"),
    ]
    assert choices_of(kept)[0].names["uk"] == "Багряний"


async def test_a_refused_attribute_stays_typed(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    tint = await make_tint(browser, db, tenant, path)
    typed = {"label": "", "choice_code": "red", "choice_label": "Ruby", "choice_colour": "red"}
    answer = await browser.send(f"{path}/attributes/{tint.id}", typed)
    assert answer.status_code == 422
    assert 'id="label-error"' in answer.text
    assert "Write a colour like #1a2b3c" in shown(answer)
    assert 'value="Ruby"' in answer.text
    assert (await only_one(db, tenant)).label == "Tint"


async def test_another_shops_attribute_does_not_exist_here(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    unknown = f"{path}/attributes/{tenant.id}"
    assert (await browser.get(unknown)).status_code == 404
    assert (await browser.send(unknown, {"label": "Mine"})).status_code == 404
