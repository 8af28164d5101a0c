"""What a variant gives, and when that may change."""

import pytest

from kram.kit.crypto import KeyRing
from kram.kit.db.tx import TenantTx
from kram.kit.errors import InvalidInput
from kram.shop.catalog.errors import BundleOfDigital, VariantMissing
from kram.shop.catalog.models import Variant, VariantKind
from kram.shop.catalog.queries import offers
from kram.shop.catalog.service.bundles import set_components
from kram.shop.digital.errors import KindFixed, KindOfBundle, KindOfDesign
from kram.shop.digital.service import set_kind
from kram.shop.digital.terms import Terms
from tests.factories.catalog import make_product, make_variant
from tests.factories.configurator import define_table
from tests.factories.digital import make_card, make_digital, make_pool
from tests.factories.inventory import to_order

pytestmark = pytest.mark.anyio


async def test_a_variant_without_units_becomes_what_it_is_said_to_be(tx: TenantTx) -> None:
    variant_id = await make_variant(tx)
    await set_kind(tx, variant_id, VariantKind.DIGITAL, Terms(downloads=3, days=30))
    offer = (await offers(tx, [variant_id]))[variant_id]
    assert (offer.kind, offer.terms) == (VariantKind.DIGITAL, {"downloads": 3, "days": 30})
    await set_kind(tx, variant_id, VariantKind.GOODS, Terms())
    offer = (await offers(tx, [variant_id]))[variant_id]
    assert (offer.kind, offer.terms) == (VariantKind.GOODS, None)


async def test_units_do_not_become_keys(tx: TenantTx) -> None:
    shelf, promised = await make_variant(tx, stock=1), await make_variant(tx)
    await to_order(tx, promised)
    for variant_id in (shelf, promised):
        with pytest.raises(KindFixed):
            await set_kind(tx, variant_id, VariantKind.KEYS, Terms())


async def test_keys_do_not_become_units(tx: TenantTx, keys: KeyRing) -> None:
    pool = await make_pool(tx, keys, 1)
    with pytest.raises(KindFixed):
        await set_kind(tx, pool, VariantKind.GOODS, Terms())
    await set_kind(tx, pool, VariantKind.KEYS, Terms(days=1))  # new terms, the same kind


async def test_bundles_are_made_of_what_is_sent(tx: TenantTx, keys: KeyRing) -> None:
    bundle, part = await make_variant(tx), await make_variant(tx, stock=1)
    pool = await make_pool(tx, keys, 1)
    with pytest.raises(BundleOfDigital):
        await set_components(tx, bundle, {pool: 1})
    with pytest.raises(BundleOfDigital):
        await set_components(tx, pool, {})
    await set_components(tx, bundle, {part: 1})
    for variant_id in (bundle, part):
        with pytest.raises(KindOfBundle):
            await set_kind(tx, variant_id, VariantKind.DIGITAL, Terms())


@pytest.mark.parametrize(
    ("kind", "terms", "field"),
    [
        (VariantKind.GIFT_CARD, Terms(), "/terms/face_minor"),
        (VariantKind.GIFT_CARD, Terms(face_minor=10**15), "/terms/face_minor"),
        (VariantKind.DIGITAL, Terms(downloads=0), "/terms/downloads"),
        (VariantKind.DIGITAL, Terms(days=-1), "/terms/days"),
        (VariantKind.GIFT_CARD, Terms(face_minor=1, valid_days=10**9), "/terms/valid_days"),
    ],
)
async def test_senseless_terms_are_refused(
    tx: TenantTx, kind: VariantKind, terms: Terms, field: str
) -> None:
    variant_id = await make_variant(tx)
    with pytest.raises(InvalidInput) as refusal:
        await set_kind(tx, variant_id, kind, terms)
    assert [error.pointer for error in refusal.value.errors] == [field]


async def test_a_variant_of_nobody(tx: TenantTx, keys: KeyRing) -> None:
    product_id = (await tx.get(Variant, await make_variant(tx))).product_id  # type: ignore[union-attr]
    with pytest.raises(VariantMissing):
        await set_kind(tx, product_id, VariantKind.KEYS, Terms())


async def test_endless_goods_never_run_out(tx: TenantTx) -> None:
    file, card = await make_digital(tx), await make_card(tx)
    sold = await offers(tx, [file, card])
    assert {each.kind for each in sold.values()} == {VariantKind.DIGITAL, VariantKind.GIFT_CARD}


async def test_what_shoppers_put_together_is_sent(tx: TenantTx) -> None:
    table, book = await make_product(tx, title="Table"), await make_product(tx, title="Book")
    table_id, book_id = table.variants[0].id, book.variants[0].id
    brass = await make_variant(tx, stock=5)
    await define_table(tx, table.id, brass=brass)
    with pytest.raises(KindOfDesign):
        await set_kind(tx, table_id, VariantKind.DIGITAL, Terms())
    await set_kind(tx, book_id, VariantKind.DIGITAL, Terms())
    with pytest.raises(KindOfDesign):
        await define_table(tx, book.id, brass=brass)
