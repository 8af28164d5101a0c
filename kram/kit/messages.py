"""Marks texts for translation where no language is known yet."""


def gettext_noop(message: str) -> str:
    """The text itself; the extractor of `scripts/messages.py` finds it by this call."""
    return message
