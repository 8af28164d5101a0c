from typing import ClassVar

from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop


class ImportNotFound(AppError):
    code: ClassVar[str] = "import_not_found"
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    title: ClassVar[str] = gettext_noop("This import does not exist")


class FileRefused(AppError):
    """The file as a whole: nothing of it was imported."""

    code: ClassVar[str] = "import_file_refused"
    kind: ClassVar[Kind] = Kind.INVALID
    title: ClassVar[str] = gettext_noop("This file cannot be imported")


class ColumnsRefused(AppError):
    """Which field cannot come from which column stands in `errors`."""

    code: ClassVar[str] = "import_columns_refused"
    kind: ClassVar[Kind] = Kind.INVALID
    title: ClassVar[str] = gettext_noop("Choose a column of the file for each field that is needed")


class NothingToUndo(AppError):
    code: ClassVar[str] = "import_nothing_to_undo"
    kind: ClassVar[Kind] = Kind.CONFLICT
    title: ClassVar[str] = gettext_noop(
        "There is nothing to take back: an import can be undone for 7 days"
    )


class ImportBusy(AppError):
    """It runs or ended: only what has not begun can be changed."""

    code: ClassVar[str] = "import_busy"
    kind: ClassVar[Kind] = Kind.CONFLICT
    title: ClassVar[str] = gettext_noop("This import has begun already: send the file once more")
