import pytest

from kram.kit.db.database import Database
from kram.tenants.models import Shop
from tests.factories.dashboard import Browser, Dashboard, shown

pytestmark = pytest.mark.anyio


def fields(**changes: object) -> dict[str, object]:
    return {
        "name": "Мед і чай",
        "language": "ru",
        "accent": "#B3306B",
        "payment_methods": ["cod", "sandbox"],
        **changes,
    }


async def reread(db: Database, shop: Shop) -> Shop:
    async with db.platform() as tx:
        found = await tx.get(Shop, shop.id)
    assert found is not None
    return found


async def test_settings_are_saved_and_every_page_knows_at_once(
    browser: Browser, dashboard: Dashboard, db: Database, shop: Shop, path: str
) -> None:
    registry = dashboard.services.registry
    await registry.by_id(shop.id)
    page = await browser.send_on(f"{path}/settings", fields())
    assert "Saved" in shown(page)
    saved = await reread(db, shop)
    assert (saved.name, saved.language, saved.accent) == ("Мед і чай", "ru", "#b3306b")
    assert saved.payment_methods == ["cod", "sandbox"]
    card = await registry.by_id(shop.id)
    assert card is not None
    assert card.name == "Мед і чай"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": " "}, "Write a name"),
        ({"accent": "red;}"}, "Choose one of the offered values"),
        ({"language": "de"}, "Choose one of the offered values"),
        ({"payment_methods": []}, "Choose one of the offered values"),
        ({"payment_methods": ["cod", "gold"]}, "Choose one of the offered values"),
    ],
)
async def test_refused_settings_change_nothing(
    browser: Browser, db: Database, shop: Shop, path: str, change: dict[str, object], words: str
) -> None:
    answer = await browser.send(f"{path}/settings", fields(**change))
    assert answer.status_code == 422
    assert words in shown(answer)
    unchanged = await reread(db, shop)
    assert (unchanged.name, unchanged.language, unchanged.accent) == ("Kvitka", "uk", "#2f7d4f")
    assert unchanged.payment_methods == ["cod"]


async def test_a_shop_is_paused_and_opened(
    browser: Browser, db: Database, shop: Shop, path: str
) -> None:
    page = shown(await browser.send_on(f"{path}/settings/pause", {"paused": "yes"}))
    assert "The shop is paused" in page
    assert (await reread(db, shop)).status == "paused"
    assert "Paused" in shown(await browser.get(path))
    await browser.send_on(f"{path}/settings/pause", {"paused": "no"})
    assert (await reread(db, shop)).status == "open"
