"""Gift cards: issued here, their codes shown once."""

from collections.abc import Sequence
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, FromQuery

from kram.dashboard.pages.forms import FieldsRefused, Form, read_form
from kram.dashboard.pages.once import first_time
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.dashboard.promotions.dates import read_moment
from kram.dashboard.promotions.rule_form import NumberRefused
from kram.kit.clock import utc_now
from kram.kit.errors import AppError
from kram.kit.messages import gettext_noop
from kram.kit.money_text import parse_money
from kram.kit.text import line
from kram.shop.giftcards import queries, service
from kram.shop.giftcards.service import IssuedCard
from kram.tenants.permissions import Permission

_LIST = "/{shop_slug:str}/gift-cards"
_ISSUE = needs(Permission.GIFT_CARDS_ISSUE)


@get(_LIST, opt=_ISSUE)
async def gift_cards_page(
    view: ViewHere,
    desk: DeskHere,
    cursor: FromQuery[str | None] = None,
    q: FromQuery[str] = "",
) -> Answer:
    return await _page(view, desk, Form.of(count="1"), cursor=cursor, q=q)


@post(_LIST, opt=_ISSUE)
async def issue_gift_cards(view: ViewHere, desk: DeskHere) -> Answer:
    form = await read_form(view.request)
    try:
        issued = await _issue(view, desk, form)
    except AppError as error:
        form.refuse(error, view.translate, {"amount_unreadable": "amount"})
        return await _page(view, desk, form, error=error)
    return await _page(view, desk, Form.of(count="1"), issued=issued)


@post(f"{_LIST}/{{card_id:uuid}}/block", opt=_ISSUE)
async def block_gift_card(view: ViewHere, desk: DeskHere, card_id: FromPath[UUID]) -> Answer:
    is_blocked = (await read_form(view.request)).get("blocked") == "yes"
    async with view.services.db.tenant(desk.tenant) as tx:
        await service.set_blocked(tx, card_id, is_blocked)
    done = (
        gettext_noop("The card is blocked") if is_blocked else gettext_noop("The card pays again")
    )
    return view.go(desk.path("gift-cards"), done)


async def _issue(view: View, desk: Desk, form: Form) -> Sequence[IssuedCard]:
    errors: dict[str, AppError] = {}
    amount = expires_at = None
    try:
        amount = parse_money(form.get("amount"), desk.shop.currency)
    except AppError as error:
        errors["amount"] = error
    try:
        expires_at = read_moment(form.get("expires_at"), desk.zone)
    except AppError as error:
        errors["expires_at"] = error
    count = form.get("count").strip()
    if not (count.isascii() and count.isdigit() and len(count) <= 6):
        errors["count"] = NumberRefused()
    if errors or amount is None:
        raise FieldsRefused(errors)
    async with view.services.db.tenant(desk.tenant) as tx:
        await first_time(tx, desk, form)
        return await service.issue(
            tx,
            amount,
            desk.actor,
            count=int(count),
            expires_at=expires_at,
            note=form.get("note"),
        )


async def _page(
    view: View,
    desk: Desk,
    form: Form,
    *,
    issued: Sequence[IssuedCard] = (),
    cursor: str | None = None,
    q: str = "",
    error: AppError | None = None,
) -> Answer:
    """`issued` stand on this one answer with their codes, and nowhere else."""
    last4 = line(q).replace("\0", "").replace("-", "").upper()[-4:]
    async with view.services.db.tenant_read(desk.tenant) as tx:
        page = await queries.cards_page(tx, last4=last4, cursor=cursor)
        owed = await queries.outstanding(tx)
    return view.page(
        "promotions/gift_cards.html",
        error=error,
        at=desk.path("gift-cards") if issued else "",
        desk=desk,
        form=form,
        cards=page.items,
        next_cursor=page.next_cursor,
        issued=issued,
        owed=owed,
        q=q,
        now=utc_now(),
    )
