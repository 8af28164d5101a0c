"""Promotions in their tables: made, offered, counted, given back."""

from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import func, select, text

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantTx
from kram.kit.errors import AppError, InvalidInput
from kram.kit.ids import new_id
from kram.shop.promotions import codes, queries, service
from kram.shop.promotions.drafts import PromotionDraft
from kram.shop.promotions.engine import Applied
from kram.shop.promotions.errors import (
    CodesTooShort,
    CodeTaken,
    PromotionMissing,
    PromotionUsedUp,
)
from kram.shop.promotions.models import PromoCode, Promotion
from kram.shop.promotions.rule import FreeDelivery, Rule
from tests.factories.catalog import make_category, make_product
from tests.factories.promotions import make_promotion
from tests.statements import statements

pytestmark = pytest.mark.anyio

DRAFT = PromotionDraft(name="Sale", rule=Rule(FreeDelivery()))


def applied(promotion: Promotion, minor: int = 5) -> Applied:
    return Applied(promotion.id, promotion.name, "", None, minor, 0)


async def test_automatic_ones_are_offered_while_they_run(tx: TenantTx) -> None:
    day = timedelta(days=1)
    await make_promotion(tx, name="now", starts_at=tx.now - day, ends_at=tx.now + day)
    await make_promotion(tx, name="later", starts_at=tx.now + day)
    await make_promotion(tx, name="over", ends_at=tx.now)
    await make_promotion(tx, name="paused", is_active=False)
    await make_promotion(tx, name="by code", code="CODE")
    offered = await service.offered(tx, [], new_id())
    assert [each.name for each in offered.candidates] == ["now"]


async def test_a_typed_code_is_offered_whatever_its_time(tx: TenantTx) -> None:
    """So that the shopper is told why not."""
    await make_promotion(tx, name="over", code="SPRING-10", ends_at=tx.now)
    offered = await service.offered(tx, [" spring-10 ", "OOPS"], None)
    assert [(each.name, each.code) for each in offered.candidates] == [("over", " spring-10 ")]
    assert offered.unknown == ("OOPS",)


async def test_a_made_code_is_read_as_people_read_it(tx: TenantTx) -> None:
    promotion = await make_promotion(tx, code="A1B0")
    offered = await service.offered(tx, ["aIbo"], None)
    assert [each.promotion_id for each in offered.candidates] == [promotion.id]


async def test_a_rule_of_a_newer_release_gives_nothing(tx: TenantTx) -> None:
    await make_promotion(tx)
    await tx.execute(text("""UPDATE promotion SET rule = '{"effect": {"kind": "gift"}}'"""))
    assert (await service.offered(tx, [], None)).candidates == ()


async def test_ten_thousand_codes_in_one_statement(db: Database, tenant: Tenant) -> None:
    async with db.tenant(tenant) as tx:
        promotion = await make_promotion(tx, is_automatic=False)
        with statements(db) as sent:
            made = await service.generate_codes(
                tx, promotion.id, 10_000, prefix="bf-", length=8, use_limit=1
            )
    assert len(set(made)) == 10_000
    assert all(code.startswith("BF-") and len(code) == 11 for code in made)
    assert sum("INSERT" in statement for statement in sent) == 1
    async with db.tenant_read(tenant) as reading:
        assert await reading.scalar(select(func.count()).select_from(PromoCode)) == 10_000


@pytest.mark.parametrize(
    ("count", "prefix", "length", "error"),
    [
        (0, "", 8, InvalidInput),
        (10_001, "", 8, InvalidInput),
        (1, "", 3, InvalidInput),
        (1, "a b;", 8, InvalidInput),
        (1, "X" * 21, 8, InvalidInput),
        (10_000, "", 4, CodesTooShort),
    ],
)
async def test_codes_that_could_be_guessed_are_not_made(
    tx: TenantTx, count: int, prefix: str, length: int, error: type[AppError]
) -> None:
    promotion = await make_promotion(tx)
    with pytest.raises(error):
        await service.generate_codes(tx, promotion.id, count, prefix=prefix, length=length)


