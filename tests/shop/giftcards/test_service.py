"""Cards: issued, paid with, filled up again."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantTx
from kram.kit.errors import InvalidInput
from kram.kit.ids import new_id
from kram.kit.money import Money
from kram.shop.giftcards import codes, queries, service
from kram.shop.giftcards.errors import GiftCardMissing, GiftCardSpent
from kram.shop.giftcards.models import GiftCard
from tests.factories.inventory import STAFF
from tests.factories.orders import SHOPPER
from tests.statements import statements

pytestmark = pytest.mark.anyio

TEN = Money(1_000, "UAH")


async def balance(tx: TenantTx, card_id: object) -> int:
    query = select(GiftCard.balance_minor).where(GiftCard.id == card_id)
    return int(await tx.scalar(query))


async def test_a_code_is_known_once_and_found_by_it(tx: TenantTx) -> None:
    [card] = await service.issue(tx, TEN, STAFF, note="birthday")
    row = await tx.get(GiftCard, card.id)
    assert row is not None
    assert card.code.replace("-", "").encode() not in row.code_hash
    assert row.last4 == card.code[-4:]
    typed = f" {card.code.lower().replace('-', '')} "
    found = await service.find(tx, typed, "UAH")
    assert found is not None
    assert (found.id, found.balance) == (card.id, TEN)
    assert await service.find(tx, card.code, "EUR") is None
    assert await service.find(tx, codes.new_code(), "UAH") is None
    assert await service.find(tx, "SPRING", "UAH") is None


async def test_a_thousand_cards_take_two_statements(db: Database, tenant: Tenant) -> None:
    async with db.tenant(tenant) as tx:
        with statements(db) as sent:
            cards = await service.issue(tx, TEN, STAFF, count=1_000)
    assert len({card.code for card in cards}) == 1_000
    assert len({each.split("(")[0] for each in sent}) == 2
    async with db.tenant_read(tenant) as reading:
        assert await queries.outstanding(reading) == [("UAH", 1_000_000)]


async def test_it_pays_and_gets_back_what_it_paid(tx: TenantTx) -> None:
    [card] = await service.issue(tx, TEN, STAFF)
    order = new_id()
    await service.redeem(tx, card.id, order, 700, SHOPPER)
    with pytest.raises(GiftCardSpent):
        await service.redeem(tx, card.id, new_id(), 301, SHOPPER)
    assert await service.give_back(tx, order, STAFF, 200) == 200
    assert await service.give_back(tx, order, STAFF, 0) == 0
    assert await service.give_back(tx, order, STAFF) == 500
    assert await service.give_back(tx, order, STAFF) == 0
    assert await service.give_back(tx, new_id(), STAFF) == 0
    assert await balance(tx, card.id) == 1_000
    causes = [(move.cause, move.delta_minor) for move in await queries.moves_of(tx, card.id)]
    assert causes == [
        ("returned", 500),
        ("returned", 200),
        ("redeemed", -700),
        ("issued", 1_000),
    ]


async def test_a_revived_order_pays_again(tx: TenantTx) -> None:
    [card] = await service.issue(tx, TEN, STAFF)
    order = new_id()
    await service.redeem(tx, card.id, order, 700, SHOPPER)
    await service.redeem_again(tx, order, SHOPPER)
    assert await balance(tx, card.id) == 300
    await service.give_back(tx, order, STAFF)
    await service.redeem_again(tx, order, SHOPPER)
    assert await balance(tx, card.id) == 300
    await service.redeem_again(tx, new_id(), SHOPPER)


async def test_expired_blocked_and_empty_cards_pay_nothing(tx: TenantTx) -> None:
    [old, blocked, empty] = await service.issue(tx, TEN, STAFF, count=3)
    await tx.execute(
        text("UPDATE gift_card SET expires_at = :now WHERE id = :id"),
        {"now": tx.now, "id": old.id},
    )
    await service.set_blocked(tx, blocked.id, True)
    await service.redeem(tx, empty.id, new_id(), 1_000, SHOPPER)
    for card in (old, blocked, empty):
        assert await service.find(tx, card.code, "UAH") is None
        with pytest.raises(GiftCardSpent):
            await service.redeem(tx, card.id, new_id(), 1, SHOPPER)
    await service.set_blocked(tx, blocked.id, False)
    assert await service.find(tx, blocked.code, "UAH") is not None
    with pytest.raises(GiftCardMissing):
        await service.set_blocked(tx, new_id(), True)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"amount": Money(0, "UAH")}, "/amount"),
        ({"amount": Money(10**15, "UAH")}, "/amount"),
        ({"count": 0}, "/count"),
        ({"count": 1_001}, "/count"),
        ({"note": "x" * 201}, "/note"),
    ],
)
async def test_senseless_cards_are_refused(
    tx: TenantTx, changes: dict[str, object], pointer: str
) -> None:
    wanted: dict[str, object] = {"amount": TEN, **changes}
    with pytest.raises(InvalidInput) as refused:
        await service.issue(tx, wanted.pop("amount"), STAFF, **wanted)  # type: ignore[arg-type]
    assert [error.pointer for error in refused.value.errors] == [pointer]


async def test_a_card_does_not_end_before_it_begins(tx: TenantTx) -> None:
    with pytest.raises(InvalidInput):
        await service.issue(tx, TEN, STAFF, expires_at=tx.now - timedelta(days=1))


async def test_the_ledger_is_for_ever(db: Database, tenant: Tenant) -> None:
    async with db.tenant(tenant) as tx:
        await service.issue(tx, TEN, STAFF)
    for change in ("UPDATE gift_card_move SET delta_minor = 1", "DELETE FROM gift_card_move"):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with db.tenant(tenant) as tx:
                await tx.execute(text(change))
