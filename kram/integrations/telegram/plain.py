"""Single calls of the Bot API without the library, for processes that must stay light."""

import re
from typing import Any

import httpx
import msgspec

from kram.integrations.telegram.errors import (
    AnswerLost,
    CallRefused,
    Flooded,
    NothingSent,
    PolledElsewhere,
    TokenRevoked,
)

_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{1,100}")


class _Parameters(msgspec.Struct, frozen=True):
    retry_after: float = 0


class _Reply(msgspec.Struct, frozen=True):
    ok: bool
    result: msgspec.Raw = msgspec.Raw(b"null")
    description: str = ""
    error_code: int = 0
    parameters: _Parameters = _Parameters()


async def plain_call(
    http: httpx.AsyncClient,
    api_url: str,
    token: str,
    method: str,
    parameters: dict[str, Any] | None = None,
) -> msgspec.Raw:
    """The `result` of the answer, as JSON. Raises: TelegramFailure."""
    if not _TOKEN.fullmatch(token):  # it becomes a part of the address
        raise TokenRevoked("this is not a token")
    try:
        answer = await http.post(f"{api_url}/bot{token}/{method}", json=parameters or {})
        reply = msgspec.json.decode(answer.content, type=_Reply)
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        raise NothingSent(type(error).__name__) from None
    except (httpx.HTTPError, msgspec.DecodeError) as error:
        # Without the cause: its text has the address, and that has the token.
        raise AnswerLost(type(error).__name__) from None
    return _result(reply)


def _result(reply: _Reply) -> msgspec.Raw:
    match reply:
        case _Reply(ok=True):
            return reply.result
        case _Reply(error_code=401 | 404):
            raise TokenRevoked(reply.description)
        case _Reply(error_code=409):
            raise PolledElsewhere(reply.description)
        case _Reply(error_code=429):
            raise Flooded(reply.parameters.retry_after)
        case _ if reply.error_code >= 500:
            raise NothingSent(reply.description)
        case _:
            raise CallRefused(reply.description)
