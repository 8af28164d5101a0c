from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop


class ExportMissing(AppError):
    code = "person_export_not_found"
    kind = Kind.NOT_FOUND
    title = gettext_noop("This file is not to be had any longer: ask for a new one")
