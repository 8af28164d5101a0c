"""A picture for goods that have none: calm, and always the same for the same title."""

import hashlib
from functools import lru_cache
from urllib.parse import quote


@lru_cache(maxsize=4096)
def art_of(title: str) -> str:
    """A data address of an SVG: two neighbouring hues, three circles, the title's first letter."""
    return "data:image/svg+xml," + quote(_svg(title), safe=" =:/(),;.-")


def _svg(title: str) -> str:
    seed = hashlib.blake2b(title.encode("utf-8", "replace"), digest_size=6).digest()
    hue = seed[0] * 360 // 256
    near = (hue + 28 + seed[1] % 24) % 360
    circles = "".join(
        f"<circle cx='{40 + seed[2 + n] * 240 // 256}' cy='{30 + seed[3 + n] * 260 // 256}'"
        f" r='{70 + 34 * n}' fill='hsl({near},62%,{(88, 70, 80)[n]}%)' opacity='.38'/>"
        for n in range(3)
    )
    return (
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 320 320'>"
        f"<linearGradient id='g' x2='1' y2='1'><stop stop-color='hsl({hue},52%,86%)'/>"
        f"<stop offset='1' stop-color='hsl({near},50%,72%)'/></linearGradient>"
        f"<rect width='320' height='320' fill='url(#g)'/>{circles}"
        f"<text x='160' y='197' text-anchor='middle' font-size='104' font-weight='600'"
        f" font-family='ui-rounded,system-ui,sans-serif' fill='hsl({hue},42%,30%)'"
        f" opacity='.6'>{_letter(title)}</text></svg>"
    )


def _letter(title: str) -> str:
    """Letters and digits only: the text goes into markup."""
    return next((sign.upper() for sign in title if sign.isalnum()), "•")
