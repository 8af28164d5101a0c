"""What a photo shows, said for those who do not see it."""

from uuid import UUID

from litestar import get, post
from litestar.params import FromPath

from kram.dashboard.pages.forms import Form, read_form
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.kit.db.tx import TenantRead
from kram.kit.errors import AppError
from kram.kit.i18n import LANGUAGES
from kram.kit.messages import gettext_noop
from kram.shop.catalog import queries
from kram.shop.catalog.errors import MediaMissing, ProductMissing
from kram.shop.catalog.models import Media, Product
from kram.shop.catalog.service import describe_media
from kram.tenants.permissions import Permission

_ONE = "/{shop_slug:str}/products/{product_id:uuid}"
_EDIT = needs(Permission.CATALOG_EDIT)


@get(f"{_ONE}/photos/{{media_id:uuid}}", opt=needs(Permission.CATALOG_VIEW))
async def photo_page(
    view: ViewHere, desk: DeskHere, product_id: FromPath[UUID], media_id: FromPath[UUID]
) -> Answer:
    return await _photo(view, desk, product_id, media_id)


@post(f"{_ONE}/photos/{{media_id:uuid}}/words", opt=_EDIT)
async def describe_photo(
    view: ViewHere, desk: DeskHere, product_id: FromPath[UUID], media_id: FromPath[UUID]
) -> Answer:
    form = await read_form(view.request)
    alts: dict[str, str] = {
        code: form.get(f"alts.{code}") for code in LANGUAGES if form.has(f"alts.{code}")
    }
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            await _own(tx, product_id, media_id)
            await describe_media(tx, media_id, form.get("alt"), alts)
    except (ProductMissing, MediaMissing):
        raise
    except AppError as error:
        form.refuse(error, view.translate)
        return await _photo(view, desk, product_id, media_id, form, error)
    return view.go(desk.path("products", f"{product_id}#photos"), gettext_noop("Saved"))


async def _photo(
    view: View,
    desk: Desk,
    product_id: UUID,
    media_id: UUID,
    form: Form | None = None,
    error: AppError | None = None,
) -> Answer:
    """Raises: ProductMissing, MediaMissing."""
    async with view.services.db.tenant_read(desk.tenant) as tx:
        product, media = await _own(tx, product_id, media_id)
    said = {f"alts.{code}": text for code, text in media.alts.items()}
    return view.page(
        "catalog/photo.html",
        error=error,
        at=desk.path("products", product_id, "photos", media_id) if error else "",
        desk=desk,
        product=product,
        media=media,
        form=form or Form.of(alt=media.alt, **said),
        languages=[code for code in LANGUAGES if code != desk.shop.language],
    )


async def _own(tx: TenantRead, product_id: UUID, media_id: UUID) -> tuple[Product, Media]:
    """Raises: ProductMissing, MediaMissing."""
    product = await queries.product_with_parts(tx, product_id)
    if product is None:
        raise ProductMissing
    for media in product.media:
        if media.id == media_id:
            return product, media
    raise MediaMissing
