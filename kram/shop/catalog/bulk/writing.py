"""Rows by the hundred in one statement and one parameter: the ORM's own way costs thrice as much.

A record of the row as it is, overwritten by what the JSON names: a key that is missing keeps its
column, a null empties it.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import TextClause, text, update
from sqlalchemy.dialects import postgresql

from kram.kit.db.tx import TenantTx
from kram.shop.catalog.models import Product, Variant

_POSTGRES = postgresql.dialect()  # type: ignore[no-untyped-call]
Table = type[Product | Variant]
Rows = Sequence[Mapping[str, Any]]
_CHANGEABLE: Mapping[Table, tuple[str, ...]] = {
    Product: ("title", "description", "category_id", "status", "tags", "options", "updated_at"),
    Variant: (
        *("title", "price_minor", "archived_at", "choice", "barcode", "weight_grams"),
        *("length_mm", "width_mm", "height_mm", "compare_at_minor", "cost_minor"),
        *("sale_minor", "sale_from", "sale_until"),
    ),
}


async def insert_rows(tx: TenantTx, table: Table, rows: Rows) -> None:
    """All with the same keys."""
    if rows:
        await tx.execute(_insert(table, tuple(rows[0])), {"rows": _json(rows)})


async def change_rows(tx: TenantTx, table: Table, rows: Rows) -> None:
    """Each is its `id` and the new values."""
    if rows:
        changes = [{"id": row["id"], "fields": row} for row in rows]
        await tx.execute(_update(table), {"changes": _json(changes)})


async def free_choices(tx: TenantTx, variant_ids: Collection[UUID]) -> None:
    """Before variants of a product change places: uniqueness is checked row by row."""
    if variant_ids:
        await tx.execute(
            update(Variant)
            .where(Variant.id.in_(variant_ids))
            .values(choice=None)
            .execution_options(synchronize_session=False)
        )


@cache
def _insert(table: Table, names: tuple[str, ...]) -> TextClause:
    columns = ", ".join(names)
    types = ", ".join(f"{name} {table.__table__.c[name].type.compile(_POSTGRES)}" for name in names)
    return text(  # our own names, never anybody's words
        f"INSERT INTO {table.__tablename__} ({columns}) SELECT {columns}"  # noqa: S608
        f" FROM json_to_recordset(CAST(:rows AS json)) AS row ({types})"
    )


@cache
def _update(table: Table) -> TextClause:
    name, columns = table.__tablename__, _CHANGEABLE[table]
    new = ", ".join(f"new.{column}" for column in columns)
    return text(  # likewise
        f"UPDATE {name} SET ({', '.join(columns)})"  # noqa: S608
        f" = (SELECT {new} FROM jsonb_populate_record({name}, change.fields) AS new)"
        " FROM jsonb_to_recordset(CAST(:changes AS jsonb)) AS change (id uuid, fields jsonb)"
        f" WHERE {name}.id = change.id"
    )


def _json(rows: object) -> str:
    return msgspec.json.encode(rows).decode()
