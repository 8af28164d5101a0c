"""What this slice keeps about people, as `Holder`."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.errors import AppError
from kram.shop.customers import book_queries, identity_queries
from kram.shop.customers.errors import HeldByLaw
from kram.shop.customers.holder import Erasure, Holder
from kram.shop.customers.models import Customer
from kram.shop.customers.service.merge import empty


async def _tell(tx: TenantRead, ids: Sequence[UUID]) -> Mapping[str, Any]:
    people = await identity_queries.profiles(tx, ids)
    [living] = [person for person in people if person.merged_into is None]
    return {
        "profile": _profile(living),
        "telegram_accounts": [p.telegram_id for p in people if p.telegram_id is not None],
        "proved": [
            {"kind": row.kind, "value": row.value, "source": row.source, "at": row.verified_at}
            for row in await identity_queries.identities_of(tx, ids)
        ],
        "addresses": [
            {
                "recipient": row.recipient,
                "phone": row.phone,
                "country": row.country,
                "postal_code": row.postal_code,
                "city": row.city,
                "line": row.line,
                "is_default": row.is_default,
            }
            for row in await book_queries.addresses_of(tx, ids)
        ],
        "notes": [
            {"at": note.created_at, "body": note.body}
            for note in await book_queries.notes_of(tx, ids)
        ],
        "history": [
            {"at": step.at, "kind": step.kind, **step.facts}
            for step in await book_queries.steps_of(tx, ids, limit=10_000)
        ],
    }


def _profile(customer: Customer) -> Mapping[str, Any]:
    return {
        "id": customer.id,
        "name": customer.name,
        "username": customer.username,
        "phone": customer.phone,
        "email": customer.email,
        "language": customer.language,
        "tags": customer.tags,
        "consents": customer.consents,
        "orders_count": customer.orders_count,
        "first_seen": customer.created_at,
        "last_seen": customer.seen_at,
    }


async def _erase(tx: TenantTx, erasure: Erasure) -> None:
    await book_queries.drop_owned(tx, erasure.ids)
    for customer in await identity_queries.profiles(tx, erasure.ids):
        counted = customer.orders_count, customer.spent_minor
        first_at, last_at = customer.first_order_at, customer.last_order_at
        empty(customer)
        customer.orders_count, customer.spent_minor = counted
        customer.first_order_at, customer.last_order_at = first_at, last_at
        customer.telegram_id = None
        customer.erased_at = customer.erased_at or tx.now
    await tx.flush()


async def _obstacle(tx: TenantRead, ids: Sequence[UUID]) -> AppError | None:
    people = await identity_queries.profiles(tx, ids)
    return HeldByLaw() if any(person.hold_reason for person in people) else None


HOLDER = Holder(
    tables=frozenset(
        {
            "customer",
            "customer_identity",
            "customer_address",
            "customer_note",
            "customer_step",
        }
    ),
    move=book_queries.move_owned,
    tell=_tell,
    erase=_erase,
    obstacle=_obstacle,
)
