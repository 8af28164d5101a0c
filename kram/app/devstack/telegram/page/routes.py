"""The page's addresses: `/`, and `/t.me/…`, where the links of Telegram lead here."""

from typing import Any
from urllib.parse import unquote

import msgspec
from litestar import Request, Response, Router, get
from litestar.datastructures import State
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Template
from litestar.static_files import create_static_files_router

from kram.app.devstack.telegram.control.guard import only_this_machine
from kram.app.devstack.telegram.injection import OurTelegram
from kram.app.devstack.telegram.page.bundle import ASSETS_DIR, asset_url
from kram.app.devstack.telegram.themes import THEMES

PageRequest = Request[Any, Any, State]
# A Mini App may live anywhere; everything else comes from here. Photos in link previews aside.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self';"
    " img-src 'self' data: blob: http: https:; connect-src 'self'; frame-src http: https:;"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@get("/", include_in_schema=False)
async def show_phones(request: PageRequest, telegram: OurTelegram) -> Template:
    """`?users=1,2` chooses whose phones are shown, `?bot=name` opens its chat on each."""
    return _page(request, link=request.query_params.get("link", ""))


@get("/t.me/{path:path}")
async def follow_link(path: FromPath[str], request: PageRequest, telegram: OurTelegram) -> Template:
    """What `https://t.me/…` would do on a phone, with the rest of the link after the slash."""
    query = request.scope["query_string"].decode()
    link = f"https://t.me{unquote(path)}"
    return _page(request, link=f"{link}?{query}" if query else link)


@get("/_control/files/{file_id:str}", media_type="application/octet-stream")
async def show_file(file_id: FromPath[str], telegram: OurTelegram) -> Response[bytes]:
    """The bytes of a photo or document in a message."""
    stored = telegram.world.files.get(file_id)
    found = telegram.files.read(stored.path) if stored else None
    if found is None:
        raise NotFoundException
    file, content = found
    headers = {"cache-control": "private, max-age=86400, immutable"}
    if file.name:
        headers["content-disposition"] = "attachment"
    return Response(content, media_type=file.mime_type, headers=headers)


@get("/healthz")
async def healthz() -> dict[str, str]:
    return {"status": "ok"}


def _page(request: PageRequest, link: str) -> Template:
    boot = {
        "themes": THEMES,
        "link": link,
        "users": request.query_params.get("users", ""),
        "bot": request.query_params.get("bot", ""),
        "kram": request.app.state.public_url,
    }
    return Template(
        "phone/page.html",
        context={
            "script": asset_url("phone/phone.js"),
            "styles": asset_url("phone/phone.css"),
            "boot": msgspec.json.encode(boot).decode(),
        },
        headers={
            "content-security-policy": POLICY,
            "cache-control": "no-store",
            "referrer-policy": "same-origin",
        },
    )


def page_router() -> Router:
    ASSETS_DIR.mkdir(exist_ok=True)
    static = create_static_files_router("/assets", [ASSETS_DIR], include_in_schema=False)
    return Router(
        "/",
        route_handlers=[show_phones, follow_link, show_file, healthz, static],
        guards=[only_this_machine],
    )
