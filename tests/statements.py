"""Counts what goes to the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from kram.kit.db.database import Database


@contextmanager
def statements(db: Database) -> Iterator[list[str]]:
    """The texts sent inside the block, in order; BEGIN and COMMIT are not among them.

    Nor is the question whether a session still lives: it is asked by the clock, not by the page.
    """
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "login_session" not in statement:
            sent.append(statement)

    event.listen(db.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine.sync_engine, "before_cursor_execute", note)
