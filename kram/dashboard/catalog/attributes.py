"""What tells goods apart: the list of attributes, and one of them with its choices."""

from uuid import UUID

from litestar import get, post
from litestar.params import FromPath

from kram.dashboard.catalog.typed import shown_translations, translations_of, whole_of
from kram.dashboard.pages.choices import chosen
from kram.dashboard.pages.forms import Form, read_form
from kram.dashboard.pages.once import first_time
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.kit.errors import AppError
from kram.kit.i18n import LANGUAGES
from kram.kit.messages import gettext_noop
from kram.shop.catalog.attributes.queries import attributes
from kram.shop.catalog.attributes.rules import WITH_CHOICES
from kram.shop.catalog.attributes.service import choices_of
from kram.shop.catalog.errors import AttributeMissing
from kram.shop.catalog.models import Attribute, AttributeKind, AttributeScope
from kram.shop.catalog.service import (
    AttributeDraft,
    Choice,
    change_attribute,
    create_attribute,
    remove_attribute,
)
from kram.shop.catalog.slugs import slug_of
from kram.tenants.permissions import Permission

_ATTRIBUTES = "/{shop_slug:str}/attributes"
_ONE = f"{_ATTRIBUTES}/{{attribute_id:uuid}}"
_VIEW, _EDIT = needs(Permission.CATALOG_VIEW), needs(Permission.CATALOG_EDIT)
_LONGEST_CODE = 32


@get(_ATTRIBUTES, opt=_VIEW)
async def attributes_page(view: ViewHere, desk: DeskHere) -> Answer:
    return await _attributes(view, desk, Form())


@post(_ATTRIBUTES, opt=_EDIT)
async def add_attribute(view: ViewHere, desk: DeskHere) -> Answer:
    form = await read_form(view.request)
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            await first_time(tx, desk, form)
            made = await create_attribute(tx, _attribute(form))
    except AppError as error:
        form.refuse(error, view.translate, {"attribute_code_taken": "code"})
        return await _attributes(view, desk, form, error)
    return view.go(desk.path("attributes"), gettext_noop("%(name)s was added"), name=made.label)


@get(_ONE, opt=_VIEW)
async def attribute_page(view: ViewHere, desk: DeskHere, attribute_id: FromPath[UUID]) -> Answer:
    return await _page(view, desk, attribute_id)


@post(_ONE, opt=_EDIT)
async def save_attribute(view: ViewHere, desk: DeskHere, attribute_id: FromPath[UUID]) -> Answer:
    form = await read_form(view.request)
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            await change_attribute(tx, attribute_id, _changed(form))
    except AttributeMissing:
        raise
    except AppError as error:
        form.refuse(error, view.translate)
        return await _page(view, desk, attribute_id, form, error)
    return view.go(desk.path("attributes", attribute_id), gettext_noop("Saved"))


@post(f"{_ONE}/remove", opt=_EDIT)
async def delete_attribute(view: ViewHere, desk: DeskHere, attribute_id: FromPath[UUID]) -> Answer:
    async with view.services.db.tenant(desk.tenant) as tx:
        await remove_attribute(tx, attribute_id)
    return view.go(desk.path("attributes"), gettext_noop("The attribute was removed"))


async def _attributes(view: View, desk: Desk, form: Form, error: AppError | None = None) -> Answer:
    async with view.services.db.tenant_read(desk.tenant) as tx:
        found = await attributes(tx)
    return view.page(
        "catalog/attributes.html",
        error=error,
        desk=desk,
        form=form,
        attributes=found,
        kinds=list(AttributeKind),
    )


async def _page(
    view: View,
    desk: Desk,
    attribute_id: UUID,
    form: Form | None = None,
    error: AppError | None = None,
) -> Answer:
    """Raises: AttributeMissing."""
    async with view.services.db.tenant_read(desk.tenant) as tx:
        attribute = await tx.get(Attribute, attribute_id)
    if attribute is None:
        raise AttributeMissing
    return view.page(
        "catalog/attribute.html",
        error=error,
        desk=desk,
        attribute=attribute,
        choices=_kept(form) if form else choices_of(attribute),
        has_choices=attribute.kind in WITH_CHOICES,
        form=form or _filled(attribute),
        languages=[code for code in LANGUAGES if code != desk.shop.language],
    )


def _filled(attribute: Attribute) -> Form:
    is_filter = {"is_filter": "1"} if attribute.is_filter else {}
    return Form.of(
        label=attribute.label,
        unit=attribute.unit,
        position=str(attribute.position),
        **is_filter,
        **shown_translations(attribute.translations),
    )


def _attribute(form: Form) -> AttributeDraft:
    label = form.get("label")
    return AttributeDraft(
        code=form.get("code") or slug_of(label, fallback="x").replace("-", "_")[:_LONGEST_CODE],
        label=label,
        kind=chosen(AttributeKind, form.get("kind")) or AttributeKind.TEXT,
        scope=chosen(AttributeScope, form.get("scope")) or AttributeScope.PRODUCT,
        unit=form.get("unit"),
        choices=tuple(_typed(form)),
        is_filter=form.has("is_filter"),
    )


def _changed(form: Form) -> AttributeDraft:
    """Its code, kind and scope are kept whatever stands here. Raises: FieldsRefused."""
    gone = set(form.all("choice_off"))
    kept = [choice for choice in _kept(form) if choice.code not in gone]
    return AttributeDraft(
        code="kept",
        label=form.get("label"),
        kind=AttributeKind.TEXT,
        unit=form.get("unit"),
        choices=(*kept, *_typed(form)),
        is_filter=form.has("is_filter"),
        position=whole_of(form, "position"),
        translations=translations_of(form, ("label",)),
    )


def _kept(form: Form) -> list[Choice]:
    """The choices that there are, as they were changed: each keeps its code."""
    columns = [form.all(name) for name in ("choice_code", "choice_label", "choice_colour")]
    names = {code: form.all(f"choice_{code}") for code in LANGUAGES}
    return [
        Choice(
            code,
            label,
            {tongue: said[place] for tongue, said in names.items() if place < len(said)},
            colour,
        )
        for place, (code, label, colour) in enumerate(zip(*columns, strict=False))
    ]


def _typed(form: Form) -> list[Choice]:
    """New choices stand one a line, a colour behind its name: "Red #ff0000"."""
    choices = []
    for text in form.get("choices").splitlines():
        name, _, colour = text.strip().rpartition(" ")
        if not (name and colour.startswith("#")):
            name, colour = text.strip(), ""
        if name:
            choices.append(Choice(slug_of(name, fallback="x")[:_LONGEST_CODE], name, {}, colour))
    return choices
