"""What the shop is called, how it looks, how it is paid, whether it is open."""

from litestar import get, post

from kram.dashboard.pages.forms import Form, read_form
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.kit.errors import AppError
from kram.kit.messages import gettext_noop
from kram.tenants import shops
from kram.tenants.errors import SettingRefused
from kram.tenants.models import ShopStatus
from kram.tenants.permissions import Permission

_PATH = "/{shop_slug:str}/settings"
_EDIT = needs(Permission.SETTINGS_EDIT)
ACCENTS = (
    "#2f7d4f",
    "#1f6feb",
    "#6d4aff",
    "#b3306b",
    "#c2410c",
    "#a16207",
    "#0f766e",
    "#3f3f46",
)


@get(_PATH, opt=_EDIT)
async def settings_page(view: ViewHere, desk: DeskHere) -> Answer:
    form = Form.of(
        name=desk.shop.name,
        language=desk.shop.language,
        accent=desk.shop.accent,
        payment_methods=desk.shop.payment_methods,
    )
    return _page(view, desk, form)


@post(_PATH, opt=_EDIT)
async def change_settings(view: ViewHere, desk: DeskHere) -> Answer:
    form = await read_form(view.request)
    try:
        await _change(view, desk, form)
    except AppError as error:
        fields = {"name_invalid": "name", "setting_invalid": str(error.extra.get("field", ""))}
        form.refuse(error, view.translate, fields)
        return _page(view, desk, form, error)
    view.services.registry.forget(desk.shop.id)
    return view.go(desk.path("settings"), gettext_noop("Saved"))


async def _change(view: View, desk: Desk, form: Form) -> None:
    methods = form.all("payment_methods")
    if not set(methods) <= set(view.services.payment_methods):
        raise SettingRefused(field="payment_methods")
    async with view.services.db.platform() as tx:
        await shops.change_settings(
            tx,
            desk.shop.id,
            name=form.get("name"),
            language=form.get("language"),
            accent=form.get("accent"),
            payment_methods=methods,
        )


@post(f"{_PATH}/pause", opt=_EDIT)
async def pause_shop(view: ViewHere, desk: DeskHere) -> Answer:
    """Pauses an open shop and opens a paused one, as the form says."""
    paused = (await read_form(view.request)).get("paused") == "yes"
    async with view.services.db.platform() as tx:
        shop = await shops.pause(tx, desk.shop.id, paused=paused)
    view.services.registry.forget(desk.shop.id)
    is_open = shop.status == ShopStatus.OPEN
    done = gettext_noop("The shop is open") if is_open else gettext_noop("The shop is paused")
    return view.go(desk.path("settings"), done)


def _page(view: View, desk: Desk, form: Form, error: AppError | None = None) -> Answer:
    return view.page(
        "settings/settings.html",
        error=error,
        desk=desk,
        form=form,
        methods=view.services.payment_methods,
        accents=ACCENTS,
    )
