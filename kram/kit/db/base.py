"""Declarative bases of the two schemas' models."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, LargeBinary, MetaData, Text, Uuid
from sqlalchemy.orm import DeclarativeBase

from kram.kit.db.scope import PLATFORM_SCHEMA, RELAY_SCHEMA

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
_TYPES: dict[Any, Any] = {
    UUID: Uuid(),
    datetime: DateTime(timezone=True),
    int: BigInteger(),
    str: Text(),
    bytes: LargeBinary(),
}


class TenantBase(DeclarativeBase):
    """A table that every shop has in its own schema; it names no schema."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = _TYPES


class PlatformBase(DeclarativeBase):
    """A table of the control plane."""

    metadata = MetaData(naming_convention=_NAMES, schema=PLATFORM_SCHEMA)
    type_annotation_map: ClassVar[dict[Any, Any]] = _TYPES


class RelayBase(DeclarativeBase):
    """A table shared by all shops of a cell: rows in flight between processes."""

    metadata = MetaData(naming_convention=_NAMES, schema=RELAY_SCHEMA)
    type_annotation_map: ClassVar[dict[Any, Any]] = _TYPES
