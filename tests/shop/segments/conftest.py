"""One town of people with a past; the same in the tables and for the judge."""

import random
from datetime import timedelta
from uuid import UUID

import pytest

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.shop.customers.service import AddressDraft, add_address, add_group
from tests.factories.catalog import make_category, make_product
from tests.factories.people import make_past_order, make_person
from tests.shop.segments.judge import PastOrder, Person, World

TAGS = ("vip", "опт", "сплячий")
CITIES = ("Львів", "Одеса", "Kyiv")
CONSENTS = ("telegram:marketing", "email:marketing", "telegram:reviews")
PEOPLE = 40


@pytest.fixture
async def world(db: Database, tenant: Tenant, other_tenant: Tenant) -> World:
    async with db.tenant(other_tenant) as tx:
        await make_person(tx, tags=["vip"])
    async with db.tenant(tenant) as tx:
        return await _build(tx, random.Random(7))


async def _build(tx: TenantTx, dice: random.Random) -> World:
    top = await make_category(tx, "Dishes")
    below = await make_category(tx, "Cups", parent_id=top.id)
    deep = await make_category(tx, "Mugs", parent_id=below.id)
    above = {top.id: None, below.id: top.id, deep.id: below.id}
    placed = (top.id, below.id, deep.id, None)
    goods = {(await make_product(tx, category_id=place)).id: place for place in placed}
    groups = [await add_group(tx, name) for name in ("Wholesale", "Friends")]
    people = [await _person(tx, dice, list(goods), groups) for _ in range(PEOPLE)]
    erased = await make_person(tx, name="", erased_at=tx.now)
    await make_person(tx, name="", merged_into=erased.id)
    return World(tx.now, people, goods, above)


async def _person(
    tx: TenantTx, dice: random.Random, goods: list[UUID], groups: list[UUID]
) -> Person:
    has_telegram = dice.random() < 0.7
    person = Person(
        id=new_id(),
        language=dice.choice(("uk", "ru", "en")),
        created_at=tx.now - timedelta(days=dice.randrange(300), minutes=1),
        seen_at=tx.now - timedelta(days=dice.randrange(200), minutes=1),
        tags=sorted(dice.sample(TAGS, dice.randrange(3))),
        groups=dice.sample(groups, dice.randrange(3)),
        consents=dice.sample(CONSENTS, dice.randrange(3)),
        cities=dice.sample(CITIES, dice.randrange(3)),
        telegram_id=dice.randrange(1, 2**50) if has_telegram else None,
        can_message=dice.random() < 0.6,
    )
    await make_person(
        tx,
        id=person.id,
        language=person.language,
        created_at=person.created_at,
        seen_at=person.seen_at,
        tags=person.tags,
        group_ids=person.groups,
        consents=person.consents,
        telegram_id=person.telegram_id,
        can_message=person.can_message,
    )
    for city in person.cities:
        draft = AddressDraft(recipient="I", phone="+380441234567", city=city, line="Rynok 1")
        await add_address(tx, person.id, draft)
    for _ in range(dice.choice((0, 0, 1, 1, 2, 3, 5, 12))):
        person.orders.append(await _order(tx, dice, person.id, goods))
    return person


async def _order(
    tx: TenantTx, dice: random.Random, customer_id: UUID, goods: list[UUID]
) -> PastOrder:
    captured = dice.choice((0, 1_000, 25_000, 100_000))
    refunded = dice.choice((0, 0, captured // 2, captured))
    order = PastOrder(
        at=tx.now - timedelta(days=dice.randrange(250), minutes=1),
        products=dice.sample(goods, dice.randrange(1, 3)),
        status=dice.choice(("delivered", "delivered", "placed", "cancelled")),
        number=dice.choice((None, *[dice.randrange(1, 2**60)] * 5)),
        kept=captured - refunded,
    )
    await make_past_order(
        tx,
        customer_id,
        at=order.at,
        products=order.products,
        status=order.status,
        number=order.number,
        captured=captured,
        refunded=refunded,
    )
    return order
