"""What returns keep about people, as `Holder`: what they wrote and photographed."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.errors import AppError
from kram.kit.ids import new_id
from kram.kit.messages import gettext_noop
from kram.shop.catalog.events import MediaRemoved
from kram.shop.customers.errors import EraseRefused
from kram.shop.customers.holder import Erasure, Holder
from kram.shop.returns import person_queries


class ReturnOpen(EraseRefused):
    code = "erase_return_open"
    title = gettext_noop("A return is still being dealt with: close it, then erase the person")


async def _tell(tx: TenantRead, ids: Sequence[UUID]) -> Mapping[str, Any]:
    return {
        "returns": [
            {
                "code": found.code,
                "at": found.created_at,
                "state": found.state,
                "reason": found.reason,
                "comment": found.comment,
                "answer": found.answer,
                "refund_minor": found.refund_minor,
            }
            for found in await person_queries.returns_of(tx, ids)
        ]
    }


async def _erase(tx: TenantTx, erasure: Erasure) -> None:
    found = await person_queries.returns_of(tx, erasure.ids)
    for request in found:
        for key in request.photos:
            tx.publish(MediaRemoved(media_id=new_id(), key=key))
    await person_queries.forget_words(tx, [request.id for request in found])


async def _obstacle(tx: TenantRead, ids: Sequence[UUID]) -> AppError | None:
    return ReturnOpen() if await person_queries.is_one_open(tx, ids) else None


HOLDER = Holder(tables=frozenset({"return_request"}), tell=_tell, erase=_erase, obstacle=_obstacle)
