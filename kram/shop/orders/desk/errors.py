"""What drafts refuse."""

from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop


class DraftMissing(AppError):
    code = "draft_not_found"
    kind = Kind.NOT_FOUND
    title = gettext_noop("There is no such draft in this shop")


class DraftMoved(AppError):
    """`state` among the extras."""

    code = "draft_moved"
    kind = Kind.CONFLICT
    title = gettext_noop("The draft was placed or dropped meanwhile: look at it again")


class DraftChanged(AppError):
    """`version` among the extras is the one that stands now."""

    code = "draft_changed"
    kind = Kind.CONFLICT
    title = gettext_noop("Somebody has just changed this draft: look at it again")


class ReasonMissing(AppError):
    code = "discount_reason_missing"
    kind = Kind.INVALID
    title = gettext_noop("Write why there is a discount")


class SkuUnknown(AppError):
    code = "sku_unknown"
    kind = Kind.INVALID
    title = gettext_noop("There are no goods with the SKU %(sku)s")
