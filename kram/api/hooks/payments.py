"""`POST /hooks/pay/{provider}/{shop_id}`: what payment providers tell."""

from collections import Counter
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

from litestar import MediaType, Request, Response, Router, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from sqlalchemy.exc import SQLAlchemyError

from kram.api.hooks.errors import NoSuchHook, NotStored
from kram.billing.providers.contract import CallingProvider, ProvidersOf
from kram.billing.providers.errors import UnknownProvider
from kram.billing.providers.shops import calling
from kram.kit.clock import utc_now
from kram.kit.db.database import Database
from kram.kit.db.engine import CommitRefused
from kram.kit.events.inbox import receive
from kram.tenants.registry import Registry

AnyRequest = Request[Any, Any, Any]

MAX_BODY_BYTES = 256 * 1024
INBOX_KIND = "payment"


@dataclass(frozen=True, slots=True)
class HookServices:
    db: Database
    registry: Registry
    providers: ProvidersOf


def routes(services: HookServices) -> list[Router]:
    return [
        Router(
            path="/hooks",
            route_handlers=[receive_payment_callback],
            dependencies={"services": Provide(lambda: services, sync_to_thread=False)},
            include_in_schema=False,
        )
    ]


@post(
    "/pay/{provider_name:str}/{shop_id:uuid}",
    status_code=HTTPStatus.OK,
    request_max_body_size=MAX_BODY_BYTES,
)
async def receive_payment_callback(
    provider_name: FromPath[str],
    shop_id: FromPath[UUID],
    request: AnyRequest,
    services: NamedDependency[HookServices],
) -> Response[bytes]:
    provider = await _provider(services, provider_name, shop_id)
    body = await request.body()
    message_id = provider.verify(body, _single_headers(request), utc_now())
    source = f"pay:{provider_name}:{shop_id}"
    try:
        await _store(services.db, shop_id, source, message_id, body)
    except (SQLAlchemyError, CommitRefused, OSError) as error:
        raise NotStored(retry_after=5) from error
    return Response(b"", media_type=MediaType.TEXT)


async def _provider(services: HookServices, name: str, shop_id: UUID) -> CallingProvider:
    if await services.registry.by_id(shop_id) is None:
        raise NoSuchHook
    try:
        return calling(services.providers(shop_id), name)
    except UnknownProvider:
        raise NoSuchHook from None


def _single_headers(request: AnyRequest) -> dict[str, str]:
    """Without those that were sent twice: nobody knows which of the two was signed."""
    pairs = list(request.headers.multi_items())
    counts = Counter(name for name, _ in pairs)
    return {name: value for name, value in pairs if counts[name] == 1}


async def _store(db: Database, shop_id: UUID, source: str, message_id: str, body: bytes) -> None:
    async with db.platform() as tx:
        await receive(
            tx,
            tenant_id=shop_id,
            kind=INBOX_KIND,
            source=source,
            external_id=message_id,
            body=body,
        )
