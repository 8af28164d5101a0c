"""The queue of reviews: a approves, r rejects."""

from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, FromQuery

from kram.dashboard.pages.choices import chosen
from kram.dashboard.pages.forms import read_form
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.kit.errors import AppError
from kram.kit.messages import gettext_noop
from kram.shop.reviews import favourite_queries, queries, service
from kram.shop.reviews.models import ReviewState
from kram.tenants.permissions import Permission

_LIST = "/{shop_slug:str}/reviews"
_ONE = f"{_LIST}/{{review_id:uuid}}"
_MODERATE = needs(Permission.REVIEWS_MODERATE)


@get(_LIST, opt=_MODERATE)
async def list_reviews(
    view: ViewHere,
    desk: DeskHere,
    status: FromQuery[str] = ReviewState.PENDING,
    cursor: FromQuery[str | None] = None,
) -> Answer:
    """An unknown status shows all."""
    only = chosen(ReviewState, status)
    async with view.services.db.tenant_read(desk.tenant) as tx:
        page = await queries.queue_page(tx, state=only, cursor=cursor or None)
        counts = await queries.count_by_state(tx)
        liked = await favourite_queries.most_liked(tx, limit=5)
    return view.page(
        "reviews/reviews.html", desk=desk, page=page, counts=counts, status=only or "", liked=liked
    )


@post(f"{_ONE}/publish", opt=_MODERATE)
async def publish_review(view: ViewHere, desk: DeskHere, review_id: FromPath[UUID]) -> Answer:
    async with view.services.db.tenant(desk.tenant) as tx:
        await service.publish(tx, review_id)
    return await _back(view, desk, gettext_noop("The review is shown"))


@post(f"{_ONE}/reject", opt=_MODERATE)
async def reject_review(view: ViewHere, desk: DeskHere, review_id: FromPath[UUID]) -> Answer:
    async with view.services.db.tenant(desk.tenant) as tx:
        await service.reject(tx, review_id)
    return await _back(view, desk, gettext_noop("The review is not shown"))


@post(f"{_ONE}/reply", opt=_MODERATE)
async def reply(view: ViewHere, desk: DeskHere, review_id: FromPath[UUID]) -> Answer:
    words = (await read_form(view.request)).get("reply")
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            await service.reply(tx, review_id, words)
    except AppError as error:
        return view.go_refused(desk.path("reviews"), error)
    return await _back(view, desk, gettext_noop("The answer is shown below the review"))


async def _back(view: View, desk: Desk, done: str) -> Answer:
    """To the list that was worked through."""
    status = chosen(ReviewState, (await read_form(view.request)).get("status"))
    return view.go(f"{desk.path('reviews')}?status={status or ''}", done)


HANDLERS = (list_reviews, publish_review, reject_review, reply)
