"""What happens to a subscription after its first month."""

from kram.app.devstack.telegram.identities import person_user
from kram.app.devstack.telegram.people.errors import ImpossibleActionError, UnknownPartyError
from kram.app.devstack.telegram.people.paying import PayResult, renew
from kram.app.devstack.telegram.state.records import Payment
from kram.app.devstack.telegram.telegram import Telegram
from kram.app.devstack.telegram.updates import tell
from kram.app.devstack.telegram.wire.payments import BotSubscriptionUpdated


def change(telegram: Telegram, charge_id: str, what: str) -> PayResult:
    """`renew` takes the next month; `cancel`, `resume` and `fail` tell the bot."""
    payment = telegram.world.payments.get(charge_id)
    if payment is None or payment.subscription_period is None:
        raise UnknownPartyError("there is no such subscription")
    match what:
        case "renew":
            return renew(telegram, payment)
        case "cancel":
            payment.is_canceled = True
            _tell(telegram, payment, "canceled")
        case "resume":
            payment.is_canceled = False
            _tell(telegram, payment, "active")
        case "fail":
            _tell(telegram, payment, "failed")
        case _:
            raise ImpossibleActionError("a subscription knows renew, cancel, resume and fail")
    telegram.world.payments.put(payment)
    return PayResult(status="failed" if what == "fail" else "changed", charge_id=charge_id)


def _tell(telegram: Telegram, payment: Payment, state: str) -> None:
    bot = telegram.world.bots[payment.bot_id]
    person = telegram.world.people[payment.person_id]
    update = BotSubscriptionUpdated(
        user=person_user(person), invoice_payload=payment.payload, state=state
    )
    tell(telegram, bot, "subscription", update, f"subscription:{person.id}")
