"""What a person, or the staff for them, changes about a profile."""

from collections.abc import Callable, Collection, Iterable
from uuid import UUID

import msgspec

from kram.kit.db.tx import TenantTx
from kram.kit.errors import FieldError, InvalidInput
from kram.kit.messages import gettext_noop
from kram.shop.customers import book_queries
from kram.shop.customers.errors import GroupMissing
from kram.shop.customers.models import Customer, StepKind
from kram.shop.customers.rules import (
    LANGUAGES,
    LONGEST_NAME,
    normal_email,
    normal_phone,
    normal_tags,
    tidy,
)
from kram.shop.customers.service.history import write_down
from kram.shop.customers.service.standing import own
from kram.tenants.actor import Actor

_LONGEST_REASON = 500


class ProfileChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """None leaves a value as it is, an empty text takes it away (a name stays)."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    language: str | None = None


async def change_profile(tx: TenantTx, customer_id: UUID, change: ProfileChange) -> Customer:
    """Typed values prove nothing: they join no profiles. Raises: CustomerMissing, ProfileErased,
    InvalidInput."""
    refused = [error for error in _faults(change) if error is not None]
    if refused:
        raise InvalidInput(errors=refused)
    customer = await own(tx, customer_id)
    if change.name is not None:
        customer.name = tidy(change.name)
    if change.phone is not None:
        customer.phone = normal_phone(change.phone) or None
    if change.email is not None:
        customer.email = normal_email(change.email) or None
    if change.language is not None:
        customer.language = change.language
    await tx.flush()
    return customer


def _faults(change: ProfileChange) -> Iterable[FieldError | None]:
    yield _fault("name", change.name, lambda text: 0 < len(tidy(text)) <= LONGEST_NAME)
    yield _fault("phone", change.phone, lambda text: not text.strip() or normal_phone(text))
    yield _fault("email", change.email, lambda text: not text.strip() or normal_email(text))
    yield _fault("language", change.language, lambda text: text in LANGUAGES)


_DETAILS = {
    "name": gettext_noop("Write a name of up to 200 letters"),
    "phone": gettext_noop("Write the phone number with its code, for example +380501234567"),
    "email": gettext_noop("Write the whole address, for example name@example.com"),
    "language": gettext_noop("Choose one of the languages"),
}


def _fault(field: str, value: str | None, is_fine: Callable[[str], object]) -> FieldError | None:
    if value is None or is_fine(value):
        return None
    return FieldError(f"/{field}", "invalid", _DETAILS[field])


async def tag(
    tx: TenantTx, ids: Collection[UUID], add: Iterable[str] = (), remove: Iterable[str] = ()
) -> None:
    """Of many at once; ids that are nobody's are passed over. Raises: InvalidInput."""
    await tx.flush()
    await book_queries.change_tags(tx, ids, normal_tags(add), normal_tags(remove))


async def put_in_groups(tx: TenantTx, customer_id: UUID, group_ids: Collection[UUID]) -> Customer:
    """In these and no others. Raises: CustomerMissing, ProfileErased, GroupMissing."""
    wanted = set(group_ids)
    if wanted != await book_queries.known_groups(tx, wanted):
        raise GroupMissing
    customer = await own(tx, customer_id)
    customer.group_ids = sorted(wanted)
    return customer


async def hold(tx: TenantTx, customer_id: UUID, reason: str, actor: Actor) -> Customer:
    """As long as a reason stands, the person cannot be erased; an empty one frees them.

    Raises: CustomerMissing, ProfileErased.
    """
    customer = await own(tx, customer_id)
    told = tidy(reason)[:_LONGEST_REASON] or None
    if (told is None) != (customer.hold_reason is None):
        write_down(tx, customer.id, StepKind.HELD, actor, held=told is not None)
    customer.hold_reason = told
    return customer
