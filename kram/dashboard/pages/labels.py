"""What stored values are called on the page."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from kram.billing.payments.models import PaymentStatus
from kram.billing.payments.wording import REASONS
from kram.integrations.crm.models import DeliveryState
from kram.integrations.exports.models import ExportWhat
from kram.integrations.imports.models import ImportState
from kram.kit.messages import gettext_noop
from kram.shop.catalog.models import AttributeKind, ProductStatus, VariantKind
from kram.shop.customers.models import Channel, Purpose
from kram.shop.customers.models import StepKind as CustomerStepKind
from kram.shop.digital.models import GrantKind
from kram.shop.inventory.models import MoveCause
from kram.shop.orders.models import (
    DeliveryMethod,
    OrderStatus,
    ParcelState,
    PaymentState,
    StepKind,
)
from kram.shop.orders.wording import CANCEL_REASONS
from kram.shop.returns.models import Condition, ReturnState
from kram.shop.returns.wording import RETURN_REASONS
from kram.shop.reviews.models import ReviewState
from kram.shop.reviews.rules import Hold
from kram.tenants.models import BotState, Role, ShopStatus

LABELS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "order": {
            OrderStatus.AWAITING_PAYMENT: gettext_noop("Awaiting payment"),
            OrderStatus.PLACED: gettext_noop("New"),
            OrderStatus.ACCEPTED: gettext_noop("Accepted"),
            OrderStatus.PARTLY_PACKED: gettext_noop("Partly packed"),
            OrderStatus.PACKED: gettext_noop("Packed"),
            OrderStatus.PARTLY_SHIPPED: gettext_noop("Partly shipped"),
            OrderStatus.SHIPPED: gettext_noop("Shipped"),
            OrderStatus.DELIVERED: gettext_noop("Delivered"),
            OrderStatus.CANCELLED: gettext_noop("Cancelled"),
        },
        "attribute": {
            AttributeKind.TEXT: gettext_noop("Text"),
            AttributeKind.NUMBER: gettext_noop("Number"),
            AttributeKind.CHOICE: gettext_noop("Choice"),
            AttributeKind.COLOUR: gettext_noop("Colour"),
            AttributeKind.DATE: gettext_noop("Date"),
            AttributeKind.REFERENCE: gettext_noop("Another product"),
        },
        "payment": {
            PaymentState.UNPAID: gettext_noop("Not paid"),
            PaymentState.PARTLY_PAID: gettext_noop("Difference not paid"),
            PaymentState.PAID: gettext_noop("Paid"),
            PaymentState.REFUNDED: gettext_noop("Refunded"),
        },
        "attempt": {
            PaymentStatus.CREATED: gettext_noop("Started"),
            PaymentStatus.PENDING: gettext_noop("Waiting for the money"),
            PaymentStatus.FAILED: gettext_noop("Declined"),
            PaymentStatus.CANCELLED: gettext_noop("Cancelled"),
            PaymentStatus.HELD: gettext_noop("Another sum came"),
            PaymentStatus.SUCCEEDED: gettext_noop("Received"),
        },
        "step": {
            StepKind.CREATED: gettext_noop("Order started, waiting for payment"),
            StepKind.PLACED: gettext_noop("Order placed"),
            StepKind.PAID: gettext_noop("Payment received"),
            StepKind.ACCEPTED: gettext_noop("Accepted by the shop"),
            StepKind.SHIPPED: gettext_noop("Shipped"),
            StepKind.DELIVERED: gettext_noop("Delivered"),
            StepKind.CANCELLED: gettext_noop("Cancelled"),
            StepKind.EXPIRED: gettext_noop("Cancelled: not paid in time"),
            StepKind.REFUNDED: gettext_noop("Money returned"),
            StepKind.PARCEL_PACKED: gettext_noop("Parcel packed"),
            StepKind.PARCEL_SHIPPED: gettext_noop("Parcel sent"),
            StepKind.PARCEL_DELIVERED: gettext_noop("Parcel delivered"),
            StepKind.PARCEL_CANCELLED: gettext_noop("Parcel unpacked"),
            StepKind.REST_CANCELLED: gettext_noop("Rest cancelled"),
            StepKind.EDITED: gettext_noop("Order changed"),
            StepKind.NOTED: gettext_noop("Note"),
            StepKind.TOLD: gettext_noop("Message to the shopper"),
            StepKind.TAGGED: gettext_noop("Tags changed"),
            StepKind.INVOICED: gettext_noop("Invoice issued"),
            StepKind.RETURN_REQUESTED: gettext_noop("Return requested"),
            StepKind.RETURN_APPROVED: gettext_noop("Return approved"),
            StepKind.RETURN_DECLINED: gettext_noop("Return declined"),
            StepKind.RETURN_RECEIVED: gettext_noop("Return received"),
            StepKind.RETURN_CLOSED: gettext_noop("Return closed"),
            StepKind.RETURN_PAID_OUT: gettext_noop("Money for an exchange given back"),
            StepKind.GIVEN: gettext_noop("Digital goods given"),
            StepKind.GIVEN_AGAIN: gettext_noop("Digital goods given anew"),
            StepKind.TAKEN_BACK: gettext_noop("Access to digital goods ended"),
            StepKind.KEY_READ: gettext_noop("Key read by the staff"),
        },
        "parcel": {
            ParcelState.PACKED: gettext_noop("Packed"),
            ParcelState.SHIPPED: gettext_noop("On its way"),
            ParcelState.DELIVERED: gettext_noop("Delivered"),
            ParcelState.CANCELLED: gettext_noop("Unpacked"),
        },
        "return": {
            ReturnState.REQUESTED: gettext_noop("Requested"),
            ReturnState.APPROVED: gettext_noop("Agreed"),
            ReturnState.DECLINED: gettext_noop("Declined by the shop"),
            ReturnState.RECEIVED: gettext_noop("Goods came back"),
            ReturnState.CLOSED: gettext_noop("Finished"),
        },
        "return_reason": RETURN_REASONS,
        "condition": {
            Condition.NEW: gettext_noop("As new"),
            Condition.USED: gettext_noop("Used"),
            Condition.DAMAGED: gettext_noop("Damaged"),
        },
        "reason": {**REASONS, **CANCEL_REASONS},
        "customer_step": {
            CustomerStepKind.PROVED: gettext_noop("Contact proved"),
            CustomerStepKind.PASSED_ON: gettext_noop("Contact proved by somebody else"),
            CustomerStepKind.MERGED: gettext_noop("Joined with another profile"),
            CustomerStepKind.GRANTED: gettext_noop("Consent given"),
            CustomerStepKind.WITHDRAWN: gettext_noop("Consent withdrawn"),
            CustomerStepKind.EXPORTED: gettext_noop("Personal data asked for"),
            CustomerStepKind.ERASED: gettext_noop("Erased"),
            CustomerStepKind.HELD: gettext_noop("Hold on erasing changed"),
        },
        "review": {
            ReviewState.PENDING: gettext_noop("Waits"),
            ReviewState.PUBLISHED: gettext_noop("Shown"),
            ReviewState.REJECTED: gettext_noop("Rejected"),
        },
        "review_hold": {
            Hold.LINK: gettext_noop("has a link"),
            Hold.SWEARING: gettext_noop("swears"),
            Hold.HASTE: gettext_noop("many in a short time"),
            Hold.COPY: gettext_noop("somebody wrote the same"),
            Hold.NOT_BOUGHT: gettext_noop("has not bought it"),
        },
        "channel": {
            Channel.TELEGRAM: "Telegram",
            Channel.EMAIL: gettext_noop("e-mail"),
            Channel.SMS: "SMS",
            Channel.PHONE: gettext_noop("phone calls"),
        },
        "purpose": {
            Purpose.MARKETING: gettext_noop("news and offers"),
            Purpose.REVIEWS: gettext_noop("questions about what was bought"),
            Purpose.PERSONALISATION: gettext_noop("personal advice"),
        },
        "product": {
            ProductStatus.ACTIVE: gettext_noop("On sale"),
            ProductStatus.DRAFT: gettext_noop("Draft"),
            ProductStatus.ARCHIVED: gettext_noop("Archived"),
        },
        "cause": {
            MoveCause.RECEIVED: gettext_noop("Goods received"),
            MoveCause.CORRECTED: gettext_noop("Correction"),
            MoveCause.COUNTED: gettext_noop("Stock-take"),
            MoveCause.WRITTEN_OFF: gettext_noop("Written off"),
            MoveCause.SHIPPED: gettext_noop("Shipped"),
            MoveCause.TRANSFERRED: gettext_noop("Moved between warehouses"),
            MoveCause.RETURNED: gettext_noop("Returned by a customer"),
            MoveCause.TRANSFERRED: gettext_noop("Moved to another place"),
        },
        "role": {
            Role.OWNER: gettext_noop("Owner"),
            Role.MANAGER: gettext_noop("Manager"),
            Role.SUPPORT: gettext_noop("Support"),
            Role.COURIER: gettext_noop("Courier"),
        },
        "bot": {
            BotState.ACTIVE: gettext_noop("Working"),
            BotState.TOKEN_INVALID: gettext_noop("Token no longer valid"),
            BotState.REMOVED: gettext_noop("Removed"),
        },
        "shop": {
            ShopStatus.OPEN: gettext_noop("Open"),
            ShopStatus.PAUSED: gettext_noop("Paused"),
        },
        "delivery": {
            DeliveryState.PENDING: gettext_noop("On its way"),
            DeliveryState.DELIVERED: gettext_noop("Delivered"),
            DeliveryState.FAILED: gettext_noop("Failed"),
        },
        "import": {
            ImportState.DRAFT: gettext_noop("Not started"),
            ImportState.CHECKING: gettext_noop("Checking"),
            ImportState.CHECKED: gettext_noop("Checked"),
            ImportState.WAITING: gettext_noop("Waiting"),
            ImportState.RUNNING: gettext_noop("Running"),
            ImportState.DONE: gettext_noop("Done"),
            ImportState.FAILED: gettext_noop("Failed"),
            ImportState.UNDOING: gettext_noop("Being taken back"),
            ImportState.UNDONE: gettext_noop("Taken back"),
        },
        "export": {
            ExportWhat.PRODUCTS: gettext_noop("Products"),
            ExportWhat.ORDERS: gettext_noop("Orders"),
        },
        "import_field": {
            "sku": gettext_noop("SKU"),
            "title": gettext_noop("Title"),
            "price": gettext_noop("Price"),
            "stock": gettext_noop("In stock"),
            "category": gettext_noop("Category"),
            "description": gettext_noop("Description"),
            "product": gettext_noop("Product of the variant"),
            "variant": gettext_noop("Variant, or value of the first option"),
            "variant2": gettext_noop("Value of the second option"),
            "variant3": gettext_noop("Value of the third option"),
            "option1": gettext_noop("Name of the first option"),
            "option2": gettext_noop("Name of the second option"),
            "option3": gettext_noop("Name of the third option"),
            "barcode": gettext_noop("Barcode"),
            "tags": gettext_noop("Tags"),
            "status": gettext_noop("Status"),
            "compare_at_price": gettext_noop("Price before"),
            "sale_price": gettext_noop("Sale price"),
            "cost_price": gettext_noop("Cost"),
            "weight_grams": gettext_noop("Weight, g"),
            "length_mm": gettext_noop("Length, mm"),
            "width_mm": gettext_noop("Width, mm"),
            "height_mm": gettext_noop("Height, mm"),
            "currency": gettext_noop("Currency"),
        },
        "method": {
            "cod": gettext_noop("Cash on delivery"),
            "sandbox": gettext_noop("Test card (no real money)"),
            "stars": gettext_noop("Telegram Stars"),
        },
        "delivery_method": {
            DeliveryMethod.PICKUP: gettext_noop("Pick-up"),
            DeliveryMethod.COURIER: gettext_noop("Courier"),
            DeliveryMethod.DIGITAL: gettext_noop("Nothing to send"),
        },
        "grant": {
            GrantKind.FILES: gettext_noop("Files"),
            GrantKind.KEY: gettext_noop("Licence key"),
            GrantKind.CARD: gettext_noop("Gift card"),
        },
        "gives": {
            VariantKind.GOODS: gettext_noop("Goods that are sent"),
            VariantKind.DIGITAL: gettext_noop("Files to download"),
            VariantKind.KEYS: gettext_noop("Licence keys"),
            VariantKind.GIFT_CARD: gettext_noop("Gift card"),
        },
        "language": {"uk": "Українська", "ru": "Русский", "en": "English"},
        "theme": {
            "market": gettext_noop("Market"),
            "boutique": gettext_noop("Boutique"),
            "studio": gettext_noop("Studio"),
        },
    }
)


def labeller(translate: Callable[[str], str]) -> Callable[[str, str], str]:
    """A value that has no label is shown as it is stored."""

    def label(kind: str, value: str) -> str:
        known = LABELS[kind]
        return translate(known[value]) if value in known else value

    return label
