"""New orders, written up by the staff: goods by SKU, a customer, a discount, three ways to pay."""

from litestar import get, post
from litestar.params import FromPath, FromQuery

from kram.billing.checkout.desk import DeskPayment, place
from kram.dashboard.orders.queries import variants_by_sku
from kram.dashboard.orders.steps import whole
from kram.dashboard.pages.choices import chosen, read_uuid
from kram.dashboard.pages.forms import Form, read_form
from kram.dashboard.pages.once import SentAlready, first_time
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.kit.db.tx import TenantRead
from kram.kit.errors import AppError
from kram.kit.messages import gettext_noop
from kram.kit.money_text import parse_money
from kram.shop.customers.list_queries import Wanted, people_page
from kram.shop.customers.models import Customer
from kram.shop.orders.desk import queries, service
from kram.shop.orders.desk.content import DeskLine, DraftContent, read
from kram.shop.orders.desk.errors import DraftMissing, SkuUnknown
from kram.shop.orders.desk.models import DraftOrder
from kram.shop.orders.drafts import MOST_UNITS
from kram.shop.orders.models import DeliveryMethod
from kram.tenants.permissions import Permission, require

_FEWEST_DIGITS, _MOST_ALIKE = 7, 5
_LIST = "/{shop_slug:str}/drafts"
_ONE = "/{shop_slug:str}/drafts/{code:str}"
EMPTY_ROWS = 3


@get(_LIST, opt=needs(Permission.ORDERS_EDIT))
async def list_drafts(
    view: ViewHere, desk: DeskHere, cursor: FromQuery[str | None] = None
) -> Answer:
    async with view.services.db.tenant_read(desk.tenant) as tx:
        page = await queries.drafts_page(tx, cursor=cursor or None)
    rows = [(draft, read(draft.content)) for draft in page.items]
    return view.page("orders/drafts.html", desk=desk, rows=rows, page=page)


@post(_LIST, opt=needs(Permission.ORDERS_EDIT))
async def open_draft(view: ViewHere, desk: DeskHere) -> Answer:
    form = await read_form(view.request)
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            await first_time(tx, desk, form)
            content = DraftContent(language=desk.shop.language)
            draft = await service.open_draft(tx, content, desk.actor)
    except SentAlready as error:
        return view.go_refused(desk.path("drafts"), error)
    return view.go(desk.path("drafts", draft.code))


@get(_ONE, opt=needs(Permission.ORDERS_EDIT))
async def show_draft(view: ViewHere, desk: DeskHere, code: FromPath[str]) -> Answer:
    return await _page(view, desk, code, None)


@post(_ONE, opt=needs(Permission.ORDERS_EDIT))
async def change_draft(view: ViewHere, desk: DeskHere, code: FromPath[str]) -> Answer:
    form = await read_form(view.request)
    path = desk.path("drafts", code)
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            draft = await _of_code(tx, code)
            content = await _content(tx, form, desk, read(draft.content))
            if content.departs_from_prices:
                require(desk.role, Permission.ORDERS_PRICE)
            await service.change_draft(tx, draft.id, whole(form.get("version")), content)
    except DraftMissing:
        raise
    except AppError as error:
        form.refuse(error, view.translate)
        return await _page(view, desk, code, form, error)
    return view.go(path, gettext_noop("Saved"))


@post(f"{_ONE}/place", opt=needs(Permission.ORDERS_EDIT))
async def place_draft(view: ViewHere, desk: DeskHere, code: FromPath[str]) -> Answer:
    payment = chosen(DeskPayment, (await read_form(view.request)).get("payment"))
    shop = desk.shop
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            draft = await _of_code(tx, code)
            order = await place(
                tx,
                draft.id,
                shop.currency,
                shop.payment_methods,
                payment or DeskPayment.ON_DELIVERY,
                desk.actor,
            )
    except DraftMissing:
        raise
    except AppError as error:
        return view.go_refused(desk.path("drafts", code), error)
    return view.go(desk.path("orders", order.code), gettext_noop("Order placed"))


@post(f"{_ONE}/drop", opt=needs(Permission.ORDERS_EDIT))
async def drop_draft(view: ViewHere, desk: DeskHere, code: FromPath[str]) -> Answer:
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            await service.drop_draft(tx, (await _of_code(tx, code)).id)
    except DraftMissing:
        raise
    except AppError as error:
        return view.go_refused(desk.path("drafts", code), error)
    return view.go(desk.path("drafts"), gettext_noop("Draft dropped"))


