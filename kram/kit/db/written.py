"""Entities whose rows a hot statement writes, rather than the session's flush.

Every column is sent: the entity carries also what the database would have filled in, so that
nothing has to be read back.
"""

from collections.abc import Sequence
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
    return {prefix + each.name: [row[each.name] for row in rows] for each in model.__table__.c}


def as_loaded(entity: DeclarativeBase) -> None:
    """Unchanged, in the state of its row; a relationship is loaded if it was set."""
    for each in entity.__table__.c:
        vars(entity).setdefault(each.name, None)
    make_transient_to_detached(entity)


def _columns(entity: DeclarativeBase) -> dict[str, Any]:
    given = vars(entity)
    return {
        each.name: _sent(each.type, given.get(each.name) if each.nullable else given[each.name])
        for each in entity.__table__.c
    }


def _sent(kind: object, value: Any) -> Any:
    if value is None or not isinstance(kind, JSONB):
        return value
    return msgspec.json.encode(value).decode()
