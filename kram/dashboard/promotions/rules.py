"""Taxes and bonus points: the shop's own rules, in its settings."""

from litestar import get, post

from kram.dashboard.catalog.tree import branches
from kram.dashboard.pages.choices import chosen, read_uuid
from kram.dashboard.pages.forms import FieldsRefused, Form, read_form
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.dashboard.promotions.rule_form import NumberRefused, amount_text, percent_text
from kram.kit.errors import AppError
from kram.kit.messages import gettext_noop
from kram.kit.money_text import parse_money
from kram.kit.text import line
from kram.shop.catalog.queries import categories
from kram.shop.loyalty import service as loyalty
from kram.shop.loyalty.rules import Loyalty
from kram.shop.taxes import service as taxes
from kram.shop.taxes.rules import TaxMode, TaxPolicy, TaxRate, TaxRounding
from kram.tenants.permissions import Permission

_EDIT = needs(Permission.SETTINGS_EDIT)
_TAXES = "/{shop_slug:str}/settings/taxes"
_POINTS = "/{shop_slug:str}/settings/points"
_SPARE_ROWS = 2


@get(_TAXES, opt=_EDIT)
async def taxes_page(view: ViewHere, desk: DeskHere) -> Answer:
    async with view.services.db.tenant_read(desk.tenant) as tx:
        policy = await taxes.policy(tx)
    form = Form.of(
        mode=policy.mode,
        rounding=policy.rounding,
        country=policy.country,
        taxes_delivery="yes" if policy.taxes_delivery else "",
        rate_name=[rate.name for rate in policy.rates],
        rate_percent=[percent_text(rate.rate_ppm // 100) for rate in policy.rates],
        rate_country=[rate.country for rate in policy.rates],
        rate_category=[str(rate.category_id or "") for rate in policy.rates],
    )
    return await _taxes_page(view, desk, form)


@post(_TAXES, opt=_EDIT)
async def change_taxes(view: ViewHere, desk: DeskHere) -> Answer:
    form = await read_form(view.request)
    try:
        policy = _policy(form)
        async with view.services.db.tenant(desk.tenant) as tx:
            await taxes.save(tx, policy)
    except AppError as error:
        form.refuse(error, view.translate)
        return await _taxes_page(view, desk, form, error)
    return view.go(desk.path("settings", "taxes"), gettext_noop("Saved"))


@get(_POINTS, opt=_EDIT)
async def points_page(view: ViewHere, desk: DeskHere) -> Answer:
    async with view.services.db.tenant_read(desk.tenant) as tx:
        shop = await loyalty.loyalty(tx)
    currency = desk.shop.currency
    form = Form.of(
        active="yes" if shop.is_active else "",
        earn_rate=percent_text(shop.earn_rate),
        spend_limit=percent_text(shop.spend_limit),
        kept_days=str(shop.kept_days or ""),
        welcome_points=amount_text(shop.welcome_points, currency),
        referral_points=amount_text(shop.referral_points, currency),
    )
    return view.page("promotions/points.html", desk=desk, form=form)


@post(_POINTS, opt=_EDIT)
async def change_points(view: ViewHere, desk: DeskHere) -> Answer:
    form = await read_form(view.request)
    try:
        wanted = _loyalty(form, desk.shop.currency)
        async with view.services.db.tenant(desk.tenant) as tx:
            await loyalty.save(tx, wanted)
    except AppError as error:
        form.refuse(error, view.translate)
        return view.page("promotions/points.html", error=error, desk=desk, form=form)
    return view.go(desk.path("settings", "points"), gettext_noop("Saved"))


async def _taxes_page(view: View, desk: Desk, form: Form, error: AppError | None = None) -> Answer:
    async with view.services.db.tenant_read(desk.tenant) as tx:
        tree = branches(await categories(tx))
    rows = len(form.all("rate_name"))
    return view.page(
        "promotions/taxes.html",
        error=error,
        desk=desk,
        form=form,
        tree=tree,
        rows=range(rows if error else rows + _SPARE_ROWS),
    )


def _policy(form: Form) -> TaxPolicy:
    """Raises: FieldsRefused."""
    mode, rounding = chosen(TaxMode, form.get("mode")), chosen(TaxRounding, form.get("rounding"))
    country = _country(form.get("country"))
    errors: dict[str, AppError] = {}
    rates = []
    columns = [form.all(f"rate_{name}") for name in ("name", "percent", "country", "category")]
    for row, (name, percent, place, category) in enumerate(zip(*columns, strict=False)):
        if not line(name) and not percent.strip():
            continue
        try:
            rates.append(_rate(name, percent, place or country or "", category))
        except AppError as error:
            errors[f"rates.{row}"] = error
    if country is None:
        errors["country"] = NumberRefused(gettext_noop("Two letters, for example UA"))
    if errors or mode is None or rounding is None or country is None:
        raise FieldsRefused(errors or {"mode": NumberRefused()})
    return TaxPolicy(
        mode=mode,
        rounding=rounding,
        country=country,
        taxes_delivery=form.get("taxes_delivery") == "yes",
        rates=tuple(rates[:200]),
    )


def _rate(name: str, percent: str, country: str, category: str) -> TaxRate:
    place = _country(country)
    ppm = parse_money(percent.strip().removesuffix("%"), "UAH").minor * 100
    if not line(name) or "\0" in name or len(line(name)) > 60 or ppm > 1_000_000 or place is None:
        raise NumberRefused
    return TaxRate(line(name), ppm, place, read_uuid(category))


def _country(typed: str) -> str | None:
    text = typed.strip().upper()
    return text if len(text) == 2 and text.isascii() and text.isalpha() else None


def _loyalty(form: Form, currency: str) -> Loyalty:
    """Raises: FieldsRefused."""
    errors: dict[str, AppError] = {}

    def read(name: str, unit: str) -> int:
        try:
            return parse_money(form.get(name).removesuffix("%") or "0", unit).minor
        except AppError as error:
            errors[name] = error
            return 0

    days = form.get("kept_days").strip()
    if days and not (days.isascii() and days.isdigit() and len(days) <= 5):
        errors["kept_days"] = NumberRefused()
    wanted = Loyalty(
        is_active=form.get("active") == "yes",
        earn_rate=read("earn_rate", "UAH"),
        spend_limit=read("spend_limit", "UAH"),
        kept_days=int(days) if days and "kept_days" not in errors else None,
        welcome_points=read("welcome_points", currency),
        referral_points=read("referral_points", currency),
    )
    if errors:
        raise FieldsRefused(errors)
    return wanted
