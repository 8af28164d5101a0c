"""A person opens a Mini App: the address with everything the client puts into its hash."""

from urllib.parse import quote, urlsplit, urlunsplit

import msgspec

from kram.app.devstack.telegram.init_data import Launch, init_data
from kram.app.devstack.telegram.people.errors import ImpossibleActionError
from kram.app.devstack.telegram.state.records import Bot, Person
from kram.app.devstack.telegram.telegram import Telegram
from kram.app.devstack.telegram.themes import THEMES

CLIENT_VERSION = "9.6"


class Opening(msgspec.Struct, kw_only=True):
    """How the app is opened.

    Without `url` the bot's main app, or else its menu button, is opened. A `direct_link`
    (`t.me/bot?startapp=…`) carries a start parameter. A `keyboard_button` gives the app no init
    data at all: so does Telegram.
    """

    url: str | None = None
    start_param: str | None = None
    direct_link: bool = False
    keyboard_button: bool = False
    age_seconds: int = 0
    platform: str = "ios"
    version: str = CLIENT_VERSION
    color_scheme: str = "light"


class OpenedApp(msgspec.Struct, kw_only=True):
    """The full address, its hash alone, and the init data inside."""

    url: str
    hash: str
    init_data: str


def open_app(telegram: Telegram, bot: Bot, person: Person, opening: Opening) -> OpenedApp:
    """Signs the init data and builds the address."""
    signed = "" if opening.keyboard_button else _signed(telegram, bot, person, opening)
    theme = msgspec.json.encode(THEMES[opening.color_scheme]).decode()
    values = {
        "tgWebAppData": signed,
        "tgWebAppVersion": opening.version,
        "tgWebAppPlatform": opening.platform,
        "tgWebAppThemeParams": theme,
    }
    if opening.start_param:
        values["tgWebAppStartParam"] = opening.start_param
    fragment = "&".join(f"{name}={quote(value, safe='')}" for name, value in values.items())
    return OpenedApp(url=_address(bot, opening, fragment), hash=f"#{fragment}", init_data=signed)


def app_url(bot: Bot) -> str | None:
    """The main app, or what stands behind the menu button."""
    button = bot.menu_button.web_app
    return bot.main_app_url or (button.url if button else None)


def _signed(telegram: Telegram, bot: Bot, person: Person, opening: Opening) -> str:
    launch = Launch(
        start_param=opening.start_param,
        direct_link=opening.direct_link or opening.start_param is not None,
        age_seconds=opening.age_seconds,
    )
    return init_data(telegram, bot, person, launch)


def _address(bot: Bot, opening: Opening, fragment: str) -> str:
    url = opening.url or app_url(bot)
    if url is None:
        raise ImpossibleActionError(f"@{bot.username} has no Mini App yet")
    parts = urlsplit(url)
    query = parts.query
    if opening.start_param:
        given = f"tgWebAppStartParam={quote(opening.start_param, safe='')}"
        query = f"{query}&{given}" if query else given
    return urlunsplit(parts._replace(query=query, fragment=_joined(parts.fragment, fragment)))


def _joined(own: str, added: str) -> str:
    """An address that has a hash of its own keeps it, as Telegram's clients do."""
    if not own:
        return added
    return f"{own}&{added}" if "=" in own or "?" in own else f"{own}?{added}"
