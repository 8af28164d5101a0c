"""Files, keys and what was given."""

from datetime import datetime
from uuid import UUID

from kram.api.rest.views.base import View
from kram.shop.digital.models import DigitalFile
from kram.shop.digital.service import Pool
from kram.shop.digital.service.given import Given


class FileView(View, frozen=True):
    id: UUID
    name: str
    size_bytes: int
    created_at: datetime

    @classmethod
    def of(cls, file: DigitalFile) -> "FileView":
        return cls(file.id, file.name, file.size_bytes, file.created_at)


class TermsView(View, frozen=True):
    """`downloads` of each file for a unit, for so many `days`; a gift card of `face_minor` in the
    shop's currency is good for `valid_days`. None: no limit."""

    downloads: int | None
    days: int | None
    face_minor: int
    valid_days: int | None


class PoolView(View, frozen=True):
    """`free` keys, some of which may be promised to orders."""

    free: int
    given: int

    @classmethod
    def of(cls, pool: Pool) -> "PoolView":
        return cls(pool.free, pool.given)


class DigitalView(View, frozen=True):
    """`pool` is there for `keys` alone."""

    variant_id: UUID
    kind: str
    terms: TermsView | None
    files: tuple[FileView, ...]
    pool: PoolView | None


class KeyView(View, frozen=True):
    """A free key by its last letters."""

    id: UUID
    ending: str


class KeyPage(View, frozen=True):
    items: list[KeyView]
    next_cursor: str | None


class AddedKeys(View, frozen=True):
    """`known` were in the pool already, or twice in the list."""

    added: int
    known: int


class GivenFileView(View, frozen=True):
    id: UUID
    name: str
    size_bytes: int
    downloads: int
    left: int | None


class GivenView(View, frozen=True):
    """What a unit of the line gave; `seen_at`: when somebody first read or downloaded it,
    `revoked_at`: when the access ended."""

    id: UUID
    line_id: UUID
    unit: int
    kind: str
    ready: bool
    files: tuple[GivenFileView, ...]
    gift_card_id: UUID | None
    face_minor: int | None
    expires_at: datetime | None
    seen_at: datetime | None
    revoked_at: datetime | None

    @classmethod
    def of(cls, given: Given) -> "GivenView":
        return cls(
            id=given.id,
            line_id=given.line_id,
            unit=given.unit,
            kind=given.kind,
            ready=given.ready,
            files=tuple(
                GivenFileView(each.id, each.name, each.size_bytes, each.downloads, each.left)
                for each in given.files
            ),
            gift_card_id=given.card_id,
            face_minor=given.face_minor,
            expires_at=given.expires_at,
            seen_at=given.seen_at,
            revoked_at=given.revoked_at,
        )


class OpenedView(View, frozen=True):
    """The key, or the gift card's code."""

    text: str
