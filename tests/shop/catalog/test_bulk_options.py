"""Products with options by the hundred."""

import pytest

from kram.kit.db.tx import TenantTx
from kram.shop.catalog import queries, service
from kram.shop.catalog.bulk import ProductRow, UpsertReport
from kram.shop.catalog.models import Product
from kram.shop.catalog.options.shape import live, options_of
from tests.factories.catalog import product_row, variant_row

pytestmark = pytest.mark.anyio
NAMES = ("Size", "Colour")


def shirt(*cells: tuple[str, str, str], options: tuple[str, ...] = NAMES) -> ProductRow:
    """SKU, size and colour of each variant."""
    variants = [variant_row(size, colour, sku=sku, title=sku) for sku, size, colour in cells]
    return product_row(*variants, title="Shirt", options=options)


RED = ("R", "S", "Red")
BLUE = ("B", "S", "Blue")
BIG = ("BIG", "L", "red")
THREE = shirt(RED, BLUE, BIG)


async def only(tx: TenantTx) -> Product:
    tx.session.expunge_all()
    [product] = (await queries.products_page(tx)).items
    return product


async def told(tx: TenantTx) -> dict[str, str]:
    """SKU → title of what is on sale."""
    return {variant.sku: variant.title for variant in (await only(tx)).offered}


def refused(report: UpsertReport) -> list[tuple[str, str]]:
    return [(error.pointer, error.code) for row in report.refused for error in row.errors]


async def take(tx: TenantTx, row: ProductRow) -> UpsertReport:
    report = await service.upsert_products(tx, [row])
    await tx.flush()
    return report


async def test_a_new_product_gets_its_options_and_a_second_run_changes_nothing(
    tx: TenantTx,
) -> None:
    assert (await take(tx, THREE)).created == 1
    assert await told(tx) == {"R": "S / Red", "B": "S / Blue", "BIG": "L / Red"}
    options = live(options_of((await only(tx)).options))
    assert [(each.name, [v.name for v in each.offered]) for each in options] == [
        ("Size", ["S", "L"]),
        ("Colour", ["Red", "Blue"]),
    ]
    again = await take(tx, THREE)
    assert (again.unchanged, again.differences) == (1, ())


async def test_a_value_that_is_new_is_added_and_what_is_there_keeps_its_number(
    tx: TenantTx,
) -> None:
    await take(tx, THREE)
    before = {v.sku: v.choice for v in (await only(tx)).offered}
    report = await take(tx, shirt(RED, ("X", "XL", "Blue")))
    assert (report.updated, refused(report)) == (1, [])
    assert await told(tx) == {
        "R": "S / Red",
        "B": "S / Blue",
        "BIG": "L / Red",
        "X": "XL / Blue",
    }
    after = {v.sku: v.choice for v in (await only(tx)).offered}
    assert {sku: after[sku] for sku in before} == before


async def test_variants_may_change_places(tx: TenantTx) -> None:
    await take(tx, THREE)
    report = await take(tx, shirt(("R", "S", "Blue"), ("B", "S", "Red")))
    assert refused(report) == []
    assert await told(tx) == {"R": "S / Blue", "B": "S / Red", "BIG": "L / Red"}


async def test_a_product_that_had_none_gets_options_if_all_of_it_is_named(tx: TenantTx) -> None:
    plain = product_row(variant_row(sku="R", title="Red"), variant_row(sku="B", title="Blue"))
    await take(tx, plain)
    report = await take(tx, shirt(RED))
    assert refused(report) == [("/options", "options_refused")]
    assert refused(await take(tx, shirt(RED, BLUE))) == []
    assert await told(tx) == {"R": "S / Red", "B": "S / Blue"}


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (
            shirt(RED, ("X", "S", "RED")),
            [("/variants/0/choice", "choice_taken"), ("/variants/1/choice", "choice_taken")],
        ),
        (shirt(RED, ("X", "S", "Blue")), [("/variants/1/choice", "choice_taken")]),
        (shirt(RED, ("X", "", "Blue")), [("/variants/1/choice", "choice_unknown")]),
        (shirt(RED, options=("Size",)), [("/options", "options_refused")]),
        (shirt(RED, options=("Colour", "Size")), [("/options", "options_refused")]),
        (shirt(RED, options=("Size", "Colour", "Size", "A")), [("/options", "options_refused")]),
    ],
)
async def test_what_does_not_fit_is_told(
    tx: TenantTx, row: ProductRow, why: list[tuple[str, str]]
) -> None:
    await take(tx, THREE)
    before = await told(tx)
    assert refused(await service.upsert_products(tx, [row])) == why
    assert await told(tx) == before


async def test_a_sku_that_comes_back_to_taken_options_is_an_error_of_its_row(
    tx: TenantTx,
) -> None:
    """The one that is on sale instead of it was made with another SKU."""
    await take(tx, THREE)
    product = await only(tx)
    blue = next(v for v in product.offered if v.sku == "B")
    blue.archived_at = tx.now
    await tx.flush()
    assert refused(await take(tx, shirt(RED, ("B2", "S", "Blue")))) == []
    for row in (shirt(RED, BLUE), product_row(variant_row(sku="B"), title="Shirt")):
        report = await service.upsert_products(tx, [row])
        places = {pointer for pointer, code in refused(report) if code == "choice_taken"}
        assert places == {f"/variants/{len(row.variants) - 1}/choice"}
    assert await told(tx) == {"R": "S / Red", "BIG": "L / Red", "B2": "S / Blue"}


async def test_a_file_without_options_leaves_them_and_knows_new_variants_by_their_names(
    tx: TenantTx,
) -> None:
    await take(tx, THREE)
    plain = [variant_row(sku="R", title="Anything", price_minor=1)]
    report = await take(tx, product_row(*plain, title="Shirt"))
    assert report.updated == 1
    assert (await told(tx))["R"] == "S / Red"
    stranger = variant_row(sku="X", title="XL / Green")
    report = await take(tx, product_row(*plain, stranger, title="Shirt"))
    assert refused(report) == [("/variants/1/choice", "choice_unknown")]
    report = await take(
        tx, product_row(*plain, variant_row(sku="X", title="l / BLUE"), title="Shirt")
    )
    assert (refused(report), (await told(tx))["X"]) == ([], "L / Blue")


async def test_more_values_than_an_option_may_have_are_told(tx: TenantTx) -> None:
    many = [(f"S{n}", str(n), "Red") for n in range(101)]
    assert refused(await take(tx, shirt(*many))) == [("/options", "options_refused")]
