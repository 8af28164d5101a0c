"""What notify hears. A task ends in `delivery.done()`; until then it is started again."""

from kram.integrations.notify.tasks.goods import GoodsNews, StockAlerts
from kram.integrations.notify.tasks.shopper import ShopperMessages
from kram.integrations.notify.tasks.staff import StaffCards

__all__ = ["GoodsNews", "ShopperMessages", "StaffCards", "StockAlerts"]
