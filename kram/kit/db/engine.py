"""An engine whose connections begin every transaction inside a scope, or refuse to.

The driver's adapter sends BEGIN, the search path and the role as one message: a shop costs no
round trip of its own. The scope travels with the engine that a session is bound to, not with the
running task, so that two sessions in one task can never exchange their shops.
"""

from collections.abc import Sequence
from typing import Any

import asyncpg
import msgspec
from sqlalchemy import Connection, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.asyncpg import (
    AsyncAdapt_asyncpg_connection,
    AsyncAdapt_asyncpg_dbapi,
    PGDialect_asyncpg,
)
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util.concurrency import await_

from kram.kit.db.scope import Scope

SCOPE_OPTION = "kram_scope"
_PLANS_ARE_OLD = (
    asyncpg.exceptions.InvalidCachedStatementError,
    asyncpg.exceptions.InternalServerError,
)
_FIRST_CONNECT = Scope("BEGIN READ ONLY")
"""SQLAlchemy asks a new server for its version before any scope exists."""


class ScopeMissing(RuntimeError):
    """A transaction was about to begin without a shop or the platform named."""


class CommitRefused(RuntimeError):
    """PostgreSQL answered COMMIT with ROLLBACK: an earlier statement had failed."""


class _FoldedTransaction:
    """What the adapter keeps to end a transaction that was begun by our own text."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def commit(self) -> None:
        if await self._connection.execute("COMMIT") != "COMMIT":
            raise CommitRefused("the transaction had failed and was rolled back")

    async def rollback(self) -> None:
        await self._connection.execute("ROLLBACK")


class ScopedConnection(AsyncAdapt_asyncpg_connection):
    """The adapter of one connection; `scope` is set at begin and forgotten at the end."""

    __slots__ = ("scope",)

    scope: Scope | None
    _connection: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[no-untyped-call]
        self.scope = None

    async def fetch(self, statement: str, arguments: Sequence[Any], dialect: Any) -> list[Any]:
        """What the adapter's cursor does, without cursor: see `hot.py`."""
        async with self._execute_mutex:
            if self._transaction is None:
                await self._start_transaction()
            try:
                known_until = dialect._invalidate_schema_cache_asof
                prepared, _ = await self._prepare(statement, known_until)  # type: ignore[no-untyped-call]
                records: list[Any] = await prepared.fetch(*arguments)
                return records
            except Exception as error:
                if isinstance(error, _PLANS_ARE_OLD):
                    dialect._invalidate_schema_cache()
                self._handle_exception(error)

    async def _start_transaction(self) -> None:
        if self.scope is None:
            raise ScopeMissing("open a transaction with Database.tenant() or Database.platform()")
        try:
            await self._connection.execute(self.scope.begin)
        except Exception as error:
            await self._abandon_half_begun()
            self._handle_exception(error)
        else:
            self._transaction = _FoldedTransaction(self._connection)  # type: ignore[assignment]

    async def _abandon_half_begun(self) -> None:
        # BEGIN may have succeeded and the role after it failed: the connection must not go back
        # to the pool inside an aborted transaction.
        self.scope = None
        if not self._connection.is_closed() and self._connection.is_in_transaction():
            await self._connection.execute("ROLLBACK")

    async def _call_and_discard(self, fn: Any) -> None:
        self.scope = None
        await super()._call_and_discard(fn)


class _ScopedDBAPI(AsyncAdapt_asyncpg_dbapi):
    def connect(self, *args: Any, **kwargs: Any) -> Any:
        opening = asyncpg.connect(*args, **kwargs)
        return await_(ScopedConnection.create(self, opening, prepared_statement_cache_size=500))


class ScopedDialect(PGDialect_asyncpg):
    supports_statement_cache = True

    @classmethod
    def import_dbapi(cls) -> Any:
        return _ScopedDBAPI(asyncpg)  # type: ignore[no-untyped-call]

    def initialize(self, connection: Connection) -> None:
        adapter: Any = connection.connection.dbapi_connection
        adapter.scope = _FIRST_CONNECT
        super().initialize(connection)  # type: ignore[no-untyped-call]
        adapter.rollback()
        adapter.scope = None


registry.register("postgresql.kram", __name__, "ScopedDialect")


def create_scoped_engine(
    url: str, *, pool_size: int, statement_timeout_ms: int = 15_000
) -> AsyncEngine:
    """An engine for `Database`; waits at most 5 s for a free connection, never for ever."""
    engine = create_async_engine(
        "postgresql+kram://",  # the driver reads the address, and knows its sslmode
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=5,
        pool_recycle=900,
        hide_parameters=True,  # errors are logged, and the parameters are people's data
        json_serializer=_encode_json,
        json_deserializer=msgspec.json.decode,
        connect_args={
            "dsn": url,
            "timeout": 5,
            "server_settings": {
                "application_name": "kram",
                "jit": "off",
                "lock_timeout": "3000",
                "statement_timeout": str(statement_timeout_ms),
                "idle_in_transaction_session_timeout": "30000",
            },
        },
    )
    event.listen(engine.sync_engine, "begin", _hand_over_scope)
    return engine


def _encode_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _hand_over_scope(connection: Connection) -> None:
    adapter: Any = connection.connection.dbapi_connection
    adapter.scope = connection.get_execution_options().get(SCOPE_OPTION)
