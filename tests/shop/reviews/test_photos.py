"""Photos that were uploaded and never sent with a review."""

from pathlib import Path

import asyncpg
import pytest

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.storage.local import LocalStorage
from kram.shop.customers.service import remember
from kram.shop.reviews.events import ReviewPhotoTaken
from kram.shop.reviews.rules import Photo, ReviewDraft
from kram.shop.reviews.service import write_review
from kram.shop.reviews.tasks import ReviewPhotos
from tests.factories.catalog import make_product
from tests.factories.customers import telegram_user
from tests.house import House, empty

pytestmark = pytest.mark.anyio


async def test_a_photo_that_no_review_shows_is_swept_and_the_others_stay(
    db: Database,
    tenant: Tenant,
    other_tenant: Tenant,
    owner: asyncpg.Connection,
    tmp_path: Path,
) -> None:
    await empty(owner)
    storage = LocalStorage(tmp_path)
    handlers = {"sweep": ReviewPhotos(storage).sweep}
    house = House(db, [tenant], handlers, events={"review.photo_taken.v1": ["sweep"]})
    sent, unsent = f"{tenant.id}/reviews/sent", f"{tenant.id}/reviews/unsent"
    for key in (sent, unsent):
        await storage.put(f"{key}/320.webp", b"", "image/webp")
    for shop, photo in ((tenant, sent), (other_tenant, unsent)):
        async with db.tenant(shop) as tx:
            product = await make_product(tx)
            person = await remember(tx, telegram_user(), "uk")
            draft = ReviewDraft(stars=5, photos=(Photo(photo, 9, 9),))
            await write_review(tx, person.id, product.id, draft)
    async with db.tenant(tenant) as tx:
        for key in (sent, unsent):
            tx.publish(ReviewPhotoTaken(key=key))
    await house.settle()
    assert await storage.exists(f"{sent}/320.webp")
    assert not await storage.exists(f"{unsent}/320.webp")
