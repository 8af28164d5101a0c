"""What shoppers may put together of a product: steps, choices, rules. Nothing typed is lost: every
button sends the whole form and only "Save" writes it down."""

from collections.abc import Mapping
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath

from kram.dashboard.catalog.sheet import KINDS, Sheet, filled_sheet, read_sheet
from kram.dashboard.catalog.typed_steps import definition_of
from kram.dashboard.orders.queries import variants_by_sku
from kram.dashboard.orders.steps import whole
from kram.dashboard.pages.forms import Form, field_name, read_form
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.kit.db.tx import TenantRead
from kram.kit.errors import AppError, filled
from kram.kit.messages import gettext_noop
from kram.shop.catalog import queries as catalog
from kram.shop.catalog.errors import ProductMissing
from kram.shop.catalog.models import Product
from kram.shop.configurator import queries, service
from kram.shop.configurator.errors import DefinitionRefused
from kram.shop.configurator.problems import TROUBLE_MESSAGES
from kram.tenants.permissions import Permission

_ONE = "/{shop_slug:str}/products/{product_id:uuid}/configurator"
_EDIT = needs(Permission.CATALOG_EDIT)


@get(_ONE, opt=needs(Permission.CATALOG_VIEW))
async def configurator_page(view: ViewHere, desk: DeskHere, product_id: FromPath[UUID]) -> Answer:
    async with view.services.db.tenant_read(desk.tenant) as tx:
        product = await _product(tx, product_id)
        stored = await queries.configurator(tx, product_id)
        sheet = Sheet()
        if stored is not None:
            definition = service.read(stored)
            skus = await queries.skus_of(tx, definition.components)
            sheet = filled_sheet(definition, desk.shop.currency, skus)
    form = Form.of(version=str(stored.version if stored else 0))
    return _page(view, desk, product, sheet, form)


@post(_ONE, opt=_EDIT)
async def change_configurator(view: ViewHere, desk: DeskHere, product_id: FromPath[UUID]) -> Answer:
    form = await read_form(view.request)
    sheet = read_sheet(form)
    wanted = form.get("do", "save")
    if wanted == "save":
        try:
            await _save(view, desk, product_id, sheet, whole(form.get("version")))
        except ProductMissing:
            raise
        except AppError as error:
            _refuse(form, error, view)
        else:
            return view.go(desk.path("products", product_id, "configurator"), gettext_noop("Saved"))
    else:
        sheet.do(wanted)
    async with view.services.db.tenant_read(desk.tenant) as tx:
        product = await _product(tx, product_id)
    return _page(view, desk, product, sheet, form)


@post(f"{_ONE}/remove", opt=_EDIT)
async def remove_configurator(view: ViewHere, desk: DeskHere, product_id: FromPath[UUID]) -> Answer:
    async with view.services.db.tenant(desk.tenant) as tx:
        await service.undefine(tx, product_id)
    return view.go(desk.path("products", product_id), gettext_noop("Saved"))


async def _save(view: View, desk: Desk, product_id: UUID, sheet: Sheet, version: int) -> None:
    typed = {choice.component.strip() for step in sheet.steps for choice in step.choices}
    async with view.services.db.tenant(desk.tenant) as tx:
        variants: Mapping[str, UUID] = await variants_by_sku(tx, typed - {""})
        definition = definition_of(sheet, desk.shop.currency, variants)
        await service.define(tx, product_id, definition, version=version)


def _refuse(form: Form, error: AppError, view: View) -> None:
    if not isinstance(error, DefinitionRefused):
        form.refuse(error, view.translate)
        return
    for trouble in error.troubles:
        text = filled(view.translate(TROUBLE_MESSAGES[trouble.why]), dict(trouble.values))
        form.errors.setdefault(field_name(trouble.pointer), text)


def _page(view: View, desk: Desk, product: Product, sheet: Sheet, form: Form) -> Answer:
    return view.page(
        "catalog/configurator.html",
        desk=desk,
        product=product,
        sheet=sheet,
        form=form,
        kinds=KINDS,
        storage=view.services.storage,
    )


async def _product(tx: TenantRead, product_id: UUID) -> Product:
    product = await catalog.product_with_parts(tx, product_id)
    if product is None:
        raise ProductMissing
    return product


HANDLERS = (configurator_page, change_configurator, remove_configurator)
