"""A method named in the answer to a webhook: carried out, its result told to nobody."""

from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

import httpx
import msgspec

from kram.app.devstack.telegram.methods.arguments import Arguments
from kram.app.devstack.telegram.server import LostAnswerError, answer_call
from kram.app.devstack.telegram.state.records import Bot
from kram.app.devstack.telegram.telegram import Telegram

NOT_IN_REPLY = frozenset({"setwebhook", "deletewebhook", "close", "logout"})


async def call_in_reply(telegram: Telegram, bot: Bot, reply: httpx.Response | None) -> None:
    """Calls the method in the answer's body, if there is one that may stand there."""
    values = _values(reply) if reply is not None else {}
    name = str(values.pop("method", ""))
    if not name or name.lower().startswith("get") or name.lower() in NOT_IN_REPLY:
        return
    try:
        await answer_call(telegram, bot, name, Arguments(values))
    except LostAnswerError:
        return


def _values(reply: httpx.Response) -> dict[str, Any]:
    kind = reply.headers.get("content-type", "")
    match kind.partition(";")[0].strip().lower():
        case "application/x-www-form-urlencoded":
            return dict(parse_qsl(reply.text))
        case "multipart/form-data":
            return _multipart(kind, reply.content)
        case "application/json":
            return _json(reply.content)
        case _:
            return {}


def _multipart(kind: str, content: bytes) -> dict[str, Any]:
    """The text fields of a form; aiogram answers webhooks in this way."""
    whole = BytesParser(policy=HTTP).parsebytes(f"content-type: {kind}\r\n\r\n".encode() + content)
    fields: dict[str, Any] = {}
    for part in whole.iter_parts():
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(payload, bytes) and part.get_filename() is None:
            fields[name] = payload.decode(errors="replace")
    return fields


def _json(content: bytes) -> dict[str, Any]:
    try:
        value = msgspec.json.decode(content)
    except msgspec.DecodeError:
        return {}
    return value if isinstance(value, dict) else {}
