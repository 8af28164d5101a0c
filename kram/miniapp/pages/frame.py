"""What stands around every page of a shop."""

from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import quote, urlencode

import msgspec
from markupsafe import Markup

from kram.kit.i18n import LANGUAGES, Language
from kram.kit.money import Money
from kram.kit.money_text import format_money
from kram.miniapp.pages.colours import Accent, accents_of
from kram.miniapp.pages.money_shape import MoneyShape, money_shape
from kram.miniapp.pages.words import Phrase
from kram.miniapp.requests import PREFIX
from kram.tenants.registry import ShopCard

_TONGUES: dict[Language, str] = {"uk": "Українська", "ru": "Русский", "en": "English"}


class Tongue(msgspec.Struct, frozen=True):
    """`address` is relative: the page of an order does not know which order it shows."""

    code: str
    name: str
    address: str
    is_shown: bool


class Frame(msgspec.Struct, frozen=True):
    """`path` is the page's own below the shop's; `names_language`: the address carries `lang`."""

    shop: ShopCard
    language: Language
    names_language: bool
    path: str
    search: str = ""

    @property
    def base(self) -> str:
        return f"{PREFIX}{self.shop.tenant.slug}"

    @property
    def initial(self) -> str:
        return next((sign.upper() for sign in self.shop.name if sign.isalnum()), "•")

    @property
    def style(self) -> str:
        return accent_style(self.shop.accent)

    @property
    def bot_address(self) -> str:
        return f"https://t.me/{self.shop.bot.username}" if self.shop.bot else ""

    @property
    def tongues(self) -> list[Tongue]:
        return [
            Tongue(code, _TONGUES[code], f"?lang={code}", code == self.language)
            for code in LANGUAGES
        ]

    def price(self, price: Money) -> str:
        return format_money(price, self.language, trim_zeros=True)

    def to(self, path: str, *, also: Sequence[tuple[str, str]] = (), **query: str) -> str:
        """An address in this shop that keeps the language the visitor chose."""
        address = self._address(path, self.language if self.names_language else "", **query)
        return f"{address}{'&' if '?' in address else '?'}{urlencode(also)}" if also else address

    def facts(self, words: dict[str, Phrase]) -> Markup:
        """For a JSON block: "<" written so that no text can end the block."""
        facts = _Facts(
            base=self.base,
            suffix=f"?lang={self.language}" if self.names_language else "",
            language=self.language,
            money=money_shape(self.shop.currency, self.language),
            paints=_paints(self.shop.accent),
            words=words,
        )
        text = msgspec.json.encode(facts).decode().replace("<", "\\u003c")
        return Markup(text)  # noqa: S704 - made safe by the line above

    def _address(self, path: str, language: str, **query: str) -> str:
        given = {"lang": language, **query}
        asked = urlencode({name: value for name, value in given.items() if value})
        return f"{self.base}{quote(path)}{'?' + asked if asked else ''}"


class _Facts(msgspec.Struct, frozen=True):
    base: str
    suffix: str
    language: str
    money: MoneyShape
    paints: dict[str, dict[str, str]]
    words: dict[str, Phrase]


@lru_cache(maxsize=1024)
def accent_style(colour: str) -> str:
    light, dark = accents_of(colour)
    return f":root{{{_variables('light', light)}{_variables('dark', dark)}}}"


def _variables(scheme: str, accent: Accent) -> str:
    return (
        f"--{scheme}-fill:{accent.fill};--{scheme}-on-fill:{accent.on_fill};"
        f"--{scheme}-text:{accent.text};"
    )


def _paints(colour: str) -> dict[str, dict[str, str]]:
    light, dark = accents_of(colour)
    return {
        "light": {"fill": light.fill, "on_fill": light.on_fill},
        "dark": {"fill": dark.fill, "on_fill": dark.on_fill},
    }
