"""A stored file is there as long as somebody may want to look at it, and then no more."""

from datetime import timedelta

import pytest

from kram.integrations.imports.tasks import KEEP_FILES, delete_old_files
from kram.kit.storage import StorageUnavailable
from kram.kit.storage.local import LocalStorage
from tests.integrations.imports.yard import Yard

pytestmark = pytest.mark.anyio


class Away(LocalStorage):
    async def delete(self, key: str) -> None:
        raise StorageUnavailable


async def test_the_file_is_deleted_long_after_the_end_and_its_faults_stay(yard: Yard) -> None:
    old = await yard.take("sku,title,price\nA,Cup,-1\n")
    fresh = await yard.take("sku,title,price\nA,Cup,1\n")
    waiting = await yard.job(await yard.send(b"sku,title,price\nA,Cup,2\n"))
    await yard.age(old.id, KEEP_FILES + timedelta(minutes=1))
    await yard.age(fresh.id, KEEP_FILES - timedelta(minutes=1))
    for _ in range(2):
        await delete_old_files(yard.db, yard.storage, yard.tenant)
    stored = [await yard.storage.exists(job.storage_key) for job in (old, fresh, waiting)]
    assert stored == [False, True, True]
    assert (await yard.job(old.id)).storage_key == ""
    assert await yard.faults(old) == [(2, "price", "-1")]
    await yard.house.settle()  # the one that waits finds its file
    assert (await yard.job(waiting.id)).state == "done"


async def test_a_storage_that_is_away_is_asked_again(yard: Yard) -> None:
    job = await yard.take("sku,title,price\nA,Cup,1\n")
    await yard.age(job.id, KEEP_FILES + timedelta(minutes=1))
    with pytest.raises(StorageUnavailable):
        await delete_old_files(yard.db, Away(yard.folder), yard.tenant)
    assert await yard.storage.exists((await yard.job(job.id)).storage_key)
    await delete_old_files(yard.db, yard.storage, yard.tenant)
    assert not await yard.storage.exists(job.storage_key)
