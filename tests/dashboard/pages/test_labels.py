from enum import StrEnum

import pytest

from kram.billing.payments.models import PaymentStatus
from kram.dashboard.pages.labels import LABELS, labeller
from kram.integrations.crm.models import DeliveryState
from kram.integrations.imports.models import ImportState
from kram.kit.i18n import LANGUAGES
from kram.shop.catalog.models import ProductStatus
from kram.shop.inventory.models import MoveCause
from kram.shop.orders.models import OrderStatus, PaymentState, StepKind
from kram.tenants.models import BotState, Role, ShopStatus


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("order", OrderStatus),
        ("payment", PaymentState),
        ("attempt", PaymentStatus),
        ("step", StepKind),
        ("product", ProductStatus),
        ("cause", MoveCause),
        ("role", Role),
        ("bot", BotState),
        ("shop", ShopStatus),
        ("delivery", DeliveryState),
        ("import", ImportState),
        ("language", LANGUAGES),
    ],
)
def test_every_stored_value_has_a_name(kind: str, values: type[StrEnum]) -> None:
    assert set(LABELS[kind]) == set(values)


def test_a_value_without_a_name_is_shown_as_it_is() -> None:
    assert labeller(str)("method", "gold") == "gold"
