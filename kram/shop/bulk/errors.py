from typing import ClassVar

from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop


class BulkTooLarge(AppError):
    code: ClassVar[str] = "bulk_too_large"
    kind: ClassVar[Kind] = Kind.INVALID
    title: ClassVar[str] = gettext_noop("Too many goods at once: narrow the filter")


class BulkEmpty(AppError):
    code: ClassVar[str] = "bulk_empty"
    kind: ClassVar[Kind] = Kind.INVALID
    title: ClassVar[str] = gettext_noop(
        "Nothing would change: choose other goods or another change"
    )


class BulkMissing(AppError):
    code: ClassVar[str] = "bulk_edit_not_found"
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    title: ClassVar[str] = gettext_noop("This change does not exist")


class BulkSettled(AppError):
    code: ClassVar[str] = "bulk_edit_settled"
    kind: ClassVar[Kind] = Kind.CONFLICT
    title: ClassVar[str] = gettext_noop("It can be taken back once, within 24 hours")
