"""What is made once for all requests of this door."""

from litestar.di import NamedDependency
from litestar.params import SkipValidation

from kram.dashboard.pages.engine import Pages
from kram.dashboard.pages.flash import FlashTokens
from kram.dashboard.services import Services
from kram.dashboard.signin.gate import Gate


class Door:
    def __init__(self, services: Services) -> None:
        self.services = services
        self.gate = Gate(services.db, services.keys, https=services.https)
        self.pages = Pages(services)
        self.flashes = FlashTokens(services.keys)


DoorHere = NamedDependency[SkipValidation[Door]]
