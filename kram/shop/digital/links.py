"""A link that downloads one file, for a few minutes, for whoever has it: a browser outside of
Telegram knows no session."""

from datetime import datetime, timedelta
from uuid import UUID

from kram.kit.crypto import KeyRing
from kram.kit.jwt import TokenRefused, Tokens
from kram.shop.digital.errors import LinkEnded

LIFETIME = timedelta(minutes=15)
_PURPOSE = "download"


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
            extra={"file": str(file_id)},
        )

    def read(self, shop_id: UUID, token: str, now: datetime) -> tuple[UUID, UUID]:
        """(grant, file). Raises: LinkEnded, for a forged one too."""
        try:
            claims = self._tokens.read(
                token, audience=_audience(shop_id), purpose=_PURPOSE, now=now
            )
            return UUID(claims.subject), UUID(str(claims.extra["file"]))
        except (TokenRefused, KeyError, ValueError) as error:
            raise LinkEnded from error


def _audience(shop_id: UUID) -> str:
    return f"shop:{shop_id}"
