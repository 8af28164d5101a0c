"""The samples leave when the merchant's own goods come."""

from litestar import post

from kram.dashboard.catalog.queries import sample_products
from kram.dashboard.pages.view import Answer, ViewHere
from kram.dashboard.people import DeskHere, needs
from kram.kit.messages import gettext_noop
from kram.shop.catalog.service import archive_product
from kram.tenants.permissions import Permission


@post("/{shop_slug:str}/products/remove-samples", opt=needs(Permission.CATALOG_EDIT))
async def remove_samples(view: ViewHere, desk: DeskHere) -> Answer:
    async with view.services.db.tenant(desk.tenant) as tx:
        for product_id in await sample_products(tx):
            await archive_product(tx, product_id)
    return view.go(desk.path("products"), gettext_noop("The sample goods were archived"))
