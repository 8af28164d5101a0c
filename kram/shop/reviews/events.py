"""What happened to reviews. The words stay with us: CRMs receive these fields."""

from uuid import UUID

from kram.kit.events.event import Event


class ReviewEvent(Event, frozen=True):
    review_id: UUID
    product_id: UUID
    customer_id: UUID
    stars: int
    state: str
    is_bought: bool


class ReviewCreated(ReviewEvent, frozen=True):
    name = "review.created.v1"


class ReviewEdited(ReviewEvent, frozen=True):
    name = "review.edited.v1"


class ReviewPublished(ReviewEvent, frozen=True):
    """Everybody sees it from now on; it may be heard right after `review.created.v1`."""

    name = "review.published.v1"


class ReviewRejected(ReviewEvent, frozen=True):
    name = "review.rejected.v1"


class ReviewReplied(ReviewEvent, frozen=True):
    name = "review.replied.v1"


class ReviewPhotoTaken(Event, frozen=True):
    """A timer: if no review has this picture by now, none will."""

    name = "review.photo_taken.v1"

    key: str


class ReviewPhotoRemoved(Event, frozen=True):
    """Nobody shows this picture any more: its files may be deleted."""

    name = "review.photo_removed.v1"

    key: str
