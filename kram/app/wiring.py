"""Who hears what: the one table from events and incoming messages to handlers' names.

The relay reads only this table; `handlers.py` gives the names their code inside a worker.
"""

from kram.kit.events.handling import Subscribers

_STAFF, _SHOPPER, _WEBHOOKS = "notify.staff", "notify.shopper", "crm.fan_out"
_EVERYBODY = (_STAFF, _SHOPPER, _WEBHOOKS)

SUBSCRIBERS = Subscribers(
    events={
        "order.placed.v1": _EVERYBODY,
        "order.paid.v1": (_STAFF, _WEBHOOKS),
        "order.accepted.v1": _EVERYBODY,
        "order.packed.v1": (_STAFF, _WEBHOOKS),
        "order.parcel_shipped.v1": _EVERYBODY,
        "order.parcel_delivered.v1": (_STAFF, _WEBHOOKS),
        "order.shipped.v1": _EVERYBODY,
        "order.delivered.v1": ("billing.delivered", *_EVERYBODY),
        "order.cancelled.v1": ("billing.cancelled", *_EVERYBODY),
        "order.refunded.v1": _EVERYBODY,
        "order.rest_cancelled.v1": _EVERYBODY,
        "order.edited.v1": _EVERYBODY,
        "order.noted.v1": (_SHOPPER,),
        "order.balance_due.v1": ("billing.balance_due",),
        "payment.check_due.v1": ("billing.check",),
        "payment.failed.v1": (_WEBHOOKS,),
        "payment.held.v1": (_STAFF, _WEBHOOKS),
        "refund.requested.v1": ("billing.give_back",),
        "refund.succeeded.v1": (_WEBHOOKS,),
        "refund.failed.v1": (_STAFF, _WEBHOOKS),
        "reservation.due.v1": ("orders.cancel_unpaid",),
        "stock.availability_changed.v1": ("catalog.renew", _WEBHOOKS),
        "catalog.changed.v1": ("storefront.announce", _WEBHOOKS),
        "media.removed.v1": ("catalog.delete_pictures",),
        "webhook.attempt_due.v1": ("crm.attempt",),
        "import.requested.v1": ("imports.run",),
    },
    inbox={"payment": ("billing.apply",)},
)