async def test_a_code_is_of_one_promotion(tx: TenantTx) -> None:
    await make_promotion(tx, code="SAME")
    other = await make_promotion(tx)
    with pytest.raises(CodeTaken):
        await service.add_code(tx, other.id, "same")
    with pytest.raises(InvalidInput):
        await service.add_code(tx, other.id, "a%")
    with pytest.raises(PromotionMissing):
        await service.add_code(tx, new_id(), "FREE")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"name": "  "}, "/name"),
        ({"name": "x" * 201}, "/name"),
        ({"total_limit": 0}, "/total_limit"),
        ({"buyer_limit": -1}, "/buyer_limit"),
        ({"priority": 1001}, "/priority"),
    ],
)
async def test_a_senseless_promotion_is_refused(
    tx: TenantTx, changes: dict[str, object], pointer: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await service.create(tx, msgspec.structs.replace(DRAFT, **changes))
    assert [error.pointer for error in refused.value.errors] == [pointer]


async def test_it_ends_after_it_begins(tx: TenantTx) -> None:
    draft = msgspec.structs.replace(DRAFT, starts_at=tx.now, ends_at=tx.now)
    with pytest.raises(InvalidInput):
        await service.create(tx, draft)
    naive = msgspec.structs.replace(DRAFT, starts_at=tx.now.replace(tzinfo=None))
    with pytest.raises(InvalidInput):
        await service.create(tx, naive)


async def test_a_use_comes_back_once(tx: TenantTx) -> None:
    promotion = await make_promotion(tx, total_limit=1, buyer_limit=1)
    order, buyer = new_id(), new_id()
    await service.take(tx, order, buyer, [applied(promotion)])
    with pytest.raises(PromotionUsedUp):
        await service.take(tx, new_id(), new_id(), [applied(promotion)])
    await service.give_back(tx, order)
    await service.give_back(tx, order)
    await service.take(tx, new_id(), buyer, [applied(promotion)])
    with pytest.raises(PromotionUsedUp):
        await service.take_again(tx, order)


async def test_a_revived_order_takes_its_uses_again(tx: TenantTx) -> None:
    promotion = await make_promotion(tx, total_limit=1, buyer_limit=1)
    order = new_id()
    await service.take(tx, order, new_id(), [applied(promotion)])
    await service.give_back(tx, order)
    await service.take_again(tx, order)
    await service.take_again(tx, order)
    assert await queries.usage(tx, [promotion.id]) == {promotion.id: (1, 5)}
    offered = await service.offered(tx, [], None)
    assert [each.used_up for each in offered.candidates] == [True]


async def test_a_new_limit_counts_the_uses_before_it(tx: TenantTx) -> None:
    promotion = await make_promotion(tx)
    buyer = new_id()
    for _ in range(2):
        await service.take(tx, new_id(), buyer, [applied(promotion)])
    draft = PromotionDraft(
        name="Sale",
        rule=msgspec.convert(promotion.rule, Rule),
        is_automatic=True,
        total_limit=3,
        buyer_limit=2,
    )
    await service.update(tx, promotion.id, draft)
    with pytest.raises(PromotionUsedUp) as refused:
        await service.take(tx, new_id(), buyer, [applied(promotion)])
    assert refused.value.extra["why"] == "used_by_you"
    await tx.execute(text("UPDATE promo_buyer SET used = 0"))
    await service.take(tx, new_id(), buyer, [applied(promotion)])
    with pytest.raises(PromotionUsedUp) as refused:
        await service.take(tx, new_id(), new_id(), [applied(promotion)])
    assert refused.value.extra["why"] == "used_up"


async def test_what_is_asked_of_goods(tx: TenantTx) -> None:
    parent = await make_category(tx, "Dishes")
    child = await make_category(tx, "Cups", parent_id=parent.id)
    product = await make_product(tx, category_id=child.id)
    facts = (await service.goods_facts(tx, [product.id]))[product.id]
    assert facts.categories == (parent.id, child.id)


def test_codes_are_kept_in_capitals() -> None:
    assert codes.tidy(" spring 10\u200b") == "SPRING10"
    assert codes.forms("lI0-5") == ("LI0-5", "1105")
