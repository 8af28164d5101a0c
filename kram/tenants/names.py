"""Names that people give to themselves and to their shops."""

from kram.kit.text import JOINERS, line
from kram.tenants.errors import NameRefused

LONGEST = 60


def clean_name(typed: str) -> str:
    """One line of what can be seen. Raises: NameRefused."""
    name = line(typed)
    if not 1 <= len(name) <= LONGEST or not all(map(_may_stand, name)):
        raise NameRefused
    return name


def _may_stand(letter: str) -> bool:
    return letter.isprintable() or letter in JOINERS
