from typing import ClassVar

from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop


class EndpointNotFound(AppError):
    code: ClassVar[str] = "webhook_endpoint_not_found"
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    title: ClassVar[str] = gettext_noop("This webhook endpoint does not exist")


class DeliveryNotFound(AppError):
    code: ClassVar[str] = "webhook_delivery_not_found"
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    title: ClassVar[str] = gettext_noop("This webhook delivery does not exist")


class TooManyEndpoints(AppError):
    code: ClassVar[str] = "too_many_webhook_endpoints"
    kind: ClassVar[Kind] = Kind.CONFLICT
    title: ClassVar[str] = gettext_noop("A shop has at most 20 webhooks: remove one of them first")
