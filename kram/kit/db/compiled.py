"""A statement whose text is made once, at import, for the bare driver."""

from typing import Any

from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.sql.elements import ClauseElement

_DIALECT = PGDialect_asyncpg()  # type: ignore[no-untyped-call]


class Compiled:
    """Parameters are the statement's bind names; the driver gets their values as they are."""

    def __init__(self, statement: ClauseElement, **options: Any) -> None:
        compiled = statement.compile(
            dialect=_DIALECT, compile_kwargs={"render_postcompile": True}, **options
        )
        self.text = str(compiled)
        self._parameters: tuple[str, ...] = tuple(compiled.positiontup or ())  # type: ignore[attr-defined]
        self._constants: dict[str, Any] = dict(compiled.params)

    def arguments(self, values: dict[str, Any]) -> list[Any]:
        """Raises KeyError for a parameter that the statement does not have."""
        for name in values:
            if name not in self._constants:
                raise KeyError(name)
        return [values.get(name, self._constants[name]) for name in self._parameters]
