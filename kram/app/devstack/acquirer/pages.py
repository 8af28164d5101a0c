"""What the shopper sees: a card, perhaps a code from the bank, and the way back to the shop."""

from http import HTTPStatus

from litestar import Response, Router, get, post
from litestar.enums import MediaType
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from kram.app.devstack.acquirer import rules
from kram.app.devstack.acquirer.acquirer import Acquirer
from kram.app.devstack.acquirer.cards import digits, is_number, outcome
from kram.app.devstack.acquirer.http import AnyRequest, TheAcquirer, TheRenderer
from kram.app.devstack.acquirer.records import PaymentRecord, Status, Step
from kram.app.devstack.acquirer.rendering import Asked, CardForm
from kram.kit.messages import gettext_noop

_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'self'; base-uri 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_Page = Response[str] | Redirect


@get("/{id_:str}")
async def show(
    id_: FromPath[str],
    request: AnyRequest,
    acquirer: TheAcquirer,
    renderer: TheRenderer,
    card: FromQuery[str] = "",
) -> Response[str]:
    payment = _find(acquirer, id_)
    acquirer.look(payment)
    form = CardForm(card, "12/34", "123") if card else CardForm()
    return _page(renderer.payment(payment, _asked(request), form))


@post("/{id_:str}/card")
async def pay_by_card(
    id_: FromPath[str], request: AnyRequest, acquirer: TheAcquirer, renderer: TheRenderer
) -> _Page:
    payment = _find(acquirer, id_)
    acquirer.look(payment)
    if not rules.is_payable(payment):
        return _onward(payment, request)
    typed = await request.form()
    form = CardForm(typed.get("number", ""), typed.get("expiry", ""), typed.get("cvc", ""))
    errors = _errors(form)
    if errors:
        body = renderer.payment(payment, _asked(request), form, errors)
        return _page(body, HTTPStatus.UNPROCESSABLE_ENTITY)
    found = outcome(form.number)
    assert found is not None, "checked with the form"
    acquirer.use_card(payment, form.number, found)
    return _onward(payment, request)


@post("/{id_:str}/code")
async def enter_code(id_: FromPath[str], request: AnyRequest, acquirer: TheAcquirer) -> Redirect:
    payment = _find(acquirer, id_)
    acquirer.look(payment)
    if payment.step is Step.THREE_DS:
        typed = await request.form()
        acquirer.enter_code(payment, typed.get("code", ""))
    return _onward(payment, request)


@post("/{id_:str}/later")
async def pay_later(id_: FromPath[str], request: AnyRequest, acquirer: TheAcquirer) -> Redirect:
    payment = _find(acquirer, id_)
    acquirer.look(payment)
    if rules.is_payable(payment):
        acquirer.pay_later(payment)
    return _onward(payment, request)


@post("/{id_:str}/cancel")
async def cancel(id_: FromPath[str], acquirer: TheAcquirer) -> Redirect:
    payment = _find(acquirer, id_)
    acquirer.cancel(payment)
    return _to(payment.order.cancel_url)


def _asked(request: AnyRequest) -> Asked:
    query = request.query_params
    accepted = request.headers.get("accept-language", "")
    return Asked(query.get("lang", ""), accepted, query.get("theme", ""))


def _errors(form: CardForm) -> dict[str, str]:
    errors = {}
    if not is_number(form.number):
        errors["number"] = gettext_noop("Check the card number")
    elif outcome(form.number) is None:
        errors["number"] = gettext_noop("Only the test cards below work here")
    month, _, year = form.expiry.partition("/")
    if not (digits(month) and 1 <= int(digits(month)) <= 12 and digits(year)):
        errors["expiry"] = gettext_noop("Write month and year, for example 12/34")
    if len(digits(form.cvc)) not in (3, 4):
        errors["cvc"] = gettext_noop("3 digits from the back of the card")
    return errors


def _onward(payment: PaymentRecord, request: AnyRequest) -> Redirect:
    """Back to the shop when there is nothing left to do here, else the page of the next step."""
    if payment.status is Status.SUCCEEDED or payment.step is Step.WAITING:
        return _to(payment.order.return_url)
    language = request.query_params.get("lang")
    here = request.url.path.rpartition("/")[0]
    return _to(f"{here}?lang={language}" if language else here)


def _to(url: str) -> Redirect:
    return Redirect(url, status_code=303)


def _page(body: str, status: int = HTTPStatus.OK) -> Response[str]:
    return Response(body, status_code=status, media_type=MediaType.HTML, headers=_HEADERS)


def _find(acquirer: Acquirer, id_: str) -> PaymentRecord:
    payment = acquirer.book.payment(id_)
    if payment is None:
        raise NotFoundException
    return payment


pages_router = Router(
    path="/pay", route_handlers=[show, pay_by_card, enter_code, pay_later, cancel]
)
