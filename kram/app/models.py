"""Every table, imported once: for migrations and the test that compares them with the models."""

from kram.billing.checkout.models import IdempotencyKey
from kram.billing.invoices.models import Invoice, InvoiceCounter
from kram.billing.payments.models import Payment, Refund
from kram.integrations.crm.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from kram.integrations.exports.models import ExportJob
from kram.integrations.imports.models import ImportJob, ImportRowError
from kram.integrations.notify.models import Notification
from kram.integrations.people.models import PersonExport
from kram.kit.events.tables import HandledRow, InboxRow, OutboxRow
from kram.shop.bulk.models import BulkEdit
from kram.shop.catalog.models import (
    Attribute,
    BundleComponent,
    CatalogVersion,
    Category,
    Collection,
    CollectionProduct,
    ListPrice,
    Media,
    PriceHistory,
    PriceList,
    Product,
    SlugRedirect,
    Variant,
)
from kram.shop.configurator.models import Configurator, Design
from kram.shop.customers.models import (
    Customer,
    CustomerAddress,
    CustomerGroup,
    CustomerIdentity,
    CustomerNote,
    CustomerStep,
)
from kram.shop.digital.models import DigitalFile, DigitalGrant, LicenceKey
from kram.shop.giftcards.models import GiftCard, GiftCardMove
from kram.shop.inventory.models import (
    Reservation,
    Stock,
    StockDocument,
    StockDocumentLine,
    StockMove,
    StockPolicy,
    StockSubscription,
    Warehouse,
)
from kram.shop.loyalty.models import LoyaltySettings, PointAccount, PointMove
from kram.shop.orders.desk.models import DraftOrder
from kram.shop.orders.models import (
    Fulfilment,
    Order,
    OrderCounter,
    OrderLine,
    OrderSettings,
    OrderStep,
)
from kram.shop.promotions.models import PromoBuyer, PromoCode, Promotion, PromoUse
from kram.shop.returns.models import ReturnRequest
from kram.shop.reviews.models import Favourite, ProductRating, Review
from kram.shop.segments.models import Segment
from kram.shop.taxes.models import TaxSettings
from kram.tenants.models import (
    Bot,
    LinkCode,
    LoginSession,
    Membership,
    Merchant,
    Shop,
    TenantSchema,
)

__all__ = [
    "Attribute",
    "Bot",
    "BulkEdit",
    "BundleComponent",
    "CatalogVersion",
    "Category",
    "Collection",
    "CollectionProduct",
    "Configurator",
    "Customer",
    "CustomerAddress",
    "CustomerGroup",
    "CustomerIdentity",
    "CustomerNote",
    "CustomerStep",
    "Design",
    "DigitalFile",
    "DigitalGrant",
    "DraftOrder",
    "ExportJob",
    "Favourite",
    "Fulfilment",
    "GiftCard",
    "GiftCardMove",
    "HandledRow",
    "IdempotencyKey",
    "ImportJob",
    "ImportRowError",
    "InboxRow",
    "Invoice",
    "InvoiceCounter",
    "LicenceKey",
    "LinkCode",
    "ListPrice",
    "LoginSession",
    "LoyaltySettings",
    "Media",
    "Membership",
    "Merchant",
    "Notification",
    "Order",
    "OrderCounter",
    "OrderLine",
    "OrderSettings",
    "OrderStep",
    "OutboxRow",
    "Payment",
    "PersonExport",
    "PointAccount",
    "PointMove",
    "PriceHistory",
    "PriceList",
    "Product",
    "ProductRating",
    "PromoBuyer",
    "PromoCode",
    "PromoUse",
    "Promotion",
    "Refund",
    "Reservation",
    "ReturnRequest",
    "Review",
    "Segment",
    "Shop",
    "SlugRedirect",
    "Stock",
    "StockDocument",
    "StockDocumentLine",
    "StockMove",
    "StockPolicy",
    "StockSubscription",
    "TaxSettings",
    "TenantSchema",
    "Variant",
    "Warehouse",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
]
