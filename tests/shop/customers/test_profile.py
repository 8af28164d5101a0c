"""Addresses, groups, tags, notes and consents of one person."""

import asyncio

import pytest

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantTx
from kram.kit.errors import InvalidInput
from kram.kit.ids import new_id
from kram.shop.customers import book_queries
from kram.shop.customers.errors import (
    AddressMissing,
    GroupMissing,
    GroupNameTaken,
    NoteMissing,
    TooManyAddresses,
)
from kram.shop.customers.models import Channel, Customer, Purpose
from kram.shop.customers.service import (
    AddressDraft,
    ProfileChange,
    add_address,
    add_group,
    add_note,
    change_address,
    change_profile,
    put_in_groups,
    remove_address,
    remove_group,
    remove_note,
    set_consent,
    tag,
)
from tests.factories.inventory import STAFF
from tests.factories.people import SHOPPER, make_person

pytestmark = pytest.mark.anyio


def address(city: str = "Lviv", **changes: object) -> AddressDraft:
    values = {"recipient": "Ivan", "phone": "+380441234567", "city": city, "line": "Rynok 1"}
    return AddressDraft(**{**values, **changes})  # type: ignore[arg-type]


async def cities(tx: TenantTx, person: Customer) -> list[tuple[str, bool]]:
    found = await book_queries.addresses_of(tx, [person.id])
    return [(row.city, row.is_default) for row in found]


async def test_one_address_is_always_the_default(tx: TenantTx) -> None:
    person = await make_person(tx)
    first = await add_address(tx, person.id, address("Lviv"))
    second = await add_address(tx, person.id, address("Odesa"))
    assert await cities(tx, person) == [("Lviv", True), ("Odesa", False)]
    await change_address(tx, person.id, second.id, address("Kyiv", is_default=True))

    assert await cities(tx, person) == [("Kyiv", True), ("Lviv", False)]
    await remove_address(tx, person.id, second.id)
    assert await cities(tx, person) == [("Lviv", True)]
    await remove_address(tx, person.id, first.id)
    assert await cities(tx, person) == []


async def test_twenty_devices_make_one_default(db: Database, tenant: Tenant) -> None:
    async with db.tenant(tenant) as tx:
        person = await make_person(tx)

    async def add() -> bool:
        async with db.tenant(tenant) as tx:
            try:
                await add_address(tx, person.id, address(is_default=True))
            except TooManyAddresses:
                return False
            return True

    added = await asyncio.gather(*(add() for _ in range(24)))
    async with db.tenant(tenant) as tx:
        kept = await cities(tx, person)
    assert (sum(added), len(kept), sum(default for _, default in kept)) == (20, 20, 1)


async def test_another_persons_address_does_not_exist(tx: TenantTx) -> None:
    person, other = await make_person(tx), await make_person(tx)
    theirs = await add_address(tx, other.id, address())
    with pytest.raises(AddressMissing):
        await change_address(tx, person.id, theirs.id, address("Mine"))
    with pytest.raises(AddressMissing):
        await remove_address(tx, person.id, theirs.id)
    assert await cities(tx, other) == [("Lviv", True)]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"city": " "}, "/city"),
        ({"line": "x" * 501}, "/line"),
        ({"phone": "abc"}, "/phone"),
        ({"country": "UKR"}, "/country"),
        ({"country": "УК"}, "/country"),
        ({"recipient": "\0"}, "/recipient"),
    ],
)
async def test_what_is_no_address_is_refused(
    tx: TenantTx, changes: dict[str, str], pointer: str
) -> None:
    person = await make_person(tx)
    with pytest.raises(InvalidInput) as refused:
        await add_address(tx, person.id, address(**changes))
    assert [error.pointer for error in refused.value.errors] == [pointer]
    assert await cities(tx, person) == []


async def test_a_profile_is_changed_where_it_is_told(tx: TenantTx) -> None:
    person = await make_person(tx, phone="+380441234567")
    await change_profile(tx, person.id, ProfileChange(name=" Lesia  Ukrainka ", email="L@X.UA"))
    assert (person.name, person.email, person.phone) == (
        "Lesia Ukrainka",
        "l@x.ua",
        "+380441234567",
    )
    await change_profile(tx, person.id, ProfileChange(phone=""))
    assert person.phone is None
    with pytest.raises(InvalidInput) as refused:
        await change_profile(tx, person.id, ProfileChange(name="", email="x", language="de"))
    assert [e.pointer for e in refused.value.errors] == ["/name", "/email", "/language"]
    assert person.name == "Lesia Ukrainka"


async def test_tags_are_a_set_of_many_people(tx: TenantTx) -> None:
    one, two = await make_person(tx), await make_person(tx, tags=["old"])
    await tag(tx, [one.id, two.id, new_id()], add=[" VIP ", "Опт", "vip"], remove=["old"])
    for person in (one, two):
        await tx.session.refresh(person)
        assert person.tags == ["vip", "опт"]
    assert await book_queries.used_tags(tx) == ["vip", "опт"]
    with pytest.raises(InvalidInput):
        await tag(tx, [one.id], add=["x" * 41])


async def test_a_removed_group_has_nobody_in_it(tx: TenantTx) -> None:
    person = await make_person(tx)
    first, second = await add_group(tx, " Wholesale "), await add_group(tx, "Friends")
    with pytest.raises(GroupNameTaken):
        await add_group(tx, "Wholesale")
    await put_in_groups(tx, person.id, [first, second])
    with pytest.raises(GroupMissing):
        await put_in_groups(tx, person.id, [new_id()])
    await tx.flush()
    await remove_group(tx, first)
    await tx.session.refresh(person)
    assert person.group_ids == [second]
    with pytest.raises(GroupMissing):
        await remove_group(tx, first)


async def test_notes_are_written_and_removed(tx: TenantTx) -> None:
    person, other = await make_person(tx), await make_person(tx)
    note = await add_note(tx, person.id, " Likes blue\0 ", STAFF)
    assert (note.body, note.actor_name) == ("Likes blue", STAFF.name)
    with pytest.raises(NoteMissing):
        await remove_note(tx, other.id, note.id)
    await remove_note(tx, person.id, note.id)
    await tx.flush()
    assert await book_queries.notes_of(tx, [person.id]) == []
    with pytest.raises(InvalidInput):
        await add_note(tx, person.id, " ", STAFF)


async def test_consents_stand_by_their_history(tx: TenantTx) -> None:
    person = await make_person(tx)

    async def say(granted: bool, purpose: Purpose = Purpose.MARKETING) -> bool:
        return await set_consent(
            tx,
            person.id,
            Channel.EMAIL,
            purpose,
            granted=granted,
            source="storefront",
            actor=SHOPPER,
        )

    assert [await say(granted) for granted in (True, True, False, False, True)] == [
        True,
        False,
        True,
        False,
        True,
    ]
    await say(True, Purpose.REVIEWS)
    assert sorted(person.consents) == ["email:marketing", "email:reviews"]
    assert await book_queries.standing_consents(tx, [person.id]) == sorted(person.consents)
    steps = await book_queries.steps_of(tx, [person.id])
    assert [step.kind for step in reversed(steps)] == [
        "granted",
        "withdrawn",
        "granted",
        "granted",
    ]
    assert {step.actor_name for step in steps} == {""}
    told = [e.event.name for e in tx.pending_events]
    assert told == ["customer.consent_changed.v1"] * 4
