"""The shops of a person, and opening another one."""

from litestar import get, post

from kram.dashboard.account.limits import limit_openings
from kram.dashboard.pages.forms import Form, read_form
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Person, PersonHere
from kram.dashboard.signin.visitor import PATH
from kram.integrations.imports.samples import fill_with_samples
from kram.kit.errors import AppError
from kram.kit.messages import gettext_noop
from kram.tenants import shops
from kram.tenants.errors import NoSpareSchema, SettingRefused
from kram.tenants.models import Shop

CURRENCIES = ("UAH", "EUR", "USD", "KZT", "RUB", "UZS", "PLN", "GBP")
_BY_LANGUAGE = {"uk": "UAH", "ru": "KZT", "en": "EUR"}
_FIELDS = {
    "name_invalid": "name",
    "slug_invalid": "slug",
    "slug_reserved": "slug",
    "slug_taken": "slug",
}


@get("/")
async def shops_page(view: ViewHere, person: PersonHere) -> Answer:
    """With no shop yet, or with one only, straight to where the work is."""
    if not person.shops:
        return view.go(f"{PATH}/new")
    if len(person.shops) == 1:
        return view.go(f"{PATH}/{person.shops[0].shop.slug}")
    return view.page("opening/shops.html", person=person)


@get("/new")
async def opening_page(view: ViewHere, person: PersonHere) -> Answer:
    form = Form.of(
        currency=_BY_LANGUAGE[view.visitor.language],
        language=view.visitor.language,
        theme=view.services.themes[0],
        samples="yes",
    )
    return _page(view, person, form)


@post("/new")
async def open_shop(view: ViewHere, person: PersonHere) -> Answer:
    form = await read_form(view.request)
    try:
        await limit_openings(view, person.merchant.id)
        shop = await _opened(view, person, form)
    except AppError as error:
        fields = _FIELDS | {"setting_invalid": str(error.extra.get("field", ""))}
        form.refuse(error, view.translate, fields)
        return _page(view, person, form, error)
    view.services.registry.forget(shop.id)  # the address may have been asked for in vain before
    if form.has("samples"):
        await _fill(view, person, shop)
    return view.go(
        f"{PATH}/{shop.slug}",
        gettext_noop("%(shop)s is open: here is what comes next"),
        shop=shop.name,
    )


async def _opened(view: View, person: Person, form: Form) -> Shop:
    try:
        return await _create(view, person, form)
    except NoSpareSchema:
        await view.services.refill_spares()
        return await _create(view, person, form)


async def _create(view: View, person: Person, form: Form) -> Shop:
    theme = form.get("theme")
    if theme not in view.services.themes:
        raise SettingRefused(field="theme")
    async with view.services.db.platform() as tx:
        return await shops.create_shop(
            tx,
            person.merchant.id,
            form.get("name"),
            form.get("slug") or None,
            form.get("currency"),
            form.get("language"),
            theme,
            view.services.payment_methods,
        )


async def _fill(view: View, person: Person, shop: Shop) -> None:
    async with view.services.db.tenant(shop.tenant) as tx:
        await fill_with_samples(tx, shop.currency, shop.language, person.actor)


def _page(view: View, person: Person, form: Form, error: AppError | None = None) -> Answer:
    return view.page(
        "opening/open_shop.html",
        error=error,
        form=form,
        person=person,
        currencies=CURRENCIES,
        themes=view.services.themes,
    )
