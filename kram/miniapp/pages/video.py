"""Video links: what can be played on the page."""

import re
from urllib.parse import urlsplit

import msgspec


class VideoView(msgspec.Struct, frozen=True):
    """`frame` is an address to be embedded; empty for a host that we do not know."""

    address: str
    frame: str


def video_view(address: str) -> VideoView | None:
    """Known hosts are embedded by their own players; all others are a link."""
    if not address:
        return None
    parts = urlsplit(address)
    for hosts, path, player in _PLAYERS:
        found = path.fullmatch(f"{parts.path}?{parts.query}")
        if parts.hostname in hosts and found:
            return VideoView(address, player + found[1])
    return VideoView(address, "")


_PLAYERS = (
    (
        ("www.youtube.com", "youtube.com", "m.youtube.com"),
        re.compile(r"/(?:watch\?(?:.*&)?v=|shorts/|embed/)([A-Za-z0-9_-]{6,20})\b.*"),
        "https://www.youtube-nocookie.com/embed/",
    ),
    (
        ("youtu.be",),
        re.compile(r"/([A-Za-z0-9_-]{6,20})\?.*"),
        "https://www.youtube-nocookie.com/embed/",
    ),
    (
        ("vimeo.com", "www.vimeo.com"),
        re.compile(r"/([0-9]{6,12})\?.*"),
        "https://player.vimeo.com/video/",
    ),
)
