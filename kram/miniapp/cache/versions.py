"""Which edition of each shop is current, without asking the database for every request."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

import asyncpg
import structlog
from sqlalchemy.exc import SQLAlchemyError

from kram.kit.db.scope import Tenant
from kram.miniapp.cache.turns import Turns
from kram.tenants.registry import ShopCard

# Leaves half a second for the reading itself: a change is seen within 2 s without any message.
TRUSTED_SECONDS = 1.5

UNREACHABLE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, SQLAlchemyError)

_log = structlog.get_logger(__name__)


class ShopDirectory(Protocol):
    async def by_slug(self, slug: str) -> ShopCard | None: ...


class CatalogueReader(Protocol):
    async def version(self, tenant: Tenant) -> int: ...


@dataclass(frozen=True, slots=True)
class Edition:
    """All that a shop's pages depend on. A page belongs to one edition, compared by identity."""

    shop: ShopCard
    version: int


@dataclass(slots=True)
class _Known:
    edition: Edition
    trusted_until: float


class VersionCache:
    """Trusts what it read for `trusted_seconds`; a message about a change is believed at once."""

    def __init__(
        self,
        directory: ShopDirectory,
        catalogue: CatalogueReader,
        *,
        trusted_seconds: float = TRUSTED_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._directory = directory
        self._catalogue = catalogue
        self._trusted_seconds = trusted_seconds
        self._clock = clock
        self._known: dict[str, _Known] = {}
        self._slugs: dict[UUID, str] = {}
        self._turns = Turns()

    def trusted(self, slug: str) -> Edition | None:
        """What needs no look; None when it was never read, or too long ago."""
        known = self._known.get(slug)
        if known is None or known.trusted_until <= self._clock():
            return None
        return known.edition

    async def current(self, slug: str) -> Edition | None:
        """None: there is no such shop. Raises what the database raised, if nothing is known."""
        edition = self.trusted(slug)
        if edition is not None:
            return edition
        async with self._turns.of(slug):
            return self.trusted(slug) or await self._looked_up(slug)

    def announced(self, shop_id: UUID, version: int) -> None:
        """Somebody committed a change. A shop that nobody visits here is not remembered."""
        known = self._known.get(self._slugs.get(shop_id, ""))
        if known is not None and known.edition.version < version:
            known.edition = Edition(known.edition.shop, version)

    async def _looked_up(self, slug: str) -> Edition | None:
        started = self._clock()
        try:
            edition = await self._read(slug)
        except UNREACHABLE as error:
            known = self._known.get(slug)
            if known is None:
                raise
            _log.warning("shop unread, its pages stay as they are", shop=slug, error=repr(error))
            edition = known.edition
        if edition is None:
            self._known.pop(slug, None)
            return None
        return self._trust(slug, edition, started + self._trusted_seconds)

    async def _read(self, slug: str) -> Edition | None:
        shop = await self._directory.by_slug(slug)
        if shop is None:
            return None
        return Edition(shop, await self._catalogue.version(shop.tenant))

    def _trust(self, slug: str, edition: Edition, until: float) -> Edition:
        known = self._known.get(slug)
        if known is None or known.edition != edition:
            known = self._known[slug] = _Known(edition, until)
            self._slugs[edition.shop.tenant.id] = slug
        known.trusted_until = until
        return known.edition
