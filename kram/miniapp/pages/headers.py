"""What a page's answer carries besides the page."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from kram.kit.web.security_headers import SECURITY_HEADERS, STRICT_TRANSPORT

# Browsers ask every time and mostly hear "unchanged"; a CDN may answer for us for two seconds,
# which is as long as a change may take to be seen.
CACHED = "public, max-age=0, s-maxage=2, must-revalidate"

PRIVATE = {
    "cache-control": "no-store",
    "x-robots-tag": "noindex, nofollow",
    "referrer-policy": "no-referrer",
}


# Telegram's script makes an empty style element, to be filled by Telegram's own web client alone.
_EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"


PLAYER_ORIGINS = ("https://www.youtube-nocookie.com", "https://player.vimeo.com")
"""Of videos, which a shopper opens by a tap."""


@dataclass(frozen=True, slots=True)
class PageHeaders:
    """`framed_by` as in `Services`; `media_origin` is empty when pictures come from us."""

    framed_by: Sequence[str]
    media_origin: str
    https: bool

    def of(self, inline_style: str, language: str) -> dict[str, str]:
        """`inline_style` is the text of the page's one style element."""
        return {
            **SECURITY_HEADERS,
            **(STRICT_TRANSPORT if self.https else {}),
            "content-type": "text/html; charset=utf-8",
            "content-language": language,
            "content-security-policy": self._policy(inline_style),
            "cache-control": CACHED,
            "vary": "accept-encoding, accept-language",
        }

    def _policy(self, inline_style: str) -> str:
        """No script but our bundle, no request to anybody else."""
        style = base64.b64encode(hashlib.sha256(inline_style.encode()).digest()).decode()
        return "; ".join(
            (
                "default-src 'none'",
                "script-src 'self'",
                f"style-src 'self' 'sha256-{style}' {_EMPTY_STYLE}",
                f"img-src 'self' data: {self.media_origin}".rstrip(),
                "font-src 'self'",
                " ".join(("frame-src", *PLAYER_ORIGINS)),
                "connect-src 'self'",
                "form-action 'self'",
                "base-uri 'none'",
                " ".join(("frame-ancestors 'self'", *self.framed_by)),
            )
        )
