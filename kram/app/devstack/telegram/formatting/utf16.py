"""Lengths as Telegram counts them."""


def units(text: str) -> int:
    """The number of UTF-16 code units: two for a character beyond the basic plane."""
    return len(text.encode("utf-16-le")) // 2


def cut(text: str, offset: int, length: int) -> str:
    """The piece of text an entity covers."""
    raw = text.encode("utf-16-le")
    return raw[offset * 2 : (offset + length) * 2].decode("utf-16-le", errors="replace")
