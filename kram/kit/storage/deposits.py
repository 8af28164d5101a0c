"""Files that are put before the transaction that will name them."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from kram.kit.storage.contract import Storage


class Deposit:
    def __init__(self, keys: Iterable[str] = ()) -> None:
        self.keys = list(keys)
        self.is_kept = False

    def keep(self) -> None:
        """To be said last inside the transaction, with all of it flushed: whether a COMMIT that
        failed took place nobody knows, and a row without its file is worse than the reverse."""
        self.is_kept = True


@asynccontextmanager
async def deposited(storage: Storage, *keys: str) -> AsyncIterator[Deposit]:
    """Deletes the files of these keys unless they are kept."""
    deposit = Deposit(keys)
    try:
        yield deposit
    finally:
        if not deposit.is_kept:
            for key in deposit.keys:
                await storage.delete(key)
