"""Orders that the staff writes up for a customer."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import get, post, put
from litestar.params import FromPath, JSONBody, QueryParameter

from kram.api.rest.caller import Desk, DeskHere, needs
from kram.api.rest.inputs import Cursor, Input, Limit, Line, Note
from kram.api.rest.once import OnceHere
from kram.api.rest.order_changes import Version
from kram.api.rest.orders import view_of
from kram.api.rest.services import ServicesHere
from kram.api.rest.views.drafts import DraftCard, DraftPage, DraftView
from kram.api.rest.views.orders import OrderView
from kram.billing.checkout.desk import DeskPayment, place
from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.money import LARGEST_PAYABLE
from kram.kit.pagination import page_size
from kram.shop.orders.desk import queries, service
from kram.shop.orders.desk.content import DeskLine, DraftContent, read
from kram.shop.orders.desk.errors import DraftMissing
from kram.shop.orders.desk.models import DraftOrder, DraftState
from kram.shop.orders.drafts import MOST_LINES, MOST_UNITS
from kram.shop.orders.models import DeliveryMethod
from kram.tenants.permissions import Permission, require

Amount = Annotated[int, msgspec.Meta(ge=0, le=LARGEST_PAYABLE)]


class DraftLineInput(Input, frozen=True):
    """`agreed_minor` is another price for a unit than the catalogue's, in minor units; `design` the
    code of what the customer put together."""

    variant_id: UUID
    quantity: Annotated[int, msgspec.Meta(ge=1, le=MOST_UNITS)]
    agreed_minor: Amount | None = None
    design: Annotated[str, msgspec.Meta(max_length=40, pattern=r"^[^\u0000]*$")] = ""


class DraftInput(Input, frozen=True):
    """`customer_id` null: whoever has that phone, or a new customer. Amounts are minor units.

    Agreed prices and discounts take the right `orders.price`.
    """

    lines: Annotated[tuple[DraftLineInput, ...], msgspec.Meta(max_length=MOST_LINES)] = ()
    customer_id: UUID | None = None
    recipient: Line = ""
    phone: Annotated[str, msgspec.Meta(max_length=32, pattern=r"^[^\u0000]*$")] = ""
    address: Annotated[str, msgspec.Meta(max_length=500, pattern=r"^[^\u0000]*$")] = ""
    comment: Note = ""
    language: Literal["uk", "ru", "en"] | None = None
    delivery_method: DeliveryMethod = DeliveryMethod.PICKUP
    delivery_minor: Amount = 0
    discount_minor: Amount = 0
    discount_reason: Line = ""

    def content(self, desk: Desk) -> DraftContent:
        """Raises: NotAllowed."""
        written = DraftContent(
            lines=tuple(
                DeskLine(line.variant_id, line.quantity, line.agreed_minor, line.design)
                for line in self.lines
            ),
            customer_id=self.customer_id,
            recipient=self.recipient,
            phone=self.phone,
            address=self.address,
            comment=self.comment,
            language=self.language or desk.shop.language,
            delivery_method=self.delivery_method,
            delivery_minor=self.delivery_minor,
            discount_minor=self.discount_minor,
            discount_reason=self.discount_reason,
        )
        if written.departs_from_prices:
            require(desk.role, Permission.ORDERS_PRICE)
        return written


class DraftChange(Input, frozen=True):
    """`version` is the draft's that you saw; `draft` all that it says from now on."""

    version: Version
    draft: DraftInput


class DraftPlacing(Input, frozen=True):
    """`link`: the customer pays online by the order's page, and the goods are held for a day;
    `on_delivery`; `cash`: the staff has the money."""

    payment: DeskPayment


@get("/draft-orders", opt=needs(Permission.ORDERS_EDIT))
async def list_drafts(
    desk: DeskHere,
    services: ServicesHere,
    cursor: Cursor = None,
    limit: Limit = None,
    only: Annotated[DraftState | None, QueryParameter(name="state")] = None,
) -> DraftPage:
    """The newest first; the open ones unless told."""
    async with services.db.tenant_read(desk.tenant) as tx:
        page = await queries.drafts_page(
            tx, states=[only or DraftState.OPEN], cursor=cursor, limit=page_size(limit)
        )
    return DraftPage([_card(draft) for draft in page.items], page.next_cursor)


@post("/draft-orders", opt=needs(Permission.ORDERS_EDIT))
async def create_draft(desk: DeskHere, once: OnceHere, data: JSONBody[DraftInput]) -> DraftView:
    """Holds no stock until it is placed."""
    content = data.content(desk)

    async def make(tx: TenantTx) -> DraftView:
        return await _view(tx, desk, await service.open_draft(tx, content, desk.actor))

    return await once.run(make, DraftView)


@get("/draft-orders/{draft_id:uuid}", opt=needs(Permission.ORDERS_EDIT))
async def show_draft(desk: DeskHere, services: ServicesHere, draft_id: FromPath[UUID]) -> DraftView:
    async with services.db.tenant_read(desk.tenant) as tx:
        draft = await tx.get(DraftOrder, draft_id)
        if draft is None:
            raise DraftMissing
        return await _view(tx, desk, draft)


@put("/draft-orders/{draft_id:uuid}", opt=needs(Permission.ORDERS_EDIT))
async def change_draft(
    desk: DeskHere,
    services: ServicesHere,
    draft_id: FromPath[UUID],
    data: JSONBody[DraftChange],
) -> DraftView:
    content = data.draft.content(desk)
    async with services.db.tenant(desk.tenant) as tx:
        draft = await service.change_draft(tx, draft_id, data.version, content)
        return await _view(tx, desk, draft)


@post("/draft-orders/{draft_id:uuid}/drop", opt=needs(Permission.ORDERS_EDIT), status_code=200)
async def drop_draft(desk: DeskHere, services: ServicesHere, draft_id: FromPath[UUID]) -> DraftView:
    async with services.db.tenant(desk.tenant) as tx:
        return await _view(tx, desk, await service.drop_draft(tx, draft_id))


@post("/draft-orders/{draft_id:uuid}/place", opt=needs(Permission.ORDERS_EDIT), status_code=200)
async def place_draft(
    desk: DeskHere, once: OnceHere, draft_id: FromPath[UUID], data: JSONBody[DraftPlacing]
) -> OrderView:
    """Reserves its units and makes it an order."""
    shop = desk.shop

    async def make(tx: TenantTx) -> OrderView:
        order = await place(
            tx, draft_id, shop.currency, shop.payment_methods, data.payment, desk.actor
        )
        await tx.flush()
        return await view_of(tx, order.id)

    return await once.run(make, OrderView)


async def _view(tx: TenantRead, desk: Desk, draft: DraftOrder) -> DraftView:
    quote, found = await service.quoted(tx, read(draft.content), desk.shop.currency)
    return DraftView.of(draft, quote, found.offers)


def _card(draft: DraftOrder) -> DraftCard:
    content = read(draft.content)
    return DraftCard(
        draft.id,
        draft.code,
        draft.state,
        content.recipient,
        content.phone,
        draft.author,
        draft.created_at,
    )


ROUTES = [list_drafts, create_draft, show_draft, change_draft, drop_draft, place_draft]
