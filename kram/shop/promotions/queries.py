"""Every statement on promotions. The counters are taken by one conditional write, all or none."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    func,
    or_,
    select,
    text,
    tuple_,
    update,
)

from kram.kit.db.hot import HotStatement
from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.ids import new_id
from kram.kit.pagination import USUAL_PAGE, Page, page_of, read_cursor
from kram.shop.promotions.models import PromoBuyer, PromoCode, Promotion, PromoUse, UseState

_NOW: Any = bindparam("now")
_LIVE = and_(
    Promotion.is_automatic,
    Promotion.is_active,
    or_(Promotion.starts_at.is_(None), Promotion.starts_at <= _NOW),
    or_(Promotion.ends_at.is_(None), Promotion.ends_at > _NOW),
)

_CANDIDATES = HotStatement(
    select(
        Promotion.id,
        Promotion.name,
        Promotion.rule,
        Promotion.is_active,
        Promotion.is_exclusive,
        Promotion.priority,
        Promotion.starts_at,
        Promotion.ends_at,
        case(
            (Promotion.used >= Promotion.total_limit, True),
            (PromoCode.used >= PromoCode.use_limit, True),
            else_=False,
        ).label("used_up"),
        func.coalesce(PromoBuyer.used >= Promotion.buyer_limit, False).label("used_by_buyer"),
        PromoCode.id.label("code_id"),
        PromoCode.code,
    )
    .outerjoin(
        PromoCode,
        and_(
            PromoCode.promotion_id == Promotion.id,
            PromoCode.code == any_(bindparam("codes", type_=ARRAY(Text()))),
        ),
    )
    .outerjoin(
        PromoBuyer,
        and_(
            PromoBuyer.promotion_id == Promotion.id,
            PromoBuyer.customer_id == bindparam("customer", type_=Uuid()),
        ),
    )
    .where(or_(_LIVE, PromoCode.id.is_not(None)))
)

_GOODS = HotStatement(
    """
    WITH RECURSIVE wanted AS (
        SELECT id, category_id, tags FROM product WHERE id = ANY(CAST(:products AS uuid[]))
    ), shelf AS (
        SELECT DISTINCT category_id AS own, category_id AS id, 0 AS height
        FROM wanted WHERE category_id IS NOT NULL
        UNION ALL
        SELECT shelf.own, category.parent_id, shelf.height + 1
        FROM shelf JOIN category ON category.id = shelf.id
        WHERE category.parent_id IS NOT NULL AND shelf.height < 50
    )
    SELECT wanted.id, wanted.tags,
        (SELECT array_agg(shelf.id ORDER BY shelf.height DESC) FROM shelf
         WHERE shelf.own = wanted.category_id) AS shelves,
        (SELECT array_agg(collection_id) FROM collection_product
         WHERE product_id = wanted.id) AS collections
    FROM wanted
    """
)

# Locks run promotions, codes, buyers, each by rising id: two orders never wait for each other in a
# circle. Values come from the locked rows, which are newer than what the statement began with.
# Of an order for which it is the customer's first one use is marked: the unique index makes a
# second such order wait for this one, and then refuses it.
_TAKE = HotStatement(
    """
    WITH asked AS MATERIALIZED (
        SELECT * FROM unnest(
            CAST(:ids AS uuid[]), CAST(:promotions AS uuid[]), CAST(:codes AS uuid[]),
            CAST(:amounts AS bigint[])
        ) AS wanted (id, promotion_id, code_id, amount_minor)
    ), limited AS MATERIALIZED (
        SELECT promotion.id, promotion.used, promotion.total_limit
        FROM promotion JOIN asked ON asked.promotion_id = promotion.id
        WHERE promotion.total_limit IS NOT NULL
        ORDER BY promotion.id
        FOR NO KEY UPDATE OF promotion
    ), coded AS MATERIALIZED (
        SELECT promo_code.id, promo_code.promotion_id, promo_code.used, promo_code.use_limit
        FROM promo_code JOIN asked ON asked.code_id = promo_code.id
        WHERE promo_code.use_limit IS NOT NULL AND (SELECT count(*) FROM limited) >= 0
        ORDER BY promo_code.id
        FOR NO KEY UPDATE OF promo_code
    ), spent AS MATERIALIZED (
        SELECT id AS promotion_id FROM limited WHERE used >= total_limit
        UNION SELECT promotion_id FROM coded WHERE used >= use_limit
    ), bought AS (
        INSERT INTO promo_buyer (promotion_id, customer_id, used)
        SELECT promotion.id, CAST(:customer AS uuid), 1
        FROM promotion JOIN asked ON asked.promotion_id = promotion.id
        WHERE promotion.buyer_limit IS NOT NULL AND NOT EXISTS (SELECT FROM spent)
        ORDER BY promotion.id
        ON CONFLICT (promotion_id, customer_id) DO UPDATE SET used = promo_buyer.used + 1
        WHERE promo_buyer.used < (
            SELECT buyer_limit FROM promotion WHERE promotion.id = promo_buyer.promotion_id
        )
        RETURNING promotion_id
    ), refused AS MATERIALIZED (
        SELECT promotion_id, 'used_up' AS why FROM spent
        UNION ALL
        SELECT promotion.id, 'used_by_you'
        FROM promotion JOIN asked ON asked.promotion_id = promotion.id
        WHERE promotion.buyer_limit IS NOT NULL AND NOT EXISTS (SELECT FROM spent)
          AND promotion.id NOT IN (SELECT promotion_id FROM bought)
    ), counted AS (
        UPDATE promotion SET used = limited.used + 1 FROM limited
        WHERE promotion.id = limited.id AND NOT EXISTS (SELECT FROM refused)
    ), code_counted AS (
        UPDATE promo_code SET used = coded.used + 1 FROM coded
        WHERE promo_code.id = coded.id AND NOT EXISTS (SELECT FROM refused)
    ), first_time AS MATERIALIZED (
        SELECT promotion.id FROM promotion JOIN asked ON asked.promotion_id = promotion.id
        WHERE promotion.rule @> '{"when": {"first_order": true}}'
        ORDER BY promotion.id LIMIT 1
    ), written AS (
        INSERT INTO promo_use
            (id, promotion_id, code_id, order_id, customer_id, amount_minor, state, created_at,
             is_first_order)
        SELECT id, promotion_id, code_id, CAST(:order AS uuid), CAST(:customer AS uuid),
               amount_minor, 'held', CAST(:now AS timestamptz),
               EXISTS (SELECT FROM first_time WHERE first_time.id = asked.promotion_id)
        FROM asked WHERE NOT EXISTS (SELECT FROM refused)
        ON CONFLICT (customer_id) WHERE is_first_order AND state = 'held' DO NOTHING
        RETURNING promotion_id
    )
    SELECT promotion_id, why FROM refused
    UNION ALL
    SELECT id, 'first_order_only' FROM first_time
    WHERE NOT EXISTS (SELECT FROM refused) AND id NOT IN (SELECT promotion_id FROM written)
    """
)

_RELEASE = text(
    """
    WITH ended AS (
        UPDATE promo_use SET state = 'released'
        WHERE order_id = :order AND state = 'held'
        RETURNING promotion_id, code_id, customer_id
    ), limited AS MATERIALIZED (
        SELECT promotion.id, promotion.used
        FROM promotion JOIN ended ON ended.promotion_id = promotion.id
        WHERE promotion.total_limit IS NOT NULL
        ORDER BY promotion.id
        FOR NO KEY UPDATE OF promotion
    ), coded AS MATERIALIZED (
        SELECT promo_code.id, promo_code.used
        FROM promo_code JOIN ended ON ended.code_id = promo_code.id
        WHERE promo_code.use_limit IS NOT NULL AND (SELECT count(*) FROM limited) >= 0
        ORDER BY promo_code.id
        FOR NO KEY UPDATE OF promo_code
    ), bought AS MATERIALIZED (
        SELECT promo_buyer.promotion_id, promo_buyer.customer_id, promo_buyer.used
        FROM promo_buyer JOIN ended USING (promotion_id, customer_id)
        WHERE (SELECT count(*) FROM coded) >= 0
        ORDER BY promo_buyer.promotion_id
        FOR NO KEY UPDATE OF promo_buyer
    ), freed AS (
        UPDATE promotion SET used = greatest(limited.used - 1, 0) FROM limited
        WHERE promotion.id = limited.id
    ), code_freed AS (
        UPDATE promo_code SET used = greatest(coded.used - 1, 0) FROM coded
        WHERE promo_code.id = coded.id
    ), buyer_freed AS (
        UPDATE promo_buyer SET used = greatest(bought.used - 1, 0) FROM bought
        WHERE promo_buyer.promotion_id = bought.promotion_id
          AND promo_buyer.customer_id = bought.customer_id
    )
    SELECT count(*) FROM ended
    """
)

_ADD_CODES = text(
    """
    INSERT INTO promo_code (id, promotion_id, code, use_limit, created_at)
    SELECT made.id, :promotion, made.code, CAST(:use_limit AS bigint), CAST(:now AS timestamptz)
    FROM unnest(CAST(:ids AS uuid[]), CAST(:codes AS text[])) AS made (id, code)
    ON CONFLICT (code) DO NOTHING
    RETURNING code
    """
)

_RECOUNT_BUYERS = text(
    """
    INSERT INTO promo_buyer (promotion_id, customer_id, used)
    SELECT promotion_id, customer_id, count(*) FROM promo_use
    WHERE promotion_id = :promotion AND state = 'held'
    GROUP BY promotion_id, customer_id
    ON CONFLICT (promotion_id, customer_id) DO UPDATE SET used = excluded.used
    """
)


async def candidates(
    tx: TenantRead, codes: Collection[str], customer_id: UUID | None
) -> Sequence[Any]:
    """The automatic promotions of this moment, and whatever the codes belong to."""
    values = {"codes": list(codes), "customer": customer_id, "now": tx.now}
    return await tx.rows(_CANDIDATES, values)


async def goods(tx: TenantRead, product_ids: Collection[UUID]) -> dict[UUID, Any]:
    """Rows (id, tags, shelves, collections); `shelves` are categories from the root down."""
    found = await tx.rows(_GOODS, {"products": list(product_ids)})
    return {row.id: row for row in found}


async def take(
    tx: TenantTx,
    order_id: UUID,
    customer_id: UUID,
    uses: Collection[tuple[UUID, UUID | None, int]],
) -> Sequence[Any]:
    """`uses` are (promotion, code, amount), a promotion once. Rows (promotion_id, why) of those
    that are used up: then nothing counts but what the caller must roll back."""
    wanted = sorted(uses, key=lambda use: use[0])
    return await tx.rows(
        _TAKE,
        {
            "ids": [new_id() for _ in wanted],
            "promotions": [use[0] for use in wanted],
            "codes": [use[1] for use in wanted],
            "amounts": [use[2] for use in wanted],
            "order": order_id,
            "customer": customer_id,
            "now": tx.now,
        },
    )


async def release(tx: TenantTx, order_id: UUID) -> int:
    """How many uses the order still held."""
    return int(await tx.scalar(_RELEASE, {"order": order_id}))


async def uses_of(tx: TenantRead, order_id: UUID) -> Sequence[PromoUse]:
    """The latest last."""
    found = await tx.scalars(
        select(PromoUse)
        .where(PromoUse.order_id == order_id)
        .order_by(PromoUse.id)
        .execution_options(populate_existing=True)
    )
    return found.all()


async def add_codes(
    tx: TenantTx, promotion_id: UUID, codes: Collection[str], use_limit: int | None
) -> Sequence[str]:
    """Those that were still free, in one statement for any number."""
    found = await tx.execute(
        _ADD_CODES,
        {
            "promotion": promotion_id,
            "ids": [new_id() for _ in codes],
            "codes": list(codes),
            "use_limit": use_limit,
            "now": tx.now,
        },
    )
    return [row.code for row in found]


async def recount(tx: TenantTx, promotion: Promotion) -> None:
    """Makes the counters say what is held; the promotion's row is locked against new uses."""
    held = select(func.count()).where(
        PromoUse.promotion_id == promotion.id, PromoUse.state == UseState.HELD
    )
    promotion.used = int(await tx.scalar(held))
    await tx.execute(_RECOUNT_BUYERS, {"promotion": promotion.id})


