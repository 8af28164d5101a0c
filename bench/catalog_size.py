"""Lists and product pages of shops of 1,000, 10,000 and 50,000 products: the same time for all.

Each is compared with the smallest shop, and the list with the least SQL that says the same, sent
by bare asyncpg in the same run.
"""

import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg

from bench.figures import Figure
from bench.ground import Ground
from kram.kit.db.lanes import Lanes
from kram.kit.db.scope import Tenant, TenantId
from kram.kit.ids import new_id
from kram.shop.catalog.attributes.filters import AttributeFilter, Filters
from kram.shop.catalog.storefront import StorefrontReader
from kram.tenants.schema.provision import make_schema

SIZES = (1_000, 10_000, 50_000)
_TIMES, _WARM_UP = 300, 30

_FILL = """
INSERT INTO {schema}.category (id, slug, name, path)
    SELECT id, 'c', 'C', replace(id::text, '-', '') || '.' FROM (SELECT gen_random_uuid() AS id);
INSERT INTO {schema}.attribute (id, code, label, kind)
    VALUES (gen_random_uuid(), 'colour', 'Colour', 'choice');
INSERT INTO {schema}.product (id, slug, title, category_id, created_at, tags, attributes)
    SELECT gen_random_uuid(), 'p-' || n, 'Product ' || n, (SELECT id FROM {schema}.category),
           now() - n * interval '1 second',
           CASE WHEN n % ({count} / 50) = 0 THEN '{{rare}}' ELSE '{{common}}' END::text[],
           jsonb_build_object('colour', jsonb_build_array('c' || n % ({count} / 50)))
    FROM generate_series(1, {count}) AS n;
INSERT INTO {schema}.variant (id, product_id, sku, title, price_minor, currency, position)
    SELECT gen_random_uuid(), product.id, slug || '-' || v, 'V ' || v, 100 + v, 'UAH', v
    FROM {schema}.product, generate_series(1, 2) AS v;
INSERT INTO {schema}.stock (variant_id, warehouse_id, on_hand)
    SELECT variant.id, (SELECT id FROM {schema}.warehouse ORDER BY position, id LIMIT 1), 5
    FROM {schema}.variant;
INSERT INTO {schema}.media (id, product_id, key, width, height)
    SELECT gen_random_uuid(), id, slug, 1200, 900 FROM {schema}.product;
"""

# The same 24 goods with their prices and a picture, and nothing else.
_BARE = """
SELECT shown.id, shown.slug, shown.title, prices.lowest, prices.highest, picture.key
FROM (SELECT id, slug, title, created_at FROM {schema}.product WHERE status = 'active'
      ORDER BY created_at DESC, id DESC LIMIT 25) AS shown
JOIN LATERAL (SELECT min(price_minor) AS lowest, max(price_minor) AS highest
              FROM {schema}.variant WHERE product_id = shown.id AND archived_at IS NULL) AS prices
     ON true
LEFT JOIN LATERAL (SELECT key FROM {schema}.media WHERE product_id = shown.id
                   ORDER BY position, id LIMIT 1) AS picture ON true
ORDER BY shown.created_at DESC, shown.id DESC
"""

Read = Callable[[], Awaitable[object]]


async def run(ground: Ground) -> list[Figure]:
    owner = await ground.owner()
    shops = {size: await _filled(owner, size) for size in SIZES}
    await owner.execute("VACUUM ANALYZE")
    lanes = Lanes(ground.settings.hot_database_url, size=1)
    reader = StorefrontReader(lanes)
    found = {size: await _measured(reader, tenant, size) for size, tenant in shops.items()}
    smallest = found[SIZES[0]]
    figures = [
        Figure(
            f"{name}, {size:,} products against {SIZES[0]:,}",
            took,
            smallest[name],
            "ms",
            "≥ 65 %",
        )
        for size, times in found.items()
        if size != SIZES[0]
        for name, took in times.items()
    ]
    largest = SIZES[-1]
    bare = await _time(lambda: owner.fetch(_BARE.format(schema=shops[largest].schema)))
    figures.append(
        Figure(
            f"list at {largest:,} against bare SQL without stock, sales and languages",
            found[largest]["list"],
            bare,
            "ms",
            "≥ 30 %",
        )
    )
    await lanes.close()
    await owner.close()
    return figures


async def _measured(reader: StorefrontReader, tenant: Tenant, size: int) -> dict[str, float]:
    deep = await _cursor(reader, tenant)
    by_colour = Filters(attributes=(AttributeFilter("colour", ("c7",)),))
    reads: dict[str, Any] = {
        "list": lambda: reader.list_products(tenant),
        "list after 10 pages": lambda: reader.list_products(tenant, cursor=deep),
        "category": lambda: reader.list_products(tenant, category_slug="c"),
        "by a rare tag": lambda: reader.list_products(tenant, filters=Filters(tags=("rare",))),
        "by an attribute": lambda: reader.list_products(tenant, filters=by_colour),
        "product": lambda: reader.product(tenant, f"p-{size // 2}"),
    }
    return {name: await _time(read) for name, read in reads.items()}


async def _cursor(reader: StorefrontReader, tenant: Tenant) -> str | None:
    cursor = None
    for _ in range(10):
        cursor = (await reader.list_products(tenant, cursor=cursor)).next_cursor
    return cursor


async def _time(read: Read) -> float:
    """Milliseconds, the median."""
    for _ in range(_WARM_UP):
        await read()
    taken = []
    for _ in range(_TIMES):
        started = time.perf_counter()
        await read()
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


async def _filled(owner: asyncpg.Connection, size: int) -> Tenant:
    name = await make_schema(owner)
    await owner.execute(_FILL.format(schema=name, count=size))
    return Tenant(TenantId(new_id()), name, name)
