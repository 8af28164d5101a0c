"""Returns: the list, one of them, and what the staff does with it."""

from collections.abc import Awaitable, Callable, Mapping
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from kram.dashboard.orders.edit import EMPTY_ROWS, added_units
from kram.dashboard.orders.steps import take, units_of, whole
from kram.dashboard.pages.choices import chosen
from kram.dashboard.pages.forms import Form, read_form
from kram.dashboard.pages.once import first_time
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop
from kram.shop.orders.desk.models import DraftOrder
from kram.shop.orders.models import Order, OrderLine
from kram.shop.orders.queries import lines_of
from kram.shop.returns import queries, service
from kram.shop.returns.errors import ReturnMissing
from kram.shop.returns.models import Condition, ReturnReason, ReturnRequest, ReturnState
from kram.shop.returns.photos import photo_file, photo_of
from kram.shop.returns.rules import Received, ReturnAction, possible_actions, read_lines
from kram.shop.returns.service import Wish
from kram.tenants.permissions import Permission

_LIST = "/{shop_slug:str}/returns"
_ONE = "/{shop_slug:str}/returns/{code:str}"
_OF_SKUS = ("sku_unknown", "nothing_instead", "goods_gone")
Work = Callable[[TenantTx, UUID], Awaitable[object]]


class NothingInstead(AppError):
    code = "nothing_instead"
    kind = Kind.INVALID
    title = gettext_noop("Name what is sent instead")


@get(_LIST, opt=needs(Permission.ORDERS_VIEW))
async def list_returns(
    view: ViewHere,
    desk: DeskHere,
    status: FromQuery[str] = "",
    cursor: FromQuery[str | None] = None,
) -> Answer:
    only = chosen(ReturnState, status)
    async with view.services.db.tenant_read(desk.tenant) as tx:
        page = await queries.returns_page(tx, states=(only,) if only else (), cursor=cursor or None)
        counts = await queries.count_by_state(tx)
    return view.page(
        "orders/returns.html",
        desk=desk,
        page=page,
        counts=counts,
        total=sum(counts.values()),
        status=only or "",
    )


@get(_ONE, opt=needs(Permission.ORDERS_VIEW))
async def show_return(view: ViewHere, desk: DeskHere, code: FromPath[str]) -> Answer:
    return await _page(view, desk, code)


@get(_ONE + "/photos/{number:int}", opt=needs(Permission.ORDERS_VIEW))
async def show_photo(
    view: ViewHere, desk: DeskHere, code: FromPath[str], number: FromPath[int]
) -> Response[bytes]:
    """Raises: ReturnMissing, ReturnPhotoMissing."""
    async with view.services.db.tenant_read(desk.tenant) as tx:
        key = photo_of(await _of_code(tx, code), number)
    body = await photo_file(view.services.storage, key)
    headers = {"cache-control": "private, max-age=3600", "x-content-type-options": "nosniff"}
    return Response(body, headers=headers, media_type="image/webp")


async def _page(
    view: View, desk: Desk, code: str, form: Form | None = None, error: AppError | None = None
) -> Answer:
    """Raises: ReturnMissing."""
    async with view.services.db.tenant_read(desk.tenant) as tx:
        back = await _of_code(tx, code)
        order = await tx.get(Order, back.order_id)
        lines = {line.id: line for line in await lines_of(tx, back.order_id)}
        instead = await tx.get(DraftOrder, back.exchange_id) if back.exchange_id else None
    units = read_lines(back.lines)
    return view.page(
        "orders/return.html",
        error=error,
        at=desk.path("returns", code) if error else "",
        desk=desk,
        form=form or Form(),
        empty_rows=EMPTY_ROWS,
        instead=instead,
        back=back,
        order=order,
        lines=[(lines[each.line_id], each) for each in units],
        worth=_worth(back, lines),
        actions={action.value for action in possible_actions(ReturnState(back.state))},
        conditions=list(Condition),
    )


@post("/{shop_slug:str}/orders/{code:str}/returns", opt=needs(Permission.ORDERS_EDIT))
async def ask_return(view: ViewHere, desk: DeskHere, code: FromPath[str]) -> Answer:
    form = await read_form(view.request)
    reason = chosen(ReturnReason, form.get("reason")) or ReturnReason.OTHER
    wish = Wish(units=units_of(form, "units."), reason=reason, comment=form.get("comment")[:1000])

    async def step(tx: TenantTx, order: Order) -> object:
        await first_time(tx, desk, form)
        return await service.request(tx, order.id, wish, desk.actor)

    return await take(view, desk, code, step, gettext_noop("Return opened"))


