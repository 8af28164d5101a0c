"""What this door needs of the house; `app` builds it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from litestar.di import NamedDependency
from litestar.params import SkipValidation
from redis.asyncio import Redis

from kram.kit.crypto import KeyRing
from kram.kit.db.database import Database
from kram.kit.http import UrlPolicy
from kram.kit.storage import Storage
from kram.tenants.access import AccessTokens
from kram.tenants.registry import Registry


@dataclass(frozen=True, slots=True)
class RestServices:
    """`refill_spares` makes schemas when a new shop finds none ready."""

    db: Database
    redis: Redis
    keys: KeyRing
    registry: Registry
    storage: Storage
    url_policy: UrlPolicy
    refill_spares: Callable[[], Awaitable[object]]

    @property
    def access_tokens(self) -> AccessTokens:
        return AccessTokens(self.keys)

    @property
    def rotation_key(self) -> bytes:
        return self.keys.derive("refresh token successor")


ServicesHere = NamedDependency[SkipValidation[RestServices]]
