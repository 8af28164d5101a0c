"""What people say about orders, and how orders are found."""

from datetime import timedelta

import pytest

from kram.kit.db.tx import TenantTx
from kram.shop.orders import queries, service
from kram.shop.orders.errors import NoteEmpty, TagsInvalid
from kram.shop.orders.models import Order, PaymentState
from kram.shop.orders.search import Search
from tests.factories.inventory import STAFF
from tests.factories.orders import make_order

pytestmark = pytest.mark.anyio


async def found(tx: TenantTx, **wanted: object) -> list[Order]:
    page = await queries.orders_page(tx, only=Search(**wanted))  # type: ignore[arg-type]
    return page.items


async def test_a_note_stays_with_the_staff_and_a_message_goes_out(tx: TenantTx) -> None:
    order = await make_order(tx)
    tx.pending_events.clear()
    await service.note(tx, order.id, " call first\0 ", STAFF)
    assert tx.pending_events == []
    await service.note(tx, order.id, "On Friday", STAFF, for_shopper=True)
    assert [pending.event.name for pending in tx.pending_events] == ["order.noted.v1"]
    await tx.flush()
    tx.session.expunge_all()
    stored = await queries.order_with_lines(tx, order.id)
    assert stored is not None
    assert [(step.kind, step.note, step.actor_name) for step in stored.steps[1:]] == [
        ("noted", "call first", "Olena"),
        ("told", "On Friday", "Olena"),
    ]
    with pytest.raises(NoteEmpty):
        await service.note(tx, order.id, " \0", STAFF)


async def test_tags_are_tidy_and_the_same_ones_are_no_step(tx: TenantTx) -> None:
    order = await make_order(tx)
    for _ in range(2):
        await service.tag(tx, order.id, [" Gift  wrap", "vip", "VIP", ""], STAFF)
    assert order.tags == ["gift wrap", "vip"]
    await tx.flush()
    tx.session.expunge_all()
    stored = await queries.order_with_lines(tx, order.id)
    assert stored is not None
    assert [step.detail for step in stored.steps[1:]] == [
        {"before": [], "after": ["gift wrap", "vip"]}
    ]
    for tags in (["x" * 41], [str(number) for number in range(21)], ["a\0b"]):
        with pytest.raises(TagsInvalid):
            await service.tag(tx, order.id, tags, STAFF)


async def test_orders_are_found_by_what_they_are(tx: TenantTx) -> None:
    order, other = await make_order(tx), await make_order(tx)
    await service.tag(tx, order.id, ["vip"], STAFF)
    await service.mark_paid(tx, other.id, STAFF)
    assert await found(tx, tag=" VIP ") == [order]
    assert await found(tx, payment=PaymentState.PAID) == [other]
    assert await found(tx, payment=PaymentState.PAID, tag="vip") == []
    assert len(await found(tx, since=tx.now, until=tx.now + timedelta(seconds=1))) == 2
    assert await found(tx, until=tx.now) == []
    assert await found(tx, since=tx.now + timedelta(seconds=1)) == []


@pytest.mark.parametrize(
    "text", ["1001", "№ 1001", " 441234567", "+38 (044) 123-45-67", "franko", "Ivan"]
)
async def test_orders_are_found_by_what_was_typed(tx: TenantTx, text: str) -> None:
    order = await make_order(tx)
    other = await make_order(tx)
    other.phone, other.recipient = "+380509999999", "Lesia"
    assert await found(tx, text=text) == [order]


async def test_an_order_is_found_by_its_code(tx: TenantTx) -> None:
    order, _ = await make_order(tx), await make_order(tx)
    assert await found(tx, text=f" {order.code.lower()} ") == [order]


@pytest.mark.parametrize("text", ["%", "_", "\\", "9" * 5000, "\0", "123", "'; --", "٤٤"])
async def test_nothing_that_is_typed_is_a_pattern_or_a_failure(tx: TenantTx, text: str) -> None:
    await make_order(tx)
    expected = 1 if not text.strip("\0") else 0
    assert len(await found(tx, text=text)) == expected
