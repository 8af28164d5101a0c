"""Whatever is sent by the description, the answer is one that the description promises.

Requests are generated from the served document, right ones and wrong ones, and sent to the
application by a signed-in owner whose shop has goods, an order and a webhook.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
import pytest
import schemathesis
from anyio.from_thread import BlockingPortal, start_blocking_portal
from hypothesis import HealthCheck, Phase, given, settings
from redis.asyncio import Redis
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from kram.app.settings import Settings
from kram.kit.db.database import Database
from kram.shop.inventory.models import MAIN_WAREHOUSE
from kram.shop.orders.queries import parcels_of
from kram.shop.reviews.rules import ReviewDraft
from kram.shop.reviews.service import write_review
from kram.tenants.models import Role
from tests.conftest import make_settings, new_shop
from tests.factories.orders import make_order
from tests.factories.rest import ORIGIN, Desk, open_api
from tests.factories.returns import ask_back, delivered_order

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
LEFT_OUT = {"sign_out"}
"""Would end the session that all the others need."""

UNSPOILT = {"list_problems", "show_problem"}
"""Ask for nothing, or for any text: no request to them can be wrong."""

EXAMPLES = 12
_NAMES = """
    list_promotions show_promotion create_promotion update_promotion list_promo_codes
    add_promo_code generate_promo_codes list_gift_cards issue_gift_cards list_gift_card_moves
    block_gift_card show_taxes change_taxes show_loyalty change_loyalty show_points change_points
    sign_in refresh_token list_shops create_shop show_shop list_products create_product
    show_product update_product archive_product restore_product change_stock list_categories
    create_category remove_category start_import list_imports show_import list_import_errors
    show_import_undo undo_import list_kept_rows show_return_photo
    preview_bulk_edit edit_in_bulk list_bulk_edits undo_bulk_edit
    export_products export_orders list_exports show_export download_export change_category
    describe_product set_options change_variants set_components list_attributes
    create_attribute change_attribute remove_attribute list_collections show_collection
    create_collection change_collection arrange_collection remove_collection
    list_price_lists create_price_list change_price_list list_prices set_prices
    remove_price_list download_import_errors choose_import_columns check_import run_import
    download_refused_rows list_orders show_order accept_order ship_order deliver_order
    cancel_order refund_order_money change_order cancel_rest add_note put_tags take_money
    pack_parcel ship_parcel deliver_parcel unpack_parcel track_parcel issue_invoice
    list_invoices invoice_file receipt_file packing_slip_file show_order_settings
    put_order_settings list_drafts create_draft show_draft change_draft drop_draft
    place_draft list_returns show_return request_return approve_return decline_return
    receive_return close_return exchange_return list_endpoints add_endpoint rotate_secret
    switch_endpoint list_stock show_stock set_stock_policy list_stock_moves
    show_stock_settings change_stock_settings list_warehouses list_pickup_points
    create_warehouse update_warehouse order_warehouses remove_warehouse list_transfers
    show_transfer send_transfer receive_transfer cancel_transfer list_stocktakes
    show_stocktake start_stocktake count_units forget_count finish_stocktake
    cancel_stocktake remove_endpoint list_deliveries replay_stretch list_attempts
    replay_delivery list_problems show_problem list_customers show_customer change_customer
    set_customer_consent show_customer_history prove_customer_identity join_customers
    hold_customer export_customer show_customer_export download_customer_export
    erase_customer list_addresses add_customer_address change_customer_address
    remove_customer_address list_notes add_customer_note remove_customer_note tag_customer
    group_customer list_customer_groups create_customer_group remove_customer_group
    list_segments create_segment change_segment remove_segment preview_segment
    list_segments_of_customer list_reviews publish_review reject_review reply_to_review
    show_rating show_configurator put_configurator remove_configurator price_selection
    save_design show_design
    show_digital set_digital add_digital_file remove_digital_file list_keys add_keys
    withdraw_key show_given open_given give_again revoke_given tell_given
