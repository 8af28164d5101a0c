"""The person's own page: language, look, sign-ins."""

from uuid import UUID

from litestar import get, post
from litestar.params import FromPath

from kram.dashboard.account.agents import describe
from kram.dashboard.account.sign_in import own_path
from kram.dashboard.pages.choices import chosen
from kram.dashboard.pages.forms import read_form
from kram.dashboard.pages.view import Answer, ViewHere
from kram.dashboard.people import PUBLIC, PersonHere
from kram.dashboard.signin.visitor import PATH, Look
from kram.kit.i18n import is_spoken
from kram.kit.messages import gettext_noop
from kram.tenants import accounts, sessions

_ACCOUNT = f"{PATH}/account"


@get("/account")
async def account_page(view: ViewHere, person: PersonHere) -> Answer:
    async with view.services.db.platform() as tx:
        opened = await sessions.sessions_of(tx, person.merchant.id)
    return view.page(
        "account/account.html",
        person=person,
        sessions=[(session, describe(session.user_agent)) for session in opened],
    )


@post("/account/sessions/{session_id:uuid}/revoke")
async def revoke_session(view: ViewHere, person: PersonHere, session_id: FromPath[UUID]) -> Answer:
    async with view.services.db.platform() as tx:
        ended = await sessions.revoke(tx, person.merchant.id, session_id)
    view.door.gate.live.forget(session_id)
    return view.go(_ACCOUNT, gettext_noop("The sign-in was ended") if ended else "")


@post("/account/sessions/revoke-others")
async def revoke_other_sessions(view: ViewHere, person: PersonHere) -> Answer:
    async with view.services.db.platform() as tx:
        await sessions.revoke_others(tx, person.merchant.id, person.session_id)
    return view.go(_ACCOUNT, gettext_noop("All other sign-ins were ended"))


@post("/account/language", opt=PUBLIC)
async def choose_language(view: ViewHere) -> Answer:
    """Works before sign-in too; then the browser alone remembers it."""
    form = await read_form(view.request)
    language = form.get("language")
    if is_spoken(language):
        if view.visitor.access is not None:
            async with view.services.db.platform() as tx:
                await accounts.speak(tx, view.visitor.access.merchant_id, language)
        view.door.gate.speak(view.visitor, language)
    return view.go(own_path(form.get("next")))


@post("/account/look", opt=PUBLIC)
async def choose_look(view: ViewHere) -> Answer:
    form = await read_form(view.request)
    look = chosen(Look, form.get("look"))
    if look is not None:
        view.door.gate.show(view.visitor, look)
    return view.go(own_path(form.get("next")))
