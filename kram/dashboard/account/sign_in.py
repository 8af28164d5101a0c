"""Sign up, sign in, sign out."""

from urllib.parse import quote, urlsplit

from litestar import get, post
from litestar.params import FromQuery

from kram.dashboard.account.limits import forgive_sign_in, limit_sign_in, limit_sign_up
from kram.dashboard.pages.forms import Form, read_form
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import PUBLIC
from kram.dashboard.signin.visitor import PATH
from kram.kit.errors import AppError
from kram.kit.passwords import Verdict, hash_password
from kram.tenants import accounts, sessions
from kram.tenants.models import Merchant

_LARGEST_BODY_BYTES = 64 * 1024
"""Anybody may send one, and it is read before its CSRF token is known."""

_SIGN_UP_FIELDS = {
    "email_invalid": "email",
    "email_taken": "email",
    "name_invalid": "name",
    "password_unfit": "password",
}


@get("/sign-up", opt=PUBLIC)
async def sign_up_page(view: ViewHere) -> Answer:
    if view.visitor.access is not None:
        return view.go(PATH)
    return view.page("account/sign_up.html", form=Form())


@post("/sign-up", opt=PUBLIC, request_max_body_size=_LARGEST_BODY_BYTES)
async def sign_up(view: ViewHere) -> Answer:
    form = await read_form(view.request)
    try:
        await limit_sign_up(view)
        hashed = await hash_password(form.get("password"))
        async with view.services.db.platform() as tx:
            merchant = await accounts.sign_up(
                tx, form.get("email"), hashed, form.get("name"), view.visitor.language
            )
            session = await sessions.open_session(tx, merchant.id, user_agent(view))
    except AppError as error:
        form.refuse(error, view.translate, _SIGN_UP_FIELDS)
        return view.page("account/sign_up.html", form=form, error=error)
    view.door.gate.let_in(view.visitor, session)
    return view.go(f"{PATH}/new")


@get("/sign-in", opt=PUBLIC)
async def sign_in_page(view: ViewHere, next: FromQuery[str] = "") -> Answer:  # noqa: A002 - the parameter's name
    if view.visitor.access is not None:
        return view.go(own_path(next))
    return view.page("account/sign_in.html", form=Form.of(next=own_path(next)))


@post("/sign-in", opt=PUBLIC, request_max_body_size=_LARGEST_BODY_BYTES)
async def sign_in(view: ViewHere) -> Answer:
    form = await read_form(view.request)
    try:
        await limit_sign_in(view, form.get("email"))
        merchant = await _proved(view, form.get("email"), form.get("password"))
        await forgive_sign_in(view, form.get("email"))
    except AppError as error:
        form.refuse(error, view.translate)
        return view.page("account/sign_in.html", form=form, error=error)
    async with view.services.db.platform() as tx:
        session = await sessions.open_session(tx, merchant.id, user_agent(view))
    view.door.gate.let_in(view.visitor, session)
    view.door.gate.speak(view.visitor, accounts.check_language(merchant.language))
    return view.go(own_path(form.get("next")))


async def _proved(view: View, email: str, password: str) -> Merchant:
    """Raises: WrongCredentials."""
    async with view.services.db.platform() as tx:
        found = await accounts.by_email(tx, email)
    merchant, verdict = await accounts.prove(found, password)
    if verdict is Verdict.RIGHT_BUT_OLD:
        renewed = await hash_password(password)
        async with view.services.db.platform() as tx:
            await accounts.renew_hash(tx, merchant.id, merchant.password_hash, renewed)
    return merchant


@post("/sign-out", opt=PUBLIC, request_max_body_size=_LARGEST_BODY_BYTES)
async def sign_out(view: ViewHere) -> Answer:
    access = view.visitor.access
    if access is not None:
        async with view.services.db.platform() as tx:
            await sessions.revoke(tx, access.merchant_id, access.session_id)
        view.door.gate.let_out(view.visitor)
    return view.go(f"{PATH}/sign-in")


def user_agent(view: View) -> str:
    return view.request.headers.get("user-agent", "")


def own_path(wanted: str) -> str:
    """A path inside the dashboard; anything that could lead elsewhere becomes its first page."""
    parts = urlsplit(wanted)
    is_ours = parts.path == PATH or parts.path.startswith(f"{PATH}/")
    if parts.scheme or parts.netloc or not is_ours or "\\" in wanted or ".." in parts.path:
        return PATH
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def sign_in_path(back_to: str) -> str:
    return f"{PATH}/sign-in?next={quote(own_path(back_to), safe='')}"
