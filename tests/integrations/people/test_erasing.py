"""Who asked to be forgotten is found nowhere any more."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from kram.integrations.people.erasing import erase
from kram.integrations.people.exporting import ask_for_export
from kram.integrations.people.joining import join
from kram.integrations.people.personal import HOLDER as PEOPLE
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id, public_code
from kram.kit.money import Money
from kram.shop.customers.errors import CustomerMissing, EraseRefused, ProfileErased
from kram.shop.customers.models import Channel, Customer, IdentityKind, Purpose
from kram.shop.customers.service import (
    AddressDraft,
    add_address,
    add_note,
    hold,
    prove,
    remember,
    set_consent,
    tag,
)
from kram.shop.orders import service as orders
from kram.shop.orders.desk.models import DraftOrder
from kram.shop.orders.drafts import DraftLine, OrderDraft
from kram.shop.orders.models import Order
from kram.shop.returns.models import ReturnRequest
from kram.shop.reviews.favourites import like
from kram.shop.reviews.queries import ratings, reviews_of
from kram.shop.reviews.rules import Photo, ReviewDraft
from kram.shop.reviews.service import reply, write_review
from kram.tenants.actor import Actor, ActorKind
from tests.factories.catalog import make_product
from tests.factories.customers import telegram_user
from tests.factories.inventory import STAFF

pytestmark = pytest.mark.anyio

CANARY = "канарейка"
"""In every text that is the person's; their numbers are these."""
PHONE, SECOND_PHONE = "+380447654321", "+380509876543"
TELEGRAM, SECOND_TELEGRAM = 777_123_456_789, 777_123_456_790
EMAIL = "kanareika.canary@example.com"
CANARIES = (CANARY, PHONE[1:], SECOND_PHONE[1:], str(TELEGRAM), str(SECOND_TELEGRAM), "canary")


async def found(owner: asyncpg.Connection, schema: str) -> list[str]:
    """Every table and column of the shop in which a canary sits."""
    columns = await owner.fetch(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = $1 ORDER BY 1, 2",
        schema,
    )
    places: list[str] = []
    for table, column in columns:
        told = f'SELECT "{column}"::text FROM {schema}."{table}"'
        texts = await owner.fetch(f"SELECT DISTINCT lower(t) FROM ({told}) AS x(t)")
        if any(canary in (row[0] or "") for row in texts for canary in CANARIES):
            places.append(f"{table}.{column}")
    return places


async def live_a_life(tx: TenantTx) -> tuple[UUID, UUID, UUID]:
    """A customer who left a trace wherever one can be left; they, their order and their goods."""
    user = telegram_user(
        telegram_id=TELEGRAM, first_name=CANARY, last_name=CANARY, username=f"{CANARY}_nick"
    )
    person = await remember(tx, user, "uk")
    shopper = Actor(ActorKind.SHOPPER, str(person.id), CANARY)
    await prove(tx, person.id, IdentityKind.PHONE, PHONE, "bot", shopper)
    await prove(tx, person.id, IdentityKind.EMAIL, EMAIL, "storefront", shopper)
    address = AddressDraft(recipient=CANARY, phone=PHONE, city=CANARY, line=CANARY)
    await add_address(tx, person.id, address)
    await add_note(tx, person.id, f"Called {CANARY}", STAFF)
    await tag(tx, [person.id], add=[CANARY])
    consent = {"granted": True, "source": "storefront", "actor": shopper}
    await set_consent(tx, person.id, Channel.EMAIL, Purpose.MARKETING, **consent)  # type: ignore[arg-type]
    product = await make_product(tx, stock=5)
    order = await _order(tx, person, product.variants[0].id, shopper)
    await like(tx, person.id, product.id)
    photo = Photo(key=f"shop/reviews/{CANARY}", width=9, height=9)
    draft = ReviewDraft(stars=5, body=f"Signed: {CANARY}", photos=(photo,))
    review = await write_review(tx, person.id, product.id, draft)
    await reply(tx, review.id, f"Thank you, {CANARY}")
    await ask_for_export(tx, person.id, "uk", shopper)
    await _draft(tx, person, order)
    await _second_account(tx, person)
    return person.id, order.id, product.id


async def _order(tx: TenantTx, person: Customer, variant_id: UUID, shopper: Actor) -> Order:
    draft = OrderDraft(
        customer_id=person.id,
        lines=(DraftLine(variant_id, 2),),
        payment_method="cod",
        pay_until=None,
        delivery=Money(0, "UAH"),
        recipient=CANARY,
        phone=PHONE,
        address=CANARY,
        comment=CANARY,
        language="uk",
    )
    order = await orders.place(tx, draft, shopper)
    await orders.accept(tx, order.id, STAFF)
    await orders.ship(tx, order.id, STAFF, CANARY)
    await orders.deliver(tx, order.id, STAFF)
    return order


async def _draft(tx: TenantTx, person: Customer, order: Order) -> None:
    """One by which the order came about, and one that was left lying."""
    content = {"customer_id": str(person.id), "recipient": CANARY, "phone": PHONE, "lines": []}
    for order_id, state in ((order.id, "placed"), (None, "open")):
        tx.add(
            DraftOrder(
                id=new_id(),
                code=public_code(),
                state=state,
                content={**content, "comment": CANARY},
                order_id=order_id,
                created_at=tx.now,
                updated_at=tx.now,
            )
        )
    tx.add(
        ReturnRequest(
            id=new_id(),
            code=public_code(),
            order_id=order.id,
            state="closed",
            reason="other",
            comment=CANARY,
            answer=f"Dear {CANARY}",
            photos=[f"shop/returns/{CANARY}"],
            lines=[],
        )
    )
    await tx.flush()


