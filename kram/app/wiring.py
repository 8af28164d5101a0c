"""Who hears what: the one table from events and incoming messages to handlers' names.

The relay reads only this table; `handlers.py` gives the names their code inside a worker.
"""

from kram.kit.events.handling import Subscribers

_NOTIFY = ("notify.staff_card", "notify.shopper_message")
_WEBHOOKS = "crm.fan_out"

SUBSCRIBERS = Subscribers(
    events={
        "order.placed.v1": (*_NOTIFY, _WEBHOOKS),
        "order.paid.v1": ("notify.staff_card", _WEBHOOKS),
        "order.accepted.v1": (*_NOTIFY, _WEBHOOKS),
        "order.shipped.v1": (*_NOTIFY, _WEBHOOKS),
        "order.delivered.v1": (*_NOTIFY, _WEBHOOKS),
        "order.cancelled.v1": (*_NOTIFY, "billing.refund_cancelled", _WEBHOOKS),
        "refund.succeeded.v1": (_WEBHOOKS,),
        "reservation.due.v1": ("inventory.expire",),
        "webhook.attempt_due.v1": ("crm.attempt",),
        "catalog.changed.v1": ("storefront.announce", _WEBHOOKS),
        "import.requested.v1": ("imports.run",),
    },
    inbox={"payment": ("billing.apply",)},
)
