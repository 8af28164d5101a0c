"""Promotions and their codes."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post, put
from litestar.params import FromPath, JSONBody

from kram.api.rest.caller import DeskHere, needs
from kram.api.rest.inputs import Cursor, Input, Instant, Limit, told
from kram.api.rest.once import OnceHere
from kram.api.rest.services import ServicesHere
from kram.api.rest.views.promotions import (
    CodePage,
    CodeView,
    MadeCodes,
    PromotionPage,
    PromotionView,
)
from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.pagination import page_size
from kram.shop.promotions import queries, service
from kram.shop.promotions.codes import LONGEST, MOST_AT_ONCE
from kram.shop.promotions.drafts import LONGEST_NAME, PromotionDraft
from kram.shop.promotions.errors import PromotionMissing
from kram.shop.promotions.models import Promotion
from kram.shop.promotions.rule import Rule
from kram.tenants.permissions import Permission

_EDIT = needs(Permission.PROMOTIONS_EDIT)
_NOTHING = (0, 0)

UseLimit = Annotated[int, msgspec.Meta(ge=1, le=10**9)] | None


class PromotionInput(Input, frozen=True):
    """Without `is_automatic` it is given by its codes alone."""

    name: Annotated[str, told(min_length=1, max_length=LONGEST_NAME)]
    rule: Rule
    is_automatic: bool = False
    is_active: bool = True
    is_exclusive: bool = False
    priority: Annotated[int, msgspec.Meta(ge=-1_000, le=1_000)] = 0
    starts_at: Instant | None = None
    ends_at: Instant | None = None
    total_limit: UseLimit = None
    buyer_limit: UseLimit = None

    @property
    def draft(self) -> PromotionDraft:
        return PromotionDraft(**msgspec.structs.asdict(self))


class NewCode(Input, frozen=True):
    """Written as shoppers will type it; letters become capitals."""

    code: Annotated[str, msgspec.Meta(min_length=3, max_length=LONGEST)]
    use_limit: UseLimit = None


class NewCodes(Input, frozen=True):
    """`length` random letters after the prefix, of each of `count` codes."""

    count: Annotated[int, msgspec.Meta(ge=1, le=MOST_AT_ONCE)]
    prefix: Annotated[str, msgspec.Meta(max_length=20)] = ""
    length: Annotated[int, msgspec.Meta(ge=4, le=20)] = 8
    use_limit: UseLimit = 1


@get("/promotions", opt=_EDIT)
async def list_promotions(
    desk: DeskHere, services: ServicesHere, cursor: Cursor = None, limit: Limit = None
) -> PromotionPage:
    """The newest first."""
    async with services.db.tenant_read(desk.tenant) as tx:
        page = await queries.promotions_page(tx, cursor=cursor, limit=page_size(limit))
        return PromotionPage(await _views(tx, list(page.items)), page.next_cursor)


@get("/promotions/{promotion_id:uuid}", opt=_EDIT)
async def show_promotion(
    desk: DeskHere, services: ServicesHere, promotion_id: FromPath[UUID]
) -> PromotionView:
    async with services.db.tenant_read(desk.tenant) as tx:
        return await _view(tx, promotion_id)


@post("/promotions", opt=_EDIT)
async def create_promotion(
    desk: DeskHere, once: OnceHere, data: JSONBody[PromotionInput]
) -> PromotionView:
    """Codes are added afterwards."""

    async def create(tx: TenantTx) -> PromotionView:
        return PromotionView.of(await service.create(tx, data.draft), _NOTHING, 0)

    return await once.run(create, PromotionView)


@put("/promotions/{promotion_id:uuid}", opt=_EDIT)
async def update_promotion(
    desk: DeskHere,
    services: ServicesHere,
    promotion_id: FromPath[UUID],
    data: JSONBody[PromotionInput],
) -> PromotionView:
    """All of it; placed orders keep what they got. Pause it with `is_active`."""
    async with services.db.tenant(desk.tenant) as tx:
        await service.update(tx, promotion_id, data.draft)
        return await _view(tx, promotion_id)


@get("/promotions/{promotion_id:uuid}/codes", opt=_EDIT)
async def list_promo_codes(
    desk: DeskHere,
    services: ServicesHere,
    promotion_id: FromPath[UUID],
    cursor: Cursor = None,
    limit: Limit = None,
) -> CodePage:
    """The oldest first."""
    async with services.db.tenant_read(desk.tenant) as tx:
        await _existing(tx, promotion_id)
        page = await queries.codes_page(tx, promotion_id, cursor=cursor, limit=page_size(limit))
    return CodePage([CodeView.of(code) for code in page.items], page.next_cursor)


@post("/promotions/{promotion_id:uuid}/codes", opt=_EDIT)
async def add_promo_code(
    desk: DeskHere, once: OnceHere, promotion_id: FromPath[UUID], data: JSONBody[NewCode]
) -> CodeView:
    async def add(tx: TenantTx) -> CodeView:
        code = await service.add_code(tx, promotion_id, data.code, data.use_limit)
        return CodeView(code, data.use_limit, 0)

    return await once.run(add, CodeView)


@post("/promotions/{promotion_id:uuid}/codes/generate", opt=_EDIT)
async def generate_promo_codes(
    desk: DeskHere, once: OnceHere, promotion_id: FromPath[UUID], data: JSONBody[NewCodes]
) -> MadeCodes:
    """Random ones, all or none."""

    async def generate(tx: TenantTx) -> MadeCodes:
        made = await service.generate_codes(
            tx,
            promotion_id,
            data.count,
            prefix=data.prefix,
            length=data.length,
            use_limit=data.use_limit,
        )
        return MadeCodes(list(made))

    return await once.run(generate, MadeCodes)


async def _existing(tx: TenantRead, promotion_id: UUID) -> Promotion:
    promotion = await tx.get(Promotion, promotion_id)
    if promotion is None:
        raise PromotionMissing
    return promotion


async def _view(tx: TenantRead, promotion_id: UUID) -> PromotionView:
    [view] = await _views(tx, [await _existing(tx, promotion_id)])
    return view


async def _views(tx: TenantRead, promotions: list[Promotion]) -> list[PromotionView]:
    ids = [each.id for each in promotions]
    used, codes = await queries.usage(tx, ids), await queries.count_codes(tx, ids)
    return [
        PromotionView.of(each, used.get(each.id, _NOTHING), codes.get(each.id, 0))
        for each in promotions
    ]


ROUTES = [
    list_promotions,
    show_promotion,
    create_promotion,
    update_promotion,
    list_promo_codes,
    add_promo_code,
    generate_promo_codes,
]
