"""One file with all that is known, for the person and for programs."""

import io
import json
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
from redis.asyncio import Redis

from kram.integrations.people.errors import ExportMissing
from kram.integrations.people.exporting import ask_for_export, ready_file
from kram.integrations.people.models import PersonExport
from kram.integrations.people.tasks import PeopleElsewhere
from kram.kit.crypto import KeyRing
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.storage.local import LocalStorage
from kram.shop.cart.store import CartStore
from kram.shop.catalog.queries import offers
from kram.shop.customers.service import AddressDraft, add_address
from kram.tenants.registry import Registry
from tests.factories.catalog import make_variant
from tests.factories.inventory import STAFF
from tests.factories.orders import make_order
from tests.factories.people import make_person
from tests.house import House, empty, make_due

pytestmark = pytest.mark.anyio

NAME = "<b>Іван</b>"


@dataclass
class Desk:
    db: Database
    tenant: Tenant
    house: House
    storage: LocalStorage
    carts: CartStore

    async def ask(self, person: UUID) -> UUID:
        async with self.db.tenant(self.tenant) as tx:
            return (await ask_for_export(tx, person, "uk", STAFF)).id


@pytest.fixture
async def desk(
    db: Database,
    tenant: Tenant,
    valkey: Redis,
    keys: KeyRing,
    owner: asyncpg.Connection,
    tmp_path: Path,
) -> Desk:
    await empty(owner)
    storage, carts = LocalStorage(tmp_path), CartStore(valkey)
    elsewhere = PeopleElsewhere(carts, storage, Registry(db, keys))
    handlers = {"export": elsewhere.export, "end": elsewhere.end_export}
    events = {"person.export_requested.v1": ["export"], "person.export_ended.v1": ["end"]}
    return Desk(db, tenant, House(db, [tenant], handlers, events=events), storage, carts)


async def test_the_file_tells_everything_in_both_ways(desk: Desk) -> None:
    async with desk.db.tenant(desk.tenant) as tx:
        person = await make_person(tx, name=NAME, phone="+380441234567")
        draft = AddressDraft(recipient=NAME, phone="+380441234567", city="Львів", line="Ринок 1")
        await add_address(tx, person.id, draft)
        order = await make_order(tx, customer_id=person.id)
        variant = await make_variant(tx, stock=1)
        offer = (await offers(tx, [variant]))[variant]
    await desk.carts.put_line(desk.tenant.id, person.id, offer, 1)
    export_id = await desk.ask(person.id)
    assert await desk.ask(person.id) == export_id
    await desk.house.settle()
    async with desk.db.tenant_read(desk.tenant) as tx:
        file = await ready_file(tx, export_id)
    with zipfile.ZipFile(io.BytesIO(await desk.storage.get(file.key))) as archive:
        content = json.loads(archive.read("data.json"))
        page = archive.read("data.html").decode()
    assert content["profile"]["name"] == NAME
    assert content["orders"][0]["code"] == order.code
    assert content["addresses"][0]["city"] == "Львів"
    assert len(content["cart"]) == 1
    assert NAME not in page
    assert "&lt;b&gt;Іван&lt;/b&gt;" in page
    assert "Адреси" in page


async def test_a_file_whose_time_is_over_is_gone(desk: Desk, owner: asyncpg.Connection) -> None:
    async with desk.db.tenant(desk.tenant) as tx:
        person = await make_person(tx)
    export_id = await desk.ask(person.id)
    await desk.house.settle()
    async with desk.db.tenant(desk.tenant) as tx:
        key = (await ready_file(tx, export_id)).key
        export = await tx.get(PersonExport, export_id)
        assert export is not None
        export.expires_at = tx.now - timedelta(seconds=1)
        await tx.flush()
        with pytest.raises(ExportMissing):
            await ready_file(tx, export_id)
    assert await desk.storage.exists(key)
    await make_due(owner)
    await desk.house.settle()
    assert not await desk.storage.exists(key)


async def test_another_shop_knows_nothing_of_it(desk: Desk, other_tenant: Tenant) -> None:
    async with desk.db.tenant(desk.tenant) as tx:
        person = await make_person(tx)
    export_id = await desk.ask(person.id)
    async with desk.db.tenant_read(other_tenant) as tx:
        with pytest.raises(ExportMissing):
            await ready_file(tx, export_id)
