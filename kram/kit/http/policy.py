"""Which URLs we are willing to call, judged before any name is resolved."""

import re
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Self

import httpx

from kram.kit.errors import AppError, Kind
from kram.kit.http.addresses import Address, Network, is_public, parse_address
from kram.kit.messages import gettext_noop

_LONGEST = 2048
_DEFAULT_PORTS = {"http": 80, "https": 443}
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"(?=.{{1,253}}\Z)(?:{_LABEL}\.)+{_LABEL}")
# "127.1", "0x7f000001", "2130706433": the resolver reads such names as addresses (inet_aton).
_ENDS_IN_A_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")
_LOCAL_NAMES = ("localhost", "local", "internal", "intranet", "lan", "home.arpa", "localdomain")
_LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


class UrlRefused(AppError):
    code = "url_refused"
    kind = Kind.INVALID
    title = gettext_noop("This address cannot be called")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a judged URL leads. `host` is ASCII, without brackets or a trailing dot."""

    scheme: str
    host: str
    port: int
    host_header: str
    path: str


@dataclass(frozen=True, slots=True)
class UrlPolicy:
    """Public https on port 443, unless an exception is named.

    `trusted_endpoints` ("host", port) and `trusted_networks` are for what runs beside us in
    development: there neither the scheme, the port nor the address is judged.
    """

    allow_http: bool = False
    allow_any_port: bool = False
    trusted_networks: tuple[Network, ...] = ()
    trusted_endpoints: frozenset[tuple[str, int]] = frozenset()

    @classmethod
    def for_development(cls) -> Self:
        """Loopback too, by http and on any port."""
        return cls(allow_http=True, allow_any_port=True, trusted_networks=_LOOPBACK)

    def check(self, url: str) -> Target:
        """Raises: UrlRefused."""
        target = _parsed(url)
        if not self.trusts(target.host, target.port):
            self._check_scheme(target)
            self._check_host(target.host)
        return target

    def trusts(self, host: str, port: int) -> bool:
        return (host, port) in self.trusted_endpoints

    def permits(self, address: Address) -> bool:
        return is_public(address) or any(
            address in network
            for network in self.trusted_networks
            if network.version == address.version
        )

    def _check_scheme(self, target: Target) -> None:
        if target.scheme != "https" and not self.allow_http:
            raise UrlRefused(gettext_noop("Use an address that begins with https://"))
        if target.port != _DEFAULT_PORTS[target.scheme] and not self.allow_any_port:
            raise UrlRefused(gettext_noop("Use the usual port: leave it out of the address"))

    def _check_host(self, host: str) -> None:
        address = parse_address(host)
        if address is not None:
            if not self.permits(address):
                raise UrlRefused(gettext_noop("Use an address on the public internet"))
        elif _is_local_name(host):
            if not self.trusted_networks:
                raise UrlRefused(gettext_noop("Use an address on the public internet"))
        elif _ENDS_IN_A_NUMBER.fullmatch(host) or not _NAME.fullmatch(host):
            raise UrlRefused(gettext_noop("The address has no proper host name"))


def _parsed(text: str) -> Target:
    if len(text) > _LONGEST:
        raise UrlRefused(gettext_noop("The address is too long"))
    try:
        url = httpx.URL(text.strip())
        host = url.raw_host.decode("ascii").lower().removesuffix(".")
    except (httpx.InvalidURL, ValueError) as error:
        raise UrlRefused(gettext_noop("Write the address as https://shop.example/path")) from error
    if url.scheme not in _DEFAULT_PORTS or not host:
        raise UrlRefused(gettext_noop("Write the address as https://shop.example/path"))
    if url.userinfo:
        raise UrlRefused(gettext_noop("Leave the name and password out of the address"))
    port = _DEFAULT_PORTS[url.scheme] if url.port is None else url.port
    if not 1 <= port <= 65535:
        raise UrlRefused(gettext_noop("The port must be from 1 to 65535"))
    return Target(
        url.scheme, host, port, _host_header(host, url.port), url.raw_path.decode("ascii")
    )


def _host_header(host: str, port: int | None) -> str:
    written = f"[{host}]" if ":" in host else host
    return written if port is None else f"{written}:{port}"


def _is_local_name(host: str) -> bool:
    return any(host == name or host.endswith(f".{name}") for name in _LOCAL_NAMES)
