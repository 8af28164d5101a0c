"""Models after the shape of a shop's schema of Kram: the same columns, keys and indexes.

Without its checks, server defaults and partial indexes: the peer is asked for a little less.
"""

import json
import os
from pathlib import Path
from typing import Any

from django.db import models

_FIELDS: dict[str, type[models.Field]] = {
    "uuid": models.UUIDField,
    "text": models.TextField,
    "bigint": models.BigIntegerField,
    "smallint": models.SmallIntegerField,
    "integer": models.IntegerField,
    "boolean": models.BooleanField,
    "timestamp with time zone": models.DateTimeField,
    "bytea": models.BinaryField,
    "jsonb": models.JSONField,
    "ARRAY": models.JSONField,
}
_GROWING = "orders"
"""The table that gets one more column with an index per migration."""


def _model(name: str, table: dict[str, Any]) -> None:
    content = {_field_name(table, column): _field(table, column, kind)
               for column, kind in table["columns"]}  # fmt: skip
    if len(table["primary_key"]) > 1:
        names = [_field_name(table, column) for column in table["primary_key"]]
        content["pk"] = models.CompositePrimaryKey(*names)
    indexes = [
        models.Index(fields=_field_names(table, columns), name=f"i{number}_{name}"[:30])
        for number, (columns, is_unique) in enumerate(table["indexes"])
        if not is_unique
    ]
    constraints = [
        models.UniqueConstraint(fields=_field_names(table, columns), name=f"u{number}_{name}")
        for number, (columns, is_unique) in enumerate(table["indexes"])
        if is_unique
    ]
    if name == _GROWING:
        for number in range(int(os.environ["PEER_COLUMNS"])):
            content[f"gift{number}"] = models.TextField(null=True)
            indexes.append(models.Index(fields=[f"gift{number}"], name=f"gift{number}"))
    options = {"db_table": name, "indexes": indexes, "constraints": constraints}
    type(name.title().replace("_", ""), (models.Model,), {
        "__module__": __name__, "Meta": type("Meta", (), options), **content
    })  # fmt: skip


def _field(table: dict[str, Any], column: str, kind: str) -> models.Field:
    if column in table["foreign_keys"]:
        target = table["foreign_keys"][column].title().replace("_", "")
        return models.ForeignKey(
            f"goods.{target}", models.CASCADE, db_index=False, null=True, related_name="+"
        )
    is_key = table["primary_key"] == [column]
    options: dict[str, Any] = {"primary_key": True} if is_key else {"null": True}
    if column in table["primary_key"] and not is_key:
        options = {}
    return _FIELDS.get(kind, models.TextField)(**options)


def _field_name(table: dict[str, Any], column: str) -> str:
    return column.removesuffix("_id") if column in table["foreign_keys"] else column


def _field_names(table: dict[str, Any], columns: list[str]) -> list[str]:
    return [_field_name(table, column) for column in columns]


for _name, _table in json.loads(Path(os.environ["PEER_SHAPE"]).read_text()).items():
    _model(_name, _table)