async def promotions_page(
    tx: TenantRead, *, cursor: str | None = None, limit: int = USUAL_PAGE
) -> Page[Promotion]:
    """The newest first. Raises: BadCursor."""
    query = select(Promotion)
    if cursor is not None:
        last = read_cursor(cursor, tuple[datetime, UUID])
        query = query.where(tuple_(Promotion.created_at, Promotion.id) < last)
    query = query.order_by(Promotion.created_at.desc(), Promotion.id.desc()).limit(limit + 1)
    rows = (await tx.scalars(query)).all()
    return page_of(rows, limit, lambda promotion: (promotion.created_at, promotion.id))


async def codes_page(
    tx: TenantRead, promotion_id: UUID, *, cursor: str | None = None, limit: int = USUAL_PAGE
) -> Page[PromoCode]:
    """The oldest first. Raises: BadCursor."""
    query = select(PromoCode).where(PromoCode.promotion_id == promotion_id)
    if cursor is not None:
        query = query.where(PromoCode.id > read_cursor(cursor, tuple[UUID])[0])
    rows = (await tx.scalars(query.order_by(PromoCode.id).limit(limit + 1))).all()
    return page_of(rows, limit, lambda code: (code.id,))


async def usage(tx: TenantRead, ids: Collection[UUID]) -> Mapping[UUID, tuple[int, int]]:
    """(orders, minor units given) of each promotion that anybody got."""
    found = await tx.execute(
        select(PromoUse.promotion_id, func.count(), func.sum(PromoUse.amount_minor))
        .where(PromoUse.promotion_id.in_(ids), PromoUse.state == UseState.HELD)
        .group_by(PromoUse.promotion_id)
    )
    return {row[0]: (row[1], int(row[2])) for row in found}


async def count_codes(tx: TenantRead, ids: Collection[UUID]) -> Mapping[UUID, int]:
    found = await tx.execute(
        select(PromoCode.promotion_id, func.count())
        .where(PromoCode.promotion_id.in_(ids))
        .group_by(PromoCode.promotion_id)
    )
    return {row[0]: row[1] for row in found}


async def pause(tx: TenantTx, promotion_id: UUID, is_active: bool) -> bool:
    """Whether there is such a promotion."""
    found = await tx.execute(
        update(Promotion)
        .where(Promotion.id == promotion_id)
        .values(is_active=is_active, updated_at=tx.now)
        .returning(Promotion.id)
        .execution_options(synchronize_session=False)
    )
    return found.first() is not None


async def all_codes(tx: TenantRead, promotion_id: UUID) -> Sequence[tuple[str, int | None, int]]:
    """(code, limit, used), the oldest first: for a file."""
    found = await tx.execute(
        select(PromoCode.code, PromoCode.use_limit, PromoCode.used)
        .where(PromoCode.promotion_id == promotion_id)
        .order_by(PromoCode.id)
    )
    return [(row[0], row[1], row[2]) for row in found]
