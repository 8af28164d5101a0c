"""Whose rows a transaction may see."""

import re
from dataclasses import dataclass
from typing import NewType
from uuid import UUID

TenantId = NewType("TenantId", UUID)

_SCHEMA_NAME = re.compile(r"t_[0-9a-z]{4,40}")

EXTENSIONS_SCHEMA = "ext"
"""Holds extensions and no tables; the only schema in the path beside the shop's own."""

PLATFORM_SCHEMA = "platform"
RELAY_SCHEMA = "relay"

APP_ROLE = "kram_app"
"""What processes sign in as: owns and inherits nothing, every right comes by SET ROLE."""

HOT_ROLE = "kram_hot"
"""What the lanes sign in as: SELECT on the storefront's tables, nothing else."""

PLATFORM_ROLE = "kram_platform"
TENANT_GROUP = "kram_tenant"
"""Every shop's role is a member: it may insert into the relay's tables, and no more than that."""


@dataclass(frozen=True, slots=True)
class Tenant:
    """A shop as the database knows it; `schema` is also the name of the shop's role."""

    id: TenantId
    schema: str
    slug: str

    def __post_init__(self) -> None:
        self.check_schema(self.schema)

    @staticmethod
    def check_schema(name: str) -> None:
        """Raises ValueError: the name goes into SET LOCAL, which takes no parameters."""
        if not _SCHEMA_NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not a shop's schema")


@dataclass(frozen=True, slots=True)
class Scope:
    """The text that opens a transaction: one round trip for BEGIN, path and role."""

    begin: str

    @classmethod
    def tenant(cls, tenant: Tenant, *, read_only: bool = False) -> "Scope":
        return cls(_begin(f"{tenant.schema}, {EXTENSIONS_SCHEMA}", tenant.schema, read_only))

    @classmethod
    def platform(cls) -> "Scope":
        path = f"{PLATFORM_SCHEMA}, {RELAY_SCHEMA}, {EXTENSIONS_SCHEMA}"
        return cls(_begin(path, PLATFORM_ROLE, read_only=False))


def _begin(path: str, role: str, read_only: bool) -> str:
    mode = " READ ONLY" if read_only else ""
    return f"BEGIN{mode}; SET LOCAL search_path TO {path}; SET LOCAL ROLE {role}"
