"""Words about an order: notes of the staff, and tags."""

from collections.abc import Collection
from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.kit.text import line, lines
from kram.shop.orders.errors import NoteEmpty, TagsInvalid
from kram.shop.orders.events import OrderNoted
from kram.shop.orders.models import Order, StepKind
from kram.shop.orders.service.step import facts, lock, write_down
from kram.tenants.actor import Actor

LONGEST_NOTE = 2000
LONGEST_TAG = 40
MOST_TAGS = 20


async def note(
    tx: TenantTx, order_id: UUID, text: str, actor: Actor, *, for_shopper: bool = False
) -> Order:
    """An entry of the timeline; with `for_shopper` they read it there and are written to.

    Raises: OrderMissing, NoteEmpty.
    """
    said = lines(text.replace("\0", ""))[:LONGEST_NOTE]
    if not said:
        raise NoteEmpty
    order = await lock(tx, order_id)
    write_down(tx, order, StepKind.TOLD if for_shopper else StepKind.NOTED, actor, said)
    if for_shopper:
        tx.publish(OrderNoted(**facts(order), note=said))
    return order


async def tag(tx: TenantTx, order_id: UUID, tags: Collection[str], actor: Actor) -> Order:
    """These tags and no others; the same ones again change nothing.

    Raises: OrderMissing, TagsInvalid.
    """
    wanted = clean_tags(tags)
    order = await lock(tx, order_id)
    if wanted != order.tags:
        detail = {"before": order.tags, "after": wanted}
        order.tags, order.updated_at = wanted, tx.now
        write_down(tx, order, StepKind.TAGGED, actor, ", ".join(wanted), detail=detail)
    return order


def clean_tags(tags: Collection[str]) -> list[str]:
    """Small letters, each once, in order. Raises: TagsInvalid."""
    tidy = {line(tag).lower() for tag in tags} - {""}
    if len(tidy) > MOST_TAGS or any(len(tag) > LONGEST_TAG or "\0" in tag for tag in tidy):
        raise TagsInvalid
    return sorted(tidy)
