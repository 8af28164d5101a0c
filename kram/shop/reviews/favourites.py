"""What a customer likes, the same on all their devices."""

from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.shop.customers.service import living
from kram.shop.reviews import favourite_queries as queries
from kram.shop.reviews.errors import NothingToReview, TooManyFavourites

MOST_FAVOURITES = 500


async def like(tx: TenantTx, customer_id: UUID, product_id: UUID) -> None:
    """Liked already: nothing happens. The customer has a profile.

    Raises: NothingToReview, TooManyFavourites, ProfileErased.
    """
    customer_id = await living(tx, customer_id)
    if not await queries.is_there(tx, product_id):
        raise NothingToReview
    if await queries.count_of(tx, customer_id) >= MOST_FAVOURITES:
        raise TooManyFavourites
    await queries.insert_favourite(tx, customer_id, product_id)


async def unlike(tx: TenantTx, customer_id: UUID, product_id: UUID) -> None:
    """Raises: ProfileErased."""
    await queries.delete_favourite(tx, await living(tx, customer_id), product_id)
