"""Files inside messages."""

from kram.app.devstack.telegram.wire.base import Wire


class File(Wire, kw_only=True):
    """A file that getFile makes ready for download."""

    file_id: str
    file_unique_id: str
    file_size: int
    file_path: str | None = None


class PhotoSize(Wire, kw_only=True):
    """One size of a photo."""

    file_id: str
    file_unique_id: str
    file_size: int
    width: int
    height: int


class Document(Wire, kw_only=True):
    """A file sent as it is."""

    file_id: str
    file_unique_id: str
    file_size: int
    file_name: str | None = None
    mime_type: str | None = None


class Contact(Wire, kw_only=True):
    """A phone number; `user_id` is present when the number belongs to a Telegram user."""

    phone_number: str
    first_name: str
    last_name: str | None = None
    user_id: int | None = None


class Location(Wire, kw_only=True):
    """A point on the map."""

    latitude: float
    longitude: float
