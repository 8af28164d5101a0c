import pytest

from kram.tenants.errors import NotAllowed
from kram.tenants.models import Role
from kram.tenants.permissions import PERMISSIONS, Permission, allows, require

# One row a permission: owner, manager, support, courier.
MATRIX = {
    Permission.ORDERS_VIEW: "omsc",
    Permission.ORDERS_ACCEPT: "oms",
    Permission.ORDERS_SHIP: "om c",
    Permission.ORDERS_CANCEL: "oms",
    Permission.ORDERS_REFUND: "om",
    Permission.ORDERS_EDIT: "oms",
    Permission.ORDERS_PRICE: "om",
    Permission.CATALOG_VIEW: "oms",
    Permission.CATALOG_EDIT: "om",
    Permission.CUSTOMERS_VIEW: "oms",
    Permission.CUSTOMERS_EDIT: "oms",
    Permission.CUSTOMERS_ERASE: "om",
    Permission.REVIEWS_MODERATE: "oms",
    Permission.PROMOTIONS_EDIT: "om",
    Permission.GIFT_CARDS_ISSUE: "om",
    Permission.REPORTS_VIEW: "om",
    Permission.SETTINGS_EDIT: "o",
    Permission.BOT_MANAGE: "o",
    Permission.WEBHOOKS_MANAGE: "o",
    Permission.STAFF_MANAGE: "o",
}


def test_the_matrix_names_every_permission_and_role() -> None:
    assert set(MATRIX) == set(Permission)
    assert set(PERMISSIONS) == set(Role)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("permission", list(Permission))
def test_roles_may_do_what_the_matrix_says(role: Role, permission: Permission) -> None:
    expected = role.value[0] in MATRIX[permission]
    assert allows(role, permission) is expected
    if not expected:
        with pytest.raises(NotAllowed) as refused:
            require(role, permission)
        assert refused.value.extra == {"permission": permission}
