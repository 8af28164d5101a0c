"""Which of our languages a browser would like best, remembered for each of its headers."""

from functools import lru_cache

from kram.kit.i18n import Language, nearest, negotiate


@lru_cache(maxsize=2048)
def preferred(accept_language: bytes, shop_language: str) -> Language:
    """The shop's own for a browser that wants none of ours."""
    return negotiate(accept_language.decode("latin-1"), nearest(shop_language, "en"))
