"""A marketplace's feed (YML), with which it and our own import know the goods.

https://yandex.ru/support/marketplace/assortment/files/yml.html
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import BinaryIO
from uuid import UUID
from xml.sax.saxutils import escape, quoteattr

from kram.integrations.exports.queries import OfferRow
from kram.integrations.imports.amounts import amount_text
from kram.integrations.imports.sources.html import markup_of
from kram.integrations.imports.sources.yml_categories import NO_CATEGORY
from kram.kit.money import Money
from kram.shop.catalog.models import Category, VariantKind

_COUNTED = (VariantKind.GOODS, VariantKind.KEYS)
_VARIANT = {"uk": "Варіант", "ru": "Вариант"}
_NONE = {"uk": "Інше", "ru": "Прочее"}
# XML 1.0 can say none of these, not even in another way.
_UNSPEAKABLE = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF))


@dataclass(frozen=True, slots=True)
class FeedShop:
    """`address` is where the shop's pages begin, without a slash at the end."""

    name: str
    address: str
    currency: str
    language: str


class Feed:
    """`picture_address` makes the address of a picture from its key."""

    def __init__(
        self,
        file: BinaryIO,
        shop: FeedShop,
        categories: Sequence[Category],
        picture_address: Callable[[str], str],
        now: datetime,
    ) -> None:
        self._file = file
        self._shop = shop
        self._picture_address = picture_address
        self._numbers = {category.id: place for place, category in enumerate(categories, start=1)}
        self._begin(categories, now)

    def write(self, offer: OfferRow) -> None:
        is_free = offer.kind not in _COUNTED or (offer.free or 0) > 0
        attributes = f' id="{offer.variant_id.hex}" available="{"true" if is_free else "false"}"'
        if offer.siblings > 1:
            attributes += f" group_id={quoteattr(offer.slug)}"
        # What is promised to orders is not for sale, yet it is on the shelf; "" has no shelf.
        attributes += f' on_hand="{"" if offer.on_hand is None else offer.on_hand}"'
        self._say(f"<offer{attributes}>{''.join(self._elements(offer))}</offer>\n")

    def close(self) -> None:
        self._say("</offers></shop></yml_catalog>\n")

    def _elements(self, offer: OfferRow) -> list[str]:
        price = amount_text(Money(offer.price_minor, offer.currency))
        picture = self._picture_address(offer.picture) if offer.picture else ""
        elements = [
            _element("url", f"{self._shop.address}/p/{offer.slug}"),
            _element("price", price),
            _element("currencyId", offer.currency),
            _element("categoryId", self._category(offer.category_id)),
            _element("picture", picture) if picture else "",
            _element("name", offer.title),
            _element("vendorCode", offer.sku),
            _element("description", markup_of(offer.description)) if offer.description else "",
            _element("barcode", offer.barcode) if offer.barcode else "",
            *self._measures(offer),
        ]
        if (offer.compare_at_minor or 0) > offer.price_minor:
            old = amount_text(Money(offer.compare_at_minor or 0, offer.currency))
            elements.append(_element("oldprice", old))
        if offer.free is not None:
            elements.append(_element("count", str(max(0, offer.free))))
        if offer.variant_title:
            name = _VARIANT.get(self._shop.language, "Variant")
            elements.append(f'<param name="{name}">{_clean(offer.variant_title)}</param>')
        return elements

    def _measures(self, offer: OfferRow) -> Iterator[str]:
        """Kilograms; centimetres, all three or none."""
        if offer.weight_grams is not None:
            yield _element("weight", f"{Decimal(offer.weight_grams).scaleb(-3):f}")
        sides = (offer.length_mm, offer.width_mm, offer.height_mm)
        if None not in sides:
            cm = (f"{Decimal(side or 0).scaleb(-1):f}" for side in sides)
            yield _element("dimensions", "/".join(cm))

    def _begin(self, categories: Sequence[Category], now: datetime) -> None:
        shop = self._shop
        self._say(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<yml_catalog date="{now:%Y-%m-%dT%H:%M:%S+00:00}"><shop>'
            f"{_element('name', shop.name)}{_element('company', shop.name)}"
            f"{_element('url', shop.address)}"
            f'<currencies><currency id="{shop.currency}" rate="1"/></currencies>\n<categories>\n'
        )
        for category in categories:
            number = self._category(category.id)
            parent = ""
            if category.parent_id is not None:
                parent = f' parentId="{self._category(category.parent_id)}"'
            self._say(f'<category id="{number}"{parent}>{_clean(category.name)}</category>\n')
        rest = _NONE.get(shop.language, "Other")
        self._say(f'<category id="{NO_CATEGORY}">{rest}</category>\n</categories>\n<offers>\n')

    def _category(self, category_id: UUID | None) -> str:
        return NO_CATEGORY if category_id is None else str(self._numbers[category_id])

    def _say(self, text: str) -> None:
        self._file.write(text.encode())


def _element(name: str, text: str) -> str:
    return f"<{name}>{_clean(text)}</{name}>"


def _clean(text: str) -> str:
    return escape(text.translate(_UNSPEAKABLE))
