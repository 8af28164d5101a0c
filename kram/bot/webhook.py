"""Takes updates from Telegram: verified, stored, answered. Understanding them comes later.

Runs in the web process and must not import aiogram. An update is answered with 200 only after its
row has committed; whatever goes wrong before that makes Telegram send it again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from litestar import Request, Response, post
from litestar.background_tasks import BackgroundTask
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from sqlalchemy.exc import SQLAlchemyError

from kram.bot.envelope import Envelope, read_envelope
from kram.bot.errors import BotRemoved, BotUnknown, NotAnUpdate, SecretWrong, StoreAway
from kram.bot.inbox import store_update
from kram.kit.db.database import Database
from kram.kit.db.tx import PlatformTx
from kram.kit.valkey import Waker
from kram.tenants.bots import bot_by_public_id, secret_matches
from kram.tenants.models import Bot, BotState

SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 - the header's name
LARGEST_BODY_BYTES = 1_000_000
_COME_AGAIN_SECONDS = 5

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Intake:
    """`waker` wakes the bots' process; without it the row waits for the next poll."""

    db: Database
    waker: Waker

    async def take(self, public_id: str, secret: str, body: bytes) -> bool:
        """Stores the update once; False if it was here before.

        Raises: BotUnknown, BotRemoved, SecretWrong, NotAnUpdate, StoreAway.
        """
        try:
            async with self.db.platform() as tx:
                bot = await _addressee(tx, public_id, secret)
                return await store_update(tx, bot.shop_id, bot.telegram_id, _read(body), body)
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            _log.error("an update could not be stored", error=type(error).__name__)
            raise StoreAway(retry_after=_COME_AGAIN_SECONDS) from error


def routes(intake: Intake) -> Sequence[HTTPRouteHandler]:
    @post(
        "/tg/{public_id:str}",
        status_code=HTTPStatus.OK,
        request_max_body_size=LARGEST_BODY_BYTES,
        include_in_schema=False,
    )
    async def telegram_webhook(
        request: Request[Any, Any, Any], public_id: FromPath[str]
    ) -> Response[dict[str, bool]]:
        body = await request.body()
        await intake.take(public_id, request.headers.get(SECRET_HEADER, ""), body)
        # After the answer: a Valkey that is away must not keep Telegram waiting.
        return Response({"ok": True}, background=BackgroundTask(intake.waker.wake))

    return [telegram_webhook]


async def _addressee(tx: PlatformTx, public_id: str, secret: str) -> Bot:
    bot = await bot_by_public_id(tx, public_id)
    if bot is None:
        raise BotUnknown
    if bot.state == BotState.REMOVED:
        raise BotRemoved
    if not secret_matches(bot.secret_hash, secret):
        _log.warning("an update came with a wrong secret", bot=bot.telegram_id)
        raise SecretWrong
    return bot


def _read(body: bytes) -> Envelope:
    try:
        return read_envelope(body)
    except msgspec.DecodeError as error:
        raise NotAnUpdate from error
