"""Two people choose the same name at once: the database decides, the loser hears what to do."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager

from sqlalchemy.exc import IntegrityError

from kram.kit.errors import AppError
from kram.shop.catalog.errors import AttributeCodeTaken, ChoiceTaken, SkuTaken, SlugTaken
from kram.shop.catalog.slugs import candidates, free_slug

_TRIES = 5
_BY_CONSTRAINT: dict[str, type[AppError]] = {
    "uq_variant_sku": SkuTaken,
    "uq_variant_choice": ChoiceTaken,
    "uq_product_slug": SlugTaken,
    "uq_category_slug": SlugTaken,
    "uq_collection_slug": SlugTaken,
    "uq_attribute_code": AttributeCodeTaken,
}


@asynccontextmanager
async def conflicts_named() -> AsyncIterator[None]:
    """Turns a broken uniqueness into its AppError; the transaction is lost either way."""
    try:
        yield
    except IntegrityError as error:
        named = _BY_CONSTRAINT.get(_constraint(error))
        if named is None:
            raise
        raise named from error


def _constraint(error: IntegrityError) -> str:
    driver_error = error.orig.__cause__ if error.orig else None
    return getattr(driver_error, "constraint_name", None) or ""


async def insert_with_free_slug(
    base: str,
    taken: Callable[[Collection[str]], Awaitable[set[str]]],
    insert: Callable[[str], Awaitable[bool]],
) -> None:
    """Tries until `insert(slug)` wrote, each time looking anew at what is `taken`.

    Raises: SlugTaken.
    """
    for _ in range(_TRIES):
        if await insert(free_slug(base, await taken(candidates(base)))):
            return
    raise SlugTaken
