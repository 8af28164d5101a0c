"""Entities whose rows a hot statement writes, rather than the session's flush.

Every column is sent: the entity carries also what the database would have filled in, so that
nothing has to be read back.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import ARRAY, FromClause, Table, bindparam, column, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, make_transient_to_detached
from sqlalchemy.sql.elements import BindParameter


def parameters(table: Table, prefix: str) -> dict[str, BindParameter[Any]]:
    """For the VALUES of an insert, by column; filled by `values_of`."""
    return {each.name: bindparam(prefix + each.name, type_=each.type) for each in table.c}


def unnested(table: Table, prefix: str) -> FromClause:
    """Any number of rows, to be selected from; filled by `arrays_of`."""
    arrays = (bindparam(prefix + each.name, type_=ARRAY(each.type)) for each in table.c)
    columns = (column(each.name, each.type) for each in table.c)
    return func.unnest(*arrays).table_valued(*columns, name=f"{prefix}rows").render_derived()


def values_of(entity: DeclarativeBase, prefix: str) -> dict[str, Any]:
    """Raises KeyError if a column that cannot be NULL was not set."""
    return {prefix + name: value for name, value in _columns(entity).items()}


def arrays_of(
    model: type[DeclarativeBase], entities: Sequence[DeclarativeBase], prefix: str
) -> dict[str, Any]:
    rows = [_columns(entity) for entity in entities]
    return {prefix + name: [row[name] for row in rows] for name, _, _ in _shape(model)}


def as_loaded(entity: DeclarativeBase) -> None:
    """Unchanged, in the state of its row; a relationship is loaded if it was set."""
    for name, _, _ in _shape(type(entity)):
        vars(entity).setdefault(name, None)
    make_transient_to_detached(entity)


def _columns(entity: DeclarativeBase) -> dict[str, Any]:
    given = vars(entity)
    sent = {}
    for name, is_nullable, is_json in _shape(type(entity)):
        value = given.get(name) if is_nullable else given[name]
        is_text = is_json and value is not None
        sent[name] = msgspec.json.encode(value).decode() if is_text else value
    return sent


@lru_cache(maxsize=256)
def _shape(model: type[DeclarativeBase]) -> tuple[tuple[str, bool, bool], ...]:
    """(name, may be NULL, is JSON) of each column."""
    return tuple(
        (each.name, bool(each.nullable), isinstance(each.type, JSONB)) for each in model.__table__.c
    )
