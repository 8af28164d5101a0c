"""The tree that products hang in."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from kram.kit.db.tx import TenantTx
from kram.kit.errors import FieldError, InvalidInput
from kram.kit.ids import new_id
from kram.kit.messages import gettext_noop
from kram.kit.text import line, lines, refused
from kram.shop.catalog import queries
from kram.shop.catalog.changes import mark_changed
from kram.shop.catalog.details import Translations, clean_translations, refused_translations
from kram.shop.catalog.drafts import LONGEST_DESCRIPTION
from kram.shop.catalog.errors import CategoryCycle, CategoryMissing
from kram.shop.catalog.events import MediaAdded, MediaRemoved
from kram.shop.catalog.models import Category
from kram.shop.catalog.naming import conflicts_named, insert_with_free_slug
from kram.shop.catalog.service.addresses import readdress_category
from kram.shop.catalog.slugs import slug_of

_LONGEST_NAME = 100
TRANSLATED = {"name": _LONGEST_NAME, "description": LONGEST_DESCRIPTION}


class CategoryDetails(msgspec.Struct, frozen=True, kw_only=True):
    """What is left out stays as it is; `picture_key` is a stored picture's."""

    name: str | UnsetType = UNSET
    slug: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    picture_key: str | UnsetType | None = UNSET
    translations: Translations | UnsetType = UNSET


async def create_category(
    tx: TenantTx, name: str, parent_id: UUID | None = None, position: int = 0
) -> Category:
    """Raises: InvalidInput, CategoryMissing (the parent)."""
    name = _checked(name)
    # Locked: whoever moves the parent meanwhile would not see this child, nor give it its path.
    if parent_id is not None and await tx.get(Category, parent_id, lock=True) is None:
        raise CategoryMissing
    category_id = new_id()

    async def insert(slug: str) -> bool:
        return await queries.insert_category(
            tx,
            {
                "id": category_id,
                "slug": slug,
                "name": name,
                "parent_id": parent_id,
                "position": position,
            },
        )

    await insert_with_free_slug(
        slug_of(name, fallback="category"),
        lambda slugs: queries.taken_category_slugs(tx, slugs),
        insert,
    )
    await queries.settle_paths(tx)
    await mark_changed(tx)
    return await _get(tx, category_id)


async def rename_category(tx: TenantTx, category_id: UUID, name: str) -> Category:
    """Its address stays. Raises: CategoryMissing, InvalidInput."""
    category = await _get(tx, category_id)
    category.name = _checked(name)
    await mark_changed(tx)
    return category


async def describe_category(tx: TenantTx, category_id: UUID, wanted: CategoryDetails) -> Category:
    """Raises: CategoryMissing, SlugTaken, InvalidInput."""
    category = await tx.get(Category, category_id, lock=True)
    if category is None:
        raise CategoryMissing
    before = category.picture_key
    for name, value in _described(wanted).items():
        setattr(category, name, value)
    _tell_of_picture(tx, category, before)
    if wanted.slug is not UNSET and wanted.slug:
        await readdress_category(tx, category, wanted.slug)
    async with conflicts_named():
        await tx.flush()
    await mark_changed(tx)
    return category


def _tell_of_picture(tx: TenantTx, category: Category, before: str | None) -> None:
    """Files of the one that went are deleted, those of the new one drawn."""
    if category.picture_key == before:
        return
    if before is not None:
        tx.publish(MediaRemoved(media_id=category.id, key=before))
    if category.picture_key is not None:
        tx.publish(MediaAdded(media_id=category.id, key=category.picture_key))


def _described(wanted: CategoryDetails) -> dict[str, Any]:
    """Raises: InvalidInput."""
    values: dict[str, Any] = {}
    wrong: list[FieldError] = []
    if wanted.name is not UNSET:
        values["name"] = _checked(wanted.name)
    if wanted.description is not UNSET:
        values["description"] = lines(wanted.description)
        longest = TRANSLATED["description"]
        wrong += refused("/description", values["description"], longest, needed=False)
    if wanted.translations is not UNSET:
        values["translations"] = clean_translations(wanted.translations, TRANSLATED)
        wrong += refused_translations(values["translations"], TRANSLATED)
    if wrong:
        raise InvalidInput(errors=wrong)
    if wanted.picture_key is not UNSET:
        values["picture_key"] = wanted.picture_key
    return values


async def move_category(
    tx: TenantTx, category_id: UUID, parent_id: UUID | None, position: int = 0
) -> Category:
    """Locks the tree. Raises: CategoryMissing, CategoryCycle."""
    tree = {category.id: category for category in await queries.lock_categories(tx)}
    if category_id not in tree or (parent_id is not None and parent_id not in tree):
        raise CategoryMissing
    if category_id in _with_ancestors(list(tree.values()), parent_id):
        raise CategoryCycle
    category = tree[category_id]
    category.parent_id, category.position = parent_id, position
    await tx.flush()
    await queries.settle_paths(tx)
    await mark_changed(tx)
    return category


async def remove_category(tx: TenantTx, category_id: UUID) -> None:
    """Its products and children go to its parent. Raises: CategoryMissing."""
    tree = {category.id: category for category in await queries.lock_categories(tx)}
    if category_id not in tree:
        raise CategoryMissing
    await queries.hand_over(tx, category_id, heir=tree[category_id].parent_id)
    await tx.delete(tree[category_id])
    await tx.flush()
    await queries.settle_paths(tx)
    await mark_changed(tx)


def _with_ancestors(tree: Sequence[Category], category_id: UUID | None) -> set[UUID]:
    parents = {category.id: category.parent_id for category in tree}
    found: set[UUID] = set()
    while category_id is not None and category_id not in found:
        found.add(category_id)
        category_id = parents[category_id]
    return found


async def _get(tx: TenantTx, category_id: UUID) -> Category:
    category = await tx.get(Category, category_id)
    if category is None:
        raise CategoryMissing
    return category


def _checked(name: str) -> str:
    name = line(name.replace("\0", " "))
    if not 1 <= len(name) <= _LONGEST_NAME:
        raise InvalidInput(
            errors=[
                FieldError("/name", "length", gettext_noop("A name has 1 to 100 characters")),
            ]
        )
    return name
