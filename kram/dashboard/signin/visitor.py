"""What a request's cookies say, and the cookies that its answer will set."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.datastructures import Cookie
from litestar.types import Scope

from kram.kit.i18n import Language
from kram.tenants.access import Access

PATH = "/dashboard"
_KEY = "kram_visitor"


class Look(StrEnum):
    """AUTO follows the person's device."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


@dataclass(slots=True)
class Visitor:
    """`access` is None until sign-in; `csrf` goes into every form of the page."""

    access: Access | None
    csrf: str
    language: Language
    look: Look
    https: bool
    cookies: list[Cookie] = field(default_factory=list)

    @property
    def session_id(self) -> UUID | None:
        return self.access.session_id if self.access else None

    def remember(self, name: str, value: str, seconds: int, *, http_only: bool = True) -> None:
        self.cookies.append(
            Cookie(
                name,
                path=PATH,
                value=value,
                max_age=seconds,
                httponly=http_only,
                secure=self.https,
                samesite="lax",
            )
        )

    def forget(self, name: str) -> None:
        self.remember(name, "", 0)


def visitor_of(request: Request[Any, Any, Any]) -> Visitor:
    visitor: Visitor = request.scope["state"][_KEY]
    return visitor


def put_visitor(scope: Scope, visitor: Visitor) -> None:
    scope.setdefault("state", {})[_KEY] = visitor
