"""Addresses that open the shop's Mini App at the right screen."""

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class ShopLinks:
    """`public_url` is without a trailing slash, `slug` the shop's."""

    public_url: str
    slug: str

    @property
    def shop(self) -> str:
        return f"{self.public_url}/m/{self.slug}/"

    def product(self, slug: str) -> str:
        return f"{self.shop}p/{quote(slug, safe='')}"

    def category(self, slug: str) -> str:
        return f"{self.shop}c/{quote(slug, safe='')}"

    def order(self, code: str) -> str:
        return f"{self.shop}orders/{quote(code, safe='')}"

    def dashboard_order(self, code: str) -> str:
        return f"{self.public_url}/dashboard/{self.slug}/orders/{quote(code, safe='')}"
