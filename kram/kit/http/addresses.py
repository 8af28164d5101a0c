"""Which addresses belong to the public internet, whatever notation they hide in.

`is_global` alone is no filter: in Python 3.11 it is true for 64:ff9b::7f00:1 (127.0.0.1 behind
NAT64), 2002:7f00:1:: (the same behind 6to4), 224.0.0.1 and fec0::1.
"""

from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NAT64 = IPv6Network("64:ff9b::/96")
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_ISATAP_INTERFACES = {0x00005EFE, 0x02005EFE}
_REFUSED: tuple[Network, ...] = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",
        "100.64.0.0/10",  # carriers' NAT, and Alibaba's metadata
        "168.63.129.16/32",  # Azure's wire server has a public address
        "169.254.0.0/16",  # link-local, and the metadata of most clouds
        "192.0.0.0/24",  # protocol assignments, and Oracle's metadata
        "192.88.99.0/24",  # relays of 6to4
        "198.18.0.0/15",  # benchmarks
        "224.0.0.0/4",
        "240.0.0.0/4",
        "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarks
        "2001:db8::/32",
        "3fff::/20",  # documentation
        "fec0::/10",
    )
)


def parse_address(text: str) -> Address | None:
    """None if it is no address; a zone ("%eth0") makes it none of ours."""
    try:
        return ip_address(text) if "%" not in text else None
    except ValueError:
        return None


def is_public(address: Address) -> bool:
    """True only if the address and every address packed into it are public."""
    return all(_is_public(one) for one in (address, *embedded(address))) or _is_public_nat64(
        address
    )


def embedded(address: Address) -> list[IPv4Address]:
    """IPv4 addresses that a translator or tunnel on the way would take out of this one."""
    if isinstance(address, IPv4Address):
        return []
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    low = IPv4Address(int(address) & 0xFFFFFFFF)
    if address in _NAT64 or (int(address) >> 32) & 0xFFFFFFFF in _ISATAP_INTERFACES:
        found.append(low)
    return [one for one in found if one is not None]


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    return (
        address.is_global
        and not address.is_multicast
        and not any(
            address in network for network in _REFUSED if network.version == address.version
        )
    )


def _is_public_nat64(address: Address) -> bool:
    """A network without IPv4 reaches every IPv4 host so: that is as public as the host itself."""
    return address in _NAT64 and all(_is_public(one) for one in embedded(address))
