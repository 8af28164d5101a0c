from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop


class ReviewMissing(AppError):
    code = "review_not_found"
    kind = Kind.NOT_FOUND
    title = gettext_noop("There is no such review")


class NothingToReview(AppError):
    code = "review_product_not_found"
    kind = Kind.NOT_FOUND
    title = gettext_noop("These goods cannot be reviewed any more")


class PhotoUnknown(AppError):
    code = "review_photo_unknown"
    kind = Kind.INVALID
    title = gettext_noop("Add the photos once more: they were kept for a day")


class TooManyFavourites(AppError):
    code = "too_many_favourites"
    kind = Kind.CONFLICT
    title = gettext_noop("Keep at most 500 favourites: remove some first")
