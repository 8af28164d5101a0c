"""What a product has beside its title: tags, attributes, translations, dates, related goods."""

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath

from kram.dashboard.catalog.moments import shown_moment, typed_moment
from kram.dashboard.catalog.queries import products_named
from kram.dashboard.catalog.typed import (
    attributes_of,
    shown_attributes,
    shown_translations,
    translations_of,
)
from kram.dashboard.pages.forms import Form, read_form
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.kit.errors import AppError
from kram.kit.i18n import LANGUAGES
from kram.kit.messages import gettext_noop
from kram.shop.catalog import queries
from kram.shop.catalog.attributes.queries import attributes
from kram.shop.catalog.attributes.service import choices_of
from kram.shop.catalog.errors import ProductMissing
from kram.shop.catalog.models import AttributeScope, Product
from kram.shop.catalog.service import ProductDetails, change_details, schedule_product
from kram.tenants.permissions import Permission

_ONE = "/{shop_slug:str}/products/{product_id:uuid}/details"
_FIELDS = {"slug_taken": "slug"}


@get(_ONE, opt=needs(Permission.CATALOG_VIEW))
async def details_page(view: ViewHere, desk: DeskHere, product_id: FromPath[UUID]) -> Answer:
    return await _page(view, desk, product_id, None, None)


@post(_ONE, opt=needs(Permission.CATALOG_EDIT))
async def save_details(view: ViewHere, desk: DeskHere, product_id: FromPath[UUID]) -> Answer:
    form = await read_form(view.request)
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            related = await products_named(tx, form, "related")
            await change_details(tx, product_id, _details(form, tuple(related)))
            dates = [typed_moment(form.get(name), desk.zone) for name in _DATES]
            await schedule_product(tx, product_id, dates[0], dates[1])
    except ProductMissing:
        raise
    except AppError as error:
        form.refuse(error, view.translate, _FIELDS)
        return await _page(view, desk, product_id, form, error)
    return view.go(desk.path("products", product_id, "details"), gettext_noop("Saved"))


_DATES = ("publish_at", "unpublish_at")


def _details(form: Form, related: tuple[UUID, ...]) -> ProductDetails:
    return ProductDetails(
        slug=form.get("slug"),
        tags=tuple(form.get("tags").split(",")),
        attributes=attributes_of(form),
        translations=translations_of(form, ("title", "description")),
        related=related,
        video_url=form.get("video_url"),
        is_returnable=form.has("is_returnable"),
    )


async def _page(
    view: View, desk: Desk, product_id: UUID, form: Form | None, error: AppError | None
) -> Answer:
    """Raises: ProductMissing."""
    async with view.services.db.tenant_read(desk.tenant) as tx:
        product = await queries.product_with_parts(tx, product_id)
        if product is None:
            raise ProductMissing
        known = [each for each in await attributes(tx) if each.scope == AttributeScope.PRODUCT]
        skus = await queries.first_skus(tx, product.related)
    return view.page(
        "catalog/details.html",
        error=error,
        desk=desk,
        product=product,
        form=form or _filled(product, desk, skus),
        attributes=[(each, choices_of(each)) for each in known],
        languages=[code for code in LANGUAGES if code != desk.shop.language],
    )


def _filled(product: Product, desk: Desk, skus: list[str]) -> Form:
    texts: dict[str, Any] = {
        **({"is_returnable": "1"} if product.is_returnable else {}),
        "slug": product.slug,
        "tags": ", ".join(product.tags),
        "video_url": product.video_url,
        "related": "\n".join(skus),
        "publish_at": shown_moment(product.publish_at, desk.zone),
        "unpublish_at": shown_moment(product.unpublish_at, desk.zone),
        **shown_attributes(product.attributes),
        **shown_translations(product.translations),
    }
    return Form.of(**texts)
