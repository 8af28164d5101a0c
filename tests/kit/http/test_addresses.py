import ipaddress

import pytest

from kram.kit.http.addresses import embedded, is_public, parse_address

PUBLIC = ["8.8.8.8", "1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450:4001::8a"]
PRIVATE = [
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::a00:1",
    "64:ff9b:1::7f00:1",
    "100::1",
    "2001::7f00:1",
    "2001:0:7f00:1::",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::",
    "2002:c0a8:1::1",
    "2a00:1450:4001::5efe:7f00:1",
    "2a00:1450:4001::200:5efe:a00:1",
    "3fff::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]


@pytest.mark.parametrize("text", PUBLIC)
def test_addresses_of_the_internet_are_public(text: str) -> None:
    assert is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", PRIVATE)
def test_addresses_of_our_own_networks_are_not(text: str) -> None:
    assert not is_public(ipaddress.ip_address(text))


def test_nat64_is_as_public_as_the_host_behind_it() -> None:
    assert is_public(ipaddress.ip_address("64:ff9b::808:808"))


def test_packed_addresses_are_found() -> None:
    packed = {
        "::ffff:1.2.3.4": ["1.2.3.4"],
        "64:ff9b::1.2.3.4": ["1.2.3.4"],
        "2002:102:304::": ["1.2.3.4"],
        "2001:0:102:304:0:0:fefd:fcfb": ["1.2.3.4", "1.2.3.4"],
        "2a00::5efe:1.2.3.4": ["1.2.3.4"],
        "2a00::1": [],
    }
    for text, inside in packed.items():
        assert [str(one) for one in embedded(ipaddress.ip_address(text))] == inside


def test_what_is_no_address() -> None:
    for text in (
        "",
        "localhost",
        "127.1",
        "0177.0.0.1",
        "0x7f000001",
        "2130706433",
        "fe80::1%eth0",
    ):
        assert parse_address(text) is None
