"""A link that downloads one file, for a few minutes, for whoever has it: a browser outside of
Telegram knows no session."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from kram.kit.crypto import KeyRing
from kram.kit.ids import new_id
from kram.kit.jwt import TokenRefused, Tokens
from kram.shop.digital.errors import LinkEnded

LIFETIME = timedelta(minutes=15)
_PURPOSE = "download"


class Link(NamedTuple):
    """`id` tells links apart: however often one is used, it is one download."""

    grant_id: UUID
    file_id: UUID
    id: str


class DownloadLinks:
    """Signed for one shop, a link opens nothing in another."""

    def __init__(self, keys: KeyRing) -> None:
        self._tokens = Tokens(keys.derive_all("digital download"), issuer="kram")

    def token(self, shop_id: UUID, grant_id: UUID, file_id: UUID, now: datetime) -> str:
        return self._tokens.issue(
            subject=str(grant_id),
            audience=_audience(shop_id),
            purpose=_PURPOSE,
            now=now,
            lifetime=LIFETIME,
            extra={"file": str(file_id), "link": new_id().hex},
        )

    def read(self, shop_id: UUID, token: str, now: datetime) -> Link:
        """Raises: LinkEnded, for a forged one too."""
        try:
            claims = self._tokens.read(
                token, audience=_audience(shop_id), purpose=_PURPOSE, now=now
            )
            file_id = UUID(str(claims.extra["file"]))
            return Link(UUID(claims.subject), file_id, str(claims.extra["link"]))
        except (TokenRefused, KeyError, ValueError) as error:
            raise LinkEnded from error


def _audience(shop_id: UUID) -> str:
    return f"shop:{shop_id}"
