"""What the catalogue refuses."""

from collections.abc import Iterable

from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop


class ProductMissing(AppError):
    code = "product_not_found"
    kind = Kind.NOT_FOUND
    title = gettext_noop("There is no such product in this shop")


class VariantMissing(AppError):
    code = "variant_not_found"
    kind = Kind.NOT_FOUND
    title = gettext_noop("There is no such variant of the product: reload the page")


class CategoryMissing(AppError):
    code = "category_not_found"
    kind = Kind.NOT_FOUND
    title = gettext_noop("There is no such category in this shop")


class MediaMissing(AppError):
    code = "media_not_found"
    kind = Kind.NOT_FOUND
    title = gettext_noop("There is no such picture in this shop")


class SkuTaken(AppError):
    code = "sku_taken"
    kind = Kind.CONFLICT
    title = gettext_noop("Another product already has this SKU: choose a different one")

    def __init__(self, skus: Iterable[str] = ()) -> None:
        super().__init__(skus=tuple(skus))


class SlugTaken(AppError):
    code = "page_slug_taken"
    kind = Kind.CONFLICT
    title = gettext_noop("Another page already has this address: choose a different one")


class OtherCurrency(AppError):
    """`currency` among the extras is the shop's."""

    code = "currency_differs"
    kind = Kind.INVALID
    title = gettext_noop("Give prices in the shop's own currency")


class CategoryCycle(AppError):
    code = "category_cycle"
    kind = Kind.CONFLICT
    title = gettext_noop("A category cannot be put inside itself")


class TooManyPictures(AppError):
    code = "too_many_pictures"
    kind = Kind.CONFLICT
    title = gettext_noop("A product may have at most 20 pictures: remove one first")
