"""Collections: shelves that are filled by hand or by a rule."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath

from kram.dashboard.catalog.drafts import typed_minor
from kram.dashboard.catalog.queries import products_named
from kram.dashboard.catalog.tree import branches
from kram.dashboard.catalog.typed import shown_translations, translations_of, whole_of
from kram.dashboard.pages.forms import Form, read_form
from kram.dashboard.pages.once import first_time
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.kit.db.tx import TenantTx
from kram.kit.errors import AppError
from kram.kit.i18n import LANGUAGES
from kram.kit.messages import gettext_noop
from kram.shop.catalog import queries
from kram.shop.catalog.collections import queries as collection_queries
from kram.shop.catalog.drafts import parse_price
from kram.shop.catalog.errors import CollectionMissing
from kram.shop.catalog.models import Collection
from kram.shop.catalog.service import (
    CollectionDraft,
    arrange_collection,
    change_collection,
    create_collection,
    remove_collection,
)
from kram.tenants.permissions import Permission

_COLLECTIONS = "/{shop_slug:str}/collections"
_ONE = f"{_COLLECTIONS}/{{collection_id:uuid}}"
_VIEW = needs(Permission.CATALOG_VIEW)
_EDIT = needs(Permission.CATALOG_EDIT)


@get(_COLLECTIONS, opt=_VIEW)
async def collections_page(view: ViewHere, desk: DeskHere) -> Answer:
    return await _collections(view, desk, Form())


@post(_COLLECTIONS, opt=_EDIT)
async def add_collection(view: ViewHere, desk: DeskHere) -> Answer:
    form = await read_form(view.request)
    rule = {"is": "all", "of": []} if form.get("kind") == "rule" else None
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            await first_time(tx, desk, form)
            made = await create_collection(tx, CollectionDraft(title=form.get("title"), rule=rule))
    except AppError as error:
        form.refuse(error, view.translate)
        return await _collections(view, desk, form, error)
    return view.go(
        desk.path("collections", made.id), gettext_noop("%(name)s was added"), name=made.title
    )


@get(_ONE, opt=_VIEW)
async def collection_page(view: ViewHere, desk: DeskHere, collection_id: FromPath[UUID]) -> Answer:
    return await _collection(view, desk, collection_id, None)


@post(_ONE, opt=_EDIT)
async def save_collection(view: ViewHere, desk: DeskHere, collection_id: FromPath[UUID]) -> Answer:
    form = await read_form(view.request)
    try:
        draft = CollectionDraft(
            title=form.get("title"),
            description=form.get("description"),
            slug=form.get("slug"),
            is_shown=form.has("is_shown"),
            position=whole_of(form, "position"),
            translations=translations_of(form, ("title", "description")),
            rule=_rule(form, desk.shop.currency) if form.has("by_rule") else None,
        )
        async with view.services.db.tenant(desk.tenant) as tx:
            if form.has("keeps_rule"):
                draft = msgspec.structs.replace(draft, rule=await _rule_of(tx, collection_id))
            await change_collection(tx, collection_id, draft)
            if draft.rule is None:
                goods = await products_named(tx, form, "goods")
                await arrange_collection(tx, collection_id, goods)
    except CollectionMissing:
        raise
    except AppError as error:
        form.refuse(error, view.translate, {"slug_taken": "slug", "too_many": "goods"})
        return await _collection(view, desk, collection_id, form, error)
    return view.go(desk.path("collections", collection_id), gettext_noop("Saved"))


@post(f"{_ONE}/remove", opt=_EDIT)
async def delete_collection(
    view: ViewHere, desk: DeskHere, collection_id: FromPath[UUID]
) -> Answer:
    async with view.services.db.tenant(desk.tenant) as tx:
        await remove_collection(tx, collection_id)
    return view.go(desk.path("collections"), gettext_noop("The collection was removed"))


async def _collections(view: View, desk: Desk, form: Form, error: AppError | None = None) -> Answer:
    async with view.services.db.tenant_read(desk.tenant) as tx:
        found = await collection_queries.collections(tx)
    return view.page(
        "catalog/collections.html", error=error, desk=desk, form=form, collections=found
    )


async def _collection(
    view: View, desk: Desk, collection_id: UUID, form: Form | None, error: AppError | None = None
) -> Answer:
    """Raises: CollectionMissing."""
    async with view.services.db.tenant_read(desk.tenant) as tx:
        collection = await tx.get(Collection, collection_id)
        if collection is None:
            raise CollectionMissing
        goods = await collection_queries.products_of(tx, collection_id)
        skus = await queries.first_skus(tx, goods)
        titles = await collection_queries.titles_of(tx, goods)
        tree = branches(await queries.categories(tx))
    return view.page(
        "catalog/collection.html",
        error=error,
        desk=desk,
        collection=collection,
        form=form or _filled(collection, skus, desk.shop.currency, view.visitor.language),
        titles=[titles[each] for each in goods],
        tree=tree,
        is_simple=_is_simple(collection.rule),
        languages=[code for code in LANGUAGES if code != desk.shop.language],
    )


async def _rule_of(tx: TenantTx, collection_id: UUID) -> dict[str, Any] | None:
    collection = await tx.get(Collection, collection_id)
    return collection.rule if collection else None


def _rule(form: Form, currency: str) -> dict[str, Any]:
    """All of what was filled in. Raises: AppError for an unreadable price."""
    of: list[dict[str, Any]] = [
        {"is": "tag", "tag": tag.strip()} for tag in form.get("tags").split(",") if tag.strip()
    ]
    if form.get("category_id"):
        of.append({"is": "category", "category_id": form.get("category_id")})
    ends = {
        name: parse_price(form.get(f"price_{name}"), currency).minor
        for name in ("low", "high")
        if form.get(f"price_{name}").strip()
    }
    if ends:
        of.append({"is": "price", **ends})
    if form.get("days").strip():
        of.append({"is": "created", "days": form.get("days").strip()})
    of += [{"is": name} for name in ("available", "on_sale") if form.has(name)]
    for each in of:
        if each["is"] == "created" and each["days"].isdecimal() and len(each["days"]) < 6:
            each["days"] = int(each["days"])
    return {"is": "all", "of": of}


def _is_simple(rule: dict[str, Any] | None) -> bool:
    """Whether the form can show it: one list of conditions, each kind once but tags."""
    if rule is None:
        return True
    kinds = [each["is"] for each in rule.get("of", [])] if rule.get("is") == "all" else ["any"]
    known = {"tag", "category", "price", "created", "available", "on_sale"}
    others = [kind for kind in kinds if kind != "tag"]
    return set(kinds) <= known and len(set(others)) == len(others)


def _filled(collection: Collection, skus: list[str], currency: str, language: str) -> Form:
    texts: dict[str, Any] = {
        "title": collection.title,
        "description": collection.description,
        "slug": collection.slug,
        "goods": "\n".join(skus),
        "position": str(collection.position),
        **shown_translations(collection.translations),
    }
    if collection.is_shown:
        texts["is_shown"] = "1"
    of = (collection.rule or {}).get("of", []) if _is_simple(collection.rule) else []
    texts["tags"] = ", ".join(each["tag"] for each in of if each["is"] == "tag")
    for each in of:
        match each["is"]:
            case "category":
                texts["category_id"] = each["category_id"]
            case "price":
                for name in ("low", "high"):
                    texts[f"price_{name}"] = typed_minor(each.get(name), currency, language)
            case "created":
                texts["days"] = str(each["days"])
            case "available" | "on_sale":
                texts[each["is"]] = "1"
    return Form.of(**texts)
