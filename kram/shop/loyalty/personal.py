"""What this slice keeps about people, as `Holder`: their points, and whom they brought."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.ids import new_id
from kram.shop.customers.holder import Erasure, Holder
from kram.shop.loyalty import person_queries
from kram.shop.loyalty.models import PointCause, PointMove

_JOINED = "joined"


async def _move(tx: TenantTx, from_id: UUID, to_id: UUID) -> None:
    """The balance by two moves, since the ledger stays where it was written. Points that would
    have ended at different times end together at the last of them."""
    await person_queries.hand_on_friends(tx, from_id, to_id)
    if from_id not in await person_queries.lock_accounts(tx, [from_id, to_id]):
        return
    await person_queries.open_account(tx, to_id)
    accounts = await person_queries.lock_accounts(tx, [from_id, to_id])
    goes, stays = accounts[from_id], accounts[to_id]
    if goes.balance:
        until = await person_queries.last_expiry(tx, from_id)
        gone, come = _handed(tx, from_id, -goes.balance), _handed(tx, to_id, goes.balance)
        come.expires_at = until
        tx.add_all([gone, come])
        stays.balance, goes.balance = stays.balance + goes.balance, 0
    code, goes.referral_code = goes.referral_code, None
    await tx.flush()  # a code belongs to one account at any moment
    stays.referral_code = stays.referral_code or code
    if stays.referrer_id is None and goes.referrer_id != to_id:
        stays.referrer_id, stays.rewarded_at = goes.referrer_id, goes.rewarded_at
    goes.referrer_id = None
    await tx.flush()


def _handed(tx: TenantTx, customer_id: UUID, delta: int) -> PointMove:
    return PointMove(
        id=new_id(),
        customer_id=customer_id,
        delta=delta,
        cause=PointCause.ADJUSTED,
        actor="system:join",
        note=_JOINED,
        created_at=tx.now,
    )


async def _tell(tx: TenantRead, ids: Sequence[UUID]) -> Mapping[str, Any]:
    return {
        "points": [
            {"at": move.created_at, "points": move.delta, "cause": move.cause}
            for move in await person_queries.moves_of(tx, ids)
        ]
    }


async def _erase(tx: TenantTx, erasure: Erasure) -> None:
    """Their link leads to nobody any more; the books of points stay."""
    for account in (await person_queries.lock_accounts(tx, erasure.ids)).values():
        account.referral_code = None
    await tx.flush()


HOLDER = Holder(
    tables=frozenset({"point_account", "point_move"}), move=_move, tell=_tell, erase=_erase
)
