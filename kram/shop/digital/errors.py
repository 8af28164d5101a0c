"""What files, keys and gift cards refuse."""

from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop


class KindFixed(AppError):
    code = "variant_kind_fixed"
    kind = Kind.CONFLICT
    title = gettext_noop(
        "There are units of it, or orders wait for some: sell, withdraw or write them off first"
    )


class KindOfBundle(AppError):
    code = "variant_kind_of_bundle"
    kind = Kind.CONFLICT
    title = gettext_noop("It is a bundle or a part of one: take the bundle apart first")


class KindOfDesign(AppError):
    code = "variant_kind_of_design"
    kind = Kind.CONFLICT
    title = gettext_noop("Shoppers put this product together: only what is sent can be")


class NotAPool(AppError):
    code = "not_a_key_pool"
    kind = Kind.CONFLICT
    title = gettext_noop("This variant gives no keys: choose that it does first")


class KeysRefused(AppError):
    code = "keys_refused"
    kind = Kind.INVALID
    title = gettext_noop("Give 1 to 10,000 keys of up to 500 characters, one on each line")


class KeyMissing(AppError):
    code = "key_not_found"
    kind = Kind.NOT_FOUND
    title = gettext_noop("There is no such key in the pool: it was given or withdrawn meanwhile")


class FileNotKept(AppError):
    code = "digital_file_not_found"
    kind = Kind.NOT_FOUND
    title = gettext_noop("There is no such file any more")


class FileRefused(AppError):
    code = "digital_file_refused"
    kind = Kind.INVALID
    title = gettext_noop("Send a file that is not empty, of at most 50 MB")


class TooManyFiles(AppError):
    code = "too_many_digital_files"
    kind = Kind.CONFLICT
    title = gettext_noop("A variant may have at most 20 files: remove one first")


class GrantMissing(AppError):
    code = "grant_not_found"
    kind = Kind.NOT_FOUND
    title = gettext_noop("This is not part of the order any more: reload the page")


class CardPending(AppError):
    code = "gift_card_pending"
    kind = Kind.CONFLICT
    title = gettext_noop("The gift card is being made: look again in a moment")


class CardUsed(AppError):
    code = "gift_card_used"
    kind = Kind.CONFLICT
    title = gettext_noop("Something was paid with this gift card already: block it by hand")


class DownloadRefused(AppError):
    """`reason` among the extras: `limit`, `ended`."""

    code = "download_refused"
    kind = Kind.CONFLICT
    title = gettext_noop("This file cannot be downloaded any more: write to the shop")


class LinkEnded(AppError):
    code = "link_ended"
    kind = Kind.GONE
    title = gettext_noop("This link has ended: open your order and download the file from there")


class PoolOutOfStep(Exception):
    """The stock promised more keys than there are: a bug, nothing was given."""
