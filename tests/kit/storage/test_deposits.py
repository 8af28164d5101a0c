"""A file whose row was never written does not stay."""

from pathlib import Path

import pytest

from kram.kit.storage.deposits import deposited
from kram.kit.storage.local import LocalStorage

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("is_kept", [False, True])
async def test_what_is_not_kept_is_deleted_whatever_went_wrong(
    tmp_path: Path, is_kept: bool
) -> None:
    storage = LocalStorage(tmp_path)
    with pytest.raises(KeyError):
        async with deposited(storage, "shop/a") as deposit:
            await storage.put("shop/a", b"a", "text/plain")
            deposit.keys.append("shop/b")
            await storage.put("shop/b", b"b", "text/plain")
            if is_kept:
                deposit.keep()
            raise KeyError
    assert [await storage.exists(key) for key in ("shop/a", "shop/b")] == [is_kept, is_kept]


async def test_a_file_that_was_never_put_is_no_trouble(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        async with deposited(LocalStorage(tmp_path), "shop/a"):
            raise KeyError
