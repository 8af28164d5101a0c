"""Names that people give to themselves and to their shops."""

import unicodedata

from kram.tenants.errors import NameRefused

LONGEST = 60


def clean_name(typed: str) -> str:
    """One line without doubled spaces or control characters. Raises: NameRefused."""
    name = " ".join(unicodedata.normalize("NFC", typed).split())
    if not 1 <= len(name) <= LONGEST or not all(char.isprintable() for char in name):
        raise NameRefused
    return name
