"""People who came, once each."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.shop.customers import queries, service
from kram.shop.customers.errors import CustomerMissing
from kram.shop.customers.models import Customer
from kram.shop.customers.rules import full_name, spoken_language
from tests.factories.customers import make_customer, telegram_user

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("code", "language"),
    [("uk", "uk"), ("ru-RU", "ru"), ("EN", "en"), ("de", "uk"), ("", "uk"), ("русский", "uk")],
)
async def test_a_language_we_speak_or_the_shops(code: str, language: str) -> None:
    assert spoken_language(code, "uk") == language


@pytest.mark.parametrize(
    ("first", "last", "username", "name"),
    [
        ("Ivan", "Franko", "ivan", "Ivan Franko"),
        (" Ivan ", "", "ivan", "Ivan"),
        ("", "", "ivan", "ivan"),
        ("\u202eIvan", "Franko\u2066", "ivan", "Ivan Franko"),
        ("\u2066", "\u200b", "ivan", "ivan"),
        ("\0", "", "", "7"),
    ],
)
async def test_everybody_has_a_name(first: str, last: str, username: str, name: str) -> None:
    user = telegram_user(telegram_id=7, first_name=first, last_name=last, username=username)
    assert full_name(user) == name


async def test_the_first_visit_makes_a_customer(tx: TenantTx) -> None:
    user = telegram_user(telegram_id=5_000_000_000, language_code="en")
    customer = await service.remember(tx, user, "uk")
    assert (customer.telegram_id, customer.name, customer.username) == (
        5_000_000_000,
        "Ivan Franko",
        "ivan",
    )
    assert (customer.language, customer.can_message, customer.phone) == ("en", True, None)
    assert customer.created_at == customer.seen_at == tx.now


async def test_a_later_visit_keeps_what_the_person_chose(tx: TenantTx) -> None:
    user = telegram_user()
    customer = await make_customer(tx, user)
    first_seen = customer.created_at
    await service.save_contact(tx, customer.id, name=" Lesia ", phone="+380441234567")
    customer.language = "ru"
    await tx.flush()
    tx.now += timedelta(days=1)
    again = await service.remember(
        tx,
        telegram_user(telegram_id=user.id, username="new", allows_write_to_pm=False),
        "en",
    )
    assert again.id == customer.id
    assert (again.name, again.phone, again.language) == ("Lesia", "+380441234567", "ru")
    assert (again.username, again.can_message) == ("new", True)
    assert (again.created_at, again.seen_at) == (first_seen, tx.now)


async def test_a_guest_is_remembered_once(tx: TenantTx) -> None:
    guest = new_id()
    await service.remember_guest(tx, guest, name=" Taras ", language="en")
    await service.remember_guest(tx, guest, name="Other", language="ru")
    await service.remember_guest(tx, new_id(), name="Ivan", language="uk")
    known = (await queries.customers_by_ids(tx, [guest]))[guest]
    assert (known.name, known.language, known.telegram_id) == ("Taras", "en", None)
    assert (known.can_message, known.created_at) == (False, tx.now)


async def test_a_blocked_bot_may_not_write_until_allowed_again(tx: TenantTx) -> None:
    user = telegram_user()
    customer = await make_customer(tx, user)

    async def reachable() -> bool:
        await tx.session.refresh(customer)
        return customer.can_message

    await service.mark_reachable(tx, user.id, reachable=False)
    assert await reachable() is False
    await make_customer(tx, telegram_user(telegram_id=user.id, allows_write_to_pm=False))
    assert await reachable() is False
    await service.mark_reachable(tx, user.id, reachable=True)
    assert await reachable() is True
    await service.mark_reachable(tx, 1, reachable=True)


async def test_twenty_sign_ins_at_once_are_one_person(db: Database, tenant: Tenant) -> None:
    user = telegram_user()

    async def sign_in() -> object:
        async with db.tenant(tenant) as tx:
            return (await service.remember(tx, user, "uk")).id

    ids = await asyncio.gather(*(sign_in() for _ in range(20)))
    assert len(set(ids)) == 1
    async with db.tenant_read(tenant) as tx:
        assert await tx.scalar(select(func.count()).select_from(Customer)) == 1


async def test_contacts_of_nobody_are_refused(tx: TenantTx) -> None:
    with pytest.raises(CustomerMissing):
        await service.save_contact(tx, new_id(), name="a", phone="b")


async def test_the_same_person_is_another_customer_in_another_shop(
    db: Database, tenant: Tenant, other_tenant: Tenant
) -> None:
    user = telegram_user()
    async with db.tenant(other_tenant) as tx:
        theirs = await make_customer(tx, user)
        await service.save_contact(tx, theirs.id, name="Secret", phone="1")
    async with db.tenant(tenant) as tx:
        ours = await make_customer(tx, user)
        assert ours.id != theirs.id
        assert [c.id for c in (await queries.customers_page(tx)).items] == [ours.id]
        assert await queries.customers_by_ids(tx, [ours.id, theirs.id]) == {ours.id: ours}
        found = await queries.customer_by_telegram(tx, user.id)
        assert found is ours


async def test_pages_go_through_every_customer_once(tx: TenantTx) -> None:
    made = {(await make_customer(tx)).id for _ in range(5)}
    first = await queries.customers_page(tx, limit=3)
    second = await queries.customers_page(tx, cursor=first.next_cursor, limit=3)
    assert {c.id for c in [*first.items, *second.items]} == made
    assert second.next_cursor is None
