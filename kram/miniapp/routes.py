"""Every address of a shop, below /m/{slug}."""

from litestar import Router
from litestar.di import Provide

from kram.miniapp.api import (
    after_sale,
    arrivals,
    cart,
    checkout,
    designs,
    extras,
    favourites,
    given,
    orders,
    personal,
    pickup,
    profile,
    referral,
    return_photos,
    reviews,
    session,
)
from kram.miniapp.api.failures import json_failures
from kram.miniapp.api.shopper import provide_shop, provide_shopper
from kram.miniapp.pages import files, track
from kram.miniapp.pages import handlers as pages
from kram.miniapp.pages.failures import page_failures
from kram.miniapp.pages.studio import Studio
from kram.miniapp.services import Services

_LARGEST_BODY_BYTES = 64 * 1024


def routes(services: Services) -> list[Router]:
    """For the application; put `cache.layer.PageCache` in front of it with the same versions."""
    studio = Studio(services)
    return [_page_routes(services, studio), _json_routes(services, studio)]


def _page_routes(services: Services, studio: Studio) -> Router:
    return Router(
        "/m/{slug:str}",
        route_handlers=[
            pages.goods_page,
            pages.category_page,
            pages.product_page,
            pages.collection_page,
            pages.cart_page,
            pages.checkout_page,
            pages.orders_page,
            pages.order_page,
            track.track_page,
            track.track_pay,
            files.download_file,
            pages.profile_page,
            pages.favourites_page,
            pages.invite_page,
            pages.lost_page,
        ],
        dependencies={
            "studio": Provide(lambda: studio, sync_to_thread=False),
            "services": Provide(lambda: services, sync_to_thread=False),
        },
        exception_handlers=page_failures(studio),
    )


def _json_routes(services: Services, studio: Studio) -> Router:
    return Router(
        "/m/{slug:str}/api",
        route_handlers=[
            session.open_session,
            cart.read_cart,
            cart.put_line,
            cart.settle_cart,
            cart.clear_cart,
            extras.add_code,
            extras.remove_code,
            extras.remove_gift_card,
            extras.switch_points,
            referral.own_referral,
            checkout.last_contact,
            checkout.place_order,
            orders.own_orders,
            orders.own_order,
            orders.pay_order,
            orders.cancel_order,
            *given.ROUTES,
            after_sale.ask_return,
            after_sale.repeat_order,
            *return_photos.ROUTES,
            *profile.ROUTES,
            *personal.ROUTES,
            *favourites.ROUTES,
            *arrivals.ROUTES,
            pickup.list_pickup_points,
            *reviews.ROUTES,
            *designs.ROUTES,
        ],
        dependencies={
            "services": Provide(lambda: services, sync_to_thread=False),
            "pictures": Provide(lambda: studio.pictures, sync_to_thread=False),
            "shop": Provide(provide_shop),
            "shopper": Provide(provide_shopper),
        },
        exception_handlers=json_failures(),
        request_max_body_size=_LARGEST_BODY_BYTES,
        tags=["storefront"],
        include_in_schema=False,
    )
