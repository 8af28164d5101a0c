"""All pages of the dashboard as one router."""

from typing import Any

from litestar import Request, Router
from litestar.di import Provide
from litestar.types import ASGIApp, ControllerRouterHandler

from kram.dashboard.account import page as account
from kram.dashboard.account import sign_in
from kram.dashboard.bot import page as bot
from kram.dashboard.bot import settings as bot_settings
from kram.dashboard.bulk import page as bulk
from kram.dashboard.catalog import (
    attributes,
    categories,
    category,
    configurator,
    details,
    digital,
    grid,
    photo_words,
    photos,
    price_lists,
    product,
    samples,
    shelves,
    variant,
)
from kram.dashboard.catalog import listing as products
from kram.dashboard.customers import detail as customer
from kram.dashboard.customers import listing as customers
from kram.dashboard.customers import segments
from kram.dashboard.door import Door
from kram.dashboard.exports import page as exports
from kram.dashboard.home import page as home
from kram.dashboard.imports import page as imports
from kram.dashboard.opening import page as opening
from kram.dashboard.orders import (
    detail,
    drafts,
    edit,
    given,
    held,
    papers,
    parcels,
    refunds,
    returns,
    terms,
    words,
)
from kram.dashboard.orders import listing as orders
from kram.dashboard.pages.view import provide_view
from kram.dashboard.people import is_public, provide_desk, provide_person
from kram.dashboard.problems import exception_handlers
from kram.dashboard.promotions import routes as promotions
from kram.dashboard.reviews import queue as reviews
from kram.dashboard.services import Services
from kram.dashboard.settings import page as settings
from kram.dashboard.signin.gate import CSRF
from kram.dashboard.signin.middleware import VisitorMiddleware
from kram.dashboard.signin.visitor import PATH, visitor_of
from kram.dashboard.stock import ledger, levels, places, stocktakes, transfers
from kram.dashboard.webhooks import page as webhooks
from kram.tenants.errors import SessionEnded

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_LARGEST_BODY_BYTES = 60 * 2**20


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    sign_in.sign_up_page,
    sign_in.sign_up,
    sign_in.sign_in_page,
    sign_in.sign_in,
    sign_in.sign_out,
    account.account_page,
    account.revoke_session,
    account.revoke_other_sessions,
    account.choose_language,
    account.choose_look,
    *promotions.PAGES,
    *price_lists.HANDLERS,
    opening.shops_page,
    opening.opening_page,
    opening.open_shop,
    home.home,
    orders.list_orders,
    detail.show_order,
    detail.accept_order,
    detail.ship_order,
    detail.deliver_order,
    detail.cancel_order,
    refunds.refund,
    *parcels.HANDLERS,
    *words.HANDLERS,
    *papers.HANDLERS,
    *given.HANDLERS,
    *edit.HANDLERS,
    *returns.HANDLERS,
    *drafts.HANDLERS,
    *terms.HANDLERS,
    held.count_held,
    held.return_held,
    products.list_products,
    samples.remove_samples,
    product.new_product_page,
    product.new_product,
    product.product_page,
    product.change_product,
    product.change_stock,
    *configurator.HANDLERS,
    product.archive,
    product.restore,
    grid.grid_page,
    grid.save_options,
    grid.save_grid,
    grid.names_page,
    grid.save_names,
    *digital.HANDLERS,
    variant.variant_page,
    variant.save_variant,
    variant.save_components,
    details.details_page,
    details.save_details,
    shelves.collections_page,
    shelves.add_collection,
    shelves.collection_page,
    shelves.save_collection,
    shelves.delete_collection,
    attributes.attributes_page,
    attributes.add_attribute,
    attributes.attribute_page,
    attributes.save_attribute,
    attributes.delete_attribute,
    photos.upload_photos,
    photos.change_photo,
    photo_words.photo_page,
    photo_words.describe_photo,
    photos.arrange_photos,
    categories.categories_page,
    categories.add_category,
    categories.delete_category,
    category.category_page,
    category.change_category,
    category.change_picture,
    levels.list_levels,
    levels.adjust,
    levels.set_threshold,
    ledger.ledger_page,
    ledger.change_policy,
    places.places_page,
    places.add_place,
    places.change_place,
    places.put_first,
    places.remove_place,
    transfers.transfers_page,
    transfers.send_goods,
    transfers.transfer_page,
    transfers.goods_arrived,
    transfers.goods_return,
    stocktakes.stocktakes_page,
    stocktakes.start_count,
    stocktakes.stocktake_page,
    stocktakes.count_goods,
    stocktakes.forget_line,
    stocktakes.finish_count,
    stocktakes.cancel_count,
    bulk.bulk_page,
    bulk.bulk_edit,
    bulk.bulk_undo,
    imports.import_page,
    imports.start_import,
    imports.example_file,
    imports.job_page,
    imports.job_progress,
    imports.job_errors,
    imports.undo_import,
    imports.kept_rows,
    imports.choose_columns,
    imports.refused_rows,
    exports.export_page,
    exports.export_list,
    exports.export_products,
    exports.export_orders,
    exports.export_file,
    bot.bot_page,
    bot.bot_state,
    bot.connect_bot,
    bot.staff_chat_code,
    bot.account_code,
    bot_settings.bot_settings_page,
    bot_settings.change_bot_settings,
    webhooks.webhooks_page,
    webhooks.add_webhook,
    webhooks.webhook_page,
    webhooks.rotate_secret,
    webhooks.switch_webhook,
    webhooks.remove_webhook,
    webhooks.delivery_page,
    webhooks.replay_delivery,
    customers.list_customers,
    *customer.HANDLERS,
    *segments.HANDLERS,
    *reviews.HANDLERS,
    settings.settings_page,
    settings.change_settings,
    settings.pause_shop,
)


def routes(services: Services) -> list[ControllerRouterHandler]:
    door = Door(services)
    gate = door.gate

    async def guard(request: Request[Any, Any, Any]) -> None:
        """Before any page: who must be signed in is, and a form was sent by a page of ours."""
        visitor = visitor_of(request)
        if visitor.access is None and not is_public(request):
            raise SessionEnded
        if request.method not in _SAFE:
            sent = (await request.form()).get("csrf")
            gate.check_csrf(
                visitor, request.cookies.get(CSRF), sent if isinstance(sent, str) else None
            )

    # Litestar copies a router deeply: what must stay one of a kind is reached through functions.
    def with_visitor(app: ASGIApp) -> ASGIApp:
        return VisitorMiddleware(app, gate, _origin(services))

    def provide_door() -> Door:
        return door

    return [
        Router(
            path=PATH,
            route_handlers=HANDLERS,
            middleware=[with_visitor],
            before_request=guard,
            dependencies={
                "door": Provide(provide_door, sync_to_thread=False),
                "view": Provide(provide_view),
                "person": Provide(provide_person),
                "desk": Provide(provide_desk),
            },
            exception_handlers=exception_handlers(door),
            request_max_body_size=_LARGEST_BODY_BYTES,
            include_in_schema=False,
        )
    ]


def _origin(services: Services) -> str:
    """Where pictures are fetched, if that is another host than ours."""
    address = services.storage.url("probe")
    scheme, mark, rest = address.partition("://")
    return f"{scheme}{mark}{rest.partition('/')[0]}" if mark else ""
