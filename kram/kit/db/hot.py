"""The statements that every cart and every checkout sends, past SQLAlchemy's own way of sending.

They go through the unit of work's connection: its scope, its transaction, its prepared statements,
its errors. Left out are the greenlet, the cursor and the result, which take this process four times
as long as the driver does.
"""

from collections import namedtuple
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.sql.elements import ClauseElement

from kram.kit.db.compiled import Compiled


class HotStatement(Compiled):
    """To be run by `tx.rows`; the columns of a row are its attributes, in order.

    JSON comes decoded, and goes in as text.
    """

    def __init__(self, statement: ClauseElement | str) -> None:
        super().__init__(text(statement) if isinstance(statement, str) else statement)
        self._row: Any = None

    async def fetch(self, connection: Connection, values: dict[str, Any]) -> Sequence[Any]:
        """`connection` has begun its transaction. Raises: DBAPIError."""
        arguments, dialect = self.arguments(values), connection.dialect
        connection.dispatch.before_cursor_execute(
            connection, None, self.text, arguments, None, False
        )
        adapter: Any = connection.connection.dbapi_connection
        try:
            return self._rows(await adapter.fetch(self.text, arguments, dialect))
        except BaseException as error:
            # What a cursor's failure leads to: also a lost connection leaves the pool.
            connection._handle_dbapi_exception(error, self.text, None, None, None)

    def _rows(self, records: Sequence[Any]) -> Sequence[Any]:
        if not records:
            return []
        if self._row is None:
            self._row = _row(records[0].keys())
        return [self._row(*record) for record in records]


def _row(names: Iterable[str]) -> Any:
    return namedtuple("Row", names, rename=True)
