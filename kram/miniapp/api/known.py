"""A shopper who is about to leave something behind: from now on they have a profile."""

from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.miniapp.api.shopper import Shopper
from kram.shop.customers.service import living, remember_guest


async def known(tx: TenantTx, shopper: Shopper) -> UUID:
    """The profile to write under; a guest's is made now. Raises: ProfileErased."""
    if shopper.is_guest:
        await remember_guest(tx, shopper.customer_id, name="", language=shopper.words.language)
    return await living(tx, shopper.customer_id)
