"""A person's account: made once, proved by a password.

Hashing lasts longer than a transaction may: doors hash first, or between two transactions.
"""

from uuid import UUID

from kram.kit.db.tx import PlatformTx
from kram.kit.i18n import Language, is_spoken
from kram.kit.ids import new_id
from kram.kit.passwords import Verdict, check_password
from kram.tenants import queries
from kram.tenants.emails import normalise_email
from kram.tenants.errors import EmailRefused, EmailTaken, SettingRefused, WrongCredentials
from kram.tenants.models import Merchant
from kram.tenants.names import clean_name


async def sign_up(
    tx: PlatformTx, email: str, password_hash: str, name: str, language: str
) -> Merchant:
    """Raises: EmailRefused, EmailTaken, NameRefused, SettingRefused."""
    merchant_id = new_id()
    values = {
        "id": merchant_id,
        "email": normalise_email(email),
        "password_hash": password_hash,
        "name": clean_name(name),
        "language": check_language(language),
    }
    if not await queries.insert_merchant(tx, values):
        raise EmailTaken
    return await merchant(tx, merchant_id)


async def merchant(tx: PlatformTx, merchant_id: UUID) -> Merchant:
    """Raises LookupError: the caller holds an id that a session vouched for."""
    found = await tx.get(Merchant, merchant_id)
    if found is None:
        raise LookupError(f"no merchant {merchant_id}")
    return found


async def by_email(tx: PlatformTx, email: str) -> Merchant | None:
    """None also for what is no address at all: signing in tells no difference."""
    try:
        return await queries.merchant_by_email(tx, normalise_email(email))
    except EmailRefused:
        return None


async def prove(merchant: Merchant | None, password: str) -> tuple[Merchant, Verdict]:
    """The merchant whose password this is; outside any transaction, for it takes a while.

    None, the merchant of an unknown address, costs the same. Raises: WrongCredentials.
    """
    verdict = await check_password(merchant.password_hash if merchant else None, password)
    if merchant is None or verdict is Verdict.WRONG:
        raise WrongCredentials
    return merchant, verdict


async def renew_hash(tx: PlatformTx, merchant_id: UUID, old: str, new: str) -> None:
    """After RIGHT_BUT_OLD; nothing if the password was changed meanwhile."""
    person = await merchant(tx, merchant_id)
    if person.password_hash == old:
        person.password_hash = new


async def speak(tx: PlatformTx, merchant_id: UUID, language: str) -> None:
    """Sets the language of the dashboard and of the bot's staff messages."""
    (await merchant(tx, merchant_id)).language = check_language(language)


def check_language(language: str) -> Language:
    """Raises: SettingRefused."""
    if not is_spoken(language):
        raise SettingRefused(field="language")
    return language
