import pytest
from hypothesis import given
from hypothesis import strategies as st

from kram.kit.http import UrlPolicy, UrlRefused

STRICT = UrlPolicy()
DEVELOPMENT = UrlPolicy.for_development()


@pytest.mark.parametrize(
    ("url", "host", "path"),
    [
        ("https://shop.example/hook?a=1#part", "shop.example", "/hook?a=1"),
        ("HTTPS://Shop.Example:443/", "shop.example", "/"),
        (" https://shop.example ", "shop.example", "/"),
        ("https://shop.example./x", "shop.example", "/x"),
        ("https://крамниця.укр/ї", "xn--80aqejfp0c4d.xn--j1amh", "/%D1%97"),
        ("https://a_b.example/", "a_b.example", "/"),
        ("https://8.8.8.8/", "8.8.8.8", "/"),
        ("https://[2606:4700:4700::1111]/", "2606:4700:4700::1111", "/"),
    ],
)
def test_public_https_addresses_pass(url: str, host: str, path: str) -> None:
    target = STRICT.check(url)
    assert (target.scheme, target.port, target.path) == ("https", 443, path)
    assert target.host == host


@pytest.mark.parametrize(
    "url",
    [
        "",
        "shop.example",
        "//shop.example/",
        "https:shop.example",
        "https:///path",
        "http://shop.example/",
        "ftp://shop.example/",
        "file:///etc/passwd",
        "gopher://shop.example/",
        "https://shop.example:8443/",
        "https://shop.example:80/",
        "https://shop.example:0/",
        "https://shop.example:99999/",
        "https://user@shop.example/",
        "https://user:pass@shop.example/",
        "https://shop.example\\@127.0.0.1/",
        "https://shop.example@127.0.0.1/",
        "https://localhost/",
        "https://localhost./",
        "https://LOCALHOST/",
        "https://db.localhost/",
        "https://metadata.google.internal/",
        "https://printer.local/",
        "https://intranet/",
        "https://valkey/",
        "https://127.0.0.1/",
        "https://127.0.0.1./",
        "https://127.1/",
        "https://127.0.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.0.0.1/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://017700000001/",
        "https://127.0.0.1.0x0/",
        "https://0/",
        "https://0.0.0.0/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://[::]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://[fe80::1%25eth0]/",
        "https://[fd00:ec2::254]/",
        "https://127%2e0.0.1/",
        "https://127.0.0.1%00.shop.example/",
        "https://127。0。0。1/",
        "https://１２７.0.0.1/",
        "https://ⓛocalhost/",
        "https://shop..example/",
        "https://-shop.example/",
        "https://" + "a" * 64 + ".example/",
        "https://" + "a." * 127 + "example/",
        "https://shop.example/" + "a" * 2048,
        "https://shop.example/\r\nhost: evil",
        "https://shop example/",
        "https://[::1",
        "https://shop.example\ud800/",
    ],
)
def test_everything_else_is_refused(url: str) -> None:
    with pytest.raises(UrlRefused):
        STRICT.check(url)


def test_in_development_loopback_passes_and_other_private_networks_do_not() -> None:
    for url in ("http://127.0.0.1:8402/x", "http://localhost:1/", "https://[::1]:9/"):
        DEVELOPMENT.check(url)
    for url in (
        "http://10.0.0.1/",
        "http://169.254.169.254/",
        "http://127.1/",
        "http://[fe80::1]/",
    ):
        with pytest.raises(UrlRefused):
            DEVELOPMENT.check(url)


def test_a_trusted_endpoint_passes_and_its_other_ports_do_not() -> None:
    policy = UrlPolicy(trusted_endpoints=frozenset({("receiver", 8080)}))
    target = policy.check("http://receiver:8080/hook")
    assert target.host_header == "receiver:8080"
    with pytest.raises(UrlRefused):
        policy.check("http://receiver:8081/hook")


def test_a_refusal_says_what_to_do() -> None:
    with pytest.raises(UrlRefused, match="begins with https://"):
        STRICT.check("http://shop.example/")
    with pytest.raises(UrlRefused, match="public internet"):
        STRICT.check("https://10.1.2.3/")


@given(st.text(max_size=80) | st.text(max_size=40).map(lambda rest: "https://" + rest))
def test_any_text_is_judged_or_refused(url: str) -> None:
    try:
        target = STRICT.check(url)
    except UrlRefused:
        return
    assert target.host.isascii()
    assert "." in target.host or ":" in target.host
