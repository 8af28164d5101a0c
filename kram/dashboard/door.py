"""What is made once for all requests of this door."""

from kram.dashboard.pages.engine import Pages
from kram.dashboard.pages.flash import FlashTokens
from kram.dashboard.services import Services
from kram.dashboard.signin.gate import Gate


class Door:
    """Not a dataclass: Litestar would look into its fields to validate them with every request."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.gate = Gate(services.db, services.keys, https=services.https)
        self.pages = Pages(services)
        self.flashes = FlashTokens(services.keys)
