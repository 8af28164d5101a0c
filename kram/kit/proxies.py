"""From which address a request comes when proxies stand between; pure.

A proxy appends to `X-Forwarded-For` whom it speaks for. What stands to the left of our own
proxies' words is whatever the client chose to send.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_WITH_PORT = re.compile(r"\[([^\]]+)\](?::\d+)?|([\d.]+):\d+")
_HOUSEHOLD_BITS = 64
"""Of an IPv6 address: a provider gives one customer at least all that follow them."""


def behind(peer: Address, hops: Sequence[str], trusted: Sequence[Network]) -> Address:
    """The last hop that is none of ours; what cannot be read ends at the proxy that sent it on."""
    address = peer
    for hop in reversed(hops):
        if not is_among(address, trusted):
            break
        named = read_address(hop)
        if named is None:
            break
        address = named
    return address


def is_among(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks)


@lru_cache(maxsize=1024)
def read_address(text: str) -> Address | None:
    """With or without a port; IPv4 in the clothes of IPv6 as what it is."""
    bare = text.strip()
    if match := _WITH_PORT.fullmatch(bare):
        bare = match[1] or match[2]
    try:
        address = ip_address(bare)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def household(address: Address) -> str:
    """Who shares one limit: an address, of IPv6 the network of one customer."""
    if isinstance(address, IPv4Address):
        return str(address)
    return str(IPv6Network((address.packed, _HOUSEHOLD_BITS), strict=False))


def read_networks(text: str) -> tuple[Network, ...]:
    """Networks and single addresses, separated by commas or spaces.

    Raises ValueError for what is neither, and for a network of everybody: who trusts that lets
    each client choose the address that it is known by.
    """
    networks = tuple(ip_network(each, strict=False) for each in re.split(r"[,\s]+", text) if each)
    for network in networks:
        if network.prefixlen == 0:
            raise ValueError(f"{network} is everybody")
    return networks
