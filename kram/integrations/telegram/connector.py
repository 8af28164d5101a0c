"""Proves a pasted token, for the door where merchants paste it."""

import httpx
import msgspec
import structlog
from redis.asyncio import Redis

from kram.integrations.telegram.errors import TelegramFailure, TokenRevoked
from kram.integrations.telegram.plain import plain_call
from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop
from kram.kit.valkey import Waker
from kram.tenants.bots import BotIdentity
from kram.tenants.errors import TokenRefused

SETUP_CHANNEL = "kram:wake:setup"
"""On which the bots' process hears that a bot waits to be set up."""

_log = structlog.get_logger(__name__)


class TelegramAway(AppError):
    code = "telegram_away"
    kind = Kind.UNAVAILABLE
    title = gettext_noop("Telegram does not answer just now: try again in a minute")


class _Me(msgspec.Struct, frozen=True):
    id: int
    first_name: str
    username: str


class BotConnector:
    """`api_url` is without a trailing slash."""

    def __init__(self, api_url: str, http: httpx.AsyncClient, redis: Redis) -> None:
        self._api_url = api_url
        self._http = http
        self._waker = Waker(redis, SETUP_CHANNEL)

    async def connect(self, token: str) -> BotIdentity:
        """Asks Telegram whose token it is. Raises: TokenRefused, TelegramAway."""
        try:
            answer = await plain_call(self._http, self._api_url, token.strip(), "getMe")
        except TokenRevoked:
            raise TokenRefused from None
        except TelegramFailure as error:
            _log.warning("a token could not be checked", why=str(error))
            raise TelegramAway(retry_after=60) from None
        me = msgspec.json.decode(answer, type=_Me)
        return BotIdentity(me.id, me.username, me.first_name)

    async def configure(self) -> None:
        """After the commit of `connect_bot`: the bots' process sets the bot up now, not at its
        next look. The row itself (`configured_at` is None) says that there is something to do."""
        await self._waker.wake()
