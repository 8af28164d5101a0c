"""What each role may do in a shop; every door asks here."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from kram.tenants.errors import NotAllowed
from kram.tenants.models import Role


class Permission(StrEnum):
    ORDERS_VIEW = "orders.view"
    ORDERS_ACCEPT = "orders.accept"
    ORDERS_SHIP = "orders.ship"
    """Ship and deliver."""
    ORDERS_CANCEL = "orders.cancel"
    ORDERS_REFUND = "orders.refund"
    ORDERS_EDIT = "orders.edit"
    """Change orders, write up new ones, take returns."""
    ORDERS_PRICE = "orders.price"
    """Agree to other prices than the catalogue's, and give discounts."""
    """Give money back, or count another sum than was asked for as paid."""
    CATALOG_VIEW = "catalog.view"
    CATALOG_EDIT = "catalog.edit"
    """Products, categories, stock, imports."""
    CUSTOMERS_VIEW = "customers.view"
    CUSTOMERS_EDIT = "customers.edit"
    """Profiles, notes, tags, groups, segments."""
    CUSTOMERS_ERASE = "customers.erase"
    """Hand out all that is known of a person, join two, or forget one."""
    REVIEWS_MODERATE = "reviews.moderate"
    PROMOTIONS_EDIT = "promotions.edit"
    """Promotions, promo codes, customers' points."""
    GIFT_CARDS_ISSUE = "gift_cards.issue"
    REPORTS_VIEW = "reports.view"
    SETTINGS_EDIT = "settings.edit"
    BOT_MANAGE = "bot.manage"
    WEBHOOKS_MANAGE = "webhooks.manage"
    STAFF_MANAGE = "staff.manage"


_COURIER = frozenset({Permission.ORDERS_VIEW, Permission.ORDERS_SHIP})
_SUPPORT = frozenset(
    {
        Permission.ORDERS_VIEW,
        Permission.ORDERS_ACCEPT,
        Permission.ORDERS_CANCEL,
        Permission.ORDERS_EDIT,
        Permission.CATALOG_VIEW,
        Permission.CUSTOMERS_VIEW,
        Permission.CUSTOMERS_EDIT,
        Permission.REVIEWS_MODERATE,
    }
)
_MANAGER = (
    _COURIER
    | _SUPPORT
    | {
        Permission.ORDERS_REFUND,
        Permission.ORDERS_PRICE,
        Permission.CATALOG_EDIT,
        Permission.CUSTOMERS_ERASE,
        Permission.PROMOTIONS_EDIT,
        Permission.GIFT_CARDS_ISSUE,
        Permission.REPORTS_VIEW,
    }
)

PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.OWNER: frozenset(Permission),
        Role.MANAGER: _MANAGER,
        Role.SUPPORT: _SUPPORT,
        Role.COURIER: _COURIER,
    }
)


def allows(role: Role, permission: Permission) -> bool:
    return permission in PERMISSIONS[role]


def require(role: Role, permission: Permission) -> None:
    """Raises: NotAllowed."""
    if not allows(role, permission):
        raise NotAllowed(permission=permission)
