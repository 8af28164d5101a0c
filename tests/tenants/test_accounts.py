import statistics
import time

import pytest

from kram.kit.db.tx import PlatformTx
from kram.kit.passwords import Verdict, hash_password
from kram.tenants import accounts
from kram.tenants.errors import (
    EmailRefused,
    EmailTaken,
    NameRefused,
    SettingRefused,
    WrongCredentials,
)
from tests.factories.tenants import make_merchant

pytestmark = pytest.mark.anyio

PASSWORD = "correct horse battery"


async def test_signing_up_stores_the_normalised_address(platform_tx: PlatformTx) -> None:
    made = await accounts.sign_up(platform_tx, " Olena@Kram.EXAMPLE ", "hash", " Олена  К ", "uk")
    assert (made.email, made.name, made.language) == ("olena@kram.example", "Олена К", "uk")
    assert await accounts.by_email(platform_tx, "OLENA@kram.example") is made


async def test_a_name_keeps_joined_letters_and_nothing_unseen(platform_tx: PlatformTx) -> None:
    typed = "\u202eОлена\u200b \u2066👩\u200d🍳"
    made = await accounts.sign_up(platform_tx, "olena@kram.example", "hash", typed, "uk")
    assert made.name == "Олена 👩\u200d🍳"


async def test_an_address_is_taken_in_any_spelling(platform_tx: PlatformTx) -> None:
    first = await accounts.sign_up(platform_tx, "olena@kram.example", "hash", "Olena", "uk")
    with pytest.raises(EmailTaken):
        await accounts.sign_up(platform_tx, "Olena@Kram.Example", "other", "Mallory", "en")
    assert (first.password_hash, first.name) == ("hash", "Olena")


@pytest.mark.parametrize(
    ("email", "name", "language", "refusal"),
    [
        ("olena", "Olena", "uk", EmailRefused),
        ("o@example.com", "   ", "uk", NameRefused),
        ("o@example.com", "a\x00b", "uk", NameRefused),
        ("o@example.com", "O" * 61, "uk", NameRefused),
        ("o@example.com", "Olena", "de", SettingRefused),
    ],
)
async def test_unfit_answers_are_refused(
    platform_tx: PlatformTx, email: str, name: str, language: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        await accounts.sign_up(platform_tx, email, "hash", name, language)


async def test_what_is_no_address_belongs_to_nobody(platform_tx: PlatformTx) -> None:
    assert await accounts.by_email(platform_tx, "olena'; --") is None


async def test_the_password_proves_the_merchant(platform_tx: PlatformTx) -> None:
    merchant = await make_merchant(platform_tx, password_hash=await hash_password(PASSWORD))
    assert await accounts.prove(merchant, PASSWORD) == (merchant, Verdict.RIGHT)


async def test_unknown_address_and_wrong_password_are_answered_alike(
    platform_tx: PlatformTx,
) -> None:
    merchant = await make_merchant(platform_tx, password_hash=await hash_password(PASSWORD))
    with pytest.raises(WrongCredentials) as wrong:
        await accounts.prove(merchant, "wrong horse battery")
    with pytest.raises(WrongCredentials) as unknown:
        await accounts.prove(None, PASSWORD)
    assert (wrong.value.detail, wrong.value.extra) == (unknown.value.detail, unknown.value.extra)


async def test_an_unknown_address_costs_as_much_as_a_wrong_password(
    platform_tx: PlatformTx,
) -> None:
    merchant = await make_merchant(platform_tx, password_hash=await hash_password(PASSWORD))

    async def cost(person: object) -> float:
        started = time.perf_counter()
        with pytest.raises(WrongCredentials):
            await accounts.prove(person, "wrong horse battery")  # type: ignore[arg-type]
        return time.perf_counter() - started

    known = statistics.median([await cost(merchant) for _ in range(7)])
    unknown = statistics.median([await cost(None) for _ in range(7)])
    assert 0.4 < unknown / known < 2.5


async def test_a_hash_changed_meanwhile_is_not_overwritten(platform_tx: PlatformTx) -> None:
    merchant = await make_merchant(platform_tx, password_hash="newest")
    await accounts.renew_hash(platform_tx, merchant.id, "old", "rehashed")
    assert merchant.password_hash == "newest"
    await accounts.renew_hash(platform_tx, merchant.id, "newest", "rehashed")
    assert merchant.password_hash == "rehashed"