async def _page(
    view: View, desk: Desk, code: str, form: Form | None, error: AppError | None = None
) -> Answer:
    async with view.services.db.tenant_read(desk.tenant) as tx:
        draft = await _of_code(tx, code)
        content = read(draft.content)
        quote, found = await service.quoted(tx, content, desk.shop.currency)
        alike = await _alike(tx, content) if desk.can(Permission.CUSTOMERS_VIEW) else []
    return view.page(
        "orders/draft.html",
        error=error,
        at=desk.path("drafts", code) if error else "",
        desk=desk,
        draft=draft,
        content=content,
        alike=alike,
        quote=quote,
        sold=found.offers,
        impossible=found.impossible,
        form=form or _filled(content),
        empty_rows=EMPTY_ROWS,
        can_link=any(method != "cod" for method in desk.shop.payment_methods),
    )


async def _alike(tx: TenantRead, content: DraftContent) -> list[Customer]:
    """Customers who have typed that number, and whoever was chosen: the staff knows who calls."""
    digits = "".join(filter(str.isdecimal, content.phone))
    found: list[Customer] = []
    if len(digits) >= _FEWEST_DIGITS:
        found += (await people_page(tx, Wanted(q=digits), limit=_MOST_ALIKE)).items
    if content.customer_id and content.customer_id not in {each.id for each in found}:
        chosen_one = await tx.get(Customer, content.customer_id)
        found += [chosen_one] if chosen_one else []
    return found


def _filled(content: DraftContent) -> Form:
    return Form.of(
        customer_id=str(content.customer_id or ""),
        recipient=content.recipient,
        phone=content.phone,
        address=content.address,
        comment=content.comment,
        delivery_method=content.delivery_method.value,
        discount_reason=content.discount_reason,
    )


async def _content(tx: TenantRead, form: Form, desk: Desk, before: DraftContent) -> DraftContent:
    """Raises: SkuUnknown, and what an unreadable amount is refused with."""
    return DraftContent(
        lines=(*_kept(form, desk, before), *await _added(tx, form, desk)),
        customer_id=read_uuid(form.get("customer_id"))
        if form.has("customer_id")
        else before.customer_id,
        recipient=form.get("recipient")[:200],
        phone=form.get("phone")[:32],
        address=form.get("address")[:500],
        comment=form.get("comment")[:1000],
        language=before.language,
        delivery_method=chosen(DeliveryMethod, form.get("delivery_method"))
        or DeliveryMethod.PICKUP,
        delivery_minor=_amount(form.get("delivery"), desk) or 0,
        discount_minor=_amount(form.get("discount"), desk) or 0,
        discount_reason=form.get("discount_reason")[:200],
    )


def _kept(form: Form, desk: Desk, before: DraftContent) -> list[DeskLine]:
    kept = []
    for line in before.lines:
        units = min(whole(form.get(f"units.{line.key.written}")), MOST_UNITS)
        if units:
            agreed = _amount(form.get(f"price.{line.key.written}"), desk)
            kept.append(DeskLine(line.variant_id, units, agreed, line.design))
    return kept


async def _added(tx: TenantRead, form: Form, desk: Desk) -> list[DeskLine]:
    rows = [
        (form.get(f"sku.{row}").strip(), form.get(f"new_units.{row}"), form.get(f"new_price.{row}"))
        for row in range(EMPTY_ROWS)
    ]
    asked = [row for row in rows if row[0]]
    known = await variants_by_sku(tx, {sku for sku, _, _ in asked}) if asked else {}
    for sku, _, _ in asked:
        if sku not in known:
            raise SkuUnknown(sku=sku)
    return [
        DeskLine(known[sku], min(whole(units) or 1, MOST_UNITS), _amount(price, desk))
        for sku, units, price in asked
    ]


def _amount(typed: str, desk: Desk) -> int | None:
    """Minor units; None where nothing was typed. Raises what `parse_money` does."""
    if not typed.strip():
        return None
    return parse_money(typed.strip(), desk.shop.currency).not_negative().minor


async def _of_code(tx: TenantRead, code: str) -> DraftOrder:
    draft = await queries.draft_by_code(tx, code)
    if draft is None:
        raise DraftMissing
    return draft


HANDLERS = (list_drafts, open_draft, show_draft, change_draft, place_draft, drop_draft)
