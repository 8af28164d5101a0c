"""In which language the pages speak."""

from collections.abc import Mapping

from kram.app.devstack.acquirer.cards import Outcome
from kram.app.devstack.acquirer.records import PaymentRecord
from kram.kit.i18n import Language, is_spoken, negotiate
from kram.kit.messages import gettext_noop

NAMES: Mapping[Language, str] = {"uk": "Українська", "ru": "Русский", "en": "English"}

FAILURES: Mapping[str, str] = {
    Outcome.DECLINED: gettext_noop("The bank declined the card. Try another one."),
    Outcome.NO_FUNDS: gettext_noop("There is not enough money on the card. Try another one."),
    "authentication_failed": gettext_noop("The bank could not confirm that it is you."),
}
CARD_NOTES: Mapping[Outcome, str] = {
    Outcome.APPROVED: gettext_noop("Paid at once"),
    Outcome.ASKS_CODE: gettext_noop("The bank asks for a code"),
    Outcome.SETTLES_LATER: gettext_noop("The bank thinks, then pays"),
    Outcome.DECLINED: gettext_noop("Declined"),
    Outcome.NO_FUNDS: gettext_noop("Not enough money"),
}


def language_of(payment: PaymentRecord, asked: str, accepted: str) -> Language:
    """What the shopper chose, what the merchant said, what the browser prefers, Ukrainian."""
    for language in (asked, payment.order.customer.locale):
        if is_spoken(language):
            return language
    return negotiate(accepted, "uk")
