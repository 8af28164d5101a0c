"""What every slice that keeps something about people has to be able to do with it.

`integrations/people` lists all of them; a test finds a table that points to a customer and that no
holder names.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.errors import AppError


@dataclass(frozen=True, slots=True)
class Erasure:
    """How a person wants to be forgotten. `ids` are all the profiles that were theirs."""

    ids: Sequence[UUID]
    telegram_ids: Sequence[int]
    keeps_reviews: bool = False


async def nothing_to_move(_tx: TenantTx, _from_id: UUID, _to_id: UUID) -> None:
    return None


async def nothing_to_tell(_tx: TenantRead, _ids: Sequence[UUID]) -> Mapping[str, Any]:
    return {}


async def nothing_to_erase(_tx: TenantTx, _erasure: Erasure) -> None:
    return None


async def no_obstacle(_tx: TenantRead, _ids: Sequence[UUID]) -> AppError | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """`tables`: those whose rows are about a person. Every function may be called again.

    `move` hands all of one profile to another, both of which are locked; an append-only ledger
    stays and is read by `known_as`. `tell` gives the sections of an export, by their names, as
    lists and mappings of plain values. `erase` keeps amounts and loses the person. `obstacle` is
    why a person may not be erased now.
    """

    tables: frozenset[str]
    move: Callable[[TenantTx, UUID, UUID], Awaitable[None]] = nothing_to_move
    tell: Callable[[TenantRead, Sequence[UUID]], Awaitable[Mapping[str, Any]]] = nothing_to_tell
    erase: Callable[[TenantTx, Erasure], Awaitable[None]] = nothing_to_erase
    obstacle: Callable[[TenantRead, Sequence[UUID]], Awaitable[AppError | None]] = no_obstacle
