"""Where a person's parcels go."""

from uuid import UUID

import msgspec

from kram.kit.db.tx import TenantTx
from kram.kit.errors import FieldError, InvalidInput
from kram.kit.ids import new_id
from kram.kit.messages import gettext_noop
from kram.shop.customers import book_queries
from kram.shop.customers.errors import AddressMissing, TooManyAddresses
from kram.shop.customers.models import CustomerAddress
from kram.shop.customers.rules import normal_phone, tidy
from kram.shop.customers.service.standing import own

MOST_ADDRESSES = 20
_LONGEST = {"recipient": 200, "city": 120, "line": 500, "postal_code": 16}
_NEEDED = ("recipient", "city", "line")


class AddressDraft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`line` is all below the city: street, house, flat, or a parcel office."""

    recipient: str
    phone: str
    city: str
    line: str
    country: str = ""
    postal_code: str = ""
    is_default: bool = False


async def add_address(tx: TenantTx, customer_id: UUID, draft: AddressDraft) -> CustomerAddress:
    """The first one is the default. Raises: CustomerMissing, ProfileErased, TooManyAddresses,
    InvalidInput."""
    values = _checked(draft)
    customer = await own(tx, customer_id)
    known = await book_queries.addresses_of(tx, [customer.id])
    if len(known) >= MOST_ADDRESSES:
        raise TooManyAddresses
    becomes_default = draft.is_default or not known
    if becomes_default:
        await book_queries.clear_default(tx, customer.id)
    address = CustomerAddress(
        id=new_id(),
        customer_id=customer.id,
        is_default=becomes_default,
        created_at=tx.now,
        **values,
    )
    tx.add(address)
    await tx.flush()
    return address


async def change_address(
    tx: TenantTx, customer_id: UUID, address_id: UUID, draft: AddressDraft
) -> CustomerAddress:
    """A default stays one until another is. Raises: AddressMissing, and as `add_address`."""
    values = _checked(draft)
    address = await _own_address(tx, customer_id, address_id)
    if draft.is_default and not address.is_default:
        await book_queries.clear_default(tx, address.customer_id)
        address.is_default = True
    for name, value in values.items():
        setattr(address, name, value)
    await tx.flush()
    return address


async def remove_address(tx: TenantTx, customer_id: UUID, address_id: UUID) -> None:
    """The next one becomes the default. Raises: AddressMissing, CustomerMissing, ProfileErased."""
    address = await _own_address(tx, customer_id, address_id)
    await tx.delete(address)
    await tx.flush()
    left = await book_queries.addresses_of(tx, [address.customer_id])
    if left and not left[0].is_default:
        left[0].is_default = True
        await tx.flush()


async def _own_address(tx: TenantTx, customer_id: UUID, address_id: UUID) -> CustomerAddress:
    customer = await own(tx, customer_id)
    address = await tx.get(CustomerAddress, address_id, lock=True)
    if address is None or address.customer_id != customer.id:
        raise AddressMissing
    return address


def _checked(draft: AddressDraft) -> dict[str, str]:
    values = {name: tidy(getattr(draft, name)) for name in _LONGEST}
    refused = [
        FieldError(f"/{name}", "required", gettext_noop("Fill this in"))
        for name in _NEEDED
        if not values[name]
    ]
    refused += [
        FieldError(f"/{name}", "too_long", gettext_noop("Make this shorter"))
        for name, longest in _LONGEST.items()
        if len(values[name]) > longest
    ]
    phone = normal_phone(draft.phone)
    if phone is None:
        detail = gettext_noop("Write the phone number with its code, for example +380501234567")
        refused.append(FieldError("/phone", "invalid", detail))
    country = draft.country.strip().upper()
    if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
        detail = gettext_noop("Write the country by its two letters, for example UA")
        refused.append(FieldError("/country", "invalid", detail))
    if refused:
        raise InvalidInput(errors=refused)
    return {**values, "phone": phone or "", "country": country}
