import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kram.kit.db.database import Database

pytestmark = pytest.mark.anyio


async def test_an_error_does_not_show_what_was_to_be_stored(db: Database) -> None:
    with pytest.raises(DBAPIError) as failed:
        async with db.platform() as tx:
            statement = text("SELECT 1 / 0, CAST(:address AS text)")
            await tx.execute(statement, {"address": "5 Sadova Street"})
    assert "Sadova" not in str(failed.value)