async def _second_account(tx: TenantTx, person: Customer) -> None:
    """Joined by the staff: its row leads on, and still knows the account."""
    user = telegram_user(telegram_id=SECOND_TELEGRAM, first_name=CANARY)
    other = await remember(tx, user, "uk")
    await prove(tx, other.id, IdentityKind.PHONE, SECOND_PHONE, "bot", STAFF)
    await tx.flush()
    await join(tx, person.id, other.id, STAFF, by_staff=True)


@pytest.fixture
async def life(db: Database, tenant: Tenant) -> tuple[UUID, UUID, UUID]:
    async with db.tenant(tenant) as tx:
        return await live_a_life(tx)


async def end(db: Database, tenant: Tenant, person: UUID, **wish: Any) -> None:
    async with db.tenant(tenant) as tx:
        await erase(tx, person, STAFF, **{"keeps_reviews": False, **wish})


async def test_no_word_of_an_erased_person_is_left_anywhere(
    db: Database, tenant: Tenant, owner: asyncpg.Connection, life: tuple[UUID, UUID, UUID]
) -> None:
    person, order_id, product_id = life
    before = await found(owner, tenant.schema)
    assert {
        "customer.name",
        "customer.telegram_id",
        "customer.username",
        "customer_address.line",
        "customer_identity.value",
        "customer_note.body",
        "orders.recipient",
        "orders.comment",
        "order_step.actor_name",
        "order_step.note",
        "review.body",
        "review.photos",
        "review.reply",
        "draft_order.content",
        "return_request.comment",
    } <= set(before), "the walk finds nothing where something is"
    await end(db, tenant, person)
    assert await found(owner, tenant.schema) == []
    async with db.tenant_read(tenant) as tx:
        order = await tx.get(Order, order_id)
        assert order is not None
        assert order.total_minor == 25_000
        assert (await ratings(tx, [product_id]))[product_id].stars == 5
        customer = await tx.get(Customer, person)
        assert customer is not None
        assert customer.erased_at is not None


async def test_erasing_again_changes_nothing(
    db: Database, tenant: Tenant, life: tuple[UUID, UUID, UUID]
) -> None:
    person, _, _ = life
    await end(db, tenant, person)
    async with db.tenant(tenant) as tx:
        await erase(tx, person, STAFF, keeps_reviews=False)
        assert tx.pending_events == []
        with pytest.raises(ProfileErased):
            await add_note(tx, person, "Again", STAFF)


async def test_words_of_a_review_stay_if_the_person_wants(
    db: Database, tenant: Tenant, life: tuple[UUID, UUID, UUID]
) -> None:
    person, _, _ = life
    await end(db, tenant, person, keeps_reviews=True)
    async with db.tenant_read(tenant) as tx:
        [kept] = await reviews_of(tx, [person])
    assert kept.review.body == f"Signed: {CANARY}"
    assert (kept.review.author, kept.review.photos) == ("", [])


async def test_the_same_account_comes_back_as_somebody_new(
    db: Database, tenant: Tenant, life: tuple[UUID, UUID, UUID]
) -> None:
    person, _, _ = life
    await end(db, tenant, person)
    async with db.tenant(tenant) as tx:
        for account in (TELEGRAM, SECOND_TELEGRAM):
            fresh = await remember(tx, telegram_user(telegram_id=account), "uk")
            assert fresh.id != person
            assert fresh.orders_count == 0


async def test_an_open_order_keeps_its_person(
    db: Database, tenant: Tenant, owner: asyncpg.Connection
) -> None:
    async with db.tenant(tenant) as tx:
        person, _, _ = await live_a_life(tx)
        product = await make_product(tx, stock=1)
        customer = await tx.get(Customer, person)
        assert customer is not None
        actor = Actor(ActorKind.SHOPPER, str(person), CANARY)
        draft = OrderDraft(
            customer_id=person,
            lines=(DraftLine(product.variants[0].id, 1),),
            payment_method="cod",
            pay_until=None,
            delivery=Money(0, "UAH"),
            recipient=CANARY,
            phone=PHONE,
            address=CANARY,
            language="uk",
        )
        order = await orders.place(tx, draft, actor)
    before = await found(owner, tenant.schema)
    with pytest.raises(EraseRefused) as refused:
        await end(db, tenant, person)
    assert refused.value.code == "erase_orders_open"
    assert str(order.number) in refused.value.detail
    assert await found(owner, tenant.schema) == before


async def test_who_is_held_is_kept_until_they_are_free(
    db: Database, tenant: Tenant, life: tuple[UUID, UUID, UUID]
) -> None:
    person, _, _ = life
    async with db.tenant(tenant) as tx:
        await hold(tx, person, "A dispute at the bank", STAFF)
    with pytest.raises(EraseRefused, match="forbade"):
        await end(db, tenant, person)
    async with db.tenant(tenant) as tx:
        await hold(tx, person, "", STAFF)
    await end(db, tenant, person)


async def test_nobody_is_not_erased(db: Database, tenant: Tenant) -> None:
    with pytest.raises(CustomerMissing):
        await end(db, tenant, new_id())


async def test_a_file_of_the_person_goes_at_once(tx: TenantTx) -> None:
    person, _, _ = await live_a_life(tx)
    tx.pending_events.clear()
    await erase(tx, person, STAFF, keeps_reviews=False)
    ended = [e for e in tx.pending_events if e.event.name == "person.export_ended.v1"]
    assert len(ended) == 1
    assert PEOPLE.tables == {"person_export"}
