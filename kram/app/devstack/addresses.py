"""Where the web, the phone and the acquirer answer."""

from collections.abc import Mapping
from dataclasses import dataclass

from kram.app.devstack.errors import StackError
from kram.app.devstack.ports import LOOPBACK, Reservations

WEB_PORT, PHONE_PORT, ACQUIRER_PORT = 8400, 8401, 8402


@dataclass(frozen=True)
class Addresses:
    web_port: int
    phone_port: int
    acquirer_port: int

    @property
    def web(self) -> str:
        return f"http://{LOOPBACK}:{self.web_port}"

    @property
    def phone(self) -> str:
        return f"http://{LOOPBACK}:{self.phone_port}"

    @property
    def acquirer(self) -> str:
        return f"http://{LOOPBACK}:{self.acquirer_port}/sandbox-pay"

    @property
    def dashboard(self) -> str:
        return f"{self.web}/dashboard"


def choose_addresses(ports: Reservations, environ: Mapping[str, str]) -> Addresses:
    """Takes the usual ports, others if they are taken, or exactly those that the person wants.

    Raises:
        StackError: a wanted port is taken, or is none.
    """
    return Addresses(
        _choose(ports, environ, "KRAM_WEB_PORT", WEB_PORT),
        _choose(ports, environ, "KRAM_PHONE_PORT", PHONE_PORT),
        _choose(ports, environ, "KRAM_ACQUIRER_PORT", ACQUIRER_PORT),
    )


def _choose(ports: Reservations, environ: Mapping[str, str], setting: str, usual: int) -> int:
    wanted = environ.get(setting)
    if wanted is None:
        return ports.preferred(usual)
    if wanted.isdecimal() and 0 < int(wanted) < 65536:
        return ports.forced(int(wanted), setting)
    raise StackError(f"{setting} must be a port number, not {wanted!r}.")