"""
OPERATIONS = _NAMES.split()

schemathesis.serializer.alias(["text/csv", "application/xml"], "text/plain")
schemathesis.serializer.alias(
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/octet-stream"
)


@dataclass(frozen=True)
class Target:
    """A shop to ask about: its operations by name; `ids` fill the places in their paths."""

    portal: BlockingPortal
    desk: Desk
    operations: Mapping[str, Any]
    ids: Mapping[str, str]

    def send(self, case: Any) -> httpx.Response:
        sent = case.as_transport_kwargs(base_url=ORIGIN)
        # The generated token is none of ours, under a name that differs in its capitals.
        sent["headers"] = {
            **{name: value for name, value in sent["headers"].items() if name != "Authorization"},
            "authorization": f"Bearer {self.desk.token}",
        }
        return self.portal.call(self._send, sent)

    async def _send(self, sent: dict[str, Any]) -> httpx.Response:
        body = {"content": sent["data"]} if "data" in sent else {"json": sent.get("json")}
        return await self.desk.api.http.request(
            sent["method"],
            sent["url"],
            headers=sent["headers"],
            params=sent.get("params"),
            **{name: value for name, value in body.items() if value is not None},
        )


@asynccontextmanager
async def furnished(
    settings: Settings,
) -> AsyncIterator[tuple[Desk, dict[str, Any], dict[str, str]]]:
    db = Database(settings.app_database_url, pool_size=5)
    owner, valkey = await asyncpg.connect(settings.database_url), Redis.from_url(settings.redis_url)
    await valkey.flushdb()
    try:
        shop = await new_shop(db, owner)
        async with open_api(db, settings, valkey) as api:
            desk = await api.member(shop, Role.OWNER)
            document = (await api.http.get("/api/v1/openapi.json")).json()
            yield desk, document, await furnish(desk)
    finally:
        await valkey.aclose()
        await owner.close()
        await db.close()


async def furnish(desk: Desk) -> dict[str, str]:
    rule = {"effect": {"kind": "percent", "basis_points": 1_000}}
    promotion = await desk.post("/promotions", {"name": "Sale", "rule": rule})
    cards = await desk.post("/gift-cards", {"amount_minor": 1_000})
    async with desk.api.services.db.tenant(desk.shop.tenant) as tx:
        order = await make_order(tx)
        [line] = order.lines
        person = order.customer_id
        draft = ReviewDraft(stars=5, body="See www.example")
        review = (await write_review(tx, person, line.product_id, draft)).id
        sent, (sent_line,), _ = await delivered_order(tx)
        back = await ask_back(tx, sent.id, {sent_line: 1})
        [parcel] = await parcels_of(tx, sent.id)
    csv = "sku,title,price\nA,Cup,-1\n"
    endpoint = await desk.post("/webhooks", {"url": "https://crm.example/"})
    started = await desk.post("/imports", content=csv.encode(), params={"start": "nothing"})
    category = await desk.post("/categories", {"name": "Tea"})
    attribute = {"code": "weight", "label": "Weight", "kind": "number"}
    made = {
        "attribute_id": await desk.post("/attributes", attribute),
        "collection_id": await desk.post("/collections", {"title": "Best"}),
        "price_list_id": await desk.post("/price-lists", {"name": "Friends", "currency": "UAH"}),
    }
    depot = (await desk.post("/warehouses", {"name": "Depot"})).json()["id"]
    await desk.post(f"/variants/{line.variant_id}/stock", {"delta": 100})
    stocktake = await desk.post("/stocktakes", {"warehouse_id": depot})
    lines = [{"variant_id": str(line.variant_id), "quantity": 1}]
    places = {"from_id": str(MAIN_WAREHOUSE), "to_id": depot}
    transfer = await desk.post("/transfers", {**places, "lines": lines})
    return {
        **{name: answer.json()["id"] for name, answer in made.items()},
        "shop_slug": desk.shop.slug,
        "promotion_id": promotion.json()["id"],
        "card_id": cards.json()["items"][0]["id"],
        "order_id": str(order.id),
        "product_id": str(line.product_id),
        "variant_id": str(line.variant_id),
        "category_id": category.json()["id"],
        "job_id": started.json()["id"],
        "edit_id": started.json()["id"],
        "endpoint_id": endpoint.json()["id"],
        "warehouse_id": depot,
        "stocktake_id": stocktake.json()["id"],
        "transfer_id": transfer.json()["id"],
        "customer_id": str(person),
        "review_id": str(review),
        "return_id": str(back.id),
        "parcel_id": str(parcel.id),
        "draft_id": (await desk.post("/draft-orders", {})).json()["id"],
    }


@pytest.fixture(scope="module")
def target(
    database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Target]:
    folder = tmp_path_factory.mktemp("storage")
    settings = make_settings(database_url, redis_url, KRAM_STORAGE_URL=f"file://{folder}")
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(furnished(settings)) as (desk, document, ids),
    ):
        found = [
            each.ok() for each in schemathesis.openapi.from_dict(document).get_all_operations()
        ]
        operations = {each.definition.raw["operationId"]: each for each in found}
        yield Target(portal, desk, operations, ids)


def test_no_operation_is_left_out(target: Target) -> None:
    assert {*target.operations} == {*OPERATIONS, *LEFT_OUT}


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        *((name, GenerationMode.POSITIVE) for name in OPERATIONS),
        *((name, GenerationMode.NEGATIVE) for name in OPERATIONS if name not in UNSPOILT),
    ],
)
def test_answers_are_as_promised(target: Target, name: str, mode: GenerationMode) -> None:
    operation = target.operations[name]
    ids = {
        parameter.name: target.ids[parameter.name]
        for parameter in operation.path_parameters
        if parameter.name in target.ids
    }

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode, path_parameters=ids or None))
    def ask(case: Any) -> None:
        case.validate_response(target.send(case), checks=CHECKS)

    ask()


PRODUCT = {
    "title": "Mug",
    "variants": [{"sku": "MUG", "price": {"minor": 320_50, "currency": "UAH"}}],
}
BULK = {"goods": {}, "change": {"kind": "price_percent", "basis_points": 100, "step": 10}}
CSV = "sku,title,price\nB,Mug,12.50\n"
SUCCESSES: list[tuple[str, Any]] = [
    ("create_product", PRODUCT),
    ("list_products", None),
    ("show_product", None),
    ("change_stock", {"delta": 3}),
    ("create_category", {"name": "Coffee"}),
    ("list_categories", None),
    ("start_import", CSV),
    ("download_refused_rows", None),
    ("list_imports", None),
    ("show_import", None),
    ("list_import_errors", None),
    ("preview_bulk_edit", BULK),
    ("edit_in_bulk", BULK),
    ("list_bulk_edits", None),
    ("export_products", {"format": "csv"}),
    ("export_orders", {"format": "xlsx", "statuses": ["placed"]}),
    ("list_exports", None),
    ("list_orders", None),
    ("show_order", None),
    ("add_note", {"text": "call first"}),
    ("list_invoices", None),
    ("show_order_settings", None),
    ("list_drafts", None),
    ("show_draft", None),
    ("list_returns", None),
    ("show_return", None),
    ("add_endpoint", {"url": "https://crm.example/"}),
    ("list_endpoints", None),
    ("list_shops", None),
    ("show_shop", None),
]


@pytest.mark.parametrize(("name", "body"), SUCCESSES)
def test_what_succeeds_is_as_promised(target: Target, name: str, body: Any) -> None:
    operation = target.operations[name]
    sent = {
        "method": operation.method,
        "url": ORIGIN + operation.path.format_map(target.ids),
        "headers": {"authorization": f"Bearer {target.desk.token}"},
        **({"data": body.encode()} if isinstance(body, str) else {"json": body}),
    }
    answer = target.portal.call(target._send, sent)
    assert answer.is_success, answer.text
    operation.validate_response(answer)
