"""What may be wrong with a typed product, all of it named at once."""

import pytest

from kram.kit.errors import AppError, InvalidInput
from kram.kit.money import AmountNegative, AmountTooLarge, Money
from kram.kit.money_text import AmountUnreadable, TooManyDecimals
from kram.shop.catalog.drafts import LARGEST_PRICE, ProductDraft, cleaned, parse_price
from tests.factories.catalog import product_draft, variant_draft


def refused(draft: ProductDraft) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as error:
        cleaned(draft)
    return [(field.pointer, field.code) for field in error.value.errors]


@pytest.mark.parametrize(
    ("typed", "minor"),
    [("125", 12_500), ("0", 0), ("12,5", 1_250), ("1 250.50", 125_050), ("100000000000", 10**13)],
)
def test_a_price_is_read_exactly(typed: str, minor: int) -> None:
    assert parse_price(typed, "UAH") == Money(minor, "UAH")


@pytest.mark.parametrize(
    ("typed", "currency", "error"),
    [
        ("-1", "UAH", AmountNegative),
        ("1000000000000000000", "UAH", AmountTooLarge),
        ("100000000000.01", "UAH", AmountTooLarge),
        ("0.005", "UAH", TooManyDecimals),
        ("10.5", "JPY", TooManyDecimals),
        ("1e3", "UAH", AmountUnreadable),
        ("", "UAH", AmountUnreadable),
    ],
)
def test_a_senseless_price_is_refused(typed: str, currency: str, error: type[AppError]) -> None:
    with pytest.raises(error):
        parse_price(typed, currency)


def test_outer_spaces_are_not_part_of_a_name() -> None:
    draft = product_draft(
        variant_draft(sku=" K-1 ", title=" Red  one "), title="  Big \n kettle ", description=" . "
    )
    clean = cleaned(draft)
    assert (clean.title, clean.description) == ("Big kettle", ".")
    assert (clean.variants[0].sku, clean.variants[0].title) == ("K-1", "Red one")
    assert cleaned(clean) == clean


def test_what_cannot_be_seen_is_not_kept() -> None:
    """Dashboard, REST and import come through here."""
    draft = product_draft(
        variant_draft(sku="K\u200b-1\u2066", title="\u202eRed"),
        title="Kettle \u202egpj.exe",
        description="One\u2069\r\ntwo",
    )
    clean = cleaned(draft)
    assert (clean.title, clean.description) == ("Kettle gpj.exe", "One\ntwo")
    assert (clean.variants[0].sku, clean.variants[0].title) == ("K-1", "Red")


@pytest.mark.parametrize(
    ("draft", "errors"),
    [
        (product_draft(title="  "), [("/title", "required")]),
        (product_draft(title="\u202e\u200b"), [("/title", "required")]),
        (product_draft(title="x" * 201), [("/title", "too_long")]),
        (product_draft(title="a\0b"), [("/title", "bad_character")]),
        (product_draft(description="x" * 20_001), [("/description", "too_long")]),
        (product_draft(variant_draft(sku=" ")), [("/variants/0/sku", "required")]),
        (product_draft(variant_draft(sku="x" * 65)), [("/variants/0/sku", "too_long")]),
        (product_draft(variant_draft(price_minor=-1)), [("/variants/0/price", "amount_negative")]),
        (
            product_draft(variant_draft(price_minor=LARGEST_PRICE + 1)),
            [("/variants/0/price", "amount_too_large")],
        ),
        (ProductDraft(title="Cup", variants=()), [("/variants", "variants_count")]),
    ],
)
def test_each_fault_is_named(draft: ProductDraft, errors: list[tuple[str, str]]) -> None:
    assert refused(draft) == errors


def test_every_fault_is_named_at_once() -> None:
    draft = product_draft(
        variant_draft(sku="A", title="Red"),
        variant_draft(sku="A", currency="EUR"),
        title="",
    )
    assert refused(draft) == [
        ("/title", "required"),
        ("/variants/1/title", "required"),
        ("/variants/0/sku", "sku_repeated"),
        ("/variants/1/sku", "sku_repeated"),
        ("/variants", "currency_differs"),
    ]


def test_the_edges_are_allowed() -> None:
    variants = [variant_draft(sku="x" * 64, price_minor=LARGEST_PRICE, title="Red")]
    variants += [variant_draft(sku=f"S-{n}", price_minor=0, title=f"{n}") for n in range(99)]
    draft = product_draft(*variants, title="x" * 200)
    assert cleaned(draft) == draft
