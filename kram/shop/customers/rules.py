"""What Telegram tells about a person, made fit for a shop."""

from kram.kit.telegram import TelegramUser
from kram.kit.text import line

LANGUAGES = ("uk", "ru", "en")
LONGEST_NAME = 200


def spoken_language(code: str, fallback: str) -> str:
    """The interface language for an IETF tag ("ru-RU"); the shop's own for one we do not speak."""
    spoken = code.strip().lower()[:2]
    return spoken if spoken in LANGUAGES else fallback


def full_name(user: TelegramUser) -> str:
    """Never empty: a nameless account goes by its @username or its number."""
    name = line(f"{user.first_name} {user.last_name}".replace("\0", ""))
    return (name or user.username or str(user.id))[:LONGEST_NAME]
