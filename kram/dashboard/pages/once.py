"""A form that adds something does so once, however often its button is pressed."""

import hashlib

from kram.billing.checkout import idempotency
from kram.dashboard.pages.forms import Form
from kram.dashboard.people import Desk
from kram.kit.db.tx import TenantTx
from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop

FIELD = "once"
_NOT_MEANT = (FIELD, "csrf")


class SentAlready(AppError):
    code = "form_sent_already"
    kind = Kind.CONFLICT
    title = gettext_noop("This was sent already and is done: it was not done again")


async def first_time(tx: TenantTx, desk: Desk, form: Form) -> None:
    """First in the transaction of what must not happen twice.

    The form carries a name of its own, new on each page (the macro `once`); with what was typed it
    is remembered in this commit, so that the same form with other words, sent after a step back,
    is another one. A second one waits for the first. Without a name nothing is checked.
    Raises: SentAlready.
    """
    if not form.get(FIELD):
        return
    typed = [(name, form.all(name)) for name in sorted(form.names()) if name not in _NOT_MEANT]
    said = hashlib.sha256(repr((form.get(FIELD), typed)).encode()).hexdigest()
    claim = await idempotency.claim(
        tx,
        actor=f"merchant:{desk.person.merchant.id}",
        operation="form",
        key=said,
        fingerprint=b"",
    )
    if claim.answer is not None:
        raise SentAlready
    await idempotency.finish(tx, claim, {"done": True})
