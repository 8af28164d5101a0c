"""The AVIF beside a picture's WebP, and the end of both."""

from io import BytesIO
from pathlib import Path

import asyncpg
import pytest
from PIL import Image

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.images import WIDTHS, avif_key, picture_key, prepare_picture, store_picture
from kram.kit.storage.local import LocalStorage
from kram.shop.catalog.models import Media
from kram.shop.catalog.service import add_media, remove_media
from kram.shop.catalog.tasks import Pictures
from tests.factories.catalog import make_product
from tests.house import House, empty

pytestmark = pytest.mark.anyio
EVENTS = {"media.added.v1": ["draw"], "media.removed.v1": ["delete"]}


class Wall:
    """A shop with a picture, and the worker who draws."""

    def __init__(self, db: Database, tenant: Tenant, folder: Path) -> None:
        self.db, self.tenant, self.storage = db, tenant, LocalStorage(folder)
        pictures = Pictures(self.storage)
        handlers = {"draw": pictures.draw_avif, "delete": pictures.delete}
        self.house = House(db, [tenant], handlers, events=EVENTS)
        self.key = f"{tenant.id}/products/cup"

    async def hang(self) -> Media:
        target = BytesIO()
        Image.new("RGB", (40, 30), "teal").save(target, "PNG")
        await store_picture(self.storage, self.key, await prepare_picture(target.getvalue()))
        async with self.db.tenant(self.tenant) as tx:
            product = await make_product(tx)
            return await add_media(tx, product.id, key=self.key, width=40, height=30)

    async def files(self) -> tuple[int, int]:
        """How many WebP and AVIF there are."""
        webp = [await self.storage.exists(picture_key(self.key, width)) for width in WIDTHS]
        avif = [await self.storage.exists(avif_key(self.key, width)) for width in WIDTHS]
        return sum(webp), sum(avif)

    async def has_avif(self, media: Media) -> bool:
        async with self.db.tenant_read(self.tenant) as tx:
            found = await tx.get(Media, media.id)
            assert found is not None
            return found.has_avif


@pytest.fixture
async def wall(db: Database, tenant: Tenant, owner: asyncpg.Connection, tmp_path: Path) -> Wall:
    await empty(owner)
    return Wall(db, tenant, tmp_path)


async def test_a_picture_has_webp_at_once_and_avif_later_in_every_width(wall: Wall) -> None:
    media = await wall.hang()
    assert await wall.files() == (len(WIDTHS), 0)
    await wall.house.settle()
    assert await wall.files() == (len(WIDTHS), len(WIDTHS))
    assert await wall.has_avif(media)


async def test_a_picture_that_is_removed_leaves_no_file(wall: Wall) -> None:
    media = await wall.hang()
    await wall.house.settle()
    async with wall.db.tenant(wall.tenant) as tx:
        await remove_media(tx, media.id)
    await wall.house.settle()
    assert await wall.files() == (0, 0)


async def test_a_picture_removed_while_it_is_drawn_leaves_no_file(
    wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its files go first, and what was being drawn comes after."""
    media = await wall.hang()
    drawn = "kram.shop.catalog.tasks.store_avif"

    async def late(storage: LocalStorage, key: str) -> None:
        async with wall.db.tenant(wall.tenant) as tx:
            await remove_media(tx, media.id)
        await storage.delete_under(key)
        await storage.put(avif_key(key, WIDTHS[0]), b"", "image/avif")

    monkeypatch.setattr(drawn, late)
    await wall.house.settle()
    assert await wall.files() == (0, 0)


async def test_a_picture_without_its_file_is_not_drawn_for_ever(
    wall: Wall, owner: asyncpg.Connection
) -> None:
    media = await wall.hang()
    await wall.storage.delete_under(wall.key)
    await wall.house.settle()
    assert not await wall.has_avif(media)
    undone = await owner.fetchval("SELECT count(*) FROM relay.outbox WHERE done_at IS NULL")
    assert undone == 0
