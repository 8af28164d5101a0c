"""Who hears what: the one table from events and incoming messages to handlers' names.

The relay reads only this table; `handlers.py` gives the names their code inside a worker.
"""

from kram.kit.events.handling import Subscribers

_STAFF, _SHOPPER, _WEBHOOKS = "notify.staff", "notify.shopper", "crm.fan_out"
_COUNTER = "people.count_order"
_EVERYBODY = (_STAFF, _SHOPPER, _WEBHOOKS)

SUBSCRIBERS = Subscribers(
    events={
        "order.placed.v1": (_COUNTER, *_EVERYBODY),
        "order.paid.v1": (_COUNTER, _STAFF, _WEBHOOKS),
        "order.accepted.v1": _EVERYBODY,
        "order.packed.v1": (_STAFF, _WEBHOOKS),
        "order.parcel_shipped.v1": _EVERYBODY,
        "order.parcel_delivered.v1": (_STAFF, _WEBHOOKS),
        "order.shipped.v1": _EVERYBODY,
        "order.rest_cancelled.v1": _EVERYBODY,
        "order.edited.v1": _EVERYBODY,
        "order.noted.v1": (_SHOPPER,),
        "order.digital_given.v1": ("orders.issue_cards", *_EVERYBODY),
        "order.digital_revoked.v1": (_STAFF, _WEBHOOKS),
        "digital.file_removed.v1": ("digital.delete_file",),
        "return.requested.v1": (_STAFF, _WEBHOOKS),
        "return.approved.v1": (_SHOPPER, _WEBHOOKS),
        "return.declined.v1": (_SHOPPER, _WEBHOOKS),
        "return.received.v1": (_SHOPPER, _WEBHOOKS),
        "return.closed.v1": (_WEBHOOKS,),
        "order.balance_due.v1": ("billing.balance_due",),
        "order.delivered.v1": (
            "billing.delivered",
            "loyalty.earn",
            "reviews.mark_bought",
            *_EVERYBODY,
        ),
        "order.cancelled.v1": ("billing.cancelled", _COUNTER, *_EVERYBODY),
        "order.refunded.v1": (_COUNTER, *_EVERYBODY),
        "payment.check_due.v1": ("billing.check",),
        "payment.failed.v1": (_WEBHOOKS,),
        "payment.held.v1": (_STAFF, _WEBHOOKS),
        "refund.requested.v1": ("billing.give_back",),
        "refund.succeeded.v1": ("people.count_refund", _WEBHOOKS),
        "refund.failed.v1": (_STAFF, _WEBHOOKS),
        "reservation.due.v1": ("orders.cancel_unpaid",),
        "stock.availability_changed.v1": ("catalog.renew", "inventory.wake", _WEBHOOKS),
        "stock.backordered.v1": ("inventory.fill", _WEBHOOKS),
        "stock.backorder_filled.v1": ("orders.give_arrived", _WEBHOOKS),
        "stock.fill_due.v1": ("inventory.fill",),
        "stock.low.v1": ("notify.stock", _WEBHOOKS),
        "stock.subscribers_due.v1": ("inventory.wake",),
        "stock.back_in_stock.v1": ("notify.back_in_stock",),
        "catalog.changed.v1": ("storefront.announce", _WEBHOOKS),
        "catalog.due.v1": ("catalog.follow_dates",),
        "media.added.v1": ("catalog.draw_avif",),
        "media.removed.v1": ("catalog.delete_pictures",),
        "webhook.attempt_due.v1": ("crm.attempt",),
        "import.requested.v1": ("imports.run",),
        "export.requested.v1": ("exports.run",),
        "export.ended.v1": ("exports.end",),
        "customer.match_found.v1": ("people.join_matched",),
        "customer.merge_requested.v1": ("people.join_requested",),
        "customer.merged.v1": ("people.move_cart", _WEBHOOKS),
        "customer.erased.v1": ("people.forget", _WEBHOOKS),
        "customer.consent_changed.v1": (_WEBHOOKS,),
        "person.export_requested.v1": ("people.export",),
        "person.export_ended.v1": ("people.end_export",),
        "review.created.v1": (_WEBHOOKS,),
        "review.edited.v1": (_WEBHOOKS,),
        "review.published.v1": (_WEBHOOKS,),
        "review.rejected.v1": (_WEBHOOKS,),
        "review.replied.v1": (_WEBHOOKS,),
        "review.photo_removed.v1": ("reviews.delete_photos",),
        "review.photo_taken.v1": ("reviews.sweep_photo",),
    },
    inbox={"payment": ("billing.apply",)},
)
