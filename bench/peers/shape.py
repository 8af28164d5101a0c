"""The shape of a shop's schema, so that a peer makes as many tables, columns and indexes."""

from typing import Any

import asyncpg

_COLUMNS = """
SELECT table_name, column_name, data_type FROM information_schema.columns
WHERE table_schema = $1 ORDER BY table_name, ordinal_position
"""
_INDEXES = """
SELECT c.relname, i.indisprimary AS is_primary, i.indisunique AS is_unique,
       array(SELECT a.attname::text
             FROM unnest(i.indkey[:i.indnkeyatts - 1]) WITH ORDINALITY AS key (number, place)
             JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = key.number
             ORDER BY key.place) AS columns
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
WHERE c.relnamespace = $1::regnamespace AND c.relkind = 'r' ORDER BY c.relname, i.indexrelid
"""
_FOREIGN_KEYS = """
SELECT c.relname, a.attname, k.confrelid::regclass::text AS target
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
WHERE k.contype = 'f' AND c.relnamespace = $1::regnamespace
"""


async def shape_of(connection: asyncpg.Connection, schema: str) -> dict[str, Any]:
    """Returns table → its columns, keys and indexes, ready for JSON."""
    await connection.execute(f"SET search_path TO {schema}")
    tables: dict[str, Any] = {}
    for row in await connection.fetch(_COLUMNS, schema):
        empty = {"columns": [], "primary_key": [], "indexes": [], "foreign_keys": {}}
        table = tables.setdefault(row["table_name"], empty)
        table["columns"].append((row["column_name"], row["data_type"]))
    for row in await connection.fetch(_INDEXES, schema):
        if row["is_primary"]:
            tables[row["relname"]]["primary_key"] = row["columns"]
        else:
            tables[row["relname"]]["indexes"].append((row["columns"], row["is_unique"]))
    for row in await connection.fetch(_FOREIGN_KEYS, schema):
        tables[row["relname"]]["foreign_keys"][row["attname"]] = row["target"]
    await connection.execute("RESET search_path")
    return tables


def size_of(shape: dict[str, Any]) -> tuple[int, int]:
    """Returns the numbers of tables and of indexes, primary keys among them."""
    return len(shape), sum(1 + len(table["indexes"]) for table in shape.values())
