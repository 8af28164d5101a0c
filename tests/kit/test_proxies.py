"""Whose address a request has, whatever the client writes into the header."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kram.kit.proxies import behind, household, read_address, read_networks

TRUSTED = read_networks("10.0.0.0/8, fd00::/8")
PROXY = ip_address("10.0.0.1")
CLIENT = "203.0.113.9"


def seen(*hops: str, peer: str = "10.0.0.1") -> str:
    return str(behind(ip_address(peer), hops, TRUSTED))


@pytest.mark.parametrize(
    ("hops", "address"),
    [
        ((), "10.0.0.1"),
        ((CLIENT,), CLIENT),
        (("198.51.100.1", CLIENT), CLIENT),
        ((CLIENT, "10.0.0.7"), CLIENT),
        (("198.51.100.1", CLIENT, "10.0.0.7", "fd00::7"), CLIENT),
        ((f"{CLIENT}:50123",), CLIENT),
        (("[2001:db8::9]:443", "10.0.0.7:80"), "2001:db8::9"),
        (("::ffff:203.0.113.9",), CLIENT),
        ((CLIENT, "::ffff:10.0.0.7"), CLIENT),
        (("10.9.9.9",), "10.9.9.9"),
        ((CLIENT, "unknown"), "10.0.0.1"),
        ((CLIENT, "", "10.0.0.7"), "10.0.0.7"),
    ],
)
def test_it_is_the_last_one_that_is_not_ours(hops: tuple[str, ...], address: str) -> None:
    assert seen(*hops) == address


def test_who_is_not_trusted_is_not_believed() -> None:
    assert seen("198.51.100.1", peer=CLIENT) == CLIENT


@given(st.lists(st.text() | st.ip_addresses().map(str)))
def test_a_client_never_chooses_its_address(written: list[str]) -> None:
    assert seen(*written, CLIENT) == CLIENT
    assert seen(*written, peer=CLIENT) == CLIENT


@given(st.text())
def test_what_is_no_address_is_none(text: str) -> None:
    address = read_address(text)
    assert address is None or ip_address(str(address)) == address


@pytest.mark.parametrize(
    ("address", "shared"),
    [
        (CLIENT, CLIENT),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_a_household_shares_a_limit(address: str, shared: str) -> None:
    assert household(ip_address(address)) == shared


def test_networks_are_read_from_one_line() -> None:
    networks = read_networks(" 10.1.2.3/8,192.168.0.7\tfd00::/8, ")
    assert [str(network) for network in networks] == ["10.0.0.0/8", "192.168.0.7/32", "fd00::/8"]
    assert read_networks("") == ()


@pytest.mark.parametrize("text", ["10.0.0.0/33", "proxy.local", "0.0.0.0/0", "10.0.0.0/8, ::/0"])
def test_a_network_of_nobody_or_everybody_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_networks(text)