@post(f"{_ONE}/approve", opt=needs(Permission.ORDERS_EDIT))
async def approve_return(view: ViewHere, desk: DeskHere, code: FromPath[str]) -> Answer:
    answer = (await read_form(view.request)).get("answer")

    async def work(tx: TenantTx, return_id: UUID) -> object:
        return await service.approve(tx, return_id, desk.actor, answer)

    return await _do(view, desk, code, work)


@post(f"{_ONE}/decline", opt=needs(Permission.ORDERS_EDIT))
async def decline_return(view: ViewHere, desk: DeskHere, code: FromPath[str]) -> Answer:
    answer = (await read_form(view.request)).get("answer")

    async def work(tx: TenantTx, return_id: UUID) -> object:
        return await service.decline(tx, return_id, desk.actor, answer)

    return await _do(view, desk, code, work)


@post(f"{_ONE}/receive", opt=needs(Permission.ORDERS_EDIT))
async def receive_return(view: ViewHere, desk: DeskHere, code: FromPath[str]) -> Answer:
    form = await read_form(view.request)

    async def work(tx: TenantTx, return_id: UUID) -> object:
        back = await tx.get(ReturnRequest, return_id)
        assert back is not None, "found by its code"
        came = {
            each.line_id: Received(
                whole(form.get(f"came.{each.line_id}")),
                chosen(Condition, form.get(f"condition.{each.line_id}")) or Condition.NEW,
                restock=form.get(f"restock.{each.line_id}") == "1",
            )
            for each in read_lines(back.lines)
        }
        return await service.receive(tx, return_id, came, desk.actor)

    return await _do(view, desk, code, work)


@post(f"{_ONE}/close", opt=needs(Permission.ORDERS_REFUND))
async def close_return(view: ViewHere, desk: DeskHere, code: FromPath[str]) -> Answer:
    delivery = (await read_form(view.request)).get("delivery") == "1"

    async def work(tx: TenantTx, return_id: UUID) -> object:
        return await service.close(tx, return_id, desk.actor, refunds_delivery=delivery)

    return await _do(view, desk, code, work)


@post(f"{_ONE}/exchange", opt=needs(Permission.ORDERS_REFUND))
async def exchange_return(view: ViewHere, desk: DeskHere, code: FromPath[str]) -> Answer:
    """Closes the return into a draft of other goods, which is looked over and placed."""
    form = await read_form(view.request)
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            wanted = await _instead(tx, form)
            back = await _of_code(tx, code)
            _, draft = await service.exchange(tx, back.id, wanted, desk.actor)
    except ReturnMissing:
        raise
    except AppError as error:
        form.refuse(error, view.translate, dict.fromkeys(_OF_SKUS, "sku"))
        return await _page(view, desk, code, form, error)
    return view.go(
        desk.path("drafts", draft.code), gettext_noop("Look the new order over and place it")
    )


def _worth(back: ReturnRequest, lines: Mapping[UUID, OrderLine]) -> int:
    """What would go back to the customer now; 0 once it has, as its units are counted then."""
    if ReturnAction.CLOSE not in possible_actions(ReturnState(back.state)):
        return 0
    units = read_lines(back.lines)
    return sum(service.refund_of(lines[each.line_id], each.received) for each in units)


async def _instead(tx: TenantRead, form: Form) -> dict[UUID, int]:
    """Raises: NothingInstead, SkuUnknown."""
    wanted = await added_units(tx, form)
    if not wanted:
        raise NothingInstead
    return wanted


async def _do(view: View, desk: Desk, code: str, work: Work) -> Answer:
    path = desk.path("returns", code)
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            await work(tx, (await _of_code(tx, code)).id)
    except ReturnMissing:
        raise
    except AppError as error:
        return view.go_refused(path, error)
    return view.go(path, gettext_noop("Saved"))


async def _of_code(tx: TenantRead, code: str) -> ReturnRequest:
    back = await queries.return_by_code(tx, code)
    if back is None:
        raise ReturnMissing
    return back


HANDLERS = (
    list_returns,
    show_return,
    show_photo,
    ask_return,
    approve_return,
    decline_return,
    receive_return,
    close_return,
    exchange_return,
)
