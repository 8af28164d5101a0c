"""The HTTP side of the Bot API: `/bot<token>/<method>` and file downloads."""

from typing import Any

import msgspec
from litestar import Request, Response, get, route
from litestar.datastructures import State, UploadFile
from litestar.enums import MediaType
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.types import ASGIApp, Receive, Scope, Send

from kram.app.devstack.telegram.errors import BotApiError
from kram.app.devstack.telegram.injection import OurTelegram
from kram.app.devstack.telegram.methods.arguments import Arguments, Upload
from kram.app.devstack.telegram.server import Answer, Failure, LostAnswerError, authenticate, serve

ApiRequest = Request[Any, Any, State]
BAD_JSON = "Bad Request: can't parse JSON object"


class BrokenConnection:
    """Promises a body and ends before it: the client sees its connection close."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", b"64")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


@route("/{bot_token:str}/{method_name:str}", http_method=["GET", "POST"], status_code=200)
async def bot_api(
    bot_token: FromPath[str], method_name: FromPath[str], request: ApiRequest, telegram: OurTelegram
) -> ASGIApp:
    """Any method of the Bot API, with parameters in the address, a form or JSON."""
    if not bot_token.startswith("bot"):
        raise NotFoundException
    try:
        arguments = await _arguments(request)
        answer = await serve(telegram, bot_token.removeprefix("bot"), method_name, arguments)
    except msgspec.DecodeError:
        answer = Answer(400, Failure(ok=False, error_code=400, description=BAD_JSON))
    except LostAnswerError:
        return BrokenConnection()
    return _json(answer, request)


@get("/file/{bot_token:str}/{file_path:path}", status_code=200)
async def download_file(
    bot_token: FromPath[str], file_path: FromPath[str], request: ApiRequest, telegram: OurTelegram
) -> ASGIApp:
    """The bytes behind a `file_path` of getFile."""
    try:
        authenticate(telegram, bot_token.removeprefix("bot"))
    except BotApiError as error:
        body = Failure(ok=False, error_code=error.code, description=error.description)
        return _json(Answer(error.code, body), request)
    found = telegram.files.read(file_path.lstrip("/"))
    if found is None:
        body = Failure(ok=False, error_code=404, description="Not Found")
        return _json(Answer(404, body), request)
    stored, content = found
    return Response(content, media_type=stored.mime_type).to_asgi_response(None, request)


def _json(answer: Answer, request: ApiRequest) -> ASGIApp:
    body = msgspec.json.encode(answer.body)
    response = Response(body, status_code=answer.status, media_type=MediaType.JSON)
    return response.to_asgi_response(None, request)


async def _arguments(request: ApiRequest) -> Arguments:
    values: dict[str, Any] = dict(request.query_params)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        body = await request.body()
        return Arguments({**values, **msgspec.json.decode(body or b"{}", type=dict[str, Any])})
    if kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
        return await _form(request, values)
    return Arguments(values)


async def _form(request: ApiRequest, values: dict[str, Any]) -> Arguments:
    uploads: dict[str, Upload] = {}
    form = await request.form()
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            uploads[name] = Upload(value.filename, await value.read())
        else:
            values[name] = value
    return Arguments(values, uploads)
