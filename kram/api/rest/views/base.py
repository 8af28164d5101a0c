import msgspec


class View(msgspec.Struct, frozen=True):
    """What an answer holds."""
