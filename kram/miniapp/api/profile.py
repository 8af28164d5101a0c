"""The shopper's own profile: name, contacts, addresses, consents."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, delete, get, post, put
from litestar.params import FromPath, JSONBody

from kram.kit.db.tx import TenantRead
from kram.kit.i18n import Translator
from kram.kit.messages import gettext_noop
from kram.miniapp.api.known import known
from kram.miniapp.api.shopper import ServicesHere, Shopper, ShopperHere
from kram.shop.customers import book_queries, identity_queries, service
from kram.shop.customers.models import Channel, Customer, CustomerAddress, Purpose
from kram.shop.customers.rules import consent_name
from kram.shop.customers.service import AddressDraft, ProfileChange

_UNCACHED = {"cache-control": "no-store"}
_ASKED = (
    (Channel.TELEGRAM, Purpose.MARKETING, gettext_noop("News and offers in Telegram")),
    (Channel.EMAIL, Purpose.MARKETING, gettext_noop("News and offers by e-mail")),
    (Channel.TELEGRAM, Purpose.REVIEWS, gettext_noop("Questions about what I bought")),
    (Channel.TELEGRAM, Purpose.PERSONALISATION, gettext_noop("Advice by what I looked at")),
)
"""What a person is asked for here; nothing is allowed until they say so."""

Text = Annotated[str, msgspec.Meta(max_length=600)]


class AddressAnswer(msgspec.Struct, frozen=True):
    id: UUID
    recipient: str
    phone: str
    city: str
    line: str
    is_default: bool


class ConsentAnswer(msgspec.Struct, frozen=True):
    channel: str
    purpose: str
    title: str
    granted: bool


class ProfileAnswer(msgspec.Struct, frozen=True):
    """`proved_phone`: it is certain that the number is theirs."""

    name: str
    phone: str
    email: str
    language: str
    proved_phone: bool
    addresses: list[AddressAnswer]
    consents: list[ConsentAnswer]


class AddressRequest(msgspec.Struct, frozen=True):
    recipient: Text
    phone: Text
    city: Text
    line: Text
    is_default: bool = False


class ConsentRequest(msgspec.Struct, frozen=True):
    channel: Channel
    purpose: Purpose
    granted: bool


class ProfileRequest(msgspec.Struct, frozen=True):
    name: Text
    phone: Text = ""
    email: Text = ""
    language: Text = "uk"


@get("/profile")
async def read_profile(shopper: ShopperHere, services: ServicesHere) -> Response[ProfileAnswer]:
    async with services.db.tenant_read(shopper.shop.tenant) as tx:
        return Response(await _answer(tx, shopper), headers=_UNCACHED)


@put("/profile")
async def change_profile(
    data: JSONBody[ProfileRequest], shopper: ShopperHere, services: ServicesHere
) -> Response[ProfileAnswer]:
    """Raises: InvalidInput."""
    change = ProfileChange(
        name=data.name, phone=data.phone, email=data.email, language=data.language
    )
    async with services.db.tenant(shopper.shop.tenant) as tx:
        await service.change_profile(tx, await known(tx, shopper), change)
        return Response(await _answer(tx, shopper), headers=_UNCACHED)


@post("/profile/addresses", status_code=200)
async def add_address(
    data: JSONBody[AddressRequest], shopper: ShopperHere, services: ServicesHere
) -> Response[ProfileAnswer]:
    """Raises: InvalidInput, TooManyAddresses."""
    async with services.db.tenant(shopper.shop.tenant) as tx:
        await service.add_address(tx, await known(tx, shopper), _draft(data))
        return Response(await _answer(tx, shopper), headers=_UNCACHED)


@delete("/profile/addresses/{address_id:uuid}", status_code=200)
async def remove_address(
    address_id: FromPath[UUID], shopper: ShopperHere, services: ServicesHere
) -> Response[ProfileAnswer]:
    """Raises: AddressMissing."""
    async with services.db.tenant(shopper.shop.tenant) as tx:
        await service.remove_address(tx, await known(tx, shopper), address_id)
        return Response(await _answer(tx, shopper), headers=_UNCACHED)


@put("/profile/consents")
async def set_consent(
    data: JSONBody[ConsentRequest], shopper: ShopperHere, services: ServicesHere
) -> Response[ProfileAnswer]:
    async with services.db.tenant(shopper.shop.tenant) as tx:
        await service.set_consent(
            tx,
            await known(tx, shopper),
            data.channel,
            data.purpose,
            granted=data.granted,
            source="storefront",
            actor=shopper.actor,
        )
        return Response(await _answer(tx, shopper), headers=_UNCACHED)


async def _answer(tx: TenantRead, shopper: Shopper) -> ProfileAnswer:
    """Empty for a guest who has left nothing behind yet."""
    customer = await tx.get(Customer, shopper.customer_id)
    if customer is None:
        return ProfileAnswer("", "", "", shopper.words.language, False, [], _consents([], shopper))
    proved = await identity_queries.identities_of(tx, [customer.id])
    addresses = await book_queries.addresses_of(tx, [customer.id])
    return ProfileAnswer(
        name=customer.name,
        phone=customer.phone or "",
        email=customer.email or "",
        language=customer.language,
        proved_phone=customer.phone in {row.value for row in proved},
        addresses=[_address(address) for address in addresses],
        consents=_consents(customer.consents, shopper),
    )


def _consents(standing: list[str], shopper: Shopper) -> list[ConsentAnswer]:
    words: Translator = shopper.words
    return [
        ConsentAnswer(
            channel, purpose, words.gettext(title), consent_name(channel, purpose) in standing
        )
        for channel, purpose, title in _ASKED
    ]


def _address(address: CustomerAddress) -> AddressAnswer:
    return AddressAnswer(
        address.id,
        address.recipient,
        address.phone,
        address.city,
        address.line,
        address.is_default,
    )


def _draft(data: AddressRequest) -> AddressDraft:
    return AddressDraft(
        recipient=data.recipient,
        phone=data.phone,
        city=data.city,
        line=data.line,
        is_default=data.is_default,
    )


ROUTES = [read_profile, change_profile, add_address, remove_address, set_consent]
