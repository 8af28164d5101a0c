"""Making and filling collections."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from kram.kit.db.tx import TenantTx
from kram.kit.errors import FieldError, InvalidInput
from kram.kit.ids import new_id
from kram.kit.messages import gettext_noop
from kram.kit.text import line, lines, refused
from kram.shop.catalog import queries as catalog_queries
from kram.shop.catalog.changes import mark_changed
from kram.shop.catalog.collections import queries
from kram.shop.catalog.collections.rules import kept_rule, read_rule
from kram.shop.catalog.details import Translations, clean_translations, refused_translations
from kram.shop.catalog.drafts import LONGEST_DESCRIPTION, LONGEST_TITLE
from kram.shop.catalog.errors import CollectionMissing, ProductMissing
from kram.shop.catalog.models import Collection, CollectionKind
from kram.shop.catalog.naming import conflicts_named, insert_with_free_slug
from kram.shop.catalog.service.addresses import readdress_collection
from kram.shop.catalog.slugs import slug_of

MOST_BY_HAND = 1_000
TRANSLATED = {"title": LONGEST_TITLE, "description": LONGEST_DESCRIPTION}


class CollectionDraft(msgspec.Struct, frozen=True, kw_only=True):
    """`rule` None: filled by hand. `slug` empty: made from the title, or kept."""

    title: str
    description: str = ""
    rule: dict[str, Any] | None = None
    is_shown: bool = True
    position: int = 0
    slug: str = ""
    translations: Translations = {}


async def create_collection(tx: TenantTx, draft: CollectionDraft) -> Collection:
    """Raises: InvalidInput."""
    values = _values(draft)
    collection_id = new_id()

    async def write(slug: str) -> bool:
        row = {"id": collection_id, "slug": slug, "created_at": tx.now, **values}
        return await queries.insert_collection(tx, row)

    await insert_with_free_slug(
        slug_of(draft.slug or draft.title, fallback="collection"),
        lambda slugs: catalog_queries.taken_collection_slugs(tx, slugs),
        write,
    )
    await mark_changed(tx)
    return await _locked(tx, collection_id)


async def change_collection(
    tx: TenantTx, collection_id: UUID, draft: CollectionDraft
) -> Collection:
    """Raises: CollectionMissing, SlugTaken, InvalidInput."""
    collection = await _locked(tx, collection_id)
    for name, value in _values(draft).items():
        setattr(collection, name, value)
    if draft.slug:
        await readdress_collection(tx, collection, draft.slug)
    async with conflicts_named():
        await tx.flush()
    await mark_changed(tx)
    return collection


async def remove_collection(tx: TenantTx, collection_id: UUID) -> None:
    """Raises: CollectionMissing."""
    await tx.delete(await _locked(tx, collection_id))
    await tx.flush()
    await mark_changed(tx)


async def arrange_collection(tx: TenantTx, collection_id: UUID, products: Sequence[UUID]) -> None:
    """These products in this order, and no others.

    Raises: CollectionMissing, ProductMissing, InvalidInput.
    """
    await _locked(tx, collection_id)
    order = list(dict.fromkeys(products))
    if len(order) > MOST_BY_HAND:
        raise InvalidInput(
            errors=[
                FieldError(
                    "/products", "too_many", gettext_noop("A collection holds at most 1,000 goods")
                )
            ]
        )
    if len(await catalog_queries.known_products(tx, order)) != len(order):
        raise ProductMissing
    await queries.replace_products(tx, collection_id, order)
    await mark_changed(tx)


async def _locked(tx: TenantTx, collection_id: UUID) -> Collection:
    collection = await tx.get(Collection, collection_id, lock=True)
    if collection is None:
        raise CollectionMissing
    return collection


def _values(draft: CollectionDraft) -> dict[str, Any]:
    """Raises: InvalidInput."""
    title, description = line(draft.title), lines(draft.description)
    translations = clean_translations(draft.translations, TRANSLATED)
    wrong = [
        *refused("/title", title, LONGEST_TITLE, needed=True),
        *refused("/description", description, LONGEST_DESCRIPTION, needed=False),
        *refused_translations(translations, TRANSLATED),
    ]
    if not 0 <= draft.position <= 1_000_000:
        wrong.append(
            FieldError(
                "/position", "position_invalid", gettext_noop("Give a whole number from 0 up")
            )
        )
    if wrong:
        raise InvalidInput(errors=wrong)
    rule = None if draft.rule is None else kept_rule(read_rule(draft.rule))
    return {
        "title": title,
        "description": description,
        "kind": CollectionKind.MANUAL if rule is None else CollectionKind.RULE,
        "rule": rule,
        "is_shown": draft.is_shown,
        "position": draft.position,
        "translations": translations,
    }
