import pytest

from kram.tenants.emails import normalise_email
from kram.tenants.errors import EmailRefused


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("olena@example.com", "olena@example.com"),
        ("  Olena.K+shop@Example.COM \n", "olena.k+shop@example.com"),
        ("олена@пошта.укр", "олена@xn--80a1acn3a.xn--j1amh"),
        ("\uff4flena@example.com", "olena@example.com"),
    ],
)
def test_one_person_has_one_address(typed: str, stored: str) -> None:
    assert normalise_email(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "olena",
        "@example.com",
        "olena@",
        "olena@localhost",
        "o lena@example.com",
        "olena@example..com",
        "olena@-example.com",
        "olena@example.com, mallory@example.com",
        f"{'o' * 65}@example.com",
        f"olena@{'a' * 250}.com",
        "olena@exam\x00ple.com",
        "ole\x00na@example.com",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(EmailRefused):
        normalise_email(typed)
