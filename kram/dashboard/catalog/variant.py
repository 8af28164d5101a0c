"""One variant with all that the grid has no room for: sizes, costs, its picture, its attributes,
and what it is made of."""

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath

from kram.dashboard.catalog.drafts import typed_minor, typed_price
from kram.dashboard.catalog.moments import shown_moment, typed_moment
from kram.dashboard.catalog.queries import components_typed, variants_by_code
from kram.dashboard.catalog.typed import amount_of, attributes_of, measure_of, shown_attributes
from kram.dashboard.pages.choices import read_uuid
from kram.dashboard.pages.forms import FieldsRefused, Form, read_form
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.dashboard.stock.typed import lines_of
from kram.kit.errors import AppError
from kram.kit.messages import gettext_noop
from kram.shop.catalog import queries
from kram.shop.catalog.attributes.queries import attributes
from kram.shop.catalog.attributes.service import choices_of
from kram.shop.catalog.errors import ProductMissing, VariantMissing
from kram.shop.catalog.models import AttributeScope, Product, Variant
from kram.shop.catalog.options.changes import Sale, VariantChange, barcode_doubt
from kram.shop.catalog.service import change_variants, set_components
from kram.tenants.permissions import Permission

_ONE = "/{shop_slug:str}/products/{product_id:uuid}/variants/{variant_id:uuid}"
_EDIT = needs(Permission.CATALOG_EDIT)
_AMOUNTS = ("price_minor", "compare_at_minor", "cost_minor", "sale")
_MEASURES = ("weight_grams", "length_mm", "width_mm", "height_mm")
_BUNDLE_ERRORS = dict.fromkeys(
    ("bundle_nested", "code_unknown", "line_unclear", "variant_not_found"), "components"
)


@get(_ONE, opt=needs(Permission.CATALOG_VIEW))
async def variant_page(
    view: ViewHere, desk: DeskHere, product_id: FromPath[UUID], variant_id: FromPath[UUID]
) -> Answer:
    return await _page(view, desk, product_id, variant_id)


@post(_ONE, opt=_EDIT)
async def save_variant(
    view: ViewHere, desk: DeskHere, product_id: FromPath[UUID], variant_id: FromPath[UUID]
) -> Answer:
    form = await read_form(view.request)
    try:
        change = _change(form, desk, variant_id)
        async with view.services.db.tenant(desk.tenant) as tx:
            await change_variants(tx, product_id, [change])
    except (ProductMissing, VariantMissing):
        raise
    except AppError as error:
        form.refuse(error, view.translate)
        form.errors = {_own(name): text for name, text in form.errors.items()}
        return await _page(view, desk, product_id, variant_id, form=form, error=error)
    path = desk.path("products", product_id, "variants", variant_id)
    return view.go(path, gettext_noop("Saved"))


@post(f"{_ONE}/components", opt=_EDIT)
async def save_components(
    view: ViewHere, desk: DeskHere, product_id: FromPath[UUID], variant_id: FromPath[UUID]
) -> Answer:
    form = await read_form(view.request)
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            parts = await lines_of(tx, form.get("components"), variants_by_code)
            await set_components(tx, variant_id, parts, product_id=product_id)
    except AppError as error:
        form.refuse(error, view.translate, _BUNDLE_ERRORS)
        return await _page(view, desk, product_id, variant_id, parts_form=form, error=error)
    path = desk.path("products", product_id, "variants", variant_id)
    return view.go(path, gettext_noop("Saved"))


def _own(name: str) -> str:
    """The service names a field by its variant's place among those that change: here it is 0."""
    return name.removeprefix("variants.0.")


def _typed(form: Form, name: str) -> str:
    """An empty price is told as an unreadable one: it is not taken away, as the others are."""
    return form.get(name) or ("?" if name == "price_minor" else "")


def _change(form: Form, desk: Desk, variant_id: UUID) -> VariantChange:
    """Raises: FieldsRefused."""
    refused: dict[str, AppError] = {}
    read: dict[str, Any] = {}
    for names, reads in ((_AMOUNTS, amount_of), (_MEASURES, measure_of)):
        for name in names:
            try:
                read[name] = reads(_typed(form, name), desk.shop.currency)
            except AppError as error:
                refused[name] = error
    if refused:
        raise FieldsRefused(refused)
    sale = read.pop("sale")
    begins, ends = (typed_moment(form.get(name), desk.zone) for name in ("sale_from", "sale_until"))
    return VariantChange(
        id=variant_id,
        sku=form.get("sku"),
        barcode=form.get("barcode"),
        sale=None if sale is None else Sale(sale, begins, ends),
        media_id=read_uuid(form.get("media_id")),
        attributes=attributes_of(form),
        **read,
    )


async def _page(
    view: View,
    desk: Desk,
    product_id: UUID,
    variant_id: UUID,
    *,
    form: Form | None = None,
    parts_form: Form | None = None,
    error: AppError | None = None,
) -> Answer:
    """Raises: ProductMissing, VariantMissing."""
    async with view.services.db.tenant_read(desk.tenant) as tx:
        product = await queries.product_with_parts(tx, product_id)
        if product is None:
            raise ProductMissing
        variant = _of(product, variant_id)
        known = [each for each in await attributes(tx) if each.scope == AttributeScope.VARIANT]
        parts = await components_typed(tx, variant_id)
    path = desk.path("products", product_id, "variants", variant_id)
    return view.page(
        "catalog/variant.html",
        error=error,
        at=path if error else "",
        desk=desk,
        product=product,
        variant=variant,
        doubt=barcode_doubt(variant.barcode),
        attributes=[(each, choices_of(each)) for each in known],
        form=form or _filled(variant, desk, view.visitor.language),
        parts=parts,
        parts_form=parts_form
        or Form.of(components="\n".join(f"{each.sku} {each.quantity}" for each in parts)),
    )


def _of(product: Product, variant_id: UUID) -> Variant:
    for variant in product.offered:
        if variant.id == variant_id:
            return variant
    raise VariantMissing


def _filled(variant: Variant, desk: Desk, language: str) -> Form:
    texts: dict[str, Any] = {
        "sku": variant.sku,
        "barcode": variant.barcode,
        "price_minor": typed_price(variant, language),
        "sale": typed_minor(variant.sale_minor, variant.currency, language),
        "sale_from": shown_moment(variant.sale_from, desk.zone),
        "sale_until": shown_moment(variant.sale_until, desk.zone),
        "media_id": str(variant.media_id or ""),
        **shown_attributes(variant.attributes),
    }
    for name in ("compare_at_minor", "cost_minor"):
        texts[name] = typed_minor(getattr(variant, name), variant.currency, language)
    for name in _MEASURES:
        measure = getattr(variant, name)
        texts[name] = "" if measure is None else str(measure)
    return Form.of(**texts)
