"""What goods are called in the language that is asked for, in the one statement of all carts."""

from uuid import UUID

import pytest

from kram.kit.db.tx import TenantTx
from kram.shop.catalog import service as catalog
from kram.shop.catalog.queries import Offer, offers, product_with_parts
from kram.shop.catalog.service import OptionDraft, ProductDetails, ValueDraft
from tests.factories.catalog import make_product

pytestmark = pytest.mark.anyio


async def dress(tx: TenantTx) -> list[UUID]:
    """Red and blue, small and large; in English, and half of it in Russian."""
    product = await make_product(tx, title="Сукня")
    colours = (
        ValueDraft(name="Червона", names={"en": "Red", "ru": "Красное"}),
        ValueDraft(name="Синя", names={"en": "Blue"}),
    )
    sizes = (ValueDraft(name="S"), ValueDraft(name="L"))
    options = [OptionDraft(name="Колір", values=colours), OptionDraft(name="Розмір", values=sizes)]
    await catalog.set_options(tx, product.id, options)
    words = ProductDetails(translations={"en": {"title": "Dress"}})
    await catalog.change_details(tx, product.id, words)
    found = await product_with_parts(tx, product.id)
    assert found is not None
    return [variant.id for variant in found.offered]


def told(offer: Offer) -> tuple[str, str]:
    return offer.shown_title, offer.shown_variant_title


@pytest.mark.parametrize(
    ("language", "first", "last"),
    [
        ("en", ("Dress", "Red / S"), ("Dress", "Blue / L")),
        ("ru", ("Сукня", "Красное / S"), ("Сукня", "Синя / L")),
        ("uk", ("Сукня", "Червона / S"), ("Сукня", "Синя / L")),
        (None, ("Сукня", "Червона / S"), ("Сукня", "Синя / L")),
    ],
)
async def test_goods_are_called_as_in_the_language_or_as_the_shop_calls_them(
    tx: TenantTx, language: str | None, first: tuple[str, str], last: tuple[str, str]
) -> None:
    variants = await dress(tx)
    found = await offers(tx, variants, language=language)
    assert (told(found[variants[0]]), told(found[variants[-1]])) == (first, last)
    assert found[variants[0]].title == "Сукня"


async def test_a_product_in_one_form_has_no_title_of_a_variant(tx: TenantTx) -> None:
    product = await make_product(tx, title="Мед")
    variant = product.variants[0].id
    words = ProductDetails(translations={"en": {"title": "Honey"}})
    await catalog.change_details(tx, product.id, words)
    [offer] = (await offers(tx, [variant], language="en")).values()
    assert told(offer) == ("Honey", "")
    assert (offer.title, offer.local_variant_title) == ("Мед", None)
