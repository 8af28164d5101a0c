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


class EndpointRefused(AppError):
    code: ClassVar[str] = "webhook_endpoint_refused"
    kind: ClassVar[Kind] = Kind.INVALID
    title: ClassVar[str] = gettext_noop("This address cannot receive webhooks")
