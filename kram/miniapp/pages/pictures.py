"""Addresses of pictures, in all widths or drawn."""

from urllib.parse import urlsplit

import msgspec

from kram.kit.images import WIDTHS, avif_key, picture_key
from kram.kit.storage import Storage
from kram.miniapp.pages.art import art_of

_USUAL_WIDTH = WIDTHS[1]


class PictureView(msgspec.Struct, frozen=True):
    """`srcset` is empty for a drawn picture, `avif` where there is none of it yet."""

    src: str
    srcset: str = ""
    alt: str = ""
    avif: str = ""


class Pictures:
    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def of(
        self, key: str | None, title: str, alt: str = "", *, has_avif: bool = False
    ) -> PictureView:
        """Of the goods with that title; drawn from it when they have none."""
        if key is None:
            return PictureView(art_of(title))
        widths = ", ".join(f"{self._address(key, width)} {width}w" for width in WIDTHS)
        avif = ", ".join(f"{self._storage.url(avif_key(key, width))} {width}w" for width in WIDTHS)
        return PictureView(self._address(key, _USUAL_WIDTH), widths, alt, avif if has_avif else "")

    def _address(self, key: str, width: int) -> str:
        return self._storage.url(picture_key(key, width))


def origin_of(storage: Storage) -> str:
    """The origin that pictures come from; empty when it is our own."""
    address = urlsplit(storage.url(picture_key("any", _USUAL_WIDTH)))
    return f"{address.scheme}://{address.netloc}" if address.netloc else ""
