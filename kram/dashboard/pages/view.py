"""Answers of this door: a page, or the way to another one."""

from typing import Any

from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.params import SkipValidation
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER

from kram.dashboard.door import Door, DoorHere
from kram.dashboard.pages.flash import COOKIE, LIFE, Flash, Tone
from kram.dashboard.signin.visitor import Visitor, visitor_of
from kram.kit.errors import AppError, filled, http_status

Answer = Response[str]


class View:
    """One request's way to answer; knows the visitor's language, look and pending message."""

    def __init__(self, door: Door, request: Request[Any, Any, Any]) -> None:
        self.door = door
        self.services = door.services
        self.request = request
        self.visitor: Visitor = visitor_of(request)

    def translate(self, text: str) -> str:
        return self.door.pages.translate(self.visitor.language, text)

    def page(
        self, template: str, *, error: AppError | None = None, at: str = "", **context: Any
    ) -> Answer:
        """`error` is why a form is shown again; `at` the address under which it may be reloaded."""
        shown = {
            "visitor": self.visitor,
            "flash": self._take_flash(),
            "here": self.request.url.path,
            "desk": None,
            "person": None,
            **context,
        }
        if shown["desk"] is not None:
            shown["person"] = shown["desk"].person
        text = self.door.pages.render(self.visitor.language, template, shown)
        return Response(
            text,
            status_code=http_status(error.kind) if error else HTTP_200_OK,
            headers=_headers(error, at),
            media_type=MediaType.HTML,
        )

    def go(self, path: str, done: str = "", *, undo: str = "", **values: object) -> Answer:
        """To another page of ours, by GET, with a message to be shown there."""
        if done:
            texts = {name: str(value) for name, value in values.items()}
            self._leave(Flash(done, Tone.GOOD, texts, undo))
        return Response("", status_code=HTTP_303_SEE_OTHER, headers={"location": path})

    def go_refused(self, path: str, error: AppError) -> Answer:
        """Back to the page of an action that was refused, saying why."""
        self._leave(Flash(filled(self.translate(error.message), error.extra), Tone.BAD))
        return self.go(path)

    def _leave(self, flash: Flash) -> None:
        token = self.door.flashes.seal(flash)
        self.visitor.remember(COOKIE, token, int(LIFE.total_seconds()))

    def _take_flash(self) -> Flash | None:
        cookie = self.request.cookies.get(COOKIE)
        if not cookie:
            return None
        self.visitor.forget(COOKIE)
        return self.door.flashes.open(cookie)


def _headers(error: AppError | None, at: str) -> dict[str, str]:
    headers = {}
    if error is not None and "retry_after" in error.extra:
        headers["retry-after"] = str(error.extra["retry_after"])
    if at:
        headers["hx-push-url"] = at
    return headers


ViewHere = NamedDependency[SkipValidation[View]]


async def provide_view(request: Request[Any, Any, Any], door: DoorHere) -> View:
    return View(door, request)
