"""Shops as the command line handles them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from kram.app.process import Core, open_core
from kram.app.settings import Settings
from kram.kit.passwords import hash_password
from kram.tenants import accounts, queries, shops
from kram.tenants.emails import normalise_email
from kram.tenants.errors import NoSpareSchema, ShopNotFound
from kram.tenants.models import Shop
from kram.tenants.queries import ListedShop
from kram.tenants.schema.provision import refill_spares


@dataclass(frozen=True, slots=True)
class NewShop:
    """`owner` is an e-mail address."""

    name: str
    owner: str
    slug: str | None
    currency: str
    language: str


async def create_shop(settings: Settings, wanted: NewShop, ask_password: Callable[[], str]) -> Shop:
    """`ask_password` is asked when the owner has no account yet. Raises: what `tenants` refuses."""
    async with open_core(settings) as core:
        owner_id = await _owner(core, wanted, ask_password)
        try:
            return await _open(core, owner_id, wanted)
        except NoSpareSchema:
            await refill_spares(settings.database_url)
            return await _open(core, owner_id, wanted)


async def _owner(core: Core, wanted: NewShop, ask_password: Callable[[], str]) -> UUID:
    email = normalise_email(wanted.owner)
    async with core.db.platform() as tx:
        known = await accounts.by_email(tx, email)
    if known is not None:
        return known.id
    password_hash = await hash_password(ask_password())
    name = email.partition("@")[0][:60]
    async with core.db.platform() as tx:
        return (await accounts.sign_up(tx, email, password_hash, name, wanted.language)).id


async def _open(core: Core, owner_id: UUID, wanted: NewShop) -> Shop:
    async with core.db.platform() as tx:
        return await shops.create_shop(
            tx, owner_id, wanted.name, wanted.slug, wanted.currency, wanted.language
        )


async def all_shops(settings: Settings) -> Sequence[ListedShop]:
    async with open_core(settings) as core, core.db.platform() as tx:
        return await queries.shops_with_owners(tx)


async def shop_at(core: Core, slug: str) -> Shop:
    """Raises: ShopNotFound."""
    async with core.db.platform() as tx:
        found = await queries.shop_by_slug(tx, slug)
    if found is None:
        raise ShopNotFound
    return found
