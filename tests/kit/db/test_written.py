"""An entity that a hot statement wrote is as if it had been loaded."""

from typing import cast

import pytest
from sqlalchemy import Table, insert, select

from kram.kit.db.database import Database
from kram.kit.db.hot import HotStatement
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantTx
from kram.kit.db.written import arrays_of, parameters, unnested, values_of
from kram.kit.ids import new_id
from kram.shop.catalog.models import Category
from tests.statements import statements

pytestmark = pytest.mark.anyio

TABLE = cast("Table", Category.__table__)
ONE = HotStatement(insert(TABLE).values(parameters(TABLE, "category_")))
MANY = HotStatement(insert(TABLE).from_select(TABLE.c.keys(), select(unnested(TABLE, "category_"))))


async def category(tx: TenantTx, slug: str) -> Category:
    """With everything set that has no NULL, as the database would fill it in."""
    model = Category(id=new_id(), slug=slug, name=slug)
    tx.add(model)
    await tx.flush()
    await tx.session.refresh(model)
    await tx.delete(model)
    await tx.flush()
    filled = {each.name: getattr(model, each.name) for each in TABLE.c}
    return Category(**{name: value for name, value in filled.items() if value is not None})


async def test_it_reads_like_its_row_and_is_sent_only_when_changed(
    db: Database, tenant: Tenant
) -> None:
    async with db.tenant(tenant) as tx:
        made = await category(tx, "cups")
        await tx.rows(ONE, values_of(made, "category_"))
        tx.adopt(made)
        with statements(db) as sent:
            await tx.flush()
            assert made.name == "cups"
            assert sent == []
            made.name = "Mugs"
            await tx.flush()
            assert len(sent) == 1
    async with db.tenant_read(tenant) as tx:
        found = await tx.get(Category, made.id)
        assert found is not None
        assert found is not made
        assert {each.name: getattr(found, each.name) for each in TABLE.c} == {
            each.name: getattr(made, each.name) for each in TABLE.c
        }


async def test_any_number_of_rows_by_one_text(db: Database, tenant: Tenant) -> None:
    async with db.tenant(tenant) as tx:
        many = [await category(tx, f"kind-{number}") for number in range(3)]
        with statements(db) as sent:
            await tx.rows(MANY, arrays_of(Category, many, "category_"))
        assert len(sent) == 1
        found = await tx.scalars(select(Category.slug).where(Category.slug.like("kind-%")))
        assert sorted(found) == ["kind-0", "kind-1", "kind-2"]


async def test_what_may_not_be_null_must_be_set() -> None:
    with pytest.raises(KeyError):
        values_of(Category(id=new_id(), slug="cups"), "category_")
