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


class PriceListMissing(AppError):
    code = "price_list_not_found"
    kind = Kind.NOT_FOUND
    title = gettext_noop("There is no such price list in this shop")


class OptionsRefused(AppError):
    code = "options_refused"
    kind = Kind.CONFLICT
    title = gettext_noop("The variants do not fit these options")


class ChoiceTaken(AppError):
    code = "choice_taken"
    kind = Kind.CONFLICT
    title = gettext_noop("Another variant of the product has the same options")


class BundleNested(AppError):
    code = "bundle_nested"
    kind = Kind.CONFLICT
    title = gettext_noop("A bundle cannot be part of another bundle")


class BundleOfDigital(AppError):
    code = "bundle_of_digital"
    kind = Kind.CONFLICT
    title = gettext_noop("Only goods that are sent can be put into a bundle")


class CollectionMissing(AppError):
    code = "collection_not_found"
    kind = Kind.NOT_FOUND
    title = gettext_noop("There is no such collection in this shop")


class AttributeMissing(AppError):
    code = "attribute_not_found"
    kind = Kind.NOT_FOUND
    title = gettext_noop("There is no such attribute in this shop")


class AttributeCodeTaken(AppError):
    code = "attribute_code_taken"
    kind = Kind.CONFLICT
    title = gettext_noop("Another attribute already has this code: choose a different one")
