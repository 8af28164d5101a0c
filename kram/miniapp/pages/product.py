"""A product as its page shows it."""

import msgspec
from babel.dates import format_date
from markupsafe import Markup

from kram.kit.i18n import translations
from kram.kit.money import Money
from kram.miniapp.pages.frame import Frame
from kram.miniapp.pages.listing import CardView, card_view
from kram.miniapp.pages.pictures import Pictures, PictureView
from kram.miniapp.pages.video import VideoView, video_view
from kram.shop.catalog.storefront import (
    OptionCard,
    ProductPage,
    Property,
    VariantCard,
)


class VariantView(msgspec.Struct, frozen=True):
    id: str
    title: str
    price: str
    price_minor: int
    in_stock: bool
    is_first: bool
    stock: str
    stock_state: str


class VariantFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """For the script: a variant by its id or the values chosen. Prices are minor units."""

    id: str
    minor: int
    stock: str
    state: str
    here: bool = False
    values: tuple[int, ...] = ()
    picture: int | None = None
    regular: int | None = None
    lowest: int | None = None
    compare: int | None = None
    tiers: tuple[tuple[int, int], ...] = ()


class TierView(msgspec.Struct, frozen=True):
    quantity: int
    price: str


class ValueView(msgspec.Struct, frozen=True):
    id: int
    name: str
    colour: str
    is_chosen: bool


class PickerView(msgspec.Struct, frozen=True):
    name: str
    values: list[ValueView]


class ProductView(msgspec.Struct, frozen=True):
    id: str
    slug: str
    title: str
    description: str
    category_name: str
    category_address: str
    price: str
    stock: str
    stock_state: str
    variants: list[VariantView]
    pictures: list[PictureView]
    regular: str
    lowest: str
    compare_at: str
    tiers: list[TierView]
    pickers: list[PickerView]
    properties: list[Property]
    related: list[CardView]
    video: VideoView | None
    is_returnable: bool
    facts: Markup


def product_view(frame: Frame, pictures: Pictures, product: ProductPage) -> ProductView:
    first = _first_to_buy(product)
    chosen = product.variants[first]
    shown = [
        pictures.of(each.key, product.title, each.alt, has_avif=each.has_avif)
        for each in product.pictures
    ]
    return ProductView(
        id=str(product.id),
        slug=product.slug,
        title=product.title,
        description=product.description,
        category_name=product.category.name if product.category else "",
        category_address=frame.to(f"/c/{product.category.slug}") if product.category else "",
        price=frame.price(chosen.price),
        stock=_stock(chosen, frame),
        stock_state=_stock_state(chosen),
        variants=[
            VariantView(
                id=str(variant.id),
                title=variant.title,
                price=frame.price(variant.price),
                price_minor=variant.price.minor,
                in_stock=variant.in_stock,
                is_first=index == first,
                stock=_stock(variant, frame),
                stock_state=_stock_state(variant),
            )
            for index, variant in enumerate(product.variants)
        ],
        pictures=shown or [pictures.of(None, product.title)],
        regular=_written_if(chosen.regular, frame),
        lowest=_written_if(chosen.lowest, frame),
        compare_at=_written_if(chosen.compare_at, frame),
        tiers=[TierView(tier.min_quantity, frame.price(tier.price)) for tier in chosen.tiers],
        pickers=[_picker(option, chosen) for option in product.options],
        properties=list(product.properties),
        related=[card_view(frame, pictures, card) for card in product.related],
        video=video_view(product.video_url),
        is_returnable=product.is_returnable,
        facts=_facts(product, frame),
    )


def _picker(option: OptionCard, chosen: VariantCard) -> PickerView:
    return PickerView(
        option.name,
        [
            ValueView(value.id, value.name, value.colour, value.id in chosen.values)
            for value in option.values
        ],
    )


def _facts(product: ProductPage, frame: Frame) -> Markup:
    """For a JSON block: "<" written so that no text can end the block."""
    facts = [
        VariantFacts(
            id=str(variant.id),
            minor=variant.price.minor,
            stock=_stock(variant, frame),
            state=_stock_state(variant),
            here=variant.in_stock,
            values=variant.values,
            picture=variant.picture,
            regular=variant.regular.minor if variant.regular else None,
            lowest=variant.lowest.minor if variant.lowest else None,
            compare=variant.compare_at.minor if variant.compare_at else None,
            tiers=tuple((tier.min_quantity, tier.price.minor) for tier in variant.tiers),
        )
        for variant in product.variants
    ]
    text = msgspec.json.encode(facts).decode().replace("<", "\\u003c")
    return Markup(text)  # noqa: S704 - made safe by the line above


def _first_to_buy(product: ProductPage) -> int:
    return next((n for n, variant in enumerate(product.variants) if variant.in_stock), 0)


def _stock(variant: VariantCard, frame: Frame) -> str:
    """What a shopper is told: never that something is there which is still to come."""
    _ = translations(frame.language).gettext
    if not variant.in_stock:
        return _("Sold out")
    if not variant.kind.is_sent:
        return _("Digital: yours right after the payment")
    if not variant.to_order:
        return _("In stock")
    if variant.there_from is None:
        return _("To order")
    day = format_date(variant.there_from, "d MMMM y", locale=frame.language)
    return _("Pre-order: there from %(day)s") % {"day": day}


def _stock_state(variant: VariantCard) -> str:
    if not variant.in_stock:
        return "gone"
    return "coming" if variant.to_order else "here"


def _written_if(price: Money | None, frame: Frame) -> str:
    return frame.price(price) if price else ""
