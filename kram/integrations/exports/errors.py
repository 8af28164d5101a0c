from typing import ClassVar

from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop


class ExportNotFound(AppError):
    code: ClassVar[str] = "export_not_found"
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    title: ClassVar[str] = gettext_noop("This export does not exist")


class ExportNotReady(AppError):
    code: ClassVar[str] = "export_not_ready"
    kind: ClassVar[Kind] = Kind.CONFLICT
    title: ClassVar[str] = gettext_noop("The file is still being written: ask again in a moment")


class ExportExpired(AppError):
    code: ClassVar[str] = "export_expired"
    kind: ClassVar[Kind] = Kind.GONE
    title: ClassVar[str] = gettext_noop("The file was there for a day: export once more")


class ExportUnknown(AppError):
    code: ClassVar[str] = "export_unknown"
    kind: ClassVar[Kind] = Kind.INVALID
    title: ClassVar[str] = gettext_noop("Orders are exported as CSV or XLSX: choose one of them")
